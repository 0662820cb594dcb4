//! A private server that keeps its promises (every commit on the disk, a binary log of rows), and three databases.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use dbdeck::demo::launcher::{Launcher, PrivateServer};
use dbdeck::server::{Budgets, Link};

use crate::files;

/// The databases, under the same names in the configuration and on the server.
pub const DATABASES: [&str; 3] = ["client", "admin", "shared"];

const DURABLE: [&str; 5] =
    ["innodb_flush_log_at_trx_commit=1", "sync_binlog=1", "log_bin=bench", "server_id=1", "binlog_format=ROW"];
const PATIENCE: Budgets = Budgets { connect: Duration::from_secs(20), query: Duration::from_mins(10) };

pub struct Stage {
    server: PrivateServer,
    directory: PathBuf,
    counts: [usize; 3],
}

impl Stage {
    /// Starts the server and writes the files.
    pub async fn set(count: usize) -> Result<Self> {
        let program = std::env::var_os("DBDECK_TEST_SERVER").map(PathBuf::from);
        let launcher = Launcher::new().program(program.as_deref());
        let server = DURABLE.into_iter().fold(launcher, Launcher::option).start().await?;
        let directory = server.directory().join("migrations");
        let counts = files::write(&directory, count)?;
        let stage = Self { server, directory, counts };
        stage.configure()?;
        Ok(stage)
    }

    fn configure(&self) -> Result<()> {
        let socket = self.server.socket().display().to_string();
        let entry =
            |name: &str| format!("  {name}: {{socket: {socket}, user: root, password: '', database: {name}}}\n");
        let ours = files::ours(&self.directory).display().to_string();
        let text = format!("mysql:\n{}migrations: {{directory: {ours}}}\n", DATABASES.map(entry).concat());
        std::fs::write(self.config(), text).context("cannot write the configuration")
    }

    /// Databases without a table.
    pub async fn empty(&self) -> Result<()> {
        let mut root = self.root().await?;
        for database in DATABASES {
            root.execute(format!("DROP DATABASE IF EXISTS {database}")).await?;
            root.execute(format!("CREATE DATABASE {database} CHARACTER SET utf8mb4")).await?;
        }
        Ok(())
    }

    /// Every table that the files make must be there, and the last row in it.
    pub async fn check(&self, who: &str) -> Result<()> {
        let mut root = self.root().await?;
        for (database, count) in DATABASES.iter().zip(self.counts) {
            let sql = format!(
                "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{database}' AND TABLE_NAME \
                 REGEXP '^t[0-9]+(_log)?$'"
            );
            let rows = root.rows(sql).await?;
            let found = rows.first().and_then(|row| row.u64(0)).context("no count came back")?;
            let expected = u64::try_from(files::tables(count))?;
            ensure!(found == expected, "{who} made {found} of {expected} tables in {database}");
        }
        Ok(())
    }

    async fn root(&self) -> Result<Link> {
        Ok(Link::open(&self.server.root(), PATIENCE).await?)
    }

    pub fn socket(&self) -> PathBuf {
        self.server.socket()
    }

    pub fn theirs(&self, database: &str) -> PathBuf {
        files::theirs(&self.directory, database)
    }

    pub fn config(&self) -> PathBuf {
        self.server.directory().join("bench.yaml")
    }

    pub fn version(&self) -> &str {
        self.server.version()
    }

    pub async fn end(self) -> Result<()> {
        Ok(self.server.stop().await?)
    }
}
