//! A private server without anything on it, and `dbdeck` as a command against it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dbdeck::demo::launcher::{Launcher, PrivateServer};
use dbdeck::server::Link;

use crate::common::{launcher, link, rows};

/// Servers for a short life forget the last second when they are killed; an account must not be in it.
const DURABLE: &str = "innodb_flush_log_at_trx_commit=1";

/// The service's own.
pub const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");

/// A server, and a directory for the configuration and the record.
pub struct Stage {
    pub server: PrivateServer,
    pub directory: PathBuf,
}

impl Stage {
    pub async fn new() -> Self {
        // What is written into the binary log is written, whatever it is.
        let options = [DURABLE, "log_bin=binlog", "server_id=1"];
        let server = options.into_iter().fold(launcher(), Launcher::option).start().await.unwrap();
        let directory = server.directory().join("work");
        std::fs::create_dir(&directory).unwrap();
        Self { server, directory }
    }

    pub async fn root(&self) -> Link {
        link(&self.server.root()).await
    }

    pub fn config(&self) -> PathBuf {
        self.directory.join("config.yaml")
    }

    /// `dbdeck` with a configuration of its own, and nothing of the tester's around it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dbdeck"));
        command.arg("--config").arg(self.config()).args(arguments);
        command.env("XDG_STATE_HOME", &self.directory).env_remove("DBDECK_CONFIG").env("NO_COLOR", "1");
        command
    }

    pub fn init(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&["init"]);
        command.arg("--socket").arg(self.server.socket()).args(["--migrations", MIGRATIONS]).args(arguments);
        command
    }

    /// How far the binary log has come.
    pub async fn written(&self) -> Vec<String> {
        let mut root = self.root().await;
        let position = root.caps.binary_log_status;
        rows(&mut root, 2, position).await
    }

    /// The proof, as JSON.
    pub fn isolation(&self, code: i32) -> serde_json::Value {
        let out = run(self.command(&["doctor", "--isolation", "--json"])).ended(code);
        serde_json::from_str(&out).unwrap()
    }

    pub async fn stop(self) {
        self.server.stop().await.unwrap();
    }
}

/// What a command printed, and its exit code.
pub struct Said {
    pub out: String,
    pub err: String,
    pub code: i32,
}

pub fn run(mut command: Command) -> Said {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { out: text(stdout), err: text(stderr), code: status.code().unwrap_or(-1) }
}

impl Said {
    /// The output of a command that ended with this code.
    pub fn ended(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self.out
    }
}

pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
