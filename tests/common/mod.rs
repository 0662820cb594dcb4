//! What all tests on real servers share.
//!
//! `DBDECK_TEST_SERVER` chooses the server program (a file, or the directory of a Debian root); without it the
//! first one on this machine is used. No server is a failure that names the package, never a pass.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, reason = "a test may, and each test crate uses its part")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dbdeck::demo::launcher::Launcher;
use dbdeck::secret::{SecretSource, SecretString};
use dbdeck::server::{Budgets, Link, Login};

/// The server program that the tests are to use.
pub fn server_program() -> Option<PathBuf> {
    std::env::var_os("DBDECK_TEST_SERVER").map(PathBuf::from)
}

/// A launcher for that program.
pub fn launcher() -> Launcher {
    Launcher::new().program(server_program().as_deref())
}

/// A connection with patience.
pub async fn link(login: &Login) -> Link {
    let budget = Duration::from_mins(1);
    Link::open(login, Budgets { connect: budget, query: budget }).await.unwrap()
}

/// All rows as text, columns joined by a bar; NULL is empty.
pub async fn rows(link: &mut Link, columns: usize, sql: &str) -> Vec<String> {
    let rows = link.rows(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let text =
        |row: &dbdeck::server::row::Row| (0..columns).map(|column| row.text_or_empty(column)).collect::<Vec<_>>();
    rows.iter().map(|row| text(row).join("|")).collect()
}

/// Has a client run a statement. A statement in Rust is valid text; only another client can send any bytes.
pub fn send_bytes(socket: &Path, statement: &[u8]) -> Child {
    let mut client = Command::new("mariadb")
        .args(["--no-defaults", "--binary-mode", "--user=root", "--default-character-set=utf8mb4"])
        .arg(format!("--socket={}", socket.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("no client program ({error}): apt-get install mariadb-client-core"));
    client.stdin.take().unwrap().write_all(&[statement, b";\n"].concat()).unwrap();
    client
}

/// A password as the configuration would hold it.
pub fn literal(password: &str) -> SecretSource {
    SecretSource::Literal(SecretString::from(password))
}

/// Waits for a condition, 20 s at most.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(20), "waited 20 s for: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether a process is there and not a zombie.
pub fn is_alive(pid: i32) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}
