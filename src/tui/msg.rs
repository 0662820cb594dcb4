//! What reaches the console and what it asks for: closed lists, so that a run can be logged, compared and replayed.

use std::path::PathBuf;
use std::sync::Arc;

use super::jobs::Record;
use super::migrations::Shelf;
use super::order::Order;
use crate::clock::Moment;
use crate::job::JobView;
use crate::op::Plan;
use crate::op::cx::Wish;
use crate::op::record::JobUid;
use crate::sample::{Interest, Picture};
use crate::units::DatabaseName;

pub use crate::sample::{Answer, Inquiry};

/// Something happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// Time has passed.
    Tick(Moment),
    /// The servers were read.
    Sampled(Moment, Picture),
    /// A key was pressed.
    Key(Key),
    /// The wheel of the mouse was turned.
    Scrolled(Turn),
    /// The first row of the screen was clicked on, at this column.
    TabClicked(u16),
    /// The terminal has another size: columns, rows.
    Resized(u16, u16),
    /// A question about one thing was answered, or could not be.
    Answered(Question, Result<Answer, String>),
    /// The jobs of this console have changed.
    Jobs(Arc<Vec<JobView>>),
    /// The record was read: the jobs of all consoles.
    Recorded(Arc<Record>),
    /// The migrations were read: the files, and what each database has of them.
    Shelved(Arc<Shelf>),
    /// A new file was written there, or could not be.
    Saved(Result<PathBuf, String>),
    /// The operator's editor could not be run: why.
    Edited(String),
    /// Of what is being planned by that command line, the job at that place has its plan, or cannot be planned.
    Planned(String, usize, Result<Box<Plan>, String>),
    /// A job was not accepted: why.
    Refused(String),
}

/// What is asked about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Of a server.
    Server(Inquiry),
    /// Of the record: the steps of a job.
    Steps(JobUid),
    /// Of a migration in a database; answered by what was read of all of them.
    Migration(DatabaseName, String),
}

impl From<Inquiry> for Question {
    fn from(inquiry: Inquiry) -> Self {
        Self::Server(inquiry)
    }
}

/// Which way the wheel went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Towards the beginning.
    Up,
    /// Towards the end.
    Down,
}

/// A key, as the key table names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names are the keys
pub enum Key {
    Char(char),
    Ctrl(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Self::Char(' ') => "Space",
            Self::Char(c) => return write!(f, "{c}"),
            Self::Ctrl(c) => return write!(f, "Ctrl-{c}"),
            Self::Enter => "Enter",
            Self::Esc => "Esc",
            Self::Tab => "Tab",
            Self::BackTab => "Shift-Tab",
            Self::Backspace => "Backspace",
            Self::Up => "Up",
            Self::Down => "Down",
            Self::Left => "Left",
            Self::Right => "Right",
            Self::PageUp => "PgUp",
            Self::PageDown => "PgDn",
            Self::Home => "Home",
            Self::End => "End",
        };
        f.write_str(name)
    }
}

/// What the runtime shall do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// End the console.
    Quit,
    /// Read what is being looked at.
    Watch(Interest),
    /// Put a text on the clipboard of the operator's terminal.
    Copy(String),
    /// Ask a server or the record about one thing.
    Inquire(Question),
    /// Plan what a command line says, each job of it by itself.
    Plan(String),
    /// The operator agrees that the record's tables are created.
    Consent,
    /// Take these jobs on.
    Submit(Vec<Order>),
    /// Ask a job to stop.
    Cancel(JobUid),
    /// Tell a job what is wanted of it.
    Wish(JobUid, Wish),
    /// Take no more jobs; those that rest go on.
    TakeNoMore,
    /// Take jobs again.
    GoOn,
    /// These jobs have been left to another process: start it when the console has ended.
    HandOver(Vec<JobUid>),
    /// Write a new migration file of that name and text.
    Save(String, String),
    /// Give the terminal to the operator's own editor, on that file.
    Edit(PathBuf),
    /// Draw everything anew: something else has written to the terminal.
    Repaint,
}
