//! Draws a list: notes, headings, the rows there is room for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text::width;
use crate::tui::list::{Column, Listing, Note, Shown, Width};
use crate::tui::model::{ListState, Model};
use crate::tui::theme::Role;
use crate::tui::widget::{write, write_right};
use crate::units::Span;

/// Draws the list.
pub fn draw<L: Listing>(model: &Model, shown: &Shown<L::Row<'_>>, buffer: &mut Buffer, area: Rect) {
    let area = notes(model, &shown.found.notes, buffer, area);
    let area = status::<L>(model, shown, buffer, area);
    let columns = layout::<L>(area);
    headings::<L>(model, &columns, buffer, area);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if shown.found.rows.is_empty() {
        let text = if shown.total == 0 { shown.found.empty } else { "no row fits the filter; Backspace shows all" };
        write(buffer, body.x + 1, body.y, body.width, text, model.style(Role::Quiet));
    }
    let first = (shown.place + 1).saturating_sub(usize::from(body.height.max(1)));
    for (y, (index, row)) in (body.y..body.bottom()).zip(shown.found.rows.iter().enumerate().skip(first)) {
        line::<L>(model, &columns, row, buffer, Rect { y, height: 1, ..body });
        if index == shown.place {
            buffer.set_style(Rect { y, height: 1, ..body }, model.style(Role::Selected));
        }
    }
}

/// A third of the room at most; what is missing must not hide what is there.
fn notes(model: &Model, notes: &[Note], buffer: &mut Buffer, area: Rect) -> Rect {
    let room = usize::from(area.height / 3);
    let columns = usize::from(area.width.saturating_sub(2));
    let folded =
        |note: &Note| crate::text::fold(&note.to_string(), columns).into_iter().zip(std::iter::repeat(note.role));
    let mut lines: Vec<(String, Role)> = notes.iter().flat_map(folded).collect();
    if lines.len() > room {
        lines.truncate(room.saturating_sub(1));
        lines.push(("… more of this on 8 Checks".to_owned(), Role::Quiet));
    }
    for (y, (line, role)) in (area.y..area.bottom()).zip(&lines) {
        write(buffer, area.x + 1, y, area.width.saturating_sub(1), line, model.style(*role));
    }
    let taken = u16::try_from(lines.len()).unwrap_or(0);
    Rect { y: area.y + taken, height: area.height - taken, ..area }
}

/// How many rows, which filter, whether it is held.
fn status<L: Listing>(model: &Model, shown: &Shown<L::Row<'_>>, buffer: &mut Buffer, area: Rect) -> Rect {
    let list = model.list();
    let noun = if shown.total == 1 { L::NOUN.0 } else { L::NOUN.1 };
    let mut text = match (shown.found.rows.len(), shown.total) {
        (_, 0) if shown.found.empty.is_empty() => String::new(),
        (rows, total) if rows == total => format!("{total} {noun}"),
        (rows, total) => format!("{rows} of {total} {noun}"),
    };
    let column = sorted_by::<L>(model);
    if area.width < column.from {
        text = format!("{text}, by {} {}", column.title, arrow(list));
    }
    if !list.filter.is_empty() {
        text = format!("{text}  filter: {}", list.filter);
    }
    write(buffer, area.x + 1, area.y, area.width.saturating_sub(1), &text, model.style(Role::Quiet));
    if let Some((since, _)) = &list.paused {
        let held = format!("PAUSED {}, p goes on", Span(model.now.since(since.instant)));
        write_right(buffer, area, area.y, &held, model.style(Role::Warn));
    } else {
        let stale = super::super::widget::stale_words(model);
        write_right(buffer, area, area.y, &stale, model.style(Role::Warn));
    }
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
}

/// The columns that fit, with their place.
type Placed<L> = Vec<(&'static Column<L>, u16, u16)>;

fn layout<L: Listing>(area: Rect) -> Placed<L> {
    let columns: Vec<&'static Column<L>> = L::COLUMNS.iter().filter(|column| area.width >= column.from).collect();
    let fixed: u16 = columns.iter().map(|column| fixed_width(column) + 1).sum();
    let sharing = columns.iter().filter(|column| column.width == Width::Rest).count();
    let rest = area.width.saturating_sub(fixed + 1) / u16::try_from(sharing.max(1)).unwrap_or(1);
    let mut x = area.x + 1;
    columns
        .into_iter()
        .map(|column| {
            let wide = if column.width == Width::Rest { rest } else { fixed_width(column) };
            let placed = (column, x, wide);
            x += wide + 1;
            placed
        })
        .collect()
}

fn fixed_width<L: Listing>(column: &Column<L>) -> u16 {
    match column.width {
        Width::Left(wide) | Width::Right(wide) => wide,
        Width::Rest => 0,
    }
}

fn headings<L: Listing>(model: &Model, columns: &Placed<L>, buffer: &mut Buffer, area: Rect) {
    let sorted = sorted_by::<L>(model);
    for (column, x, wide) in columns {
        let mark = if std::ptr::eq(*column, sorted) { arrow(model.list()) } else { "" };
        cell(buffer, column.width, *x, area.y, *wide, &format!("{}{mark}", column.title), model.style(Role::Strong));
    }
}

fn sorted_by<L: Listing>(model: &Model) -> &'static Column<L> {
    &L::COLUMNS[model.list().sort.unwrap_or(L::SORT)]
}

/// Down: the more interesting first, as every column does by itself.
fn arrow(list: &ListState) -> &'static str {
    if list.reversed { "↑" } else { "↓" }
}

fn line<L: Listing>(model: &Model, columns: &Placed<L>, row: &L::Row<'_>, buffer: &mut Buffer, area: Rect) {
    for (column, x, wide) in columns {
        let shown = (column.cell)(row);
        cell(buffer, column.width, *x, area.y, *wide, &shown.text, model.style(shown.role));
    }
}

fn cell(buffer: &mut Buffer, side: Width, x: u16, y: u16, wide: u16, text: &str, style: ratatui::style::Style) {
    let taken = u16::try_from(width(text)).unwrap_or(u16::MAX);
    let indent = if matches!(side, Width::Right(_)) { wide.saturating_sub(taken) } else { 0 };
    write(buffer, x + indent, y, wide - indent, text, style);
}
