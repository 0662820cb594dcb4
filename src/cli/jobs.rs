//! `dbdeck jobs`: the jobs of every console, command and schedule of the service; `dbdeck jobs show`: one with its steps.
//!
//! Reads the record and writes nothing.

use chrono::{DateTime, Local, Utc};
use clap::{Args, Subcommand};
use serde_json::json;

use super::args::RunOptions;
use super::exit::{Exit, Failure};
use super::json::document;
use super::page::{self, Page, Tone};
use super::run::Form;
use crate::job::JobView;
use crate::ledger::{Filter, History, Ledger, LookupError};
use crate::op::record::{JobState, StepRecord};
use crate::text::{truncate, width};
use crate::units::{Bytes, DatabaseName, Rows, Span};

/// Which jobs are wanted.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct JobsArgs {
    /// One of them, instead of all.
    #[command(subcommand)]
    pub one: Option<One>,
    /// At most so many, the newest.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Only those that are queued, running, paused, stopping, done, failed, cancelled, interrupted, refused or
    /// `handed_over`.
    #[arg(long, value_parser = state)]
    pub state: Option<JobState>,
    /// Only those of this operation.
    #[arg(long, value_name = "ID")]
    pub operation: Option<String>,
}

/// One job.
#[derive(Debug, Clone, Subcommand)]
pub enum One {
    /// Print one job with all its steps.
    Show {
        /// Its number (41), its number on this machine (L3), or the beginning of its uid.
        job: String,
    },
    /// Go on with a job that ended before it was done, with the same parameters.
    Resume {
        /// As for `show`.
        job: String,
        /// As for every operation.
        #[command(flatten)]
        options: RunOptions,
    },
}

fn state(word: &str) -> Result<JobState, String> {
    let value = serde_json::Value::String(word.replace([' ', '-'], "_"));
    serde_json::from_value(value).map_err(|_| "there is no such state".to_owned())
}

/// Prints jobs, or one.
///
/// # Errors
/// When there is no such job, it cannot be told whether there is, or standard output cannot be written.
pub async fn run(ledger: &Ledger, form: Form, args: JobsArgs, databases: &[String]) -> Result<Exit, Failure> {
    if let Some(One::Show { job }) = &args.one {
        let (job, steps) = ledger.job(job).await.map_err(unfound)?;
        page::print(&match form {
            Form::Json => document(&json!({ "job": job, "steps": steps })),
            Form::Text(page) => one(&job, &steps, page),
        })?;
        return Ok(Exit::Done);
    }
    let (limit, state, operation) = (args.limit, args.state, args.operation);
    let history = told(ledger, Filter { limit, operation, state, ..Filter::default() }, databases).await;
    page::print(&match form {
        Form::Json => document(&json!({ "jobs": history.jobs, "notes": history.notes })),
        Form::Text(page) => list(&history, page),
    })?;
    Ok(Exit::Done)
}

fn unfound(error: LookupError) -> Failure {
    match error {
        LookupError::Malformed(_) => Failure::Usage(error.to_string()),
        error => Failure::Failed(error.into()),
    }
}

/// The record about the chosen databases; about all where none is chosen.
pub(super) async fn told(ledger: &Ledger, filter: Filter, databases: &[String]) -> History {
    let Some((first, others)) = databases.split_first() else { return ledger.history(&filter).await };
    let about = |name: &String| Filter { database: Some(DatabaseName(name.clone())), ..filter.clone() };
    let mut history = ledger.history(&about(first)).await;
    for name in others {
        history.jobs.extend(ledger.history(&about(name)).await.jobs);
    }
    history.jobs.sort_by(|one, other| (other.submitted, &other.uid).cmp(&(one.submitted, &one.uid)));
    history.jobs.dedup_by(|one, other| one.uid == other.uid);
    history.jobs.truncate(filter.limit);
    history
}

fn list(history: &History, mut page: Page) -> String {
    if history.jobs.is_empty() {
        page.line("no jobs");
    }
    for job in &history.jobs {
        let state = page.tinted(tone(job.state), pad(&job.state.to_string(), 12));
        let (time, who) = (day(job.submitted), pad(&job.operator, 20));
        let (name, operation, about) = (pad(&job.name(), 7), pad(&job.operation, 18), pad(&job.about(), 14));
        page.line(format!("{name}{time}  {state}{operation}{about}{who}{}", outcome(job)));
    }
    notes(&history.notes, &mut page);
    page.finish()
}

/// What is not shown, and why.
pub(super) fn notes(notes: &[String], page: &mut Page) {
    for note in notes {
        let mark = page.tinted(Tone::Warn, "note");
        page.line(format!("{mark}: {note}"));
    }
}

fn one(job: &JobView, steps: &[StepRecord], mut page: Page) -> String {
    let state = page.tinted(tone(job.state), job.state);
    page.line(format!("{}  {state}  {}", page.tinted(Tone::Strong, job.name()), outcome(job)));
    let facts = [
        ("command", job.line.clone()),
        ("by", format!("{} ({})", job.operator, job.origin)),
        ("databases", job.about()),
        ("server", job.server.clone()),
        ("plan", format!("{} {}", job.plan.as_deref().unwrap_or_default(), job.summary).trim().to_owned()),
        ("asked for", day(job.submitted)),
        ("began", job.began.map(day).unwrap_or_default()),
        ("ended", job.ended.map(day).unwrap_or_default()),
        ("heard of", job.heard.filter(|_| job.ended.is_none()).map(day).unwrap_or_default()),
        ("goes on with", job.resumes.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("done", done(job)),
        ("uid", job.uid.to_string()),
    ];
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        page.line(format!("  {name:<14}{value}"));
    }
    for step in steps {
        tell_step(step, &mut page);
    }
    page.finish()
}

fn tell_step(step: &StepRecord, page: &mut Page) {
    let end = match step.ended {
        None => page.tinted(Tone::Warn, "no end is known"),
        Some(ended) => format!("{}, {} in {}", step.outcome, Rows(step.rows).counted(), between(step.began, ended)),
    };
    page.line(format!("  {:>4}  {}  {}: {end}", step.seq, day(step.began), step.title));
    for line in step.sql.lines() {
        page.line(format!("        {line}"));
    }
}

/// How it ended; how far it is, as long as it has not.
fn outcome(job: &JobView) -> String {
    match (&job.message, job.state.is_over()) {
        (message, true) if message.is_empty() => job.summary.clone(),
        (message, true) => message.clone(),
        _ => done(job),
    }
}

fn done(job: &JobView) -> String {
    let amounts = [
        (job.live.rows > 0).then(|| Rows(job.live.rows).counted()),
        (job.live.bytes > 0).then(|| Bytes(job.live.bytes).to_string()),
        job.began.zip(job.ended).map(|(began, ended)| format!("in {}", between(began, ended))),
    ];
    amounts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The time from one to the other; none when the clocks disagree.
pub(super) fn between(began: DateTime<Utc>, ended: DateTime<Utc>) -> Span {
    Span((ended - began).to_std().unwrap_or_default())
}

/// A time as people here read it.
pub(super) fn day(at: DateTime<Utc>) -> String {
    at.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Text in a column of so many, one of them free.
pub(super) fn pad(text: &str, columns: usize) -> String {
    let text = truncate(text, columns - 1);
    let room = columns.saturating_sub(width(&text));
    text + &" ".repeat(room)
}

/// What a state means.
pub(super) fn tone(state: JobState) -> Tone {
    match state {
        JobState::Done => Tone::Good,
        JobState::Failed | JobState::Interrupted => Tone::Bad,
        JobState::Cancelled | JobState::Refused | JobState::HandedOver | JobState::Stopping => Tone::Warn,
        JobState::Queued | JobState::Running | JobState::Paused => Tone::Strong,
    }
}
