//! One look at all servers, as long as it takes and no longer.

use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use crate::config::{Config, Sampling};
use crate::sample::{Fleet, Interest, Picture, ServerSnapshot, State};

/// What may be waited for beyond the budgets of connecting and asking.
const GRACE: Duration = Duration::from_secs(1);

/// Reads every server once; those that have not answered in time are in the picture as they are.
pub async fn once(config: &Config) -> Picture {
    let mut fleet = Fleet::start(config, Interest::ALL);
    complete(&mut fleet, config.sampling).await;
    fleet.picture()
}

/// Reads every server, and again a second later: a rate needs two readings.
pub async fn with_rates(config: &Config) -> Picture {
    let sampling = Sampling { interval: config.sampling.interval.min(Duration::from_millis(500)), ..config.sampling };
    let mut fleet = Fleet::start(&Config { sampling, ..config.clone() }, Interest::ALL);
    complete(&mut fleet, sampling).await;
    let deadline = Instant::now() + sampling.query_budget + GRACE;
    while !fleet.picture().servers().all(has_rates) && timeout_at(deadline, fleet.changed()).await.is_ok() {}
    fleet.picture()
}

async fn complete(fleet: &mut Fleet, sampling: Sampling) {
    let budget = sampling.connect_budget + sampling.query_budget + GRACE;
    // What is missing after that is told by each server's own state.
    let _ = timeout(budget, fleet.complete()).await;
}

/// Whether all rates of a server are there, or will not come.
fn has_rates(server: &ServerSnapshot) -> bool {
    let is_live = server.state(std::time::Instant::now()) == State::Live;
    !is_live || (server.rates.queries.is_some() && server.databases.iter().all(|database| database.queries.is_some()))
}
