//! Servers that die under a job, and what is known of it afterwards.

use std::time::{Duration, Instant};

use dbdeck::ledger::{Consent, State};
use dbdeck::op::record::{JobNumber, JobState, Recorder};
use rustix::process::{Signal, kill_process};

use super::stage::{
    LOCK, Stage, history, live_through, record, record_elsewhere, record_of_the_dead, settled, started, step,
};

const LIMIT: Duration = Duration::from_secs(20);

/// All jobs and steps of the tables, in words.
const EVERYTHING: &str = "SELECT j.state, s.seq, s.outcome, s.rows_done FROM dbdeck_jobs j \
                          LEFT JOIN dbdeck_job_steps s ON s.job_id = j.id ORDER BY j.id, s.seq";

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_half_way_loses_nothing_and_gets_everything_once() {
    let mut stage = Stage::set().await;
    let (ledger, record) = (stage.ledger(), record());
    assert_eq!(ledger.open(&record).await, Ok(JobNumber::Shared(1)));
    for entry in [started(), step(1, ""), step(1, "ok"), step(2, "")] {
        ledger.write(&record.uid, entry).await.unwrap();
    }
    stage.server.kill().await;
    for entry in [step(2, "ok"), step(3, "")] {
        ledger.write(&record.uid, entry).await.unwrap();
    }
    let seen = history(&stage.ledger()).await;
    assert_eq!((seen.jobs.len(), seen.jobs[0].name().as_str()), (1, "#1"), "another process sees it too");
    assert!(seen.notes[0].starts_with("admin cannot be used: cannot reach "), "{:?}", seen.notes);
    let second = super::record();
    assert_eq!(ledger.open(&second).await, Ok(JobNumber::Local(1)));
    assert!(matches!(ledger.state().await, State::Down(_)));

    stage.server.restart().await.unwrap();
    let (view, steps) = ledger.job("1").await.unwrap();
    assert_eq!((view.state, steps.len()), (JobState::Running, 3), "the file is read on top of the tables");
    let began = Instant::now();
    while stage.ask(1, "SELECT COUNT(*) FROM dbdeck_job_steps").await == ["2"] {
        assert!(began.elapsed() < LIMIT, "not merged");
        ledger.write(&record.uid, step(3, "")).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for entry in [step(3, "ok"), step(4, "ok"), settled(JobState::Done)] {
        ledger.write(&record.uid, entry).await.unwrap();
    }
    ledger.write(&second.uid, settled(JobState::Cancelled)).await.unwrap();
    let expected = ["done|1|ok|10", "done|2|ok|20", "done|3|ok|30", "done|4|ok|40", "cancelled|||"];
    assert_eq!(stage.ask(4, EVERYTHING).await, expected);
    eprintln!("merged {:.1?} after the server was back", began.elapsed());
    stage.end().await;
}

/// Whoever dies during a merge leaves it to the next, at whatever line: the same lines arrive again.
#[tokio::test(flavor = "multi_thread")]
async fn a_merge_that_is_done_again_changes_nothing() {
    let mut stage = Stage::set().await;
    live_through(&stage.ledger(), &record()).await.unwrap();
    stage.server.kill().await;
    let ledger = stage.ledger();
    for _ in 0..3 {
        assert!(matches!(live_through(&ledger, &record()).await, Ok(JobNumber::Local(_))));
    }
    let file = ledger.file();
    let lines = std::fs::read_to_string(&file).unwrap();
    stage.server.restart().await.unwrap();
    live_through(&stage.ledger(), &record()).await.unwrap();
    let merged = stage.ask(4, EVERYTHING).await;
    assert_eq!(merged, ["done|1|ok|10"; 5]);
    let all: Vec<&str> = lines.lines().collect();
    for cut in 0..=all.len() {
        let mut left = all[..cut].join("\n");
        left.push_str("\n{\"job\":\"torn");
        std::fs::write(file.with_extension("merging.jsonl").display().to_string(), left).unwrap();
        let another = stage.ledger();
        another.write(&dbdeck::op::record::JobUid("ffffffffffffffff".to_owned()), step(1, "")).await.unwrap();
    }
    live_through(&stage.ledger(), &record()).await.unwrap();
    assert_eq!(stage.ask(4, EVERYTHING).await, ["done|1|ok|10"; 6]);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_server_costs_a_job_its_budget_once() {
    let stage = Stage::set().await;
    let (ledger, record) = (stage.ledger(), record());
    ledger.open(&record).await.unwrap();
    kill_process(stage.server.pid(), Signal::STOP).unwrap();
    let began = Instant::now();
    ledger.write(&record.uid, started()).await.unwrap();
    let first = began.elapsed();
    let began = Instant::now();
    for seq in 1..50 {
        ledger.write(&record.uid, step(seq, "")).await.unwrap();
    }
    let rest = began.elapsed();
    kill_process(stage.server.pid(), Signal::CONT).unwrap();
    assert!(first < Duration::from_secs(8), "{first:?}");
    assert!(rest < Duration::from_secs(4), "{rest:?}");
    eprintln!("frozen: the first entry took {first:.1?}, the next fifty {rest:.1?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_refused_where_that_is_wanted() {
    let mut stage = Stage::set().await;
    let strict = stage.ledger_of("root, password: ''", "ledger: {when_down: refuse}", Consent::Given);
    let record = record();
    strict.open(&record).await.unwrap();
    stage.server.kill().await;
    let error = strict.write(&record.uid, step(1, "")).await.unwrap_err();
    assert!(error.0.starts_with("admin cannot be used: ") && error.0.contains("when_down: refuse"), "{error}");
    assert!(strict.open(&super::record()).await.is_err());
    assert!(!stage.directory().exists());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_this_machine_alone_needs_no_server() {
    let mut stage = Stage::set().await;
    stage.server.kill().await;
    let local = |stage: &Stage| stage.ledger_of("root, password: ''", "ledger: {database: none}", Consent::NotGiven);
    let ledger = local(&stage);
    assert_eq!(ledger.state().await, State::LocalOnly);
    let (dead, finder, other) = (record_of_the_dead(), record(), record_elsewhere());
    for record in [&dead, &finder, &other] {
        ledger.open(record).await.unwrap();
    }
    ledger.write(&dead.uid, started()).await.unwrap();
    assert_eq!(ledger.holder(LOCK).await, Ok(None));
    let states: Vec<_> = history(&ledger).await.jobs.iter().map(|job| job.state).collect();
    assert_eq!(states, [JobState::Queued, JobState::Queued, JobState::Interrupted]);
    ledger.write(&finder.uid, started()).await.unwrap();
    assert!(ledger.holder(LOCK).await.unwrap().unwrap().starts_with("#L2 cleanup of client by alice@"));
    let (view, _) = ledger.job("L1").await.unwrap();
    assert_eq!((view.state, view.message.as_str()), (JobState::Interrupted, "its process ended; found by #L2"));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_emptied_gets_its_running_jobs_back() {
    let stage = Stage::set().await;
    let (ledger, record) = (stage.ledger(), record());
    ledger.open(&record).await.unwrap();
    ledger.write(&record.uid, step(1, "ok")).await.unwrap();
    stage.execute("DELETE FROM dbdeck_job_steps").await;
    stage.execute("DELETE FROM dbdeck_jobs").await;
    ledger.write(&record.uid, step(2, "")).await.unwrap();
    ledger.write(&record.uid, step(2, "ok")).await.unwrap();
    ledger.write(&record.uid, settled(JobState::Done)).await.unwrap();
    assert_eq!(stage.ask(4, EVERYTHING).await, ["done|2|ok|20"]);
    stage.end().await;
}
