//! The present of the service: sessions of its own accounts that do what its programs do, until they are ended.
//!
//! Every actor has a connection of its own, leaves now and then, and comes back by itself after the server was away.
//! Cheap by intent: short statements with pauses between them; the trouble it makes, it makes on the server.
//!
//! Reading order: [`session`] (a connection that comes back) · `client`, `node`, `admin` (the service at work) ·
//! `trouble` (slow statements, lock waits, bursts).

mod admin;
mod client;
mod node;
mod session;
mod trouble;

use std::future::Future;
use std::time::Duration;

use fastrand::Rng;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::session::Session;
use super::databases::{ADMIN, CLIENT, Database, SHARED};
use super::random::generator;
use crate::server::{Login, ServerError};

/// Programs of each kind: about 7, 2 and 19 connections, as many as the service has on an ordinary day.
const CLIENTS: usize = 6;
const PROBES: usize = 1;
const NODES: usize = 5;
const POLLERS: usize = 12;
/// A program whose connection failed tries again after this.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// What the load needs to know.
#[derive(Debug)]
pub struct Scene {
    /// Decides what is done, not when.
    pub seed: u64,
    /// The service's accounts, in the order of [`super::databases::DATABASES`].
    pub logins: Vec<Login>,
    /// The clients' UUIDs, the busiest first.
    pub people: Vec<String>,
}

impl Scene {
    fn session(&self, database: Database) -> Option<Session> {
        let login = self.logins.iter().find(|login| login.user == database.user)?;
        Some(Session::new(login.clone(), database.schema))
    }
}

/// A load that runs; dropping it ends it.
#[derive(Debug)]
pub struct Load {
    cancel: CancellationToken,
    actors: JoinSet<()>,
}

impl Load {
    /// Lets everybody begin.
    pub fn start(scene: &Scene) -> Self {
        let mut load = Self { cancel: CancellationToken::new(), actors: JoinSet::new() };
        (0..CLIENTS).for_each(|_| load.enter(scene, CLIENT, |scene| client::Client::new(scene.people.clone())));
        load.enter(scene, CLIENT, |_| client::Relay);
        (0..PROBES).for_each(|_| load.enter(scene, ADMIN, |_| admin::Probe));
        load.enter(scene, ADMIN, |_| admin::Dashboard);
        (0..NODES).for_each(|number| load.enter(scene, SHARED, |_| node::Node::new(number)));
        (0..POLLERS).for_each(|_| load.enter(scene, SHARED, |_| node::Poller));
        load.enter(scene, SHARED, |_| trouble::SlowStatement::default());
        load.enter(scene, CLIENT, |_| trouble::SlowStatement::default());
        load.enter(scene, SHARED, |_| trouble::LockWait);
        load.enter(scene, SHARED, |_| trouble::Burst);
        load
    }

    /// Ends everybody and waits for it.
    pub async fn stop(mut self) {
        self.cancel.cancel();
        while self.actors.join_next().await.is_some() {}
    }

    fn enter<A: Actor + 'static>(&mut self, scene: &Scene, database: Database, actor: impl FnOnce(&Scene) -> A) {
        let part = 100 + self.actors.len() as u64;
        let rng = generator(scene.seed, part, 0);
        if let Some(session) = scene.session(database) {
            let (actor, cancel) = (actor(scene), self.cancel.clone());
            self.actors.spawn(async move {
                cancel.run_until_cancelled(play(actor, session, rng)).await;
            });
        }
    }
}

/// One program of the service.
trait Actor: Send {
    /// Does one thing, and says how long to pause then.
    fn act(
        &mut self,
        session: &mut Session,
        rng: &mut Rng,
    ) -> impl Future<Output = Result<Duration, ServerError>> + Send;
}

/// A failure ends the connection and nothing else: the service would also try again.
async fn play(mut actor: impl Actor, mut session: Session, mut rng: Rng) {
    tokio::time::sleep(milliseconds(&mut rng, 0, 1_500)).await;
    loop {
        let pause = actor.act(&mut session, &mut rng).await.unwrap_or_else(|_| {
            session.leave();
            AFTER_FAILURE
        });
        tokio::time::sleep(pause).await;
    }
}

/// A pause between the two.
fn milliseconds(rng: &mut Rng, least: u64, most: u64) -> Duration {
    Duration::from_millis(rng.u64(least..=most))
}
