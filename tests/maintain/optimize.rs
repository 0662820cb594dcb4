//! Optimize: gives space back, waits for locks without making others wait, stops when it is told to.

use std::time::{Duration, Instant};

use dbdeck::op::Plan;
use dbdeck::op::record::JobState;

use super::common::{link, rows};
use super::stage::{LIMIT, Stage, fact};

const ROWS: &str = "INSERT INTO t (a, b) SELECT RAND() * 1e9, CONCAT(RAND(), REPEAT('x', 150)) FROM information_schema.COLLATIONS a, \
     information_schema.COLLATIONS b LIMIT 50000";
const AGAIN: &str = "INSERT INTO t (a, b) SELECT RAND() * 1e9, b FROM t";
const TABLE: &str = "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT, b VARCHAR(200), KEY (a), KEY (b))";

/// Waits until the server has thrown away what was deleted: then a plan is not empty.
async fn worth(stage: &Stage, line: &str) -> Plan {
    let began = Instant::now();
    loop {
        let plan = stage.plan(line).await;
        if !plan.is_empty() {
            return plan;
        }
        assert!(began.elapsed() < LIMIT, "waited for something to gain: {plan:#?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unused_space_is_given_back() {
    let mut stage =
        Stage::set(&[TABLE, ROWS, AGAIN, "CREATE TABLE small (id INT PRIMARY KEY)", "DELETE FROM t WHERE id > 20000"])
            .await;
    let sum = stage.one("SELECT COUNT(*) FROM t").await;
    let plan = worth(&stage, "maintain optimize").await;
    assert_eq!((plan.steps[0].title.as_str(), plan.refusal.as_deref()), ("optimize t", None), "{plan:#?}");
    assert_eq!(plan.steps[0].sql, ["OPTIMIZE NO_WRITE_TO_BINLOG TABLE `svc`.`t`"]);
    assert_eq!(fact(&plan, "meanwhile"), "reads and writes go on");
    assert!(plan.warnings.concat().contains("small 0 %"), "{plan:#?}");
    eprintln!("{}: {} / {}", plan.summary, fact(&plan, "unused inside"), fact(&plan, "disk needed"));
    let job = stage.submit("maintain optimize", Some(plan));
    let view = stage.finished(&job).await;
    assert_eq!(view.state, JobState::Done, "{}", view.message);
    assert!(view.live.bytes > 8 << 20 && view.message.starts_with("1 table, "), "{}", view.message);
    eprintln!("{}; {}", view.message, stage.steps(&job)[0].outcome);
    assert_eq!(stage.one("SELECT COUNT(*) FROM t").await, sum);
    assert!(stage.plan("maintain optimize").await.is_empty());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_partitions_that_gain_are_rebuilt() {
    let parts = "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT, b VARCHAR(200), KEY (a)) PARTITION BY RANGE (id) \
         (PARTITION Old VALUES LESS THAN (80000), PARTITION `新` VALUES LESS THAN MAXVALUE)";
    let stage = Stage::set(&[parts, ROWS, AGAIN, "DELETE FROM t WHERE id < 79000"]).await;
    let plan = worth(&stage, "maintain optimize").await;
    let titles: Vec<&str> = plan.steps.iter().map(|step| step.title.as_str()).collect();
    assert_eq!((titles, fact(&plan, "meanwhile")), (vec!["optimize t partition Old"], "writes wait, reads go on"));
    let view = stage.finished(&stage.submit("maintain optimize", Some(plan))).await;
    assert!(view.state == JobState::Done && view.live.bytes > 0, "{view:#?}");
    eprintln!("{}", view.message);
    let view = stage.run("maintain optimize --table t --partition 新").await;
    assert_eq!(view.state, JobState::Done, "{}", view.message);
    let whole = stage.plan("maintain optimize --table t --whole").await;
    assert_eq!((whole.steps.len(), fact(&whole, "meanwhile")), (1, "reads and writes go on"), "{whole:#?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_is_tried_for_again_and_those_who_wait_behind_it_are_seen() {
    let rows_of_t = "INSERT INTO t VALUES (1), (2)";
    let stage = Stage::set(&["CREATE TABLE t (id INT PRIMARY KEY)", rows_of_t]).await;
    let (mut holder, id) = stage.client().await;
    holder.execute("BEGIN").await.unwrap();
    rows(&mut holder, 1, "SELECT COUNT(*) FROM t").await;
    let job = stage.submit("maintain optimize --table t", None);
    stage
        .wait_for(&job, "the lock", |view| {
            view.live.held.as_deref().is_some_and(|held| held.contains("attempt 1: waits"))
        })
        .await;
    let (mut victim, _) = stage.client().await;
    let reading = tokio::spawn(async move { victim.execute("INSERT INTO t VALUES (3)").await });
    let seen = |text: &'static str| {
        move |view: &dbdeck::job::JobView| view.live.held.as_deref().is_some_and(|held| held.contains(text))
    };
    let view = stage.wait_for(&job, "a victim", seen("1 statement waits behind the lock")).await;
    eprintln!("{}", view.live.held.unwrap());
    let view = stage.wait_for(&job, "the next try", seen("next try in")).await;
    let held = view.live.held.unwrap();
    assert!(held.contains(&format!("the oldest transaction is thread {id}'s")), "{held}");
    eprintln!("{held}");
    reading.await.unwrap().unwrap();
    holder.execute("COMMIT").await.unwrap();
    let view = stage.finished(&job).await;
    assert_eq!((view.state, view.message.as_str(), view.live.held), (JobState::Done, "1 table", None));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_cannot_be_had_is_given_up() {
    let patience = Duration::from_secs(1);
    let mut stage = Stage::with(
        |worker| {
            (worker.lock_attempt, worker.lock_patience, worker.max_victims) = (Duration::from_secs(20), patience, 2);
        },
        &["CREATE TABLE t (id INT PRIMARY KEY)"],
    )
    .await;
    let (mut holder, _) = stage.client().await;
    holder.execute("BEGIN").await.unwrap();
    rows(&mut holder, 1, "SELECT COUNT(*) FROM t").await;
    let job = stage.submit("maintain optimize --table t", None);
    let waits =
        |view: &dbdeck::job::JobView| view.live.held.as_deref().is_some_and(|held| held.contains("waits for the lock"));
    stage.wait_for(&job, "the lock", waits).await;
    let mut longest = Duration::ZERO;
    while stage.view(&job).is_some_and(|view| !view.state.is_over()) {
        let victims: Vec<_> = (0..3)
            .map(|_| {
                let login = stage.server.root();
                tokio::spawn(async move {
                    let mut victim = link(&login).await;
                    let began = Instant::now();
                    victim.rows("SELECT COUNT(*) FROM svc.t").await.unwrap();
                    began.elapsed()
                })
            })
            .collect();
        for victim in victims {
            longest = longest.max(victim.await.unwrap());
        }
    }
    let view = stage.finished(&job).await;
    eprintln!("{}; longest wait of a victim {longest:.0?}", view.message);
    assert_eq!(view.state, JobState::Failed, "{}", view.message);
    assert!(
        view.message.contains("given up after") && view.message.contains("3 statements waited"),
        "{}",
        view.message
    );
    assert!(longest < Duration::from_secs(3), "given up early: {longest:?}");
    stage.wait_for_statements("%OPTIMIZE NO_WRITE%", 0).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_rebuild_leaves_the_server_idle_and_the_table_as_it_was() {
    let mut stage = Stage::set(&[TABLE, ROWS, AGAIN, AGAIN, AGAIN]).await;
    let before = stage.one("SELECT COUNT(*) FROM t").await;
    let job = stage.submit("maintain optimize --table t", None);
    stage.wait_for_statements("%OPTIMIZE NO_WRITE%", 1).await;
    let rebuilding = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE LIKE 'alter%'";
    let began = Instant::now();
    while stage.one(rebuilding).await == "0" {
        assert!(began.elapsed() < LIMIT, "waited for the rebuild");
    }
    assert!(stage.view(&job).is_some_and(|view| !view.state.is_over()), "the table is large enough");
    let asked = Instant::now();
    stage.cancel(&job);
    stage.wait_for_statements("%OPTIMIZE NO_WRITE%", 0).await;
    let idle = asked.elapsed();
    let view = stage.finished(&job).await;
    eprintln!("idle after {idle:.0?}, over after {:.0?}", asked.elapsed());
    assert_eq!((view.state, view.message.as_str()), (JobState::Cancelled, "stopped on request"));
    assert_eq!(stage.steps(&job)[0].outcome, "stopped; the table is as it was");
    assert!(idle < Duration::from_secs(2), "{idle:?}");
    assert_eq!(stage.one("SELECT COUNT(*) FROM t").await, before);
    assert!(rows(&mut stage.root, 4, "CHECK TABLE t").await[0].ends_with("|status|OK"));
    stage.end().await;
}
