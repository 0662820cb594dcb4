//! The last row: what can be pressed here, made from the key table; or the filter being typed; or what was just done.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::op::OpEntry;
use crate::text::width;
use crate::tui::keymap::{self, Context, Footer};
use crate::tui::model::{Layer, Model, Stays};
use crate::tui::msg::Key;
use crate::tui::order;
use crate::tui::theme::Role;
use crate::tui::update::context;
use crate::tui::widget::{write, write_right};

/// Draws it.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let list = model.list();
    if model.layer.is_none() && list.typing {
        return typing(model, &list.filter, buffer, area);
    }
    let end = told(model, buffer, area);
    hints(model, buffer, Rect { width: end.saturating_sub(area.x), ..area });
}

/// What was done or went wrong, at the right edge; the last two hints keep their room. Returns where it begins.
fn told(model: &Model, buffer: &mut Buffer, area: Rect) -> u16 {
    let Some(said) = &model.said else { return area.right() };
    let role = match said.stays {
        Stays::Moments => Role::Good,
        Stays::UntilKey => Role::Bad,
    };
    let reserved: usize = hinted(model).iter().rev().take(ALWAYS).map(hint_width).sum();
    let reserved = u16::try_from(reserved + 2).unwrap_or(area.width).min(area.width);
    let room = Rect { x: area.x + reserved, width: area.width - reserved, ..area };
    write_right(buffer, room, area.y, &said.text, model.style(role))
}

/// So many hints at the end (help and quit) are never crowded out.
const ALWAYS: usize = 2;

/// A hint: the key, what it does, how it is drawn.
struct Hint {
    key: String,
    label: String,
    role: Role,
}

impl Hint {
    #[allow(clippy::needless_pass_by_value)] // keys and letters alike
    fn new(key: impl ToString, label: impl Into<String>) -> Self {
        Self { key: key.to_string(), label: label.into(), role: Role::Key }
    }
}

fn typing(model: &Model, filter: &str, buffer: &mut Buffer, area: Rect) {
    let x = write(buffer, area.x + 1, area.y, area.width, "filter ", model.style(Role::Key));
    let x = write(buffer, x, area.y, area.right().saturating_sub(x), filter, model.style(Role::Text));
    let x = write(buffer, x, area.y, 1, " ", model.style(Role::Selected));
    let hint = "  ! at the start inverts   Enter keep   Esc drop";
    write(buffer, x, area.y, area.right().saturating_sub(x), hint, model.style(Role::Quiet));
}

/// As many hints as fit, whole ones only.
fn hints(model: &Model, buffer: &mut Buffer, area: Rect) {
    let all = hinted(model);
    let (first, always) = all.split_at(all.len().saturating_sub(ALWAYS));
    let reserved: usize = always.iter().map(hint_width).sum();
    let mut room = usize::from(area.width).saturating_sub(reserved + 1);
    let mut shown: Vec<&Hint> = Vec::new();
    for hint in first {
        if hint_width(hint) > room {
            break;
        }
        room -= hint_width(hint);
        shown.push(hint);
    }
    let mut x = area.x + 1;
    for Hint { key, label, role } in shown.into_iter().chain(always) {
        let label_role = if *role == Role::Key { Role::Text } else { *role };
        x = write(buffer, x, area.y, area.right().saturating_sub(x), key, model.style(*role)) + 1;
        x = write(buffer, x, area.y, area.right().saturating_sub(x), label, model.style(label_role)) + 2;
    }
}

fn hint_width(hint: &Hint) -> usize {
    width(&hint.key) + width(&hint.label) + 3
}

fn hinted(model: &Model) -> Vec<Hint> {
    match model.layer {
        Some(Layer::Commands { .. }) => vec![
            Hint::new(Key::Enter, "do it"),
            Hint::new(format!("{} {}", Key::Up, Key::Down), "choose"),
            Hint::new(Key::Esc, "close"),
        ],
        Some(Layer::Help { .. }) => {
            vec![Hint::new(Key::PageDown, "page down"), Hint::new(Key::Esc, "close"), Hint::new('q', "quit")]
        }
        Some(Layer::Reader(_)) => {
            let here = context(model);
            let operations = keymap::operations(model.table.ops, here).map(|(_, entry)| operation(model, entry));
            let own = keymap::bindings(here).filter(|binding| binding.context == here && here != Context::Reader);
            let own = own.filter_map(|binding| Some(Hint::new(binding.keys.first()?, binding.label)));
            let all = [
                Hint::new(Key::PageDown, "page down"),
                Hint::new('y', "copy"),
                Hint::new(Key::Esc, "close"),
                Hint::new('q', "quit"),
            ];
            operations.chain(own).chain(all).collect()
        }
        Some(Layer::Planning(_)) => vec![Hint::new(Key::Esc, "close"), Hint::new('q', "quit")],
        Some(Layer::Dialog(_) | Layer::Form(_) | Layer::Editor(_)) | None => {
            let operations =
                keymap::operations(model.table.ops, context(model)).map(|(_, entry)| operation(model, entry));
            let bindings = keymap::bindings(context(model)).filter(|binding| binding.footer == Footer::Shown);
            let bindings = bindings.filter_map(|binding| Some(Hint::new(binding.keys.first()?, binding.label)));
            operations.chain(bindings).collect()
        }
    }
}

/// What is off stays where it was, and is quiet.
fn operation(model: &Model, entry: &OpEntry) -> Hint {
    let role = if order::off(model, entry).is_some() { Role::Quiet } else { Role::Key };
    let label = entry.meta.words().last().unwrap_or_default();
    Hint { role, ..Hint::new(entry.meta.key.unwrap_or(' '), label) }
}
