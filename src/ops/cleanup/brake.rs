//! Reasons to rest: any one of them stops the next batch, is shown, and is looked at again until it is over.
//!
//! Looked at about once a second, on the connection that works. A figure that cannot be read brakes nothing, and the plan
//! says so.

use std::time::{Duration, Instant};

use crate::config::WorkerSettings;
use crate::op::{JobCx, JobLink, OpError};
use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::read::{counters, replication};
use crate::server::{Link, sql};
use crate::units::{Rows, Span};

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// Holds the batches back while the server has other worries.
#[derive(Debug, Default)]
pub struct Brake {
    looked: Option<Instant>,
}

/// What is looked at.
struct Figures {
    lag: Known<Option<Duration>>,
    running: u64,
    history: Known<u64>,
}

impl Brake {
    /// Returns when nothing speaks against another batch.
    ///
    /// # Errors
    /// As [`JobCx::checkpoint`]; [`OpError::Server`] when the connection is lost.
    pub async fn wait(&mut self, cx: &JobCx, link: &mut JobLink) -> Result<(), OpError> {
        if self.looked.is_some_and(|looked| looked.elapsed() < PAUSE) {
            return cx.checkpoint().await;
        }
        let mut held = false;
        loop {
            let figures = Figures::read(link.reading()).await.map_err(OpError::server("looking whether to rest"))?;
            self.looked = Some(Instant::now());
            let Some(reason) = figures.reason(&cx.config.worker) else { break };
            held = true;
            cx.hold(Some(reason));
            cx.sleep(PAUSE).await?;
        }
        if held {
            cx.hold(None);
        }
        cx.checkpoint().await
    }
}

/// What can brake on this server, and what cannot because it cannot be seen, in a sentence.
///
/// # Errors
/// [`OpError::Server`] when the connection is lost.
pub async fn prospect(link: &mut Link, worker: &WorkerSettings) -> Result<String, OpError> {
    let figures = Figures::read(link).await.map_err(OpError::server("looking at the brakes"))?;
    let lag = match figures.lag {
        Ok(Some(_)) => format!("replication lag above {}", Span(worker.max_lag)),
        Ok(None) => "replication lag: this is no replica".to_owned(),
        Err(lack) => format!("not replication lag ({})", lack.reason),
    };
    let running = format!("more than {} running threads", worker.max_running);
    let history = match figures.history {
        Ok(_) => format!("history above {}", Rows(worker.max_history)),
        Err(lack) => format!("not history ({})", lack.reason),
    };
    Ok([running, history, lag].join("; "))
}

impl Figures {
    async fn read(link: &mut Link) -> Result<Self, ServerError> {
        let lags = |channels: Vec<replication::Channel>| channels.iter().filter_map(|channel| channel.lag).max();
        let lag = replication::read(link).await?.map(lags);
        let running = counters::read(link).await?.threads_running;
        Ok(Self { lag, running, history: history(link).await? })
    }

    fn reason(&self, worker: &WorkerSettings) -> Option<String> {
        match (&self.lag, &self.history) {
            (Ok(Some(lag)), _) if *lag > worker.max_lag => Some(format!("rests: replication lags {}", Span(*lag))),
            (_, Ok(history)) if *history > worker.max_history => {
                Some(format!("rests: {} undo entries wait for purge", Rows(*history)))
            }
            _ if self.running > u64::from(worker.max_running) => {
                Some(format!("rests: {} threads are running", self.running))
            }
            _ => None,
        }
    }
}

/// The length of the history list: transactions whose undo entries wait for purge. The counter is on by default.
async fn history(link: &mut Link) -> Result<Known<u64>, ServerError> {
    let name = sql::literal("trx_rseg_history_len");
    let rows = link.rows(format!("SELECT `COUNT` FROM information_schema.INNODB_METRICS WHERE NAME = {name}")).await;
    let denied = || {
        let remedy = link.caps.grant("PROCESS", "*.*");
        Unavailable::permission("needs the right PROCESS", remedy)
    };
    let rows = known(rows, denied)?;
    Ok(rows.and_then(|rows| rows.first().and_then(|row| row.u64(0)).ok_or_else(|| Unavailable::answer("not counted"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_one_reason_is_enough() {
        let worker = WorkerSettings { max_running: 50, max_history: 1000, ..WorkerSettings::default() };
        let check = |lag: Option<u64>, running, history, expected: Option<&str>| {
            let figures = Figures { lag: Ok(lag.map(Duration::from_secs)), running, history: Ok(history) };
            assert_eq!(figures.reason(&worker).as_deref(), expected);
        };
        check(None, 50, 1000, None);
        check(Some(10), 1, 0, None);
        check(Some(40), 1, 0, Some("rests: replication lags 40 s"));
        check(None, 51, 0, Some("rests: 51 threads are running"));
        check(None, 1, 1_200, Some("rests: 1 200 undo entries wait for purge"));
    }

    #[test]
    fn what_cannot_be_seen_brakes_nothing() {
        let unseen = || Unavailable::answer("not counted");
        let figures = Figures { lag: Err(unseen()), running: 1, history: Err(unseen()) };
        assert_eq!(figures.reason(&WorkerSettings::default()), None);
    }
}
