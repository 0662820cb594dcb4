//! Every key and every screen, from the same tables that the dispatch uses.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text::fold;
use crate::tui::keymap::{self, BINDINGS, Binding, CONTEXTS, Context};
use crate::tui::model::Model;
use crate::tui::order;
use crate::tui::screen::SCREENS;
use crate::tui::theme::Role;
use crate::tui::widget::{framed, position, write};

/// One line of the help: a heading, or keys and what they do.
enum Line {
    Heading(&'static str),
    Keys(String, String),
    Blank,
}

fn lines(model: &Model, columns: usize) -> Vec<Line> {
    let mut lines = vec![Line::Heading("screens")];
    for screen in SCREENS {
        lines.extend(explained(format!("{}  {}", screen.key(), screen.title()), screen.doc(), columns));
    }
    let contexts = CONTEXTS.iter().map(|context| (*context, of_context(*context)));
    for (context, bindings) in contexts.filter(|(_, bindings)| !bindings.is_empty()) {
        lines.extend([Line::Blank, Line::Heading(context.title())]);
        for binding in bindings {
            let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
            lines.extend(explained(keys.join(", "), binding.doc, columns));
        }
        if context == Context::Everywhere {
            lines.extend(operations(model, columns));
        }
    }
    lines
}

fn of_context(context: Context) -> Vec<&'static Binding> {
    BINDINGS.iter().filter(|binding| binding.context == context).collect()
}

/// Every operation, its key where it has one; what is off says so.
fn operations(model: &Model, columns: usize) -> Vec<Line> {
    let ops = model.table.ops;
    if ops.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::Blank, Line::Heading("operations: by their keys, or by name with :")];
    for entry in ops {
        let meta = &entry.meta;
        let place = meta.key.map(|_| format!(" Key: {}.", keymap::offered(meta.scope))).unwrap_or_default();
        let off = if order::off(model, entry).is_some() { " Off: dbdeck is in read-only mode." } else { "" };
        let key = meta.key.map_or_else(|| ":".to_owned(), |key| key.to_string());
        lines.extend(explained(format!("{key}  {}", meta.id), &format!("{}{place}{off}", meta.doc), columns));
    }
    lines
}

/// Keys and the sentence about them, folded.
fn explained(keys: String, doc: &str, columns: usize) -> impl Iterator<Item = Line> {
    let folded = fold(doc, columns.saturating_sub(usize::from(KEYS) + 1));
    let keys = std::iter::once(keys).chain(std::iter::repeat(String::new()));
    keys.zip(folded).map(|(keys, doc)| Line::Keys(keys, doc))
}

/// How many lines there are in so many columns.
pub fn length(model: &Model, columns: usize) -> usize {
    lines(model, columns).len()
}

/// The columns the keys take.
const KEYS: u16 = 22;

/// Draws the help from a line on.
pub fn draw(model: &Model, scroll: usize, buffer: &mut Buffer, area: Rect) {
    let inner = framed(model, buffer, area, "help", true);
    let lines = lines(model, usize::from(inner.width));
    position(model, buffer, area, scroll, lines.len());
    for (y, line) in (inner.y..inner.bottom()).zip(lines.into_iter().skip(scroll)) {
        match line {
            Line::Blank => {}
            Line::Heading(title) => {
                write(buffer, inner.x, y, inner.width, title, model.style(Role::Strong));
            }
            Line::Keys(keys, doc) => {
                write(buffer, inner.x + 1, y, KEYS, &keys, model.style(Role::Key));
                let x = inner.x + 1 + KEYS;
                write(buffer, x, y, inner.right().saturating_sub(x), &doc, model.style(Role::Text));
            }
        }
    }
}
