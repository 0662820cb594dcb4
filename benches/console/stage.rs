//! The stage that all contenders share: one private server with three databases, its load and its crowd.
//!
//! The server is this run's own, in directories of its own, and goes with this value, whatever ends the run.
//! `DBDECK_TEST_SERVER` names another server program, as for the tests.

mod crowd;
mod load;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use dbdeck::demo::launcher::{Launcher, PrivateServer};
use dbdeck::server::Login;
use rustix::process::{Pid, Resource, Signal, getrlimit, kill_process, setrlimit};
use tokio::runtime::Runtime;

use crate::probe::{Probe, quiet_runtime};
pub use crowd::Crowd;
pub use load::Load;

/// The three databases: the name in a configuration, and the name on the server.
pub const DATABASES: [(&str, &str); 3] =
    [("client", "bench_client"), ("admin", "bench_admin"), ("shared", "bench_shared")];
/// The account that every contender logs in with.
pub const WATCHER: &str = "bench_watcher";
/// Its password; the server listens on a socket that only this run can reach.
pub const PASSWORD: &str = "only-for-the-bench";
/// More than the crowd, the load and the contenders take.
const MAX_CONNECTIONS: u32 = 5_500;
const TABLES: u32 = 12;

/// The table of the first database whose rows have expired.
pub const EXPIRED: &str = "expired";

/// A running private server and what is needed to play with it.
pub struct Stage {
    runtime: Runtime,
    server: PrivateServer,
}

impl Stage {
    pub fn set_up() -> Result<Self> {
        let runtime = quiet_runtime()?;
        let program = std::env::var_os("DBDECK_TEST_SERVER").map(PathBuf::from);
        let launcher = Launcher::new().program(program.as_deref());
        let launcher = launcher.option(format!("max_connections={MAX_CONNECTIONS}"));
        let server = runtime.block_on(launcher.start())?;
        let stage = Self { runtime, server };
        stage.furnish()?;
        Ok(stage)
    }

    /// Three databases with some tables and rows, and the account of the contenders.
    fn furnish(&self) -> Result<()> {
        let mut probe = Probe::open(&self.login())?;
        for (_, database) in DATABASES {
            probe.execute(&format!("CREATE DATABASE {database} CHARACTER SET utf8mb4"))?;
            for table in 0..TABLES {
                probe.execute(&format!(
                    "CREATE TABLE {database}.t{table} (id BIGINT AUTO_INCREMENT PRIMARY KEY, state INT NOT NULL, \
                     note VARCHAR(200) NOT NULL, created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, \
                     KEY state (state)) ENGINE=InnoDB"
                ))?;
                probe
                    .execute(&format!("INSERT INTO {database}.t{table} (state, note) VALUES (1, REPEAT('a', 100))"))?;
            }
        }
        probe.execute(&format!("CREATE USER '{WATCHER}'@'localhost' IDENTIFIED BY '{PASSWORD}'"))?;
        probe.execute(&format!("GRANT ALL ON *.* TO '{WATCHER}'@'localhost'"))
    }

    /// Fills the table of expired rows with at least so many.
    pub fn expire(&self, rows: u64) -> Result<()> {
        let mut probe = Probe::open(&self.login())?;
        let table = format!("{}.{EXPIRED}", DATABASES[0].1);
        probe.execute(&format!(
            "CREATE TABLE IF NOT EXISTS {table} (id BIGINT AUTO_INCREMENT PRIMARY KEY, at TIMESTAMP NOT NULL, \
             note VARCHAR(100) NOT NULL, KEY (at)) ENGINE=InnoDB"
        ))?;
        probe.execute(&format!("INSERT INTO {table} (at, note) VALUES ('2020-01-01', REPEAT('x', 60))"))?;
        let mut count = 1;
        while count < rows {
            probe.execute(&format!(
                "INSERT INTO {table} (at, note) SELECT at, note FROM {table} LIMIT {}",
                rows - count
            ))?;
            count *= 2;
        }
        Ok(())
    }

    /// Rows that are still in it.
    pub fn expired(&self) -> Result<u64> {
        Probe::open(&self.login())?.count(&format!("SELECT COUNT(*) FROM {}.{EXPIRED}", DATABASES[0].1))
    }

    /// The measurer's own login.
    pub fn login(&self) -> Login {
        self.server.root()
    }

    pub fn socket(&self) -> PathBuf {
        self.server.socket()
    }

    pub fn server_pid(&self) -> Pid {
        self.server.pid()
    }

    pub fn describe(&self) -> &str {
        self.server.version()
    }

    /// The private directory for the contenders' files.
    pub fn directory(&self) -> &Path {
        self.server.directory()
    }

    /// Writes a file that only we can read.
    pub fn write(&self, name: &str, content: &str) -> Result<PathBuf> {
        let path = self.directory().join(name);
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        file.write_all(content.as_bytes()).with_context(|| path.display().to_string())?;
        Ok(path)
    }

    /// Stops the server in its tracks until the value is dropped.
    pub fn freeze(&self) -> Result<Frozen> {
        let pid = self.server.pid();
        kill_process(pid, Signal::STOP)?;
        Ok(Frozen { pid })
    }

    /// Ends the server as a power cut would.
    pub fn kill(&mut self) {
        self.runtime.block_on(self.server.kill());
    }

    /// Starts it again on the same data; the moment at which it let somebody in.
    pub fn restart(&mut self) -> Result<Instant> {
        self.runtime.block_on(self.server.restart())?;
        Ok(Instant::now())
    }
}

/// A frozen server; dropped, it runs again.
pub struct Frozen {
    pid: Pid,
}

impl Drop for Frozen {
    fn drop(&mut self) {
        let _ = kill_process(self.pid, Signal::CONT);
    }
}

/// A crowd needs a descriptor per connection, here and in the server, which inherits the limit.
pub fn allow_many_files() -> Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    Ok(setrlimit(Resource::Nofile, limit)?)
}
