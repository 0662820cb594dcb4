//! The worker on real servers, with operations of its own: the table is passed in, so any will do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/recorder.rs"]
mod recorder;
#[path = "../common/service.rs"]
mod service;

mod operations;
mod stage;

use std::time::{Duration, Instant};

use common::rows;
use dbdeck::job::{Access, Patience, Refusal};
use dbdeck::op::cx::Wish;
use dbdeck::op::record::{Entry, JobState};
use dbdeck::ops::OPS;
use rustix::process::{Signal, kill_process};
use stage::{Stage, approved, submit_to};

/// Within which a statement that is to stop has stopped.
const STOPPED: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_recorded_before_it_acts_and_settled_before_it_is_told() {
    let stage = Stage::set(&["one"]).await;
    let job = stage.submit("run 'INSERT INTO t VALUES (1)'");
    let view = stage.runner.finished(&job).await.unwrap();
    assert_eq!((view.state, view.message.as_str(), view.live.rows), (JobState::Done, "ran", 1));
    let entries = stage.memory.of(&job);
    let [Entry::Started { locks, .. }, Entry::Step(before), Entry::Step(after), Entry::Settled { state, rows, .. }] =
        &entries[..]
    else {
        panic!("{entries:#?}")
    };
    assert_eq!(locks[0].0, "dbdeck:svc_one");
    assert!(before.ended.is_none() && after.ended.is_some() && before.seq == after.seq, "{before:?} {after:?}");
    assert_eq!((*state, *rows), (JobState::Done, 1));
    let opened = stage.memory.opened.lock().unwrap()[0].clone();
    assert_eq!(
        (opened.line.as_str(), opened.account.as_str()),
        ("run 'INSERT INTO t VALUES (1)' --database one", "root")
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_done() {
    let stage = Stage::set(&["one"]).await;
    *stage.memory.broken.lock().unwrap() = Some("the disk is full".to_owned());
    let job = stage.submit("run 'INSERT INTO t VALUES (1)'");
    let view = stage.runner.finished(&job).await.unwrap();
    assert_eq!(view.state, JobState::Refused);
    assert_eq!(view.message, "not recorded, so not done: the disk is full");
    assert_eq!(rows(&mut stage.root().await, 1, "SELECT COUNT(*) FROM svc_one.t").await, ["0"]);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_stops_the_statement_on_the_server() {
    let stage = Stage::set(&["one"]).await;
    let long = "run 'INSERT INTO t SELECT 1 + SLEEP(60) FROM t UNION SELECT SLEEP(60)'";
    let job = stage.submit(long);
    let mut root = stage.root().await;
    stage.wait_for_statement(&mut root, 1).await;
    let asked = Instant::now();
    stage.runner.cancel(&job);
    stage.wait_for_statement(&mut root, 0).await;
    let idle = asked.elapsed();
    let view = stage.runner.finished(&job).await.unwrap();
    assert_eq!((view.state, view.message.as_str()), (JobState::Cancelled, "stopped on request"));
    assert!(idle < STOPPED, "{idle:?}");
    eprintln!("cancelled: the server is idle after {idle:.0?}, the job over after {:.0?}", asked.elapsed());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_job_at_a_time_on_a_database_and_the_next_says_for_whom_it_waits() {
    let stage = Stage::set(&["one", "two"]).await;
    let first = stage.submit("hold --database one");
    stage.wait_for(&first, "running", |view| view.state == JobState::Running).await;
    let second = stage.submit("hold --database one");
    let other = stage.submit("run 'INSERT INTO t VALUES (1)' --database two");
    let waiting = stage.wait_for(&second, "waiting", |view| view.waits.is_some()).await;
    assert_eq!(waiting.waits.as_deref(), Some("waits for #1 hold on one"));
    assert_eq!(stage.runner.finished(&other).await.unwrap().state, JobState::Done);
    stage.runner.cancel(&first);
    stage.wait_for(&second, "its turn", |view| view.state == JobState::Running).await;
    stage.runner.cancel(&second);
    assert_eq!(stage.runner.finished(&second).await.unwrap().state, JobState::Cancelled);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_is_kept_out_and_told_who_is_at_work() {
    let stage = Stage::set(&["one"]).await;
    let other = stage.another();
    let first = stage.submit("hold");
    stage.wait_for(&first, "running", |view| view.live.progress.phase == "holding").await;
    let refused = submit_to(&other, "hold", Patience::GiveUp);
    let refused = other.finished(&refused).await.unwrap();
    assert_eq!(refused.state, JobState::Refused);
    assert!(refused.message.starts_with("one is held by connection "), "{}", refused.message);
    assert!(refused.message.contains("of root@localhost"), "{}", refused.message);
    let patient = submit_to(&other, "run 'DO 1'", Patience::Wait);
    stage
        .wait_in(&other, &patient, "held", |view| view.live.held.as_ref().is_some_and(|held| held.contains("held by")))
        .await;
    stage.runner.cancel(&first);
    assert_eq!(other.finished(&patient).await.unwrap().state, JobState::Done);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_server_holds_up_its_own_jobs_only() {
    let (stage, frozen) = (Stage::set(&["one"]).await, Stage::set(&["two"]).await);
    let both = stage.with(&frozen);
    let stuck = submit_to(&both, "run 'DO SLEEP(4)' --database two", Patience::Wait);
    let mut root = frozen.root().await;
    frozen.wait_for_statement(&mut root, 1).await;
    kill_process(frozen.server.pid(), Signal::STOP).unwrap();
    let silent = stage.wait_in(&both, &stuck, "silence", |view| {
        view.live.held.as_ref().is_some_and(|held| held.starts_with("the server has not answered for"))
    });
    silent.await;
    let free = submit_to(&both, "run 'INSERT INTO t VALUES (1)' --database one", Patience::Wait);
    assert_eq!(both.finished(&free).await.unwrap().state, JobState::Done);
    kill_process(frozen.server.pid(), Signal::CONT).unwrap();
    assert_eq!(both.finished(&stuck).await.unwrap().state, JobState::Done);
    stage.end().await;
    frozen.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_interrupts_the_job() {
    let mut stage = Stage::set(&["one"]).await;
    let job = stage.submit("run 'DO SLEEP(60)'");
    let mut root = stage.root().await;
    stage.wait_for_statement(&mut root, 1).await;
    stage.server.kill().await;
    let view = stage.runner.finished(&job).await.unwrap();
    assert_eq!(view.state, JobState::Interrupted, "{}", view.message);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_rests_where_nothing_is_half_done() {
    let stage = Stage::set(&["one"]).await;
    let job = stage.submit("hold");
    stage.wait_for(&job, "running", |view| view.live.progress.phase == "holding").await;
    stage.runner.wish(&job, Wish::Pause);
    let paused = stage.wait_for(&job, "paused", |view| view.state == JobState::Paused).await;
    assert_eq!(paused.live.held.as_deref(), Some("paused"));
    stage.runner.wish(&job, Wish::Run);
    stage.wait_for(&job, "running again", |view| view.state == JobState::Running).await;
    stage.runner.end(Wish::HandOver);
    assert_eq!(stage.runner.finished(&job).await.unwrap().state, JobState::HandedOver);
    assert_eq!(stage.runner.submit(stage.request(&approved("hold", Patience::Wait))), Err(Refusal::Ending));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_cannot_write_whatever_an_operation_tries() {
    let stage = Stage::set(&["one"]).await;
    let error = stage.plan("run 'DO 1' --while-planning 'INSERT INTO t VALUES (1)'").await.unwrap_err();
    assert!(error.to_string().contains("1792"), "{error}");
    assert_eq!(rows(&mut stage.root().await, 1, "SELECT COUNT(*) FROM svc_one.t").await, ["0"]);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn read_only_mode_refuses_every_operation() {
    let stage = Stage::set(&["one"]).await;
    let watcher = stage.runner_with(Access::ReadOnly);
    let lines = ["hold", "run 'INSERT INTO t VALUES (1)'"].map(|line| stage.request(&approved(line, Patience::Wait)));
    let table = OPS.iter().map(|entry| stage.any_request(entry));
    for request in lines.into_iter().chain(table) {
        let title = request.invocation.entry.meta.title;
        assert_eq!(watcher.submit(request), Err(Refusal::ReadOnly(title.to_owned())));
    }
    assert!(stage.memory.opened.lock().unwrap().is_empty());
    stage.end().await;
}
