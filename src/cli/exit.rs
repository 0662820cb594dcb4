//! How a run ends: one code for scripts, one message for people.

use std::io::Write;
use std::process::ExitCode;

use crate::config::ConfigError;

/// The codes that scripts can rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// `--check` found something.
    Attention = 1,
    /// It did not work.
    Failed = 2,
    /// What was planned is not what is there.
    Conflict = 3,
    /// Another run is at work there.
    Held = 4,
    /// What was done is not known.
    Doubt = 5,
    /// A server cannot be reached.
    Unreachable = 6,
    /// The command line is wrong.
    Usage = 64,
    /// The configuration is wrong.
    Configuration = 78,
    /// Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a run did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line is wrong: what, and what would be right.
    #[error("{0}")]
    Usage(String),
    /// The configuration is wrong.
    #[error("{0}")]
    Configuration(#[from] ConfigError),
    /// It did not work.
    #[error("{0:#}")]
    Failed(#[from] anyhow::Error),
    /// It did not work, and scripts want to know why.
    #[error("{1}")]
    Because(Exit, String),
}

impl Failure {
    /// The code it ends with.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Configuration(_) => Exit::Configuration,
            Self::Failed(_) => Exit::Failed,
            Self::Because(exit, _) => *exit,
        }
    }
}

/// Prints the message of a failure. Where even that cannot be written, the code has to do.
pub fn complain(failure: &Failure) -> Exit {
    let _ = writeln!(std::io::stderr(), "dbdeck: {failure}");
    failure.exit()
}

/// Prints what the parser has to say: help and version are answers, anything else is a usage error.
pub fn answer(answer: &clap::Error) -> Exit {
    let _ = answer.print();
    if answer.use_stderr() { Exit::Usage } else { Exit::Done }
}
