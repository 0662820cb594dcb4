//! What can go wrong between dbdeck and a server, in the words of the operator.
//!
//! The driver's own error chain repeats itself and may quote data; it is converted here and goes no further.

use std::time::Duration;

use crate::units::Span;

/// A statement or a connection that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// No connection came about.
    #[error("cannot reach {endpoint}: {reason}")]
    Unreachable {
        /// Where to.
        endpoint: String,
        /// The operating system's or the resolver's reason.
        reason: String,
    },
    /// The server let somebody else in, not us.
    #[error("{endpoint} refuses the account {user:?}: {message}")]
    Refused {
        /// Where to.
        endpoint: String,
        /// Who knocked.
        user: String,
        /// The server's own words.
        message: String,
    },
    /// An answer did not come in time; the connection is gone.
    #[error("no answer within {}", Span(*.budget))]
    Budget {
        /// The time that was granted.
        budget: Duration,
    },
    /// The connection broke.
    #[error("connection lost: {reason}")]
    Lost {
        /// Why.
        reason: String,
    },
    /// The server answered with an error.
    #[error("error {code}: {message}")]
    Sql {
        /// The server's error number.
        code: u16,
        /// The server's own words.
        message: String,
    },
    /// The password could not be fetched.
    #[error("{0}")]
    Secret(String),
    /// The answer was not what this kind of server answers.
    #[error("unexpected answer: {0}")]
    Unexpected(String),
}

impl ServerError {
    /// Whether the account lacks a right: 1044, 1142, 1143, 1227, 1370 (same numbers on both flavors, measured).
    pub fn is_denied(&self) -> bool {
        matches!(self, Self::Sql { code: 1044 | 1142 | 1143 | 1227 | 1370, .. })
    }

    /// Whether the server gave up because of a lock or a statement limit: 1205, 1969 and 3024 (the limit of each
    /// flavor), 1317 (interrupted).
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Sql { code: 1205 | 1317 | 1969 | 3024, .. })
    }

    /// Whether the connection can still be used after this error.
    pub fn is_harmless(&self) -> bool {
        matches!(self, Self::Sql { .. } | Self::Unexpected(_))
    }

    /// The error of a statement on an open connection.
    pub(super) fn of_statement(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(database) => Self::of_database(database.as_ref()),
            other => Self::Lost { reason: plain(&other) },
        }
    }

    /// The error of an attempt to connect and log in.
    pub(super) fn of_connect(error: sqlx::Error, endpoint: String, user: &str) -> Self {
        match error {
            sqlx::Error::Database(database) => match Self::of_database(database.as_ref()) {
                Self::Sql { message, .. } => Self::Refused { endpoint, user: user.to_owned(), message },
                other => other,
            },
            other => Self::Unreachable { endpoint, reason: plain(&other) },
        }
    }

    fn of_database(error: &dyn sqlx::error::DatabaseError) -> Self {
        let code = error
            .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
            .map_or(0, sqlx::mysql::MySqlDatabaseError::number);
        Self::Sql { code, message: crate::text::clean(error.message().as_bytes()) }
    }
}

/// The driver's error without its prefixes, which say the same thing twice.
fn plain(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Io(io) => match io.kind() {
            std::io::ErrorKind::UnexpectedEof => "the server closed the connection".to_owned(),
            std::io::ErrorKind::ConnectionRefused => "connection refused: no server listens there".to_owned(),
            std::io::ErrorKind::NotFound => "there is no such socket: is the server running?".to_owned(),
            _ => io.to_string(),
        },
        other => crate::text::clean(other.to_string().as_bytes()),
    }
}

/// Why something cannot be shown, and what would change that.
///
/// Shown in place of the figures: an empty list, a forbidden one and an unknown one never look alike.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Unavailable {
    /// Which of the three states of a pane this is.
    pub kind: Lack,
    /// One sentence, without full stop.
    pub reason: String,
    /// The exact statement or setting to paste.
    pub remedy: String,
}

/// What is lacking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// A right of the account.
    Permission,
    /// A setting of the server, or a feature this server does not have.
    Setting,
    /// The server did not answer this question (in time).
    Answer,
    /// What was asked about is not there.
    Absent,
}

impl Unavailable {
    /// A missing right, with the `GRANT` that gives it.
    pub fn permission(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind: Lack::Permission, reason: reason.into(), remedy: remedy.into() }
    }

    /// A setting that is off, with the statement that switches it on.
    pub fn setting(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind: Lack::Setting, reason: reason.into(), remedy: remedy.into() }
    }

    /// Something that is not there, with the statement that makes it.
    pub fn absent(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind: Lack::Absent, reason: reason.into(), remedy: remedy.into() }
    }

    /// A question the server did not answer.
    pub fn answer(reason: impl Into<String>) -> Self {
        Self { kind: Lack::Answer, reason: reason.into(), remedy: String::new() }
    }
}

/// A reading that may be unavailable.
pub type Known<T> = Result<T, Unavailable>;

/// Keeps apart what only this reading lacks (shown in its pane) and what takes the connection with it (an error).
///
/// # Errors
/// The error itself when the connection is not usable after it.
pub fn known<T>(answer: Result<T, ServerError>, denied: impl FnOnce() -> Unavailable) -> Result<Known<T>, ServerError> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(error) if error.is_denied() => Ok(Err(denied())),
        Err(error) if error.is_harmless() => Ok(Err(Unavailable::answer(error.to_string()))),
        Err(error) => Err(error),
    }
}
