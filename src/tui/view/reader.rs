//! One thing in full, its long lines folded to the width there is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::sample::{Section, Tongue};
use crate::text::fold;
use crate::tui::model::{Model, Reader};
use crate::tui::sql;
use crate::tui::theme::{Palette, Role};
use crate::tui::widget::{framed, position, write};

/// The sections, those of the answer included.
fn sections(reader: &Reader) -> Vec<Section> {
    let mut sections = reader.sections.clone();
    match &reader.inquiry {
        None => {}
        Some((_, None)) => sections.push(Section::words("", vec!["asking the server …".to_owned()])),
        Some((_, Some(Ok(answer)))) => sections.extend(answer.sections.iter().cloned()),
        Some((_, Some(Err(reason)))) => sections.push(Section::words("no answer", vec![reason.clone()])),
    }
    sections
}

/// A line on the screen: texts that follow each other, and what they mean.
pub type Line = Vec<(String, Role)>;

fn lines(reader: &Reader, columns: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for section in sections(reader) {
        if !section.heading.is_empty() {
            lines.push(vec![(section.heading.clone(), Role::Strong)]);
        }
        lines.extend(body(&section, columns.saturating_sub(2)));
        lines.push(Line::new());
    }
    lines.pop();
    lines
}

fn body(section: &Section, columns: usize) -> Vec<Line> {
    let words = || section.lines.iter().flat_map(|text| fold(text, columns)).map(|line| vec![(line, Role::Text)]);
    let mut lines: Vec<Line> = match section.tongue {
        Tongue::Words => words().collect(),
        Tongue::Sql => sql::painted(&section.lines.join("\n"), columns),
    };
    for line in &mut lines {
        line.insert(0, ("  ".to_owned(), Role::Text));
    }
    lines
}

/// How many lines it has in so many columns.
pub fn length(reader: &Reader, columns: usize) -> usize {
    lines(reader, columns).len()
}

/// All of it, as it is copied.
pub fn text(reader: &Reader) -> String {
    let parts =
        sections(reader).into_iter().map(|section| format!("{}\n{}\n", section.heading, section.lines.join("\n")));
    parts.collect::<Vec<_>>().join("\n")
}

/// Draws it from a line on.
pub fn draw(model: &Model, reader: &Reader, buffer: &mut Buffer, area: Rect) {
    let inner = framed(model, buffer, area, &reader.title, true);
    let lines = lines(reader, usize::from(inner.width));
    position(model, buffer, area, reader.scroll, lines.len());
    for (y, line) in (inner.y..inner.bottom()).zip(lines.into_iter().skip(reader.scroll)) {
        parts(model.look.palette, buffer, Rect { y, height: 1, ..inner }, &line);
    }
}

/// Draws texts that follow each other on one row.
pub fn parts(palette: Palette, buffer: &mut Buffer, row: Rect, parts: &[(String, Role)]) {
    let mut x = row.x;
    for (text, role) in parts {
        x = write(buffer, x, row.y, row.right().saturating_sub(x), text, palette.style(*role));
    }
}
