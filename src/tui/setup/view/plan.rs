//! Everything that would be done, with every statement, passwords masked; and how far it is when it is being done.

use super::{indented, words};
use crate::secret::ExposeSecret as _;
use crate::setup::flow::Progress;
use crate::setup::step::{Act, Difference};
use crate::setup::{State, Step};
use crate::tui::setup::Guide;
use crate::tui::setup::update::is_due;
use crate::tui::sql::painted;
use crate::tui::theme::Role;
use crate::tui::view::reader::Line;

/// Before it is done: all of it.
pub fn review(guide: &Guide, columns: usize) -> Vec<Line> {
    if guide.flow.working().is_some() {
        return words("Looking at what is there already …", Role::Text, columns);
    }
    let steps = guide.flow.steps();
    let due = steps.iter().filter(|step| step.is_due()).count();
    let count = match (due, is_due(guide)) {
        (_, false) => "Everything is there already; Enter goes on to the proof.".to_owned(),
        _ => {
            format!("{due} of {} steps are to be done; every statement stands below. y does all of them.", steps.len())
        }
    };
    let mut lines = words(&count, Role::Text, columns);
    lines.push(Line::new());
    for step in steps {
        lines.push(title(step));
        lines.extend(step.differences.iter().flat_map(|difference| of_difference(difference, columns)));
    }
    for step in steps.iter().filter(|step| step.is_due()) {
        lines.push(Line::new());
        lines.push(vec![(step.title.clone(), Role::Strong)]);
        lines.extend(statements(&step.act, columns));
    }
    lines
}

fn title(step: &Step) -> Line {
    let (mark, word, role) = match step.state {
        State::There => ("=", "there", Role::Quiet),
        State::Missing => ("+", "to do", Role::Good),
        State::Differs => ("▲", "differs", Role::Warn),
        State::Blocked => ("✗", "in the way", Role::Bad),
    };
    vec![(format!("{mark} {word:<11}"), role), (step.title.clone(), Role::Text)]
}

/// The indent of what belongs to a step.
const INDENT: usize = 4;

fn statements(act: &Act, columns: usize) -> Vec<Line> {
    let Act::Statements { schema, .. } = act else {
        return act.lines().iter().flat_map(|line| indented(line, Role::Text, columns, INDENT)).collect();
    };
    let before = schema.iter().map(|schema| format!("USE {schema};"));
    let texts = before.chain(act.lines().into_iter().map(|statement| format!("{statement};")));
    let mut lines: Vec<Line> = texts.flat_map(|text| painted(&text, columns.saturating_sub(INDENT))).collect();
    for line in &mut lines {
        line.insert(0, (" ".repeat(INDENT), Role::Text));
    }
    lines
}

/// What is not as chosen, and is left as it is.
pub fn of_difference(difference: &Difference, columns: usize) -> Vec<Line> {
    let mut lines = indented(&difference.what, Role::Warn, columns, INDENT);
    if !difference.remedy.is_empty() {
        lines.extend(indented(&format!("to change it: {}", difference.remedy), Role::Text, columns, INDENT));
    }
    lines
}

/// While it is done, and after: each step with a tick.
pub fn run(guide: &Guide, columns: usize) -> Vec<Line> {
    let steps = guide.flow.steps().iter().zip(guide.flow.progress());
    let mut lines = shown_once(guide, columns);
    for (step, progress) in steps {
        let (mark, word, role) = match progress {
            Progress::Waiting => ("○", "", Role::Quiet),
            Progress::Running => ("●", "at work …", Role::Strong),
            Progress::Done => ("✓", "", Role::Good),
            Progress::Kept => ("=", "was there", Role::Quiet),
            Progress::Left => ("▲", "differs, left as it is", Role::Warn),
            Progress::Failed(_) => ("✗", "failed", Role::Bad),
        };
        lines.push(vec![
            (format!("{mark} "), role),
            (step.title.clone(), if *progress == Progress::Waiting { Role::Quiet } else { Role::Text }),
            (format!("  {word}"), role),
        ]);
    }
    lines
}

/// The password that is shown once: known before it is used, whatever happens then.
pub fn shown_once(guide: &Guide, columns: usize) -> Vec<Line> {
    let Some((name, password)) = guide.flow.shown_once() else { return Vec::new() };
    let mut lines = words("Write this down: it is shown only here, and stored nowhere.", Role::Warn, columns);
    lines.push(vec![("  administrator  ".to_owned(), Role::Quiet), (name.clone(), Role::Strong)]);
    lines
        .push(vec![("  password       ".to_owned(), Role::Quiet), (password.expose_secret().to_owned(), Role::Strong)]);
    lines.push(Line::new());
    lines
}
