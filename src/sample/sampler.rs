//! The task of one server: connect, look on a steady clock, publish; after a failure say so and try again, for ever.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use super::claims::{Claimed, Claims, Follower, Place};
use super::health::Health;
use super::interest::Interest;
use super::round::Rounds;
use super::snapshot::{DatabaseSnapshot, ServerSnapshot};
use crate::config::{Sampling, Target};
use crate::migration::Shelf;
use crate::server::{Budgets, Link, Login, ServerError};

/// Watches one server.
pub struct Sampler {
    place: Place,
    targets: Vec<Target>,
    sampling: Sampling,
    interest: watch::Receiver<Interest>,
    /// Counts what was done to the databases.
    deeds: watch::Receiver<u64>,
    claims: Arc<Claims>,
    publish: watch::Sender<Arc<ServerSnapshot>>,
    snapshot: ServerSnapshot,
    rounds: Rounds,
    failures: u32,
}

/// What all samplers of a fleet have in common.
#[derive(Clone)]
pub struct Shared {
    /// What is being looked at.
    pub interest: watch::Receiver<Interest>,
    /// Counts what was done to the databases.
    pub deeds: watch::Receiver<u64>,
    /// Who watches which server.
    pub claims: Arc<Claims>,
    /// The migration files.
    pub shelf: Arc<Shelf>,
}

impl Sampler {
    /// A sampler for databases that share an address, and where its snapshots will appear.
    pub fn new(
        place: Place,
        targets: Vec<Target>,
        sampling: Sampling,
        Shared { interest, deeds, claims, shelf }: Shared,
    ) -> (Self, watch::Receiver<Arc<ServerSnapshot>>) {
        let endpoint = targets.first().map(|target| target.endpoint.to_string()).unwrap_or_default();
        let mut snapshot = ServerSnapshot::unseen(endpoint, sampling.interval);
        snapshot.databases = targets.iter().map(DatabaseSnapshot::of).collect();
        let (publish, receiver) = watch::channel(Arc::new(snapshot.clone()));
        let rounds = Rounds::new(sampling, shelf);
        let sampler =
            Self { place, targets, sampling, interest, deeds, claims, publish, snapshot, rounds, failures: 0 };
        (sampler, receiver)
    }

    /// Watches until the task is ended.
    pub async fn run(mut self) {
        loop {
            if let Err(error) = self.watch().await {
                self.give_back();
                let pause = self.fail(&error);
                tokio::time::sleep(pause).await;
            }
        }
    }

    /// Connects and looks until something goes wrong; or follows until the server is free to be watched from here.
    async fn watch(&mut self) -> Result<(), ServerError> {
        let Some(first) = self.targets.first() else { return std::future::pending().await };
        let mut link = Link::open(&Login::of(first), self.budgets()).await?;
        let identity = link.caps.identity.clone();
        if let Claimed::By(watcher) = self.claims.claim(&identity, self.as_follower()) {
            drop(link);
            self.follow(&identity, watcher).await;
            return Ok(());
        }
        self.snapshot.same_as = None;
        self.snapshot.caps = Some(Arc::new(link.caps.clone()));
        self.snapshot.own_thread = link.id;
        self.rounds.begin();
        self.look(&mut link).await
    }

    fn as_follower(&self) -> Follower {
        Follower { place: self.place, targets: self.targets.clone(), last: Arc::new(self.snapshot.clone()) }
    }

    async fn follow(&mut self, identity: &str, watcher: Place) {
        self.snapshot.same_as = Some(watcher);
        self.snapshot.health = Health::Live;
        self.publish();
        self.claims.watcher_gone(identity, watcher).await;
        if let Some(last) = self.claims.returned(self.place) {
            self.take_back(&last);
        }
        self.snapshot.same_as = None;
        self.publish();
    }

    /// Goes on from what the watcher saw last of our databases.
    fn take_back(&mut self, last: &ServerSnapshot) {
        (self.snapshot.answered, self.snapshot.rates) = (last.answered, last.rates);
        self.snapshot.caps.clone_from(&last.caps);
        for own in &mut self.snapshot.databases {
            if let Some(database) = last.database(&own.name) {
                own.clone_from(database);
            }
        }
    }

    async fn look(&mut self, link: &mut Link) -> Result<(), ServerError> {
        let mut clock = tokio::time::interval(self.sampling.interval);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = clock.tick() => {}
                changed = self.interest.changed() => if changed.is_err() { return std::future::pending().await },
                changed = self.deeds.changed() => match changed {
                    Ok(()) => self.rounds.look_again(),
                    Err(_) => return std::future::pending().await,
                },
            }
            self.take_over();
            let interest = *self.interest.borrow_and_update();
            self.rounds.refresh(link, &self.all_targets(), interest, &mut self.snapshot).await?;
            self.failures = 0;
            self.snapshot.health = Health::Live;
            self.snapshot.answered = Some(Instant::now());
            self.publish();
        }
    }

    fn all_targets(&self) -> Vec<Target> {
        let mut targets = self.targets.clone();
        targets.extend(self.claims.followers(self.place).into_iter().flat_map(|follower| follower.targets));
        targets
    }

    /// Gives every database of this server its place in the snapshot, those handed over included. Everything is read
    /// at once when one is new: its size must not wait for the slower clocks.
    fn take_over(&mut self) {
        let before = self.snapshot.databases.len();
        for follower in self.claims.followers(self.place) {
            for database in &follower.last.databases {
                if self.snapshot.database(&database.name).is_none() {
                    self.snapshot.databases.push(database.clone());
                }
            }
        }
        if self.snapshot.databases.len() > before {
            self.rounds.all_due();
        }
    }

    /// Gives up the server, and with it the databases that others have handed over: they are theirs to show again.
    fn give_back(&mut self) {
        self.claims.release(self.place, &Arc::new(self.snapshot.clone()));
        let own = |database: &DatabaseSnapshot| self.targets.iter().any(|target| target.name == database.name);
        self.snapshot.databases.retain(own);
    }

    fn budgets(&self) -> Budgets {
        Budgets { connect: self.sampling.connect_budget, query: self.sampling.query_budget }
    }

    /// Publishes the failure and says how long to wait before the next attempt.
    fn fail(&mut self, error: &ServerError) -> Duration {
        let pause = back_off(self.failures);
        self.failures = self.failures.saturating_add(1);
        let now = Instant::now();
        let since = match self.snapshot.health {
            Health::Silent { since, .. } | Health::Down { since, .. } => since,
            Health::Connecting | Health::Live => now,
        };
        let (why, next_try) = (error.to_string(), now + pause);
        self.snapshot.health = match error {
            ServerError::Budget { .. } => Health::Silent { since, why, next_try },
            _ => Health::Down { since, why, next_try },
        };
        self.publish();
        pause
    }

    fn publish(&mut self) {
        self.publish.send_replace(Arc::new(self.snapshot.clone()));
    }
}

/// A quarter of a second, doubled to two at most, and a fifth of it at random so that consoles do not come back in step.
fn back_off(failures: u32) -> Duration {
    let base = 0.25 * f64::from(1 << failures.min(3));
    Duration::from_secs_f64(base * (0.8 + 0.2 * fastrand::f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_to_two_seconds_and_no_further() {
        for failures in 0..64 {
            assert!(back_off(failures) <= Duration::from_secs(2), "{failures}");
        }
        assert!(back_off(0) <= Duration::from_millis(250));
        assert!(back_off(63) >= Duration::from_millis(1600));
    }
}
