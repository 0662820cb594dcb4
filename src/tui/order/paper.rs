//! A plan as text: the same words in a question and in an answer.

use super::Sketch;
use crate::op::{Plan, Step};
use crate::text::{fold, width};
use crate::tui::theme::Role;
use crate::units::{Bytes, Rows};

/// A line before it is folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// What it means.
    pub role: Role,
    /// Where its continuation begins when it does not fit.
    pub hang: usize,
}

impl Line {
    /// A line whose continuation is indented as it is itself.
    pub fn new(text: impl Into<String>, role: Role) -> Self {
        let text = text.into();
        let hang = text.len() - text.trim_start().len();
        Self { text, role, hang }
    }

    /// Nothing.
    pub fn blank() -> Self {
        Self::new("", Role::Text)
    }

    /// A mark and a text; the continuation stands below the text.
    fn marked(mark: &str, text: &str, role: Role) -> Self {
        Self { hang: 2, ..Self::new(format!("{mark} {text}"), role) }
    }

    /// Its lines in so many columns.
    pub fn folded(&self, columns: usize) -> impl Iterator<Item = (String, Role)> {
        let hang = self.hang.min(columns / 2);
        let mut pieces = fold(&self.text, columns).into_iter();
        let first = pieces.next().unwrap_or_default();
        let rest = self.text.get(first.len()..).unwrap_or_default().trim_start();
        let rest = if rest.is_empty() { Vec::new() } else { fold(rest, columns - hang) };
        let rest = rest.into_iter().map(move |line| format!("{:hang$}{line}", ""));
        std::iter::once(first).chain(rest).map(|line| (line, self.role))
    }
}

/// What would be done, job by job.
pub fn of(sketches: &[Sketch]) -> Vec<Line> {
    let mut lines = Vec::new();
    for sketch in sketches {
        if !lines.is_empty() {
            lines.push(Line::blank());
        }
        lines.extend(job(sketch));
    }
    lines
}

fn job(sketch: &Sketch) -> Vec<Line> {
    let about = sketch.about();
    match &sketch.plan {
        None => vec![Line::new(format!("{about}: being planned"), Role::Quiet)],
        Some(Err(reason)) => vec![Line::marked("✗", &format!("{about}: {reason}"), Role::Bad)],
        Some(Ok(plan)) if plan.is_empty() && plan.refusal.is_none() => {
            let mut lines = vec![Line::marked("✓", &format!("{about}: {}", nothing(plan)), Role::Strong)];
            lines.extend(warnings(plan));
            lines
        }
        Some(Ok(plan)) => whole(&about, plan),
    }
}

fn nothing(plan: &Plan) -> String {
    if plan.summary.is_empty() {
        "there is nothing to do".to_owned()
    } else {
        format!("there is nothing to do: {}", plan.summary)
    }
}

fn warnings(plan: &Plan) -> impl Iterator<Item = Line> {
    plan.warnings.iter().map(|warning| Line::marked("▲", warning, Role::Warn))
}

fn whole(about: &str, plan: &Plan) -> Vec<Line> {
    let mut lines = vec![Line::new(format!("{about}: {}", plan.summary), Role::Strong)];
    lines.extend(plan.refusal.iter().map(|reason| Line::marked("✗", reason, Role::Bad)));
    lines.extend(warnings(plan));
    for (place, step) in plan.steps.iter().enumerate() {
        lines.extend(self::step(place + 1, step));
    }
    lines
}

fn step(number: usize, step: &Step) -> Vec<Line> {
    let sizes = [step.rows.map(|rows| Rows(rows).counted()), step.bytes.map(|bytes| Bytes(bytes).to_string())];
    let sizes: Vec<String> = sizes.into_iter().flatten().collect();
    let sizes = if sizes.is_empty() { String::new() } else { format!("  {}", sizes.join(", ")) };
    let mut lines = vec![Line { hang: 3, ..Line::new(format!("{number}. {}{sizes}", step.title), Role::Text) }];
    let longest = step.facts.iter().map(|(name, _)| width(name)).max().unwrap_or(0).min(24);
    let fact = |(name, value): &(String, String)| {
        let pad = longest.saturating_sub(width(name));
        Line { hang: 5 + longest, ..Line::new(format!("   {name}{:pad$}  {value}", ""), Role::Text) }
    };
    lines.extend(step.facts.iter().map(fact));
    let statements = step.sql.iter().flat_map(|statement| statement.lines());
    lines.extend(statements.map(|line| Line::new(format!("   {line}"), Role::Key)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_continuation_stands_below_what_it_continues() {
        let check = |line: Line, columns, expected: &[&str]| {
            let folded: Vec<String> = line.folded(columns).map(|(text, _)| text).collect();
            assert_eq!(folded, expected, "{line:?} in {columns}");
        };
        check(Line::blank(), 20, &[""]);
        check(Line::new("one two", Role::Text), 20, &["one two"]);
        check(Line::new("   one two three", Role::Text), 11, &["   one two", "   three"]);
        check(Line::marked("▲", "one two three", Role::Warn), 10, &["▲ one two", "  three"]);
        check(Line { hang: 9, ..Line::new("   kept  one two", Role::Text) }, 13, &["   kept  one", "      two"]);
        check(Line::new("中文中文中文", Role::Text), 6, &["中文中", "文中文"]);
    }
}
