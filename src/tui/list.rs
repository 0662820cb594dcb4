//! What all lists have in common: cursor, filter, sorting, pause, copy, detail and drawing.
//!
//! A list describes itself by [`Listing`]; rows borrow from the picture and only those on the screen are formatted,
//! so a list of five thousand costs a frame about what a list of fifty does.

use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hasher};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::keymap::{Action, Context};
use super::model::{Model, Reader};
use super::msg::Effect;
use super::screen::{Screen, Subject};
use super::theme::Role;
use super::update::{moved, open};
use super::view::grid;
use crate::sample::Interest;

/// One text in a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// What it means.
    pub role: Role,
}

impl Cell {
    /// An ordinary text.
    #[allow(clippy::needless_pass_by_value)] // figures, names and fresh strings alike
    pub fn text(text: impl ToString) -> Self {
        Self { text: text.to_string(), role: Role::Text }
    }

    /// A text with a meaning.
    #[allow(clippy::needless_pass_by_value)] // as above
    pub fn with(text: impl ToString, role: Role) -> Self {
        Self { text: text.to_string(), role }
    }

    /// A value that may be unknown, which shows as a quiet dash.
    pub fn maybe(value: Option<impl ToString>) -> Self {
        value.map_or_else(|| Self::with("-", Role::Quiet), Self::text)
    }
}

/// How wide a column is, and on which side its texts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// That many columns, text on the left.
    Left(u16),
    /// That many columns, figures on the right.
    Right(u16),
    /// What is left over, shared with others of this kind.
    Rest,
}

/// One column of a list.
pub struct Column<L: Listing> {
    /// Its heading.
    pub title: &'static str,
    /// Its width.
    pub width: Width,
    /// Dropped when the terminal has fewer columns than this.
    pub from: u16,
    /// What it says of a row.
    pub cell: for<'a> fn(&L::Row<'a>) -> Cell,
    /// Its order, the more interesting first.
    pub order: for<'a> fn(&L::Row<'a>, &L::Row<'a>) -> Ordering,
}

/// The rows, and what has to be said about them.
pub struct Found<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// Lines above the list: where the figures come from, what is missing and why.
    pub notes: Vec<Note>,
    /// What an empty list means; empty itself when that cannot be told, and a note says why.
    pub empty: &'static str,
}

/// One thing to be said above a list.
pub struct Note {
    /// Of whom.
    who: Vec<String>,
    /// What; a statement to paste has a line of its own.
    text: String,
    /// What that means.
    pub role: Role,
}

impl<R> Found<R> {
    /// Nothing yet, and what it means when it stays that way.
    pub fn none(empty: &'static str) -> Self {
        Self { rows: Vec::new(), notes: Vec::new(), empty }
    }

    /// Says something of somebody; what is said of several is said once.
    pub fn note(&mut self, who: &impl ToString, text: impl Into<String>, role: Role) {
        let (who, text) = (who.to_string(), text.into());
        match self.notes.iter_mut().find(|note| note.text == text) {
            Some(note) => note.who.push(who),
            None => self.notes.push(Note { who: vec![who], text, role }),
        }
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.who.join(", "), self.text)
    }
}

/// A list, as data.
pub trait Listing: Sync + Sized + 'static {
    /// One row; borrows from the model.
    type Row<'a>: Clone;
    /// Name on the tab.
    const TITLE: &'static str;
    /// The digit that shows it.
    const KEY: char;
    /// What it is for, in one sentence.
    const DOC: &'static str;
    /// What has to be read for it.
    const INTEREST: Interest;
    /// What one row is called, and several.
    const NOUN: (&'static str, &'static str);
    /// Its columns.
    const COLUMNS: &'static [Column<Self>];
    /// The column it is sorted by at first.
    const SORT: usize;
    /// Which keys hold on it.
    const CONTEXT: Context = Context::List;

    /// All rows, unsorted.
    fn rows(model: &Model) -> Found<Self::Row<'_>>;
    /// What makes a row the same row in the next reading.
    fn identify(row: &Self::Row<'_>, hasher: &mut DefaultHasher);
    /// Whether a row contains a text (given in lower case).
    fn contains(row: &Self::Row<'_>, needle: &str) -> bool;
    /// The row in full.
    fn detail(row: &Self::Row<'_>) -> Reader;
    /// What `y` copies.
    fn copied(row: &Self::Row<'_>) -> String;
    /// What an operation would be about.
    fn subject(_row: &Self::Row<'_>) -> Subject {
        Subject::default()
    }
}

/// Whether any of the texts contains the needle, whatever the case of its letters.
pub fn any_contains(texts: &[&str], needle: &str) -> bool {
    texts.iter().any(|text| text.to_lowercase().contains(needle))
}

/// A list as a screen.
pub struct List<L>(pub L);

/// The rows as shown: filtered, sorted, with the cursor's place.
pub struct Shown<R> {
    /// What was found.
    pub found: Found<R>,
    /// Rows before the filter.
    pub total: usize,
    /// The cursor.
    pub place: usize,
}

/// Filters and sorts.
pub fn shown<L: Listing>(model: &Model) -> Shown<L::Row<'_>> {
    let list = model.list();
    let mut found = L::rows(model);
    let total = found.rows.len();
    let filter = list.filter.to_lowercase();
    let (needle, wanted) = filter.strip_prefix('!').map_or((filter.as_str(), true), |rest| (rest, false));
    if !needle.is_empty() {
        found.rows.retain(|row| L::contains(row, needle) == wanted);
    }
    let column = &L::COLUMNS[list.sort.unwrap_or(L::SORT)];
    found.rows.sort_by(|a, b| if list.reversed { (column.order)(b, a) } else { (column.order)(a, b) });
    let place = list
        .selected
        .and_then(|id| found.rows.iter().position(|row| identity::<L>(row) == id))
        .unwrap_or(list.place)
        .min(found.rows.len().saturating_sub(1));
    Shown { found, total, place }
}

/// What the selection knows a row by.
pub fn identity<L: Listing>(row: &L::Row<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    L::identify(row, &mut hasher);
    hasher.finish()
}

impl<L: Listing> Screen for List<L> {
    fn title(&self) -> &'static str {
        L::TITLE
    }

    fn key(&self) -> char {
        L::KEY
    }

    fn doc(&self) -> &'static str {
        L::DOC
    }

    fn interest(&self) -> Interest {
        L::INTEREST
    }

    fn context(&self) -> Context {
        L::CONTEXT
    }

    fn subject(&self, model: &Model) -> Subject {
        let shown = shown::<L>(model);
        shown.found.rows.get(shown.place).map(L::subject).unwrap_or_default()
    }

    fn act(&self, action: Action, model: &mut Model) -> Vec<Effect> {
        match action {
            Action::Next => return neighbour(model, 1),
            Action::Previous => return neighbour(model, super::screen::SCREENS.len() - 1),
            Action::Filter => model.list_mut().typing = true,
            Action::ClearFilter => model.list_mut().filter.clear(),
            Action::Sort => sort_by_next::<L>(model),
            Action::Reverse => model.list_mut().reversed ^= true,
            Action::Pause => pause(model),
            Action::Copy => return copy::<L>(model),
            Action::Open => return open_selected::<L>(model),
            movement => select::<L>(model, movement),
        }
        Vec::new()
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect) {
        grid::draw::<L>(model, &shown::<L>(model), buffer, area);
    }
}

fn neighbour(model: &mut Model, steps: usize) -> Vec<Effect> {
    super::update::go(model, (model.screen + steps) % super::screen::SCREENS.len())
}

fn select<L: Listing>(model: &mut Model, movement: Action) {
    let page = usize::from(model.size.1.saturating_sub(8)).max(1);
    let (place, id) = {
        let shown = shown::<L>(model);
        let place = moved(shown.place, movement, page, shown.found.rows.len());
        (place, shown.found.rows.get(place).map(|row| identity::<L>(row)))
    };
    let list = model.list_mut();
    (list.place, list.selected) = (place, id);
}

fn sort_by_next<L: Listing>(model: &mut Model) {
    let next = (model.list().sort.unwrap_or(L::SORT) + 1) % L::COLUMNS.len();
    model.list_mut().sort = Some(next);
    model.say(format!("sorted by {}", L::COLUMNS[next].title));
}

fn pause(model: &mut Model) {
    let held = match model.list_mut().paused.take() {
        Some(_) => None,
        None => Some((model.now, model.picture.clone())),
    };
    model.list_mut().paused = held;
}

fn copy<L: Listing>(model: &mut Model) -> Vec<Effect> {
    let text = {
        let shown = shown::<L>(model);
        shown.found.rows.get(shown.place).map(L::copied)
    };
    let Some(text) = text else { return Vec::new() };
    model.say("copied");
    vec![Effect::Copy(text)]
}

fn open_selected<L: Listing>(model: &mut Model) -> Vec<Effect> {
    let reader = {
        let shown = shown::<L>(model);
        shown.found.rows.get(shown.place).map(L::detail)
    };
    reader.map_or_else(Vec::new, |reader| open(model, reader))
}
