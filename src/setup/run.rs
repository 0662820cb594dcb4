//! Doing what was planned, one step at a time: looked at before and after, recorded, stopped after any step, run again.
//!
//! What is planned follows from what is there, so a second run goes on where the first one stopped, for whatever reason it
//! did. Deliberately absent: undoing. What a run has made is right, and the next run keeps it.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::answers::Answers;
use super::flow::Progress;
use super::found::Found;
use super::look::{self, LookError};
use super::plan::plan;
use super::record::Recording;
use super::step::{Act, State, Statement, Step, Subject};
use crate::config::write::disk;
use crate::job::{Access, Approval, Patience, Request, Runner};
use crate::op::Invocation;
use crate::op::record::{JobState, RecordError};
use crate::ops::{GROUPS, OPS};
use crate::secret::{ExposeSecret as _, SecretError, SecretString};
use crate::server::{Link, ServerError, sql};

/// What happens meanwhile.
#[derive(Debug, Clone)]
pub enum Event {
    /// The steps as they stand now; all that follows counts in them.
    Planned(Vec<Step>),
    /// A step has come this far.
    Step {
        /// Its place in the plan, from 0.
        index: usize,
        /// How far.
        progress: Progress,
    },
    /// A password that is shown now and kept nowhere; told before it is used.
    ShownOnce {
        /// Whose.
        name: String,
        /// The password.
        password: SecretString,
    },
    /// It is over: well, or for this reason.
    Ended(Result<(), String>),
}

/// Why a run ended before it was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// Somebody wanted it to.
    #[error("stopped; what was done is done, and run again it goes on from here")]
    Stopped,
    /// Something is in the way before anything is done.
    #[error("{0}")]
    Blocked(String),
    /// The server could not be looked at.
    #[error("{0}")]
    Look(#[from] LookError),
    /// A statement failed.
    #[error("{title}: {error}\n  {statement}")]
    Statement {
        /// The step.
        title: String,
        /// The statement, passwords masked.
        statement: String,
        /// Why.
        error: ServerError,
    },
    /// A password could not be fetched.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// The configuration could not be written.
    #[error("cannot write {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// The operating system's reason.
        reason: String,
    },
    /// The server said yes, and it is not there.
    #[error("{0} was done, and is still not as it should be")]
    InVain(String),
    /// The migrations were not applied: why.
    #[error("migrations: {0}")]
    Migrations(String),
    /// It could not be put on record.
    #[error("{0}")]
    Record(#[from] RecordError),
}

impl RunError {
    /// Whether the server could not be reached at all.
    pub fn is_unreachable(&self) -> bool {
        let unreachable = |error: &ServerError| matches!(error, ServerError::Unreachable { .. });
        match self {
            Self::Look(LookError::Server(error)) | Self::Statement { error, .. } => unreachable(error),
            _ => false,
        }
    }
}

/// A statement may rebuild nothing here, but a server may be busy.
const PATIENCE: Duration = Duration::from_mins(5);

/// One run.
pub struct Run<'a> {
    /// What was chosen.
    pub answers: &'a Answers,
    /// Where it is put on record; `None` for a server that is thrown away.
    pub recording: Option<Recording>,
    /// Stops it after the step that is at work.
    pub stop: CancellationToken,
}

impl Run<'_> {
    /// Does it, and returns the steps as they stand in the end: there, or different and left.
    ///
    /// # Errors
    /// [`RunError`]; what was done until then is done.
    pub async fn run(mut self, tell: &mut (dyn FnMut(Event) + Send)) -> Result<Vec<Step>, RunError> {
        let done = self.all(tell).await;
        let (state, message) = match &done {
            Ok(steps) => (JobState::Done, left(steps)),
            Err(RunError::Stopped) => (JobState::Cancelled, RunError::Stopped.to_string()),
            Err(error) => (JobState::Failed, error.to_string()),
        };
        let settled = match self.recording {
            Some(recording) => recording.settle(state, &message).await,
            None => Ok(()),
        };
        let done = done.and_then(|steps| settled.map(|()| steps).map_err(RunError::from));
        tell(Event::Ended(done.as_ref().map(drop).map_err(ToString::to_string)));
        done
    }

    async fn all(&mut self, tell: &mut (dyn FnMut(Event) + Send)) -> Result<Vec<Step>, RunError> {
        let mut link = look::connect(self.answers).await.map_err(LookError::from)?;
        link.set_budget(PATIENCE);
        let mut found = look::look_with(&mut link, self.answers).await?;
        let mut steps = plan(self.answers, &found);
        tell(Event::Planned(steps.clone()));
        if let Some(blocked) = steps.iter().find(|step| step.state == State::Blocked) {
            let why = blocked.differences.first().map_or(&blocked.title, |difference| &difference.what);
            return Err(RunError::Blocked(why.clone()));
        }
        for index in 0..steps.len() {
            if !steps[index].is_due() {
                continue;
            }
            if self.stop.is_cancelled() {
                return Err(RunError::Stopped);
            }
            tell(Event::Step { index, progress: Progress::Running });
            let done = self.one(&mut link, &mut found, &steps[index], tell).await;
            match done {
                Ok(after) => steps = after,
                Err(error) => {
                    tell(Event::Step { index, progress: Progress::Failed(error.to_string()) });
                    return Err(error);
                }
            }
            tell(Event::Step { index, progress: Progress::Done });
        }
        Ok(steps)
    }

    /// Does one step, and looks whether it is done. Returns all steps as they stand then.
    async fn one(
        &mut self,
        link: &mut Link,
        found: &mut Found,
        step: &Step,
        tell: &mut (dyn FnMut(Event) + Send),
    ) -> Result<Vec<Step>, RunError> {
        if let Some(recording) = &mut self.recording {
            recording.begins(step).await?;
        }
        if let Subject::Administrator(_) = step.subject {
            let administrator = &self.answers.administrator;
            let (name, password) = (administrator.name.clone(), administrator.drawn.clone());
            tell(Event::ShownOnce { name, password });
        }
        let done = match (&step.act, &self.recording) {
            (Act::Migrations { .. }, Some(recording)) => migrate(self.answers, recording).await,
            (act, _) => perform(link, step, act).await,
        };
        if let Some(recording) = &mut self.recording {
            let outcome = done.as_ref().map_or_else(ToString::to_string, |()| "done".to_owned());
            recording.ended(&outcome).await?;
        }
        done?;
        look::again(link, self.answers, &step.subject, found).await?;
        let steps = plan(self.answers, found);
        let is_done = steps.iter().any(|after| after.subject == step.subject && !after.is_due());
        if is_done { Ok(steps) } else { Err(RunError::InVain(step.title.clone())) }
    }
}

/// What was not done, in a sentence for the record.
fn left(steps: &[Step]) -> String {
    let left = steps.iter().map(|step| step.differences.len()).sum::<usize>();
    if left == 0 { "everything is there".to_owned() } else { format!("everything is there; {left} differences left") }
}

/// Applies the migrations as any operator would: as a job, with a record of its own.
async fn migrate(answers: &Answers, recording: &Recording) -> Result<(), RunError> {
    let failed = |error: &dyn std::fmt::Display| RunError::Migrations(error.to_string());
    let config = Arc::new(crate::config::load(&answers.config).map_err(|error| failed(&error))?);
    let invocation = Invocation::parse(OPS, GROUPS, "migrate").map_err(|error| failed(&error))?;
    let (recorder, operator) = (Arc::clone(&recording.recorder), recording.operator.clone());
    let runner = Runner::new(Arc::clone(&config), recorder, operator, Access::Full);
    for targets in invocation.jobs(&config).map_err(|error| failed(&error))? {
        let (approval, patience) = (Approval::Blanket, Patience::Wait);
        let (invocation, origin) = (invocation.clone(), recording.origin);
        let request = Request { invocation, targets, approval, patience, origin, resumes: None };
        let job = runner.submit(request).map_err(|error| failed(&error))?;
        match runner.finished(&job).await {
            Some(view) if view.state == JobState::Done => {}
            Some(view) => return Err(failed(&view.message)),
            None => return Err(failed(&"the job was lost")),
        }
    }
    Ok(())
}

async fn perform(link: &mut Link, step: &Step, act: &Act) -> Result<(), RunError> {
    match act {
        Act::Migrations { .. } => Err(RunError::Migrations("a setup that is not recorded applies none".to_owned())),
        Act::File { path, text, .. } => {
            let failed =
                |error: std::io::Error| RunError::File { path: path.display().to_string(), reason: error.to_string() };
            disk::write(path, text.expose_secret()).map_err(failed)
        }
        Act::Statements { schema, statements } => {
            if let Some(schema) = schema {
                let chosen = Statement::plain(format!("USE {}", sql::ident(schema)));
                execute(link, step, &chosen).await?;
            }
            for statement in statements {
                execute(link, step, statement).await?;
            }
            Ok(())
        }
    }
}

async fn execute(link: &mut Link, step: &Step, statement: &Statement) -> Result<(), RunError> {
    let text = statement.text().await?;
    let done = link.execute(text.expose_secret()).await;
    done.map(drop).map_err(|error| RunError::Statement {
        title: step.title.clone(),
        statement: statement.to_string(),
        error: without_secret(error, statement),
    })
}

/// A server repeats a part of a statement that it does not understand, perhaps the password.
fn without_secret(error: ServerError, statement: &Statement) -> ServerError {
    match error {
        ServerError::Sql { code, .. } if statement.is_secret() => {
            let message = "the server refused a statement with a password, and its words are not repeated".to_owned();
            ServerError::Sql { code, message }
        }
        error => error,
    }
}
