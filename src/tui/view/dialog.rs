//! A question: its text in a box over the screen, the word to be typed, and the buttons.
//!
//! The marked button stands in brackets, so that it is seen without colours.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{box_of, boxed, centred};
use crate::tui::dialog::{Dialog, Word};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::widget::{position, write};

/// The rows below the text: a blank one, the word, the buttons.
fn below(dialog: &Dialog) -> usize {
    2 + usize::from(dialog.word.is_some())
}

fn folded(dialog: &Dialog, columns: u16) -> Vec<(String, Role)> {
    let columns = usize::from(columns.saturating_sub(2));
    dialog.lines.iter().flat_map(|line| line.folded(columns)).collect()
}

/// How many lines the text has on a terminal of that size, and how many are seen at once.
pub fn extent(dialog: &Dialog, (columns, rows): (u16, u16)) -> (usize, usize) {
    let room = centred(Rect::new(0, 0, columns, rows.saturating_sub(3)));
    let width = box_of(room, 0).width.saturating_sub(2);
    let length = folded(dialog, width).len();
    let seen = usize::from(room.height.saturating_sub(2)).saturating_sub(below(dialog)).min(length);
    (length, seen)
}

/// Draws it.
pub fn draw(model: &Model, dialog: &Dialog, buffer: &mut Buffer, room: Rect) {
    let width = box_of(room, 0).width.saturating_sub(2);
    let lines = folded(dialog, width);
    let inner = boxed(model, buffer, room, &dialog.title, lines.len() + below(dialog));
    let rows = inner.height.saturating_sub(u16::try_from(below(dialog)).unwrap_or(0));
    let framed = Rect { x: inner.x - 1, y: inner.y - 1, width: inner.width + 2, height: rows + 2 };
    position(model, buffer, framed, dialog.scroll, lines.len());
    for (y, (line, role)) in (inner.y..inner.y + rows).zip(lines.iter().skip(dialog.scroll)) {
        write(buffer, inner.x + 1, y, inner.width.saturating_sub(2), line, model.style(*role));
    }
    if inner.height < 2 {
        return;
    }
    if let Some(word) = &dialog.word {
        draw_word(model, word, buffer, Rect { y: inner.bottom() - 2, height: 1, ..inner });
    }
    buttons(model, dialog, buffer, Rect { y: inner.bottom() - 1, height: 1, ..inner });
}

fn draw_word(model: &Model, word: &Word, buffer: &mut Buffer, row: Rect) {
    let ask = format!("To go on, type {}, {}: ", word.what, word.wanted);
    let left = |x: u16| row.right().saturating_sub(x + 1);
    let x = write(buffer, row.x + 1, row.y, left(row.x), &ask, model.style(Role::Text));
    let role = if word.is_typed() { Role::Good } else { Role::Strong };
    let x = write(buffer, x, row.y, left(x), &word.typed, model.style(role));
    let x = write(buffer, x, row.y, left(x).min(1), " ", model.style(Role::Selected));
    if word.is_typed() {
        write(buffer, x, row.y, left(x), " ✓", model.style(Role::Good));
    }
}

fn buttons(model: &Model, dialog: &Dialog, buffer: &mut Buffer, row: Rect) {
    let mut x = row.x + 1;
    for (place, button) in dialog.buttons.iter().enumerate() {
        let is_marked = place == dialog.focus;
        let text = if is_marked { format!("[ {} ]", button.label) } else { format!("  {}  ", button.label) };
        let role = match (is_marked, dialog.is_enabled(place)) {
            (true, true) => Role::Selected,
            (false, true) => Role::Strong,
            (_, false) => Role::Quiet,
        };
        x = write(buffer, x, row.y, row.right().saturating_sub(x), &text, model.style(role)) + 1;
    }
}
