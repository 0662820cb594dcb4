//! A server with three databases of a service, a directory of migrations, and the program.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use dbdeck::config::{Config, load};
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::migration::Checksums;
use dbdeck::server::Link;
use serde_json::Value;

use crate::common::{launcher, link, rows};

const PASSWORD: &str = "only-for-this-test";

pub struct Stage {
    pub server: PrivateServer,
    pub root: Link,
    pub directory: PathBuf,
}

/// The record as installations of the service have it: no column of dbdeck's, and checksums of 16 digits.
const OLD_RECORD: &str = "CREATE TABLE migration_history (
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    migration_name VARCHAR(255) NOT NULL UNIQUE,
    database_name VARCHAR(50) NOT NULL,
    executed_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    execution_time_ms INT,
    checksum VARCHAR(64),
    status ENUM('success', 'failed', 'rollback') DEFAULT 'success',
    error_message TEXT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci";

impl Stage {
    pub async fn start() -> Self {
        let server = launcher().option("innodb_stats_auto_recalc=OFF").start().await.unwrap();
        let mut root = link(&server.root()).await;
        for database in ["svc_client", "svc_admin", "svc_shared"] {
            root.execute(format!("CREATE DATABASE {database} CHARACTER SET utf8mb4")).await.unwrap();
        }
        root.execute(format!("CREATE USER operator@localhost IDENTIFIED BY '{PASSWORD}'")).await.unwrap();
        root.execute("GRANT PROCESS ON *.* TO operator@localhost").await.unwrap();
        root.execute("GRANT ALL ON `svc\\_%`.* TO operator@localhost").await.unwrap();
        let directory = server.directory().join("migrations");
        std::fs::create_dir(&directory).unwrap();
        let stage = Self { server, root, directory };
        stage.configure("operator", PASSWORD, None);
        stage
    }

    pub async fn run(&mut self, sql: &str) {
        self.root.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Writes a migration and gives its text back.
    pub fn file(&self, databases: &str, name: &str, text: &str) -> String {
        let text = format!("-- Database: {databases}\n-- Description: What {name} is for\n{text}");
        std::fs::write(self.directory.join(format!("{name}.sql")), &text).unwrap();
        text
    }

    /// Makes the record of a database as the service has it.
    pub async fn old_record(&mut self, database: &str) {
        self.run(&format!("USE svc_{database}")).await;
        self.run(OLD_RECORD).await;
    }

    /// Adds a row to it, with the checksum's first 16 digits.
    pub async fn recorded(&mut self, database: &str, name: &str, text: &str, status: &str, error: &str) {
        let checksum = &Checksums::of(text).raw[..16];
        self.run(&format!(
            "INSERT INTO svc_{database}.migration_history (migration_name, database_name, execution_time_ms, checksum, \
             status, error_message) VALUES ('{name}', '{database}', 12, '{checksum}', '{status}', NULLIF('{error}', ''))"
        ))
        .await;
    }

    /// Writes the configuration; with a socket for `shared` when that is somewhere else.
    pub fn configure(&self, user: &str, password: &str, shared: Option<&str>) -> Config {
        let socket = self.server.socket().display().to_string();
        let section = |name: &str, socket: &str| {
            format!("  {name}: {{socket: {socket}, user: {user}, password: '{password}', database: svc_{name}}}\n")
        };
        let sections =
            [section("client", &socket), section("admin", &socket), section("shared", shared.unwrap_or(&socket))];
        let path = self.configuration();
        std::fs::write(&path, format!("mysql:\n{}", sections.concat())).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        load(&path).unwrap()
    }

    fn configuration(&self) -> PathBuf {
        self.server.directory().join("config.yaml")
    }

    /// Runs the program.
    pub fn dbdeck(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dbdeck"));
        command.arg("--config").arg(self.configuration()).args(arguments);
        command.env_clear().env("LANG", "C.UTF-8").output().unwrap()
    }

    /// Its exit code and what it says.
    #[track_caller]
    pub fn says(&self, arguments: &[&str], code: i32) -> String {
        let output = self.dbdeck(arguments);
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
        text
    }

    /// The same as JSON.
    #[track_caller]
    pub fn json(&self, arguments: &[&str], code: i32) -> Value {
        serde_json::from_str(&self.says(arguments, code)).unwrap()
    }

    /// Everything that a look could have changed: tables, their content, and what the server counts of changes.
    pub async fn state(&mut self) -> Vec<String> {
        let tables = "SELECT CONCAT('`', TABLE_SCHEMA, '`.`', TABLE_NAME, '`') FROM information_schema.TABLES \
                      WHERE TABLE_SCHEMA LIKE 'svc%' ORDER BY 1";
        let mut state = rows(&mut self.root, 1, tables).await;
        if !state.is_empty() {
            let sums = format!("CHECKSUM TABLE {}", state.join(", "));
            state.extend(rows(&mut self.root, 2, &sums).await);
        }
        let counters = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_insert', 'Com_update', 'Com_delete', \
                        'Com_replace', 'Com_create_table', 'Com_alter_table', 'Com_drop_table', 'Com_truncate', \
                        'Innodb_rows_updated', 'Innodb_rows_deleted')";
        state.extend(rows(&mut self.root, 2, counters).await);
        state
    }
}
