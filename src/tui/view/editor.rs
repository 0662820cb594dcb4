//! The editor of a new file: its name, the text with the cursor, and below it what is in the way or asked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use crate::tui::editor::{Editor, Notice};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::widget::{framed, write};

/// Draws it.
pub fn draw(model: &Model, editor: &Editor, buffer: &mut Buffer, area: Rect) {
    let inner = framed(model, buffer, area, &format!("new file {}.sql", editor.name), true);
    let rows = inner.height.saturating_sub(u16::from(editor.notice.is_some()));
    Widget::render(&editor.area, Rect { height: rows, ..inner }, buffer);
    let Some(notice) = &editor.notice else { return };
    let (text, role) = match notice {
        Notice::Failed(sentence) => (format!("✗ {sentence}"), Role::Bad),
        Notice::Leaving => ("Throw this text away? y throws it away, any other key goes on".to_owned(), Role::Warn),
    };
    write(buffer, inner.x + 1, inner.bottom() - 1, inner.width.saturating_sub(2), &text, model.style(role));
}
