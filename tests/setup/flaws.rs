//! What is wrong is found and named, with what would mend it; nothing of it is mended unasked.

use crate::common::rows;
use crate::stage::{Stage, run};

async fn installed() -> Stage {
    let stage = Stage::new().await;
    run(stage.init(&["--yes"])).ended(0);
    stage
}

#[tokio::test]
async fn leaks_and_missing_rights_are_found_and_their_remedies_mend_them() {
    let stage = installed().await;
    let mut root = stage.root().await;
    let client = "`comfyui_client_user`@`localhost`";
    for (cause, words) in [
        (format!("GRANT SELECT ON `comfyui_shared`.* TO {client}"), "similar name"),
        (format!("GRANT SELECT ON `comfyui\\_admin`.* TO {client}"), "another's database"),
        (format!("GRANT DROP ON `comfyui\\_client`.* TO {client}"), "has DROP on comfyui_client and should not"),
        (format!("REVOKE DELETE ON `comfyui\\_client`.* FROM {client}"), "lacks DELETE on comfyui_client"),
        ("REVOKE PROCESS ON *.* FROM `dbdeck_operator`@`localhost`".to_owned(), "lacks PROCESS on *.*"),
        (format!("GRANT FILE ON *.* TO {client}"), "rights on the whole server: FILE"),
        ("CREATE USER ''@'localhost'".to_owned(), "anonymous account"),
    ] {
        root.execute(&cause).await.unwrap();
        let before = stage.written().await;
        let proof = stage.isolation(1);
        assert_eq!(stage.written().await, before, "{cause}");
        let flaws = proof["flaws"].as_array().unwrap();
        let said = |flaw: &&serde_json::Value| flaw["text"].as_str().unwrap().contains(words);
        assert!(flaws.iter().any(|flaw| said(&flaw)), "{cause}: {proof:#}");
        mend(&mut root, flaws).await;
        stage.isolation(0);
    }
    stage.stop().await;
}

/// Runs the remedies, each once.
async fn mend(root: &mut dbdeck::server::Link, flaws: &[serde_json::Value]) {
    let mut done: Vec<&str> = Vec::new();
    for remedy in flaws.iter().flat_map(|flaw| flaw["remedy"].as_str().unwrap().split(';')).map(str::trim) {
        if !remedy.is_empty() && !done.contains(&remedy) {
            root.execute(remedy).await.unwrap_or_else(|error| panic!("{remedy}: {error}"));
            done.push(remedy);
        }
    }
}

#[tokio::test]
async fn another_password_is_named_left_and_changed_only_when_that_is_asked_for() {
    let stage = installed().await;
    let mut root = stage.root().await;
    root.execute("ALTER USER comfyui_shared_user@localhost IDENTIFIED BY 'other'").await.unwrap();
    let before = stage.written().await;
    let said = run(stage.init(&["--yes"])).ended(3);
    assert!(said.contains("`comfyui_shared_user`@`localhost` is there with another password"), "{said}");
    assert!(said.contains("ALTER USER `comfyui_shared_user`@`localhost` IDENTIFIED BY '***'"), "{said}");
    assert_eq!(stage.written().await, before);
    run(stage.init(&["--yes", "--change-passwords"])).ended(0);
    run(stage.init(&["--yes"])).ended(0);
    stage.stop().await;
}

#[tokio::test]
async fn what_is_there_and_differs_is_named_and_left() {
    let stage = Stage::new().await;
    let mut root = stage.root().await;
    for sql in [
        "CREATE DATABASE comfyui_client CHARACTER SET latin1",
        "CREATE TABLE comfyui_client.client_users (id BIGINT PRIMARY KEY, precious INT) ENGINE = MyISAM",
        "INSERT INTO comfyui_client.client_users VALUES (1, 2)",
        "CREATE TABLE comfyui_client.migration_history (id BIGINT AUTO_INCREMENT PRIMARY KEY, migration_name \
         VARCHAR(255) NOT NULL UNIQUE, database_name VARCHAR(50) NOT NULL, executed_at TIMESTAMP DEFAULT \
         CURRENT_TIMESTAMP, execution_time_ms INT, checksum VARCHAR(64), status ENUM('success','failed','rollback') \
         DEFAULT 'success', error_message TEXT)",
        "INSERT INTO comfyui_client.migration_history (migration_name, database_name) VALUES ('2024_01_01_x', 'client')",
    ] {
        root.execute(sql).await.unwrap();
    }
    let said = run(stage.init(&["--yes"])).ended(3);
    for words in [
        "comfyui_client has latin1",
        "2024_01_01_x on client is applied, and its file is gone",
        "client_users is a table of MyISAM",
        "client_users has no column client_id",
        "ALTER TABLE client_users ADD COLUMN client_id VARCHAR(36) NOT NULL",
    ] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    assert_eq!(rows(&mut root, 2, "SELECT * FROM comfyui_client.client_users").await, ["1|2"]);
    let history = "SELECT migration_name, normal_checksum FROM comfyui_client.migration_history";
    assert_eq!(rows(&mut root, 2, history).await, ["2024_01_01_x|"]);
    stage.stop().await;
}

#[tokio::test]
async fn a_server_that_is_gone_is_not_taken_for_a_safe_one() {
    let mut stage = installed().await;
    stage.server.kill().await;
    let proof = stage.isolation(6);
    assert_eq!(proof["right"], false);
    assert!(proof["unreachable"][0]["reason"].as_str().unwrap().contains("cannot reach"), "{proof:#}");
    stage.stop().await;
}
