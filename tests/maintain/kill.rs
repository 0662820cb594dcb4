//! Kill: the thread that was meant, and no other.

use std::time::{Duration, Instant};

use dbdeck::job::view::Fault;
use dbdeck::op::record::JobState;
use tokio::task::JoinHandle;

use super::common::rows;
use super::stage::{Stage, fact};

/// A client that runs a statement until it ends: its id, and what the server said in the end.
async fn busy(stage: &Stage, statement: &'static str) -> (u64, JoinHandle<Result<u64, String>>) {
    let (mut client, id) = stage.client().await;
    let work = tokio::spawn(async move { client.execute(statement).await.map_err(|error| error.to_string()) });
    (id, work)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_query_that_was_meant_is_stopped_and_no_other() {
    let mut stage = Stage::set(&[]).await;
    let (meant, work) = busy(&stage, "DO SLEEP(61)").await;
    let (_, other) = busy(&stage, "DO SLEEP(62)").await;
    stage.wait_for_statements("DO SLEEP%", 2).await;
    let plan = stage.plan(&format!("kill {meant}")).await;
    assert_eq!((fact(&plan, "statement"), fact(&plan, "account")), ("DO SLEEP(61)", "root@localhost"), "{plan:#?}");
    assert_eq!((plan.refusal.as_deref(), fact(&plan, "transaction")), (None, "none"), "{plan:#?}");
    let job = stage.submit(&format!("kill {meant}"), Some(plan));
    let view = stage.finished(&job).await;
    assert_eq!((view.state, view.message), (JobState::Done, format!("query of thread {meant} is gone")));
    // A sleep that is stopped ends well on one server, with an error on the other: it ends.
    let _ = work.await.unwrap();
    assert_eq!(
        rows(&mut stage.root, 1, "SELECT INFO FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DO%'").await,
        ["DO SLEEP(62)"]
    );
    other.abort();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_runs_the_next_statement_is_left_alone() {
    let mut stage = Stage::set(&[]).await;
    let (mut client, id) = stage.client().await;
    let work = tokio::spawn(async move {
        let _ = client.execute("DO SLEEP(63)").await;
        let _ = client.execute("DO SLEEP(63)").await;
    });
    stage.wait_for_statements("DO SLEEP(63)", 1).await;
    let line = format!("kill {id}");
    let plan = stage.plan(&line).await;
    stage.root.execute(format!("KILL QUERY {id}")).await.unwrap();
    let began = Instant::now();
    while stage.plan(&line).await.details == plan.details {
        assert!(began.elapsed().as_secs() < 20, "the second statement began");
    }
    stage.wait_for_statements("DO SLEEP(63)", 1).await;
    let view = stage.finished(&stage.submit(&line, Some(plan))).await;
    assert_eq!((view.state, view.fault), (JobState::Failed, Some(Fault::Changed)), "{}", view.message);
    assert_eq!(view.message, format!("thread {id} now runs something else: nothing was killed"));
    stage.wait_for_statements("DO SLEEP(63)", 1).await;
    work.abort();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_is_watched_to_its_end() {
    let mut stage = Stage::set(&[
        "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT, b VARCHAR(100), KEY (a), KEY (b))",
        "INSERT INTO t (a, b) SELECT RAND() * 1e6, RAND() FROM information_schema.COLLATIONS a, \
         information_schema.COLLATIONS b LIMIT 60000",
        "INSERT INTO t (a, b) SELECT a, b FROM t",
        "INSERT INTO t (a, b) SELECT a, b FROM t",
    ])
    .await;
    let (id, work) = busy(&stage, "UPDATE t SET a = a + 1 + SLEEP(IF(id < 80000, 0, 30)), b = CONCAT(b, 'x')").await;
    let changed =
        format!("SELECT trx_rows_modified > 20000 FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id = {id}");
    while stage.one(&changed).await != "1" {
        assert!(!work.is_finished(), "the statement takes long enough");
        // Asked again sooner, the server gives the answer of last time.
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    let plan = stage.plan(&format!("kill {id} --connection")).await;
    assert!(plan.steps[0].rows.unwrap() > 20_000 && plan.warnings[0].contains("is rolled back"), "{plan:#?}");
    let job = stage.submit(&format!("kill {id} --connection"), Some(plan));
    let view = stage.wait_for(&job, "the rollback", |view| view.live.progress.phase.contains("rolling back")).await;
    eprintln!("{:?}", view.live.progress);
    let view = stage.finished(&job).await;
    assert_eq!(view.state, JobState::Done, "{}", view.message);
    eprintln!("{} after {:?}", view.message, view.ended.unwrap() - view.began.unwrap());
    assert!(work.await.unwrap().is_err());
    assert_eq!(stage.one("SELECT COUNT(*) FROM t WHERE b LIKE '%x'").await, "0");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_killed_is_refused_with_the_reason() {
    let mut stage = Stage::set(&[
        "CREATE USER some@localhost IDENTIFIED BY 'only-for-this-test'",
        "GRANT PROCESS ON *.* TO some@localhost",
        "SET GLOBAL event_scheduler = ON",
    ])
    .await;
    let (_idle, id) = stage.client().await;
    let (working, _work) = busy(&stage, "DO SLEEP(64)").await;
    stage.wait_for_statements("DO SLEEP(64)", 1).await;
    let refusal = async |line: String| stage.plan(&line).await.refusal.unwrap_or_default();
    assert_eq!(refusal("kill 999999".to_owned()).await, "thread 999999 is gone, or this account may not see it");
    assert!(refusal(format!("kill {id}")).await.contains("--connection"));
    assert_eq!(refusal(format!("kill {id} --connection")).await, "");
    let foreign = stage.plan_as("some", "only-for-this-test", &format!("kill {working}")).await.refusal.unwrap();
    assert!(foreign.contains("another account") && foreign.contains("GRANT CONNECTION"), "{foreign}");
    let events = stage.one("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'event_scheduler'").await;
    let own = stage.plan(&format!("kill {events}")).await.refusal.unwrap();
    assert!(own.contains("the server's own"), "{own}");
    let job = stage.submit("kill 999999", None);
    assert_eq!(stage.finished(&job).await.state, JobState::Refused);
    stage.end().await;
}
