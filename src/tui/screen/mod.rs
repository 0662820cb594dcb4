//! The screens. Adding one is one file and one line in the list below: tabs, digits, palette and help follow.
//!
//! A screen that is a list implements [`super::list::Listing`] (its rows, columns and detail as data) and gets the
//! cursor, filter, sorting, pause, copy and drawing from there; anything else implements [`Screen`] itself.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::keymap::{Action, Context};
use super::list::List;
use super::model::Model;
use super::msg::Effect;
use crate::sample::Interest;
use crate::units::{DatabaseName, ThreadId};

/// What an operation can be about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// A database; for a thread, one on its server.
    pub database: Option<DatabaseName>,
    /// A table of that database.
    pub table: Option<String>,
    /// A thread of its server.
    pub thread: Option<ThreadId>,
}

/// One screen of the console.
pub trait Screen: Sync {
    /// Its name on the tab.
    fn title(&self) -> &'static str;
    /// The digit that shows it.
    fn key(&self) -> char;
    /// What it is for, in one sentence.
    fn doc(&self) -> &'static str;
    /// What has to be read while it is shown.
    fn interest(&self) -> Interest;
    /// Which keys hold on it.
    fn context(&self) -> Context;
    /// What is selected on it, as far as an operation can be about it.
    fn subject(&self, model: &Model) -> Subject;
    /// What an action means on it.
    fn act(&self, action: Action, model: &mut Model) -> Vec<Effect>;
    /// Draws it.
    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect);
}

/// Declares the file of each screen and lists them all, so that a screen is one file and one line.
macro_rules! screens {
    ($($file:ident => $screen:expr,)*) => {
        $(pub mod $file;)*

        /// All screens, in the order of their tabs. The digits are those of the finished console, hence the gap.
        pub const SCREENS: &[&dyn Screen] = &[$(&$screen),*];
    };
}

screens! {
    overview => overview::Overview,
    activity => List(activity::Activity),
    queries => List(queries::Queries),
    tables => List(tables::Tables),
    migrations => List(migrations::Migrations),
    jobs => List(jobs::Jobs),
    checks => List(checks::Checks),
}
