//! One column of a table: how its values are read so that nothing is lost, and written as a literal that means the same
//! wherever the file is loaded.
//!
//! Three things are easily lost and are not: digits of a FLOAT (its text has six: it is read as a DOUBLE), the bytes of a
//! character set that is not UTF-8 (they are read as bytes and written with their own set), and what is not text at all
//! (hexadecimal). Every literal is one line, so that the rows of an archive can be counted by its lines.

use crate::server::read::tables;
use crate::server::row::Row;
use crate::server::sql;

/// One column that a row's values are read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether the server computes it: then it takes no values.
    pub generated: bool,
}

/// What the values of a column are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Digits with a sign and a point: they are their own literal.
    Exact,
    /// Whole seconds since 1970, or any other whole number.
    Whole,
    /// FLOAT and DOUBLE.
    Inexact,
    /// TIMESTAMP: in the session's time zone, which is UTC.
    Stamp,
    /// DATETIME and DATE: in whatever time zone the application means.
    Moment,
    /// Other times, names, addresses: written as they are read.
    Word,
    /// Text that a UTF-8 session reads without loss.
    Text,
    /// Text in another character set, which is named.
    Foreign(String),
    /// One of a list, which is stored as its number.
    Choice,
    /// Anything else.
    Bytes,
}

impl Column {
    /// From what the catalogue says.
    pub fn of(column: &tables::Column) -> Self {
        let extra = column.extra.to_ascii_uppercase();
        Self {
            name: column.name.clone(),
            kind: kind(&column.kind, column.collation.as_deref()),
            nullable: column.nullable,
            generated: ["VIRTUAL GENERATED", "STORED GENERATED", "PERSISTENT"].iter().any(|word| extra.contains(word)),
        }
    }

    /// What is selected to read its values.
    pub fn expression(&self) -> String {
        let name = sql::ident(&self.name);
        match &self.kind {
            Kind::Inexact => format!("{name} * 1e0"),
            Kind::Foreign(_) => format!("CAST({name} AS BINARY)"),
            _ => name,
        }
    }

    /// A value as it was read by [`Column::expression`], as a literal on one line.
    pub fn literal(&self, row: &Row, place: usize) -> String {
        row.bytes(place).map_or_else(|| "NULL".to_owned(), |bytes| self.kind.literal(bytes))
    }

    /// Whether equal values have equal literals and the index keeps them in the order in which literals compare: what a
    /// key needs to be walked along.
    pub fn can_be_walked(&self) -> bool {
        !self.nullable && !matches!(self.kind, Kind::Inexact | Kind::Choice)
    }
}

/// Sets whose texts reach a UTF-8 session and come back unchanged.
const LOSSLESS: [&str; 4] = ["utf8mb4", "utf8mb3", "utf8", "ascii"];

fn kind(declared: &str, collation: Option<&str>) -> Kind {
    let declared = declared.to_ascii_lowercase();
    let word = declared.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    match word {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => Kind::Whole,
        "decimal" | "numeric" => Kind::Exact,
        "float" | "double" => Kind::Inexact,
        "timestamp" => Kind::Stamp,
        "datetime" | "date" => Kind::Moment,
        "time" | "year" | "uuid" | "inet4" | "inet6" => Kind::Word,
        "enum" | "set" => Kind::Choice,
        "json" => Kind::Text,
        _ => collation.map_or(Kind::Bytes, text),
    }
}

fn text(collation: &str) -> Kind {
    match collation.split('_').next().unwrap_or_default() {
        "binary" => Kind::Bytes,
        set if LOSSLESS.contains(&set) => Kind::Text,
        set => Kind::Foreign(set.to_owned()),
    }
}

impl Kind {
    fn literal(&self, bytes: &[u8]) -> String {
        let Ok(text) = std::str::from_utf8(bytes) else { return self.by_bytes(bytes) };
        match self {
            Self::Exact | Self::Whole => text.to_owned(),
            Self::Inexact if text.bytes().all(|c| c.is_ascii_digit() || c == b'-') => format!("{text}e0"),
            Self::Inexact => text.to_owned(),
            Self::Stamp | Self::Moment | Self::Word | Self::Text | Self::Choice => sql::readable(text),
            Self::Foreign(_) | Self::Bytes => self.by_bytes(bytes),
        }
    }

    fn by_bytes(&self, bytes: &[u8]) -> String {
        match self {
            _ if bytes.is_empty() => "''".to_owned(),
            Self::Foreign(set) => format!("_{set} {}", hex(bytes)),
            Self::Text | Self::Choice | Self::Word => format!("_utf8mb4 {}", hex(bytes)),
            _ => hex(bytes),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 + 2 * bytes.len());
    text.push_str("0x");
    for byte in bytes {
        text.extend([byte >> 4, byte & 15].map(|half| char::from(DIGITS[usize::from(half)])));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_follows_from_the_declaration() {
        let check = |declared: &str, collation: Option<&str>, expected| assert_eq!(kind(declared, collation), expected);
        check("bigint(20) unsigned", None, Kind::Whole);
        check("decimal(10,2)", None, Kind::Exact);
        check("FLOAT", None, Kind::Inexact);
        check("timestamp(6)", None, Kind::Stamp);
        check("datetime", None, Kind::Moment);
        check("varchar(36)", Some("utf8mb4_unicode_ci"), Kind::Text);
        check("varchar(36)", Some("gbk_chinese_ci"), Kind::Foreign("gbk".to_owned()));
        check("varbinary(16)", None, Kind::Bytes);
        check("char(3)", Some("binary"), Kind::Bytes);
        check("json", None, Kind::Text);
        check("longtext", Some("utf8mb4_bin"), Kind::Text);
        check("bit(8)", None, Kind::Bytes);
        check("point", None, Kind::Bytes);
        check("vector(3)", None, Kind::Bytes);
        check("enum('a','b')", Some("latin1_swedish_ci"), Kind::Choice);
    }

    #[test]
    fn literals_lose_nothing_and_stay_on_one_line() {
        let check = |kind: Kind, value: &[u8], expected: &str| assert_eq!(kind.literal(value), expected);
        check(Kind::Whole, b"-7", "-7");
        check(Kind::Exact, b"0.10", "0.10");
        check(Kind::Inexact, b"-0", "-0e0");
        check(Kind::Inexact, b"0.1", "0.1");
        check(Kind::Inexact, b"1e22", "1e22");
        check(Kind::Moment, b"2026-02-31", "'2026-02-31'");
        check(Kind::Text, b"it's", "'it''s'");
        check(Kind::Text, "中文".as_bytes(), "'中文'");
        check(Kind::Text, b"a\nb", "_utf8mb4 0x610a62");
        check(Kind::Text, b"a\\", "_utf8mb4 0x615c");
        check(Kind::Text, b"", "''");
        check(Kind::Foreign("gbk".to_owned()), b"\xd6\xd0", "_gbk 0xd6d0");
        check(Kind::Bytes, b"\0\xff", "0x00ff");
        check(Kind::Bytes, b"", "''");
    }
}
