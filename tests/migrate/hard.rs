//! What is easily done twice, or believed wrongly, after a run was broken off.

use crate::stage::{SCHEMA, Stage, ended, kill, said};

const NAME: &str = "2025_01_01_change";

/// The form in which the service's scripts change a table unless it is changed already.
const CONDITIONAL: [&str; 3] = [
    "SET @change = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE t1 ADD COLUMN c INT', 'SELECT 1') FROM \
     information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't1' AND COLUMN_NAME = 'c')",
    "PREPARE it FROM @change",
    "EXECUTE it",
];

#[tokio::test]
async fn a_conditional_change_that_changes_nothing_is_no_reason_to_do_the_rest_again() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    stage.run("ALTER TABLE t1 ADD COLUMN c INT").await;
    let rest = ["INSERT INTO t2 VALUES (100, 1)", "UPDATE t3 SET n = nope"];
    stage.file(NAME, &[&CONDITIONAL[..], &rest[..]].concat());
    assert_eq!(stage.migrate(&[]).status.code(), Some(2));
    assert_eq!(stage.figure("SELECT COUNT(*) FROM t2").await, "3");
    let mended = ["INSERT INTO t2 VALUES (100, 1)", "UPDATE t3 SET n = n + 1"];
    stage.file(NAME, &[&CONDITIONAL[..], &mended[..]].concat());
    let output = stage.migrate(&[]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(stage.figure("SELECT CONCAT((SELECT COUNT(*) FROM t2), (SELECT SUM(n) FROM t3))").await, "32");
}

#[tokio::test]
async fn a_change_of_a_table_keeps_the_transaction_it_stands_in_even_when_it_fails() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    let wrong = ["BEGIN", "INSERT INTO t1 VALUES (100, 1)", "ALTER TABLE t2 ADD UNIQUE KEY u (n)", "COMMIT"];
    stage.file(NAME, &wrong);
    let output = stage.migrate(&[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert_eq!(stage.figure("SELECT COUNT(*) FROM t1").await, "3", "it was kept");
    assert_eq!(stage.steps().await, ["2 done", "3 failed"]);
    stage.file(NAME, &["BEGIN", "INSERT INTO t1 VALUES (100, 1)", "ALTER TABLE t2 ADD KEY u (n)", "COMMIT"]);
    let output = stage.migrate(&[]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(stage.figure("SELECT COUNT(*) FROM t1").await, "3");
}

#[tokio::test]
async fn a_procedure_that_was_stopped_is_in_doubt() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    stage.run("CREATE PROCEDURE work() BEGIN INSERT INTO t1 VALUES (100, 1); UPDATE t2 SET n = n + 1; END").await;
    stage.file(NAME, &["CALL work()"]);
    let holder = stage.hold("t2").await;
    let child = stage.spawn(&[]);
    stage.waiting().await;
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(ended(child).status.code(), Some(130));
    drop(holder);
    assert_eq!(stage.steps().await, ["1 begun"]);
    let output = stage.migrate(&[]);
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
}

#[tokio::test]
async fn a_procedure_that_waited_too_long_is_not_begun_again() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    stage.run("CREATE PROCEDURE work() BEGIN INSERT INTO t1 VALUES (100, 1); UPDATE t2 SET n = n + 1; END").await;
    stage.file(NAME, &["CALL work()"]);
    let holder = stage.hold("t2").await;
    let output = stage.migrate(&[]);
    drop(holder);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("may have stayed"), "{}", said(&output));
    assert_eq!(stage.figure("SELECT COUNT(*) FROM t1").await, "3");
}

#[tokio::test]
async fn what_went_with_the_connection_is_not_made_up() {
    let mut stage = Stage::start().await;
    for (statements, what) in [
        (
            ["INSERT INTO t1 VALUES (100, 1)", "SET @last = (SELECT MAX(id) FROM t1)", "UPDATE t2 SET n = @last"],
            "variable of line 4",
        ),
        (
            [
                "INSERT INTO t1 VALUES (100, 1)",
                "CREATE TEMPORARY TABLE x SELECT * FROM t1",
                "UPDATE t2 SET n = (SELECT MAX(id) FROM x)",
            ],
            "temporary table of line 4",
        ),
    ] {
        stage.reset().await;
        stage.file(NAME, &statements);
        let holder = stage.hold("t2").await;
        let child = stage.spawn(&[]);
        stage.waiting().await;
        kill(child);
        drop(holder);
        let output = stage.migrate(&["--wait"]);
        assert_eq!(output.status.code(), Some(5), "{}", said(&output));
        assert!(said(&output).contains(what), "{}", said(&output));
        assert_eq!(stage.figure("SELECT SUM(n) FROM t2").await, "0");
    }
}

#[tokio::test]
async fn a_statement_takes_no_longer_than_its_file_allows() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    let text = "-- Database: one\n-- Timeout: 1s\n\nUPDATE t1 SET n = n + SLEEP(20);\n";
    std::fs::write(stage.server.directory().join("migrations").join(format!("{NAME}.sql")), text).unwrap();
    let output = stage.migrate(&[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("stopped after 1.0 s") || said(&output).contains("stopped after 1 s"),
        "{}",
        said(&output)
    );
}

#[tokio::test]
async fn what_a_dead_run_left_running_can_be_killed_and_a_living_run_cannot() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    stage.file(NAME, &["ALTER TABLE t1 ADD COLUMN c INT"]);
    let holder = stage.hold("t1").await;
    let child = stage.spawn(&[]);
    let thread = stage.waiting().await.to_string();
    let refused = stage.command(&["kill", &thread, "--yes"]).output().unwrap();
    assert!(said(&refused).contains("cancel its job instead"), "{}", said(&refused));
    kill(child);
    let working = format!("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {thread}");
    while stage
        .figure(&format!(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {thread} AND STATE LIKE 'Wait%'"
        ))
        .await
        == "1"
    {
        let output = stage.command(&["kill", &thread, "--yes"]).output().unwrap();
        if output.status.success() {
            break;
        }
    }
    assert_eq!(stage.figure(&working).await, "0");
    drop(holder);
    let output = stage.migrate(&[]);
    assert!(output.status.success(), "{}", said(&output));
    let column = format!(
        "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '{SCHEMA}' AND COLUMN_NAME = 'c'"
    );
    assert_eq!(stage.figure(&column).await, "1");
}
