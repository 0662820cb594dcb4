//! What a script has made of its session so far: what a later statement, or a resumed run, has to know.

use std::collections::HashMap;

use crate::server::script::shape::{Kind, Shape, shape};
use crate::server::script::{Options, Statement};

/// The session of a script.
#[derive(Debug, Default)]
pub struct Session {
    /// A transaction of the script is open.
    pub in_transaction: bool,
    /// The script has switched autocommit off.
    pub manual: bool,
    /// It has locked tables: no other table can be used.
    pub locked: bool,
    /// What an earlier connection had, and this one cannot have again.
    pub lost: Option<Lost>,
    /// Statements that it has prepared.
    pub prepared: HashMap<String, String>,
}

/// What went with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The temporary table that this line makes.
    Table(usize),
    /// The value that this line reads from tables.
    Value(usize),
}

/// Whether a statement may leave something in the session for the statements behind it.
pub fn leaves_something(statement: &str) -> bool {
    let kind = shape(statement, Options::default()).kind;
    statement.contains('@') || !matches!(kind, Kind::Ddl | Kind::Rows | Kind::Repeatable)
}

/// Whether a statement changes nothing but the session, and is said again when a run is resumed behind it.
pub fn is_of_session(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Session
            | Kind::Temporary
            | Kind::Prepare(..)
            | Kind::Begin
            | Kind::Commit
            | Kind::Rollback
            | Kind::LockTables
            | Kind::UnlockTables
    )
}

impl Session {
    /// Whether rows that are changed now are kept only when the script says so.
    pub fn is_open(&self) -> bool {
        self.in_transaction || self.manual
    }

    /// Takes notice of a statement that has run.
    pub fn see(&mut self, kind: &Kind) {
        match kind {
            Kind::Begin => self.in_transaction = true,
            // A change of a table ends the transaction that is open, and keeps it.
            Kind::Commit | Kind::Rollback | Kind::Ddl => self.in_transaction = false,
            Kind::LockTables => (self.in_transaction, self.locked) = (false, true),
            Kind::UnlockTables => self.locked = false,
            _ => {}
        }
    }

    /// Takes notice of a statement that is said again behind others that are done.
    pub fn lose(&mut self, kind: &Kind, statement: &Statement<'_>) {
        if *kind == Kind::Temporary {
            self.lost = Some(Lost::Table(statement.line));
        } else if self.lost.is_none() && reads_data(statement.text) {
            self.lost = Some(Lost::Value(statement.line));
        }
    }

    /// What a statement really is: of an `EXECUTE`, what was prepared, as far as that is known.
    pub fn meaning(&self, statement: &str) -> (Shape, String) {
        let shape_of = |text: &str| shape(text, Options::default());
        let found = shape_of(statement);
        match &found.kind {
            Kind::Execute(name) => match self.prepared.get(&name.to_lowercase()) {
                Some(text) => (shape_of(text), text.clone()),
                None => (Shape { kind: Kind::Other, ..found }, statement.to_owned()),
            },
            _ => (found, statement.to_owned()),
        }
    }
}

/// The expression that a `PREPARE … FROM` takes its text from.
pub fn prepared_from(statement: &str) -> Option<&str> {
    let upper = statement.to_ascii_uppercase();
    let at = upper.match_indices("FROM").map(|(at, _)| at).find(|at| {
        let is_gap = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_whitespace() || b"'\"@".contains(byte));
        is_gap(upper.as_bytes().get(at - 1)) && is_gap(upper.as_bytes().get(at + 4))
    })?;
    Some(statement[at + 4..].trim())
}

/// Whether a variable is set to what data says. What the catalogue of tables says may well be read again: the usual
/// conditional form wants just that.
fn reads_data(statement: &str) -> bool {
    let upper = statement.to_ascii_uppercase();
    let of_last = ["LAST_INSERT_ID", "ROW_COUNT", "FOUND_ROWS"].iter().any(|word| upper.contains(word));
    upper.contains('@') && (of_last || (upper.contains("SELECT") && !upper.contains("INFORMATION_SCHEMA")))
}

/// Whether a statement may switch autocommit on or off.
pub fn sets_autocommit(statement: &str) -> bool {
    statement.to_ascii_uppercase().contains("AUTOCOMMIT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_prepared_is_found() {
        let check = |statement: &str, expected: Option<&str>| assert_eq!(prepared_from(statement), expected);
        check("PREPARE s FROM @sql", Some("@sql"));
        check("prepare from_x from 'SELECT 1 FROM t'", Some("'SELECT 1 FROM t'"));
        check("PREPARE s\nFROM\n@a", Some("@a"));
        check("PREPARE s", None);
    }

    #[test]
    fn an_execution_is_what_was_prepared() {
        let mut session = Session::default();
        session.prepared.insert("s".to_owned(), "ALTER TABLE t ADD a INT".to_owned());
        assert_eq!(session.meaning("EXECUTE S").0.kind, Kind::Ddl);
        assert_eq!(session.meaning("EXECUTE other").0.kind, Kind::Other);
        assert_eq!(session.meaning("INSERT INTO t VALUES (1)").0.kind, Kind::Rows);
    }
}
