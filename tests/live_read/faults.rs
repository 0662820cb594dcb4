//! Servers that hang, die or refuse: a typed error within the budget, and a connection that is never used again.

use std::time::{Duration, Instant};

use dbdeck::server::{Budgets, Link, ServerError, read};
use rustix::process::{Signal, kill_process};

use crate::common::{launcher, link, literal};

const BUDGET: Duration = Duration::from_millis(400);
const BUDGETS: Budgets = Budgets { connect: Duration::from_secs(10), query: BUDGET };

#[tokio::test]
async fn a_frozen_server_costs_its_budget_and_the_connection() {
    let server = launcher().start().await.unwrap();
    let mut own = Link::open(&server.root(), BUDGETS).await.unwrap();
    read::counters::read(&mut own).await.unwrap();
    kill_process(server.pid(), Signal::STOP).unwrap();
    let began = Instant::now();
    let error = read::counters::read(&mut own).await.unwrap_err();
    let took = began.elapsed();
    assert_eq!(error, ServerError::Budget { budget: BUDGET });
    assert!(took >= BUDGET && took < BUDGET * 3, "{took:?}");
    assert!(!own.is_usable());
    let connect = Budgets { connect: BUDGET, query: BUDGET };
    let error = Link::open(&server.root(), connect).await.err();
    assert_eq!(error, Some(ServerError::Budget { budget: BUDGET }));
    kill_process(server.pid(), Signal::CONT).unwrap();
    let error = read::threads::read(&mut own).await.unwrap_err();
    assert!(matches!(error, ServerError::Lost { .. }), "a late answer is never read: {error}");
    read::counters::read(&mut link(&server.root()).await).await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_server_is_lost_and_then_unreachable() {
    let mut server = launcher().start().await.unwrap();
    let mut own = Link::open(&server.root(), BUDGETS).await.unwrap();
    server.kill().await;
    let error = read::counters::read(&mut own).await.unwrap_err();
    assert!(matches!(error, ServerError::Lost { .. }) && !own.is_usable(), "{error}");
    let error = Link::open(&server.root(), BUDGETS).await.err();
    assert!(matches!(error, Some(ServerError::Unreachable { .. })), "{error:?}");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_not_shown() {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    root.execute("CREATE USER service@localhost IDENTIFIED BY 'right'").await.unwrap();
    link(&server.login("service", literal("right"))).await;
    let login = server.login("service", literal("wr0ng"));
    let error = Link::open(&login, BUDGETS).await.err().unwrap();
    assert!(matches!(error, ServerError::Refused { .. }), "{error:?}");
    assert!(!error.to_string().contains("wr0ng") && !format!("{error:?} {login:?}").contains("wr0ng"), "{error}");
    server.stop().await.unwrap();
}
