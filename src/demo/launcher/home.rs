//! The two directories of a private server.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::LaunchError;

/// The account the server runs as when we are root: a server refuses to run as root, and should.
pub const UNPRIVILEGED: &str = "nobody";
/// A socket's path has room for 107 bytes on Linux, 103 elsewhere.
const LONGEST_SOCKET: usize = 100;
const LOG_TAIL_LINES: usize = 12;

/// Both directories; removed when this value goes, unless a guard has taken over or they are to be kept.
#[derive(Debug)]
pub struct Home {
    ours: TempDir,
    servers: TempDir,
    keep: bool,
    unprivileged: bool,
}

impl Home {
    /// Makes both, 0700, below the system's temporary directory, or `/tmp` when a socket's path would not fit there.
    pub fn create(keep: bool) -> Result<Self, LaunchError> {
        let unprivileged = rustix::process::geteuid().is_root();
        let mut parent = std::env::temp_dir();
        if parent.as_os_str().len() + "/dbdeck-xxxxxx-data/server.sock".len() >= LONGEST_SOCKET {
            parent = PathBuf::from("/tmp");
        }
        let ours = directory(&parent, "dbdeck-", "")?;
        let servers = directory(&parent, &ours.path().file_name().unwrap_or_default().to_string_lossy(), "-data")?;
        let home = Self { ours, servers, keep, unprivileged };
        home.settle()?;
        Ok(home)
    }

    fn settle(&self) -> Result<(), LaunchError> {
        let temporary = self.servers.path().join("tmp");
        fs::create_dir(&temporary).map_err(|reason| failed(&temporary, reason))?;
        if self.unprivileged {
            let (user, group) = unprivileged_ids();
            for path in [&temporary, self.servers.path()] {
                chown(path, Some(user), Some(group)).map_err(|reason| failed(path, reason))?;
            }
        }
        Ok(())
    }

    /// Ours: settings, error log, the caller's files.
    pub fn path(&self) -> &Path {
        self.ours.path()
    }

    /// The server's own: data, socket, temporary files.
    pub fn servers(&self) -> &Path {
        self.servers.path()
    }

    /// Where the server listens.
    pub fn socket(&self) -> PathBuf {
        self.servers().join("server.sock")
    }

    /// Whether the directories stay when the server ends.
    pub fn is_kept(&self) -> bool {
        self.keep
    }

    /// Whether the server runs as [`UNPRIVILEGED`].
    pub fn unprivileged(&self) -> bool {
        self.unprivileged
    }

    /// The server's first argument.
    pub fn defaults(&self) -> OsString {
        let mut argument = OsString::from("--defaults-file=");
        argument.push(self.path().join("server.cnf"));
        argument
    }

    /// Writes a file of ours, readable by us alone.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf, LaunchError> {
        let path = self.path().join(name);
        let opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
        let written = opened.and_then(|mut file| file.write_all(content));
        written.map(|()| path).map_err(|error| self.error(name, error))
    }

    /// The log that program and guard append to.
    pub fn log(&self) -> Result<File, LaunchError> {
        let opened = OpenOptions::new().append(true).create(true).mode(0o600).open(self.path().join("error.log"));
        opened.map_err(|error| self.error("error.log", error))
    }

    /// The last errors in that log; when it names none, its last lines.
    pub fn log_tail(&self) -> String {
        let bytes = fs::read(self.path().join("error.log")).unwrap_or_default();
        let text = crate::text::clean_lines(&bytes);
        let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let errors: Vec<&str> = all.iter().copied().filter(|line| line.to_lowercase().contains("error]")).collect();
        let lines = if errors.is_empty() { all } else { errors };
        lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
    }

    pub fn error(&self, name: &str, reason: io::Error) -> LaunchError {
        failed(&self.path().join(name), reason)
    }

    /// Leaves the removal to the guard from here on.
    pub fn hand_over(&mut self) {
        self.ours.disable_cleanup(true);
        self.servers.disable_cleanup(true);
    }
}

fn directory(parent: &Path, prefix: &str, suffix: &str) -> Result<TempDir, LaunchError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(suffix).permissions(fs::Permissions::from_mode(0o700));
    if !suffix.is_empty() {
        builder.rand_bytes(0);
    }
    builder.tempdir_in(parent).map_err(|reason| failed(parent, reason))
}

fn failed(path: &Path, reason: io::Error) -> LaunchError {
    LaunchError::Directory { path: path.to_owned(), reason }
}

/// User and group of [`UNPRIVILEGED`]; 65534 is its number wherever it has no entry.
fn unprivileged_ids() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let entry = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|entry| entry[0] == UNPRIVILEGED);
    let number = |column: usize| entry.as_ref().and_then(|entry| entry.get(column)?.parse().ok()).unwrap_or(65_534);
    (number(2), number(3))
}
