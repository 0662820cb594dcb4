//! The command palette: every action and every screen, found by a few letters.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};

use super::keymap::{self, Action};
use super::model::{Layer, Model};
use super::msg::{Effect, Key};
use super::order;
use super::screen::SCREENS;
use super::update::{act, moved};

/// One thing the palette offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its name.
    pub name: String,
    /// What it does.
    pub doc: &'static str,
    /// Its key.
    pub key: String,
    /// What it means.
    pub action: Action,
    /// Why it does nothing here.
    pub off: Option<String>,
}

impl AsRef<str> for Command {
    fn as_ref(&self) -> &str {
        &self.name
    }
}

/// What fits the letters, best first; everything when there are none.
pub fn fitting(model: &Model, query: &str) -> Vec<Command> {
    let all = all(model);
    if query.is_empty() {
        return all;
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
    pattern.match_list(all, &mut matcher).into_iter().map(|(command, _)| command).collect()
}

fn all(model: &Model) -> Vec<Command> {
    let screens = SCREENS.iter().enumerate().map(|(place, screen)| Command {
        name: format!("go to {}", screen.title()),
        doc: screen.doc(),
        key: screen.key().to_string(),
        action: Action::Screen(place),
        off: None,
    });
    let operations = model.table.ops.iter().enumerate().map(|(place, entry)| Command {
        name: entry.meta.id.to_owned(),
        doc: entry.meta.doc,
        key: entry.meta.key.map(|key| key.to_string()).unwrap_or_default(),
        action: Action::Fill(place),
        off: order::off(model, entry),
    });
    let bindings = keymap::bindings(SCREENS[model.screen].context()).map(|binding| Command {
        name: binding.label.to_owned(),
        doc: binding.doc,
        key: binding.keys.first().map(ToString::to_string).unwrap_or_default(),
        action: binding.action,
        off: None,
    });
    operations.chain(screens).chain(bindings.filter(|command| command.action != Action::Palette)).collect()
}

/// A key in the palette.
pub fn typed(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(Layer::Commands { query, place }) = model.layer.clone() else { return Vec::new() };
    let found = fitting(model, &query);
    let (query, place) = match key {
        Key::Esc | Key::Ctrl('c') => {
            model.layer = None;
            return Vec::new();
        }
        Key::Enter => {
            model.layer = None;
            return found.get(place).map_or_else(Vec::new, |command| act(model, command.action));
        }
        Key::Up => (query, moved(place, Action::Up, 1, found.len())),
        Key::Down | Key::Tab => (query, moved(place, Action::Down, 1, found.len())),
        Key::Char(c) => (query + &c.to_string(), 0),
        Key::Backspace => (without_last(&query), 0),
        _ => (query, place),
    };
    model.layer = Some(Layer::Commands { query, place });
    Vec::new()
}

fn without_last(text: &str) -> String {
    let mut chars = text.chars();
    chars.next_back();
    chars.collect()
}
