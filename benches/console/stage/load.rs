//! A load that touches all three databases and rises and falls, the same for every contender.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use dbdeck::server::Login;

use super::DATABASES;
use crate::probe::Probe;

/// Between two statements, second after second: 100 to 500 statements a second, so that figures change.
const PACES: [Duration; 5] = [
    Duration::from_millis(4),
    Duration::from_millis(10),
    Duration::from_millis(2),
    Duration::from_millis(7),
    Duration::from_millis(3),
];

/// A load that runs until the value is dropped.
pub struct Load {
    stop: Arc<AtomicBool>,
    worker: Option<JoinHandle<Result<()>>>,
}

impl Load {
    /// Starts from the same point for every contender: what an earlier load has added goes first.
    pub fn start(login: &Login) -> Result<Self> {
        let mut clients =
            DATABASES.iter().map(|(_, database)| client(login, database)).collect::<Result<Vec<Probe>>>()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let worker = std::thread::spawn(move || work(&mut clients, &stopped));
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

fn client(login: &Login, database: &str) -> Result<Probe> {
    let mut client = Probe::open(login)?;
    client.execute(&format!("USE {database}"))?;
    client.execute("TRUNCATE TABLE t0")?;
    Ok(client)
}

/// One statement per tick, clients in turn; a late one is not made up for.
fn work(clients: &mut [Probe], stopped: &AtomicBool) -> Result<()> {
    let began = Instant::now();
    let (mut number, count) = (0_usize, clients.len());
    while !stopped.load(Ordering::Relaxed) {
        let tick = Instant::now();
        let second = usize::try_from(began.elapsed().as_secs())?;
        clients[number % count].execute(&statement(number / count))?;
        number += 1;
        std::thread::sleep(PACES[second % PACES.len()].saturating_sub(tick.elapsed()));
    }
    Ok(())
}

/// Inserts, updates and reads in turn.
fn statement(number: usize) -> String {
    match number % 4 {
        0 => format!("INSERT INTO t0 (state, note) VALUES ({number} % 100, REPEAT('b', 100))"),
        1 => "UPDATE t1 SET state = state + 1 WHERE id = 1".to_owned(),
        2 => format!("SELECT COUNT(*) FROM t0 WHERE state = {number} % 100"),
        _ => "SELECT note FROM t2 WHERE id = 1".to_owned(),
    }
}
