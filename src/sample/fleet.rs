//! All servers of the configuration: starts a sampling task for each and puts their snapshots together.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::interest::Interest;
use super::sampler::{Sampler, Shared};
use super::snapshot::{DatabaseSnapshot, ServerSnapshot};
use crate::config::{Config, Target};
use crate::migration::Shelf;
use crate::units::DatabaseName;

/// The running samplers. Dropping it ends them; their statements end by the server's own limit.
pub struct Fleet {
    snapshots: Vec<watch::Receiver<Arc<ServerSnapshot>>>,
    interest: watch::Sender<Interest>,
    deeds: watch::Sender<u64>,
    order: Arc<Vec<DatabaseName>>,
    tasks: JoinSet<()>,
}

impl Fleet {
    /// Starts watching. Databases with one address share a task from the beginning.
    pub fn start(config: &Config, interest: Interest) -> Self {
        let (sender, interested) = watch::channel(interest);
        let (deeds, done) = watch::channel(0);
        let (claims, shelf) = (Arc::default(), Arc::new(Shelf::new(config.migrations.clone())));
        let shared = Shared { interest: interested, deeds: done, claims, shelf };
        let mut tasks = JoinSet::new();
        let mut snapshots = Vec::new();
        for (place, targets) in by_endpoint(&config.targets).into_iter().enumerate() {
            let (sampler, snapshot) = Sampler::new(place, targets, config.sampling, shared.clone());
            snapshots.push(snapshot);
            tasks.spawn(sampler.run());
        }
        let order = Arc::new(config.targets.iter().map(|target| target.name.clone()).collect());
        Self { snapshots, interest: sender, deeds, order, tasks }
    }

    /// Says what is being looked at.
    pub fn set_interest(&self, interest: Interest) {
        self.interest.send_if_modified(|current| std::mem::replace(current, interest) != interest);
    }

    /// Says that something was done to the databases: what is read seldom is read again where it may have changed.
    pub fn look_again(&self) {
        self.deeds.send_modify(|deeds| *deeds += 1);
    }

    /// The latest of every server.
    pub fn picture(&self) -> Picture {
        let servers = self.snapshots.iter().map(|snapshot| Arc::clone(&snapshot.borrow())).collect();
        Picture { servers, order: Arc::clone(&self.order) }
    }

    /// Waits until some server has something new to show.
    pub async fn changed(&mut self) {
        let waits = self.snapshots.iter_mut().map(|snapshot| Box::pin(snapshot.changed()));
        let (result, ..) = futures_util::future::select_all(waits).await;
        if result.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until every server was read completely or has failed.
    pub async fn complete(&mut self) {
        while !self.picture().is_complete() {
            self.changed().await;
        }
    }

    /// Ends all tasks without waiting for any server.
    pub fn stop(&mut self) {
        self.tasks.abort_all();
    }
}

fn by_endpoint(targets: &[Target]) -> Vec<Vec<Target>> {
    let mut groups: Vec<Vec<Target>> = Vec::new();
    for target in targets {
        match groups.iter_mut().find(|group| group[0].endpoint == target.endpoint) {
            Some(group) => group.push(target.clone()),
            None => groups.push(vec![target.clone()]),
        }
    }
    groups
}

/// One look at everything: what a frame is drawn from and `status` is printed from.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    servers: Vec<Arc<ServerSnapshot>>,
    order: Arc<Vec<DatabaseName>>,
}

impl Picture {
    /// A picture of given snapshots, databases in the order of the snapshots.
    pub fn new(servers: Vec<Arc<ServerSnapshot>>) -> Self {
        let order = servers.iter().flat_map(|server| server.databases.iter().map(|d| d.name.clone())).collect();
        Self { servers, order: Arc::new(order) }
    }

    /// The servers, each once.
    pub fn servers(&self) -> impl Iterator<Item = &ServerSnapshot> {
        self.servers.iter().filter(|server| server.same_as.is_none()).map(AsRef::as_ref)
    }

    /// The databases in the order of the configuration, each with its server.
    pub fn databases(&self) -> impl Iterator<Item = (&DatabaseSnapshot, &ServerSnapshot)> {
        self.order.iter().filter_map(|name| self.database(name))
    }

    /// One database and its server. Between two watchers it is shown as the one who hands it over saw it last.
    pub fn database(&self, name: &DatabaseName) -> Option<(&DatabaseSnapshot, &ServerSnapshot)> {
        let followers = self.servers.iter().filter(|server| server.same_as.is_some()).map(AsRef::as_ref);
        self.servers().chain(followers).find_map(|server| Some((server.database(name)?, server)))
    }

    /// Whether every server was read completely or has failed.
    pub fn is_complete(&self) -> bool {
        let all_there = self.order.iter().all(|name| self.servers().any(|server| server.database(name).is_some()));
        all_there && self.servers().all(ServerSnapshot::is_complete)
    }
}
