//! The command line without any server: exit codes, what goes to which stream, and what is said.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn dbdeck(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbdeck"));
    let empty = Path::new(env!("CARGO_TARGET_TMPDIR"));
    command.args(arguments).env_clear().env("HOME", empty).current_dir(empty).stdin(Stdio::null());
    command
}

/// Runs it; after that the exit code and all words asked for must be there, each on the stream it belongs to.
fn check(arguments: &[&str], code: i32, on_stdout: &[&str], on_stderr: &[&str]) -> Output {
    let output = dbdeck(arguments).output().unwrap();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{stdout}\n{stderr}");
    assert!(on_stdout.iter().all(|words| stdout.contains(words)), "{arguments:?}: {on_stdout:?}\n{stdout}");
    assert!(on_stderr.iter().all(|words| stderr.contains(words)), "{arguments:?}: {on_stderr:?}\n{stderr}");
    assert!(!on_stdout.is_empty() || stdout.is_empty(), "{arguments:?} printed {stdout}");
    assert!(!on_stderr.is_empty() || stderr.is_empty(), "{arguments:?} complained {stderr}");
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn configuration(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

/// Two databases on a socket that does not exist.
fn nowhere() -> tempfile::NamedTempFile {
    let database =
        |name| format!("  {name}:\n    socket: /nonexistent/{name}.sock\n    user: u\n    database: db_{name}\n");
    configuration(&format!("mysql:\n{}{}", database("client"), database("admin")))
}

#[test]
fn help_and_version_are_answers() {
    check(&["--help"], 0, &["status", "doctor", "completions", "Exit codes"], &[]);
    check(&["--version"], 0, &["dbdeck 0.1.0"], &[]);
}

#[test]
fn a_wrong_command_line_is_64_and_says_what_would_be_right() {
    check(&["statu"], 64, &[], &["status"]);
    check(&["status", "--chek"], 64, &[], &["--check"]);
    check(&["--color", "sometimes", "status"], 64, &[], &["auto", "always", "never"]);
    check(&["completions", "tcsh"], 64, &[], &["bash"]);
    check(&["--json"], 64, &[], &["dbdeck status --json"]);
    check(&[], 64, &[], &["needs a terminal", "dbdeck status"]);
}

#[test]
fn an_unknown_database_is_a_usage_error_that_lists_the_names() {
    let file = nowhere();
    let path = file.path().to_str().unwrap();
    check(&["--config", path, "status", "--database", "cleint"], 64, &[], &["\"cleint\"", "client, admin"]);
}

#[test]
fn a_wrong_configuration_is_78_and_said_once() {
    check(&["status"], 78, &[], &["no configuration found", "--config"]);
    check(&["--config", "/nonexistent.yaml", "status"], 78, &[], &["/nonexistent.yaml"]);
    let file = configuration("mysql:\n  client:\n    hots: localhost\n    password: s3cret-word\n");
    let output = check(&["doctor", "--config", file.path().to_str().unwrap()], 78, &[], &[":3:", "hots"]);
    let stderr = text(&output.stderr);
    assert!(!stderr.contains("s3cret"), "{stderr}");
    assert_eq!(stderr.matches("hots").count(), 1, "{stderr}");
}

#[test]
fn completions_know_the_commands() {
    check(&["completions", "bash"], 0, &["_dbdeck", "status", "--read-only"], &[]);
    check(&["completions", "zsh"], 0, &["#compdef dbdeck", "doctor"], &[]);
    check(&["completions", "fish"], 0, &["complete -c dbdeck"], &[]);
}

#[test]
fn a_server_that_cannot_be_reached_is_part_of_the_answer() {
    let file = nowhere();
    let path = file.path().to_str().unwrap();
    check(&["--config", path, "status"], 0, &["client  down", "admin  down", "no such socket"], &[]);
    check(&["--config", path, "status", "--check"], 6, &["critical /nonexistent/client.sock: down"], &[]);
    check(&["--config", path, "doctor"], 6, &["unknown", "connections"], &[]);
    let output = check(&["--config", path, "status", "--json", "--database", "admin"], 0, &["{"], &[]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let databases = document["databases"].as_array().unwrap();
    assert_eq!(databases.len(), 1, "--database chooses");
    let admin = &databases[0];
    assert_eq!((&admin["name"], &admin["health"]), (&"admin".into(), &"down".into()));
    assert!(admin["size_bytes"].is_null() && admin["connections"]["current"].is_null());
    assert!(admin["size_bytes_reason"].as_str().unwrap().contains("no such socket"), "{admin}");
}

#[test]
fn output_is_plain_where_it_has_to_be() {
    let file = nowhere();
    let path = file.path().to_str().unwrap();
    let run = |arguments: &[&str], locale: &str| {
        let output = dbdeck(&["--config", path]).args(arguments).env("LANG", locale).output().unwrap();
        text(&output.stdout)
    };
    assert!(run(&["status"], "C").is_ascii());
    assert!(!run(&["status"], "C.UTF-8").contains('\x1b'), "a pipe gets no colour");
    assert!(run(&["--color", "always", "status"], "C.UTF-8").contains("\x1b[31mdown"));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = dbdeck(&["completions", "bash"]).stdout(writer).stderr(Stdio::piped()).output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}
