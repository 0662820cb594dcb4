//! Whatever happens during whichever statement: the next run knows what became of it and completes, and every statement
//! was done exactly once.

use dbdeck::server::Link;

use crate::common::wait_until;
use crate::stage::{SCHEMA, Stage, ended, kill, said};

/// A script, which of its statements is broken how, and what must be there in the end.
struct Script {
    name: &'static str,
    /// Each statement with the table it needs, and the same with a mistake in it.
    statements: &'static [(&'static str, &'static str, &'static str)],
    /// A figure for each effect, and what it is when everything was done once.
    proof: &'static [(&'static str, &'static str)],
}

const NAME: &str = "2025_01_01_change";

/// Each statement on a table of its own.
const PLAIN: Script = Script {
    name: "plain",
    statements: &[
        ("t1", "ALTER TABLE t1 ADD COLUMN c INT", "ALTER TABLE t1 ADD UNIQUE KEY u (n)"),
        ("t2", "INSERT INTO t2 VALUES (100, 1)", "INSERT INTO t2 VALUES (1, 1)"),
        (
            "t3",
            "ALTER TABLE t3 ADD COLUMN c INT, ALGORITHM=COPY",
            "ALTER TABLE t3 ADD UNIQUE KEY u (n), ALGORITHM=COPY",
        ),
        ("t4", "UPDATE t4 SET n = n + 1", "UPDATE t4 SET n = nope"),
        ("t5", "CREATE INDEX k ON t5 (n)", "CREATE UNIQUE INDEX k ON t5 (n)"),
        ("t6", "INSERT INTO t6 VALUES (100, 1)", "INSERT INTO t6 (nope) VALUES (1)"),
    ],
    proof: &[
        ("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'svc_one' AND COLUMN_NAME = 'c'", "2"),
        ("SELECT COUNT(*) FROM t2", "3"),
        ("SELECT SUM(n) FROM t4", "2"),
        ("SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'svc_one' AND INDEX_NAME = 'k'", "1"),
        ("SELECT COUNT(*) FROM t6", "3"),
    ],
};

/// A transaction of its own, then a change that is prepared.
const OWN: Script = Script {
    name: "own transaction",
    statements: &[
        ("", "BEGIN", ""),
        ("t1", "INSERT INTO t1 VALUES (100, 1)", "INSERT INTO t1 VALUES (1, 1)"),
        ("t2", "UPDATE t2 SET n = n + 1", "UPDATE t2 SET n = nope"),
        ("", "COMMIT", ""),
        ("", "SET @change = 'ALTER TABLE t3 ADD COLUMN c INT'", ""),
        ("", "PREPARE it FROM @change", "PREPARE it FROM 'nope'"),
        ("t3", "EXECUTE it", "EXECUTE other"),
        ("", "DEALLOCATE PREPARE it", ""),
        ("t4", "DELETE FROM t4 WHERE id = 1", "DELETE FROM t4 WHERE nope = 1"),
    ],
    proof: &[
        ("SELECT COUNT(*) FROM t1", "3"),
        ("SELECT SUM(n) FROM t2", "2"),
        ("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'svc_one' AND COLUMN_NAME = 'c'", "1"),
        ("SELECT COUNT(*) FROM t4", "1"),
    ],
};

impl Script {
    fn good(&self) -> Vec<&'static str> {
        self.statements.iter().map(|(_, good, _)| *good).collect()
    }

    async fn check(&self, stage: &mut Stage, case: &str) {
        for (question, expected) in self.proof {
            assert_eq!(stage.figure(question).await, *expected, "{case}: {question}");
        }
        let history = stage.figure("SELECT CONCAT(status, LENGTH(checksum)) FROM migration_history").await;
        assert_eq!(history, "success64", "{case}");
        let steps = stage.steps().await;
        assert!(steps.iter().all(|step| step.ends_with(" done")), "{case}: {steps:?}");
    }
}

/// Does something to every statement in turn, and lets the next run complete.
async fn every_statement(
    cases: &mut usize,
    stage: &mut Stage,
    what: &str,
    mut fault: impl AsyncFnMut(&mut Stage, &Script, usize),
) {
    for script in [&PLAIN, &OWN] {
        for index in 0..script.statements.len() {
            let (table, _, wrong) = script.statements[index];
            if (what == "error" && wrong.is_empty()) || (what != "error" && table.is_empty()) {
                continue;
            }
            stage.reset().await;
            stage.file(NAME, &script.good());
            let case = format!("{what}, {}, statement {}", script.name, index + 1);
            fault(stage, script, index).await;
            let output = stage.migrate(&["--wait"]);
            assert!(output.status.success(), "{case}: {}", said(&output));
            script.check(stage, &case).await;
            *cases += 1;
        }
    }
}

/// Begins a run that comes to a statement and waits there.
async fn stopped_at(stage: &mut Stage, table: &str) -> (std::process::Child, Link, u64) {
    let holder = stage.hold(table).await;
    let child = stage.spawn(&[]);
    let thread = stage.waiting().await;
    (child, holder, thread)
}

#[tokio::test]
async fn a_statement_with_a_mistake() {
    let (mut stage, mut cases) = (Stage::start().await, 0);
    every_statement(&mut cases, &mut stage, "error", async |stage, script, index| {
        let mut statements = script.good();
        statements[index] = script.statements[index].2;
        stage.file(NAME, &statements);
        let output = stage.migrate(&[]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        let text = said(&output);
        for part in [&format!("failed in statement {}", index + 1), "error 1", "next: mend the file", ".sql:"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let failed = format!("{} failed", index + 1);
        assert!(stage.steps().await.contains(&failed), "{failed}: {:?}", stage.steps().await);
        stage.file(NAME, &script.good());
    })
    .await;
    // What cannot be understood is found before anything is done.
    stage.reset().await;
    stage.file(NAME, &["ALTER TABLE t1 ADD COLUMN c INT", "INSERT INTO t2 VALUES ('"]);
    let output = stage.migrate(&[]);
    assert!(!output.status.success() && said(&output).contains("not closed"), "{}", said(&output));
    let tables = "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'svc_one'";
    assert_eq!(stage.figure(tables).await, "6");
    eprintln!("{} cases", cases + 1);
}

#[tokio::test]
async fn the_process_is_killed() {
    let (mut stage, mut cases) = (Stage::start().await, 0);
    // The statement goes on without its client, and the next run waits for it.
    every_statement(&mut cases, &mut stage, "kill -9", async |stage, script, index| {
        let (child, holder, _) = stopped_at(stage, script.statements[index].0).await;
        kill(child);
        drop(holder);
    })
    .await;
    // The statement is still waiting when the next run begins.
    for script in [&PLAIN, &OWN] {
        let table = script.statements[2].0;
        stage.reset().await;
        stage.file(NAME, &script.good());
        let (child, holder, _) = stopped_at(&mut stage, table).await;
        kill(child);
        let next = stage.spawn(&["--wait"]);
        wait_until("the next run has begun", || next.id() > 0);
        drop(holder);
        let output = next.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        script.check(&mut stage, "killed and still waiting").await;
        cases += 1;
    }
    // A copy of a large table runs to its end without its client.
    large(&mut stage).await;
    let child = stage.spawn(&[]);
    stage.until("STATE LIKE '%copy%'").await;
    kill(child);
    let output = stage.migrate(&["--wait"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(
        stage
            .figure(
                "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'svc_one' AND COLUMN_NAME = 'c'"
            )
            .await,
        "1"
    );
    eprintln!("{} cases", cases + 1);
}

/// A migration that copies a table for a while.
async fn large(stage: &mut Stage) {
    stage.reset().await;
    stage.file(NAME, &["ALTER TABLE t1 ADD COLUMN c INT, ALGORITHM=COPY"]);
    stage.run("ALTER TABLE t1 ADD COLUMN pad CHAR(200) NOT NULL DEFAULT 'x', ADD KEY (pad), ADD KEY (n, pad)").await;
    for _ in 0..15 {
        stage.run("INSERT INTO t1 (id, n) SELECT id + (SELECT MAX(id) FROM (SELECT id FROM t1) x), n FROM t1").await;
    }
}

#[tokio::test]
async fn the_connection_is_cut() {
    let (mut stage, mut cases) = (Stage::start().await, 0);
    every_statement(&mut cases, &mut stage, "cut", async |stage, script, index| {
        let (child, holder, thread) = stopped_at(stage, script.statements[index].0).await;
        stage.run(&format!("KILL CONNECTION {thread}")).await;
        let output = ended(child);
        assert!(!output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("finds out what became of the statement"), "{}", said(&output));
        drop(holder);
    })
    .await;
    eprintln!("{cases} cases");
}

#[tokio::test]
async fn the_server_is_killed() {
    let (mut stage, mut cases) = (Stage::start().await, 0);
    every_statement(&mut cases, &mut stage, "server killed", async |stage, script, index| {
        let (child, holder, _) = stopped_at(stage, script.statements[index].0).await;
        drop(holder);
        stage.revive().await;
        let output = ended(child);
        // The statement may have had the moment between the holder's end and the server's.
        let _ = output;
    })
    .await;
    large(&mut stage).await;
    let child = stage.spawn(&[]);
    stage.until("STATE LIKE '%copy%'").await;
    stage.revive().await;
    assert!(!ended(child).status.success());
    let output = stage.migrate(&[]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(stage.figure(&format!("SELECT COUNT(*) FROM {SCHEMA}.t1 WHERE c IS NULL")).await, "65536");
    eprintln!("{} cases", cases + 1);
}

#[tokio::test]
async fn the_operator_stops_it() {
    let mut stage = Stage::start().await;
    let mut cases = 0;
    every_statement(&mut cases, &mut stage, "interrupted", async |stage, script, index| {
        let (child, holder, _) = stopped_at(stage, script.statements[index].0).await;
        let pid = i32::try_from(child.id()).unwrap();
        std::process::Command::new("kill").args(["-INT", &pid.to_string()]).status().unwrap();
        let output = ended(child);
        assert_eq!(output.status.code(), Some(130), "{}", said(&output));
        wait_until("nothing of it is left", || true);
        drop(holder);
    })
    .await;
    eprintln!("{cases} cases");
}
