//! Index check: what was planted is found, what cannot be known is said, and nothing is changed.

use dbdeck::op::Plan;
use dbdeck::op::record::JobState;

use super::common::rows;
use super::stage::Stage;

const PLANTED: [&str; 6] = [
    "CREATE TABLE `orders 订单` (id INT AUTO_INCREMENT PRIMARY KEY, a INT, b INT, c INT, d INT, KEY a_b (a, b), KEY only_a (a), \
     KEY b1 (b), KEY b2 (b), KEY used (c), UNIQUE one (d)) STATS_AUTO_RECALC = 0",
    "INSERT INTO `orders 订单` (a, b, c) SELECT 1, 1, 1 FROM information_schema.COLLATIONS a, \
     information_schema.COLLATIONS b LIMIT 3000",
    "ANALYZE TABLE `orders 订单`",
    "INSERT INTO `orders 订单` (a, b, c) SELECT id + 10000, 1, 1 FROM `orders 订单`",
    "CREATE TABLE bare (a INT, KEY (a))",
    "CREATE TABLE good (id INT PRIMARY KEY, a INT)",
];

fn titles(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.title.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_planted_is_found_with_its_remedy() {
    let mut stage = Stage::set(&PLANTED).await;
    let plan = stage.plan("index check").await;
    assert_eq!(
        titles(&plan),
        [
            "index b2 of orders 订单 duplicates b1",
            "index only_a of orders 订单 begins like a_b",
            "table bare has no primary key",
            "statistics of orders 订单 are stale",
        ]
    );
    let summary = "1 duplicate, 1 redundant, 1 without primary key, 1 with stale statistics, in 3 tables";
    assert_eq!(plan.summary, summary);
    assert!(plan.warnings.iter().any(|note| note.starts_with("unused indexes: not ")), "{:?}", plan.warnings);
    let view = stage.run("index check").await;
    assert_eq!((view.state, view.message.as_str()), (JobState::Done, summary));
    assert_eq!(titles(&stage.plan("index check --table bare").await), ["table bare has no primary key"]);
    for statement in plan.steps.iter().flat_map(|step| &step.sql) {
        stage.root.execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let mended = stage.plan("index check").await;
    assert_eq!(mended.summary, "nothing found, in 3 tables", "{mended:#?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_called_unused_only_by_evidence() {
    let mut stage = Stage::set(&PLANTED[..2]).await;
    if stage.one("SELECT @@performance_schema").await != "1" {
        let plan = stage.plan("index check --unused-after 0").await;
        assert!(plan.warnings.concat().contains("SET GLOBAL userstat = ON;"), "{:?}", plan.warnings);
        stage.root.execute("SET GLOBAL userstat = ON").await.unwrap();
    }
    let (mut client, _) = stage.client().await;
    rows(&mut client, 1, "SELECT COUNT(*) FROM `orders 订单` FORCE INDEX (used) WHERE c = 1").await;
    drop(client);
    let young = stage.plan("index check").await;
    assert!(young.warnings.concat().contains("the server has counted for"), "{:?}", young.warnings);
    let plan = stage.plan("index check --unused-after 0").await;
    let unused: Vec<&str> = titles(&plan).into_iter().filter(|title| title.ends_with("was not used")).collect();
    let expected = ["a_b", "b1", "b2", "only_a"].map(|index| format!("index {index} of orders 订单 was not used"));
    assert_eq!(unused, expected);
    stage.end().await;
}
