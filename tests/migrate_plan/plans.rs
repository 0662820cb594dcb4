//! What a plan says, refuses and leaves alone.

use std::time::{Duration, Instant};

use dbdeck::migration::Allow;
use dbdeck::op::{Intent, OpError, Plan};
use dbdeck::ops::migrate::plan::Survey;
use dbdeck::server::read::{TableUser, table_locks};

use crate::common::{link, rows};
use crate::stage::Stage;

const LIMIT: Duration = Duration::from_secs(20);

/// A fact about the statement at `database file.sql:line`.
fn fact<'a>(plan: &'a Plan, place: &str, name: &str) -> &'a str {
    let step = plan.steps.iter().find(|step| step.title == place).unwrap_or_else(|| panic!("{place}: {plan:#?}"));
    step.facts.iter().find(|(fact, _)| fact == name).map_or("", |(_, value)| value)
}

fn titles(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.title.as_str()).collect()
}

#[track_caller]
fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text:?}");
    }
}

/// One server for all of it: each part has databases of its own.
#[tokio::test]
async fn a_plan_says_what_would_be_done_and_what_speaks_against_it() {
    let mut stage = Stage::start().await;
    looking_changes_nothing_and_asking_leaves_nothing(&mut stage).await;
    what_blocks_or_destroys_must_be_allowed(&mut stage).await;
    changes_are_asked_in_their_order(&mut stage).await;
    an_open_transaction_is_named(&mut stage).await;
    programs_need_a_right(&mut stage).await;
    the_record_and_the_files_must_agree(&mut stage).await;
    clones_left_behind_are_dropped(&mut stage).await;
    stage.server.stop().await.unwrap();
}

async fn looking_changes_nothing_and_asking_leaves_nothing(stage: &mut Stage) {
    stage.clear().await;
    stage.file("2025_01_01_one", "ALTER TABLE logs ADD c INT;\nINSERT INTO logs (a) VALUES (4);");
    stage.file_of("all", "2025_01_02_two", "CREATE TABLE fresh (a INT);\nALTER TABLE blank ADD b INT;");
    let before = stage.state().await;
    let looked = stage.survey(Intent::Look, &[]).await.unwrap();
    assert_eq!(before, stage.state().await, "looking has changed something");
    let asked = stage.survey_as("root", "", Intent::Run, &[]).await.unwrap();
    assert_eq!(before, stage.state().await, "asking has left something behind");
    assert_eq!(looked.plan.digest(), asked.plan.digest());
    assert_eq!(
        titles(&asked.plan),
        [
            "client: make or extend the record of migrations",
            "shared: make or extend the record of migrations",
            "client 2025_01_01_one.sql:2",
            "client 2025_01_01_one.sql:3",
            "client 2025_01_02_two.sql:2",
            "client 2025_01_02_two.sql:3",
            "shared 2025_01_02_two.sql:2",
            "shared 2025_01_02_two.sql:3",
        ]
    );
    assert_eq!(asked.plan.refusal, None);
    contains(fact(&looked.plan, "client 2025_01_01_one.sql:2", "algorithm"), &["--probe asks now"]);
    contains(fact(&asked.plan, "client 2025_01_01_one.sql:2", "algorithm"), &["ALGORITHM=INSTANT"]);
    contains(fact(&asked.plan, "client 2025_01_01_one.sql:2", "table"), &["logs: about ", "rows"]);
    contains(fact(&asked.plan, "shared 2025_01_02_two.sql:3", "algorithm"), &["the table is empty"]);
    assert_eq!(asked.plan.summary, "3 migrations in client, shared");
}

async fn refusal(stage: &Stage, allow: &[Allow]) -> Option<String> {
    stage.survey(Intent::Run, allow).await.unwrap().plan.refusal
}

async fn what_blocks_or_destroys_must_be_allowed(stage: &mut Stage) {
    stage.clear().await;
    let copy = "ALTER TABLE svc_client.logs MODIFY a BIGINT;\n";
    stage.file("2025_01_01_copy", copy);
    let asked = stage.survey(Intent::Run, &[]).await.unwrap().plan;
    let words = asked.refusal.clone().unwrap();
    contains(&words, &["2025_01_01_copy.sql:2 (client)", "MODIFY a BIGINT", "writes wait", "--allow blocking"]);
    contains(fact(&asked, "client 2025_01_01_copy.sql:2", "not gentler"), &["not supported"]);
    contains(fact(&asked, "client 2025_01_01_copy.sql:2", "disk needed"), &["at most, of", "free"]);
    assert_eq!(fact(&asked, "client 2025_01_01_copy.sql:2", "meanwhile"), "writes wait, reads go on");
    assert_eq!(refusal(stage, &[Allow::Blocking]).await, None);
    stage.file("2025_01_01_copy", &format!("-- Allow: blocking\n{copy}"));
    assert_eq!(refusal(stage, &[]).await, None);

    stage.clear().await;
    stage.file("2025_01_01_gone", "ALTER TABLE blank DROP a;\nDROP TABLE logs;");
    let asked = stage.survey(Intent::Look, &[]).await.unwrap().plan;
    let words = asked.refusal.unwrap();
    contains(
        &words,
        &["column a of blank", ":3 (client): DROP TABLE logs: takes table logs away", "-- Allow: destructive"],
    );
    assert!(asked.destroys && asked.warnings.iter().any(|warning| warning.contains("no backup is known")));
    assert_eq!(refusal(stage, &[Allow::Destructive]).await, None);

    stage.clear().await;
    stage.file("2025_01_01_twice", "ALTER TABLE logs ADD a INT;");
    contains(&refusal(stage, &[]).await.unwrap(), &["2025_01_01_twice.sql:2", "the server refuses it", "1060"]);
}

async fn changes_are_asked_in_their_order(stage: &mut Stage) {
    stage.clear().await;
    let chain =
        "ALTER TABLE logs ADD c INT;\nCREATE INDEX i ON logs (c);\nALTER TABLE logs DROP INDEX i, MODIFY c BIGINT;";
    stage.file("2025_01_01_chain", chain);
    stage.file("2025_01_02_made", "CREATE TABLE made AS SELECT * FROM logs;\nALTER TABLE made ADD d INT;");
    let Survey { plan, answers, .. } = stage.survey(Intent::Run, &[Allow::Blocking]).await.unwrap();
    assert_eq!(plan.refusal, None);
    assert_eq!(answers[0].iter().map(|answer| answer.waits().is_some()).collect::<Vec<_>>(), [true; 3], "{answers:?}");
    contains(&answers[1][1].words(), &["made is made or removed earlier in this run", "right before it runs"]);

    stage.clear().await;
    let prepared =
        "SET @s = 'ALTER TABLE logs ADD c INT';\nPREPARE s FROM @s;\nEXECUTE s;\nALTER TABLE logs ADD INDEX (c);";
    stage.file("2025_01_01_prepared", prepared);
    let answers = stage.survey(Intent::Run, &[]).await.unwrap().answers;
    contains(&answers[0][3].words(), &["known only when it has run"]);
}

async fn an_open_transaction_is_named(stage: &mut Stage) {
    stage.clear().await;
    stage.file("2025_01_01_one", "ALTER TABLE logs ADD c INT;");
    let mut other = link(&stage.server.root()).await;
    other.execute("START TRANSACTION").await.unwrap();
    other.rows("SELECT * FROM svc_client.logs FOR UPDATE").await.unwrap();
    let obstacle = obstacle(stage, |words| !words.is_empty()).await;
    contains(&obstacle, &[&format!("thread {}", other.id), "root@localhost"]);
    other.execute("ROLLBACK").await.unwrap();

    // One that uses another table is in nobody's way, where the server tells who uses which.
    other.execute("START TRANSACTION").await.unwrap();
    other.rows("SELECT * FROM svc_client.blank FOR UPDATE").await.unwrap();
    match table_locks::read(&mut stage.root, "svc_client").await.unwrap() {
        Ok(users) => {
            assert_eq!(users, [TableUser { table: "blank".to_owned(), thread: other.id }]);
            self::obstacle(stage, str::is_empty).await;
        }
        Err(_) => contains(&self::obstacle(stage, |words| !words.is_empty()).await, &["if it uses this table"]),
    }
    other.execute("ROLLBACK").await.unwrap();
}

/// Who would be waited for, as soon as it fits. A server renews its list of transactions when nobody has read it for a
/// tenth of a second.
async fn obstacle(stage: &Stage, fits: impl Fn(&str) -> bool) -> String {
    let began = Instant::now();
    loop {
        let plan = stage.survey_as("root", "", Intent::Look, &[]).await.unwrap().plan;
        let obstacle = fact(&plan, "client 2025_01_01_one.sql:2", "would wait for").to_owned();
        if fits(&obstacle) {
            return obstacle;
        }
        assert!(began.elapsed() < LIMIT, "{obstacle:?}");
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

async fn programs_need_a_right(stage: &mut Stage) {
    stage.clear().await;
    stage.file("2025_01_01_trigger", "CREATE TRIGGER tr BEFORE INSERT ON logs FOR EACH ROW SET NEW.a = 1;");
    contains(
        &refusal(stage, &[]).await.unwrap(),
        &["2025_01_01_trigger.sql:2", "1419", "log_bin_trust_function_creators"],
    );
    let root = stage.survey_as("root", "", Intent::Look, &[]).await.unwrap().plan;
    assert_eq!(root.refusal, None);
    stage.file("2025_01_01_trigger", "CREATE PROCEDURE p() BEGIN SELECT 1; END;\nDROP TRIGGER IF EXISTS tr;");
    assert_eq!(refusal(stage, &[]).await, None);
}

async fn the_record_and_the_files_must_agree(stage: &mut Stage) {
    stage.clear().await;
    stage.record("2025_01_02_old", "success", "0123456789abcdef", &[]).await;
    stage.file("2025_01_02_old", "SELECT 1;");
    match stage.survey(Intent::Look, &[]).await {
        Err(OpError::Changed(words)) => contains(&words, &["client: 2025_01_02_old.sql", "--allow edited"]),
        other => panic!("{other:?}"),
    }
    assert!(stage.survey(Intent::Look, &[Allow::Edited]).await.unwrap().plan.is_empty());
    stage.file("2025_01_03_none", "SELECT 'a;");
    match stage.survey(Intent::Look, &[Allow::Edited]).await {
        Err(OpError::Failed(words)) => contains(&words, &["2025_01_03_none.sql:2", "string that begins here"]),
        other => panic!("{other:?}"),
    }

    stage.clear().await;
    stage.file("2025_01_01_half", "CREATE TABLE x (a INT);\nALTER TABLE logs ADD c INT;\nSELECT 2;");
    let steps = [(1, "CREATE TABLE x (a INT)", "done"), (2, "ALTER TABLE logs ADD c INT", "failed")];
    stage.record("2025_01_01_half", "failed", "0123456789abcdef", &steps).await;
    let survey = stage.survey(Intent::Run, &[]).await.unwrap();
    assert_eq!((survey.units[0].from, survey.answers[0].len()), (2, 2));
    assert_eq!(titles(&survey.plan), ["client 2025_01_01_half.sql:3", "client 2025_01_01_half.sql:4"]);
    contains(&survey.plan.warnings.concat(), &["goes on behind its statement 1"]);
}

async fn clones_left_behind_are_dropped(stage: &mut Stage) {
    stage.clear().await;
    let own = stage.root.id;
    let in_use = format!("_dbdeck_probe_1700000000_{own}_0");
    stage.run(&format!("DO GET_LOCK('dbdeck:probe:{own}', 0)")).await;
    for name in ["_dbdeck_probe_1700000000_999999_0", &in_use, "_dbdeck_probes"] {
        stage.run(&format!("CREATE TABLE svc_client.{name} LIKE svc_client.logs")).await;
    }
    stage.file("2025_01_01_one", "ALTER TABLE logs ADD c INT;");
    stage.survey(Intent::Run, &[]).await.unwrap();
    let left = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'svc_client' AND \
                LEFT(TABLE_NAME, 7) = '_dbdeck' ORDER BY LENGTH(TABLE_NAME)";
    assert_eq!(rows(&mut stage.root, 1, left).await, ["_dbdeck_probes", in_use.as_str()]);
}
