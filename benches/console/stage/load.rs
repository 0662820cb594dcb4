//! A steady load that touches all three databases, the same for every contender.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use dbdeck::server::Login;

use super::DATABASES;
use crate::probe::Probe;

/// 250 statements a second.
const PACE: Duration = Duration::from_millis(4);

/// A load that runs until the value is dropped.
pub struct Load {
    stop: Arc<AtomicBool>,
    worker: Option<JoinHandle<Result<()>>>,
}

impl Load {
    /// Starts from the same point for every contender: what an earlier load has added goes first.
    pub fn start(login: &Login) -> Result<Self> {
        let mut probe = Probe::open(login)?;
        for (_, database) in DATABASES {
            probe.execute(&format!("TRUNCATE TABLE {database}.t0"))?;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let worker = std::thread::spawn(move || work(&mut probe, &stopped));
        Ok(Self { stop, worker: Some(worker) })
    }

    /// Whether it still runs: a figure under load is worth nothing without one.
    pub fn is_running(&self) -> bool {
        self.worker.as_ref().is_some_and(|worker| !worker.is_finished())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(worker) = self.worker.take() {
            let _ = worker.join();
        }
    }
}

/// One statement per tick; a late one is not made up for.
fn work(probe: &mut Probe, stopped: &AtomicBool) -> Result<()> {
    for number in 0_usize.. {
        if stopped.load(Ordering::Relaxed) {
            break;
        }
        let due = Instant::now() + PACE;
        probe.execute(&statement(number))?;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    Ok(())
}

/// Inserts, updates and reads in turn, databases in turn.
fn statement(number: usize) -> String {
    let (_, database) = DATABASES[number % DATABASES.len()];
    match number % 4 {
        0 => format!("INSERT INTO {database}.t0 (state, note) VALUES ({number} % 100, REPEAT('b', 100))"),
        1 => format!("UPDATE {database}.t1 SET state = state + 1 WHERE id = 1"),
        2 => format!("SELECT COUNT(*) FROM {database}.t0 WHERE state = {number} % 100"),
        _ => format!("SELECT note FROM {database}.t2 WHERE id = 1"),
    }
}
