//! Many tables, many connections and a statement of a megabyte: the layout stays whole and nothing of it is obeyed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;
#[path = "common/service.rs"]
mod service;
#[path = "common/terminal.rs"]
mod terminal;

use common::link;
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::server::Link;
use service::{configuration, service};
use terminal::Terminal;

const TABLES: usize = 500;
const CONNECTIONS: usize = 140;
const SIZE: (u16, u16) = (120, 40);

async fn fill(server: &PrivateServer) -> Vec<Link> {
    let mut root = link(&server.root()).await;
    root.execute("USE svc_one").await.unwrap();
    for number in 0..TABLES {
        root.execute(format!("CREATE TABLE many_{number:03} (id INT PRIMARY KEY)")).await.unwrap();
    }
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut client = link(&server.root()).await;
        client.execute("USE svc_one").await.unwrap();
        clients.push(client);
    }
    clients
}

/// A megabyte of Chinese, escape sequences and a byte that begins no character (in a comment, so that it is accepted).
fn hostile() -> String {
    format!("SELECT SLEEP(60), 'HOSTILE \x1b[2J\x1b]0;PWNED\x07\x1b[41m {}'", "提示\x1b[31m".repeat(100_000))
}

/// Every line is as wide as the screen, and the frame of every pane is closed.
fn is_whole(screen: &str) -> bool {
    let lines: Vec<&str> = screen.lines().collect();
    let corners = |corner| screen.matches(corner).count();
    lines.len() <= usize::from(SIZE.1) && corners('╭') == corners('╮') && corners('╰') == corners('╯')
}

#[tokio::test(flavor = "multi_thread")]
async fn crowds_and_monsters_leave_the_screen_whole() {
    let server = service(&["one"]).await;
    let clients = fill(&server).await;
    let mut victim = link(&server.root()).await;
    let running = tokio::spawn(async move {
        victim.execute("USE svc_one").await.unwrap();
        // Ends with the server.
        let _ = victim.rows(hostile()).await;
    });
    let mut terminal = Terminal::open(&configuration(&[("one", &server)]), SIZE);
    let connections = format!("{} of 30", CONNECTIONS + 1);
    terminal.wait_for("all connections", |screen| screen.contains(&connections) && is_whole(screen));
    terminal.press("4");
    terminal.wait_for("all tables", |screen| screen.contains("501 tables") && is_whole(screen));
    terminal.press("/many_49\r");
    terminal.wait_for("ten of them", |screen| screen.contains("10 of 501 tables"));
    terminal.press("2");
    terminal.wait_for("the monster, cleaned", |screen| {
        screen.contains("connections") && screen.contains("'HOSTILE ·[2J·]0;PWN…") && is_whole(screen)
    });
    terminal.press("/hostile\r\r");
    terminal.wait_for("the whole text", |screen| screen.matches("提示·[31m").count() > 100);
    terminal.press("G");
    terminal.wait_for("the frame", is_whole);
    terminal.press("q");
    terminal.wait_end(terminal::LIMIT);
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(
        !raw.contains("\x1b]0;") && !raw.contains("\x1b[31m提") && !raw.contains("\x1b[41m"),
        "an escape came through"
    );
    running.abort();
    drop(clients);
    server.stop().await.unwrap();
}
