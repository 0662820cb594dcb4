//! The record on real servers: written once whatever happens, read by everybody, and never by reading.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;

mod commands;
mod outages;
mod stage;

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use dbdeck::ledger::{Consent, Filter, LookupError, State};
use dbdeck::op::record::{Entry, JobNumber, JobState, Recorder};
use dbdeck::op::{Live, Progress};
use stage::{LOCK, Stage, WATCHER, history, live_through, record, record_elsewhere, settled, started, step};

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_numbered_and_its_steps_are_there_before_and_after() {
    let stage = Stage::set().await;
    let (ledger, other, record) = (stage.ledger(), stage.ledger(), record());
    assert_eq!(ledger.open(&record).await, Ok(JobNumber::Shared(1)));
    assert_eq!(ledger.open(&record).await, Ok(JobNumber::Shared(1)), "a lost answer cannot double it");
    ledger.write(&record.uid, started()).await.unwrap();
    ledger.write(&record.uid, step(1, "")).await.unwrap();
    let (view, steps) = other.job("#1").await.unwrap();
    assert_eq!((view.state, view.operator.clone()), (JobState::Running, record.operator.to_string()));
    assert_eq!((steps.len(), steps[0].ended, steps[0].outcome.as_str()), (1, None, ""));
    assert_eq!(steps[0].sql, "DELETE FROM `任务`\n WHERE a = '·[2J'", "as it may be shown");
    for entry in [step(1, "ok"), step(1, "ok"), step(1, ""), settled(JobState::Done), settled(JobState::Failed)] {
        ledger.write(&record.uid, entry).await.unwrap();
    }
    let (view, steps) = other.job(&record.uid.0[..8]).await.unwrap();
    assert_eq!((steps.len(), steps[0].outcome.as_str(), steps[0].rows), (1, "ok", 10), "{steps:?}");
    assert_eq!((view.state, view.message.as_str(), view.live.rows), (JobState::Done, "did it", 30), "an end is final");
    assert_eq!((view.line.as_str(), view.name().as_str()), (record.line.as_str(), "#1"));
    assert_eq!(history(&other).await.jobs, [view]);
    assert!(!stage.directory().exists(), "nothing had to be written here");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_creates_nothing_and_writing_asks_first() {
    let stage = Stage::set().await;
    let ledger = stage.ledger_of("root, password: ''", "", Consent::NotGiven);
    let State::Missing { database, statements } = ledger.state().await else { panic!("{:?}", ledger.state().await) };
    assert_eq!((database.0.as_str(), statements.len()), ("admin", 2));
    let read = history(&ledger).await;
    assert_eq!(read.notes, ["admin has no record yet; this machine's own is shown"]);
    assert!(matches!(ledger.job("41").await, Err(LookupError::Unavailable(_))));
    assert!(ledger.holder(LOCK).await.is_err());
    assert_eq!(stage.ask(1, "SHOW TABLES").await, [""; 0]);
    assert!(!stage.directory().exists());

    let strict = stage.ledger_of("root, password: ''", "ledger: {when_down: refuse}", Consent::NotGiven);
    let refusal = strict.open(&record()).await.unwrap_err();
    assert!(refusal.0.contains("schema/dbdeck_ledger.sql") && refusal.0.contains("when_down: refuse"), "{refusal}");
    assert_eq!(ledger.open(&record()).await, Ok(JobNumber::Local(1)));
    assert_eq!(stage.ask(1, "SHOW TABLES").await, [""; 0]);

    ledger.set_consent();
    assert_eq!(ledger.open(&record()).await, Ok(JobNumber::Shared(1)));
    assert_eq!(stage.ask(1, "SHOW TABLES").await, ["dbdeck_job_steps", "dbdeck_jobs"]);
    assert_eq!(stage.ask(1, "SELECT COUNT(*) FROM dbdeck_jobs").await, ["2"], "the one of the file too");
    assert_eq!(ledger.state().await, State::Ready { database: "admin".into() });
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_write_keeps_the_record_here() {
    let stage = Stage::set().await;
    live_through(&stage.ledger(), &record_elsewhere()).await.unwrap();
    let ledger = stage.ledger_of(WATCHER, "", Consent::Given);
    let State::Forbidden(lack) = ledger.state().await else { panic!("{:?}", ledger.state().await) };
    assert_eq!(lack.reason, "watcher@localhost may not keep the record in svc_admin");
    let record = record();
    assert_eq!(live_through(&ledger, &record).await, Ok(JobNumber::Local(1)));
    let jobs = history(&ledger).await.jobs;
    let names: Vec<String> = jobs.iter().map(|job| format!("{} {}", job.name(), job.state)).collect();
    assert_eq!(names, ["#L1 done", "#1 done"]);
    assert_eq!(ledger.job("L1").await.unwrap().1.len(), 1);

    for grant in lack.remedy.lines() {
        stage.execute(grant.trim_end_matches(';')).await;
    }
    assert_eq!(ledger.state().await, State::Ready { database: "admin".into() });
    let now_allowed = stage.ledger_of(WATCHER, "", Consent::NotGiven);
    assert!(matches!(now_allowed.open(&stage::record()).await, Ok(JobNumber::Shared(_))));
    let merged = now_allowed.job("L1").await.unwrap().0;
    assert_eq!((merged.uid, merged.state), (record.uid, JobState::Done), "its old name still leads to it");
    assert!(matches!(merged.number, Some(JobNumber::Shared(_))));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_process_is_gone_is_interrupted() {
    let stage = Stage::set().await;
    let (ledger, here, elsewhere) = (stage.ledger(), record(), record_elsewhere());
    for record in [&here, &elsewhere] {
        ledger.open(record).await.unwrap();
    }
    ledger.write(&elsewhere.uid, started()).await.unwrap();
    let holder = ledger.holder(LOCK).await.unwrap().unwrap();
    assert!(holder.starts_with("#2 cleanup of client by bob@elsewhere since "), "{holder}");
    assert!(holder.ends_with(" (console)"), "{holder}");

    stage.execute("UPDATE dbdeck_jobs SET heard = heard - INTERVAL 1 MINUTE").await;
    let states = |jobs: &[dbdeck::job::JobView]| jobs.iter().map(|job| job.state).collect::<Vec<_>>();
    let jobs = history(&ledger).await.jobs;
    assert_eq!(states(&jobs), [JobState::Interrupted, JobState::Queued], "the other one's process is seen to live");
    assert!(jobs[0].message.starts_with("not heard of since "), "{}", jobs[0].message);
    assert_eq!(ledger.holder(LOCK).await, Ok(None));
    let interrupted = Filter { state: Some(JobState::Interrupted), ..Filter::default() };
    assert_eq!(ledger.history(&interrupted).await.jobs.len(), 1);
    assert_eq!(stage.ask(1, "SELECT state FROM dbdeck_jobs ORDER BY id").await, ["queued", "running"], "only shown");

    ledger.write(&here.uid, started()).await.unwrap();
    let (found, _) = ledger.job("2").await.unwrap();
    assert_eq!((found.state, found.message.as_str()), (JobState::Interrupted, "its process ended; found by #1"));
    ledger.write(&elsewhere.uid, settled(JobState::Failed)).await.unwrap();
    assert_eq!(ledger.job("2").await.unwrap().0.state, JobState::Failed, "its own word is better than an inference");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_of_life_is_one_of_the_waiting_jobs_too() {
    let stage = Stage::set().await;
    let (ledger, runs, waits) = (stage.ledger(), record_elsewhere(), record_elsewhere());
    for record in [&runs, &waits] {
        ledger.open(record).await.unwrap();
    }
    ledger.write(&runs.uid, started()).await.unwrap();
    stage.execute("UPDATE dbdeck_jobs SET heard = heard - INTERVAL 1 MINUTE").await;
    let progress = Progress { phase: "logs".to_owned(), done: 7, total: Some(9), ..Progress::default() };
    let live = Live { progress, rows: 7, ..Live::default() };
    let beat = Entry::Beat { at: Utc::now(), state: JobState::Paused, live: live.clone() };
    ledger.write(&runs.uid, beat).await.unwrap();
    let jobs = history(&stage.ledger()).await.jobs;
    assert_eq!([jobs[0].state, jobs[1].state], [JobState::Queued, JobState::Paused]);
    assert_eq!(jobs[1].live, live);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_finds_what_it_says() {
    let stage = Stage::set().await;
    let (ledger, mine, theirs) = (stage.ledger(), record(), record_elsewhere());
    let old = dbdeck::op::record::JobRecord {
        operation: "kill".to_owned(),
        databases: vec!["admin".into(), "client".into()],
        submitted: Utc::now() - TimeDelta::days(2),
        ..record()
    };
    for record in [&mine, &theirs, &old] {
        live_through(&ledger, record).await.unwrap();
    }
    let check = async |filter: Filter, expected: &[&dbdeck::op::record::JobRecord]| {
        let jobs = ledger.history(&filter).await.jobs;
        let uids: Vec<_> = jobs.iter().map(|job| job.uid.clone()).collect();
        assert_eq!(uids, expected.iter().map(|job| job.uid.clone()).collect::<Vec<_>>(), "{filter:?}");
        assert!(jobs.iter().all(|job| filter.admits(job)), "{filter:?}");
    };
    let all = Filter::default;
    check(all(), &[&theirs, &mine, &old]).await;
    check(Filter { limit: 2, ..all() }, &[&theirs, &mine]).await;
    check(Filter { operation: Some("kill".to_owned()), ..all() }, &[&old]).await;
    check(Filter { database: Some("admin".into()), ..all() }, &[&old]).await;
    check(Filter { who: Some("bob".to_owned()), ..all() }, &[&theirs]).await;
    check(Filter { who: Some("bob@elsewhere".to_owned()), ..all() }, &[&theirs]).await;
    check(Filter { who: Some("bob@x' OR '1'='1".to_owned()), ..all() }, &[]).await;
    check(Filter { since: Some(Utc::now() - TimeDelta::days(1)), ..all() }, &[&theirs, &mine]).await;
    check(Filter { state: Some(JobState::Done), ..all() }, &[&theirs, &mine, &old]).await;
    check(Filter { state: Some(JobState::Running), ..all() }, &[]).await;
    check(Filter { open_only: true, ..all() }, &[]).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_it_is_kept_goes() {
    let stage = Stage::set().await;
    let ledger = stage.ledger_of("root, password: ''", "ledger: {keep: 30d}", Consent::Given);
    for _ in 0..45 {
        live_through(&ledger, &record_elsewhere()).await.unwrap();
    }
    let (dead, young) = (record_elsewhere(), record());
    ledger.open(&dead).await.unwrap();
    stage.execute("UPDATE dbdeck_jobs SET heard = heard - INTERVAL 31 DAY, ended = ended - INTERVAL 31 DAY").await;
    live_through(&ledger, &young).await.unwrap();
    let counted = "SELECT (SELECT COUNT(*) FROM dbdeck_jobs), (SELECT COUNT(*) FROM dbdeck_job_steps)";
    assert_eq!(stage.ask(2, counted).await, ["26|26"], "each job takes some old ones with it, the unfinished one too");
    assert_eq!(ledger.prune().await, Ok(25));
    assert_eq!(stage.ask(2, counted).await, ["1|1"]);
    assert_eq!(history(&ledger).await.jobs[0].uid, young.uid);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_has_its_index() {
    let stage = Stage::set().await;
    let ledger = stage.ledger();
    live_through(&ledger, &record()).await.unwrap();
    let prefixes = "SELECT a.INDEX_NAME FROM information_schema.STATISTICS a JOIN information_schema.STATISTICS b \
                    USING (TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, SEQ_IN_INDEX) \
                    WHERE TABLE_SCHEMA = 'svc_admin' AND SEQ_IN_INDEX = 1 AND a.INDEX_NAME <> b.INDEX_NAME";
    assert_eq!(stage.ask(1, prefixes).await, [""; 0], "no index begins as another does");
    let began = std::time::Instant::now();
    let mut digits = String::from("SELECT 0 d");
    (1..10).for_each(|digit| digits.push_str(&format!(" UNION ALL SELECT {digit}")));
    let many = format!(
        "INSERT INTO dbdeck_jobs (uid, operation, command, origin, who, host, pid, account, server, targets, summary, \
         state, submitted, heard, ended) SELECT LEFT(UUID(), 16), 'rollup', '', 'schedule', 'x', 'y', 1, '', '', '[]', '', \
         'done', NOW(6), NOW(6), NOW(6) FROM ({digits}) a, ({digits}) b, ({digits}) c"
    );
    stage.execute(&many.replace("LEFT(UUID(), 16)", "LPAD(HEX(a.d * 100 + b.d * 10 + c.d), 16, '0')")).await;
    assert_eq!(history(&ledger).await.jobs.len(), 100);
    assert!(began.elapsed() < Duration::from_secs(10));
    let plan = "EXPLAIN SELECT id FROM dbdeck_jobs WHERE operation = 'cleanup' ORDER BY submitted DESC LIMIT 10";
    assert!(stage.ask(12, plan).await[0].contains("idx_dbdeck_jobs_operation"));
    stage.end().await;
}
