//! What is known of an operation before it is called.

/// One operation, as every front end sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// The words of its command: `cleanup`, `maintain analyze`. Its name in the record too.
    pub id: &'static str,
    /// What it does, in a few words, for dialogs and lists.
    pub title: &'static str,
    /// What it does, in a sentence, for help, palette and documentation.
    pub doc: &'static str,
    /// What it can do to the data, which decides the question that is asked.
    pub risk: Risk,
    /// What one job of it is about.
    pub scope: Scope,
    /// What must not run beside it.
    pub conflicts: Conflicts,
    /// The rights it needs, as a GRANT names them: `SELECT, DELETE ON {database}` for all tables of its database, any
    /// other on the server. What is lacking on a database is said in the plan.
    pub needs: &'static [&'static str],
    /// Whether the schedule may run it.
    pub schedulable: bool,
    /// Whether it can be paused, and can go on where a broken run of it ended.
    pub resumable: bool,
    /// Its key in the console.
    pub key: Option<char>,
}

/// What an operation can do to the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Nothing: it reads. Its plan is its answer.
    Looks,
    /// It changes something that can be changed back, or loses nothing. Asked once.
    Reversible,
    /// It takes something away for good. Its plan is shown and the database's name wanted.
    Destructive,
}

/// What one job is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One database: several make several jobs.
    Database,
    /// All chosen databases together.
    Together,
    /// One thread of the server of one database.
    Thread,
}

/// What must not run beside an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflicts {
    /// Anything else on the same database, here or in another console: a named lock in the server sees to it.
    Database,
    /// Nothing: it waits for nobody and counts against no limit.
    Nothing,
}

impl Meta {
    /// The words of its command.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.id.split(' ')
    }
}
