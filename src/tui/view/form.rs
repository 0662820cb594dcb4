//! A form: a line for each parameter, the meaning of the one that is being filled in, and what the parser objects to.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{box_of, boxed};
use crate::text::{fold, width};
use crate::tui::form::{Field, Form};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::widget::write;

/// Draws it.
pub fn draw(model: &Model, form: &Form, buffer: &mut Buffer, room: Rect) {
    let columns = usize::from(box_of(room, 0).width.saturating_sub(4));
    let notes = notes(form, columns);
    let inner = boxed(model, buffer, room, form.title(), form.fields.len() + 1 + notes.len());
    let rows = usize::from(inner.height).saturating_sub(1 + notes.len()).max(1);
    let first = (form.focus + 1).saturating_sub(rows);
    let label = form.fields.iter().map(|field| width(&field.label)).max().unwrap_or(0).min(24);
    for (y, (place, field)) in (inner.y..inner.bottom()).zip(form.fields.iter().enumerate().skip(first)).take(rows) {
        draw_field(model, field, place == form.focus, label, buffer, Rect { y, height: 1, ..inner });
    }
    let start = inner.bottom().saturating_sub(u16::try_from(notes.len()).unwrap_or(0)).max(inner.y);
    for (y, (line, role)) in (start..inner.bottom()).zip(notes) {
        write(buffer, inner.x + 1, y, inner.width.saturating_sub(2), &line, model.style(role));
    }
}

/// Room for two lines of each is kept, so that the form does not jump from field to field.
fn notes(form: &Form, columns: usize) -> Vec<(String, Role)> {
    let help = form.fields.get(form.focus).map_or("", |field| field.help.as_str());
    let mut lines: Vec<(String, Role)> = fold(help, columns).into_iter().map(|line| (line, Role::Quiet)).collect();
    lines.resize(lines.len().max(2), (String::new(), Role::Quiet));
    let error = form.error.iter().flat_map(|error| fold(&format!("✗ {error}"), columns));
    lines.extend(error.map(|line| (line, Role::Bad)));
    lines
}

fn draw_field(model: &Model, field: &Field, is_marked: bool, label: usize, buffer: &mut Buffer, row: Rect) {
    let left = |x: u16| row.right().saturating_sub(x + 1);
    let mark = if is_marked { "▶" } else { " " };
    let x = write(buffer, row.x, row.y, 1, mark, model.style(Role::Key));
    let name = format!("{:<label$}  ", crate::text::truncate(&field.label, label));
    let role = if field.required && field.value.is_empty() { Role::Warn } else { Role::Strong };
    let x = write(buffer, x, row.y, left(x), &name, model.style(role));
    let x = write(
        buffer,
        x,
        row.y,
        left(x).saturating_sub(1),
        &tail(&field.shown(), left(x).saturating_sub(2)),
        model.style(Role::Text),
    );
    let x =
        if is_marked && field.is_text() { write(buffer, x, row.y, 1, " ", model.style(Role::Selected)) + 1 } else { x };
    write(buffer, x, row.y, left(x), &field.placeholder(), model.style(Role::Quiet));
}

/// The end of a text that is too long: where the typing happens.
fn tail(text: &str, room: u16) -> String {
    let mut shown = text;
    while width(shown) > usize::from(room) {
        let mut chars = shown.chars();
        chars.next();
        shown = chars.as_str();
    }
    shown.to_owned()
}
