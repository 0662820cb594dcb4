//! A server that writes a binary log, with two databases of a service and a directory of migrations.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use dbdeck::config::{Config, load};
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::migration::{Allow, tables};
use dbdeck::op::{Intent, OpError, PlanCx};
use dbdeck::ops::migrate::plan::{Survey, Wanted, survey};
use dbdeck::server::Link;
use dbdeck::server::sql::Sql;

use crate::common::{launcher, link, rows};

const PASSWORD: &str = "only-for-this-test";

pub struct Stage {
    pub server: PrivateServer,
    pub root: Link,
    directory: PathBuf,
}

impl Stage {
    pub async fn start() -> Self {
        let server = launcher().option("log_bin=binary").option("server_id=1").start().await.unwrap();
        let mut root = link(&server.root()).await;
        root.execute(format!("CREATE USER operator@localhost IDENTIFIED BY '{PASSWORD}'")).await.unwrap();
        root.execute("GRANT PROCESS ON *.* TO operator@localhost").await.unwrap();
        root.execute("GRANT ALL ON `svc\\_%`.* TO operator@localhost").await.unwrap();
        let directory = server.directory().join("migrations");
        let mut stage = Self { server, root, directory };
        stage.clear().await;
        stage
    }

    /// Two databases with a table with rows in each, and no migrations.
    pub async fn clear(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
        std::fs::create_dir(&self.directory).unwrap();
        for database in ["svc_client", "svc_shared"] {
            self.run(&format!("DROP DATABASE IF EXISTS {database}")).await;
            self.run(&format!("CREATE DATABASE {database} CHARACTER SET utf8mb4")).await;
            self.run(&format!("USE {database}")).await;
            self.run("CREATE TABLE logs (id INT AUTO_INCREMENT PRIMARY KEY, a INT, v VARCHAR(20))").await;
            self.run("INSERT INTO logs (a, v) VALUES (1, 'x'), (2, 'y'), (3, 'z')").await;
            self.run("CREATE TABLE blank (id INT PRIMARY KEY, a INT)").await;
        }
    }

    pub async fn run(&mut self, sql: &str) {
        self.root.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Writes a migration of the database `client`.
    pub fn file(&self, name: &str, text: &str) {
        self.file_of("client", name, text);
    }

    pub fn file_of(&self, databases: &str, name: &str, text: &str) {
        let text = format!("-- Database: {databases}\n{text}");
        std::fs::write(self.directory.join(format!("{name}.sql")), text).unwrap();
    }

    /// Puts a migration into the record of `client`, and statements of it.
    pub async fn record(&mut self, name: &str, status: &str, checksum: &str, steps: &[(u64, &str, &str)]) {
        self.run("USE svc_client").await;
        for statement in tables::creation() {
            self.run(&statement).await;
        }
        let row =
            Sql::fixed("INSERT INTO migration_history (migration_name, database_name, checksum, status) VALUES (");
        let row = row.value(name).then(", 'client', ").value(checksum).then(", ").value(status).then(")");
        self.run(row.as_ref()).await;
        for (step, statement, state) in steps {
            let row = Sql::fixed(
                "INSERT INTO dbdeck_migration_steps (migration_name, step, line, col, kind, began, statement, state) VALUES (",
            );
            let row = row.value(name).then(", ").number(*step).then(", 1, 1, 'ddl', NOW(6), ").value(statement);
            self.run(row.then(", ").value(state).then(")").as_ref()).await;
        }
    }

    pub async fn survey(&self, intent: Intent, allow: &[Allow]) -> Result<Survey, OpError> {
        self.survey_as("operator", PASSWORD, intent, allow).await
    }

    pub async fn survey_as(
        &self,
        user: &str,
        password: &str,
        intent: Intent,
        allow: &[Allow],
    ) -> Result<Survey, OpError> {
        let config = Arc::new(self.configuration(user, password));
        let cx = PlanCx { targets: config.targets.clone(), config, intent };
        survey(&cx, &Wanted { to: None, allow: allow.to_vec() }).await
    }

    fn configuration(&self, user: &str, password: &str) -> Config {
        let socket = self.server.socket().display().to_string();
        let section = |name: &str| {
            format!("  {name}: {{socket: {socket}, user: {user}, password: '{password}', database: svc_{name}}}\n")
        };
        let path = self.server.directory().join("config.yaml");
        std::fs::write(&path, format!("mysql:\n{}{}", section("client"), section("shared"))).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        load(&path).unwrap()
    }

    /// Everything that a plan could have changed: the files of all tables, and what was written to the binary log.
    pub async fn state(&mut self) -> Vec<String> {
        let (source, log) = (self.root.caps.tablespaces, self.root.caps.binary_log_status);
        let mut state = rows(&mut self.root, 2, &format!("SELECT NAME, SPACE FROM {source} ORDER BY NAME")).await;
        state.extend(rows(&mut self.root, 2, log).await);
        state
    }
}
