//! The console in a terminal, on a real server: what an operator presses and sees, and every way out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;
#[path = "common/service.rs"]
mod service;
#[path = "common/terminal.rs"]
mod terminal;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use common::link;
use dbdeck::demo::launcher::PrivateServer;
use rustix::process::Signal;
use terminal::{Control, LIMIT, Terminal, console};
use tokio::runtime::Runtime;

/// What the console promises when its terminal goes.
const GONE: Duration = Duration::from_secs(3);
const ESC: &str = "\x1b";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
/// One server for all tests of this file; it ends with this process.
static SERVER: LazyLock<PrivateServer> = LazyLock::new(|| RUNTIME.block_on(service::service(&["one", "two"])));
static CONFIG: LazyLock<PathBuf> = LazyLock::new(|| service::configuration(&[("one", &SERVER), ("two", &SERVER)]));

/// A console that shows its first figures.
fn live(size: (u16, u16)) -> Terminal {
    let terminal = Terminal::open(&CONFIG, size);
    terminal.wait_for("figures", |screen| screen.matches("● live").count() == 2 && screen.contains("KiB"));
    terminal
}

#[test]
fn every_screen_is_a_key_away() {
    let mut terminal = live((100, 30));
    let cases = [
        ("2", "statement"),
        ("3", "longest"),
        ("4", "任务"),
        ("8", "available"),
        ("1", "Needs attention"),
        ("?", "everywhere"),
        (ESC, "Needs attention"),
        (":", "go to Tables"),
        ("tabl\r", "任务"),
        ("/nothing-like-it", "0 of 2 tables"),
        ("\x7f\x7f\x7f\r", "nothing-like"),
        ("\x7f", "two        任务"),
        ("/one\r", "1 of 2 tables"),
        ("\r", "indexes (1)"),
        ("j", "svc_one"),
        (ESC, "1 of 2 tables"),
        (ESC, "two        任务"),
        (ESC, "Needs attention"),
    ];
    for (keys, expected) in cases {
        terminal.press(keys);
        terminal.wait_for(expected, |screen| screen.to_lowercase().contains(&expected.to_lowercase()));
    }
}

#[test]
fn a_terminal_may_change_its_size() {
    let mut terminal = live((80, 24));
    terminal.resize((40, 10));
    terminal.wait_for("the complaint", |screen| screen.contains("40x10 is too small"));
    terminal.press("4");
    terminal.resize((250, 80));
    terminal.wait_for("all columns", |screen| screen.contains("engine") && screen.contains("parts"));
    terminal.resize((80, 24));
    terminal.wait_for("fewer columns", |screen| screen.contains("engine") && !screen.contains("parts"));
}

#[test]
fn copying_hands_the_text_to_the_terminal() {
    let mut terminal = live((100, 30));
    terminal.press("4/one\r");
    terminal.wait_for("the table", |screen| screen.contains("1 of 2 tables"));
    terminal.press("y");
    terminal.wait_for("the word", |screen| screen.contains("copied"));
    let expected = "\x1b]52;c;c3ZjX29uZS7ku7vliqE=\x1b\\"; // svc_one.任务
    terminal.wait_for_bytes("OSC 52", expected.as_bytes());
}

/// The terminal is as it was: main screen, cursor shown, lines edited by the kernel.
fn is_restored(terminal: &Terminal, before: &str) {
    assert!(!terminal.ask(vt100::Screen::alternate_screen), "on the main screen");
    assert!(!terminal.ask(vt100::Screen::hide_cursor), "the cursor is shown");
    assert_eq!(terminal.settings(), before);
}

enum Way {
    Key(&'static str),
    Signal(Signal),
}

#[test]
fn every_way_out_restores_the_terminal() {
    for (how, way) in [
        ("q", Way::Key("q")),
        ("Ctrl-C", Way::Key("\x03")),
        ("SIGTERM", Way::Signal(Signal::TERM)),
        ("SIGHUP", Way::Signal(Signal::HUP)),
        ("SIGINT", Way::Signal(Signal::INT)),
    ] {
        let idle = Terminal::run(portable_pty::CommandBuilder::new("true"), (80, 24), Control::Controlling);
        let before = idle.settings();
        let mut terminal = live((80, 24));
        assert!(terminal.ask(vt100::Screen::alternate_screen) && terminal.settings() != before, "{how}");
        match way {
            Way::Key(key) => terminal.press(key),
            Way::Signal(signal) => terminal.signal(signal),
        }
        let (code, time) = terminal.wait_end(GONE);
        eprintln!("{how}: ended with {code} after {time:?}");
        assert_eq!(code, 0, "{how}");
        terminal.wait_for_bytes("the main screen", b"\x1b[?1049l");
        is_restored(&terminal, &before);
    }
}

#[test]
fn a_terminal_that_vanishes_ends_the_console() {
    for control in [Control::Controlling, Control::JustATerminal] {
        let terminal = Terminal::run(console(&CONFIG), (80, 24), control);
        terminal.wait_for("figures", |screen| screen.contains("● live"));
        let time = terminal.vanish(GONE);
        eprintln!("ended after {time:?}");
    }
}

/// Run a second time by itself, as the program that panics.
#[test]
fn a_panic_restores_the_terminal_and_is_told_there() {
    const PANICS: &str = "DBDECK_TEST_PANICS";
    if std::env::var_os(PANICS).is_some() {
        let _screen = dbdeck::tui::terminal::Screen::take(dbdeck::tui::terminal::Mouse::On).unwrap();
        panic!("a defect");
    }
    let before = Terminal::run(portable_pty::CommandBuilder::new("true"), (80, 24), Control::Controlling).settings();
    let mut command = portable_pty::CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["a_panic_restores_the_terminal_and_is_told_there", "--exact", "--nocapture"]);
    command.env(PANICS, "1");
    command.env("RUST_BACKTRACE", "0");
    let mut terminal = Terminal::run(command, (80, 24), Control::Controlling);
    terminal.wait_for("the panic", |screen| screen.contains("a defect") && screen.contains("test result: FAILED"));
    terminal.wait_end(LIMIT);
    is_restored(&terminal, &before);
    assert_eq!(terminal.ask(vt100::Screen::mouse_protocol_mode), vt100::MouseProtocolMode::None);
}

/// The parameters of every SGR sequence.
fn renditions(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let sequences = text.split("\x1b[").skip(1);
    let parameters = sequences.filter_map(|sequence| {
        let end = sequence.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        sequence[end..].starts_with('m').then(|| sequence[..end].to_owned())
    });
    parameters.collect()
}

fn is_colour(parameter: &str) -> bool {
    matches!(parameter.parse(), Ok(30..=49 | 90..=107))
}

#[test]
fn a_bare_terminal_gets_ascii_and_no_colour() {
    let mut command = console(&CONFIG);
    for (name, value) in [("NO_COLOR", "1"), ("LANG", "C"), ("TERM", "vt100")] {
        command.env(name, value);
    }
    let mut terminal = Terminal::run(command, (80, 24), Control::Controlling);
    terminal.wait_for("figures", |screen| screen.matches("* live").count() == 2);
    for (keys, expected) in [
        ("2", "connection"),
        ("3", "longest"),
        ("4\r", "comment"),
        ("y", "copied"),
        (ESC, "2 tables"),
        ("8", "available"),
        ("?", "everywhere"),
    ] {
        terminal.press(keys);
        terminal.wait_for(expected, |screen| screen.contains(expected));
    }
    terminal.press("q");
    terminal.wait_end(LIMIT);
    let raw = terminal.raw();
    assert_eq!(raw.iter().find(|byte| !byte.is_ascii()), None, "every byte is ASCII");
    let colours: Vec<String> =
        renditions(&raw).into_iter().filter(|parameters| parameters.split(';').any(is_colour)).collect();
    assert_eq!(colours, Vec::<String>::new(), "no colour is chosen");
}

/// A statement that would retitle the terminal, clear it and turn it red, if any of it were obeyed.
const HOSTILE: &str = "SELECT SLEEP(30), '\x1b]0;PWNED\x07\x1b[2J\x1b[31mEVIL \u{9b}31m提示词'";

#[test]
fn a_statement_is_shown_and_not_obeyed() {
    let login = SERVER.root();
    let running = RUNTIME.spawn(async move {
        let mut client = link(&login).await;
        client.execute("USE svc_one").await.unwrap();
        client.rows(HOSTILE).await
    });
    let mut terminal = live((200, 30));
    terminal.press("2/EVIL\r");
    terminal.wait_for("the statement", |screen| screen.contains("'·]0;PWNED··[2J·[31mEVIL ·31m提示词'"));
    terminal.press("\r");
    terminal
        .wait_for("the whole of it", |screen| screen.contains("connection") && screen.matches("提示词").count() == 1);
    let raw = terminal.raw();
    for forbidden in [&b"\x1b]0;"[..], b"\x1b[2J\x1b[31mEVIL", b"\x07", "\u{9b}".as_bytes()] {
        assert!(!raw.windows(forbidden.len()).any(|window| window == forbidden), "{forbidden:?} was sent");
    }
    running.abort();
}
