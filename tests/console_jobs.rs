//! Jobs in the console, in a terminal and on a real server: asked for, approved, seen, stopped, and what becomes of them
//! when the console ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;
#[path = "common/terminal.rs"]
mod terminal;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use common::{launcher, link, rows};
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::server::Link;
use rustix::process::{Signal, kill_process};
use terminal::Terminal;

const SIZE: (u16, u16) = (120, 40);
/// A key is answered within a frame; a test machine that runs other tests beside this one may take so long.
const KEY: Duration = Duration::from_millis(500);

/// A server with one database, and a configuration whose account may do everything there.
struct Stage {
    server: PrivateServer,
    config: PathBuf,
    root: Link,
}

impl Stage {
    async fn set() -> Self {
        let server = launcher().start().await.unwrap();
        let mut root = link(&server.root()).await;
        for statement in [
            "CREATE DATABASE svc_one",
            "CREATE TABLE svc_one.notes (id INT PRIMARY KEY, pad CHAR(200))",
            "INSERT INTO svc_one.notes VALUES (1, 'a'), (2, 'b')",
            "CREATE TABLE svc_one.events (id INT PRIMARY KEY, at TIMESTAMP NOT NULL)",
            "INSERT INTO svc_one.events VALUES (1, '2020-01-01'), (2, '2020-01-01'), (3, NOW())",
            "CREATE USER deck@localhost IDENTIFIED BY 'only-for-this-test'",
            "GRANT ALL ON *.* TO deck@localhost",
        ] {
            root.execute(statement.to_owned()).await.unwrap();
        }
        let config = server.directory().join("config.yaml");
        let socket = server.socket();
        let text = format!(
            "mysql:\n  one:\n    socket: {}\n    user: deck\n    password: only-for-this-test\n    database: svc_one\n\
             ledger:\n  database: one\n\
             retention:\n  old: {{database: one, table: events, time: at, keep: 30d}}\n",
            socket.display()
        );
        std::fs::write(&config, text).unwrap();
        Self { server, config, root }
    }

    /// A console that shows the tables.
    fn tables(&self) -> Terminal {
        let mut terminal = Terminal::open(&self.config, SIZE);
        terminal.wait_for("figures", |screen| screen.contains("● live"));
        terminal.press("4");
        terminal.wait_for("the table", |screen| screen.contains(" notes"));
        terminal
    }

    /// A console with a job that cannot go on: somebody has the table.
    async fn held(&mut self) -> (Terminal, Link) {
        let mut other = link(&self.server.root()).await;
        other.execute("LOCK TABLES svc_one.notes WRITE, svc_one.events WRITE".to_owned()).await.unwrap();
        let mut terminal = self.tables();
        approve(&mut terminal, "o");
        terminal.press("1");
        terminal.wait_for("a job that is held up", |screen| screen.contains("next try in"));
        (terminal, other)
    }

    async fn recorded(&mut self) -> Vec<String> {
        rows(&mut self.root, 2, "SELECT operation, state FROM svc_one.dbdeck_jobs ORDER BY id").await
    }
}

/// Presses the key of an operation, and approves its plan.
fn approve(terminal: &mut Terminal, key: &str) {
    terminal.press(key);
    terminal.wait_for("a question with Cancel marked", |screen| screen.contains("[ Cancel ]"));
    terminal.press("\t");
    terminal.wait_for("the other button", |screen| screen.contains("[ Run ]"));
    terminal.press("\r");
}

#[tokio::test]
async fn a_job_is_asked_for_approved_run_recorded_and_found() {
    let mut stage = Stage::set().await;
    let mut terminal = stage.tables();
    terminal.press("o");
    terminal.wait_for("the plan and the first consent", |screen| {
        screen.contains("keeps its record in tables of its own in one") && screen.contains("[ Cancel ]")
    });
    terminal.press("\r");
    terminal.wait_for("nothing", |screen| !screen.contains("[ Cancel ]"));
    let tables = "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_NAME LIKE 'dbdeck%'";
    assert_eq!(rows(&mut stage.root, 1, tables).await, ["0"], "Cancel creates nothing");
    approve(&mut terminal, "o");
    terminal.wait_for("the end, told", |screen| screen.contains("#1 maintain optimize on one done"));
    terminal.press("7");
    terminal.wait_for("the job", |screen| screen.contains("✓ done") && screen.contains("maintain optimize"));
    terminal.press("\r");
    terminal.wait_for("its steps", |screen| screen.contains("steps") && screen.contains("dbdeck maintain optimize"));
    assert_eq!(stage.recorded().await, ["maintain optimize|done"]);
    let mut other = Terminal::open(&stage.config, SIZE);
    other.press("7");
    other.wait_for("the same job in another console", |screen| screen.contains("✓ done"));
}

#[tokio::test]
async fn quitting_asks_and_cancels_when_told_to() {
    let mut stage = Stage::set().await;
    let (mut terminal, _other) = stage.held().await;
    terminal.press("q");
    terminal.wait_for("the question", |screen| screen.contains("quit while jobs run?") && screen.contains("[ Stay ]"));
    terminal.press("\x1b");
    terminal.wait_for("no question", |screen| !screen.contains("quit while jobs run?"));
    terminal.press("q");
    terminal.wait_for("the question", |screen| screen.contains("[ Stay ]"));
    terminal.press("\x1b[Z");
    terminal.wait_for("the last button", |screen| screen.contains("[ Cancel them ]"));
    terminal.press("\r");
    let (code, time) = terminal.wait_end(terminal::LIMIT);
    eprintln!("ended with {code} after {time:?}");
    assert_eq!((code, stage.recorded().await), (0, vec!["maintain optimize|cancelled".to_owned()]));
}

#[tokio::test]
async fn waiting_ends_when_the_job_does() {
    let mut stage = Stage::set().await;
    let (mut terminal, mut other) = stage.held().await;
    terminal.press("q");
    terminal.wait_for("the question", |screen| screen.contains("[ Stay ]"));
    terminal.press("\t");
    terminal.wait_for("wait", |screen| screen.contains("[ Wait for them ]"));
    terminal.press("\r");
    terminal.wait_for("waiting", |screen| screen.contains("waiting for the jobs"));
    other.execute("UNLOCK TABLES".to_owned()).await.unwrap();
    let (code, time) = terminal.wait_end(terminal::LIMIT);
    eprintln!("ended with {code} after {time:?}");
    assert_eq!((code, stage.recorded().await), (0, vec!["maintain optimize|done".to_owned()]));
}

#[tokio::test]
async fn another_process_goes_on_with_a_job_that_was_handed_over() {
    let mut stage = Stage::set().await;
    // A row that somebody changes: removing it waits, looking at it does not.
    let mut other = link(&stage.server.root()).await;
    other.execute("START TRANSACTION".to_owned()).await.unwrap();
    other.execute("UPDATE svc_one.events SET at = at WHERE id = 1".to_owned()).await.unwrap();
    let mut terminal = stage.tables();
    terminal.press("1");
    terminal.wait_for("the overview", |screen| screen.contains("Needs attention"));
    terminal.press("c");
    terminal.wait_for("the name to type", |screen| screen.contains("type the database's name, one"));
    terminal.press("one\t");
    terminal.wait_for("the other button", |screen| screen.contains("[ Run ]"));
    terminal.press("\r");
    terminal.wait_for("a running job", |screen| screen.contains("#1 cleanup"));
    terminal.press("q");
    terminal.wait_for("the question", |screen| screen.contains("[ Stay ]"));
    terminal.press("\t\t");
    terminal.wait_for("hand over", |screen| screen.contains("[ Hand over ]"));
    terminal.press("\r");
    let (code, time) = terminal.wait_end(terminal::LIMIT);
    eprintln!("ended with {code} after {time:?}");
    other.execute("ROLLBACK".to_owned()).await.unwrap();
    let both = ["cleanup|handed_over", "cleanup|done"];
    let began = Instant::now();
    while stage.recorded().await != both {
        assert!(began.elapsed() < terminal::LIMIT, "nobody went on: {:?}", stage.recorded().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let resumed = "SELECT COUNT(*) FROM svc_one.dbdeck_jobs a JOIN svc_one.dbdeck_jobs b ON b.resumes = a.uid";
    assert_eq!(rows(&mut stage.root, 1, resumed).await, ["1"]);
    assert_eq!(rows(&mut stage.root, 1, "SELECT id FROM svc_one.events").await, ["3"]);
}

#[tokio::test]
async fn a_frozen_server_holds_up_its_job_and_no_key() {
    let mut stage = Stage::set().await;
    let (mut terminal, _other) = stage.held().await;
    kill_process(stage.server.pid(), Signal::STOP).unwrap();
    terminal.wait_for("since when", |screen| screen.contains("the server has not answered for"));
    for (key, shows) in [("7", "operation"), ("2", "statement"), ("1", "Needs attention")] {
        terminal.press(key);
        let time = terminal.wait_within(KEY, "the other screen", |screen| screen.contains(shows));
        eprintln!("{key} while the job's server is frozen: {time:.1?}");
    }
    kill_process(stage.server.pid(), Signal::CONT).unwrap();
    terminal.press("x");
    terminal.wait_for("the question", |screen| screen.contains("[ Let it run ]"));
    terminal.press("\t\r");
    terminal.wait_for("the end", |screen| screen.contains("maintain optimize on one cancelled"));
    assert_eq!(stage.recorded().await, ["maintain optimize|cancelled"]);
}

#[tokio::test]
async fn a_signal_ends_the_console_and_its_jobs_at_a_point_where_nothing_is_half_done() {
    let mut stage = Stage::set().await;
    let (mut terminal, _other) = stage.held().await;
    terminal.signal(Signal::TERM);
    let (code, time) = terminal.wait_end(Duration::from_secs(8));
    eprintln!("ended with {code} after {time:?}");
    let states = stage.recorded().await;
    assert_eq!((code, states.len()), (0, 1));
    let state = states[0].rsplit('|').next().unwrap();
    assert!(["handed_over", "running", "interrupted"].contains(&state), "{states:?}");
}

#[tokio::test]
async fn a_running_job_is_cancelled_from_the_overview() {
    let mut stage = Stage::set().await;
    let (mut terminal, _other) = stage.held().await;
    terminal.press("x");
    terminal.wait_for("the question", |screen| screen.contains("[ Let it run ]"));
    terminal.press("\t\r");
    terminal.wait_for("the end", |screen| screen.contains("maintain optimize on one cancelled"));
    assert_eq!(stage.recorded().await, ["maintain optimize|cancelled"]);
}

#[tokio::test]
async fn read_only_plans_nothing_and_says_why() {
    let stage = Stage::set().await;
    let mut command = terminal::console(&stage.config);
    command.arg("--read-only");
    let mut terminal = Terminal::run(command, SIZE, terminal::Control::Controlling);
    terminal.wait_for("figures", |screen| screen.contains("● live") && screen.contains("READ-ONLY"));
    for keys in ["o", "c", "4o"] {
        terminal.press(keys);
        terminal.wait_for("the reason", |screen| screen.contains("is off: dbdeck is in read-only mode"));
        terminal.press("j");
        terminal.wait_for("no reason", |screen| !screen.contains("is off: dbdeck"));
    }
}
