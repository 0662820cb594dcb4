//! Private servers: they start, they are private, and they end with their owner, whatever ends the owner.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use common::{is_alive, launcher, link, rows, wait_until};

fn mode(path: &std::path::Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_private_server_answers_on_its_socket_only_and_goes() {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    assert_eq!(rows(&mut root, 1, "SELECT @@skip_networking").await, ["1"]);
    let (home, data, pid) = (server.directory().to_owned(), server.data(), server.pid().as_raw_nonzero().get());
    assert_eq!(mode(&home), 0o700);
    assert_eq!(mode(data.parent().unwrap()), 0o700);
    assert!(server.socket().as_os_str().len() < 100);
    server.stop().await.unwrap();
    assert!(!home.exists() && !data.exists() && !is_alive(pid));
}

#[tokio::test]
async fn servers_live_side_by_side_and_restart_with_their_data() {
    let (first, second) = tokio::join!(launcher().start(), launcher().start());
    let (mut first, second) = (first.unwrap(), second.unwrap());
    assert_ne!(first.socket(), second.socket());
    link(&first.root()).await.execute("CREATE DATABASE stays").await.unwrap();
    let before = first.pid();
    first.restart().await.unwrap();
    assert_ne!(first.pid(), before);
    first.kill().await;
    let pid = first.pid().as_raw_nonzero().get();
    wait_until("the server's end", || !is_alive(pid));
    first.restart().await.unwrap();
    let mut root = link(&first.root()).await;
    assert_eq!(rows(&mut root, 1, "SHOW DATABASES LIKE 'stays'").await, ["stays"]);
    first.stop().await.unwrap();
    second.stop().await.unwrap();
}

#[tokio::test]
async fn a_kept_directory_starts_again() {
    let server = launcher().keep(true).start().await.unwrap();
    let (home, data, socket) = (server.directory().to_owned(), server.data(), server.socket());
    let (login, command) = (server.root(), server.start_command());
    server.stop().await.unwrap();
    assert!(home.exists() && data.exists());
    let mut again = Command::new("sh")
        .args(command.split(' ').skip(1))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("the kept server's socket", || socket.exists());
    let pid = rustix::process::Pid::from_child(&again);
    assert_eq!(rows(&mut link(&login).await, 1, "SELECT 1").await, ["1"]);
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    again.wait().unwrap();
    std::fs::remove_dir_all(home).unwrap();
    std::fs::remove_dir_all(data.parent().unwrap()).unwrap();
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let error = launcher().option("no_such_option=1").start().await.unwrap_err().to_string();
    assert!(error.contains("no_such_option"), "{error}");
}

/// Run a second time by itself, as the owner that is killed.
#[tokio::test]
async fn kill_9_of_the_owner_ends_the_server_and_removes_its_directories() {
    const OWNER: &str = "DBDECK_TEST_IS_OWNER";
    if std::env::var_os(OWNER).is_some() {
        let server = launcher().start().await.unwrap();
        let pid = server.pid().as_raw_nonzero();
        eprintln!("owned {pid} {} {}", server.directory().display(), server.data().display());
        std::future::pending::<()>().await;
    }
    let test = "kill_9_of_the_owner_ends_the_server_and_removes_its_directories";
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]).env(OWNER, "1").stdout(Stdio::null()).stderr(Stdio::piped());
    let mut owner = command.spawn().unwrap();
    let mut lines = BufReader::new(owner.stderr.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.find(|line| line.starts_with("owned ")).expect("the owner starts a server");
    let words: Vec<&str> = line.split(' ').collect();
    let pid: i32 = words[1].parse().unwrap();
    assert!(is_alive(pid));
    owner.kill().unwrap();
    owner.wait().unwrap();
    wait_until("the server's end", || !is_alive(pid));
    wait_until("the directories' end", || !words[2..].iter().any(|path| std::path::Path::new(path).exists()));
}
