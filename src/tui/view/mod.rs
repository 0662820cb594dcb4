//! The frame around every screen: header, tabs, body, footer, and what lies over it. Drawing changes nothing.

pub mod commands;
pub mod footer;
pub mod grid;
pub mod header;
pub mod help;
pub mod reader;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::glyph::{self, Charset};
use super::model::{Layer, Model};
use super::screen::SCREENS;
use super::theme::Role;
use super::widget::write;

pub use header::tab_at;

/// Below this nothing can be said that helps.
pub const SMALLEST: (u16, u16) = (60, 14);

/// Draws everything.
pub fn view(model: &Model, buffer: &mut Buffer) {
    let area = buffer.area;
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(model, buffer, area);
    } else {
        whole(model, buffer, area);
    }
    if model.look.charset == Charset::Ascii {
        glyph::to_ascii(buffer);
    }
}

fn whole(model: &Model, buffer: &mut Buffer, area: Rect) {
    header::draw(model, buffer, Rect { height: 2, ..area });
    let body = Rect { y: area.y + 2, height: area.height - 3, ..area };
    SCREENS[model.screen].draw(model, buffer, body);
    if let Some(layer) = &model.layer {
        let area = cleared(buffer, body);
        match layer {
            Layer::Help { scroll } => help::draw(model, *scroll, buffer, area),
            Layer::Commands { query, place } => commands::draw(model, query, *place, buffer, area),
            Layer::Reader(open) => reader::draw(model, open, buffer, area),
        }
    }
    footer::draw(model, buffer, Rect { y: area.bottom() - 1, height: 1, ..area });
}

/// Clears the room for what lies over the screen: nearly all of it, and not wider than a text can be read.
fn cleared(buffer: &mut Buffer, body: Rect) -> Rect {
    let width = body.width.saturating_sub(4).min(110);
    let area = Rect { x: body.x + (body.width - width) / 2, width, ..body };
    Clear.render(area, buffer);
    area
}

fn too_small(model: &Model, buffer: &mut Buffer, area: Rect) {
    let lines = [
        "dbdeck".to_owned(),
        format!("{}x{} is too small:", area.width, area.height),
        format!("{}x{} at least", SMALLEST.0, SMALLEST.1),
        "q quit".to_owned(),
    ];
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        write(buffer, area.x, y, area.width, &line, model.style(Role::Text));
    }
}
