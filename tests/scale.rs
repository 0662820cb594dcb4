//! Many tables, many connections and statements of a megabyte: the layout stays whole and nothing of it is obeyed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;
#[path = "common/service.rs"]
mod service;
#[path = "common/terminal.rs"]
mod terminal;

use std::collections::BTreeSet;
use std::time::Duration;

use common::{launcher, link, send_bytes};
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::server::Link;
use rustix::process::{Resource, getrlimit, setrlimit};
use service::{configuration, service_of};
use terminal::Terminal;

const TABLES: usize = 500;
/// As many as this machine lets a process open, up to this.
const CONNECTIONS: usize = 1_000;
const SIZE: (u16, u16) = (120, 40);
/// A key is answered within a frame; a test machine that runs other tests beside this one may take so long.
const KEY: Duration = Duration::from_millis(500);

/// A connection takes a descriptor here and one in the server, which inherits the limit.
fn room_for_connections() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let files = limit.current.map_or(usize::MAX, |files| usize::try_from(files).unwrap());
    CONNECTIONS.min(files / 2)
}

async fn make_tables(server: &PrivateServer) {
    let mut root = link(&server.root()).await;
    root.execute("USE svc_one").await.unwrap();
    for number in 0..TABLES {
        root.execute(format!("CREATE TABLE many_{number:03} (id INT PRIMARY KEY)")).await.unwrap();
    }
}

async fn gather(server: &PrivateServer, count: usize) -> Vec<Link> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let mut client = link(&server.root()).await;
        client.execute("USE svc_one").await.unwrap();
        clients.push(client);
    }
    clients
}

/// A megabyte that begins with this and goes on with escape sequences and more.
fn monster(beginning: &str, filling: &[u8]) -> Vec<u8> {
    let beginning = format!("USE svc_one;\nSELECT SLEEP(60), '{beginning} \x1b[2J\x1b]0;PWNED\x07\x1b[41m");
    let mut statement = beginning.into_bytes();
    while statement.len() < 1 << 20 {
        statement.extend_from_slice(filling);
    }
    statement.push(b'\'');
    statement
}

/// Every line is as wide as the screen, and the frame of every pane is closed.
fn is_whole(screen: &str) -> bool {
    let lines: Vec<&str> = screen.lines().collect();
    let corners = |corner| screen.matches(corner).count();
    lines.len() <= usize::from(SIZE.1) && corners('╭') == corners('╮') && corners('╰') == corners('╯')
}

/// All that the console itself sends: modes, places, renditions and the first clearing; and none of what the statements hold.
fn check_sequences(raw: &[u8]) {
    let text = String::from_utf8_lossy(raw);
    let kind = |sequence: &str| {
        let end = sequence.find(|c: char| !c.is_ascii_digit() && !"[?;".contains(c)).unwrap_or(sequence.len());
        let whole = sequence.chars().take(end + 1).filter(|c| !c.is_ascii_digit() && *c != ';');
        whole.collect::<String>()
    };
    let kinds: BTreeSet<String> = text.split('\x1b').skip(1).map(kind).collect();
    assert!(kinds.iter().all(|kind| ["[?h", "[?l", "[H", "[J", "[m"].contains(&kind.as_str())), "{kinds:?}");
    for forbidden in ["\x1b[2J\x1b]", "\x1b[41m", "\x1b[31m提", "\x07", "\u{9b}"] {
        assert!(!text.contains(forbidden), "{forbidden:?} came through");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn crowds_and_monsters_leave_the_screen_whole() {
    let count = room_for_connections();
    let server = service_of(launcher().option(format!("max_connections={}", count + 50)), &["one"]).await;
    make_tables(&server).await;
    let clients = gather(&server, count).await;
    let mut running = [
        send_bytes(&server.socket(), &monster("HOSTILE", "提示\x1b[31m".as_bytes())),
        send_bytes(&server.socket(), &monster("BROKEN", b"\xff\xfe\x9b31m\xe8\xa1 \xc3")),
    ];
    let mut terminal = Terminal::open(&configuration(&[("one", &server)]), SIZE);
    let connections = format!("{} of 30", count + running.len());
    terminal.wait_for("all connections", |screen| screen.contains(&connections) && is_whole(screen));
    walk(&mut terminal, count);
    terminal.press("q");
    terminal.wait_end(terminal::LIMIT);
    check_sequences(&terminal.raw());
    for client in &mut running {
        client.kill().unwrap();
        client.wait().unwrap();
    }
    drop(clients);
    server.stop().await.unwrap();
}

/// Through the lists and into both statements.
fn walk(terminal: &mut Terminal, connections: usize) {
    terminal.press("4");
    terminal.wait_for("all tables", |screen| screen.contains("501 tables") && is_whole(screen));
    terminal.press("/many_49\r");
    terminal.wait_for("ten of them", |screen| screen.contains("10 of 501 tables"));
    terminal.press("2");
    let shown = terminal.wait_within(KEY, "the monsters, cleaned", |screen| {
        let cleaned = |name: &str| screen.contains(&format!("'{name} ·[2J·]0;PW"));
        screen.contains("connections") && cleaned("HOSTILE") && cleaned("BROKEN") && is_whole(screen)
    });
    eprintln!("{connections} connections: listed {shown:.1?} after the key");
    terminal.press("/broken\r\r");
    terminal.wait_for("what the server tells of it", |screen| {
        screen.contains("root from localhost") && screen.contains("'BROKEN ·[2J") && is_whole(screen)
    });
    terminal.press("\x1b");
    terminal.wait_for("the list", |screen| screen.contains("filter: broken") && !screen.contains("root from"));
    terminal.press("\x7f/hostile\r\r");
    terminal.wait_for("the whole text", |screen| screen.matches("提示·[31m").count() > 100);
    terminal.press("G");
    terminal.wait_for("the frame", is_whole);
}
