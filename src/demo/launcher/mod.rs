//! Private, throw-away servers: for `dbdeck demo` and for every test that needs a real one.
//!
//! A server gets two directories, both 0700: its *home*, which is ours (settings, error log, how to start it again,
//! the caller's files), and its *data*, which belongs to the unprivileged user it runs as when we are root. It listens
//! on a Unix socket and nowhere else. Whatever ends this process ends the server ([`guard`] says how).
//!
//! Reading order: [`program`] (which server program) · [`settings`] (its option file) · [`guard`] (the process that
//! outlives us) · [`server`] (a running server). Deliberately absent: Windows, and servers that listen on TCP.

mod guard;
mod home;
mod program;
mod server;
mod settings;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use program::Program;
pub use server::PrivateServer;
pub use settings::Tuning;

use home::Home;
use settings::Settings;

/// What to start, and how.
#[derive(Debug, Clone, Default)]
pub struct Launcher {
    program: Option<PathBuf>,
    keep: bool,
    tuning: Tuning,
    options: Vec<String>,
}

impl Launcher {
    /// A server found on this machine, tuned for a short life, its directories removed in the end.
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses this server program: an executable (a wrapper script will do), or the directory of a Debian root that
    /// contains one. `None` looks for one on this machine.
    #[must_use]
    pub fn program(mut self, program: Option<&Path>) -> Self {
        self.program = program.map(Path::to_owned);
        self
    }

    /// Keeps the directories when the server ends.
    #[must_use]
    pub fn keep(mut self, keep: bool) -> Self {
        self.keep = keep;
        self
    }

    /// Chooses between a server for a short life and one with its maker's settings.
    #[must_use]
    pub fn tuning(mut self, tuning: Tuning) -> Self {
        self.tuning = tuning;
        self
    }

    /// Adds a line to the server's option file (`performance_schema=ON`); the last one wins.
    #[must_use]
    pub fn option(mut self, option: impl Into<String>) -> Self {
        self.options.push(option.into());
        self
    }

    /// Initialises a data directory, starts the server on it and waits until it answers.
    ///
    /// # Errors
    /// [`LaunchError`]; nothing is left behind, unless the directories were to be kept.
    pub async fn start(self) -> Result<PrivateServer, LaunchError> {
        let program = Program::find(self.program.as_deref()).await?;
        let home = Home::create(self.keep)?;
        let settings = Settings { program: &program, home: &home, tuning: self.tuning, extra: &self.options };
        home.write("server.cnf", &settings.text())?;
        home.write("start", &program.start_script(&home))?;
        program.initialise(&home).await?;
        PrivateServer::start(program, home).await
    }
}

/// Why there is no private server.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// No server program was found.
    #[error("no server program found ({looked_for}): install one with `apt-get install {package}`")]
    Missing {
        /// Where it was looked for.
        looked_for: String,
        /// The Debian package that has it.
        package: &'static str,
    },
    /// The program is there and cannot be used.
    #[error("cannot use {}: {reason}", program.display())]
    Unusable {
        /// The program.
        program: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A file or a directory of the server could not be made.
    #[error("cannot make {}: {reason}", path.display())]
    Directory {
        /// Which.
        path: PathBuf,
        /// The operating system's reason.
        reason: std::io::Error,
    },
    /// The data directory could not be initialised.
    #[error("{program} did not initialise its data directory; its last words:\n{log}")]
    Initialise {
        /// The program.
        program: String,
        /// The end of its log.
        log: String,
    },
    /// The server ended instead of answering.
    #[error("{program} ended before it answered; its last words:\n{log}")]
    Ended {
        /// The program.
        program: String,
        /// The end of its log.
        log: String,
    },
    /// The server did not answer in time.
    #[error("{program} did not answer within {} s; its last words:\n{log}", limit.as_secs())]
    Late {
        /// The program.
        program: String,
        /// How long we waited.
        limit: Duration,
        /// The end of its log.
        log: String,
    },
    /// The process that watches over the server could not be started or spoken to.
    #[error("cannot run the server's guard (/bin/sh): {0}")]
    Guard(std::io::Error),
}
