//! One thing in full, its long lines folded to the width there is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text::fold;
use crate::tui::model::{Model, Reader};
use crate::tui::theme::Role;
use crate::tui::widget::{framed, position, write};

/// The texts of the sections, those of the answer included.
fn sections(reader: &Reader) -> Vec<(String, Vec<String>)> {
    let mut sections = reader.sections.clone();
    match &reader.inquiry {
        None => {}
        Some((_, None)) => sections.push((String::new(), vec!["asking the server …".to_owned()])),
        Some((_, Some(Ok(answer)))) => sections.extend(answer.sections.iter().cloned()),
        Some((_, Some(Err(reason)))) => sections.push(("no answer".to_owned(), vec![reason.clone()])),
    }
    sections
}

fn lines(reader: &Reader, columns: usize) -> Vec<(String, Role)> {
    let mut lines = Vec::new();
    for (heading, texts) in sections(reader) {
        if !heading.is_empty() {
            lines.push((heading, Role::Strong));
        }
        let folded = texts.iter().flat_map(|text| fold(text, columns.saturating_sub(2)));
        lines.extend(folded.map(|line| (format!("  {line}"), Role::Text)));
        lines.push((String::new(), Role::Text));
    }
    lines.pop();
    lines
}

/// How many lines it has in so many columns.
pub fn length(reader: &Reader, columns: usize) -> usize {
    lines(reader, columns).len()
}

/// All of it, as it is copied.
pub fn text(reader: &Reader) -> String {
    let parts = sections(reader).into_iter().map(|(heading, texts)| format!("{heading}\n{}\n", texts.join("\n")));
    parts.collect::<Vec<_>>().join("\n")
}

/// Draws it from a line on.
pub fn draw(model: &Model, reader: &Reader, buffer: &mut Buffer, area: Rect) {
    let inner = framed(model, buffer, area, &reader.title, true);
    let lines = lines(reader, usize::from(inner.width));
    position(model, buffer, area, reader.scroll, lines.len());
    for (y, (line, role)) in (inner.y..inner.bottom()).zip(lines.into_iter().skip(reader.scroll)) {
        write(buffer, inner.x, y, inner.width, &line, model.style(role));
    }
}
