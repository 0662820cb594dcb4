//! Sending one statement: again where that is safe, and no longer than the file allows.

use std::future::Future;
use std::time::{Duration, Instant};

use crate::migration::doubt::Judged;
use crate::op::{JobCx, OpError, Place};
use crate::ops::attempt;
use crate::server::{Budgets, Link, Login, ServerError};
use crate::units::Span;

/// The servers' error for a statement that was killed.
const INTERRUPTED: u16 = 1317;

/// The servers' errors for a lock that was not had: waited too long, or given up to break a circle.
const NO_LOCK: [u16; 2] = [1205, 1213];

/// Between two attempts at rows that somebody holds, and between two attempts to stop a statement.
const PAUSE: Duration = Duration::from_secs(1);

/// A statement, and how it may be sent.
pub struct Sending<'a> {
    /// The job.
    pub cx: &'a JobCx,
    /// What is done, for messages.
    pub doing: &'a str,
    /// The statement.
    pub sql: &'a str,
    /// The longest it may take.
    pub timeout: Option<Duration>,
}

/// How often a statement may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// In short attempts: one that does not get its lock has done nothing.
    Attempts,
    /// In a transaction of its own, again from its beginning.
    Transactions,
    /// Once: what it has done before it fails may stay.
    Never,
}

impl Repeats {
    /// For a statement that is judged so; `is_alone`: it has a transaction of its own.
    pub fn of(judged: Judged, is_alone: bool) -> Self {
        match judged {
            Judged::ByImage | Judged::Again => Self::Attempts,
            Judged::Undone if is_alone => Self::Transactions,
            Judged::Undone | Judged::NotAtAll => Self::Never,
        }
    }
}

impl Sending<'_> {
    /// Sends it; the rows it changed, where it is known to change rows.
    ///
    /// # Errors
    /// As [`crate::op::JobLink::execute`].
    pub async fn send(&self, work: &mut Place, repeats: Repeats) -> Result<u64, OpError> {
        let Some(timeout) = self.timeout else { return self.repeat(work, repeats).await };
        let stopper = Stopper::of(work, self.cx);
        let mut sent = Box::pin(self.repeat(work, repeats));
        let answer = tokio::select! {
            answer = &mut sent => return answer,
            () = tokio::time::sleep(timeout) => stopper.stop(sent).await,
        };
        answer.map_err(|error| match error {
            OpError::Server { error: ServerError::Sql { code, .. }, doing }
                if code == INTERRUPTED || NO_LOCK.contains(&code) =>
            {
                let message = format!("stopped after {}, which its header allows (`-- Timeout:`)", Span(timeout));
                OpError::Server { doing, error: ServerError::Sql { code: INTERRUPTED, message } }
            }
            error => error,
        })
    }

    async fn repeat(&self, work: &mut Place, repeats: Repeats) -> Result<u64, OpError> {
        match repeats {
            Repeats::Attempts => attempt::ddl(self.cx, work, self.doing, self.sql).await.map(|_| 0),
            Repeats::Transactions => self.transactions(work).await,
            Repeats::Never => work.link.execute(self.doing, self.sql).await,
        }
    }

    /// Leaves the transaction open, in which the statement was done.
    async fn transactions(&self, work: &mut Place) -> Result<u64, OpError> {
        let began = Instant::now();
        loop {
            work.link.execute(self.doing, "START TRANSACTION").await?;
            let error = match work.link.execute(self.doing, self.sql).await {
                Ok(rows) => {
                    self.cx.hold(None);
                    return Ok(rows);
                }
                Err(error) => error,
            };
            let is_held = matches!(&error, OpError::Server { error: ServerError::Sql { code, .. }, .. } if NO_LOCK.contains(code));
            if !is_held || began.elapsed() > self.cx.config.worker.lock_patience {
                return Err(error);
            }
            let _ = work.link.reading().execute("ROLLBACK").await;
            self.cx.hold(Some("somebody holds the rows; it is tried again".to_owned()));
            self.cx.sleep(PAUSE).await?;
        }
    }
}

/// Stops a statement from another connection.
struct Stopper {
    login: Login,
    budgets: Budgets,
    thread: u64,
}

impl Stopper {
    fn of(place: &Place, cx: &JobCx) -> Self {
        let sampling = &cx.config.sampling;
        let budgets = Budgets { connect: sampling.connect_budget, query: sampling.query_budget };
        Self { login: Login::of(&place.target), budgets, thread: place.link.id().0 }
    }

    /// Again and again, until the statement has answered: between two attempts there is nothing to stop.
    async fn stop<T>(&self, mut sent: impl Future<Output = Result<T, OpError>> + Unpin) -> Result<T, OpError> {
        loop {
            if let Ok(mut link) = Link::open(&self.login, self.budgets).await {
                let _ = link.execute(format!("KILL QUERY {}", self.thread)).await;
            }
            tokio::select! {
                answer = &mut sent => return answer,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}
