//! A cleanup with an archive that is killed, or whose server is killed, at random moments: after the next run the rows that
//! should stay are there, and those that are gone are in the archives, each once.
//!
//! Three rounds of each by default; `DBDECK_FAULT_ROUNDS` sets another number.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;
#[path = "common/recorder.rs"]
mod recorder;
#[path = "cleanup/stage.rs"]
#[allow(dead_code, reason = "each test crate uses its part")]
mod stage;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dbdeck::config::Config;
use dbdeck::job::Approval;
use dbdeck::op::record::{Entry, JobState};
use stage::{Stage, files, numbers, submit};

const RETENTION: &str = "  tasks:\n    database: one\n    table: tasks\n    time: at\n    keep: 30d\n    archive: true\n\
                         \x20   batch_target: 10ms\n    condition: status <> 'open'\n\
                         \x20   children:\n      results:\n        column: task_id\n        files: path";

const LINE: &str = "cleanup --list-files ";

fn rounds() -> u32 {
    std::env::var("DBDECK_FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

/// The program, cleaning up.
fn program(config: &Config) -> Vec<String> {
    let words = ["dbdeck --config", &config.path.display().to_string(), &line(config), "--yes"].join(" ");
    words.replacen("dbdeck", env!("CARGO_BIN_EXE_dbdeck"), 1).split(' ').map(str::to_owned).collect()
}

fn line(config: &Config) -> String {
    format!("{LINE}{}", config.path.with_file_name("paths.txt").display())
}

/// What went on, for the report.
#[derive(Default)]
struct Figures {
    settled: Vec<String>,
    rows: u64,
}

struct Fault {
    stage: Stage,
    config: Arc<Config>,
    figures: Figures,
}

impl Fault {
    /// 6000 tasks with two results each; half of them are old, of which every fifth is not finished.
    async fn set() -> Self {
        let fill = format!(
            "INSERT INTO model.tasks (at, status, text) {} NOW() - INTERVAL IF(n % 2, 40, 1) DAY, \
             IF(n % 10 = 1, 'open', 'done'), CONCAT(REPEAT('it''s \\\\ 中', n % 30), n) FROM seq ORDER BY n",
            numbers(6000)
        );
        let mut stage = Stage::set(&["CREATE DATABASE model", "CREATE DATABASE copy"]).await;
        stage
            .run_sql(&[
                "CREATE TABLE model.tasks (id INT AUTO_INCREMENT PRIMARY KEY, at TIMESTAMP NOT NULL, \
                 status VARCHAR(10), text TEXT, KEY (at))",
                "CREATE TABLE model.results (id INT AUTO_INCREMENT PRIMARY KEY, task_id INT, path VARCHAR(100), \
                 KEY (task_id))",
                &fill,
                "INSERT INTO model.results (task_id, path) SELECT id, CONCAT('/f/', id, '-a') FROM model.tasks",
                "INSERT INTO model.results (task_id, path) SELECT id, CONCAT('/f/', id, '-b') FROM model.tasks",
            ])
            .await;
        let config = stage.config(RETENTION);
        Self { stage, config, figures: Figures::default() }
    }

    /// Both tables as they were in the beginning, and no archive.
    async fn refill(&mut self) {
        for table in ["tasks", "results"] {
            let [drop, copy, make, fill] = [
                format!("DROP TABLE IF EXISTS svc.{table}"),
                format!("DROP TABLE IF EXISTS copy.{table}"),
                format!("CREATE TABLE svc.{table} LIKE model.{table}"),
                format!("INSERT INTO svc.{table} SELECT * FROM model.{table}"),
            ];
            self.stage.run_sql(&[&drop, &copy, &make, &fill]).await;
        }
        for file in self.stage.files() {
            std::fs::remove_file(file).unwrap();
        }
        let _ = std::fs::remove_file(self.config.path.with_file_name("paths.txt"));
    }

    /// The next run, and what it found.
    async fn resume(&mut self) {
        let view = self.stage.run(&self.config, &line(&self.config)).await;
        assert_eq!(view.state, JobState::Done, "{}", view.message);
        let settled = self.stage.memory.of(&view.uid).into_iter().find_map(|entry| match entry {
            Entry::Step(step) if step.ended.is_some() && step.title.starts_with("settle") => Some(step.outcome),
            _ => None,
        });
        self.figures.settled.push(settled.unwrap_or_else(|| "nothing to settle".to_owned()));
    }

    /// Kept is what should be, and removed is what is archived.
    async fn verify(&mut self) {
        let names = self.stage.files();
        assert!(names.iter().all(|name| name.to_string_lossy().ends_with(".sql.zst")), "{names:?}");
        assert!(names.iter().all(|name| !name.to_string_lossy().contains("doubt")), "{names:?}");
        for archive in self.stage.archives() {
            self.stage.load(&archive, "copy");
        }
        let gone = "t.at < NOW() - INTERVAL 30 DAY AND t.status <> 'open'";
        let tasks = "FROM model.tasks t WHERE";
        let results = "FROM model.results r JOIN model.tasks t ON t.id = r.task_id WHERE";
        let digest = |columns: &str, from: &str| {
            format!("SELECT CONCAT(COUNT(*), ' ', COALESCE(SUM(CRC32(CONCAT_WS('|', {columns}))), 0)) {from}")
        };
        for (expected, now) in [
            (digest("t.id, t.at, t.status, t.text", &format!("{tasks} {gone}")), "copy.tasks"),
            (digest("t.id, t.at, t.status, t.text", &format!("{tasks} NOT ({gone})")), "svc.tasks"),
            (digest("r.id, r.task_id, r.path", &format!("{results} {gone}")), "copy.results"),
            (digest("r.id, r.task_id, r.path", &format!("{results} NOT ({gone})")), "svc.results"),
        ] {
            let columns = if now.ends_with("tasks") { "id, at, status, text" } else { "id, task_id, path" };
            let found = self.stage.one(&digest(columns, &format!("FROM {now}"))).await;
            assert_eq!(found, self.stage.one(&expected).await, "{now}");
            if now == "copy.tasks" {
                self.figures.rows += found.split(' ').next().unwrap().parse::<u64>().unwrap();
            }
        }
        let list = std::fs::read_to_string(self.config.path.with_file_name("paths.txt")).unwrap();
        let mut paths: Vec<&str> = list.lines().collect();
        paths.sort_unstable();
        let expected = self.stage.rows(1, &format!("SELECT path {results} {gone} ORDER BY BINARY path")).await;
        assert_eq!(paths, expected);
    }

    fn report(&self, what: &str) {
        let count = |word: &str| self.figures.settled.iter().filter(|text| text.contains(word)).count();
        eprintln!(
            "{what} killed {} times: every row kept or archived ({} archived); batch had gone {}, had not {}, none open {}, \
             nothing to settle {}",
            self.figures.settled.len(),
            self.figures.rows,
            count("was gone"),
            count("had not gone"),
            count("under way") + count("complete"),
            count("nothing to settle")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_process_is_killed_at_any_moment() {
    let mut fault = Fault::set().await;
    let archive = fault.stage.server.directory().join("archive");
    let start = |config: &Config| {
        let words = program(config);
        Command::new(&words[0])
            .args(&words[1..])
            .env("XDG_STATE_HOME", config.path.parent().unwrap())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let begun = || files(&archive).iter().any(|path| path.to_string_lossy().ends_with(".journal"));
    let mut whole = Duration::ZERO;
    for round in 0..=rounds() {
        fault.refill().await;
        let mut child = start(&fault.config);
        common::wait_until("the first batch", &begun);
        let began = Instant::now();
        if round == 0 {
            assert!(child.wait().unwrap().success());
            whole = began.elapsed();
        } else {
            tokio::time::sleep(whole.mul_f64(fastrand::f64())).await;
            child.kill().unwrap();
            child.wait().unwrap();
            fault.resume().await;
        }
        fault.verify().await;
    }
    fault.report("the process was");
    fault.stage.end().await;
}

/// A limit on the size of files fails a write in its middle, as a full disk does.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_stops_before_rows_go() {
    let mut fault = Fault::set().await;
    fault.refill().await;
    let limited = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\""])
        .args(program(&fault.config))
        .env("XDG_STATE_HOME", fault.config.path.parent().unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[limited.stdout, limited.stderr].concat()).into_owned();
    assert!(
        !limited.status.success() && said.contains("writing the archive: File too large"),
        "{said:?} {:?}",
        limited.status
    );
    let expired = "SELECT COUNT(*) FROM svc.tasks WHERE at < NOW() - INTERVAL 30 DAY AND status <> 'open'";
    assert_ne!(fault.stage.one(expired).await, "0");
    fault.resume().await;
    fault.verify().await;
    fault.stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed_at_any_moment() {
    let mut fault = Fault::set().await;
    fault.refill().await;
    let began = Instant::now();
    fault.resume().await;
    let whole = began.elapsed();
    fault.verify().await;
    fault.figures = Figures::default();
    for _ in 0..rounds() {
        fault.refill().await;
        let runner = fault.stage.runner(&fault.config);
        let job = submit(&runner, &line(&fault.config), Approval::Blanket);
        tokio::time::sleep(whole.mul_f64(fastrand::f64())).await;
        fault.stage.server.kill().await;
        let view = runner.finished(&job).await.unwrap();
        assert!(matches!(view.state, JobState::Interrupted | JobState::Done), "{:?} {}", view.state, view.message);
        fault.stage.server.restart().await.unwrap();
        fault.stage.root = common::link(&fault.stage.server.root()).await;
        fault.stage.run_sql(&["USE svc", "SET sql_mode = ''"]).await;
        fault.resume().await;
        fault.verify().await;
    }
    fault.report("the server was");
    fault.stage.end().await;
}
