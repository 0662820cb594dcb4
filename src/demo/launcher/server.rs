//! A running private server.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::LaunchError;
use super::guard::Guard;
use super::home::Home;
use super::program::Program;
use crate::config::{Endpoint, Tls};
use crate::secret::SecretSource;
use crate::server::dialect::Flavor;
use crate::server::{Budgets, Link, Login, ServerError};

/// A loaded machine with a slow disk takes its time.
const START_LIMIT: Duration = Duration::from_mins(1);
const RETRY: Duration = Duration::from_millis(25);

/// A server that lives as long as this value; dropping it ends the server and removes its directories, a moment
/// later. [`PrivateServer::stop`] waits for that.
#[derive(Debug)]
pub struct PrivateServer {
    program: Program,
    home: Home,
    /// `None` only while one guard hands over to the next.
    guard: Option<Guard>,
    pid: Pid,
}

impl PrivateServer {
    pub(super) async fn start(program: Program, mut home: Home) -> Result<Self, LaunchError> {
        let guard = Guard::start(&home).await.map_err(LaunchError::Guard)?;
        home.hand_over();
        let mut server = Self { program, home, pid: guard.pid, guard: Some(guard) };
        server.wait_until_it_answers().await?;
        Ok(server)
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.home.socket()
    }

    /// The private directory that goes with the server, for the caller's files.
    pub fn directory(&self) -> &Path {
        self.home.path()
    }

    /// The server's data directory.
    pub fn data(&self) -> PathBuf {
        self.home.servers().join("data")
    }

    /// The server's process.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Which family of servers it is.
    pub fn flavor(&self) -> Flavor {
        self.program.flavor
    }

    /// What the program says when asked for its version.
    pub fn version(&self) -> &str {
        &self.program.version
    }

    /// A shell command that starts the server again on kept directories.
    pub fn start_command(&self) -> String {
        format!("sh {}", self.home.path().join("start").display())
    }

    /// The all-powerful account of a new server.
    pub fn root(&self) -> Login {
        self.login("root", SecretSource::None)
    }

    /// A login to this server.
    pub fn login(&self, user: &str, secret: SecretSource) -> Login {
        Login { endpoint: Endpoint::Socket(self.socket()), tls: Tls::default(), user: user.to_owned(), secret }
    }

    /// Ends the server and removes its directories, unless they are to be kept.
    ///
    /// # Errors
    /// [`LaunchError::Guard`] when its guard cannot be waited for.
    pub async fn stop(self) -> Result<(), LaunchError> {
        match self.guard {
            Some(guard) => guard.finish().await.map_err(LaunchError::Guard),
            None => Ok(()),
        }
    }

    /// Ends the server as a power cut would; its directories stay for [`PrivateServer::restart`].
    pub async fn kill(&mut self) {
        self.end(Signal::KILL).await;
    }

    /// Starts the server again on the same data; ends it in good order first, if it runs.
    ///
    /// # Errors
    /// [`LaunchError`], and the server is down.
    pub async fn restart(&mut self) -> Result<(), LaunchError> {
        self.end(Signal::TERM).await;
        if let Some(guard) = self.guard.take() {
            guard.leave().await.map_err(LaunchError::Guard)?;
        }
        let guard = Guard::start(&self.home).await.map_err(LaunchError::Guard)?;
        self.pid = guard.pid;
        self.guard = Some(guard);
        self.wait_until_it_answers().await
    }

    /// The guard does not reap before it leaves, so the number cannot have passed to another process.
    async fn end(&mut self, signal: Signal) {
        let Some(guard) = &mut self.guard else { return };
        for signal in [signal, Signal::CONT] {
            if kill_process(self.pid, signal).is_err() {
                break;
            }
        }
        guard.server_ended().await;
    }

    async fn wait_until_it_answers(&mut self) -> Result<(), LaunchError> {
        let login = self.root();
        let Some(guard) = &mut self.guard else { return Err(self.ended()) };
        let answered = tokio::select! {
            answered = tokio::time::timeout(START_LIMIT, answer(&login)) => answered.is_ok(),
            () = guard.server_ended() => return Err(self.ended()),
        };
        if answered { Ok(()) } else { Err(self.late()) }
    }

    fn ended(&self) -> LaunchError {
        LaunchError::Ended { program: self.program.version.clone(), log: self.home.log_tail() }
    }

    fn late(&self) -> LaunchError {
        let program = self.program.version.clone();
        LaunchError::Late { program, limit: START_LIMIT, log: self.home.log_tail() }
    }
}

/// Knocks until somebody opens; a refusal is an answer too (a kept root may have been given a password).
async fn answer(login: &Login) {
    let budgets = Budgets { connect: START_LIMIT, query: START_LIMIT };
    let began = Instant::now();
    while began.elapsed() < START_LIMIT {
        match Link::open(login, budgets).await {
            Ok(_) | Err(ServerError::Refused { .. }) => return,
            Err(_) => tokio::time::sleep(RETRY).await,
        }
    }
}
