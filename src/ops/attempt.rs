//! Statements that want a table for themselves, in short attempts instead of one long wait.
//!
//! A statement that waits for the lock of a table stops every later one on that table, readers included, for as long as
//! it waits: behind one forgotten transaction that is an outage. So an attempt waits `worker.lock_attempt` at most, is
//! given up earlier when more than `worker.max_victims` statements wait behind it, and is tried again, ever more rarely,
//! for `worker.lock_patience`. A statement can lose the lock at its end, too, and its work with it: then it begins anew.
//!
//! Not an operation: shared by those that rebuild, analyze, or drop partitions.

use std::time::{Duration, Instant};

use crate::config::{Config, Target};
use crate::op::{JobCx, OpError, Place};
use crate::server::read::{Thread, threads, transactions};
use crate::server::row::Row;
use crate::server::{Budgets, Link, Login, ServerError};
use crate::units::{Span, ThreadId};

/// Between two looks at the queue.
const LOOK: Duration = Duration::from_millis(250);

/// The longest rest between two attempts.
const LONGEST_REST: Duration = Duration::from_secs(30);

/// Runs such a statement and returns its rows. A row that tells of an error (`OPTIMIZE`, `ANALYZE`) is one.
///
/// # Errors
/// [`OpError::Cancelled`]: the table is as it was. [`OpError::Server`] when the server refuses, and when the lock could
/// not be had: then it says after how many attempts, and who may hold it.
pub async fn ddl(cx: &JobCx, place: &mut Place, doing: &str, sql: &str) -> Result<Vec<Row>, OpError> {
    let result = attempts(cx, place, doing, sql).await;
    cx.hold(None);
    result
}

async fn attempts(cx: &JobCx, place: &mut Place, doing: &str, sql: &str) -> Result<Vec<Row>, OpError> {
    let began = Instant::now();
    let mut number = 1;
    loop {
        cx.checkpoint().await?;
        let waited = match Attempt::at(cx, place, number).make(place, doing, sql).await? {
            Outcome::Done(rows) => return Ok(rows),
            Outcome::Blocked(victims) => behind(victims, "waited"),
        };
        let suspect = suspect(place.link.reading()).await;
        let rest = rest(number);
        if began.elapsed() + rest > cx.config.worker.lock_patience {
            let spent = Span(began.elapsed());
            let attempts = if number == 1 { "1 attempt".to_owned() } else { format!("{number} attempts") };
            let doing = format!("{doing}: given up after {attempts} in {spent}; {waited}{suspect}");
            return Err(OpError::Server { doing, error: timed_out() });
        }
        cx.hold(Some(format!("attempt {number}: {waited}{suspect}; next try in {}", Span(rest))));
        cx.sleep(rest).await?;
        number += 1;
    }
}

/// 1, 2, 4, … seconds.
fn rest(attempt: u32) -> Duration {
    Duration::from_secs(1 << (attempt - 1).min(10)).min(LONGEST_REST)
}

fn behind(victims: usize, wait: &str) -> String {
    match victims {
        0 => format!("no statement {wait} behind the lock"),
        1 => format!("1 statement {wait} behind the lock"),
        many => format!("{many} statements {wait} behind the lock"),
    }
}

fn timed_out() -> ServerError {
    ServerError::Sql { code: LOCK_WAIT, message: LOCK_WAIT_TEXT.to_owned() }
}

/// The longest open transaction, where that may be seen: it is the one that most likely holds the lock.
async fn suspect(link: &mut Link) -> String {
    let Ok(Ok(open)) = transactions::read(link).await else { return String::new() };
    let oldest = open.into_iter().max_by_key(|transaction| transaction.age);
    oldest.map_or_else(String::new, |oldest| {
        format!(", the oldest transaction is thread {}'s and open for {}", oldest.thread, Span(oldest.age))
    })
}

enum Outcome {
    Done(Vec<Row>),
    /// Not done, and so many waited behind it.
    Blocked(usize),
}

/// One attempt, and what is seen of it from a second connection.
struct Attempt<'a> {
    cx: &'a JobCx,
    number: u32,
    queue: Queue,
    victims: usize,
    given_up: bool,
}

impl<'a> Attempt<'a> {
    fn at(cx: &'a JobCx, place: &Place, number: u32) -> Self {
        let queue = Queue::of(place.link.id(), &place.target, &cx.config);
        Self { cx, number, queue, victims: 0, given_up: false }
    }

    async fn make(mut self, place: &mut Place, doing: &str, sql: &str) -> Result<Outcome, OpError> {
        let mut work = Box::pin(place.link.rows(doing, sql));
        let answer = loop {
            tokio::select! {
                biased;
                answer = &mut work => break answer,
                victims = self.queue.look() => self.judge(victims).await,
            }
        };
        self.outcome(doing, answer)
    }

    /// Shows who waits behind the lock while it is waited for, and gives up when they are too many.
    async fn judge(&mut self, victims: Option<usize>) {
        let reason = victims.map(|victims| {
            self.victims = self.victims.max(victims);
            format!("attempt {}: waits for the lock; {}", self.number, behind(victims, "waits"))
        });
        self.cx.hold(reason);
        if victims.is_some_and(|victims| victims > self.cx.config.worker.max_victims as usize) {
            self.given_up = true;
            self.queue.give_up().await;
        }
    }

    fn outcome(&self, doing: &str, answer: Result<Vec<Row>, OpError>) -> Result<Outcome, OpError> {
        let failed = |error| OpError::Server { doing: doing.to_owned(), error };
        let error = match answer {
            Ok(rows) => match complaint(&rows) {
                None => return Ok(Outcome::Done(rows)),
                Some(complaint) => complaint,
            },
            Err(OpError::Server { error, .. }) => error,
            Err(other) => return Err(other),
        };
        match error {
            ServerError::Sql { .. } if self.cx.control.is_cancelled() => Err(OpError::Cancelled),
            ServerError::Sql { code: LOCK_WAIT, .. } => Ok(Outcome::Blocked(self.victims)),
            ServerError::Sql { code: INTERRUPTED, .. } if self.given_up => Ok(Outcome::Blocked(self.victims)),
            error => Err(failed(error)),
        }
    }
}

const LOCK_WAIT: u16 = 1205;
const INTERRUPTED: u16 = 1317;
const LOCK_WAIT_TEXT: &str = "Lock wait timeout exceeded; try restarting transaction";

/// What the rows of `OPTIMIZE` and `ANALYZE` tell of an error. Columns: table, operation, kind of message, message. The
/// number is not among them, and one of the servers keeps no warning either (measured): the text says it, which is
/// English in every session of ours.
fn complaint(rows: &[Row]) -> Option<ServerError> {
    let is_error = |row: &&Row| row.text_or_empty(2).eq_ignore_ascii_case("error");
    let message = rows.iter().find(is_error)?.text_or_empty(3);
    let code = match message.as_str() {
        text if text.starts_with("Lock wait timeout exceeded") => LOCK_WAIT,
        text if text.starts_with("Query execution was interrupted") => INTERRUPTED,
        _ => UNKNOWN,
    };
    Some(ServerError::Sql { code, message })
}

/// The servers' number for an error that has none of its own.
const UNKNOWN: u16 = 1105;

/// Who waits behind a statement, seen from a second connection.
struct Queue {
    own: ThreadId,
    login: Login,
    budgets: Budgets,
    link: Option<Link>,
}

impl Queue {
    fn of(own: ThreadId, target: &Target, config: &Config) -> Self {
        let sampling = &config.sampling;
        let budgets = Budgets { connect: sampling.connect_budget, query: sampling.query_budget };
        Self { own, login: Login::of(target), budgets, link: None }
    }

    /// After a moment: how many wait behind the statement; `None` while it does not wait itself, or nobody can say.
    async fn look(&mut self) -> Option<usize> {
        tokio::time::sleep(LOOK).await;
        let threads = threads::read(self.link().await?).await.ok()?;
        victims(&threads, self.own)
    }

    /// A statement that has ended meanwhile is not hurt by it.
    async fn give_up(&mut self) {
        let own = self.own;
        if let Some(link) = self.link().await {
            let _ = link.execute(format!("KILL QUERY {own}")).await;
        }
    }

    async fn link(&mut self) -> Option<&mut Link> {
        if self.link.as_ref().is_none_or(|link| !link.is_usable()) {
            self.link = Link::open(&self.login, self.budgets).await.ok();
        }
        self.link.as_mut()
    }
}

/// Those that wait for a table since after the statement began. Whose lock it is the list does not say.
fn victims(threads: &[Thread], own: ThreadId) -> Option<usize> {
    let own = threads.iter().find(|thread| thread.id == own).filter(|own| own.state.starts_with(WAITING))?;
    let is_victim = |thread: &&Thread| thread.id != own.id && thread.state.starts_with(WAITING);
    Some(threads.iter().filter(is_victim).filter(|thread| thread.time <= own.time).count())
}

const WAITING: &str = "Waiting for table";

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(id: u64, seconds: u64, state: &str) -> Thread {
        Thread { id: ThreadId(id), time: Duration::from_secs(seconds), state: state.to_owned(), ..Thread::default() }
    }

    #[test]
    fn victims_wait_behind_a_statement_that_waits() {
        let lock = "Waiting for table metadata lock";
        let check = |threads: &[Thread], expected| assert_eq!(victims(threads, ThreadId(1)), expected, "{threads:?}");
        check(&[], None);
        check(&[thread(1, 2, "altering table"), thread(2, 1, lock)], None);
        check(&[thread(1, 2, lock)], Some(0));
        check(&[thread(1, 2, lock), thread(2, 1, lock), thread(3, 2, lock), thread(4, 1, "updating")], Some(2));
        check(&[thread(1, 2, lock), thread(2, 60, lock)], Some(0));
    }

    #[test]
    fn attempts_become_rarer() {
        assert_eq!([1, 2, 3, 5, 6, 40].map(|attempt| rest(attempt).as_secs()), [1, 2, 4, 16, 30, 30]);
    }
}
