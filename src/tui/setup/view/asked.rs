//! One question: what is asked, the answer being given, what it means, what is wrong with it; and below it all answers of
//! the stage, so that nobody has to remember what was said before.

use super::{indented, words};
use crate::setup::flow::{Kind, Question};
use crate::text::{truncate, width};
use crate::tui::setup::Guide;
use crate::tui::theme::Role;
use crate::tui::view::reader::Line;

/// The lines, in so many columns and at most so many rows.
pub fn lines(guide: &Guide, columns: usize, rows: usize) -> Vec<Line> {
    let questions = guide.flow.questions();
    let Some(question) = questions.get(guide.focus) else { return Vec::new() };
    let mut lines = vec![vec![(question.label.clone(), Role::Strong)]];
    lines.extend(field(guide, question, columns));
    lines.push(Line::new());
    lines
        .extend(question.mistake.iter().flat_map(|sentence| indented(&format!("✗ {sentence}"), Role::Bad, columns, 2)));
    lines.extend(indented(question.help, Role::Text, columns, 2));
    if questions.len() > 1 {
        lines.push(Line::new());
        let left = rows.saturating_sub(lines.len() + 1);
        lines.extend(words(
            &format!("Answers so far ({} of {})", guide.focus + 1, questions.len()),
            Role::Quiet,
            columns,
        ));
        lines.extend(overview(guide, &questions, columns, left));
    }
    lines
}

/// Where the answer is given.
fn field(guide: &Guide, question: &Question, columns: usize) -> Vec<Line> {
    if let Kind::Choice(choices) = &question.kind {
        let wide = choices.iter().map(|(word, _)| width(word)).max().unwrap_or(0);
        return choices.iter().map(|(word, what)| choice(guide, word, what, wide, columns)).collect();
    }
    let shown = tail(&guide.input.shown(), columns.saturating_sub(6));
    let mut line = vec![("  > ".to_owned(), Role::Key), (shown, Role::Text), (" ".to_owned(), Role::Selected)];
    if guide.input.is_password() && guide.input.text.is_empty() {
        line.push((format!(" ({})", question.value), Role::Quiet));
    }
    vec![line]
}

fn choice(guide: &Guide, word: &str, what: &str, wide: usize, columns: usize) -> Line {
    let is_chosen = guide.input.text == word;
    let (mark, role) = if is_chosen { ("▶ ", Role::Key) } else { ("  ", Role::Text) };
    let gap = " ".repeat(wide - width(word) + 2);
    vec![
        (format!("  {mark}"), role),
        (word.to_owned(), if is_chosen { Role::Selected } else { Role::Text }),
        (format!("{gap}{}", truncate(what, columns.saturating_sub(wide + 6))), Role::Quiet),
    ]
}

/// The end of a text that is too long: where the typing happens.
fn tail(text: &str, columns: usize) -> String {
    let mut shown = text;
    while width(shown) > columns {
        let mut chars = shown.chars();
        chars.next();
        shown = chars.as_str();
    }
    shown.to_owned()
}

/// The answers around the one that is being given, as many as there is room for.
fn overview(guide: &Guide, questions: &[Question], columns: usize, rows: usize) -> Vec<Line> {
    let label = questions.iter().map(|question| width(&question.label)).max().unwrap_or(0);
    let first = guide.focus.saturating_sub(rows / 2).min(questions.len().saturating_sub(rows));
    let shown = questions.iter().enumerate().skip(first).take(rows);
    let line = |(place, question): (usize, &Question)| {
        let is_asked = place == guide.focus;
        let (mark, role) = match (is_asked, &question.mistake) {
            (_, Some(_)) => ("✗", Role::Bad),
            (true, None) => ("▶", Role::Key),
            (false, None) => (" ", Role::Quiet),
        };
        let name = format!("{mark} {:<label$}  ", question.label);
        let value = truncate(&question.value, columns.saturating_sub(width(&name) + 2));
        vec![("  ".to_owned(), Role::Text), (name, role), (value, Role::Text)]
    };
    shown.map(line).collect()
}
