//! The guide on the screen: where it is, what it is about, the stage's own lines, the keys. Drawing changes nothing.
//!
//! Reading order: this file (the frame) · [`asked`] (a question) · [`facts`] (what is there) · [`plan`] (every statement, and
//! how far they are) · [`proof`] (accounts × databases × verbs) · [`done`] (what comes next). Each gives lines; this file
//! places them.

pub mod asked;
pub mod done;
pub mod facts;
pub mod plan;
pub mod proof;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use super::{Ending, Guide, Leaving};
use crate::setup::{Stage, Work};
use crate::text::{fold, width};
use crate::tui::glyph::{self, Charset};
use crate::tui::setup::update::is_due;
use crate::tui::theme::Role;
use crate::tui::view::SMALLEST;
use crate::tui::view::reader::{Line, parts};
use crate::tui::widget::{write, write_right};

/// From so many columns on the stages stand at the side.
const WIDE: u16 = 100;

/// Columns of the list of stages at the side.
const SIDE: u16 = 16;

/// Draws everything.
pub fn view(guide: &Guide, buffer: &mut Buffer) {
    let area = buffer.area;
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let text = format!("{}x{} at least, please; Ctrl-C quits", SMALLEST.0, SMALLEST.1);
        write(buffer, area.x, area.y, area.width, &text, guide.look.palette.style(Role::Text));
    } else {
        whole(guide, buffer, area);
    }
    if guide.look.charset == Charset::Ascii {
        glyph::to_ascii(buffer);
    }
}

fn whole(guide: &Guide, buffer: &mut Buffer, area: Rect) {
    head(guide, buffer, area);
    let room = room(area);
    stages(guide, buffer, area);
    let lines = lines(guide, room);
    for (y, line) in (room.y..room.bottom()).zip(lines.iter().skip(guide.scroll)) {
        parts(guide.look.palette, buffer, Rect { y, height: 1, ..room }, line);
    }
    keys(guide, buffer, Rect { y: area.bottom() - 1, height: 1, ..area }, lines.len() > usize::from(room.height));
    if guide.leaving != Leaving::No {
        farewell(guide, buffer, area);
    }
}

/// The room of a stage's lines on a terminal.
fn room(area: Rect) -> Rect {
    let side = if area.width >= WIDE { SIDE + 3 } else { 1 };
    let top = if area.width >= WIDE { 2 } else { 4 };
    let width = area.width.saturating_sub(side + 1).min(110);
    Rect { x: area.x + side, y: area.y + top, width, height: area.height.saturating_sub(top + 2) }
}

/// Rows there are for the lines, and how many lines there are.
pub fn extent(guide: &Guide) -> (usize, usize) {
    let room = room(Rect::new(0, 0, guide.size.0, guide.size.1));
    (usize::from(room.height), lines(guide, room).len())
}

fn head(guide: &Guide, buffer: &mut Buffer, area: Rect) {
    let style = |role| guide.look.palette.style(role);
    let x = write(buffer, area.x + 1, area.y, area.width, "dbdeck setup", style(Role::Strong)) + 2;
    write(buffer, x, area.y, area.right().saturating_sub(x), "a new installation, step by step", style(Role::Quiet));
    let stage = guide.flow.stage();
    let place = Stage::ALL.iter().position(|one| *one == stage).unwrap_or(0) + 1;
    write_right(buffer, area, area.y, &format!("step {place} of {}", Stage::ALL.len()), style(Role::Quiet));
}

/// Those behind us are ticked, the present one is marked.
fn stages(guide: &Guide, buffer: &mut Buffer, area: Rect) {
    let (mut x, mut y) = (area.x + 1, area.y + 2);
    for stage in Stage::ALL {
        let (mark, role) = match stage.cmp(&guide.flow.stage()) {
            std::cmp::Ordering::Less => ("✓", Role::Good),
            std::cmp::Ordering::Equal => ("▶", Role::Key),
            std::cmp::Ordering::Greater => ("○", Role::Quiet),
        };
        let text = format!("{mark} {}", stage.title());
        let end = write(buffer, x, y, area.right().saturating_sub(x), &text, guide.look.palette.style(role));
        if area.width >= WIDE { y += 1 } else { x = end + 1 }
    }
}

/// What the stage is about, and the stage itself.
fn lines(guide: &Guide, room: Rect) -> Vec<Line> {
    let columns = usize::from(room.width);
    let mut lines = words(purpose(guide), Role::Strong, columns);
    lines.push(Line::new());
    if let Some(sentence) = guide.flow.trouble().or(guide.hindrance.as_deref()) {
        lines.extend(trouble(guide, sentence, columns));
    }
    match guide.flow.stage() {
        Stage::Server | Stage::Admin | Stage::Names => {
            let rows = usize::from(room.height).saturating_sub(lines.len());
            lines.extend(asked::lines(guide, columns, rows));
        }
        Stage::Look => lines.extend(facts::lines(guide, columns)),
        Stage::Review => lines.extend(plan::review(guide, columns)),
        Stage::Run => lines.extend(plan::run(guide, columns)),
        Stage::Proof => lines.extend(proof::lines(guide, columns)),
        Stage::Done => lines.extend(done::lines(guide, columns)),
    }
    lines
}

fn purpose(guide: &Guide) -> &'static str {
    match guide.ending() {
        Ending::Differs | Ending::Flawed => "Everything is made, and something is not as it was chosen.",
        Ending::Right | Ending::Left => guide.flow.stage().purpose(),
    }
}

/// A text in one role, folded.
fn words(text: &str, role: Role, columns: usize) -> Vec<Line> {
    fold(text, columns).into_iter().map(|line| vec![(line, role)]).collect()
}

/// As [`words`], indented by so many columns.
fn indented(text: &str, role: Role, columns: usize, indent: usize) -> Vec<Line> {
    let fold = fold(text, columns.saturating_sub(indent));
    fold.into_iter().map(|line| vec![(" ".repeat(indent), Role::Text), (line, role)]).collect()
}

/// What happened, and what can be done about it.
fn trouble(guide: &Guide, sentence: &str, columns: usize) -> Vec<Line> {
    let mut lines = words(&format!("✗ {sentence}"), Role::Bad, columns);
    let next = match guide.flow.stage() {
        Stage::Run => {
            "What was done is done and stays. r tries again from here; or leave, mend it, and run `dbdeck setup` again: it \
             keeps what is right and goes on with the rest."
        }
        Stage::Proof => "r tries again. What was made is not touched by the proof.",
        Stage::Server | Stage::Admin | Stage::Names | Stage::Done => "",
        Stage::Look | Stage::Review => "Nothing has been changed. r tries again, Esc goes back to the answers.",
    };
    lines.extend(words(next, Role::Text, columns));
    lines.push(Line::new());
    lines
}

fn keys(guide: &Guide, buffer: &mut Buffer, row: Rect, scrolls: bool) {
    let mut x = row.x + 1;
    for (key, what) in hints(guide, scrolls) {
        let taken = u16::try_from(width(key) + width(what) + 3).unwrap_or(u16::MAX);
        if x.saturating_add(taken) > row.right() {
            break;
        }
        x = write(buffer, x, row.y, row.right() - x, key, guide.look.palette.style(Role::Key)) + 1;
        x = write(buffer, x, row.y, row.right() - x, what, guide.look.palette.style(Role::Text)) + 2;
    }
}

fn hints(guide: &Guide, scrolls: bool) -> Vec<(&'static str, &'static str)> {
    let mut hints = match guide.flow.stage() {
        _ if guide.leaving == Leaving::Asked => vec![("y", "leave"), ("any other key", "stay")],
        Stage::Server | Stage::Admin => vec![("Enter", "next"), way(guide), ("Esc", "back")],
        Stage::Names => vec![("Enter", "next"), ("PgDn", "take the rest as it is"), way(guide), ("Esc", "back")],
        _ if guide.flow.working() == Some(Work::Run) => vec![],
        _ if guide.flow.working().is_some() => vec![("Esc", "back")],
        Stage::Run | Stage::Proof if guide.flow.trouble().is_some() => vec![("r", "try again"), ("Esc", "leave")],
        _ if guide.flow.trouble().is_some() => vec![("r", "try again"), ("Esc", "back")],
        Stage::Look => vec![("Enter", "go on"), ("Esc", "back")],
        Stage::Review if is_due(guide) => vec![("y", "yes, do all this"), ("Esc", "change the answers")],
        Stage::Review => vec![("Enter", "go on"), ("Esc", "change the answers")],
        Stage::Run | Stage::Proof => vec![("Enter", "go on")],
        Stage::Done => vec![("Enter", "end")],
    };
    if scrolls && guide.flow.questions().is_empty() {
        hints.extend([("PgDn", "page down"), ("PgUp", "page up")]);
    }
    hints.push(("Ctrl-C", "quit"));
    hints
}

/// How the answer is given.
fn way(guide: &Guide) -> (&'static str, &'static str) {
    if guide.input.is_choice() { ("Up Down", "choose") } else { ("Ctrl-U", "clear") }
}

/// What leaving means here.
fn farewell(guide: &Guide, buffer: &mut Buffer, area: Rect) {
    let text = match (guide.leaving, guide.flow.stage()) {
        (Leaving::AfterStep, _) => "It stops after the step that is at work …",
        (_, Stage::Run) if guide.is_running() => {
            "Stop after the step that is at work? What was done stays, and `dbdeck setup` goes on from there. y/n"
        }
        (_, Stage::Run) => "Leave? What was done stays, and `dbdeck setup` goes on from there. y/n",
        (_, Stage::Proof | Stage::Done) => {
            "Leave? The installation is made; a password that was shown is not shown again. y/n"
        }
        _ => "Leave the guide? Nothing has been changed, and the answers are forgotten. y/n",
    };
    let columns = area.width.min(60);
    let lines = fold(text, usize::from(columns.saturating_sub(4)));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2).min(area.height);
    let place =
        Rect { x: area.x + (area.width - columns) / 2, y: area.y + (area.height - height) / 2, width: columns, height };
    Clear.render(place, buffer);
    let border = guide.look.palette.style(Role::Strong);
    Block::bordered().border_type(BorderType::Rounded).border_style(border).render(place, buffer);
    for (y, line) in (place.y + 1..place.bottom() - 1).zip(lines) {
        write(buffer, place.x + 2, y, columns - 4, &line, guide.look.palette.style(Role::Text));
    }
}
