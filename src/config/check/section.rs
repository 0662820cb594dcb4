//! A block of known keys: unknown and repeated ones are reported when it is opened, values are asked for by name.

use super::Checker;
use crate::config::file::{Entry, Node, Value};
use crate::config::problem::Position;
use crate::config::suggest::nearest;

/// An opened block of keys.
pub(super) struct Section<'n> {
    /// Where its own key is written: the place for what is missing in it.
    pub at: Position,
    /// How sentences name it.
    pub title: String,
    entries: &'n [Entry],
}

impl<'n> Section<'n> {
    /// The value of `key`, if it is there; of a repeated key the first.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The key and its value.
    pub fn entry(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

impl Checker {
    /// Opens the block below `entry`, in which only `keys` may stand. An empty block is one without keys.
    pub(super) fn section<'n>(
        &mut self,
        entry: &'n Entry,
        title: String,
        keys: &'static [&'static str],
    ) -> Option<Section<'n>> {
        let entries = match &entry.value.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Nothing => &[],
            Value::Text(_) | Value::Number(_) | Value::Flag(..) | Value::List => {
                self.problem(entry.value.at, format!("{title} is not a block of keys; it takes {}", listed(keys)));
                return None;
            }
        };
        for (index, entry) in entries.iter().enumerate() {
            if keys.contains(&entry.key.as_str()) {
                self.once(&entries[..index], entry);
            } else {
                self.problem(entry.at, unknown_key(&entry.key, &title, keys));
            }
        }
        Some(Section { at: entry.at, title, entries })
    }

    /// Opens the block below a name of the operator's choice, called a `what`; one that was there `before` is reported.
    pub(super) fn named<'n>(
        &mut self,
        before: &[Entry],
        entry: &'n Entry,
        what: &str,
        keys: &'static [&'static str],
    ) -> Option<Section<'n>> {
        if is_name(&entry.key) {
            self.once(before, entry);
            return self.section(entry, format!("{what} `{}`", entry.key), keys);
        }
        self.problem(entry.at, format!("the name of a {what} must be a word"));
        None
    }
}

/// Whether a name of the operator's choice is a word that a terminal shows as it is.
pub(super) fn is_name(key: &str) -> bool {
    !key.trim().is_empty() && !key.chars().any(char::is_control)
}

/// Names the key only where it is nearly one of ours: anything else could be half of a password.
fn unknown_key(key: &str, title: &str, keys: &[&str]) -> String {
    let glued = key.split_once(':').map(|(start, _)| start).filter(|start| keys.contains(start));
    if let Some(start) = glued {
        return format!("a space is missing after `{start}:`");
    }
    match nearest(key, keys) {
        Some(meant) => format!("`{key}` is not known in {title}; did you mean `{meant}`?"),
        None => format!("this key is not known in {title}; known are {}", listed(keys)),
    }
}

/// `a, b and c`.
pub(super) fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
