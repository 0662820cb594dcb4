//! The end: what was made, the password that is shown once, and what to type next.

use super::plan::{of_difference, shown_once};
use super::words;
use crate::setup::Answers;
use crate::tui::setup::Guide;
use crate::tui::theme::Role;
use crate::tui::view::reader::Line;

/// The lines.
pub fn lines(guide: &Guide, columns: usize) -> Vec<Line> {
    let Answers { config, .. } = guide.flow.answers();
    let mut lines = shown_once(guide, columns);
    lines.extend(words(
        &format!("The configuration is {}; only you can read it.", config.display()),
        Role::Text,
        columns,
    ));
    lines.extend(verdict(guide, columns));
    lines.push(Line::new());
    lines.extend(words("What comes next", Role::Strong, columns));
    let option = format!(" --config {}", config.display());
    for (command, what) in NEXT {
        lines.push(vec![(format!("  dbdeck {command:<20}"), Role::Key), (what.to_owned(), Role::Text)]);
    }
    lines.extend(words(&format!("  Say{option} with each of them from another directory."), Role::Quiet, columns));
    let left: Vec<_> = guide.flow.steps().iter().flat_map(|step| &step.differences).collect();
    if !left.is_empty() {
        lines.push(Line::new());
        lines.extend(words("Left as it was, because it is not as chosen:", Role::Warn, columns));
        lines.extend(left.into_iter().flat_map(|difference| of_difference(difference, columns)));
    }
    lines
}

/// Commands, without the program's name.
const NEXT: [(&str, &str); 5] = [
    ("", "the console"),
    ("status --check", "whether anything needs attention"),
    ("doctor", "what each feature needs, and whether it is there"),
    ("doctor --isolation", "the same proof, any day"),
    ("setup", "this guide again: it keeps what is right"),
];

fn verdict(guide: &Guide, columns: usize) -> Vec<Line> {
    match guide.flow.matrix() {
        Some(matrix) if !matrix.is_right() => words(
            "▲ The proof found something that is not as it should be: `dbdeck doctor --isolation`.",
            Role::Warn,
            columns,
        ),
        _ => Vec::new(),
    }
}
