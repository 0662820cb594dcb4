//! A server with one database, its retention, and a worker on it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use dbdeck::config::{Config, load};
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::job::{Access, Approval, JobView, Patience, Request, Runner};
use dbdeck::op::record::{JobState, JobUid, Operator, Origin};
use dbdeck::op::{Intent, Invocation, Plan, PlanCx};
use dbdeck::ops::{GROUPS, OPS};
use dbdeck::server::Link;

use super::common::{launcher, link, rows};
use super::recorder::Memory;

pub struct Stage {
    pub server: PrivateServer,
    pub root: Link,
    pub memory: Arc<Memory>,
}

impl Stage {
    /// A server with an empty database, in which these statements are run.
    pub async fn set(statements: &[&str]) -> Self {
        let server = launcher().option("innodb_flush_log_at_trx_commit=1").start().await.unwrap();
        let root = link(&server.root()).await;
        let mut stage = Self { server, root, memory: Arc::default() };
        stage.run_sql(&["CREATE DATABASE svc CHARACTER SET utf8mb4", "USE svc", "SET sql_mode = ''"]).await;
        stage.run_sql(statements).await;
        stage
    }

    pub async fn run_sql(&mut self, statements: &[&str]) {
        for sql in statements {
            self.root.execute(*sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }

    /// All rows of an answer, columns joined by a bar.
    pub async fn rows(&mut self, columns: usize, sql: &str) -> Vec<String> {
        rows(&mut self.root, columns, sql).await
    }

    pub async fn one(&mut self, sql: &str) -> String {
        self.rows(1, sql).await.join(",")
    }

    /// The configuration with this retention and, at will, other sections.
    pub fn config(&self, retention: &str) -> Arc<Config> {
        let socket = self.server.socket().display().to_string();
        let text = format!(
            "mysql:\n  one: {{socket: {socket}, user: root, password: '', database: svc}}\nretention:\n{retention}\n"
        );
        let path = self.server.directory().join("cleanup.yaml");
        std::fs::write(&path, text).unwrap();
        Arc::new(load(&path).unwrap())
    }

    pub fn runner(&self, config: &Arc<Config>) -> Runner {
        let operator = Operator { user: "tester".to_owned(), host: "here".to_owned(), pid: 1 };
        Runner::new(Arc::clone(config), Arc::<Memory>::clone(&self.memory), operator, Access::Full)
    }

    pub async fn plan(&self, config: &Arc<Config>, line: &str) -> Plan {
        let invocation = Invocation::parse(OPS, GROUPS, line).unwrap();
        let cx = PlanCx { config: Arc::clone(config), targets: config.targets.clone(), intent: Intent::Look };
        invocation.op.plan(&cx).await.unwrap()
    }

    /// Runs a command line to its end.
    pub async fn run(&self, config: &Arc<Config>, line: &str) -> JobView {
        self.run_as(config, line, Approval::Blanket).await
    }

    pub async fn run_as(&self, config: &Arc<Config>, line: &str, approval: Approval) -> JobView {
        let runner = self.runner(config);
        let job = submit(&runner, line, approval);
        runner.finished(&job).await.unwrap()
    }

    /// Runs a command line, which must end well and say this.
    pub async fn done(&self, config: &Arc<Config>, line: &str, message: &str) -> JobView {
        let view = self.run(config, line).await;
        assert_eq!((view.state, view.message.as_str()), (JobState::Done, message), "{line}");
        view
    }

    /// The names in the directory of archives, sorted.
    pub fn files(&self) -> Vec<PathBuf> {
        files(&self.server.directory().join("archive"))
    }

    /// The archives.
    pub fn archives(&self) -> Vec<PathBuf> {
        let is_archive = |path: &PathBuf| path.to_string_lossy().ends_with(".sql.zst");
        self.files().into_iter().filter(is_archive).collect()
    }

    /// Loads an archive with a stock client.
    pub fn load(&self, archive: &Path, database: &str) {
        let sql = zstd::stream::decode_all(std::fs::File::open(archive).unwrap()).unwrap();
        let mut client = Command::new("mariadb")
            .args(["--no-defaults", "--user=root", "--default-character-set=utf8mb4"])
            .arg(format!("--socket={}", self.server.socket().display()))
            .arg(database)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("no client program ({error}): apt-get install mariadb-client-core"));
        client.stdin.take().unwrap().write_all(&sql).unwrap();
        let output = client.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub async fn end(self) {
        self.server.stop().await.unwrap();
    }
}

pub fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).map(|entries| entries.map(|entry| entry.unwrap().path()));
    let mut files: Vec<PathBuf> = entries.map(Iterator::collect).unwrap_or_default();
    files.sort();
    files
}

pub fn submit(runner: &Runner, line: &str, approval: Approval) -> JobUid {
    let invocation = Invocation::parse(OPS, GROUPS, line).unwrap();
    let targets = runner.config().targets.clone();
    let (patience, origin, resumes) = (Patience::Wait, Origin::Command, None);
    runner.submit(Request { invocation, targets, approval, patience, origin, resumes }).unwrap()
}

/// The numbers 1 to n, 100 000 at most, as rows of a table `seq`; without recursion, whose limit each server names its own
/// way.
pub fn numbers(n: u32) -> String {
    let digits: String = (1..10).map(|digit| format!(" UNION ALL SELECT {digit}")).collect();
    format!(
        "WITH d AS (SELECT 0 AS d{digits}), seq AS (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d \
         AS n FROM d a, d b, d c, d e, d f HAVING n <= {n}) SELECT"
    )
}
