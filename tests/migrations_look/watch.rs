//! What the watcher reads of migrations, and what that costs.

use std::time::Duration;

use dbdeck::migration::{Record, Records, StepState, tables};
use dbdeck::sample::{Fleet, Interest};
use dbdeck::server::Link;
use dbdeck::server::Login;
use dbdeck::server::error::Known;
use serde_json::json;

use crate::common::{link, literal, rows};
use crate::stage::Stage;

const SCHEMAS: [&str; 3] = ["svc_client", "svc_admin", "svc_shared"];

async fn read(records: &mut Records, link: &mut Link) -> Vec<Known<Record>> {
    records.read(link, &SCHEMAS.map(str::to_owned)).await.unwrap()
}

/// Names and states of what is recorded.
fn recorded(record: &Known<Record>) -> Vec<String> {
    let record = record.as_ref().unwrap();
    record.history.rows.iter().map(|row| format!("{} {:?}", row.name, row.state)).collect()
}

/// How many statements this connection has sent, this question included.
async fn questions(link: &mut Link) -> u64 {
    let row = rows(link, 2, "SHOW SESSION STATUS LIKE 'Questions'").await.remove(0);
    row.split_once('|').unwrap().1.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_records_are_read_in_one_statement() {
    let mut stage = Stage::start().await;
    stage.old_record("client").await;
    stage.recorded("client", "2025_01_01_one", "x", "success", "").await;
    stage.recorded("client", "2025_01_02_two", "x", "failed", "no such table").await;
    stage.run("ALTER TABLE migration_history CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci").await;
    let (mut records, mut watcher) = (Records::default(), link(&stage.server.root()).await);
    let found = read(&mut records, &mut watcher).await;
    assert_eq!(recorded(&found[0]), ["2025_01_01_one Success", "2025_01_02_two Failed"]);
    assert_eq!(found[0].as_ref().unwrap().history.rows[1].error.as_deref(), Some("no such table"));
    let is_there = |found: &[Known<Record>]| found.iter().map(|it| it.as_ref().unwrap().is_there).collect::<Vec<_>>();
    assert_eq!(is_there(&found), [true, false, false]);
    let before = questions(&mut watcher).await;
    assert_eq!(read(&mut records, &mut watcher).await, found);
    assert_eq!(questions(&mut watcher).await - before, 2, "one for the records, and this question");
    tables_that_come_and_go(&mut stage, &mut records, &mut watcher).await;
    what_may_not_be_read_is_its_own_trouble(&mut stage).await;
    stage.server.stop().await.unwrap();
}

async fn tables_that_come_and_go(stage: &mut Stage, records: &mut Records, watcher: &mut Link) {
    stage.run("USE svc_client").await;
    for (column, definition) in tables::ADDED {
        stage.run(&format!("ALTER TABLE migration_history ADD COLUMN {column} {definition}")).await;
    }
    for database in ["client", "admin"] {
        stage.run(&format!("USE svc_{database}")).await;
        for creation in tables::creation() {
            stage.run(&creation).await;
        }
        stage.run("UPDATE migration_history SET normal_checksum = 'abc'").await;
        stage
            .run(
                "INSERT INTO dbdeck_migration_steps (migration_name, step, line, col, kind, statement, began, state) \
                 VALUES ('2025_01_02_two', 2, 1, 1, 'image', 'x', NOW(6), 'begun'), \
                 ('2025_01_02_two', 1, 1, 1, 'image', 'x', NOW(6), 'done'), \
                 ('2025_01_01_one', 1, 1, 1, 'image', 'x', NOW(6), 'done')",
            )
            .await;
    }
    read(records, watcher).await;
    let found = read(records, watcher).await;
    let client = found[0].as_ref().unwrap();
    assert_eq!(client.history.rows[0].normal.as_deref(), Some("abc"));
    let steps: Vec<_> = client.history.steps.iter().map(|step| (step.step, step.state)).collect();
    assert_eq!(steps, [(1, StepState::Done), (2, StepState::Begun)], "only of what is not applied");
    assert!(found[1].as_ref().unwrap().is_there);
    stage.run("DROP TABLE svc_admin.dbdeck_migration_steps, svc_admin.migration_history").await;
    let found = read(records, watcher).await;
    assert_eq!((recorded(&found[0]).len(), found[1].as_ref().unwrap().is_there), (2, false));
}

async fn what_may_not_be_read_is_its_own_trouble(stage: &mut Stage) {
    stage.run("CREATE USER narrow@localhost IDENTIFIED BY 'narrow'").await;
    stage.run("GRANT SELECT ON `svc\\_client`.* TO narrow@localhost").await;
    stage.run("GRANT INSERT ON `svc\\_admin`.* TO narrow@localhost").await;
    stage.old_record("admin").await;
    let login = Login { user: "narrow".to_owned(), secret: literal("narrow"), ..stage.server.root() };
    let mut narrow = link(&login).await;
    let found = read(&mut Records::default(), &mut narrow).await;
    assert_eq!(recorded(&found[0]).len(), 2);
    for (place, schema) in [(1, "admin"), (2, "shared")] {
        let lack = found[place].as_ref().unwrap_err();
        assert_eq!(lack.remedy, format!("GRANT SELECT ON `svc\\_{schema}`.* TO 'narrow'@'localhost';"), "{lack:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_applied_is_seen_when_something_was_done() {
    let mut stage = Stage::start().await;
    let text = stage.file("client", "2025_01_01_one", "CREATE TABLE one (a INT);");
    stage.old_record("client").await;
    let status = stage.json(&["status", "--json"], 0);
    let client = &status["databases"][0];
    assert_eq!((&client["migrations"]["pending"], &client["migrations"]["applied"]), (&json!(1), &json!(0)));
    let attention = status["attention"].as_array().unwrap();
    assert!(attention.iter().any(|it| it["rule"] == "migrations-pending" && it["subject"] == "client"), "{status:#}");
    assert!(stage.says(&["status"], 0).contains("migrations   1 pending"));
    stage.says(&["status", "--check"], 1);
    let config = stage.configure("operator", "only-for-this-test", None);
    let mut fleet = Fleet::start(&config, Interest::default());
    let counts = |fleet: &Fleet| {
        let picture = fleet.picture();
        let (database, _) = picture.database(&"client".into())?;
        let stand = database.migrations.as_ref()?.value.as_ref().ok()?;
        Some((stand.standings.counts().applied, stand.standings.counts().pending))
    };
    until(&mut fleet, |fleet| counts(fleet) == Some((0, 1))).await;
    stage.recorded("client", "2025_01_01_one", &text, "success", "").await;
    fleet.look_again();
    until(&mut fleet, |fleet| counts(fleet) == Some((1, 0))).await;
    fleet.stop();
    stage.server.stop().await.unwrap();
}

async fn until(fleet: &mut Fleet, is_so: impl Fn(&Fleet) -> bool) {
    let waiting = async {
        while !is_so(fleet) {
            fleet.changed().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("within 20 s");
}
