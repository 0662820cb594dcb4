//! The guide of a first setup on a full screen: a pure core around the step machine of [`crate::setup::flow`].
//!
//! Reading order: this file (what is known, what comes in and goes out) · [`input`] (the line being typed) · `update` ·
//! [`mod@view`] · `runtime::guide` (the impure part). What is asked, what may be answered and what comes next is the step
//! machine's; here is only how it looks and which key says what.
//!
//! Invariant: nothing is done on a server before `y` is pressed on the review, and a password is never drawn but for the
//! generated one that is shown once.

pub mod input;
pub mod update;
pub mod view;

use input::Input;

use super::model::Look;
use super::msg::Key;
use crate::setup::flow::{self, Question};
use crate::setup::proof::Matrix;
use crate::setup::run::Event;
use crate::setup::{Answers, Flow, Found, Stage, Step, Work};

pub use update::update;
pub use view::view;

/// Everything the guide knows between two messages.
pub struct Guide {
    /// Where it is, and what was answered.
    pub flow: Flow,
    /// What the terminal is like.
    pub look: Look,
    /// Its columns and rows.
    pub size: (u16, u16),
    /// Which question of the stage is asked.
    pub focus: usize,
    /// What is being typed.
    pub input: Input,
    /// First line shown, where there are no questions.
    pub scroll: usize,
    /// What is in the way of going on, when that is not a mistake in an answer.
    pub hindrance: Option<String>,
    /// Whether the operator wants to leave.
    pub leaving: Leaving,
}

/// Whether the operator wants to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// No.
    No,
    /// Asked whether.
    Asked,
    /// Yes, as soon as the step ends that is at work.
    AfterStep,
}

/// Something happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// The terminal has another size.
    Resized(u16, u16),
    /// The server was looked at.
    Looked(Box<Result<Found, String>>),
    /// The run has come this far.
    Happened(Event),
    /// The run could not be begun: why.
    Failed(String),
    /// It was proved.
    Proved(Matrix),
}

/// What the runtime shall do.
#[derive(Debug)]
pub enum Effect {
    /// Do this.
    Work(Work, Box<Answers>, Box<Plan>),
    /// The answer is not wanted any more.
    Abandon,
    /// Stop after the step that is at work.
    Stop,
    /// End the guide.
    Quit,
    /// Draw everything anew.
    Repaint,
}

/// What is to be done, as it was reviewed.
#[derive(Debug)]
pub struct Plan {
    /// What was there.
    pub found: Option<Found>,
    /// The steps.
    pub steps: Vec<Step>,
}

/// How a guide ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything is there and right.
    Right,
    /// Everything is there, and something is not as chosen.
    Differs,
    /// The accounts may do more or less than they should.
    Flawed,
    /// It was left before its end.
    Left,
}

impl Guide {
    /// A guide at its first question.
    pub fn new(flow: Flow, look: Look, size: (u16, u16)) -> Self {
        let input = Input::default();
        let mut guide = Self { flow, look, size, focus: 0, input, scroll: 0, hindrance: None, leaving: Leaving::No };
        guide.refocus(0);
        guide
    }

    /// The question that is asked.
    pub fn question(&self) -> Option<Question> {
        self.flow.questions().into_iter().nth(self.focus)
    }

    /// Asks the question at that place of the stage, with its present answer.
    pub fn refocus(&mut self, place: usize) {
        let questions = self.flow.questions();
        self.focus = place.min(questions.len().saturating_sub(1));
        self.input = questions.get(self.focus).map(Input::of).unwrap_or_default();
        self.scroll = 0;
    }

    /// How far it came.
    pub fn ending(&self) -> Ending {
        let differs = |step: &Step| !step.differences.is_empty();
        match self.flow.matrix() {
            _ if self.flow.stage() != Stage::Done => Ending::Left,
            _ if self.flow.steps().iter().any(differs) => Ending::Differs,
            Some(matrix) if !matrix.is_right() => Ending::Flawed,
            _ => Ending::Right,
        }
    }

    /// Whether something is being done on the server.
    pub fn is_running(&self) -> bool {
        self.flow.working() == Some(flow::Work::Run)
    }
}
