//! Migrations in the console, on a real server: a file is written in the editor pane, changed in the operator's own editor,
//! planned and applied by keys.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

mod common;
#[path = "common/service.rs"]
mod service;
#[path = "common/terminal.rs"]
mod terminal;

use common::{link, rows};
use terminal::{Control, LIMIT, Terminal, console};

const TAB: &str = "\t";
const CTRL_S: &str = "\x13";
const ESC: &str = "\x1b";

/// Adds a statement to the file that it is given, as an editor would.
const EDITOR: &str =
    "sh -c 'printf \"CREATE TABLE IF NOT EXISTS made (id INT PRIMARY KEY);\\n\" >> \"$0\"; printf edited'";

#[tokio::test]
async fn a_migration_is_written_edited_and_applied_by_keys() {
    let server = service::service(&["one", "two"]).await;
    let mut root = link(&server.root()).await;
    root.execute("GRANT ALL ON *.* TO watcher@localhost").await.unwrap();
    let config = service::configuration(&[("one", &server), ("two", &server)]);
    let directory = server.directory().join("scripts");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}migrations: {{directory: {}}}\n", directory.display())).unwrap();
    let mut command = console(&config);
    command.env("EDITOR", EDITOR);
    command.env("XDG_STATE_HOME", server.directory());
    let mut terminal = Terminal::run(command, (120, 40), Control::Controlling);

    terminal.press("5");
    terminal.wait_for("no directory yet", |screen| screen.contains("there is no directory"));
    terminal.press("n");
    terminal.wait_for("the form", |screen| screen.contains("new migration") && screen.contains("(all)"));
    terminal.press(&format!("make a table{TAB}one{TAB}A table\r"));
    terminal
        .wait_for("the editor", |screen| screen.contains("_make_a_table.sql") && screen.contains("-- Database: one"));
    terminal.press("\x1b[B\x1b[B\x1b[B\x1b[B\x1b[BSELECT 1;\r");
    terminal.press(CTRL_S);
    terminal.wait_for("the new file", |screen| screen.contains("○ pending") && screen.contains("1 migration"));
    terminal.press("e");
    terminal.wait_for_bytes("the editor's words", b"edited");
    terminal.wait_for("the console again", |screen| screen.contains("○ pending"));
    terminal.press("\r");
    terminal.wait_for("what was added", |screen| screen.contains("CREATE TABLE IF NOT EXISTS made"));
    terminal.press(ESC);
    terminal.wait_for("the list", |screen| screen.contains("m migrate"));
    terminal.press("m");
    terminal.wait_for("the question", |screen| screen.contains("Cancel") || screen.contains("[ "));
    terminal.press("\t\r");
    terminal.wait_within(LIMIT, "it is applied", |screen| screen.contains("✓ applied"));
    terminal.press("\r");
    terminal.wait_for("its statements", |screen| screen.matches("✓ ").count() >= 2 && screen.contains("CREATE TABLE"));
    terminal.press("q");
    assert_eq!(terminal.wait_end(LIMIT).0, 0);
    let there = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'svc_one' AND table_name = 'made'";
    assert_eq!(rows(&mut root, 1, there).await, ["1"]);
    let files: Vec<_> = std::fs::read_dir(&directory).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    server.stop().await.unwrap();
}
