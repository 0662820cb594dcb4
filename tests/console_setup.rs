//! The guide of a first setup in a terminal: driven by keys from an empty server to a running installation, left on the way,
//! and run again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

mod common;
#[path = "setup/stage.rs"]
#[allow(dead_code, reason = "each test crate uses its part")]
mod stage;
#[path = "common/terminal.rs"]
mod terminal;

use std::path::Path;
use std::time::Duration;

use common::rows;
use portable_pty::CommandBuilder;
use stage::{MIGRATIONS, Stage, mode, run};
use terminal::{Control, Terminal};

const ESC: &str = "\x1b";
const CLEAR: &str = "\x15";
const PAGE_DOWN: &str = "\x1b[6~";
const CTRL_C: &str = "\x03";

/// A setup makes 22 tables and four accounts.
const PATIENCE: Duration = Duration::from_secs(90);

fn guide(stage: &Stage, size: (u16, u16), locale: &str) -> Terminal {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_dbdeck"));
    command.args(["--config".as_ref(), stage.config().as_os_str(), "setup".as_ref()]);
    command.env_clear();
    command.env("XDG_STATE_HOME", &stage.directory);
    command.env("LANG", locale);
    command.env("TERM", "xterm-256color");
    command.cwd(&stage.directory);
    Terminal::run(command, size, Control::Controlling)
}

/// To the review: another socket, root without a password, everything else as it is proposed.
fn to_the_review(terminal: &mut Terminal, socket: &Path) {
    let shows = |terminal: &Terminal, text: &str| terminal.wait_for(text, |screen| screen.contains(text));
    shows(terminal, "Which server shall");
    // The last but one of the choices, whatever was found on this machine.
    terminal.press("s");
    terminal.press("\r");
    shows(terminal, "The file that the server listens on");
    terminal.press(&format!("{CLEAR}{}\r", socket.display()));
    shows(terminal, "Who may create databases");
    terminal.press("\r");
    shows(terminal, "Leave it empty when the account needs none");
    terminal.press("\r");
    shows(terminal, "may be created by this login");
    terminal.press("\r");
    shows(terminal, "Answers so far (1 of");
    terminal.press(PAGE_DOWN);
    shows(terminal, "steps are to be done");
}

#[tokio::test]
async fn an_empty_server_becomes_an_installation_by_keys() {
    for (size, locale) in [((80, 24), "C.UTF-8"), ((120, 40), "C")] {
        let stage = Stage::new().await;
        let mut terminal = guide(&stage, size, locale);
        to_the_review(&mut terminal, &stage.server.socket());
        let review = terminal.screen();
        assert!(!stage.config().exists(), "nothing before the yes\n{review}");
        terminal.press("y");
        terminal.wait_within(PATIENCE, "the proof", |screen| screen.contains("and nothing else."));
        terminal.press("\r");
        terminal.wait_for("the end", |screen| screen.contains("What comes next"));
        let end = terminal.screen();
        let shown = end.lines().find_map(|line| line.split_once("password ")).map(|(_, word)| word.trim().to_owned());
        let password = shown.filter(|word| word.len() >= 16).unwrap_or_else(|| panic!("{end}"));
        terminal.press("\r");
        assert_eq!(terminal.wait_end(Duration::from_secs(5)).0, 0);

        assert_eq!(mode(&stage.config()), 0o600);
        let config = std::fs::read_to_string(stage.config()).unwrap();
        assert!(!config.contains(&password), "it is shown once and stored nowhere");
        let mut root = stage.root().await;
        let count = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema LIKE 'comfyui%' AND table_name NOT \
                     LIKE 'dbdeck%' AND table_name NOT IN ('migration_history', 'performance_metrics_minutely')";
        assert_eq!(rows(&mut root, 1, count).await, ["22"]);
        run(stage.command(&["doctor", "--isolation"])).ended(0);
        stage.stop().await;
    }
}

#[tokio::test]
async fn what_was_made_is_kept_when_the_guide_is_run_again() {
    let stage = Stage::new().await;
    run(stage.init(&["--yes"])).ended(0);
    let written = stage.written().await;
    let mut terminal = guide(&stage, (80, 24), "C.UTF-8");
    terminal.wait_for("the first question", |screen| screen.contains("Which server shall"));
    for (keys, expected) in [
        ("\r", "The file that the server listens on"),
        ("\r", "Who may create databases"),
        ("\r", "Leave it empty when the account needs none"),
        ("\r", "may be created by this login"),
        ("\r", "Answers so far (1 of"),
        (PAGE_DOWN, "Everything is there already"),
        ("\r", "and nothing else."),
        ("\r", "What comes next"),
    ] {
        terminal.press(keys);
        terminal.wait_within(PATIENCE, expected, |screen| screen.contains(expected));
    }
    assert!(!terminal.screen().contains("shown only here"), "no password that was not changed");
    terminal.press("\r");
    assert_eq!(terminal.wait_end(Duration::from_secs(5)).0, 0);
    assert_eq!(stage.written().await, written, "a second run writes nothing");
    stage.stop().await;
}

#[tokio::test]
async fn the_guide_can_be_left_and_says_what_is_wrong() {
    let stage = Stage::new().await;
    let mut terminal = guide(&stage, (80, 24), "C.UTF-8");
    terminal.wait_for("the first question", |screen| screen.contains("Which server shall"));
    let nowhere = stage.directory.join("nowhere.sock");
    let path = format!("{CLEAR}{}\r", nowhere.display());
    for (keys, expected) in [
        ("s\r", "The file that the server listens on"),
        ("\x15relative\r", "with its whole path"),
        (&path, "Who may create databases"),
        ("\r", "Leave it empty when the account needs none"),
        ("never-seen\r", "Nothing has been changed. r tries again"),
        (ESC, "Who may create databases"),
        (CTRL_C, "Leave the guide?"),
        ("n", "Administrative account"),
        (CTRL_C, "Leave the guide?"),
    ] {
        terminal.press(keys);
        terminal.wait_for(expected, |screen| screen.contains(expected));
    }
    terminal.press("y");
    assert_eq!(terminal.wait_end(Duration::from_secs(5)).0, 130);
    let raw = terminal.raw();
    assert!(!raw.windows(10).any(|window| window == b"never-seen"), "a password has no echo");
    // Its last bytes may still be on their way.
    terminal.wait_for_bytes("the terminal given back", b"\x1b[?1049l");
    terminal.wait_for_bytes("the cursor", b"\x1b[?25h");
    assert!(!stage.config().exists());
    assert!(Path::new(MIGRATIONS).is_dir());
    stage.stop().await;
}
