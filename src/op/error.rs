//! How an operation can end other than well.

use crate::server::ServerError;

/// Why an operation did not do all it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// Somebody asked it to stop, and it has stopped.
    #[error("stopped on request")]
    Cancelled,
    /// The console that ran it ends and leaves it to another process.
    #[error("handed over")]
    HandedOver,
    /// The server failed, or refused a statement.
    #[error("{doing}: {error}")]
    Server {
        /// What was attempted on what.
        doing: String,
        /// The server's reason.
        error: ServerError,
    },
    /// A file could not be read or written.
    #[error("{doing}: {error}")]
    File {
        /// What was attempted on what.
        doing: String,
        /// The operating system's reason.
        error: std::io::Error,
    },
    /// A parameter names something that is not there, or does not fit another one.
    #[error("{0}")]
    Usage(String),
    /// Something has to be done first: what, and how.
    #[error("{0}")]
    Refused(String),
    /// It did not work, and how far it came: the text may have several lines.
    #[error("{0}")]
    Failed(String),
    /// Another process of dbdeck is at work there: who.
    #[error("{0}")]
    Held(String),
    /// What was planned is not what is there now.
    #[error("{0}")]
    Changed(String),
    /// What was done is not known: the sentence says what is and what to look at.
    #[error("{0}")]
    Doubt(String),
    /// It could not be recorded, and what cannot be recorded is not done.
    #[error("not recorded, so not done: {0}")]
    Unrecorded(String),
}

impl OpError {
    /// A server's error, with what was attempted.
    pub fn server(doing: impl Into<String>) -> impl FnOnce(ServerError) -> Self {
        let doing = doing.into();
        move |error| Self::Server { doing, error }
    }

    /// A file's error, with what was attempted.
    pub fn file(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |error| Self::File { doing, error }
    }

    /// Whether nobody could be reached.
    pub fn is_unreachable(&self) -> bool {
        let kinds = |error: &ServerError| {
            matches!(error, ServerError::Unreachable { .. } | ServerError::Refused { .. } | ServerError::Budget { .. })
        };
        matches!(self, Self::Server { error, .. } if kinds(error))
    }

    /// Whether the connection broke half-way: what was done stands, the rest was not done.
    pub fn is_interruption(&self) -> bool {
        matches!(self, Self::Server { error, .. } if !error.is_harmless())
    }
}
