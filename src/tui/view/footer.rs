//! The last row: what can be pressed here, made from the key table; or the filter being typed; or what was just done.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text::width;
use crate::tui::keymap::{self, Footer};
use crate::tui::model::{Layer, Model};
use crate::tui::msg::Key;
use crate::tui::theme::Role;
use crate::tui::update::context;
use crate::tui::widget::{write, write_right};

/// Draws it.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let list = model.list();
    if model.layer.is_none() && list.typing {
        return typing(model, &list.filter, buffer, area);
    }
    let said = model.said.as_ref().map_or("", |(_, text)| text);
    let end = write_right(buffer, area, area.y, said, model.style(Role::Good));
    hints(model, buffer, Rect { width: end.saturating_sub(area.x), ..area });
}

fn typing(model: &Model, filter: &str, buffer: &mut Buffer, area: Rect) {
    let x = write(buffer, area.x + 1, area.y, area.width, "filter ", model.style(Role::Key));
    let x = write(buffer, x, area.y, area.right().saturating_sub(x), filter, model.style(Role::Text));
    let x = write(buffer, x, area.y, 1, " ", model.style(Role::Selected));
    let hint = "  ! at the start inverts   Enter keep   Esc drop";
    write(buffer, x, area.y, area.right().saturating_sub(x), hint, model.style(Role::Quiet));
}

/// As many hints as fit, whole ones only; the last two (help and quit) are never crowded out.
fn hints(model: &Model, buffer: &mut Buffer, area: Rect) {
    let all = hinted(model);
    let (first, always) = all.split_at(all.len().saturating_sub(2));
    let reserved: usize = always.iter().map(hint_width).sum();
    let mut room = usize::from(area.width).saturating_sub(reserved + 1);
    let mut shown: Vec<&(String, &str)> = Vec::new();
    for hint in first {
        if hint_width(hint) > room {
            break;
        }
        room -= hint_width(hint);
        shown.push(hint);
    }
    let mut x = area.x + 1;
    for (key, label) in shown.into_iter().chain(always) {
        x = write(buffer, x, area.y, area.right().saturating_sub(x), key, model.style(Role::Key)) + 1;
        x = write(buffer, x, area.y, area.right().saturating_sub(x), label, model.style(Role::Text)) + 2;
    }
}

fn hint_width((key, label): &(String, &str)) -> usize {
    width(key) + width(label) + 3
}

fn hinted(model: &Model) -> Vec<(String, &'static str)> {
    match model.layer {
        Some(Layer::Commands { .. }) => vec![
            (Key::Enter.to_string(), "do it"),
            (format!("{} {}", Key::Up, Key::Down), "choose"),
            (Key::Esc.to_string(), "close"),
        ],
        Some(Layer::Help { .. }) => vec![
            (Key::PageDown.to_string(), "page down"),
            (Key::Esc.to_string(), "close"),
            (Key::Char('q').to_string(), "quit"),
        ],
        Some(Layer::Reader(_)) => vec![
            (Key::PageDown.to_string(), "page down"),
            (Key::Char('y').to_string(), "copy"),
            (Key::Esc.to_string(), "close"),
            (Key::Char('q').to_string(), "quit"),
        ],
        None => keymap::bindings(context(model))
            .filter(|binding| binding.footer == Footer::Shown)
            .filter_map(|binding| Some((binding.keys.first()?.to_string(), binding.label)))
            .collect(),
    }
}
