//! What runs: hostile statement texts, and the ages of transactions.

use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use dbdeck::server::{Link, read};
use dbdeck::units::ThreadId;

use crate::common::{launcher, link, send_bytes};

async fn wait_for_sleep(root: &mut Link, seconds: u8) -> read::Thread {
    let began = Instant::now();
    loop {
        let threads = read::threads::read(root).await.unwrap();
        if let Some(thread) = threads.into_iter().find(|thread| thread.statement.contains(&format!("SLEEP({seconds})")))
        {
            return thread;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "waited 20 s for the statement");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn send(socket: &Path, seconds: u8, filling: &[u8]) -> Child {
    let mut statement = format!("SELECT SLEEP({seconds}), '").into_bytes();
    while statement.len() < 1 << 20 {
        statement.extend_from_slice(filling);
    }
    statement.extend_from_slice(b"'");
    send_bytes(socket, &statement)
}

async fn check_text(root: &mut Link, socket: &Path, filling: &[u8], at_least: usize) {
    let mut client = send(socket, 60, filling);
    let thread = wait_for_sleep(root, 60).await;
    assert!(thread.statement.chars().count() <= 512);
    assert!(!thread.statement.contains(char::is_control), "{}", thread.statement);
    assert!(thread.statement.contains("[31m"), "shown, not obeyed: {}", thread.statement);
    let whole = read::threads::full_statement(root, thread.id).await.unwrap().unwrap();
    assert!(whole.len() >= at_least, "{} bytes", whole.len());
    assert!(!whole.contains(|c: char| c.is_control() && c != '\n'));
    root.execute(format!("KILL {}", thread.id)).await.unwrap();
    client.wait().unwrap();
}

#[tokio::test]
async fn a_megabyte_of_hostile_text_stays_clean() {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    let valid = "\x1b[31m\x1b]0;title\x07 表格 \x08\r\u{9b}2J \u{202e}";
    check_text(&mut root, &server.socket(), valid.as_bytes(), 60_000).await;
    check_text(&mut root, &server.socket(), b"\x1b[31m\xff\xfe\xc3 \xe8\xa1\xa8 \x00\x9b2J", 20).await;
    // A statement is whole also while another one is not valid text.
    let mut broken = send(&server.socket(), 61, b"\xff");
    let other = wait_for_sleep(&mut root, 61).await.id;
    check_text(&mut root, &server.socket(), valid.as_bytes(), 60_000).await;
    root.execute(format!("KILL {other}")).await.unwrap();
    broken.wait().unwrap();
    assert_eq!(read::threads::full_statement(&mut root, ThreadId(999_999_999)).await.unwrap(), None);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn ages_of_transactions_do_not_depend_on_time_zones() {
    let server = launcher().option("default_time_zone=+05:00").start().await.unwrap();
    let mut root = link(&server.root()).await;
    let mut other = link(&server.root()).await;
    for statement in ["SET time_zone = '-09:30'", "START TRANSACTION WITH CONSISTENT SNAPSHOT", "DO 1"] {
        other.execute(statement).await.unwrap();
    }
    let began = Instant::now();
    for zone in ["+00:00", "+05:00", "-11:00"] {
        root.execute(format!("SET time_zone = '{zone}'")).await.unwrap();
        let transactions = loop {
            let transactions = read::transactions::read(&mut root).await.unwrap().unwrap();
            if transactions.iter().any(|transaction| !transaction.age.is_zero()) {
                break transactions;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "no age in 20 s: {transactions:?}");
        };
        assert_eq!(transactions.iter().map(|t| t.thread).collect::<Vec<_>>(), [other.id]);
        let limit = began.elapsed() + Duration::from_secs(3);
        assert!(transactions[0].age < limit, "{transactions:?} within {limit:?} in {zone}");
    }
    server.stop().await.unwrap();
}
