//! Who must not be hurt: a client that writes into the same table, and notes how long each write took.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use dbdeck::config::{Endpoint, Tls};
use dbdeck::secret::{SecretSource, SecretString};
use dbdeck::server::{Budgets, Link, Login};
use tokio::task::JoinHandle;

use super::stage::{DATABASE, TABLE};

const PATIENCE: Budgets = Budgets { connect: Duration::from_secs(20), query: Duration::from_mins(10) };

/// Writes before the measurement begins.
const WARM: u64 = 200;

/// A writer at work.
pub struct Writer {
    ended: Arc<AtomicBool>,
    written: Arc<AtomicU64>,
    task: JoinHandle<Result<Vec<Duration>>>,
}

/// What it suffered.
pub struct Stalls {
    pub p99: Duration,
    pub worst: Duration,
}

impl Writer {
    pub fn start(socket: PathBuf) -> Self {
        let (ended, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let task = tokio::spawn(write(socket, Arc::clone(&ended), Arc::clone(&written)));
        Self { ended, written, task }
    }

    /// Waits until it is in its stride.
    pub async fn warm(&self) {
        while self.written.load(Ordering::Relaxed) < WARM && !self.task.is_finished() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn stop(self) -> Result<Stalls> {
        self.ended.store(true, Ordering::Relaxed);
        let mut times = self.task.await.context("the writer is gone")??;
        let skip = usize::try_from(WARM)?;
        ensure!(times.len() > skip + 100, "the writer has written {} rows only", times.len());
        times.drain(..skip);
        times.sort_unstable();
        let p99 = times[times.len() * 99 / 100];
        Ok(Stalls { p99, worst: times[times.len() - 1] })
    }
}

/// Inserts a row, then changes one of those it has inserted, as a service does.
async fn write(socket: PathBuf, ended: Arc<AtomicBool>, written: Arc<AtomicU64>) -> Result<Vec<Duration>> {
    let secret = SecretSource::Literal(SecretString::from(""));
    let login = Login { endpoint: Endpoint::Socket(socket), tls: Tls::default(), user: "root".to_owned(), secret };
    let mut link = Link::open(&login, PATIENCE).await?;
    let insert = format!(
        "INSERT INTO {DATABASE}.{TABLE} (client, action, code, note) VALUES (UUID(), 'write', 200, REPEAT('w', 60))"
    );
    let update = format!("UPDATE {DATABASE}.{TABLE} SET code = code + 1 WHERE id = LAST_INSERT_ID()");
    let mut times = Vec::new();
    while !ended.load(Ordering::Relaxed) {
        for statement in [&insert, &update] {
            let began = Instant::now();
            link.execute(statement).await?;
            times.push(began.elapsed());
        }
        written.fetch_add(1, Ordering::Relaxed);
    }
    Ok(times)
}
