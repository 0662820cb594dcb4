//! The palette: the letters typed, and the actions they fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::commands::fitting;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::widget::{framed, write};

/// The columns a name takes.
const NAME: u16 = 20;

/// Draws it.
pub fn draw(model: &Model, query: &str, place: usize, buffer: &mut Buffer, area: Rect) {
    let inner = framed(model, buffer, area, "command", true);
    let x = write(buffer, inner.x, inner.y, inner.width, &format!(": {query}"), model.style(Role::Strong));
    write(buffer, x, inner.y, 1, " ", model.style(Role::Selected));
    let found = fitting(model, query);
    if found.is_empty() {
        write(buffer, inner.x, inner.y + 1, inner.width, "no action is called that", model.style(Role::Quiet));
    }
    let rows = usize::from(inner.height.saturating_sub(1)).max(1);
    let first = (place + 1).saturating_sub(rows);
    for (y, (index, command)) in (inner.y + 1..inner.bottom()).zip(found.iter().enumerate().skip(first)) {
        let role = match &command.off {
            _ if index == place => Role::Selected,
            Some(_) => Role::Quiet,
            None => Role::Text,
        };
        write(buffer, inner.x, y, NAME, &command.name, model.style(role));
        write(buffer, inner.x + NAME + 1, y, 10, &command.key, model.style(Role::Key));
        let x = inner.x + NAME + 12;
        let doc =
            if command.off.is_some() { format!("off (read-only): {}", command.doc) } else { command.doc.to_owned() };
        write(buffer, x, y, inner.right().saturating_sub(x), &doc, model.style(Role::Quiet));
    }
}
