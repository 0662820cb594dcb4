//! `list` and `create`: files, named with everything that is wrong with them.

use serde_json::{Value, json};

use crate::common::{link, rows};
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_file_has_forms_that_run_twice_on_this_server() {
    let stage = Stage::start().await;
    std::fs::remove_dir(&stage.directory).unwrap();
    assert!(stage.says(&["list"], 0).contains("no migrations directory"));
    let description = ["--description", "Adds the example"];
    stage.says(&["create", "first", description[0], description[1]], 64);
    let wrong = stage.says(&["create", "first", "--database", "clent", description[0], description[1]], 64);
    assert!(wrong.contains("there is no database \"clent\"") && wrong.contains("client, admin, shared"), "{wrong}");
    let made = ["create", "The First!", "--database", "client", description[0], description[1]];
    let path = stage.says(&made, 0).trim().to_owned();
    assert!(path.ends_with("_the_first.sql"), "{path}");
    let listed = stage.json(&["list", "--json"], 1);
    assert_eq!(listed["files"][0]["problems"], json!(["it has no statement"]));
    let text = std::fs::read_to_string(&path).unwrap();
    let (header, forms) = text.split_once("\n\n").unwrap();
    let (_, forms) = forms.split_once("\n\n").unwrap();
    std::fs::write(&path, format!("{header}\n\n{}", format!("\n{forms}").replace("\n-- ", "\n"))).unwrap();
    let listed = stage.json(&["list", "--json"], 0);
    let file = &listed["files"][0];
    assert_eq!((&file["databases"], &file["statements"]), (&json!(["client"]), &json!(9)));
    assert_eq!(file["description"], json!("Adds the example"));
    runs_twice(&stage, &std::fs::read_to_string(&path).unwrap()).await;
    stage.server.stop().await.unwrap();
}

async fn runs_twice(stage: &Stage, text: &str) {
    let mut root = link(&stage.server.root()).await;
    root.execute("USE svc_client").await.unwrap();
    for _ in 0..2 {
        for statement in dbdeck::server::script::split(text, dbdeck::server::script::Options::default()).unwrap() {
            root.execute(statement.text).await.unwrap_or_else(|error| panic!("{}: {error}", statement.text));
        }
    }
    let columns = "SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'svc_client' \
                   AND INDEX_NAME = 'idx_example_note'";
    assert_eq!(rows(&mut root, 1, columns).await, ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_broken_file_is_named_with_what_is_wrong() {
    let stage = Stage::start().await;
    stage.file("client", "2025_01_01_good", "SELECT 1;");
    let cases: &[(&str, &str, &str)] = &[
        ("2025_13_01_x.sql", "-- Database: client\nSELECT 1;", "which is no day of the calendar"),
        ("notes.sql", "-- Database: client\nSELECT 1;", "is no name of a migration"),
        ("2025_01_02_a.SQL", "-- Database: client\nSELECT 1;", "ends in .sql, in small letters"),
        ("2025_01_03_none.sql", "SELECT 1;", "it does not say for which database it is"),
        ("2025_01_04_other.sql", "-- Database: clients\nSELECT 1;", "there is no database \"clients\""),
        ("2025_01_05_empty.sql", "-- Database: client\n", "it has no statement"),
        ("2025_01_06_open.sql", "-- Database: client\nSELECT 'x;", "is not closed"),
        ("2025_01_07_use.sql", "-- Database: client\nUSE svc_shared;\nSELECT 1;", "it uses the database svc_shared"),
        ("2025_01_08_after.sql", "-- Database: client\n-- After: 2025_01_09_no\nSELECT 1;", "which is not there"),
        ("2025_01_10_late.sql", "-- Database: client\n-- Timeout: soon\nSELECT 1;", "is no span of time"),
        ("2025_01_11_may.sql", "-- Database: client\n-- Allow: all\nSELECT 1;", "cannot be allowed"),
        ("2025_01_12_a.down.sql", "DROP TABLE a;", "which is not there"),
        ("2025_01_13_fill.sql", "-- Database: client\nUSE ${database.clent};", "there is no database \"clent\""),
        ("2025_01_14_client.sql", "-- Database: client\nsource other.sql\n", "source"),
    ];
    for (name, text, _) in cases {
        std::fs::write(stage.directory.join(name), text).unwrap();
    }
    stage.file("client", "2025_01_01_GOOD", "SELECT 1;");
    std::fs::write(stage.directory.join("2025_01_15_latin.sql"), b"-- Database: client\nSELECT '\xe9';").unwrap();
    let (listed, text) = (stage.json(&["list", "--json"], 1), stage.says(&["list"], 1));
    let problems = listed["problems"].as_array().unwrap();
    let said = |name: &str| -> Vec<&Value> {
        let own = |it: &&Value| it["path"].as_str().is_some_and(|path| path.ends_with(&format!("/{name}")));
        problems.iter().filter(own).map(|it| &it["problem"]).collect()
    };
    let others = [
        ("2025_01_15_latin.sql", "", "not UTF-8"),
        ("2025_01_01_good.sql", "", "2025_01_01_GOOD.sql has the same day, time and name"),
    ];
    for (name, _, words) in cases.iter().copied().chain(others) {
        let found = said(name);
        assert!(found.iter().any(|it| it.as_str().unwrap().contains(words)), "{name}: {words}: {found:?}");
        assert!(text.contains(name), "{name}: {text}");
    }
    assert_eq!(problems.len(), cases.len() + others.len(), "{problems:#?}");
    assert!(stage.says(&["migration-status"], 1).contains("Files that cannot be used"));
    stage.server.stop().await.unwrap();
}
