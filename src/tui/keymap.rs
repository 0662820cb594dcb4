//! The one table of keys: dispatch, footer, help, palette and the README's list are all made from it.

use super::msg::Key;
use super::screen::SCREENS;

/// What a key can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // BINDINGS describes each in a sentence
pub enum Action {
    Quit,
    Back,
    Help,
    Palette,
    Screen(usize),
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Next,
    Previous,
    Open,
    Filter,
    ClearFilter,
    Sort,
    Reverse,
    Pause,
    Copy,
    Repaint,
}

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// Everywhere but in a line of text.
    Everywhere,
    /// On screens that are panes.
    Panes,
    /// On screens that are lists.
    List,
    /// In an opened detail or the help.
    Reader,
}

/// One line of the table.
#[derive(Debug)]
pub struct Binding {
    /// Where it holds.
    pub context: Context,
    /// The keys, the most natural first.
    pub keys: &'static [Key],
    /// What they mean.
    pub action: Action,
    /// One word for the footer.
    pub label: &'static str,
    /// One sentence for help and palette.
    pub doc: &'static str,
    /// Whether the footer has room for it.
    pub footer: Footer,
}

/// Whether a binding is hinted at in the footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Footer {
    /// Shown while there is room.
    Shown,
    /// In the help only.
    Hidden,
}

const fn bind(
    context: Context,
    keys: &'static [Key],
    action: Action,
    label: &'static str,
    doc: &'static str,
    footer: Footer,
) -> Binding {
    Binding { context, keys, action, label, doc, footer }
}

use Context::{Everywhere, List, Panes, Reader};
use Footer::{Hidden, Shown};

/// Every key of the console, but for the digits, which [`SCREENS`] gives.
#[rustfmt::skip]
pub const BINDINGS: &[Binding] = &[
    bind(List,       &[Key::Enter],                      Action::Open,        "open",    "Open the detail of the selected row.", Shown),
    bind(Panes,      &[Key::Enter],                      Action::Open,        "tables",  "Show the tables of the selected database.", Shown),
    bind(List,       &[Key::Char('/')],                  Action::Filter,      "filter",  "Keep the rows that contain a text; begin it with ! to leave them out.", Shown),
    bind(List,       &[Key::Char('s')],                  Action::Sort,        "sort",    "Sort by the next column.", Shown),
    bind(List,       &[Key::Char('S')],                  Action::Reverse,     "reverse", "Reverse the order.", Hidden),
    bind(List,       &[Key::Char('p')],                  Action::Pause,       "pause",   "Hold the list still, or let it run again.", Shown),
    bind(List,       &[Key::Char('y')],                  Action::Copy,        "copy",    "Copy the selected row's text to the terminal's clipboard (OSC 52, works over SSH).", Shown),
    bind(List,       &[Key::Backspace],                  Action::ClearFilter, "show all","Take the filter away.", Hidden),
    bind(Reader,     &[Key::Char('y')],                  Action::Copy,        "copy",    "Copy the text that is open.", Shown),
    bind(Everywhere, &[Key::Char('k'), Key::Up],         Action::Up,          "up",      "Move up.", Hidden),
    bind(Everywhere, &[Key::Char('j'), Key::Down],       Action::Down,        "down",    "Move down.", Hidden),
    bind(Everywhere, &[Key::PageUp, Key::Ctrl('b')],     Action::PageUp,      "page up", "Move a page up.", Hidden),
    bind(Everywhere, &[Key::PageDown, Key::Ctrl('f')],   Action::PageDown,    "page down", "Move a page down.", Hidden),
    bind(Everywhere, &[Key::Char('g'), Key::Home],       Action::Top,         "top",     "Move to the beginning.", Hidden),
    bind(Everywhere, &[Key::Char('G'), Key::End],        Action::Bottom,      "bottom",  "Move to the end.", Hidden),
    bind(Everywhere, &[Key::Tab, Key::Char('l'), Key::Right],     Action::Next,     "next",     "Go to the next pane, on lists to the next screen.", Hidden),
    bind(Everywhere, &[Key::BackTab, Key::Char('h'), Key::Left],  Action::Previous, "previous", "Go to the previous pane, on lists to the previous screen.", Hidden),
    bind(Everywhere, &[Key::Esc],                        Action::Back,        "back",    "Close what is open, go back to the overview; never quits.", Hidden),
    bind(Everywhere, &[Key::Char(':')],                  Action::Palette,     "command", "Find any action by a few letters of its name.", Shown),
    bind(Everywhere, &[Key::Char('?')],                  Action::Help,        "help",    "Show every key.", Shown),
    bind(Everywhere, &[Key::Ctrl('l')],                  Action::Repaint,     "repaint", "Draw the whole screen anew.", Hidden),
    bind(Everywhere, &[Key::Char('q'), Key::Ctrl('c')],  Action::Quit,        "quit",    "End the console; the servers do not notice.", Shown),
];

/// What a key means in a context; the context's own meaning comes before the general one.
pub fn action(context: Context, key: Key) -> Option<Action> {
    let digit = SCREENS.iter().position(|screen| Key::Char(screen.key()) == key).map(Action::Screen);
    let find = |wanted| BINDINGS.iter().find(|b| b.context == wanted && b.keys.contains(&key)).map(|b| b.action);
    find(context).or_else(|| find(Everywhere)).or(digit)
}

/// The bindings that hold in a context, its own first.
pub fn bindings(context: Context) -> impl Iterator<Item = &'static Binding> {
    let own = BINDINGS.iter().filter(move |binding| binding.context == context && context != Everywhere);
    own.chain(BINDINGS.iter().filter(|binding| binding.context == Everywhere))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_context() {
        for context in [Everywhere, Panes, List, Reader] {
            let mut seen = HashSet::new();
            for key in BINDINGS.iter().filter(|b| b.context == context).flat_map(|b| b.keys) {
                assert!(seen.insert(*key), "{key} in {context:?}");
            }
        }
    }

    #[test]
    fn every_binding_is_described_by_a_sentence() {
        for binding in BINDINGS {
            assert!(binding.doc.ends_with('.') && binding.doc.len() > 7, "{}", binding.doc);
            assert!(!binding.keys.is_empty() && !binding.label.is_empty(), "{}", binding.doc);
        }
    }

    #[test]
    fn esc_never_quits() {
        for context in [Everywhere, Panes, List, Reader] {
            assert_eq!(action(context, Key::Esc), Some(Action::Back));
        }
    }
}
