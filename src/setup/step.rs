//! What would be done, one step at a time, and how each stands already.
//!
//! Invariant: a statement is shown with its passwords masked; the text with the passwords exists for the moment in which
//! it is sent.

use std::fmt;
use std::path::PathBuf;

use crate::secret::{ExposeSecret as _, SecretError, SecretSource, SecretString};
use crate::server::sql;
use crate::units::DatabaseName;

/// What is shown in the place of a password.
pub const MASK: &str = "'***'";

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it is about.
    pub subject: Subject,
    /// What it does, in a few words.
    pub title: String,
    /// How it is done.
    pub act: Act,
    /// How it stands.
    pub state: State,
    /// What is there and is not as chosen; left as it is.
    pub differences: Vec<Difference>,
}

/// What a step is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The configuration file.
    Configuration,
    /// A database.
    Database(DatabaseName),
    /// The service's tables in a database.
    Tables(DatabaseName),
    /// Their default rows.
    Rows(DatabaseName),
    /// The tables of dbdeck's own record.
    Record(DatabaseName),
    /// An account, with its rights, by its user's name.
    Account(String),
    /// What the migration files change, in all databases.
    Migrations,
    /// The administrator of the service's site.
    Administrator(DatabaseName),
}

/// How a step is done.
#[derive(Clone)]
pub enum Act {
    /// By statements, in this database where they name none.
    Statements {
        /// The database's name on the server.
        schema: Option<String>,
        /// In this order.
        statements: Vec<Statement>,
    },
    /// By the operation `migrate`, as a job of its own.
    Migrations {
        /// The files that are not applied yet, each with its database.
        pending: Vec<String>,
    },
    /// By writing a file that only its owner can read.
    File {
        /// Which.
        path: PathBuf,
        /// Its whole text, passwords included.
        text: SecretString,
        /// What is new in it, line by line, passwords masked.
        shown: Vec<String>,
    },
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All is as it should be.
    There,
    /// Something is missing, and the act makes it.
    Missing,
    /// Nothing is missing, but something is not as chosen.
    Differs,
    /// It cannot be done: the difference says why.
    Blocked,
}

/// Something that is there and is not as chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In a sentence, without full stop.
    pub what: String,
    /// The statement that would change it, passwords masked; empty where there is none.
    pub remedy: String,
}

/// A statement that may contain passwords.
#[derive(Clone)]
pub struct Statement {
    parts: Vec<Part>,
}

#[derive(Clone)]
enum Part {
    Sql(String),
    Password(SecretSource),
    Hash(SecretString),
}

impl Statement {
    /// A statement without passwords.
    pub fn plain(sql: impl Into<String>) -> Self {
        Self { parts: vec![Part::Sql(sql.into())] }
    }

    /// Adds SQL.
    #[must_use]
    pub fn then(mut self, sql: impl Into<String>) -> Self {
        self.parts.push(Part::Sql(sql.into()));
        self
    }

    /// Adds a password as a literal.
    #[must_use]
    pub fn password(mut self, source: SecretSource) -> Self {
        self.parts.push(Part::Password(source));
        self
    }

    /// Adds the hash of a password as a literal.
    #[must_use]
    pub fn hash(mut self, password: SecretString) -> Self {
        self.parts.push(Part::Hash(password));
        self
    }

    /// Whether it contains a password.
    pub fn is_secret(&self) -> bool {
        self.parts.iter().any(|part| !matches!(part, Part::Sql(_)))
    }

    /// The text that is sent.
    ///
    /// # Errors
    /// A password could not be fetched.
    pub async fn text(&self) -> Result<SecretString, SecretError> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Sql(sql) => text.push_str(sql),
                Part::Password(source) => text.push_str(&sql::quoted(source.fetch().await?.expose_secret())),
                Part::Hash(password) => text.push_str(&sql::literal(&super::password::hash(password.clone()).await?)),
            }
        }
        Ok(text.into())
    }
}

/// The statement as it is shown.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Sql(sql) => f.write_str(sql),
            Part::Password(_) | Part::Hash(_) => f.write_str(MASK),
        })
    }
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}

impl Act {
    /// What is shown of it, in this order: statements without their semicolon, or the lines of the file.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Statements { statements, .. } => statements.iter().map(ToString::to_string).collect(),
            Self::Migrations { pending } => pending.iter().map(|file| format!("dbdeck migrate: {file}")).collect(),
            Self::File { shown, .. } => shown.clone(),
        }
    }

    /// How often it acts on the server or on this machine.
    pub fn count(&self) -> usize {
        match self {
            Self::Statements { statements, .. } => statements.len(),
            Self::Migrations { pending } => pending.len(),
            Self::File { .. } => 1,
        }
    }
}

impl Step {
    /// Whether the act is to be done.
    pub fn is_due(&self) -> bool {
        self.state == State::Missing
    }
}
