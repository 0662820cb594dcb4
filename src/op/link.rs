//! The connection of a running operation: its statements can be stopped, and are watched while they take long.
//!
//! A statement of an operation has no limit of its own. What takes longer than a moment is looked at from a second
//! connection ([`super::vigil`]), so that a slow statement and a silent server are never taken for each other. Stopping
//! is: `KILL QUERY` from a second connection, until the statement's own answer says that it is over.

use std::future::Future;
use std::time::{Duration, Instant};

use super::cx::Control;
use super::error::OpError;
use super::vigil::Vigil;
use crate::config::{Config, Target};
use crate::server::conn::Session;
use crate::server::row::Row;
use crate::server::sql::leading_comment;
use crate::server::{Budgets, Link, Login, ServerError};
use crate::units::{Span, ThreadId};

/// A statement may take a year; whether the server is still there is the vigil's to find out.
const PATIENCE: Duration = Duration::from_hours(24 * 365);

/// A server that has not stopped a statement for so long is not waited for any longer.
const STOPPING: Duration = Duration::from_secs(30);

/// Between two attempts to stop a statement.
const AGAIN: Duration = Duration::from_millis(500);

/// The purpose of the lock that a job holds on its database.
pub const RUN: &str = "dbdeck";

/// A database that a job works on, and the connection it works with.
pub struct Place {
    /// The database.
    pub target: Target,
    /// The connection.
    pub link: JobLink,
}

/// A connection whose statements carry the job's name, can be stopped, and are watched.
pub struct JobLink {
    link: Link,
    login: Login,
    budgets: Budgets,
    control: Control,
    tag: String,
}

impl JobLink {
    /// Connects for a job; the tag is put before every statement and found in the server's process list.
    ///
    /// # Errors
    /// As [`Link::open`].
    pub async fn open(config: &Config, target: &Target, control: Control, tag: &str) -> Result<Self, ServerError> {
        let (sampling, lock_wait) = (&config.sampling, config.worker.lock_attempt);
        let budgets = Budgets { connect: sampling.connect_budget, query: sampling.query_budget };
        let login = Login::of(target);
        let mut link = Link::open_for(Session::Work { lock_wait }, &login, budgets).await?;
        link.set_budget(PATIENCE);
        Ok(Self { link, login, budgets, control, tag: leading_comment(tag) })
    }

    /// Another connection of the same kind, for work side by side.
    ///
    /// # Errors
    /// As [`Link::open`].
    pub async fn another(&self, config: &Config, target: &Target) -> Result<Self, ServerError> {
        let mut other = Self::open(config, target, self.control.clone(), "").await?;
        other.tag.clone_from(&self.tag);
        Ok(other)
    }

    /// What this server can do.
    pub fn caps(&self) -> &crate::server::caps::Caps {
        &self.link.caps
    }

    /// Whether it can still be used.
    pub fn is_usable(&self) -> bool {
        self.link.is_usable()
    }

    /// The connection's id on the server.
    pub fn id(&self) -> ThreadId {
        self.link.id
    }

    /// The connection itself, for the typed readings: short questions, which nobody has to stop.
    pub fn reading(&mut self) -> &mut Link {
        &mut self.link
    }

    /// All rows of one statement.
    ///
    /// # Errors
    /// [`OpError::Cancelled`] when it was stopped on request, [`OpError::Doubt`] when a server that was asked to stop it
    /// does not say so, [`OpError::Server`] otherwise.
    pub async fn rows(&mut self, doing: &str, sql: impl AsRef<str> + Send) -> Result<Vec<Row>, OpError> {
        let sql = format!("{} {}", self.tag, sql.as_ref());
        let Self { link, login, budgets, control, .. } = self;
        let watcher = Watcher { login, budgets: *budgets, control, thread: link.id };
        watcher.watch(doing, link.rows(sql)).await
    }

    /// Runs one statement and returns the rows it affected.
    ///
    /// # Errors
    /// As [`JobLink::rows`].
    pub async fn execute(&mut self, doing: &str, sql: impl AsRef<str> + Send) -> Result<u64, OpError> {
        let sql = format!("{} {}", self.tag, sql.as_ref());
        let Self { link, login, budgets, control, .. } = self;
        let watcher = Watcher { login, budgets: *budgets, control, thread: link.id };
        watcher.watch(doing, link.execute(sql)).await
    }
}

/// Who waits for one statement.
struct Watcher<'a> {
    login: &'a Login,
    budgets: Budgets,
    control: &'a Control,
    thread: ThreadId,
}

impl Watcher<'_> {
    async fn watch<T>(self, doing: &str, work: impl Future<Output = Result<T, ServerError>>) -> Result<T, OpError> {
        if self.control.is_cancelled() {
            return Err(OpError::Cancelled);
        }
        let _vigil = Vigil::over(self.thread, self.login.clone(), self.budgets, self.control.clone());
        let mut work = Box::pin(work);
        let answer = tokio::select! {
            answer = &mut work => answer,
            () = self.control.cancelled() => return self.stop(doing, work).await,
        };
        answer.map_err(OpError::server(doing))
    }

    /// Asks the server to stop the statement until it has answered.
    async fn stop<T>(
        &self,
        doing: &str,
        mut work: impl Future<Output = Result<T, ServerError>> + Unpin,
    ) -> Result<T, OpError> {
        let asked = Instant::now();
        while asked.elapsed() < STOPPING {
            tokio::select! {
                answer = &mut work => return answer.map_err(|error| stopped(doing, error)),
                () = self.ask_to_stop() => {}
            }
            tokio::select! {
                answer = &mut work => return answer.map_err(|error| stopped(doing, error)),
                () = tokio::time::sleep(AGAIN) => {}
            }
        }
        let (thread, waited) = (self.thread, Span(STOPPING));
        Err(OpError::Doubt(format!(
            "{doing}: asked to stop, but the server has not said within {waited} that it did; \
             look for thread {thread} in its process list"
        )))
    }

    /// Where it fails, the next attempt may not.
    async fn ask_to_stop(&self) {
        if let Ok(mut link) = Link::open(self.login, self.budgets).await {
            let _ = link.execute(format!("KILL QUERY {}", self.thread)).await;
        }
    }
}

/// The statement's own answer that it was interrupted is the proof that it is over.
fn stopped(doing: &str, error: ServerError) -> OpError {
    match error {
        ServerError::Sql { code: INTERRUPTED, .. } => OpError::Cancelled,
        error => OpError::server(doing)(error),
    }
}

/// The servers' error for a statement that was killed.
const INTERRUPTED: u16 = 1317;
