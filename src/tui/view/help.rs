//! Every key and every screen, from the same tables that the dispatch uses.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text::fold;
use crate::tui::keymap::{BINDINGS, Context};
use crate::tui::model::Model;
use crate::tui::screen::SCREENS;
use crate::tui::theme::Role;
use crate::tui::widget::{framed, position, write};

/// One line of the help: a heading, or keys and what they do.
enum Line {
    Heading(&'static str),
    Keys(String, String),
    Blank,
}

fn lines(columns: usize) -> Vec<Line> {
    let mut lines = vec![Line::Heading("screens")];
    for screen in SCREENS {
        lines.extend(explained(format!("{}  {}", screen.key(), screen.title()), screen.doc(), columns));
    }
    let groups = [
        (Context::Everywhere, "everywhere"),
        (Context::List, "on lists"),
        (Context::Panes, "on the overview"),
        (Context::Reader, "in an opened text"),
    ];
    for (context, title) in groups {
        lines.extend([Line::Blank, Line::Heading(title)]);
        for binding in BINDINGS.iter().filter(|binding| binding.context == context) {
            let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
            lines.extend(explained(keys.join(", "), binding.doc, columns));
        }
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
pub fn length(columns: usize) -> usize {
    lines(columns).len()
}

/// The columns the keys take.
const KEYS: u16 = 22;

/// Draws the help from a line on.
pub fn draw(model: &Model, scroll: usize, buffer: &mut Buffer, area: Rect) {
    let inner = framed(model, buffer, area, "help", true);
    let lines = lines(usize::from(inner.width));
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
