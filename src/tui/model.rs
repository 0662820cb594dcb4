//! Everything the console knows between two messages. Views read it, `update` alone changes it.

use crate::advise::{Board, Finding};
use crate::clock::Moment;
use crate::config::{Config, Environment, Thresholds};
use crate::sample::Picture;
use crate::units::DatabaseName;

use super::glyph::Charset;
use super::msg::{Answer, Inquiry};
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

/// The state of the console.
#[derive(Debug)]
pub struct Model {
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
    /// The last thing done, told in the footer.
    pub said: Option<(Moment, String)>,
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
}

/// One thing in full: what was known when it was opened, and what was asked about it.
#[derive(Debug, Clone)]
pub struct Reader {
    /// What it is.
    pub title: String,
    /// Headed paragraphs.
    pub sections: Vec<(String, Vec<String>)>,
    /// What was asked, and the answer once it is there.
    pub inquiry: Option<(Inquiry, Option<Result<Answer, String>>)>,
    /// First line shown.
    pub scroll: usize,
}

impl Model {
    /// A console that has seen nothing yet.
    pub fn new(config: &Config, look: Look, size: (u16, u16), now: Moment) -> Self {
        Self {
            now,
            size,
            look,
            environment: config.environment,
            targets: config.targets.iter().map(|target| target.name.clone()).collect(),
            thresholds: config.thresholds,
            warnings: config.warnings.clone(),
            picture: Picture::default(),
            board: Board::default(),
            screen: 0,
            pane: 0,
            lists: SCREENS.iter().map(|_| ListState::default()).collect(),
            layer: None,
            said: None,
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

    /// Tells the operator something in the footer.
    pub fn say(&mut self, text: impl Into<String>) {
        self.said = Some((self.now, text.into()));
    }
}
