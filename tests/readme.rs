//! What the README lists is what the program has: its tables are made from the program's own and compared.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

use dbdeck::cli::args::command;
use dbdeck::ops::OPS;
use dbdeck::tui::keymap::{BINDINGS, offered};
use dbdeck::tui::screen::SCREENS;

/// Compares a block of the README with what it should be; `UPDATE_README=1` writes it instead.
fn check(block: &str, expected: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (begin, end) = (format!("<!-- {block} -->\n"), format!("<!-- /{block} -->"));
    let start = readme.find(&begin).expect("the block begins") + begin.len();
    let stop = readme.find(&end).expect("the block ends");
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, format!("{}{expected}{}", &readme[..start], &readme[stop..])).unwrap();
    } else {
        assert_eq!(&readme[start..stop], expected, "run UPDATE_README=1 cargo test --test readme -- --test-threads 1");
    }
}

#[test]
fn the_readme_lists_every_screen_and_key() {
    let mut table = "| key | where | what it does |\n|---|---|---|\n".to_owned();
    for screen in SCREENS {
        table += &format!("| `{}` | everywhere | {}: {} |\n", screen.key(), screen.title(), screen.doc());
    }
    for meta in OPS.iter().map(|entry| entry.meta) {
        if let Some(key) = meta.key {
            table += &format!("| `{key}` | {} | {} |\n", offered(meta.scope), meta.doc);
        }
    }
    for binding in BINDINGS {
        let keys: Vec<String> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
        table += &format!("| {} | {} | {} |\n", keys.join(" "), binding.context.title(), binding.doc);
    }
    check("keys", &table);
}

#[test]
fn the_readme_lists_every_command() {
    let mut table = "| command | what it does |\n|---|---|\n| `dbdeck` | Open the console |\n".to_owned();
    command().get_subcommands().for_each(|command| table += &lines(command, "dbdeck"));
    check("commands", &table);
}

/// A command, or those below it.
fn lines(command: &clap::Command, before: &str) -> String {
    let name = format!("{before} {}", command.get_name());
    if command.is_subcommand_required_set() {
        return command.get_subcommands().map(|command| lines(command, &name)).collect();
    }
    let about = command.get_about().unwrap().to_string();
    format!("| `{name}` | {} |\n", about.trim_end_matches('.'))
}
