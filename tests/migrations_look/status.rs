//! `migration-status` on records that the service and dbdeck have left behind.

use dbdeck::migration::image::images;
use dbdeck::migration::interruption::work_lock;
use dbdeck::migration::tables;
use dbdeck::server::script::shape::{Class, Object};
use serde_json::{Value, json};

use crate::common::link;
use crate::stage::Stage;

fn database<'a>(document: &'a Value, name: &str) -> &'a Value {
    document["databases"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap()
}

/// `name: standing` of a database.
fn standings(document: &Value, name: &str) -> Vec<String> {
    let found = database(document, name);
    let entries = found["migrations"].as_array().unwrap_or_else(|| panic!("{found}"));
    entries.iter().map(|it| format!("{}: {}", it["name"].as_str().unwrap(), it["standing"].as_str().unwrap())).collect()
}

fn entry<'a>(document: &'a Value, name: &str, migration: &str) -> &'a Value {
    let entries = database(document, name)["migrations"].as_array().unwrap();
    entries.iter().find(|it| it["name"] == migration).unwrap_or_else(|| panic!("{migration}: {document}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_of_the_service_is_read_as_it_is() {
    let mut stage = Stage::start().await;
    assert!(stage.says(&["migration-status"], 0).contains("client  svc_client on"));
    let one = stage.file("client", "2025_01_01_one", "USE svc_client;\nCREATE TABLE one (a INT);");
    let two = stage.file("client, shared", "2025_01_02_two", "CREATE TABLE two (a INT);");
    stage.file("client", "2025_01_03_three", "CREATE TABLE three (a INT);");
    stage.old_record("client").await;
    stage.recorded("client", "2025_01_01_one", &one, "success", "").await;
    stage.recorded("client", "2025_01_02_two", &two, "failed", "Table exists").await;
    let before = stage.state().await;
    let status = stage.json(&["migration-status", "--json"], 0);
    assert_eq!(
        standings(&status, "client"),
        ["2025_01_01_one: applied", "2025_01_02_two: failed", "2025_01_03_three: pending"]
    );
    assert_eq!(standings(&status, "shared"), ["2025_01_02_two: pending"]);
    assert_eq!(standings(&status, "admin"), Vec::<String>::new());
    let failed = entry(&status, "client", "2025_01_02_two");
    assert_eq!((&failed["error"], &failed["step"]), (&json!("Table exists"), &Value::Null));
    assert_eq!(database(&status, "client")["counts"]["applied"], json!(1));
    let text = stage.says(&["migration-status", "--check"], 1);
    assert!(text.contains("1 applied, 1 pending, 1 failed") && text.contains("failed      2025_01_02_two"), "{text}");
    stage.says(&["list"], 0);
    stage.says(&["status", "--json"], 0);
    assert_eq!(stage.state().await, before, "looking has changed something");
    files_and_record_that_do_not_fit(&mut stage).await;
    a_server_that_is_not_there_hides_nothing_else(&stage);
    stage.server.stop().await.unwrap();
}

async fn files_and_record_that_do_not_fit(stage: &mut Stage) {
    stage.recorded("client", "2025_01_04_gone", "whatever", "success", "").await;
    stage.file("client", "2025_01_01_one", "CREATE TABLE one (a BIGINT);");
    stage.recorded("client", "2025_01_05_five", "x", "success", "").await;
    let five = stage.file("client", "2025_01_05_five", "CREATE TABLE five (a INT);");
    stage.run("DELETE FROM svc_client.migration_history WHERE migration_name = '2025_01_05_five'").await;
    stage.recorded("client", "2025_01_05_five", &five, "success", "").await;
    let status = stage.json(&["migration-status", "--json"], 3);
    assert_eq!(
        standings(&status, "client"),
        [
            "2025_01_01_one: edited",
            "2025_01_02_two: failed",
            "2025_01_03_three: out_of_order",
            "2025_01_04_gone: missing",
            "2025_01_05_five: applied"
        ]
    );
    assert_eq!(entry(&status, "client", "2025_01_03_three")["behind"], json!("2025_01_05_five"));
    let text = stage.says(&["migration-status", "--database", "client"], 3);
    assert!(text.contains("edited      2025_01_01_one  its file is another one now"), "{text}");
    assert!(!text.contains("svc_shared"), "{text}");
    stage.says(&["migration-status", "--database", "shared"], 0);
}

fn a_server_that_is_not_there_hides_nothing_else(stage: &Stage) {
    stage.configure("operator", "only-for-this-test", Some("/nowhere/socket"));
    let status = stage.json(&["migration-status", "--json"], 6);
    assert_eq!(standings(&status, "client").len(), 5);
    assert_eq!(database(&status, "shared")["migrations"], Value::Null);
    assert_eq!(database(&status, "shared")["reachable"], json!(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_broken_off_is_told_by_looking() {
    let mut stage = Stage::start().await;
    let statement = "ALTER TABLE logs ADD b INT";
    for database in ["client", "admin", "shared"] {
        stage.file(database, &format!("2025_01_01_{database}"), &format!("{statement};"));
        stage.run(&format!("USE svc_{database}")).await;
        stage.run("CREATE TABLE logs (a INT)").await;
        begin(&mut stage, database, statement).await;
    }
    stage.run("ALTER TABLE svc_client.logs ADD b INT").await;
    stage.run("UPDATE svc_shared.dbdeck_migration_steps SET kind = 'unknown'").await;
    let before = stage.state().await;
    let status = stage.json(&["migration-status", "--json"], 5);
    let fate = |database: &str| entry(&status, database, &format!("2025_01_01_{database}"))["fate"].clone();
    assert_eq!((fate("client"), fate("admin"), fate("shared")), (json!("done"), json!("not_done"), json!("in_doubt")));
    let text = stage.says(&["migration-status"], 5);
    assert!(text.contains("--settle 2025_01_01_shared:1=done"), "{text}");
    assert_eq!(stage.state().await, before, "looking has changed something");
    somebody_at_work_is_named(&mut stage).await;
    stage.server.stop().await.unwrap();
}

/// What dbdeck has written when it is killed in a statement.
async fn begin(stage: &mut Stage, database: &str, statement: &str) {
    for creation in tables::creation() {
        stage.run(&creation).await;
    }
    let object = Object { class: Class::Table, schema: None, name: "logs".to_owned() };
    let before = images(&mut stage.root, &format!("svc_{database}"), &[object], statement).await.unwrap();
    let objects = serde_json::to_string(&before).unwrap();
    let name = format!("2025_01_01_{database}");
    stage
        .run(&format!(
            "INSERT INTO migration_history (migration_name, database_name, status) VALUES ('{name}', '{database}', 'failed')"
        ))
        .await;
    stage
        .run(&format!(
            "INSERT INTO dbdeck_migration_steps (migration_name, step, line, col, kind, statement, objects, began, state) \
             VALUES ('{name}', 1, 3, 1, 'image', '{statement}', '{objects}', NOW(6), 'begun')"
        ))
        .await;
}

async fn somebody_at_work_is_named(stage: &mut Stage) {
    let mut holder = link(&stage.server.root()).await;
    holder.execute(format!("DO GET_LOCK('{}', 0)", work_lock("svc_shared"))).await.unwrap();
    let status = stage.json(&["migration-status", "--json"], 0);
    let running = entry(&status, "shared", "2025_01_01_shared");
    assert_eq!((&running["fate"], &running["thread"]), (&json!("at_work"), &json!(holder.id.0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_may_not_be_read_is_not_an_empty_one() {
    let mut stage = Stage::start().await;
    stage.file("all", "2025_01_01_one", "CREATE TABLE one (a INT);");
    stage.old_record("client").await;
    stage.run("CREATE USER narrow@localhost IDENTIFIED BY 'narrow'").await;
    stage.run("GRANT SELECT ON `svc\\_shared`.* TO narrow@localhost").await;
    stage.configure("narrow", "narrow", None);
    let status = stage.json(&["migration-status", "--json"], 2);
    assert_eq!(standings(&status, "shared"), ["2025_01_01_one: pending"]);
    let client = database(&status, "client");
    assert_eq!(client["migrations"], Value::Null);
    assert_eq!(client["migrations_remedy"], json!("GRANT SELECT ON `svc\\_client`.* TO 'narrow'@'localhost';"));
    let text = stage.says(&["migration-status"], 2);
    assert!(text.contains("the account may not read the record of migrations of svc_client"), "{text}");
    stage.server.stop().await.unwrap();
}
