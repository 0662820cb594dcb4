//! One database: its health in the title, its four figures, the largest tables and the slowest statements below.

use std::iter;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::sample::slow::SlowPattern;
use crate::sample::{DatabaseSnapshot, Ring, ServerSnapshot, State};
use crate::server::Unavailable;
use crate::server::error::Lack;
use crate::text::{fold, width};
use crate::tui::model::Model;
use crate::tui::screen::tables::per_hour;
use crate::tui::theme::Role;
use crate::tui::widget::{chart, framed, sparkline, write, write_right};
use crate::units::{Bytes, DatabaseName, Span};

/// One line of the pane: texts from the left, and one that stands at the right edge.
#[derive(Default)]
struct Line {
    left: Vec<(String, Role)>,
    right: Option<(String, Role)>,
    /// Whether the left gives way to the right, and not the other way round.
    shortens: bool,
}

impl Line {
    fn of(text: impl Into<String>, role: Role) -> Self {
        Self { left: vec![(text.into(), role)], ..Self::default() }
    }

    /// The columns that the text on the right must leave: a figure is worth more than its comment, and the size of a
    /// table more than the end of its name.
    fn least_width(&self) -> usize {
        let whole = self.left.iter().map(|(text, _)| width(text)).sum();
        if self.shortens { NAME.min(whole) } else { whole }
    }

    fn faded(mut self) -> Self {
        self.left.iter_mut().chain(&mut self.right).for_each(|(_, role)| *role = Role::Quiet);
        self
    }
}

/// So many columns of a table's name tell which one it is.
const NAME: usize = 8;

/// The columns of a label.
const LABEL: usize = 8;

/// Draws the pane.
pub fn draw(model: &Model, name: &DatabaseName, selected: bool, buffer: &mut Buffer, area: Rect) {
    let inner = framed(model, buffer, area, &name.0, selected);
    let Some((database, server)) = model.picture.database(name) else { return };
    let now = model.now.instant;
    let state = server.state(now);
    title(model, &state, buffer, Rect { x: area.x + 3 + u16::try_from(width(&name.0)).unwrap_or(0), ..area });
    let lines = lines(database, server, &state, now, inner);
    for (y, line) in (inner.y..inner.bottom()).zip(lines) {
        draw_line(model, &line, buffer, Rect { y, height: 1, ..inner });
    }
}

fn title(model: &Model, state: &State, buffer: &mut Buffer, area: Rect) {
    let (text, role) = match state {
        State::Connecting => ("○ connecting".to_owned(), Role::Quiet),
        State::Live => ("● live".to_owned(), Role::Good),
        State::Stale { age } => (format!("▲ STALE {}", Span(*age)), Role::Warn),
        State::Down { age, .. } => (format!("✗ DOWN {}", Span(*age)), Role::Bad),
    };
    write(buffer, area.x, area.y, area.width.saturating_sub(5), &format!("{text} "), model.style(role));
}

fn draw_line(model: &Model, line: &Line, buffer: &mut Buffer, row: Rect) {
    let mut end = row.right();
    let (left, room) = (line.least_width(), usize::from(row.width.saturating_sub(2)));
    if let Some((text, role)) = line.right.as_ref().filter(|(text, _)| left + 1 + width(text) <= room) {
        end = write_right(buffer, row, row.y, text, model.style(*role)).saturating_sub(1);
    }
    let mut x = row.x + 1;
    for (text, role) in &line.left {
        x = write(buffer, x, row.y, end.saturating_sub(x), text, model.style(*role));
    }
}

/// Everything there is to say, the important first; what does not fit is not drawn.
fn lines(database: &DatabaseSnapshot, server: &ServerSnapshot, state: &State, now: Instant, inner: Rect) -> Vec<Line> {
    let columns = usize::from(inner.width.saturating_sub(2));
    let mut lines = trouble(state, server, now, columns);
    if server.answered.is_none() {
        return lines;
    }
    let room = usize::from(inner.height).saturating_sub(lines.len());
    let figures = figures(database, server, now, (columns, room));
    match state {
        State::Live | State::Connecting => lines.extend(figures),
        State::Stale { .. } | State::Down { .. } => lines.extend(figures.into_iter().map(Line::faded)),
    }
    lines
}

fn figures(
    database: &DatabaseSnapshot,
    server: &ServerSnapshot,
    now: Instant,
    (columns, room): (usize, usize),
) -> Vec<Line> {
    let mut lines = vec![connections(database, columns), queries(database, server, columns), size(database)];
    let slow: Vec<&SlowPattern> = of_schema(server, &database.schema).collect();
    let remedies = remedies(database, columns);
    let left = room.saturating_sub(lines.len() + 1 + remedies.len());
    let migrations = (left > 0).then(|| migrations(database, columns));
    let left = left - usize::from(migrations.is_some());
    let slowest = slow.len().min(left / 3);
    lines.extend(largest(database, left - slowest));
    lines.extend(migrations);
    lines.push(slow_line(server, &slow, now));
    lines.extend(slow.iter().take(slowest).map(|pattern| slow_pattern(pattern)));
    lines.extend(remedies);
    let left = room.saturating_sub(lines.len());
    lines.extend(charts(database, server.interval, (columns, left)));
    lines
}

/// The least height of a chart that says more than a line of bars.
const CHART: usize = 3;
/// Beyond that height it says no more.
const TALLEST: usize = 8;
/// Readings in one column: five minutes fit, and a chart that moves every second would be most of what is sent.
const GROUP: usize = 5;

/// On a large terminal: what the two lines of bars show, higher and for longer.
fn charts(database: &DatabaseSnapshot, interval: Duration, (columns, room): (usize, usize)) -> Vec<Line> {
    let height = (room / 2).saturating_sub(2).min(TALLEST);
    if height < CHART {
        return Vec::new();
    }
    let both = [("connections", &database.connection_history), ("queries/s", &database.query_history)];
    let mut lines = Vec::new();
    for (title, history) in both.into_iter().filter(|(_, history)| history.max().is_some()) {
        let values = history.grouped(GROUP);
        let top = values.iter().rev().take(columns).flatten().copied().fold(0.0_f32, f32::max);
        let groups = u32::try_from(values.len().min(columns) * GROUP).unwrap_or(u32::MAX);
        let span = interval.saturating_mul(groups);
        let mut heading = Line::of(title, Role::Quiet);
        heading.right = Some((format!("highest {top:.0} in {}", Span(span)), Role::Quiet));
        lines.extend([Line::default(), heading]);
        lines.extend(chart(&values, columns, height).into_iter().map(|bars| Line::of(bars, Role::Chart)));
    }
    lines
}

/// Why there are no fresh figures, and when the next attempt is.
fn trouble(state: &State, server: &ServerSnapshot, now: Instant, columns: usize) -> Vec<Line> {
    let State::Down { why, next_try, .. } = state else { return Vec::new() };
    let mut lines: Vec<Line> = fold(why, columns).into_iter().take(5).map(|text| Line::of(text, Role::Bad)).collect();
    lines.push(Line::of(format!("next try in {}", Span(*next_try)), Role::Text));
    if let Some(answered) = server.answered {
        let age = Span(now.saturating_duration_since(answered));
        lines.push(Line::of(format!("figures {age} old:"), Role::Text));
    }
    lines
}

fn figure(label: &str, value: String, role: Role) -> Line {
    Line { left: vec![(format!("{label:<LABEL$}"), Role::Quiet), (value, role)], ..Line::default() }
}

/// A figure with its history in the room that is left, and a word at the right where there is enough.
fn charted(mut line: Line, value_columns: usize, history: &Ring, right: String, columns: usize) -> Line {
    let left: usize = line.left.iter().map(|(text, _)| width(text)).sum();
    let start = left.max(LABEL + value_columns) + 1;
    let pad = " ".repeat(start - left);
    let word = width(&right) + 1;
    let with_word = columns.checked_sub(start + word).filter(|room| *room >= 6);
    let room = with_word.unwrap_or_else(|| columns.saturating_sub(start)).min(40);
    if room >= 3 {
        line.left.push((pad, Role::Text));
        line.left.push((sparkline(history, room), Role::Chart));
    }
    line.right = with_word.filter(|_| !right.is_empty()).map(|_| (right, Role::Quiet));
    line
}

fn connections(database: &DatabaseSnapshot, columns: usize) -> Line {
    match &database.connections {
        None => figure("conns", "not read yet".to_owned(), Role::Quiet),
        Some(Err(lack)) => figure("conns", lacking(lack).to_owned(), Role::Warn),
        Some(Ok(count)) => {
            let line = figure("conns", format!("{count:>3} of {}", database.pool_limit), Role::Strong);
            let max = database.connection_history.max().map(|max| format!("max {max}")).unwrap_or_default();
            charted(line, 10, &database.connection_history, max, columns)
        }
    }
}

/// Statements per second of the database; of the whole server, and said so, where it has no figure of its own.
fn queries(database: &DatabaseSnapshot, server: &ServerSnapshot, columns: usize) -> Line {
    let mean = database.mean_time.map(|mean| Span(mean).to_string()).unwrap_or_default();
    let (text, right) = match (&database.queries, server.rates.queries) {
        (Some(Ok(rate)), _) => (format!("{rate:>5}"), mean),
        (Some(Err(_)), Some(rate)) if columns < 28 => (format!("{rate:>5} server"), String::new()),
        (Some(Err(_)), Some(rate)) => (format!("{rate:>5} whole server"), String::new()),
        (None, _) | (_, None) => return figure("queries", "counting".to_owned(), Role::Quiet),
    };
    charted(figure("queries", text, Role::Strong), 10, &database.query_history, right, columns)
}

fn size(database: &DatabaseSnapshot) -> Line {
    match database.bytes() {
        None => figure("size", "not read yet".to_owned(), Role::Quiet),
        Some(Err(lack)) => figure("size", lacking(&lack).to_owned(), Role::Warn),
        Some(Ok(bytes)) => {
            let mut line = figure("size", bytes.to_string(), Role::Strong);
            line.right = database.growth().map(|growth| (per_hour(growth.per_hour()), Role::Quiet));
            line
        }
    }
}

/// What is applied, and everything that is not as it should be; the shorter label where the longer leaves too little room.
fn migrations(database: &DatabaseSnapshot, columns: usize) -> Line {
    let told = migration_words(database);
    let length: usize = told.iter().map(|(text, _)| width(text)).sum();
    let label = "migrations ";
    let label = if width(label) + length <= columns { label.to_owned() } else { format!("{:<LABEL$}", "migr") };
    Line { left: [vec![(label, Role::Quiet)], told].concat(), ..Line::default() }
}

/// `14 ✓`, and the worst of the others first: the end gives way.
fn migration_words(database: &DatabaseSnapshot) -> Vec<(String, Role)> {
    let stand = match database.migrations.as_ref().map(|reading| &reading.value) {
        None => return vec![("not read yet".to_owned(), Role::Quiet)],
        Some(Err(lack)) => return vec![(lacking(lack).to_owned(), Role::Warn)],
        Some(Ok(stand)) => stand,
    };
    let counts = stand.standings.counts();
    if let Some(thread) = stand.at_work {
        return vec![(format!("thread {thread} applies"), Role::Warn)];
    }
    match (counts.all(), stand.catalogue.missing) {
        (0, true) => return vec![("no directory".to_owned(), Role::Quiet)],
        (0, false) => return vec![("none".to_owned(), Role::Text)],
        _ => {}
    }
    let others = counts.words().into_iter().filter(|(_, word)| *word != "applied").rev();
    let role = |word| if word == "pending" { Role::Warn } else { Role::Bad };
    let others = others.map(|(count, word)| (format!("  {count} {word}"), role(word)));
    iter::once((format!("{} ✓", counts.applied), Role::Text)).chain(others).collect()
}

/// The state of a figure that is not there; empty, forbidden and unknown never look alike.
fn lacking(lack: &Unavailable) -> &'static str {
    match lack.kind {
        Lack::Permission => "NOT PERMITTED",
        Lack::Setting => "OFF",
        Lack::Answer => "no answer",
        Lack::Absent => "NO SUCH DATABASE",
    }
}

/// What would make the missing figures visible, ready to copy, once.
fn remedies(database: &DatabaseSnapshot, columns: usize) -> Vec<Line> {
    let lacks = [
        database.connections.as_ref().and_then(|known| known.as_ref().err()),
        database.tables.as_ref().and_then(|tables| tables.value.as_ref().err()),
        database.migrations.as_ref().and_then(|migrations| migrations.value.as_ref().err()),
    ];
    let remedies = lacks.into_iter().flatten().map(|lack| lack.remedy.as_str());
    let mut remedies: Vec<&str> = remedies.filter(|remedy| !remedy.is_empty()).collect();
    remedies.dedup();
    remedies.iter().flat_map(|remedy| fold(remedy, columns)).map(|text| Line::of(text, Role::Warn)).collect()
}

fn largest(database: &DatabaseSnapshot, count: usize) -> Vec<Line> {
    let tables = database.tables.as_ref().and_then(|tables| tables.value.as_ref().ok());
    let tables = tables.into_iter().flat_map(|tables| tables.iter());
    let lines = tables.filter(|table| table.bytes > Bytes(0)).map(|table| Line {
        left: vec![(format!("  {}", table.name), Role::Text)],
        right: Some((table.bytes.to_string(), Role::Text)),
        shortens: true,
    });
    lines.take(count).collect()
}

fn of_schema<'a>(server: &'a ServerSnapshot, schema: &'a str) -> impl Iterator<Item = &'a SlowPattern> {
    server.slow.iter().filter(move |pattern| pattern.schema.as_deref() == Some(schema))
}

fn slow_line(server: &ServerSnapshot, slow: &[&SlowPattern], now: Instant) -> Line {
    if server.transactions.as_ref().is_some_and(|transactions| transactions.value.is_err()) {
        return figure("slow", "own account only".to_owned(), Role::Warn);
    }
    let count: usize = slow.iter().map(|pattern| pattern.count).sum();
    let Some(last) = slow.iter().map(|pattern| pattern.last_seen).max() else {
        return figure("slow", "none in 5 min".to_owned(), Role::Text);
    };
    let mut line = figure("slow", format!("{count} in 5 min"), Role::Warn);
    let age = now.saturating_duration_since(last);
    let when = if age.as_secs() == 0 { "now".to_owned() } else { format!("{} ago", Span(age)) };
    line.right = Some((when, Role::Quiet));
    line
}

fn slow_pattern(pattern: &SlowPattern) -> Line {
    let head = format!("  {} ×{} ", Span(pattern.longest), pattern.count);
    Line { left: vec![(head, Role::Warn), (pattern.fingerprint.clone(), Role::Text)], ..Line::default() }
}
