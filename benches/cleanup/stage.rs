//! A private server that keeps its promises (every commit on the disk, a binary log of rows), and the table.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use dbdeck::demo::launcher::{Launcher, PrivateServer};
use dbdeck::server::{Budgets, Link};

/// The database.
pub const DATABASE: &str = "bench";
/// The table that is cleaned up.
pub const TABLE: &str = "events";
/// Rows before it have expired.
pub const CUTOFF: &str = "2026-01-01 00:00:00";

const DURABLE: [&str; 6] = [
    "innodb_flush_log_at_trx_commit=1",
    "sync_binlog=1",
    "log_bin=bench",
    "server_id=1",
    "binlog_format=ROW",
    "innodb_buffer_pool_size=1G",
];
const PATIENCE: Budgets = Budgets { connect: Duration::from_secs(20), query: Duration::from_mins(10) };

pub struct Stage {
    server: PrivateServer,
    config: PathBuf,
}

impl Stage {
    /// Starts the server and fills the table that the copies are made of.
    pub async fn set(rows: u64) -> Result<Self> {
        let program = std::env::var_os("DBDECK_TEST_SERVER").map(PathBuf::from);
        let launcher = Launcher::new().program(program.as_deref());
        let server = DURABLE.into_iter().fold(launcher, Launcher::option).start().await?;
        let config = server.directory().join("bench.yaml");
        let stage = Self { server, config };
        stage.configure(3600)?;
        stage.fill(rows).await.context("cannot fill the table")?;
        Ok(stage)
    }

    /// `keep` is chosen so that the rows before the cutoff have expired whatever the day, and those of some seconds more.
    fn configure(&self, overlap: i64) -> Result<()> {
        let cutoff = chrono::NaiveDateTime::parse_from_str(CUTOFF, "%Y-%m-%d %H:%M:%S")?.and_utc();
        let keep = (chrono::Utc::now() - cutoff).num_seconds() - overlap;
        let socket = self.server.socket().display().to_string();
        let text = format!(
            "mysql:\n  bench: {{socket: {socket}, user: root, password: '', database: {DATABASE}}}\n\
             ledger: {{database: none}}\n\
             retention:\n  old: {{database: bench, table: {TABLE}, time: created_at, keep: {keep}s}}\n  \
             parts: {{database: bench, table: {TABLE}_by_month, time: created_at, keep: {keep}s}}\n"
        );
        std::fs::write(&self.config, text).context("cannot write the configuration")
    }

    async fn fill(&self, rows: u64) -> Result<()> {
        let mut root = self.root().await?;
        root.execute(format!("CREATE DATABASE {DATABASE}")).await?;
        root.execute(format!("USE {DATABASE}")).await?;
        root.execute(format!("CREATE TABLE source ({COLUMNS}, PRIMARY KEY (id), {KEYS}) ENGINE=InnoDB")).await?;
        let (mut done, step) = (0, 50_000);
        while done < rows {
            let count = step.min(rows - done);
            root.execute(sowing(done, count, rows / 2)).await?;
            done += count;
        }
        Ok(())
    }

    /// A fresh copy of the table, settled: nothing of the copying is left to do for the server.
    pub async fn copy(&self) -> Result<()> {
        let mut root = self.root().await?;
        root.execute(format!("USE {DATABASE}")).await?;
        root.execute(format!("DROP TABLE IF EXISTS {TABLE}")).await?;
        root.execute(format!("CREATE TABLE {TABLE} LIKE source")).await?;
        root.execute(format!("INSERT INTO {TABLE} SELECT * FROM source")).await?;
        root.execute(format!("ANALYZE TABLE {TABLE}")).await?;
        Ok(())
    }

    /// Expired rows that are still there.
    pub async fn expired_left(&self) -> Result<u64> {
        let mut root = self.root().await?;
        let sql = format!("SELECT COUNT(*) FROM {DATABASE}.{TABLE} WHERE created_at < '{CUTOFF}'");
        let rows = root.rows(sql).await?;
        rows.first().and_then(|row| row.u64(0)).context("no count came back")
    }

    /// How long it takes to drop the partition with the expired half.
    pub async fn drop_partition(&self, binary: &Path) -> Result<Duration> {
        let mut root = self.root().await?;
        root.execute(format!("USE {DATABASE}")).await?;
        let parts = format!(
            "PARTITION BY RANGE (UNIX_TIMESTAMP(created_at)) (PARTITION old VALUES LESS THAN \
                             (UNIX_TIMESTAMP('{CUTOFF}')), PARTITION rest VALUES LESS THAN MAXVALUE)"
        );
        let columns = format!("{COLUMNS}, PRIMARY KEY (id, created_at), {KEYS}");
        root.execute(format!("CREATE TABLE {TABLE}_by_month ({columns}) ENGINE=InnoDB {parts}")).await?;
        root.execute(format!("INSERT INTO {TABLE}_by_month SELECT * FROM source")).await?;
        self.configure(1)?;
        let began = Instant::now();
        let mut command = Command::new(binary);
        command.arg("--config").arg(&self.config).args(["cleanup", "--policy", "parts", "--yes"]);
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().context("cannot start dbdeck")?;
        let took = began.elapsed();
        ensure!(status.success(), "dropping a partition ended with {status}");
        let left = root.rows(format!("SELECT COUNT(*) FROM {TABLE}_by_month WHERE created_at < '{CUTOFF}'")).await?;
        ensure!(left.first().and_then(|row| row.u64(0)) == Some(0), "the partition is still there");
        Ok(took)
    }

    async fn root(&self) -> Result<Link> {
        Ok(Link::open(&self.server.root(), PATIENCE).await?)
    }

    pub fn socket(&self) -> PathBuf {
        self.server.socket()
    }

    pub fn config(&self) -> &Path {
        &self.config
    }

    pub fn version(&self) -> &str {
        self.server.version()
    }

    pub async fn end(self) -> Result<()> {
        Ok(self.server.stop().await?)
    }
}

const COLUMNS: &str = "id BIGINT NOT NULL AUTO_INCREMENT, client CHAR(36) NOT NULL, action VARCHAR(100) NOT NULL, \
                       code INT NOT NULL, note VARCHAR(200) NOT NULL, created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP";
const KEYS: &str = "KEY by_client (client, created_at), KEY by_action (action, code), KEY by_time (created_at)";

/// Rows in the order of their time, as a log grows; the first half is before the cutoff. Digits alone: every server
/// can make them.
fn sowing(done: u64, count: u64, half: u64) -> String {
    let digits = "(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 \
                  UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
    format!(
        "INSERT INTO source (client, action, code, note, created_at) \
         SELECT CONCAT(LPAD(CONV(n * 7919 % 5003, 10, 16), 8, '0'), '-0000-4000-8000-', LPAD(n % 5003, 12, '0')), \
         ELT(1 + n % 7, 'view', 'submit', 'cancel', 'upload', 'download', 'login', 'logout'), 200 + n % 5, \
         REPEAT(CHAR(97 + n % 26), 20 + n % 80), \
         TIMESTAMPADD(SECOND, CAST(n AS SIGNED) - {half}, '{CUTOFF}') FROM \
         (SELECT {done} + a.d + b.d * 10 + c.d * 100 + e.d * 1000 + f.d * 10000 n FROM {digits} a, {digits} b, {digits} c, \
         {digits} e, {digits} f) numbers WHERE n < {done} + {count} ORDER BY n"
    )
}
