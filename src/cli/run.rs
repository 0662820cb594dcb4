//! From the parsed command line to one front end.

use std::sync::Arc;

use super::args::{self, Command, Common, Request, Said};
use super::exit::{Exit, Failure};
use super::jobs::{JobsArgs, One};
use super::page::{Page, print};
use super::surroundings::Surroundings;
use super::{audit, console, demo, doctor, init, isolation, jobs, migrations, operate, setup, status, workbench};
use crate::config::{Config, Target};
use crate::ledger::Ledger;

/// Does what was asked for.
///
/// # Errors
/// [`Failure`], to be printed once on standard error.
pub async fn run(said: Said, around: &Surroundings) -> Result<Exit, Failure> {
    let common = &said.common;
    match said.request {
        Request::Operation(invocation, options) => {
            // The record may be in a database that the operation is not about: nothing is left out here.
            let config = whole_configuration(common, around)?;
            let form = form(&config, common, around);
            operate::run(operate::Order { invocation, options, resumes: None }, config.into(), form, around).await
        }
        Request::Command(command) => own(command, common, around).await,
    }
}

async fn own(command: Option<Command>, common: &Common, around: &Surroundings) -> Result<Exit, Failure> {
    match command {
        None => open(common, around).await,
        Some(Command::Demo(args)) => demo::run(args, common, around).await,
        Some(Command::Status { check }) => {
            let (config, form) = prepared(common, around)?;
            unless_interrupted(status::run(&config, form, check)).await
        }
        Some(Command::Setup) => setup::run(common, around).await,
        Some(Command::Init(args)) => init::run(*args, common, around).await,
        Some(Command::Doctor { isolation: false }) => {
            let (config, form) = prepared(common, around)?;
            unless_interrupted(doctor::run(&config, form)).await
        }
        Some(Command::Doctor { isolation: true }) => {
            // Whose databases the others are decides what an account may do: nothing is left out here.
            let config = whole_configuration(common, around)?;
            unless_interrupted(isolation::run(&config, form(&config, common, around))).await
        }
        Some(Command::List) => {
            let (config, form) = prepared(common, around)?;
            migrations::list(&config, form)
        }
        Some(Command::MigrationStatus { check }) => {
            let (config, form) = prepared(common, around)?;
            unless_interrupted(migrations::status(&config, form, check)).await
        }
        Some(Command::Create(args)) => {
            let config = whole_configuration(common, around)?;
            let form = form(&config, common, around);
            migrations::create(&config, form, &args, &common.database, &around.operator)
        }
        Some(Command::Jobs(JobsArgs { one: Some(One::Resume { job, options }), .. })) => {
            let config = whole_configuration(common, around)?;
            let form = form(&config, common, around);
            operate::resume(&job, options, config, form, around).await
        }
        Some(Command::Jobs(args)) => {
            let (ledger, form) = record(common, around)?;
            unless_interrupted(jobs::run(&ledger, form, args, &common.database)).await
        }
        Some(Command::Audit(args)) => {
            let (ledger, form) = record(common, around)?;
            unless_interrupted(audit::run(&ledger, form, args, &common.database)).await
        }
        Some(Command::Completions { shell }) => completions(shell),
    }
}

/// Ctrl-C ends a command that waits for servers; nothing it does has to be settled.
pub(super) async fn unless_interrupted(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    tokio::select! {
        result = work => result,
        _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
    }
}

fn prepared(common: &Common, around: &Surroundings) -> Result<(Config, Form), Failure> {
    let config = configuration(common, around)?;
    let form = form(&config, common, around);
    Ok((config, form))
}

fn form(config: &Config, common: &Common, around: &Surroundings) -> Form {
    let page = Page::new(around.colour(common.color), around.charset(config.ui.glyphs));
    if common.json { Form::Json } else { Form::Text(page) }
}

/// The record, to be read. It may be in a database that was not asked about: the configuration is not narrowed.
fn record(common: &Common, around: &Surroundings) -> Result<(Ledger, Form), Failure> {
    let config = Arc::new(whole_configuration(common, around)?);
    Ok((workbench::ledger(&config, around), form(&config, common, around)))
}

/// How an answer is printed.
pub enum Form {
    /// For people, on this page.
    Text(Page),
    /// For programs.
    Json,
}

async fn open(common: &Common, around: &Surroundings) -> Result<Exit, Failure> {
    if common.json {
        return Err(Failure::Usage("--json is for commands that print, such as `dbdeck status --json`".to_owned()));
    }
    if !around.is_terminal {
        let hint = "the console needs a terminal; for a pipe or a file there is `dbdeck status`";
        return Err(Failure::Usage(hint.to_owned()));
    }
    // The record may be in a database that is not to be shown.
    let whole = Arc::new(whole_configuration(common, around)?);
    let bench = workbench::of(&whole, around);
    let left = console::open(configuration(common, around)?, bench, common, around).await?;
    console::hand_over(&around.program, &whole.path, &left)?;
    Ok(Exit::Done)
}

/// The configuration, narrowed to what the command line asks for.
fn configuration(common: &Common, around: &Surroundings) -> Result<Config, Failure> {
    let mut config = whole_configuration(common, around)?;
    if !common.database.is_empty() {
        config.targets = chosen(config.targets, &common.database)?;
    }
    Ok(config)
}

fn whole_configuration(common: &Common, around: &Surroundings) -> Result<Config, Failure> {
    let mut config = around.search(common).load()?;
    config.ui.read_only |= common.read_only;
    Ok(config)
}

/// The named databases, in the order of the configuration.
fn chosen(mut targets: Vec<Target>, names: &[String]) -> Result<Vec<Target>, Failure> {
    if let Some(unknown) = names.iter().find(|name| targets.iter().all(|target| target.name.0 != **name)) {
        let known: Vec<&str> = targets.iter().map(|target| target.name.0.as_str()).collect();
        let sentence = format!("there is no database {unknown:?} in the configuration; it has {}", known.join(", "));
        return Err(Failure::Usage(sentence));
    }
    targets.retain(|target| names.contains(&target.name.0));
    Ok(targets)
}

fn completions(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "dbdeck", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
