//! An installation that has a record already; taking back, marking, settling.

use dbdeck::migration::Checksums;

use crate::stage::{Stage, said};

const OLD: &str = "2024_05_01_first";
const FAILED: &str = "2024_06_01_second";

#[tokio::test]
async fn an_existing_record_is_continued() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    stage.file(OLD, &["ALTER TABLE t1 ADD COLUMN old INT"]);
    stage.file(FAILED, &["ALTER TABLE t2 ADD COLUMN second INT"]);
    stage.file("2024_07_01_third", &["INSERT INTO t3 VALUES (100, 1)"]);
    let sum = Checksums::of("-- Database: one\n\nALTER TABLE t1 ADD COLUMN old INT;\n").raw;
    stage
        .run(
            "CREATE TABLE migration_history (id INT AUTO_INCREMENT PRIMARY KEY, migration_name VARCHAR(255) NOT NULL UNIQUE, \
             database_name VARCHAR(50) NOT NULL, executed_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, execution_time_ms INT, \
             checksum VARCHAR(64), status ENUM('success','failed','rollback') DEFAULT 'success', error_message TEXT)",
        )
        .await;
    stage
        .run(&format!(
            "INSERT INTO migration_history (migration_name, database_name, execution_time_ms, checksum, status, \
             error_message) VALUES ('{OLD}', 'one', 12, '{}', 'success', NULL), ('{FAILED}', 'one', 3, NULL, 'failed', 'x')",
            &sum[..16]
        ))
        .await;
    let output = stage.migrate(&[]);
    assert!(output.status.success(), "{}", said(&output));
    let question =
        "SELECT CONCAT(migration_name, ' ', status, ' ', LENGTH(checksum)) FROM migration_history ORDER BY 1";
    assert_eq!(
        stage.figure(question).await,
        "2024_05_01_first success 16,2024_06_01_second success 64,2024_07_01_third success 64"
    );
    let columns = "SELECT GROUP_CONCAT(COLUMN_NAME) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'svc_one' AND \
                   COLUMN_NAME IN ('old', 'second')";
    assert_eq!(stage.figure(columns).await, "second");
    let again = stage.migrate(&[]);
    assert!(again.status.success(), "{}", said(&again));
    // A file that was changed since is refused, one that was laid out anew is not.
    let path = stage.server.directory().join("migrations/2024_07_01_third.sql");
    std::fs::write(&path, "-- Database: one\n-- now with a comment\nINSERT INTO t3   VALUES (100, 1);\r\n").unwrap();
    assert!(stage.migrate(&[]).status.success());
    std::fs::write(&path, "-- Database: one\nINSERT INTO t3 VALUES (100, 2);\n").unwrap();
    let refused = stage.migrate(&[]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(said(&refused).contains("2024_07_01_third"), "{}", said(&refused));
}

#[tokio::test]
async fn what_was_applied_can_be_taken_back_and_applied_again() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    stage.file(OLD, &["ALTER TABLE t1 ADD COLUMN old INT", "INSERT INTO t2 VALUES (100, 1)"]);
    stage.file(&format!("{OLD}.down"), &["DELETE FROM t2 WHERE id = 100", "ALTER TABLE t1 DROP COLUMN old"]);
    let status = "SELECT status FROM migration_history";
    for _ in 0..2 {
        assert!(stage.migrate(&[]).status.success());
        assert_eq!(stage.figure(status).await, "success");
        assert_eq!(stage.figure("SELECT COUNT(*) FROM t2").await, "3");
        let output = stage.migrate(&["--down", OLD]);
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(stage.figure(status).await, "rollback");
        assert_eq!(stage.figure("SELECT COUNT(*) FROM t2").await, "2");
    }
}

#[tokio::test]
async fn a_procedure_that_was_interrupted_is_in_doubt_until_the_operator_settles_it() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    stage.run("CREATE PROCEDURE work() BEGIN INSERT INTO t1 VALUES (100, 1); UPDATE t2 SET n = n + 1; END").await;
    stage.file(OLD, &["CALL work()", "UPDATE t3 SET n = n + 1"]);
    let holder = stage.hold("t2").await;
    let child = stage.spawn(&[]);
    stage.waiting().await;
    crate::stage::kill(child);
    drop(holder);
    let output = stage.migrate(&["--wait"]);
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    assert!(said(&output).contains(&format!("--settle {OLD}:1=done")), "{}", said(&output));
    let settled = stage.migrate(&["--settle", &format!("{OLD}:1=done")]);
    assert!(settled.status.success(), "{}", said(&settled));
    let output = stage.migrate(&[]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(stage.figure("SELECT SUM(n) FROM t3").await, "2");
}

#[tokio::test]
async fn a_file_is_marked_on_the_operators_word() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    stage.file(OLD, &["ALTER TABLE t1 ADD COLUMN old INT"]);
    let output = stage.migrate(&["--baseline", OLD]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(stage.figure("SELECT status FROM migration_history").await, "success");
    let columns =
        "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'svc_one' AND COLUMN_NAME = 'old'";
    assert_eq!(stage.figure(columns).await, "0");
    assert!(stage.migrate(&[]).status.success());
    assert_eq!(stage.figure(columns).await, "0");
}
