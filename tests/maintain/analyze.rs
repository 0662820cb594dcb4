//! Analyze: statistics that were behind are not any more.

use dbdeck::op::record::JobState;

use super::stage::{Stage, fact};

#[tokio::test(flavor = "multi_thread")]
async fn statistics_are_made_anew() {
    let stage = Stage::set(&[
        "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT) STATS_AUTO_RECALC = 0",
        "INSERT INTO t (a) SELECT 1 FROM information_schema.COLLATIONS a, information_schema.COLLATIONS b LIMIT 5000",
        "CREATE TABLE old (id INT PRIMARY KEY) ENGINE=MyISAM",
    ])
    .await;
    assert!(stage.plan("index check").await.summary.contains("1 with stale statistics"));
    let plan = stage.plan("maintain analyze --table t").await;
    assert_eq!(plan.steps[0].sql, ["ANALYZE NO_WRITE_TO_BINLOG TABLE `svc`.`t`"]);
    assert_eq!((plan.summary.as_str(), fact(&plan, "changed since")), ("statistics of 1 table", "5 000 rows"));
    let job = stage.submit("maintain analyze", None);
    let view = stage.finished(&job).await;
    assert_eq!((view.state, view.message.as_str()), (JobState::Done, "2 tables"));
    assert_eq!(stage.steps(&job).iter().map(|step| step.outcome.as_str()).collect::<Vec<_>>(), ["done", "done"]);
    assert_eq!(stage.plan("index check").await.summary, "nothing found, in 2 tables");
    let refused = stage.run("maintain analyze --table none").await;
    assert_eq!((refused.state, refused.message.contains("there is no table none")), (JobState::Refused, true));
    stage.end().await;
}
