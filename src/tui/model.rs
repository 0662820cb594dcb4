//! Everything the console knows between two messages. Views read it, `update` alone changes it.

use std::sync::Arc;

use crate::advise::{Board, Finding};
use crate::clock::Moment;
use crate::config::{Config, Environment, Thresholds};
use crate::job::Access;
use crate::op::OpEntry;
use crate::op::invocation::Groups;
use crate::ops::{GROUPS, OPS};
use crate::sample::{Picture, Section};
use crate::units::DatabaseName;

use super::dialog::Dialog;
use super::editor::Editor;
use super::form::Form;
use super::glyph::Charset;
use super::jobs::Jobs;
use super::leave::Leaving;
use super::migrations::Shelf;
use super::msg::{Answer, Question};
use super::order::Planning;
use super::screen::SCREENS;
use super::theme::{Palette, Role};

/// What the terminal is like; found out once, at the edge.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Colours.
    pub palette: Palette,
    /// Characters.
    pub charset: Charset,
}

/// The operations there are.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Each of them.
    pub ops: &'static [OpEntry],
    /// The words that begin several.
    pub groups: Groups,
}

/// The state of the console.
#[derive(Debug)]
pub struct Model {
    /// Everything that dbdeck was told.
    pub config: Arc<Config>,
    /// What can be done.
    pub table: Table,
    /// Whether anything may be changed.
    pub access: Access,
    /// The present, as of the last message.
    pub now: Moment,
    /// The terminal's columns and rows.
    pub size: (u16, u16),
    /// How things are drawn.
    pub look: Look,
    /// What kind of installation this is.
    pub environment: Environment,
    /// The databases' names, in the order of the configuration.
    pub targets: Vec<DatabaseName>,
    /// Who is at the keyboard: the author of new files.
    pub operator: String,
    /// When a figure deserves attention.
    pub thresholds: Thresholds,
    /// What the configuration itself deserves a word about.
    pub warnings: Vec<String>,
    /// The latest of every server.
    pub picture: Picture,
    /// What needs attention.
    pub board: Board,
    /// The present screen, a place in [`SCREENS`].
    pub screen: usize,
    /// The selected pane of the overview.
    pub pane: usize,
    /// One for each screen.
    pub lists: Vec<ListState>,
    /// What lies over the screen.
    pub layer: Option<Layer>,
    /// The jobs of this console and of all others.
    pub jobs: Jobs,
    /// The migrations, once they were read.
    pub shelf: Option<Arc<Shelf>>,
    /// Set while the console is about to end and its jobs are not over.
    pub leaving: Option<Leaving>,
    /// What is told in the footer.
    pub said: Option<Said>,
}

/// Something told in the footer.
#[derive(Debug, Clone)]
pub struct Said {
    /// When.
    pub at: Moment,
    /// What.
    pub text: String,
    /// How long it stays.
    pub stays: Stays,
}

/// How long something told stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    /// A few seconds: it went as wanted.
    Moments,
    /// Until a key is pressed: it did not.
    UntilKey,
}

/// Where one list is.
#[derive(Debug, Clone, Default)]
pub struct ListState {
    /// Which row is selected, by its identity: rows come and go.
    pub selected: Option<u64>,
    /// The place it had when it was last seen, where the cursor stays when it goes.
    pub place: usize,
    /// Which rows are kept.
    pub filter: String,
    /// Whether the filter is being typed.
    pub typing: bool,
    /// The column it is sorted by, when not the list's own.
    pub sort: Option<usize>,
    /// Whether the order is turned round.
    pub reversed: bool,
    /// What it showed when it was paused.
    pub paused: Option<(Moment, Picture)>,
}

/// What lies over the screen.
#[derive(Debug, Clone)]
pub enum Layer {
    /// All keys.
    Help {
        /// First line shown.
        scroll: usize,
    },
    /// A few letters, and the actions they fit.
    Commands {
        /// The letters.
        query: String,
        /// The selected one.
        place: usize,
    },
    /// One thing in full.
    Reader(Reader),
    /// What is being planned.
    Planning(Planning),
    /// A question to the operator.
    Dialog(Dialog),
    /// The parameters of an operation, or of a new file.
    Form(Form),
    /// The text of a new file.
    Editor(Box<Editor>),
}

/// One thing in full: what was known when it was opened, and what was asked about it.
#[derive(Debug, Clone)]
pub struct Reader {
    /// What it is.
    pub title: String,
    /// Headed paragraphs.
    pub sections: Vec<Section>,
    /// What was asked, and the answer once it is there.
    pub inquiry: Option<(Question, Option<Result<Answer, String>>)>,
    /// First line shown.
    pub scroll: usize,
}

impl Model {
    /// A console that has seen nothing yet.
    pub fn new(config: Arc<Config>, look: Look, size: (u16, u16), now: Moment) -> Self {
        Self {
            table: Table { ops: OPS, groups: GROUPS },
            access: if config.ui.read_only { Access::ReadOnly } else { Access::Full },
            now,
            size,
            look,
            environment: config.environment,
            targets: config.targets.iter().map(|target| target.name.clone()).collect(),
            operator: String::new(),
            thresholds: config.thresholds,
            warnings: config.warnings.clone(),
            picture: Picture::default(),
            board: Board::default(),
            screen: 0,
            pane: 0,
            lists: SCREENS.iter().map(|_| ListState::default()).collect(),
            layer: None,
            jobs: Jobs::default(),
            shelf: None,
            leaving: None,
            said: None,
            config,
        }
    }

    /// The state of the present screen's list.
    pub fn list(&self) -> &ListState {
        &self.lists[self.screen]
    }

    /// The same, to be changed.
    pub fn list_mut(&mut self) -> &mut ListState {
        &mut self.lists[self.screen]
    }

    /// What the present screen shows: the latest, or what was there when it was paused.
    pub fn shown(&self) -> &Picture {
        self.list().paused.as_ref().map_or(&self.picture, |(_, picture)| picture)
    }

    /// How a role looks here.
    pub fn style(&self, role: Role) -> ratatui::style::Style {
        self.look.palette.style(role)
    }

    /// What needs attention, worst first.
    pub fn findings(&self) -> &[Finding] {
        self.board.findings()
    }

    /// Tells the operator something in the footer; what went wrong before is not covered by it.
    pub fn say(&mut self, text: impl Into<String>) {
        if self.said.as_ref().is_none_or(|said| said.stays == Stays::Moments) {
            self.said = Some(Said { at: self.now, text: text.into(), stays: Stays::Moments });
        }
    }

    /// Tells the operator in the footer what went wrong; it stays until a key is pressed.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.said = Some(Said { at: self.now, text: text.into(), stays: Stays::UntilKey });
    }
}
