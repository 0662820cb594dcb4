//! The guide as a pure step machine: which stage, which questions, what comes next, and what has to be done for it.
//!
//! A front end shows [`Flow::questions`], hands answers to [`Flow::set`] and [`Flow::set_secret`], and moves with
//! [`Flow::next`] and [`Flow::back`]. Where `next` returns [`Work`], the front end does it (it takes time and a server)
//! and tells the result with [`Flow::looked`], [`Flow::happened`], [`Flow::proved`] or [`Flow::failed`].
//!
//! Reading order: this file · [`question`] (what is asked) · `show`, `take` (answers to text and back) · `together` (what does not
//! go together).

pub mod question;

mod check;
mod show;
mod take;
#[cfg(test)]
mod tests;
mod together;
mod words;

use std::collections::BTreeMap;

use super::answers::{AccountAnswer, Answers};
use super::found::Found;
use super::plan::plan;
use super::proof::Matrix;
use super::run::Event;
use super::step::{State, Step};
use crate::config::Endpoint;
use crate::secret::SecretString;
use crate::server::dialect::SOCKETS;

pub use question::{Key, Kind, Question};

/// Where the guide is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Which server.
    Server,
    /// Who may create accounts there.
    Admin,
    /// What is there.
    Look,
    /// What becomes of it: names, accounts, what is made.
    Names,
    /// Every statement, before it is run.
    Review,
    /// Running them.
    Run,
    /// Proving that the accounts may do what they should and nothing else.
    Proof,
    /// What was done, and what comes next.
    Done,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Self; 8] =
        [Self::Server, Self::Admin, Self::Look, Self::Names, Self::Review, Self::Run, Self::Proof, Self::Done];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Server => "Server",
            Self::Admin => "Login",
            Self::Look => "Look",
            Self::Names => "Names",
            Self::Review => "Review",
            Self::Run => "Run",
            Self::Proof => "Proof",
            Self::Done => "Done",
        }
    }

    /// What happens in it, in a sentence.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Server => "Which server shall the databases live on?",
            Self::Admin => "Who may create databases and accounts there? This login is used now and stored nowhere.",
            Self::Look => "This is what is there. Nothing has been changed.",
            Self::Names => "What shall the databases and accounts be called, and what is to be made?",
            Self::Review => "This is everything that will be done. Nothing has been changed yet.",
            Self::Run => "Doing it. It can be stopped after every step, and run again.",
            Self::Proof => "Logging in as each account, to see what it may do and what it may not. No data is touched.",
            Self::Done => "The installation is ready.",
        }
    }
}

/// What a front end has to do before the guide goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Look at the server: [`super::look::look`], then [`Flow::looked`].
    Look,
    /// Do it: [`super::run::Run::run`], with its events to [`Flow::happened`].
    Run,
    /// Prove it: [`super::proof::prove`], then [`Flow::proved`].
    Prove,
}

/// How far a step of the plan is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Not begun.
    Waiting,
    /// At work.
    Running,
    /// Done, and seen to be right.
    Done,
    /// It was there already.
    Kept,
    /// It is there, and not as chosen: left as it is.
    Left,
    /// It did not work: why.
    Failed(String),
}

/// The guide.
#[derive(Debug, Clone)]
pub struct Flow {
    stage: Stage,
    answers: Answers,
    servers: Vec<Endpoint>,
    mistakes: BTreeMap<Key, String>,
    /// What is wrong with several answers together, found when going on.
    together: BTreeMap<Key, String>,
    /// The operator's account while none is wanted.
    aside: Option<AccountAnswer>,
    working: Option<Work>,
    trouble: Option<String>,
    found: Option<Found>,
    steps: Vec<Step>,
    progress: Vec<Progress>,
    shown_once: Option<(String, SecretString)>,
    matrix: Option<Matrix>,
}

impl Flow {
    /// Begins with these answers. `servers` are those that answer on this machine; the first is taken when the answers'
    /// own is the usual one and is not among them.
    pub fn new(mut answers: Answers, servers: Vec<Endpoint>) -> Self {
        if let (true, Some(first)) = (is_usual(&answers.endpoint), servers.first())
            && !servers.contains(&answers.endpoint)
        {
            answers.endpoint = first.clone();
        }
        Self {
            stage: Stage::Server,
            answers,
            servers,
            mistakes: BTreeMap::new(),
            together: BTreeMap::new(),
            aside: None,
            working: None,
            trouble: None,
            found: None,
            steps: Vec::new(),
            progress: Vec::new(),
            shown_once: None,
            matrix: None,
        }
    }

    /// Where it is.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// What was chosen so far.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// What is being done for it.
    pub fn working(&self) -> Option<Work> {
        self.working
    }

    /// Why the last work failed.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// What is there, once it was looked at.
    pub fn found(&self) -> Option<&Found> {
        self.found.as_ref()
    }

    /// The plan, from [`Stage::Review`] on.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How far each step of the plan is.
    pub fn progress(&self) -> &[Progress] {
        &self.progress
    }

    /// The name and the password that are shown once and kept nowhere.
    pub fn shown_once(&self) -> Option<&(String, SecretString)> {
        self.shown_once.as_ref()
    }

    /// The proof, from [`Stage::Proof`] on.
    pub fn matrix(&self) -> Option<&Matrix> {
        self.matrix.as_ref()
    }

    /// Goes on. Some stages need work first, which is returned; others need answers first.
    ///
    /// # Errors
    /// What is in the way, in a sentence; the questions have their mistakes.
    #[allow(clippy::should_implement_trait)] // a guide goes on; it is no sequence
    pub fn next(&mut self) -> Result<Option<Work>, String> {
        if self.working.is_some() {
            return Err("this is still being worked on".to_owned());
        }
        self.ready()?;
        match self.stage {
            Stage::Server => Ok(self.enter(Stage::Admin)),
            Stage::Admin => Ok(self.work(Stage::Look, Work::Look)),
            Stage::Look => Ok(self.enter(Stage::Names)),
            Stage::Names => Ok(self.work(Stage::Review, Work::Look)),
            Stage::Review => Ok(self.work(Stage::Run, Work::Run)),
            Stage::Run => Ok(self.work(Stage::Proof, Work::Prove)),
            Stage::Proof | Stage::Done => Ok(self.enter(Stage::Done)),
        }
    }

    /// Goes back to the stage before, or to the questions whose answers led here. `false` where there is none, where
    /// something is being done, and where something was done already.
    pub fn back(&mut self) -> bool {
        let before = match self.stage {
            Stage::Server | Stage::Run | Stage::Proof | Stage::Done => return false,
            Stage::Admin => Stage::Server,
            Stage::Look => Stage::Admin,
            Stage::Names => Stage::Look,
            Stage::Review => Stage::Names,
        };
        self.working = None;
        self.enter(before);
        true
    }

    /// Does the work again that failed or was stopped; `None` where this stage has none.
    pub fn again(&mut self) -> Option<Work> {
        let work = match self.stage {
            _ if self.working.is_some() => None,
            Stage::Look | Stage::Review => Some(Work::Look),
            Stage::Run => Some(Work::Run),
            Stage::Proof => Some(Work::Prove),
            Stage::Server | Stage::Admin | Stage::Names | Stage::Done => None,
        }?;
        self.work(self.stage, work)
    }

    /// The server was looked at. An answer that nobody waits for any more is dropped.
    pub fn looked(&mut self, found: Found) {
        if self.working != Some(Work::Look) {
            return;
        }
        self.working = None;
        self.answers.hosts = found.hosts(&self.answers.hosts);
        if self.stage == Stage::Review {
            self.planned(plan(&self.answers, &found));
        }
        self.found = Some(found);
    }

    /// Something happened while it was done.
    pub fn happened(&mut self, event: Event) {
        match event {
            Event::Planned(steps) => self.planned(steps),
            Event::ShownOnce { name, password } => self.shown_once = Some((name, password)),
            Event::Step { index, progress } => {
                if let Some(place) = self.progress.get_mut(index) {
                    *place = progress;
                }
            }
            Event::Ended(result) => {
                self.working = None;
                self.trouble = result.err();
            }
        }
    }

    /// It was proved, well or badly.
    pub fn proved(&mut self, matrix: Matrix) {
        self.working = None;
        self.matrix = Some(matrix);
    }

    /// The work could not be done: why, in a sentence.
    pub fn failed(&mut self, sentence: impl Into<String>) {
        self.working = None;
        self.trouble = Some(sentence.into());
    }

    fn planned(&mut self, steps: Vec<Step>) {
        self.progress = steps.iter().map(Progress::of).collect();
        self.steps = steps;
    }

    fn enter(&mut self, stage: Stage) -> Option<Work> {
        self.stage = stage;
        self.trouble = None;
        None
    }

    fn work(&mut self, stage: Stage, work: Work) -> Option<Work> {
        self.enter(stage);
        self.working = Some(work);
        self.working
    }

    /// Whether the stage is complete.
    fn ready(&mut self) -> Result<(), String> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        self.complain();
        if let Some((_, sentence)) =
            self.mistakes.iter().chain(&self.together).find(|(key, _)| key.stage() == self.stage)
        {
            return Err(sentence.clone());
        }
        match self.stage {
            Stage::Look => self.found.as_ref().map_or(Ok(()), check::server),
            Stage::Review => self.reviewed(),
            _ => Ok(()),
        }
    }

    fn reviewed(&self) -> Result<(), String> {
        let blocked = self.steps.iter().find(|step| step.state == State::Blocked);
        let why = blocked.map(|step| step.differences.first().map_or(&step.title, |difference| &difference.what));
        why.map_or(Ok(()), |why| Err(why.clone()))
    }
}

impl Progress {
    fn of(step: &Step) -> Self {
        match step.state {
            State::There => Self::Kept,
            State::Missing => Self::Waiting,
            State::Differs => Self::Left,
            State::Blocked => Self::Failed(step.differences.first().map_or(String::new(), |it| it.what.clone())),
        }
    }
}

/// Whether nobody has said where the server is.
fn is_usual(endpoint: &Endpoint) -> bool {
    matches!(endpoint, Endpoint::Socket(path) if path == std::path::Path::new(SOCKETS[0]))
}
