//! A server with one database of six small tables, and the program.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use dbdeck::demo::launcher::PrivateServer;
use dbdeck::server::Link;

use crate::common::{launcher, link, rows, wait_until};

/// The database.
pub const SCHEMA: &str = "svc_one";

pub struct Stage {
    pub server: PrivateServer,
    pub root: Link,
}

impl Stage {
    pub async fn start() -> Self {
        let server = launcher().option("innodb_flush_log_at_trx_commit=1").start().await.unwrap();
        let root = link(&server.root()).await;
        let stage = Self { server, root };
        stage.configure();
        stage
    }

    fn configure(&self) {
        let (socket, home) =
            (self.server.socket().display().to_string(), self.server.directory().display().to_string());
        let text = format!(
            "mysql:\n  one: {{socket: {socket}, user: root, password: '', database: {SCHEMA}}}\n\
             ledger: {{database: none, directory: {home}/record}}\n"
        );
        std::fs::write(self.config(), text).unwrap();
        std::fs::set_permissions(self.config(), std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn config(&self) -> PathBuf {
        self.server.directory().join("migrate.yaml")
    }

    fn directory(&self) -> PathBuf {
        self.server.directory().join("migrations")
    }

    /// Six tables with two rows each, and no migrations.
    pub async fn reset(&mut self) {
        let _ = std::fs::remove_dir_all(self.directory());
        std::fs::create_dir(self.directory()).unwrap();
        self.run(&format!("DROP DATABASE IF EXISTS {SCHEMA}")).await;
        self.run(&format!("CREATE DATABASE {SCHEMA} CHARACTER SET utf8mb4")).await;
        self.run(&format!("USE {SCHEMA}")).await;
        for table in 1..=6 {
            self.run(&format!("CREATE TABLE t{table} (id INT PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB")).await;
            self.run(&format!("INSERT INTO t{table} VALUES (1, 0), (2, 0)")).await;
        }
    }

    pub async fn run(&mut self, sql: &str) {
        self.root.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// One figure.
    pub async fn figure(&mut self, sql: &str) -> String {
        rows(&mut self.root, 1, sql).await.join(",")
    }

    /// Writes a migration.
    pub fn file(&self, name: &str, statements: &[&str]) {
        let text = format!("-- Database: one\n\n{};\n", statements.join(";\n"));
        std::fs::write(self.directory().join(format!("{name}.sql")), text).unwrap();
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dbdeck"));
        command.arg("--config").arg(self.config()).args(arguments).stdin(Stdio::null());
        command
    }

    /// Begins to migrate.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(&["migrate", "--yes", "--allow", "blocking"]);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Migrates to the end.
    pub fn migrate(&self, arguments: &[&str]) -> Output {
        self.spawn(arguments).wait_with_output().unwrap()
    }

    /// A session that keeps everybody from changing a table, or its rows, until it ends.
    pub async fn hold(&self, table: &str) -> Link {
        let mut holder = link(&self.server.root()).await;
        holder.execute("START TRANSACTION").await.unwrap();
        holder.rows(format!("SELECT * FROM {SCHEMA}.{table} FOR UPDATE")).await.unwrap();
        holder
    }

    /// Waits until a statement of dbdeck waits for a table or for rows, and gives its connection.
    pub async fn waiting(&mut self) -> u64 {
        self.seen(
            "SELECT ID FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for table%' UNION ALL \
             SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'",
        )
        .await
    }

    /// Waits until a statement of dbdeck is seen so.
    pub async fn until(&mut self, condition: &str) -> u64 {
        let is_ours = "INFO LIKE '/* dbdeck%' AND INFO NOT LIKE '%PROCESSLIST%'";
        self.seen(&format!("SELECT ID FROM information_schema.PROCESSLIST WHERE {is_ours} AND {condition}")).await
    }

    async fn seen(&mut self, question: &str) -> u64 {
        // One of the servers renews its list of transactions only when nobody has asked for 100 ms.
        for _ in 0..150 {
            if let Some(id) = self.figure(question).await.split(',').next().and_then(|id| id.parse().ok()) {
                return id;
            }
            std::thread::sleep(std::time::Duration::from_millis(130));
        }
        panic!("waited 20 s for: {question}");
    }

    /// Every statement of the file, as the record has it.
    pub async fn steps(&mut self) -> Vec<String> {
        let question = format!("SELECT CONCAT(step, ' ', state) FROM {SCHEMA}.dbdeck_migration_steps ORDER BY step");
        rows(&mut self.root, 1, &question).await
    }

    /// The server is dead and alive again.
    pub async fn revive(&mut self) {
        self.server.kill().await;
        self.server.restart().await.unwrap();
        self.root = link(&self.server.root()).await;
        self.run(&format!("USE {SCHEMA}")).await;
    }
}

/// Ends a process as nobody can refuse to.
pub fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Waits for the end of a process.
pub fn ended(mut child: Child) -> Output {
    wait_until("the process ends", || child.try_wait().unwrap().is_some());
    child.wait_with_output().unwrap()
}

/// What a process said.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
