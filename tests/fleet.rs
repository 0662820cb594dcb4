//! The samplers on real servers: one server behind two addresses, accounts that are locked out, servers that come later.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;
#[path = "common/service.rs"]
mod service;

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::{launcher, link, rows};
use dbdeck::config::load;
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::sample::{Fleet, Interest, Picture, State};
use dbdeck::server::Link;
use rustix::process::{Signal, kill_process};
use service::service;

const LIMIT: Duration = Duration::from_secs(20);

/// Watches databases, each behind a socket, five times a second.
fn watch(directory: &Path, databases: &[(&str, &Path)]) -> Fleet {
    let section = |(name, socket): &(&str, &Path)| {
        let socket = socket.display();
        format!("  {name}: {{socket: {socket}, user: watcher, password: only-for-this-test, database: svc_{name}}}\n")
    };
    let sections: String = databases.iter().map(section).collect();
    let path = directory.join("fleet.yaml");
    std::fs::write(&path, format!("mysql:\n{sections}sampling: {{interval: 200ms}}\n")).unwrap();
    Fleet::start(&load(&path).unwrap(), Interest::ALL)
}

async fn wait_for(fleet: &mut Fleet, what: &str, fits: impl Fn(&Picture) -> bool) {
    let began = Instant::now();
    while !fits(&fleet.picture()) {
        let left = LIMIT.checked_sub(began.elapsed());
        let changed = tokio::time::timeout(left.unwrap_or_default(), fleet.changed()).await;
        assert!(changed.is_ok(), "waited 20 s for {what}: {:#?}", states(&fleet.picture()));
    }
}

/// What is shown of each database now.
fn states(picture: &Picture) -> Vec<(String, State)> {
    let now = Instant::now();
    picture.databases().map(|(database, server)| (database.name.to_string(), server.state(now))).collect()
}

fn is_live(picture: &Picture, name: &str) -> bool {
    states(picture).iter().any(|(shown, state)| shown == name && *state == State::Live)
}

fn is_down(picture: &Picture, name: &str, reason: &str) -> bool {
    let down = |state: &State| matches!(state, State::Down { why, .. } if why.contains(reason));
    states(picture).iter().any(|(shown, state)| shown == name && down(state))
}

async fn connections_of_watcher(root: &mut Link) -> Vec<String> {
    rows(root, 1, "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'watcher'").await
}

/// Kills the connections there are until the server has let go of them, which on a busy machine may take another KILL.
async fn kill_watcher(root: &mut Link) {
    let (killed, began) = (connections_of_watcher(root).await, Instant::now());
    loop {
        let left = connections_of_watcher(root).await.into_iter().filter(|id| killed.contains(id));
        let left: Vec<String> = left.collect();
        if left.is_empty() {
            return;
        }
        assert!(began.elapsed() < LIMIT, "connections {left:?} outlive KILL");
        for id in left {
            // It may have ended since the list was read.
            let _ = root.execute(format!("KILL {id}")).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Two ways to one server.
struct TwoWays {
    server: PrivateServer,
    fleet: Fleet,
}

impl TwoWays {
    async fn open() -> Self {
        let server = service(&["one", "two"]).await;
        let ways = ["one", "two"].map(|name| server.directory().join(name));
        for way in &ways {
            symlink(server.socket(), way).unwrap();
        }
        let fleet = watch(server.directory(), &[("one", &ways[0]), ("two", &ways[1])]);
        let mut two_ways = Self { server, fleet };
        let began = Instant::now();
        two_ways.wait_until_one().await;
        let took = began.elapsed();
        assert!(took < Duration::from_secs(10), "a database waited for the slower clocks: {took:?}");
        two_ways
    }

    async fn wait_until_one(&mut self) {
        let is_one = |picture: &Picture| {
            is_live(picture, "one")
                && is_live(picture, "two")
                && picture.servers().count() == 1
                && picture.is_complete()
        };
        wait_for(&mut self.fleet, "one server with two databases", is_one).await;
    }

    /// The way by which the server is watched.
    fn watcher(&self) -> PathBuf {
        self.fleet.picture().servers().next().unwrap().endpoint.clone().into()
    }
}

#[tokio::test]
async fn one_server_behind_two_addresses_is_watched_once() {
    let mut ways = TwoWays::open().await;
    let mut root = link(&ways.server.root()).await;
    assert_eq!(connections_of_watcher(&mut root).await.len(), 1, "one sampling connection");

    let lost = ways.watcher();
    let name = |way: &Path| way.file_name().unwrap().to_string_lossy().into_owned();
    let other = if name(&lost) == "one" { "two" } else { "one" };
    std::fs::remove_file(&lost).unwrap();
    kill_watcher(&mut root).await;
    wait_for(&mut ways.fleet, "the other address to take over", |picture| {
        is_live(picture, other) && is_down(picture, &name(&lost), "no such socket")
    })
    .await;
    symlink(ways.server.socket(), &lost).unwrap();
    ways.wait_until_one().await;
    assert_eq!(name(&ways.watcher()), other, "it was there first");
    assert_eq!(connections_of_watcher(&mut root).await.len(), 1);
    ways.server.stop().await.unwrap();
}

/// Longer than the watcher and the follower after it wait for an answer.
const SILENCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_frozen_server_behind_two_addresses_keeps_its_old_figures_on_both() {
    let mut ways = TwoWays::open().await;
    kill_process(ways.server.pid(), Signal::STOP).unwrap();
    wait_for(&mut ways.fleet, "both to be old", |picture| {
        let states = states(picture);
        assert!(states.iter().all(|(_, state)| matches!(state, State::Live | State::Stale { .. })), "{states:?}");
        assert!(picture.databases().all(|(database, _)| database.bytes().is_some_and(|bytes| bytes.is_ok())));
        states.iter().all(|(_, state)| matches!(state, State::Stale { age } if *age > SILENCE))
    })
    .await;
    kill_process(ways.server.pid(), Signal::CONT).unwrap();
    ways.wait_until_one().await;
    ways.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_account_that_is_locked_out_is_told_so_and_comes_back() {
    let server = service(&["one"]).await;
    let mut root = link(&server.root()).await;
    let mut fleet = watch(server.directory(), &[("one", &server.socket())]);
    wait_for(&mut fleet, "figures", |picture| is_live(picture, "one")).await;
    root.execute("ALTER USER watcher@localhost ACCOUNT LOCK").await.unwrap();
    kill_watcher(&mut root).await;
    wait_for(&mut fleet, "the refusal", |picture| is_down(picture, "one", "refuses the account")).await;
    assert!(!format!("{:?}", states(&fleet.picture())).contains("only-for-this-test"), "no password is shown");
    root.execute("ALTER USER watcher@localhost ACCOUNT UNLOCK").await.unwrap();
    wait_for(&mut fleet, "figures again", |picture| is_live(picture, "one")).await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_restart_gives_no_absurd_rate() {
    let mut server = service(&["one"]).await;
    let mut fleet = watch(server.directory(), &[("one", &server.socket())]);
    let rate = |picture: &Picture| picture.servers().find_map(|server| server.rates.queries);
    wait_for(&mut fleet, "a rate", |picture| rate(picture).is_some()).await;
    server.kill().await;
    wait_for(&mut fleet, "its end", |picture| is_down(picture, "one", "")).await;
    server.restart().await.unwrap();
    wait_for(&mut fleet, "a rate again", |picture| is_live(picture, "one") && rate(picture).is_some()).await;
    let queries = rate(&fleet.picture()).unwrap().0;
    assert!((0.0..1_000.0).contains(&queries), "{queries} statements per second");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_may_come_later() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("later.sock");
    let mut fleet = watch(directory.path(), &[("one", &socket)]);
    let began = Instant::now();
    wait_for(&mut fleet, "the reason", |picture| is_down(picture, "one", "there is no such socket")).await;
    let told = began.elapsed();
    assert!(told < Duration::from_secs(3), "{told:?}");
    let server: PrivateServer = service(&["one"]).await;
    symlink(server.socket(), &socket).unwrap();
    let began = Instant::now();
    wait_for(&mut fleet, "figures", |picture| is_live(picture, "one")).await;
    eprintln!("no server: told after {told:.1?}; live {:.1?} after it came", began.elapsed());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_full_server_says_that_it_is_full() {
    let server = launcher().option("max_connections=10").start().await.unwrap();
    let mut root = link(&server.root()).await;
    root.execute("CREATE USER watcher@localhost IDENTIFIED BY 'only-for-this-test'").await.unwrap();
    let mut crowd = Vec::new();
    for number in 0..10 {
        root.execute(format!("CREATE USER guest{number}@localhost")).await.unwrap();
        let guest = server.login(&format!("guest{number}"), dbdeck::secret::SecretSource::None);
        let budget = dbdeck::server::Budgets { connect: LIMIT, query: LIMIT };
        crowd.extend(Link::open(&guest, budget).await);
    }
    let mut fleet = watch(server.directory(), &[("one", &server.socket())]);
    wait_for(&mut fleet, "the reason", |picture| is_down(picture, "one", "Too many connections")).await;
    crowd.truncate(2);
    wait_for(&mut fleet, "a place", |picture| is_live(picture, "one")).await;
    server.stop().await.unwrap();
}
