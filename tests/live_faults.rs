//! Servers that freeze, die and come back, as the console shows it: what is promised, with the time each took.
//!
//! The limits are twice the promises, so that a busy machine does not fail them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;
#[path = "common/service.rs"]
mod service;
#[path = "common/terminal.rs"]
mod terminal;

use std::time::Duration;

use common::link;
use dbdeck::demo::launcher::PrivateServer;
use rustix::process::{Signal, kill_process};
use service::{configuration, service};
use terminal::Terminal;

/// Twice the three seconds within which trouble, and its end, are to be seen.
const NOTICED: Duration = Duration::from_secs(6);
/// A key is answered within a frame; a test machine that runs other tests beside this one may take so long.
const KEY: Duration = Duration::from_millis(500);
const SIZE: (u16, u16) = (120, 30);

fn signal(server: &PrivateServer, signal: Signal) {
    kill_process(server.pid(), signal).unwrap();
}

fn all_live(screen: &str) -> bool {
    screen.contains("● live") && !screen.contains("STALE") && !screen.contains("DOWN")
}

/// Presses two keys that change the screen, and says how long the slower one took.
fn press_keys(terminal: &mut Terminal) -> Duration {
    terminal.press("2");
    let there = terminal.wait_within(KEY, "the other screen", |screen| screen.contains("statement"));
    terminal.press("1");
    there.max(terminal.wait_within(KEY, "the first screen", |screen| screen.contains("Jobs")))
}

/// The seconds behind STALE.
fn stale_for(screen: &str) -> Option<u64> {
    let (_, behind) = screen.split_once("STALE ")?;
    behind.split(' ').next()?.parse().ok()
}

fn clock(screen: &str) -> String {
    screen.lines().next().unwrap_or_default().trim_end().chars().rev().take(8).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_server_stops_nothing_else() {
    let server = service(&["one"]).await;
    let mut terminal = Terminal::open(&configuration(&[("one", &server)]), SIZE);
    terminal.wait_for("figures", all_live);
    signal(&server, Signal::STOP);
    let stale = terminal.wait_within(NOTICED, "STALE", |screen| screen.contains("▲ STALE"));
    let mut slowest = Duration::ZERO;
    while stale_for(&terminal.screen()).is_none_or(|seconds| seconds < 15) {
        slowest = slowest.max(press_keys(&mut terminal));
        let now = clock(&terminal.screen());
        terminal.wait_within(NOTICED, "the clock goes on", |screen| clock(screen) != now);
        assert!(terminal.screen().contains("STALE"), "{}", terminal.screen());
    }
    signal(&server, Signal::CONT);
    let live = terminal.wait_within(NOTICED, "live again", all_live);
    eprintln!("frozen 15 s: STALE after {stale:.1?}, slowest key {slowest:.1?}, live after {live:.1?}");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_server_says_why_and_comes_back_by_itself() {
    let mut server = service(&["one"]).await;
    let terminal = Terminal::open(&configuration(&[("one", &server)]), SIZE);
    terminal.wait_for("figures", all_live);
    server.kill().await;
    let down = terminal.wait_within(NOTICED, "DOWN with reason and next try", |screen| {
        screen.contains("✗ DOWN") && screen.contains("next try in") && screen.contains("no server listens there")
    });
    terminal.wait_for("the figures' age", |screen| screen.contains("s old:"));
    server.restart().await.unwrap();
    let live = terminal.wait_within(NOTICED, "live again", all_live);
    eprintln!("killed: DOWN after {down:.1?}; live {live:.1?} after the new server answers");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_others_go_on_when_one_of_three_is_frozen() {
    let (first, second, third) = tokio::join!(service(&["one"]), service(&["two"]), service(&["three"]));
    let config = configuration(&[("one", &first), ("two", &second), ("three", &third)]);
    let terminal = Terminal::open(&config, SIZE);
    terminal.wait_for("three live panes", |screen| screen.matches("● live").count() == 3);
    signal(&second, Signal::STOP);
    terminal.wait_within(NOTICED, "one stale pane", |screen| {
        screen.contains("two ▲ STALE") && screen.matches("● live").count() == 2
    });
    let mut clients = Vec::new();
    for (server, schema, panes) in [(&first, "svc_one", 1), (&third, "svc_three", 2)] {
        let mut client = link(&server.root()).await;
        client.execute(format!("USE {schema}")).await.unwrap();
        clients.push(client);
        let moved =
            terminal.wait_within(NOTICED, "its connection", |screen| screen.matches("1 of 30").count() == panes);
        eprintln!("one of three frozen: {schema} shows a new connection after {moved:.1?}");
    }
    assert!(terminal.screen().contains("two ▲ STALE") && terminal.screen().contains("2 of 3 servers live"));
    signal(&second, Signal::CONT);
    terminal.wait_within(NOTICED, "three live panes", |screen| screen.matches("● live").count() == 3);
    for server in [first, second, third] {
        server.stop().await.unwrap();
    }
}
