//! The one place where identifiers, literals and comments are put into SQL.
//!
//! A [`Sql`] is text that is known to be SQL: fixed in the source, a statement out of a script, or made of such parts
//! and of values that were quoted here. A `String` that came from data becomes part of one through [`Sql::name`] or
//! [`Sql::value`] only. Every literal means the same under each `sql_mode` and each connection character set.
//!
//! Deliberately absent: placeholders. Statements go over the text protocol, where there are none.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::script::Statement;

/// Text that is known to be SQL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sql(String);

impl Sql {
    /// Text of the program itself.
    pub fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// A statement that an operator wrote into a script.
    pub fn statement(statement: &Statement<'_>) -> Self {
        Self(statement.text.to_owned())
    }

    /// Adds text of the program itself.
    #[must_use]
    pub fn then(mut self, text: &'static str) -> Self {
        self.0.push_str(text);
        self
    }

    /// Adds a name, quoted.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.0.push_str(&ident(name));
        self
    }

    /// Adds a string, quoted.
    #[must_use]
    pub fn value(mut self, text: &str) -> Self {
        self.0.push_str(&literal(text));
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn number(mut self, number: impl Into<u64>) -> Self {
        self.0.push_str(&number.into().to_string());
        self
    }

    /// Puts a comment before it that names dbdeck and the job. It survives into the process list, where a run that
    /// died is found again by it.
    #[must_use]
    pub fn tagged(self, job: &str) -> Self {
        Self(format!("{} {}", leading_comment(job), self.0))
    }
}

impl AsRef<str> for Sql {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An identifier in backticks, safe whatever it contains. (No server accepts U+0000 in one: it is taken out.)
pub fn ident(name: &str) -> String {
    format!("`{}`", name.replace('\0', "").replace('`', "``"))
}

/// A string literal that means the same under every `sql_mode` and character set: plain text in quotes, anything
/// else by its bytes.
pub fn literal(text: &str) -> String {
    if text.chars().all(is_plain) {
        return format!("'{text}'");
    }
    text.bytes().fold("_utf8mb4 0x".to_owned(), |mut literal, byte| {
        literal.extend([byte >> 4, byte & 15].map(|half| char::from(b"0123456789abcdef"[usize::from(half)])));
        literal
    })
}

/// A string literal that stays readable in a process list and a slow log. It means the same under every `sql_mode`, in
/// a session that speaks utf8mb4 as every [`super::Link`] does.
pub fn readable(text: &str) -> String {
    if text.chars().any(|c| c == '\\' || c.is_control()) {
        return literal(text);
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// A string in quotes, for grammar that takes nothing else (`IDENTIFIED BY`), in a session in which a backslash escapes.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// An account, for grammar that takes no literal but one in quotes.
pub fn account(user: &str, host: &str) -> String {
    format!("{}@{}", ident(user), ident(host))
}

/// Literals for `IN (…)`; of none, `NULL`, which nothing equals.
pub fn list<T: AsRef<str>>(texts: &[T]) -> String {
    if texts.is_empty() {
        return "NULL".to_owned();
    }
    texts.iter().map(|text| literal(text.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A database's name for the `ON` of a `GRANT`, where `_` and `%` are wildcards: unescaped, `comfyui_client` also opens
/// `comfyuiXclient`. Under `partial_revokes` the name is literal, and [`ident`] is to be used instead.
pub fn grant_pattern(database: &str) -> String {
    ident(&like_escape(database))
}

/// Text that `LIKE` takes literally (with `\` as its escape character): `\`, `_` and `%` escaped.
pub fn like_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '_' | '%') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The name of a lock on a database for some purpose: the same from every machine, at most 64 characters.
pub fn lock_name(purpose: &str, schema: &str) -> String {
    let plain = format!("{purpose}:{schema}");
    if plain.len() <= 64 && plain.is_ascii() {
        return plain;
    }
    let hash = Sha256::digest(schema.as_bytes());
    let short: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{purpose}:{short}")
}

/// `/* dbdeck … */`, which its content cannot close, make executable or break over lines.
pub fn leading_comment(job: &str) -> String {
    let is_harmless = |c: &char| c.is_ascii_alphanumeric() || " _-.,:#=@".contains(*c);
    let job: String = job.chars().filter(is_harmless).take(64).collect();
    format!("/* dbdeck {} */", job.trim())
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || " _-.,:/@%#$".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::server::script::{Options, split};

    #[test]
    fn names_are_quoted() {
        let check = |name, quoted| assert_eq!(ident(name), quoted);
        check("client_tasks", "`client_tasks`");
        check("a`b", "`a``b`");
        check("a\0`; --", "`a``; --`");
        check("表", "`表`");
    }

    #[test]
    fn literals_are_plain_or_bytes() {
        let check = |text, quoted| assert_eq!(literal(text), quoted);
        check("", "''");
        check("2026-11-22 10:00:00", "'2026-11-22 10:00:00'");
        check("it's", "_utf8mb4 0x69742773");
        check("a\\", "_utf8mb4 0x615c");
        check("中\n", "_utf8mb4 0xe4b8ad0a");
    }

    #[test]
    fn accounts_and_their_passwords_are_quoted_as_their_grammar_wants_it() {
        assert_eq!(account("o'b`x", "%"), "`o'b``x`@`%`");
        assert_eq!(quoted("it's \\ 中"), "'it''s \\\\ 中'");
    }

    #[test]
    fn lists_of_nothing_match_nothing() {
        assert_eq!(list::<&str>(&[]), "NULL");
        assert_eq!(list(&["a", "b'"]), "'a', _utf8mb4 0x6227");
    }

    #[test]
    fn patterns_match_one_database() {
        assert_eq!(grant_pattern("comfyui_client"), "`comfyui\\_client`");
        assert_eq!(like_escape("50%_\\"), "50\\%\\_\\\\");
    }

    #[test]
    fn comments_cannot_be_closed_from_within() {
        let check = |job, comment| assert_eq!(leading_comment(job), comment);
        check("job=41 cleanup", "/* dbdeck job=41 cleanup */");
        check("x */ DROP TABLE t; /*", "/* dbdeck x  DROP TABLE t */");
        check("!50000 \n中", "/* dbdeck 50000 */");
    }

    #[test]
    fn statements_are_built_from_quoted_parts() {
        let sql =
            Sql::fixed("DELETE FROM ").name("a`b").then(" WHERE c = ").value("d'").then(" LIMIT ").number(500_u32);
        assert_eq!(
            sql.tagged("job=1").as_ref(),
            "/* dbdeck job=1 */ DELETE FROM `a``b` WHERE c = _utf8mb4 0x6427 LIMIT 500"
        );
    }

    proptest! {
        /// Whatever the data and the mode, there is one statement and it is the one that was built.
        #[test]
        fn data_never_ends_a_statement(name in ".*", value in ".*", job in ".*", modes in any::<(bool, bool)>()) {
            let sql = Sql::fixed("SELECT ").name(&name).then(", ").value(&value).tagged(&job);
            let options = Options { ansi_quotes: modes.0, no_backslash_escapes: modes.1 };
            let statements = split(sql.as_ref(), options).expect("closed");
            prop_assert_eq!(statements.len(), 1);
            prop_assert_eq!(statements[0].text, &sql.as_ref()[leading_comment(&job).len() + 1..]);
        }
    }
}
