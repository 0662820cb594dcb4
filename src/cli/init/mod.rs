//! `dbdeck init`: the guided setup without its questions. Every question of the guide is an option here, and the same step
//! machine takes the answers.
//!
//! Reading order: this file (the story) · [`args`] (the options) · [`begin`] (from options to answers) · [`show`] (plan,
//! steps and proof as text and JSON).
//!
//! Invariant: with `--dry-run`, and before the question is answered, nothing was written anywhere.

pub mod args;
pub mod begin;
pub mod show;

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::args::Common;
use super::exit::{Exit, Failure};
use super::page::{Page, print};
use super::run::Form;
use super::surroundings::Surroundings;
use super::{json, operate, workbench};
use crate::config::{Glyphs, WhenDown};
use crate::op::record::Origin;
use crate::setup::proof::{self, Matrix};
use crate::setup::record::Recording;
use crate::setup::run::{Event, Run, RunError};
use crate::setup::{Answers, Flow, Found, State, Step, Work, look, plan};

pub use args::InitArgs;

/// Plans, asks, does it, and proves it.
///
/// # Errors
/// [`Failure`], with the exit code that says why.
pub async fn run(args: InitArgs, common: &Common, around: &Surroundings) -> Result<Exit, Failure> {
    if common.read_only && !args.dry_run {
        return Err(Failure::Because(
            Exit::Failed,
            "init changes things, and this is read-only: --dry-run looks".into(),
        ));
    }
    let mut form = form(common, around);
    let flow = tokio::select! {
        flow = planned(&args, common, around) => flow?,
        _ = tokio::signal::ctrl_c() => return Ok(Exit::Interrupted),
    };
    let (answers, Some(found)) = (flow.answers(), flow.found()) else { return Ok(Exit::Failed) };
    if args.dry_run {
        print(&show::plan(flow.steps(), found, &mut form))?;
        return Ok(Exit::Done);
    }
    if !args.yes && !agreed(flow.steps(), found, &mut form, around).await? {
        return Err(Failure::Because(Exit::Interrupted, "nothing was changed".to_owned()));
    }
    let recording = recording(answers, found, flow.steps(), Origin::Command, around).await?;
    let done = follow(answers, recording, &mut form).await?;
    let matrix = prove(answers, &done.steps).await?;
    print(&show::end(&done, &matrix, &mut form))?;
    Ok(exit(&done.steps, &matrix))
}

/// What a run has left behind.
pub struct Done {
    /// The steps as they stand.
    pub steps: Vec<Step>,
    /// How many of them were done.
    pub count: usize,
    /// The administrator's name and password, if they are new.
    pub shown_once: Option<(String, crate::secret::SecretString)>,
}

/// Leads the guide to its review.
async fn planned(args: &InitArgs, common: &Common, around: &Surroundings) -> Result<Flow, Failure> {
    let mut flow = begin::flow(args, begin::answers(common, around)?)?;
    loop {
        match flow.next().map_err(Failure::Usage)? {
            None => {}
            Some(Work::Look) => {
                let found = look::look(flow.answers()).await.map_err(|error| of_look(&RunError::Look(error)))?;
                flow.looked(found);
            }
            Some(Work::Run | Work::Prove) => return Ok(flow),
        }
        if flow.stage() == crate::setup::Stage::Review {
            break;
        }
    }
    let blocked = flow.steps().iter().find(|step| step.state == State::Blocked);
    match blocked.and_then(|step| step.differences.first()) {
        Some(difference) => Err(Failure::Because(Exit::Conflict, difference.what.clone())),
        None => Ok(flow),
    }
}

fn of_look(error: &RunError) -> Failure {
    let exit = if error.is_unreachable() { Exit::Unreachable } else { Exit::Failed };
    Failure::Because(exit, error.to_string())
}

/// Asks on the terminal, after the plan.
async fn agreed(steps: &[Step], found: &Found, form: &mut Form, around: &Surroundings) -> Result<bool, Failure> {
    if !steps.iter().any(Step::is_due) {
        return Ok(true);
    }
    if !around.is_terminal || !std::io::stdin().is_terminal() {
        let sentence =
            "`init` asks before it changes something, and here is nobody to ask: add --yes, or --dry-run to look";
        return Err(Failure::Usage(sentence.to_owned()));
    }
    print(&show::plan(steps, found, form))?;
    let line = operate::line("Do all this? [y/N] ").await?.unwrap_or_default();
    Ok(["y", "yes"].iter().any(|yes| line.trim().eq_ignore_ascii_case(yes)))
}

/// Puts it on record before anything is done; nothing is to be recorded where nothing is to be done.
///
/// # Errors
/// It cannot be written down.
pub async fn recording(
    answers: &Answers,
    found: &Found,
    steps: &[Step],
    origin: Origin,
    around: &Surroundings,
) -> Result<Option<Recording>, Failure> {
    if !steps.iter().any(Step::is_due) {
        return Ok(None);
    }
    let conflict = |sentence| Failure::Because(Exit::Conflict, sentence);
    let mut config = plan::configuration(answers, found).map_err(conflict)?;
    // The database of the record is what is made here: until it is there, this machine's own file has to do.
    config.ledger.when_down = WhenDown::Local;
    let ledger = Arc::new(workbench::ledger(&Arc::new(config), around));
    let recording = Recording::open(ledger, around.operator.clone(), origin, answers, steps).await;
    recording.map(Some).map_err(|error| Failure::Because(Exit::Failed, format!("nothing was changed: {error}")))
}

/// Does it, and tells every step at once: a password is printed before it is used. Ctrl-C stops after the step that is at
/// work.
async fn follow(answers: &Answers, recording: Option<Recording>, form: &mut Form) -> Result<Done, Failure> {
    let stop = CancellationToken::new();
    let mut done = Done { steps: Vec::new(), count: 0, shown_once: None };
    let mut unsaid = None;
    let mut tell = |event: Event| {
        if let Err(failure) = tell_of(&event, &mut done, form) {
            unsaid.get_or_insert(failure);
        }
    };
    let ended = {
        let run = Run { answers, recording, stop: stop.clone() }.run(&mut tell);
        tokio::pin!(run);
        loop {
            tokio::select! {
                ended = &mut run => break ended,
                _ = tokio::signal::ctrl_c() => stop.cancel(),
            }
        }
    };
    match (ended, unsaid) {
        (Ok(_), Some(failure)) => Err(failure),
        (Ok(steps), None) => Ok(Done { steps, ..done }),
        (Err(RunError::Stopped), _) => Err(Failure::Because(Exit::Interrupted, RunError::Stopped.to_string())),
        (Err(error), _) => Err(of_look(&error)),
    }
}

fn tell_of(event: &Event, done: &mut Done, form: &mut Form) -> Result<(), Failure> {
    use crate::setup::flow::Progress;
    match event {
        Event::Planned(steps) => done.steps.clone_from(steps),
        Event::ShownOnce { name, password } => done.shown_once = Some((name.clone(), password.clone())),
        Event::Step { progress: Progress::Done, .. } => done.count += 1,
        Event::Step { .. } | Event::Ended(_) => {}
    }
    match (form, event) {
        (Form::Text(page), event) => {
            show::event(event, &done.steps, page);
            print(&page.take())?;
        }
        // The document comes at the end, and there may be none.
        (Form::Json, Event::ShownOnce { name, password }) => {
            let said = writeln!(std::io::stderr(), "{}", show::shown_once(name, password));
            said.context("cannot print the administrator's password")?;
        }
        (Form::Json, _) => {}
    }
    Ok(())
}

/// Proves the isolation with the configuration as it is now.
async fn prove(answers: &Answers, steps: &[Step]) -> Result<Matrix, Failure> {
    if steps.is_empty() || !answers.create.accounts {
        return Ok(Matrix::default());
    }
    Ok(proof::prove(&crate::config::load(&answers.config)?).await)
}

fn exit(steps: &[Step], matrix: &Matrix) -> Exit {
    if steps.iter().any(|step| !step.differences.is_empty()) {
        return Exit::Conflict;
    }
    if matrix.is_right() { Exit::Done } else { Exit::Attention }
}

fn form(common: &Common, around: &Surroundings) -> Form {
    if common.json {
        return Form::Json;
    }
    Form::Text(Page::new(around.colour(common.color), around.charset(Glyphs::default())))
}
