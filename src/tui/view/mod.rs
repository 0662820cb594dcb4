//! The frame around every screen: header, tabs, body, footer, and what lies over it. Drawing changes nothing.

pub mod commands;
pub mod dialog;
pub mod editor;
pub mod footer;
pub mod form;
pub mod grid;
pub mod header;
pub mod help;
pub mod planning;
pub mod reader;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::glyph::{self, Charset};
use super::model::{Layer, Model};
use super::screen::SCREENS;
use super::theme::Role;
use super::widget::{framed, write};

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
        let area = centred(body);
        if !matches!(layer, Layer::Dialog(_) | Layer::Form(_) | Layer::Planning(_)) {
            Clear.render(body, buffer);
        }
        match layer {
            Layer::Planning(planning) => planning::draw(model, planning, buffer, area),
            Layer::Dialog(open) => dialog::draw(model, open, buffer, area),
            Layer::Form(form) => form::draw(model, form, buffer, area),
            Layer::Editor(open) => editor::draw(model, open, buffer, area),
            Layer::Help { scroll } => help::draw(model, *scroll, buffer, area),
            Layer::Commands { query, place } => commands::draw(model, query, *place, buffer, area),
            Layer::Reader(open) => reader::draw(model, open, buffer, area),
        }
    }
    footer::draw(model, buffer, Rect { y: area.bottom() - 1, height: 1, ..area });
}

/// The room for what lies over the screen: all of it, and not wider than a text can be read.
fn centred(body: Rect) -> Rect {
    let width = body.width.min(110);
    Rect { x: body.x + (body.width - width) / 2, width, ..body }
}

/// A box in the middle of the room, cleared and framed, for so many lines or as many as there are; returns its inside.
fn boxed(model: &Model, buffer: &mut Buffer, room: Rect, title: &str, lines: usize) -> Rect {
    let area = box_of(room, lines);
    Clear.render(area, buffer);
    framed(model, buffer, area, title, true)
}

/// Where such a box is.
fn box_of(room: Rect, lines: usize) -> Rect {
    let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2).min(room.height);
    let width = room.width.min(WIDEST_BOX);
    Rect { x: room.x + (room.width - width) / 2, y: room.y + (room.height - height) / 2, width, height }
}

/// Wide enough for a statement, narrow enough to leave some of the screen to be seen.
const WIDEST_BOX: u16 = 92;

/// Columns and rows that a text has inside the frame of what lies over the screen.
pub fn text_room((columns, rows): (u16, u16)) -> (usize, usize) {
    let body = Rect::new(0, 0, columns, rows.saturating_sub(3));
    (usize::from(centred(body).width.saturating_sub(2)), usize::from(body.height.saturating_sub(2)))
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
