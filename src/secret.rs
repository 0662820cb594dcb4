//! Where a secret comes from, and how it is fetched at the moment it is needed.
//!
//! A secret is never part of `Debug`, of an error, of a log line or of another process's arguments; nor is what a
//! command printed, nor the command itself, which may hold a token.
//!
//! `password_env` is the one exception to "only `main` reads the environment": which variable it is stands in the
//! configuration, and it is read when it is needed and not kept.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

pub use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// Where a secret comes from.
#[derive(Clone)]
pub enum SecretSource {
    /// No password at all.
    None,
    /// Written in the configuration file.
    Literal(SecretString),
    /// The value of an environment variable.
    Env(String),
    /// The first line of a file.
    File(PathBuf),
    /// The first line that a command prints; run by `sh -c`.
    Command(String),
}

/// A secret that could not be fetched: from where, why, and never what was read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no password from {source_name}: {reason}")]
pub struct SecretError {
    /// Where it should have come from.
    pub source_name: String,
    /// Why it did not.
    pub reason: String,
}

/// Longest wait for a file or a command.
const BUDGET: Duration = Duration::from_secs(10);

/// Longer than any password; what is longer is the wrong file.
const LONGEST: u64 = 64 * 1024;

impl SecretSource {
    /// Fetches the secret; a file or a command gets 10 s.
    ///
    /// # Errors
    /// Names the source and the reason, never what was read.
    pub async fn fetch(&self) -> Result<SecretString, SecretError> {
        self.fetch_within(BUDGET).await
    }

    /// Whether both lead to the same place, or are the same literal.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Literal(one), Self::Literal(other)) => one.expose_secret() == other.expose_secret(),
            (Self::Env(one), Self::Env(other)) | (Self::Command(one), Self::Command(other)) => one == other,
            (Self::File(one), Self::File(other)) => one == other,
            _ => false,
        }
    }

    async fn fetch_within(&self, budget: Duration) -> Result<SecretString, SecretError> {
        let read = match self {
            Self::None => return Ok(SecretString::default()),
            Self::Literal(secret) => return Ok(secret.clone()),
            Self::Env(name) => variable(name),
            Self::File(path) => first_line_of_file(path, budget).await,
            Self::Command(command) => first_line_of_command(command, budget).await,
        };
        let secret = read.and_then(|secret| if secret.is_empty() { Err("it is empty".to_owned()) } else { Ok(secret) });
        secret.map(SecretString::from).map_err(|reason| SecretError { source_name: self.to_string(), reason })
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("nowhere"),
            Self::Literal(_) => f.write_str("the configuration"),
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Command(_) => f.write_str("the password_command"),
        }
    }
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretSource({self})")
    }
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|error| match error {
        std::env::VarError::NotPresent => "it is not set".to_owned(),
        std::env::VarError::NotUnicode(_) => "it is not UTF-8 text".to_owned(),
    })
}

async fn first_line_of_file(path: &Path, budget: Duration) -> Result<String, String> {
    let read = async {
        let file = tokio::fs::File::open(path).await.map_err(|error| error.kind().to_string())?;
        first_line(&mut BufReader::new(file)).await
    };
    timeout(budget, read).await.unwrap_or_else(|_| Err(too_slow(budget)))
}

/// Runs the command; nothing of it is left when its time is up or nobody waits for it any more.
async fn first_line_of_command(command: &str, budget: Duration) -> Result<String, String> {
    let mut child = start(command).map_err(|error| format!("it could not be started: {}", error.kind()))?;
    let mut running = Running(child.id());
    let printed = child.stdout.take().ok_or("its output could not be read")?;
    match timeout(budget, line_and_end(&mut child, printed)).await {
        Ok(answer) => {
            running.0 = None;
            answer
        }
        Err(_) => Err(too_slow(budget)),
    }
}

/// A process group of its own: killing the shell alone would leave what it started.
struct Running(Option<u32>);

impl Drop for Running {
    fn drop(&mut self) {
        let group = self.0.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(group) = group {
            // It may have ended by itself in this moment; then there is nothing left to end.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

fn start(command: &str) -> std::io::Result<Child> {
    Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

/// The first line, once the command has ended well. The rest is read past, so that the command can end.
async fn line_and_end(child: &mut Child, printed: ChildStdout) -> Result<String, String> {
    let mut printed = BufReader::new(printed);
    let line = first_line(&mut printed).await;
    let rest = async {
        // Whether the rest could be read is of no interest: the command's own end tells.
        let _ = tokio::io::copy_buf(&mut printed, &mut tokio::io::sink()).await;
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        ended = child.wait() => ended,
        () = rest => return Err("its output could not be read".to_owned()),
    };
    match ended {
        Ok(status) if status.success() => line,
        Ok(status) => Err(format!("it ended with {status}")),
        Err(error) => Err(format!("its end was not seen: {}", error.kind())),
    }
}

/// Up to the first line's end, which is cut off.
async fn first_line(reader: &mut (impl AsyncBufRead + Unpin)) -> Result<String, String> {
    let mut line = String::new();
    let read = AsyncReadExt::take(&mut *reader, LONGEST).read_line(&mut line).await;
    read.map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        kind => kind.to_string(),
    })?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}

fn too_slow(budget: Duration) -> String {
    format!("it did not answer within {} s", budget.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const CANARY: &str = "s3cr3t-canary";

    fn fetched(source: &SecretSource, budget: Duration) -> Result<String, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let secret = runtime.block_on(source.fetch_within(budget));
        secret.map(|secret| secret.expose_secret().to_owned()).map_err(|error| {
            for shown in [error.to_string(), format!("{error:?}"), format!("{source:?}")] {
                assert!(!shown.contains(CANARY), "{shown}");
            }
            error.to_string()
        })
    }

    fn file(content: &[u8]) -> (tempfile::TempDir, SecretSource) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("password");
        std::fs::write(&path, content).unwrap();
        (directory, SecretSource::File(path))
    }

    #[test]
    fn every_source_gives_its_first_line() {
        let command = |text: &str| SecretSource::Command(text.to_owned());
        let cases = [
            (SecretSource::None, ""),
            (SecretSource::Literal(CANARY.into()), CANARY),
            (SecretSource::Env("CARGO_PKG_NAME".to_owned()), "dbdeck"),
            (command("echo s3cr3t-canary"), CANARY),
            (command("printf 's3cr3t-canary\\r\\nsecond'"), CANARY),
            (command("printf ' inner  space '"), " inner  space "),
            (command("echo one; seq 200000"), "one"),
            (command("sleep 600 & echo one; kill $!"), "one"),
        ];
        for (source, expected) in cases {
            assert_eq!(fetched(&source, BUDGET).as_deref(), Ok(expected), "{source}");
        }
        for content in ["s3cr3t-canary", "s3cr3t-canary\n", "s3cr3t-canary\r\nmore\n"] {
            let (_directory, source) = file(content.as_bytes());
            assert_eq!(fetched(&source, BUDGET).as_deref(), Ok(CANARY), "{content:?}");
        }
    }

    #[test]
    fn a_failure_names_the_source_and_the_reason_and_no_content() {
        let command = |text: &str| SecretSource::Command(text.to_owned());
        let cases = [
            (SecretSource::Env("DBDECK_NOT_SET".to_owned()), "the environment variable DBDECK_NOT_SET: it is not set"),
            (SecretSource::File("/nonexistent/password".into()), "the file /nonexistent/password: entity not found"),
            (SecretSource::File("/dev/null".into()), "the file /dev/null: it is empty"),
            (command("echo s3cr3t-canary; exit 3"), "the password_command: it ended with exit status: 3"),
            (command("echo; echo s3cr3t-canary"), "the password_command: it is empty"),
            (command("s3cr3t-canary"), "the password_command: it ended with exit status: 127"),
            (command("printf 's3cr3t-canary\\377'"), "the password_command: it is not UTF-8 text"),
        ];
        for (source, expected) in cases {
            assert_eq!(fetched(&source, BUDGET), Err(format!("no password from {expected}")), "{source}");
        }
    }

    #[test]
    fn a_command_out_of_time_is_ended_with_all_it_started() {
        let directory = tempfile::tempdir().unwrap();
        let pid_file = directory.path().join("pid");
        let text = format!("sleep 600 & echo $! > '{}'; wait", pid_file.display());
        let began = Instant::now();
        let outcome = fetched(&SecretSource::Command(text), Duration::from_millis(500));
        assert_eq!(outcome, Err("no password from the password_command: it did not answer within 0.5 s".to_owned()));
        assert!(began.elapsed() < Duration::from_secs(5));
        let pid: i32 = std::fs::read_to_string(pid_file).unwrap().trim().parse().unwrap();
        while alive(pid) {
            assert!(began.elapsed() < Duration::from_secs(20), "the command's child still runs");
            std::thread::yield_now();
        }
    }

    /// Whether a process runs; a zombie that nobody has collected yet does not.
    fn alive(pid: i32) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        state.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty() && !rest.trim().starts_with('Z'))
    }
}
