//! Words that belong to one place: the driver, the terminal, the environment, the flavors.

use crate::source::{Source, identifiers};
use crate::{Complaints, allows, obeys, refuses};

#[test]
fn only_the_server_layer_knows_the_driver() {
    obeys(drivers);
    allows(drivers, "server/conn.rs", "use sqlx::Row;");
    allows(drivers, "tui/mod.rs", "//! sqlx is far away\nlet a = \"sqlx\";");
    refuses(drivers, "sample/mod.rs", "fn f() -> sqlx::Error {}", "`sqlx`");
}

fn drivers(sources: &[Source]) -> Complaints {
    let outside = sources.iter().filter(|source| source.top() != "server");
    named(outside, Source::shipped_code, |word, _| matches!(word, "sqlx" | "mysql_async"), "belongs to `server`")
}

/// Files that own the terminal while the console runs.
const TERMINAL: [&str; 2] = ["tui/runtime", "tui/terminal"];

#[test]
fn only_the_runtime_and_the_command_line_touch_the_terminal() {
    obeys(terminals);
    allows(terminals, "tui/runtime.rs", "use crossterm::event::EventStream;");
    allows(terminals, "tui/runtime/keys.rs", "use crossterm::event::EventStream;");
    allows(terminals, "cli/status.rs", "fn f() { println!(\"a\"); std::io::stdout(); }");
    allows(terminals, "sample/mod.rs", "command.stdout(Stdio::piped())");
    refuses(terminals, "tui/view/mod.rs", "use crossterm::style::Color;", "`crossterm`");
    refuses(terminals, "server/conn.rs", "fn f() { eprintln!(\"a\") }", "`eprintln`");
    refuses(terminals, "demo/mod.rs", "fn f() { io::stdout() }", "`stdout`");
}

fn terminals(sources: &[Source]) -> Complaints {
    let owns = |source: &Source| source.top() == "cli" || TERMINAL.iter().any(|owner| source.path.starts_with(owner));
    let is_terminal = |word: &str, around: Around<'_>| match word {
        "crossterm" => true,
        "print" | "println" | "eprint" | "eprintln" => around.after.starts_with('!'),
        "stdin" | "stdout" | "stderr" => around.after.starts_with('(') && around.before.ends_with("io::"),
        _ => false,
    };
    let outside = sources.iter().filter(|source| !owns(source));
    named(outside, Source::shipped_code, is_terminal, "belongs to `tui::runtime` and `cli`")
}

/// Files that may look at the process, and why.
const PROCESS: [(&str, &str); 5] = [
    ("main.rs", "reads the arguments and the environment, and exits"),
    ("secret.rs", "`password_env` names a variable that must not be read before the password is needed"),
    ("cli/", "is told by `main` what to do, and gives back the exit code"),
    ("demo/launcher/home.rs", "private servers live in the system's directory for temporary files"),
    ("demo/launcher/program.rs", "servers are looked for along the search path"),
];

#[test]
fn only_main_looks_at_the_process() {
    obeys(processes);
    allows(processes, "main.rs", "fn main() { std::env::args(); std::process::exit(1) }");
    allows(processes, "server/conn.rs", "const A: &str = env!(\"CARGO_PKG_VERSION\"); command.env(a, b);");
    refuses(processes, "config/load.rs", "fn f() { std::env::var(\"HOME\") }", "`env`");
    refuses(processes, "config/load.rs", "use std::env;", "`env`");
    refuses(processes, "job/runner.rs", "fn f() { process::exit(2) }", "`exit`");
}

fn processes(sources: &[Source]) -> Complaints {
    let may = |source: &Source| PROCESS.iter().any(|(path, _)| source.path.starts_with(path));
    let is_process = |word: &str, around: Around<'_>| match word {
        "env" => around.after.starts_with("::") || around.before.ends_with("std::"),
        "exit" | "abort" => around.before.ends_with("process::"),
        "ExitCode" => true,
        _ => false,
    };
    let outside = sources.iter().filter(|source| !may(source));
    named(outside, Source::shipped_code, is_process, "belongs to `main`; hand the value down")
}

/// Places that may name a flavor, and why.
const FLAVORS: [(&str, &str); 4] = [
    ("server/dialect.rs", "decides which server it is"),
    ("server/caps.rs", "turns the flavor into capabilities"),
    ("config/", "the section of the databases is called `mysql`"),
    ("demo/launcher/", "has to know programs, packages and how each server is initialised"),
];

#[test]
fn flavors_are_named_in_the_dialect_only() {
    obeys(flavors);
    allows(flavors, "server/caps.rs", "match flavor { Flavor::MySql => 1, Flavor::MariaDb => 2 }");
    allows(flavors, "server/conn.rs", "use sqlx::mysql::MySqlConnection; // MariaDB");
    allows(flavors, "server/read/slow_log.rs", "\"FROM mysql.slow_log\"; \"[mysqld]\"; \"trx_mysql_thread_id\"");
    allows(flavors, "demo/config.rs", "\"mysql:\\n  client:\\n\"");
    refuses(flavors, "server/read/sizes.rs", "if caps.flavor == Flavor::MariaDb {}", "`MariaDb`");
    refuses(flavors, "tui/view/mod.rs", "text(\"a MySQL server\")", "`MySQL`");
}

fn flavors(sources: &[Source]) -> Complaints {
    let may = |source: &Source| FLAVORS.iter().any(|(path, _)| source.path.starts_with(path));
    let is_flavor = |word: &str, around: Around<'_>| match word.to_ascii_lowercase().as_str() {
        "mariadb" => true,
        "mysql" => !is_something_else(around),
        _ => false,
    };
    let outside = sources.iter().filter(|source| !may(source));
    named(outside, Source::shipped_words, is_flavor, "is a flavor; ask `server::caps` for what it can do")
}

/// The driver's module, the server's own schema (`mysql.slow_log`), the configuration's section (`mysql:`).
fn is_something_else(around: Around<'_>) -> bool {
    let mut after = around.after.chars();
    match (after.next(), after.next()) {
        (Some('.'), Some(next)) => next.is_ascii_lowercase() || next == '*',
        (Some(':'), Some(next)) => next != ':' || around.before.ends_with("sqlx::"),
        _ => false,
    }
}

/// The text before and after a word.
#[derive(Clone, Copy)]
struct Around<'a> {
    before: &'a str,
    after: &'a str,
}

fn named<'a>(
    sources: impl Iterator<Item = &'a Source>,
    view: impl Fn(&Source) -> &str,
    is_meant: impl Fn(&str, Around<'_>) -> bool,
    verdict: &str,
) -> Complaints {
    let mut complaints = Complaints::new();
    for source in sources {
        let text = view(source);
        for (place, word) in identifiers(text) {
            let around = Around { before: &text[..place], after: &text[place + word.len()..] };
            if is_meant(word, around) {
                complaints.push(format!("{}: `{word}` {verdict}", source.place(place)));
            }
        }
    }
    complaints
}
