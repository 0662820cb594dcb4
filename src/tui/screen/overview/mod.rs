//! The first screen: a pane for each database, what needs attention, and the jobs.

pub mod attention;
mod pane;
mod strip;

pub use attention::mark;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Screen, Subject};
use crate::sample::Interest;
use crate::tui::keymap::{Action, Context};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::theme::Role;
use crate::tui::update::{moved, show_tables};
use crate::tui::widget::write;

/// The screen that Enter on a pane leads to.
pub const DRILL_DOWN: &str = "Tables";

/// The screen.
pub struct Overview;

/// A pane narrower than this tells nothing.
const NARROWEST: u16 = 26;
/// A pane lower than this has no room for its four figures.
const LOWEST: u16 = 6;

impl Screen for Overview {
    fn title(&self) -> &'static str {
        "Overview"
    }

    fn key(&self) -> char {
        '1'
    }

    fn doc(&self) -> &'static str {
        "Show every database at a glance, what needs attention and the jobs."
    }

    fn interest(&self) -> Interest {
        Interest { sizes: true, ..Interest::default() }
    }

    fn context(&self) -> Context {
        Context::Panes
    }

    fn subject(&self, model: &Model) -> Subject {
        Subject { database: model.targets.get(model.pane).cloned(), ..Subject::default() }
    }

    fn act(&self, action: Action, model: &mut Model) -> Vec<Effect> {
        let panes = model.targets.len();
        match action {
            Action::Next => model.pane = (model.pane + 1) % panes.max(1),
            Action::Previous => model.pane = (model.pane + panes.saturating_sub(1)) % panes.max(1),
            Action::Open => {
                let database = model.targets.get(model.pane).cloned();
                return database.map_or_else(Vec::new, |database| show_tables(model, &database));
            }
            movement => model.pane = moved(model.pane, movement, 1, panes),
        }
        Vec::new()
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect) {
        let lines = attention::height(model, area.height);
        let strip = strip::height(model, area.height);
        let jobs = Rect { y: area.bottom() - strip, height: strip, ..area };
        let needs = Rect { y: jobs.y - lines, height: lines, ..area };
        let panes = Rect { height: needs.y - area.y, ..area };
        draw_panes(model, buffer, panes);
        attention::draw(model, buffer, needs);
        strip::draw(model, buffer, jobs);
    }
}

/// Side by side while they are wide enough, then in rows; rows that do not fit are scrolled to the selected pane.
fn draw_panes(model: &Model, buffer: &mut Buffer, area: Rect) {
    let count = u16::try_from(model.targets.len()).unwrap_or(u16::MAX).max(1);
    let columns = (area.width / NARROWEST).clamp(1, count);
    let rows = count.div_ceil(columns);
    let shown = (area.height / LOWEST).clamp(1, rows);
    let selected = u16::try_from(model.pane).unwrap_or(0) / columns;
    let first = (selected + 1).saturating_sub(shown);
    for (place, name) in model.targets.iter().enumerate() {
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        let (row, column) = (place / columns, place % columns);
        if (first..first + shown).contains(&row) {
            let cell = slot(area, columns, column, shown, row - first);
            pane::draw(model, name, model.pane == usize::from(place), buffer, cell);
        }
    }
    let hidden = rows.saturating_sub(shown) * columns;
    if hidden > 0 {
        let more = format!(" {} of {count} shown, Tab goes on ", shown * columns);
        write(buffer, area.x + 2, area.bottom() - 1, area.width, &more, model.style(Role::Quiet));
    }
}

/// One place in a grid that uses every column and row of the area.
fn slot(area: Rect, columns: u16, column: u16, rows: u16, row: u16) -> Rect {
    let x = |column: u16| area.x + area.width * column / columns;
    let y = |row: u16| area.y + area.height * row / rows;
    Rect { x: x(column), y: y(row), width: x(column + 1) - x(column), height: y(row + 1) - y(row) }
}
