//! What each part of a script is, for colouring it: nothing is checked, and a text that was cut off is taken as far as it
//! goes. Key words are told from names by a list, as an editor does: a column named like one is coloured like one.

use std::ops::Range;

use super::Options;
use super::scan::{self, Kind};

/// What a part of a script is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// Space, operators, names without quotes.
    Plain,
    /// A key word.
    Keyword,
    /// A name in quotes.
    Name,
    /// A string.
    Text,
    /// A number.
    Number,
    /// A comment, hints and the marks of executable ones included.
    Comment,
}

/// The parts of a script in order, without gaps, neighbours of one kind as one part: `&script[range]`.
pub fn paint(script: &str) -> Vec<(Range<usize>, Ink)> {
    let mut parts: Vec<(Range<usize>, Ink)> = Vec::new();
    let mut at = 0;
    while at < script.len() {
        let token = scan::next(script, at, true, Options::default()).unwrap_or_else(|(token, _)| token);
        at = token.end;
        let ink = ink(token.kind, &script[token.start..token.end]);
        match parts.last_mut() {
            Some((range, last)) if *last == ink => range.end = token.end,
            _ => parts.push((token.start..token.end, ink)),
        }
    }
    parts
}

fn ink(kind: Kind, text: &str) -> Ink {
    match kind {
        Kind::Comment | Kind::OpenExecutable | Kind::CloseExecutable => Ink::Comment,
        Kind::Text => Ink::Text,
        Kind::Quoted => Ink::Name,
        Kind::Number => Ink::Number,
        Kind::Word if is_keyword(text) => Ink::Keyword,
        Kind::Word | Kind::Space | Kind::Mark => Ink::Plain,
    }
}

fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word.to_ascii_uppercase().as_str()).is_ok()
}

/// Sorted. Those of statements that migrations and the service are made of, not all that a server reserves.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "ADD", "AFTER", "ALGORITHM", "ALL", "ALTER", "ANALYZE", "AND", "ANY", "AS", "ASC", "AUTO_INCREMENT", "BEFORE", "BEGIN",
    "BETWEEN", "BIGINT", "BINARY", "BLOB", "BOOLEAN", "BY", "CALL", "CASCADE", "CASE", "CHANGE", "CHAR", "CHARACTER",
    "CHARSET", "CHECK", "COLLATE", "COLUMN", "COLUMNS", "COMMENT", "COMMIT", "CONSTRAINT", "COPY", "CREATE", "CROSS",
    "CURRENT_TIMESTAMP", "DATABASE", "DATE", "DATETIME", "DEALLOCATE", "DECIMAL", "DECLARE", "DEFAULT", "DEFINER", "DELETE",
    "DELIMITER", "DESC", "DETERMINISTIC", "DISTINCT", "DO", "DOUBLE", "DROP", "ELSE", "ELSEIF", "END", "ENGINE", "ENUM",
    "EVENT", "EXECUTE", "EXISTS", "EXPLAIN", "FALSE", "FIRST", "FLOAT", "FLUSH", "FOR", "FOREIGN", "FROM", "FULLTEXT",
    "FUNCTION", "GRANT", "GROUP", "HANDLER", "HAVING", "IF", "IGNORE", "IN", "INDEX", "INNER", "INPLACE", "INSERT", "INSTANT",
    "INT", "INTEGER", "INTERVAL", "INTO", "IS", "JOIN", "JSON", "KEY", "LEFT", "LESS", "LIKE", "LIMIT", "LOCK", "LONGBLOB",
    "LONGTEXT", "LOOP", "MAXVALUE", "MEDIUMTEXT", "MODIFY", "NONE", "NOT", "NULL", "ON", "OPTIMIZE", "OR", "ORDER", "OUTER",
    "OVER", "PARTITION", "PARTITIONS", "PREPARE", "PRIMARY", "PRIVILEGES", "PROCEDURE", "RANGE", "REFERENCES", "RENAME",
    "REPEAT", "REPLACE", "RESTRICT", "RETURN", "RETURNS", "REVOKE", "RIGHT", "ROLLBACK", "ROW", "ROW_FORMAT", "SELECT",
    "SESSION", "SET", "SHARED", "SHOW", "SIGNAL", "SMALLINT", "START", "STORED", "TABLE", "TABLES", "TEMPORARY", "TEXT",
    "THAN", "THEN", "TIME", "TIMESTAMP", "TINYINT", "TO", "TRANSACTION", "TRIGGER", "TRUE", "TRUNCATE", "UNION", "UNIQUE",
    "UNLOCK", "UNSIGNED", "UNTIL", "UPDATE", "USE", "USER", "USING", "VALUES", "VARBINARY", "VARCHAR", "VIEW", "VIRTUAL",
    "WHEN", "WHERE", "WHILE", "WITH",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_key_words_are_sorted() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn every_part_is_what_it_is() {
        let check = |script: &str, expected: &[(&str, Ink)]| {
            let parts: Vec<_> = paint(script).into_iter().map(|(range, ink)| (&script[range], ink)).collect();
            assert_eq!(parts, expected, "{script}");
        };
        check("", &[]);
        check(
            "select `a`, 'it''s' -- so",
            &[
                ("select", Ink::Keyword),
                (" ", Ink::Plain),
                ("`a`", Ink::Name),
                (", ", Ink::Plain),
                ("'it''s'", Ink::Text),
                (" ", Ink::Plain),
                ("-- so", Ink::Comment),
            ],
        );
        check("x=1.5", &[("x=", Ink::Plain), ("1.5", Ink::Number)]);
        check(
            "/*!50003 ADD */",
            &[
                ("/*!50003", Ink::Comment),
                (" ", Ink::Plain),
                ("ADD", Ink::Keyword),
                (" ", Ink::Plain),
                ("*/", Ink::Comment),
            ],
        );
        check("'cut off", &[("'cut off", Ink::Text)]);
    }

    proptest! {
        #[test]
        fn nothing_is_left_out(script in "\\PC*") {
            let parts = paint(&script);
            let whole: String = parts.iter().map(|(range, _)| &script[range.clone()]).collect();
            prop_assert_eq!(whole, script);
        }
    }
}
