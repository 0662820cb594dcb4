//! What a rule says: about what, how strongly, how badly, and what to do.

use std::fmt;
use std::time::Instant;

use crate::text::truncate;
use crate::units::{DatabaseName, ThreadId};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Notice,
    /// Will hurt when nobody does anything.
    Warning,
    /// Hurts now.
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Critical => "critical",
        })
    }
}

/// What a signal is about; with the rule it identifies a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A server, by its address.
    Server(String),
    /// A configured database.
    Database(DatabaseName),
    /// One of its tables.
    Table {
        /// The database.
        database: DatabaseName,
        /// The table's name.
        table: String,
    },
    /// A connection.
    Thread {
        /// The server's address.
        server: String,
        /// The connection's id.
        thread: ThreadId,
    },
    /// An account.
    Account {
        /// The server's address.
        server: String,
        /// The account as the server matched it (`user@host`).
        account: String,
    },
    /// dbdeck's own configuration: which of its warnings.
    Configuration(usize),
    /// The migration files.
    Files,
}

impl Subject {
    /// Whether it is still there when nothing was said about it once; a connection may simply be gone.
    pub fn is_lasting(&self) -> bool {
        !matches!(self, Self::Thread { .. })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(endpoint) => f.pad(endpoint),
            Self::Database(name) => f.pad(&name.0),
            Self::Table { database, table } => f.pad(&format!("{database}.{table}")),
            Self::Thread { thread, .. } => f.pad(&format!("thread {thread}")),
            Self::Account { account, .. } => f.pad(account),
            Self::Configuration(_) => f.pad("configuration"),
            Self::Files => f.pad("migrations"),
        }
    }
}

/// What one rule says about one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// About what.
    pub subject: Subject,
    /// The figure in parts of its limit; infinite for what is either so or not.
    pub strength: f64,
    /// How bad.
    pub severity: Severity,
    /// A sentence without full stop and without the subject, with the figure and its limit; at most [`TEXT`] columns.
    pub text: String,
    /// What to do: a sentence, or the statement to paste.
    pub remedy: String,
    /// Since when, where the rule can tell; else the board remembers.
    pub since: Option<Instant>,
}

impl Signal {
    /// Something that is so: strength is infinite until [`Signal::strength`] says otherwise.
    pub fn new(subject: Subject, severity: Severity, text: impl AsRef<str>) -> Self {
        let text = truncate(text.as_ref(), TEXT);
        Self { subject, strength: f64::INFINITY, severity, text, remedy: String::new(), since: None }
    }

    /// A figure in parts of its limit, as [`ratio`] gives it.
    #[must_use]
    pub fn strength(self, strength: f64) -> Self {
        Self { strength, ..self }
    }

    /// What to do.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: remedy.into(), ..self }
    }

    /// Since when.
    #[must_use]
    pub fn since(self, since: Option<Instant>) -> Self {
        Self { since, ..self }
    }
}

/// Columns of a signal's text: with the subject and a key beside it, it fits a line of 120.
pub const TEXT: usize = 90;

/// A finding is raised at this strength.
pub const RAISE: f64 = 1.0;

/// A finding that is there stays down to this strength.
pub const KEEP: f64 = 0.85;

/// `value` in parts of `limit`; a limit of 0 switches the rule off.
pub fn ratio(value: f64, limit: f64) -> f64 {
    if limit > 0.0 { value / limit } else { 0.0 }
}

/// The signals of one look, each with the id of its rule.
#[derive(Debug, Default)]
pub struct Signals {
    rule: &'static str,
    signals: Vec<(&'static str, Signal)>,
}

impl Signals {
    /// Names the rule that speaks from here on.
    pub fn speaker(&mut self, rule: &'static str) {
        self.rule = rule;
    }

    /// Adds a signal, unless it is too weak even to keep a finding.
    pub fn add(&mut self, signal: Signal) {
        if signal.strength >= KEEP {
            self.signals.push((self.rule, signal));
        }
    }

    /// Adds what a rule may have to say.
    pub fn add_some(&mut self, signal: Option<Signal>) {
        if let Some(signal) = signal {
            self.add(signal);
        }
    }

    /// Everything that was said, with the rule that said it.
    pub fn said(self) -> impl Iterator<Item = (&'static str, Signal)> {
        self.signals.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_zero_switches_off() {
        assert!(ratio(5.0, 0.0) < KEEP);
        assert!((ratio(5.0, 2.5) - 2.0).abs() < f64::EPSILON);
    }
}
