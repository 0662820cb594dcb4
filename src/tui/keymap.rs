//! The one table of keys: dispatch, footer, help, palette and the README's list are all made from it.
//!
//! Two kinds of keys stand elsewhere and are joined here: the digits of the screens, and the keys of the operations, each
//! beside what it is the key of.

use super::msg::Key;
use super::screen::SCREENS;
use crate::op::{OpEntry, Scope};

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
    /// The key of the operation at that place of the table: its plan, for what is selected.
    Operate(usize),
    /// The operation at that place of the table, its parameters asked for.
    Fill(usize),
    Stop,
    Rest,
    Again,
    New,
    Edit,
    Save,
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
    /// On the list of tables.
    Tables,
    /// On the list of connections.
    Activity,
    /// On the list of migrations.
    Migrations,
    /// On the list of jobs.
    Jobs,
    /// In an opened migration.
    Migration,
    /// In an opened detail or the help.
    Reader,
    /// In a question.
    Dialog,
    /// In a form.
    Form,
    /// In the editor of a new file.
    Editor,
}

/// Every context, for tests that look at all of them.
pub const CONTEXTS: [Context; 12] =
    [Everywhere, Panes, List, Tables, Activity, Migrations, Jobs, Migration, Reader, Dialog, Form, Editor];

impl Context {
    /// The contexts whose keys hold here, the nearest first: its meaning of a key comes before the farther ones'.
    pub fn chain(self) -> &'static [Self] {
        match self {
            Everywhere => &[Everywhere],
            Panes => &[Panes, Everywhere],
            List | Tables | Activity => &[List, Everywhere],
            Migrations => &[Migrations, List, Everywhere],
            Jobs => &[Jobs, List, Everywhere],
            Migration => &[Migration, Reader, Everywhere],
            Reader => &[Reader, Everywhere],
            Dialog => &[Dialog],
            Form => &[Form],
            Editor => &[Editor],
        }
    }

    /// Where that is, in words.
    pub fn title(self) -> &'static str {
        match self {
            Everywhere => "everywhere",
            Panes => "on the overview",
            List => "on lists",
            Tables => "on the list of tables",
            Activity => "on the list of connections",
            Migrations => "on the list of migrations",
            Jobs => "on the list of jobs",
            Migration => "in an opened migration",
            Reader => "in an opened text",
            Dialog => "in a question",
            Form => "in a form",
            Editor => "in the editor",
        }
    }

    /// Whether keys hold here that lead elsewhere; a question, a form and an editor are answered or left first.
    pub fn leads_away(self) -> bool {
        self.chain().contains(&Everywhere)
    }

    /// Whether the key of an operation of that scope holds here: here is something that it can be about.
    pub fn offers(self, scope: Scope) -> bool {
        match scope {
            Scope::Thread => self == Activity,
            Scope::Database => matches!(self, Panes | Tables),
            Scope::Together => matches!(self, Panes | Tables | Migrations | Migration),
        }
    }
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

use Context::{Activity, Dialog, Editor, Everywhere, Form, Jobs, List, Migration, Migrations, Panes, Reader, Tables};
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
    bind(Jobs,       &[Key::Char('x')],                  Action::Stop,        "cancel",  "Ask the selected job to stop, after a question.", Shown),
    bind(Jobs,       &[Key::Char('p')],                  Action::Rest,        "pause",   "Let the selected job rest where nothing is half-done, or go on.", Shown),
    bind(Jobs,       &[Key::Char('r')],                  Action::Again,       "resume, run again", "Go on with the selected job if it was interrupted, else run it again: its plan is shown first.", Shown),
    bind(Migrations, &[Key::Char('n')],                  Action::New,         "new",     "Write a new migration file: its name, its databases, then its text.", Shown),
    bind(Migrations, &[Key::Char('e')],                  Action::Edit,        "edit",    "Open the selected migration's file in $VISUAL or $EDITOR.", Shown),
    bind(Migration,  &[Key::Char('e')],                  Action::Edit,        "edit",    "Open its file in $VISUAL or $EDITOR.", Shown),
    bind(Panes,      &[Key::Char('x')],                  Action::Stop,        "cancel",  "Ask the newest running job of this console to stop, after a question.", Hidden),
    bind(Dialog,     &[Key::Enter],                      Action::Open,        "choose",  "Do what the marked button says.", Shown),
    bind(Dialog,     &[Key::Tab, Key::Right],            Action::Next,        "next",    "Mark the next button.", Shown),
    bind(Dialog,     &[Key::BackTab, Key::Left],         Action::Previous,    "previous","Mark the previous button.", Hidden),
    bind(Dialog,     &[Key::Up],                         Action::Up,          "up",      "Scroll the text up.", Hidden),
    bind(Dialog,     &[Key::Down],                       Action::Down,        "down",    "Scroll the text down.", Hidden),
    bind(Dialog,     &[Key::PageUp, Key::Ctrl('b')],     Action::PageUp,      "page up", "Scroll a page up.", Hidden),
    bind(Dialog,     &[Key::PageDown, Key::Ctrl('f')],   Action::PageDown,    "page down", "Scroll a page down.", Shown),
    bind(Dialog,     &[Key::Esc, Key::Ctrl('c')],        Action::Back,        "leave",   "Leave it; nothing has been done.", Shown),
    bind(Form,       &[Key::Enter],                      Action::Open,        "go on",   "Go on to the plan, or to the editor; nothing is done before it is approved.", Shown),
    bind(Form,       &[Key::Tab, Key::Down],             Action::Next,        "next",    "Go to the next field.", Shown),
    bind(Form,       &[Key::BackTab, Key::Up],           Action::Previous,    "previous","Go to the previous field.", Hidden),
    bind(Form,       &[Key::Esc, Key::Ctrl('c')],        Action::Back,        "leave",   "Leave it; nothing has been done.", Shown),
    bind(Editor,     &[Key::Ctrl('s')],                  Action::Save,        "save",    "Write the new file; no other file is ever written over.", Shown),
    bind(Editor,     &[Key::Esc, Key::Ctrl('c')],        Action::Back,        "leave",   "Leave the editor; asks first when the text was changed.", Shown),
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
    bind(Everywhere, &[Key::Char('q'), Key::Ctrl('c')],  Action::Quit,        "quit",    "End the console; asks first while jobs of it run.", Shown),
];

/// What a key means in a context.
pub fn action(ops: &[OpEntry], context: Context, key: Key) -> Option<Action> {
    let means = |wanted: &Context| {
        BINDINGS.iter().find(|binding| binding.context == *wanted && binding.keys.contains(&key)).map(|b| b.action)
    };
    let is_key = |entry: &OpEntry| entry.meta.key.map(Key::Char) == Some(key);
    let operation =
        || operations(ops, context).find(|(_, entry)| is_key(entry)).map(|(place, _)| Action::Operate(place));
    let digit = || SCREENS.iter().position(|screen| Key::Char(screen.key()) == key).map(Action::Screen);
    context.chain().iter().find_map(means).or_else(operation).or_else(|| digit().filter(|_| context.leads_away()))
}

/// The bindings that hold in a context, the nearest first; what a nearer one has taken the keys of is left out.
pub fn bindings(context: Context) -> impl Iterator<Item = &'static Binding> {
    let chain = context.chain();
    let depth = |binding: &Binding| chain.iter().position(|there| *there == binding.context);
    let is_hidden = move |binding: &Binding| {
        let nearer = BINDINGS.iter().filter(move |other| depth(other) < depth(binding) && depth(other).is_some());
        nearer.flat_map(|other| other.keys).any(|key| Some(key) == binding.keys.first())
    };
    let all = chain.iter().flat_map(|there| BINDINGS.iter().filter(move |binding| binding.context == *there));
    all.filter(move |binding| !is_hidden(binding))
}

/// Where the key of an operation holds, in words.
pub fn offered(scope: Scope) -> String {
    let places: Vec<_> =
        CONTEXTS.iter().filter(|context| context.offers(scope)).map(|context| context.title()).collect();
    places.join(" and ")
}

/// The operations whose keys hold in a context, with their place in the table.
pub fn operations(ops: &[OpEntry], context: Context) -> impl Iterator<Item = (usize, &OpEntry)> {
    let offered = ops.iter().enumerate().filter(move |(_, entry)| context.offers(entry.meta.scope));
    offered.filter(|(_, entry)| entry.meta.key.is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::ops::OPS;

    #[test]
    fn no_key_means_two_things_in_one_context() {
        for context in CONTEXTS {
            let mut seen = HashSet::new();
            for key in BINDINGS.iter().filter(|b| b.context == context).flat_map(|b| b.keys) {
                assert!(seen.insert(*key), "{key} in {context:?}");
            }
        }
    }

    #[test]
    fn no_operation_takes_a_key_of_the_console() {
        for context in CONTEXTS {
            for (_, entry) in operations(OPS, context) {
                let key = entry.meta.key.map(Key::Char).expect("those without are left out");
                assert_eq!(action(&[], context, key), None, "{key} of {} in {context:?}", entry.meta.id);
            }
        }
    }

    #[test]
    fn every_key_of_an_operation_holds_somewhere() {
        for entry in OPS.iter().filter(|entry| entry.meta.key.is_some()) {
            assert!(CONTEXTS.iter().any(|context| context.offers(entry.meta.scope)), "{}", entry.meta.id);
        }
    }

    #[test]
    fn a_nearer_meaning_hides_a_farther_one() {
        let labels = |context| bindings(context).map(|binding| binding.doc).collect::<Vec<_>>();
        let rest = "Let the selected job rest where nothing is half-done, or go on.";
        let hold = "Hold the list still, or let it run again.";
        assert!(labels(Jobs).contains(&rest) && !labels(Jobs).contains(&hold));
        assert!(labels(List).contains(&hold));
        assert_eq!(action(&[], Jobs, Key::Char('p')), Some(Action::Rest));
        assert_eq!(action(&[], Dialog, Key::Char('q')), None, "a question is answered or left");
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
        for context in CONTEXTS {
            assert_eq!(action(&[], context, Key::Esc), Some(Action::Back));
        }
    }
}
