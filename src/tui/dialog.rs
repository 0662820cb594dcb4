//! A question to the operator: a text, perhaps a word to be typed, and buttons of which the first changes nothing.
//!
//! Invariant: a dialog opens with its first button marked, Esc means that button, and a word that is asked for must be
//! typed exactly before any other button does anything. Nothing is answered by a letter.

use super::jobs;
use super::keymap::{self, Action, Context};
use super::leave::{self, How};
use super::model::{Layer, Model};
use super::msg::{Effect, Key};
use super::order::approval::{Approved, approve};
use super::order::paper::Line;
use super::update::moved;
use super::view::dialog::extent;
use crate::op::record::JobUid;

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialog {
    /// What it is about.
    pub title: String,
    /// What has to be known, unfolded.
    pub lines: Vec<Line>,
    /// What has to be typed before anything but the first button does something.
    pub word: Option<Word>,
    /// The answers; the first one leaves everything as it is.
    pub buttons: Vec<Button>,
    /// The marked one.
    pub focus: usize,
    /// First line shown.
    pub scroll: usize,
}

/// A word that has to be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// It.
    pub wanted: String,
    /// What it is.
    pub what: &'static str,
    /// What was typed so far.
    pub typed: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Button {
    /// What is written on it.
    pub label: String,
    /// What it means.
    pub choice: Choice,
}

/// What an answer means.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// Leave everything as it is.
    Close,
    /// Run what was planned.
    Run(Approved),
    /// Ask a job to stop.
    Stop(JobUid),
    /// End the console, and the jobs that way.
    Leave(How),
    /// Do not end.
    Stay,
    /// End now, whatever runs.
    Quit,
}

impl Word {
    /// A word to be typed, and what it is.
    pub fn new(wanted: &str, what: &'static str) -> Self {
        Self { wanted: wanted.to_owned(), what, typed: String::new() }
    }

    /// Whether it was typed.
    pub fn is_typed(&self) -> bool {
        self.typed == self.wanted
    }
}

impl Button {
    /// A button.
    pub fn new(label: impl Into<String>, choice: Choice) -> Self {
        Self { label: label.into(), choice }
    }
}

impl Dialog {
    /// A question without a word to be typed; the first button is marked.
    pub fn new(title: impl Into<String>, lines: Vec<Line>, buttons: Vec<Button>) -> Self {
        Self { title: title.into(), lines, word: None, buttons, focus: 0, scroll: 0 }
    }

    /// Whether a button does what it says.
    pub fn is_enabled(&self, place: usize) -> bool {
        place == 0 || self.word.as_ref().is_none_or(Word::is_typed)
    }
}

/// A key in a dialog.
pub fn typed(model: &mut Model, key: Key) -> Vec<Effect> {
    let size = model.size;
    let Some(Layer::Dialog(dialog)) = &mut model.layer else { return Vec::new() };
    if dialog.word.as_mut().is_some_and(|word| write(word, key)) {
        return Vec::new();
    }
    let buttons = dialog.buttons.len().max(1);
    match keymap::action(&[], Context::Dialog, key) {
        Some(Action::Next) => dialog.focus = (dialog.focus + 1) % buttons,
        Some(Action::Previous) => dialog.focus = (dialog.focus + buttons - 1) % buttons,
        Some(Action::Open) => return press(model),
        Some(Action::Back) => return choose(model, 0),
        Some(movement) => scroll(dialog, movement, size),
        None => {}
    }
    Vec::new()
}

/// Scrolls the text.
pub fn scroll(dialog: &mut Dialog, movement: Action, size: (u16, u16)) {
    let (length, rows) = extent(dialog, size);
    dialog.scroll = moved(dialog.scroll, movement, rows.saturating_sub(1).max(1), length.saturating_sub(rows) + 1);
}

/// Whether the key was part of the word.
fn write(word: &mut Word, key: Key) -> bool {
    match key {
        Key::Char(c) => word.typed.push(c),
        Key::Backspace => {
            word.typed.pop();
        }
        Key::Ctrl('u') => word.typed.clear(),
        _ => return false,
    }
    true
}

/// Enter: the marked button, when it may.
fn press(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Dialog(dialog)) = &model.layer else { return Vec::new() };
    let focus = dialog.focus;
    if !dialog.is_enabled(focus) {
        let what = dialog.word.as_ref().map_or("the word", |word| word.what);
        model.say(format!("type {what} first"));
        return Vec::new();
    }
    choose(model, focus)
}

fn choose(model: &mut Model, place: usize) -> Vec<Effect> {
    let Some(Layer::Dialog(dialog)) = model.layer.take() else { return Vec::new() };
    let Some(button) = dialog.buttons.into_iter().nth(place) else { return Vec::new() };
    match button.choice {
        Choice::Close => Vec::new(),
        Choice::Run(approved) => approve(model, approved),
        Choice::Stop(uid) => jobs::keys::stop(model, uid),
        Choice::Leave(how) => leave::leave(model, how),
        Choice::Stay => leave::stay(model),
        Choice::Quit => leave::now(model),
    }
}
