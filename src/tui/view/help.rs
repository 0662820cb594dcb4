//! Every key and every screen, from the same tables that the dispatch uses.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::keymap::{BINDINGS, Context};
use crate::tui::model::Model;
use crate::tui::screen::SCREENS;
use crate::tui::theme::Role;
use crate::tui::widget::{framed, write};

/// One line of the help: a heading, or keys and what they do.
enum Line {
    Heading(&'static str),
    Keys(String, &'static str),
    Blank,
}

fn lines() -> Vec<Line> {
    let mut lines = vec![Line::Heading("screens")];
    lines
        .extend(SCREENS.iter().map(|screen| Line::Keys(format!("{}  {}", screen.key(), screen.title()), screen.doc())));
    let groups = [
        (Context::Everywhere, "everywhere"),
        (Context::List, "on lists"),
        (Context::Panes, "on the overview"),
        (Context::Reader, "in an opened text"),
    ];
    for (context, title) in groups {
        lines.extend([Line::Blank, Line::Heading(title)]);
        let own = BINDINGS.iter().filter(|binding| binding.context == context);
        lines.extend(own.map(|binding| {
            let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
            Line::Keys(keys.join(", "), binding.doc)
        }));
    }
    lines
}

/// How many lines there are.
pub fn length(_model: &Model) -> usize {
    lines().len()
}

/// The columns the keys take.
const KEYS: u16 = 22;

/// Draws the help from a line on.
pub fn draw(model: &Model, scroll: usize, buffer: &mut Buffer, area: Rect) {
    let inner = framed(model, buffer, area, "help", true);
    for (y, line) in (inner.y..inner.bottom()).zip(lines().into_iter().skip(scroll)) {
        match line {
            Line::Blank => {}
            Line::Heading(title) => {
                write(buffer, inner.x, y, inner.width, title, model.style(Role::Strong));
            }
            Line::Keys(keys, doc) => {
                write(buffer, inner.x + 1, y, KEYS, &keys, model.style(Role::Key));
                let x = inner.x + 1 + KEYS;
                write(buffer, x, y, inner.right().saturating_sub(x), doc, model.style(Role::Text));
            }
        }
    }
}
