//! What a proof has found, as data: accounts × databases × verbs, and flaws.

use serde::Serialize;

use crate::units::DatabaseName;

/// Something an account may try in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Read rows.
    Select,
    /// Add rows.
    Insert,
    /// Change rows.
    Update,
    /// Remove rows.
    Delete,
    /// Make a table.
    Create,
    /// Change a table.
    Alter,
    /// Remove a table.
    Drop,
    /// Empty a table.
    Truncate,
    /// Make an index.
    Index,
    /// Lock a table.
    Lock,
    /// Remove a stored program.
    Routine,
    /// Make a view.
    View,
}

impl Verb {
    /// All, rows first.
    pub const ALL: [Self; 12] = [
        Self::Select,
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::Create,
        Self::Alter,
        Self::Drop,
        Self::Truncate,
        Self::Index,
        Self::Lock,
        Self::Routine,
        Self::View,
    ];

    /// The right it takes, as a GRANT names it.
    pub fn right(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Create => "CREATE",
            Self::Alter => "ALTER",
            Self::Drop | Self::Truncate => "DROP",
            Self::Index => "INDEX",
            Self::Lock => "LOCK TABLES",
            Self::Routine => "ALTER ROUTINE",
            Self::View => "CREATE VIEW",
        }
    }

    /// What is tried, in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Create => "create",
            Self::Alter => "alter",
            Self::Drop => "drop",
            Self::Truncate => "truncate",
            Self::Index => "index",
            Self::Lock => "lock",
            Self::Routine => "routine",
            Self::View => "view",
        }
    }

    /// One letter for it, each its own: a cell of the matrix is twelve of them.
    pub fn letter(self) -> char {
        match self {
            Self::Select => 'S',
            Self::Insert => 'I',
            Self::Update => 'U',
            Self::Delete => 'D',
            Self::Create => 'C',
            Self::Alter => 'A',
            Self::Drop => 'R',
            Self::Truncate => 'T',
            Self::Index => 'X',
            Self::Lock => 'L',
            Self::Routine => 'P',
            Self::View => 'V',
        }
    }
}

/// What the server said to an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It may.
    Allowed,
    /// It may not.
    Denied,
    /// Neither is known: why.
    Unknown(String),
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What was tried.
    pub verb: Verb,
    /// What came of it.
    pub answer: Answer,
    /// What should have; [`Answer::Unknown`] where the policy leaves it open.
    pub expected: Answer,
}

impl Cell {
    /// Whether it is as it should be.
    pub fn is_right(&self) -> bool {
        self.answer == self.expected || matches!(self.expected, Answer::Unknown(_))
    }
}

/// What one account may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// The user's name.
    pub user: String,
    /// Its server.
    pub server: String,
    /// The account as the server matched it, or why it could not log in.
    pub login: Result<String, String>,
    /// The attempts in each configured database of that server; empty where it could not log in.
    pub databases: Vec<(DatabaseName, Vec<Cell>)>,
}

impl Proven {
    /// Whether it is right in every database.
    pub fn is_right(&self) -> bool {
        self.login.is_ok() && self.databases.iter().flat_map(|(_, cells)| cells).all(Cell::is_right)
    }
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Flaw {
    /// The account or the server.
    pub subject: String,
    /// What is wrong, in a sentence without full stop.
    pub text: String,
    /// The statement that would mend it; empty where there is none.
    pub remedy: String,
}

/// The whole proof.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Matrix {
    /// The accounts, in the order of the configuration, the operator's last.
    pub accounts: Vec<Proven>,
    /// What is wrong, missing rights and rights too many included.
    pub flaws: Vec<Flaw>,
    /// Servers that could not be reached, each with the reason.
    pub unreachable: Vec<(String, String)>,
}

impl Matrix {
    /// Whether everything is as it should be.
    pub fn is_right(&self) -> bool {
        self.flaws.is_empty() && self.unreachable.is_empty() && self.accounts.iter().all(Proven::is_right)
    }
}
