//! Several processes at once, and others who use the tables.

use std::time::{Duration, Instant};

use crate::common::link;
use crate::stage::{SCHEMA, Stage, kill, said};

const NAME: &str = "2025_01_01_change";

#[tokio::test]
async fn of_three_runs_one_applies_and_the_others_wait_and_say_for_whom() {
    let mut stage = Stage::start().await;
    for is_killed in [false, true] {
        stage.reset().await;
        stage.file(NAME, &["INSERT INTO t1 VALUES (100, 1)", "UPDATE t2 SET n = n + 1"]);
        stage.file("2025_01_02_more", &["UPDATE t3 SET n = n + 1"]);
        let holder = stage.hold("t2").await;
        let first = stage.spawn(&["--wait"]);
        stage.waiting().await;
        let second = stage.spawn(&["--wait"]);
        let refused = stage.migrate(&[]);
        assert_eq!(refused.status.code(), Some(4), "{}", said(&refused));
        assert!(said(&refused).contains("is held by"), "{}", said(&refused));
        if is_killed {
            kill(first);
            drop(holder);
        } else {
            drop(holder);
            let output = first.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", said(&output));
        }
        let output = second.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("held by"), "{}", said(&output));
        for (question, expected) in [
            ("SELECT COUNT(*) FROM t1", "3"),
            ("SELECT SUM(n) FROM t2", "2"),
            ("SELECT SUM(n) FROM t3", "2"),
            ("SELECT GROUP_CONCAT(status) FROM migration_history", "success,success"),
        ] {
            assert_eq!(stage.figure(question).await, expected, "{question}");
        }
    }
}

#[tokio::test]
async fn an_open_transaction_holds_nobody_up_for_longer_than_an_attempt() {
    let mut stage = Stage::start().await;
    stage.reset().await;
    stage.file(NAME, &["ALTER TABLE t1 ADD COLUMN c INT"]);
    let mut open = link(&stage.server.root()).await;
    for sql in ["START TRANSACTION".to_owned(), format!("SELECT COUNT(*) FROM {SCHEMA}.t1")] {
        open.execute(sql).await.unwrap();
    }
    let plan = stage.command(&["migrate", "--dry-run"]).output().unwrap();
    assert!(said(&plan).contains(&format!("thread {}", open.id)), "the plan names the holder: {}", said(&plan));
    let mut reader = link(&stage.server.root()).await;
    let child = stage.spawn(&[]);
    let (began, mut worst) = (Instant::now(), Duration::ZERO);
    while began.elapsed() < Duration::from_secs(9) {
        let asked = Instant::now();
        reader.execute(format!("SELECT COUNT(*) FROM {SCHEMA}.t1")).await.unwrap();
        worst = worst.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    open.execute("COMMIT").await.unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    eprintln!("a reader waited {worst:?} at most, behind attempts of 3 s");
    assert!(worst > Duration::from_millis(500), "no attempt was made");
    assert!(worst < Duration::from_millis(4500), "{worst:?}");
    let column = "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'svc_one' AND COLUMN_NAME = 'c'";
    assert_eq!(stage.figure(column).await, "1");
}
