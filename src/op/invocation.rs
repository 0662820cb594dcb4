//! A command line, parsed against the table of operations: what every front end speaks, and what is recorded.

use std::fmt;
use std::sync::Arc;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::cx::PlanCx;
use super::error::OpError;
use super::meta::Scope;
use super::needs;
use super::operation::{AnyOp, OpEntry};
use super::plan::Plan;
use crate::config::{Config, Target};
use crate::units::DatabaseName;

/// An operation with its parameters and the databases it is for.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Its line in the table.
    pub entry: &'static OpEntry,
    /// It, with its parameters.
    pub op: Arc<dyn AnyOp>,
    /// The databases that were named; none means all.
    pub databases: Vec<DatabaseName>,
    /// The canonical command line, without the program's name.
    pub line: String,
    /// The same in words, without the databases.
    words: Vec<String>,
}

/// A command line that cannot be understood: what, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// The words that begin several operations, and what they are for.
pub type Groups = &'static [(&'static str, &'static str)];

/// The commands of all operations, those with a common first word below that word; `more` adds to each what the front
/// end asks besides its parameters.
pub fn commands(ops: &'static [OpEntry], groups: Groups, more: fn(Command) -> Command) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    for entry in ops {
        match words(entry) {
            (first, None) => commands.push(command(entry, first, more)),
            (first, Some(second)) => {
                let place = commands.iter().position(|command| command.get_name() == first);
                let group = place.map_or_else(|| group(first, groups), |place| commands.remove(place));
                commands.push(group.subcommand(command(entry, second, more)));
            }
        }
    }
    commands
}

fn words(entry: &OpEntry) -> (&'static str, Option<&'static str>) {
    entry.meta.id.split_once(' ').map_or((entry.meta.id, None), |(first, second)| (first, Some(second)))
}

fn group(name: &'static str, groups: Groups) -> Command {
    let about = groups.iter().find(|(word, _)| *word == name).map_or("", |(_, about)| about);
    Command::new(name).about(about).subcommand_required(true).arg_required_else_help(true)
}

/// Parameters bring the documentation of their type along; what the table says comes last.
fn command(entry: &OpEntry, name: &'static str, more: fn(Command) -> Command) -> Command {
    more((entry.parameters)(Command::new(name))).about(entry.meta.doc).long_about(None)
}

/// The parameters of an operation, as a form asks for them.
pub fn parameters(entry: &OpEntry) -> Command {
    command(entry, "form", |command| command)
}

impl Invocation {
    /// What was said on the program's command line; `None` when it is none of the operations.
    ///
    /// # Errors
    /// The parser's, when a parameter does not fit.
    pub fn of_matches<'m>(
        ops: &'static [OpEntry],
        matches: &'m ArgMatches,
    ) -> Result<Option<(Self, &'m ArgMatches)>, clap::Error> {
        let Some((first, matches)) = matches.subcommand() else { return Ok(None) };
        let found = ops.iter().find_map(|entry| match words(entry) {
            (word, None) if word == first => Some((entry, matches)),
            (word, Some(second)) if word == first => {
                matches.subcommand().filter(|(name, _)| *name == second).map(|(_, matches)| (entry, matches))
            }
            _ => None,
        });
        found.map(|(entry, matches)| Ok((Self::of(entry, matches)?, matches))).transpose()
    }

    fn of(entry: &'static OpEntry, matches: &ArgMatches) -> Result<Self, clap::Error> {
        let op = (entry.read)(matches)?;
        let named = matches.try_get_many::<String>(DATABASE).ok().flatten();
        let databases: Vec<DatabaseName> = named.into_iter().flatten().map(|name| DatabaseName(name.clone())).collect();
        let words = canonical(entry, matches);
        let line = join(words.iter().cloned().chain(database_words(&databases)));
        Ok(Self { entry, op, databases, line, words })
    }

    /// Reads a command line as it is recorded, typed into the palette or written into a schedule.
    ///
    /// # Errors
    /// [`Usage`] with the parser's sentence.
    pub fn parse(ops: &'static [OpEntry], groups: Groups, line: &str) -> Result<Self, Usage> {
        let words = shlex::split(line).ok_or_else(|| Usage(format!("a quote is not closed in {line:?}")))?;
        let matches = tree(ops, groups).try_get_matches_from(words).map_err(|error| Usage(sentence(&error)))?;
        let found = Self::of_matches(ops, &matches).map_err(|error| Usage(sentence(&error)))?;
        found.map(|(invocation, _)| invocation).ok_or_else(|| Usage(format!("{line:?} is no operation")))
    }

    /// What it would do, and which rights it lacks for that.
    ///
    /// # Errors
    /// As [`super::Operation::plan`].
    pub async fn plan(&self, cx: &PlanCx) -> Result<Plan, OpError> {
        let mut plan = self.op.plan(cx).await?;
        if !plan.is_empty() && plan.refusal.is_none() {
            plan.warnings.extend(needs::lacking(&self.entry.meta, cx).await?);
        }
        Ok(plan)
    }

    /// The command line of one job of it: the same parameters, for these databases.
    pub fn line_for(&self, targets: &[Target]) -> String {
        let names: Vec<DatabaseName> = targets.iter().map(|target| target.name.clone()).collect();
        join(self.words.iter().cloned().chain(database_words(&names)))
    }

    /// The databases of each job it makes, in the order of the configuration.
    ///
    /// # Errors
    /// [`Usage`] when a database is not configured, or one has to be named and is not.
    pub fn jobs(&self, config: &Config) -> Result<Vec<Vec<Target>>, Usage> {
        if let Some(unknown) = self.databases.iter().find(|name| config.targets.iter().all(|it| it.name != **name)) {
            let known: Vec<String> = config.targets.iter().map(|target| target.name.to_string()).collect();
            return Err(Usage(format!(
                "there is no database {unknown:?} in the configuration; it has {}",
                known.join(", ")
            )));
        }
        let is_meant = |target: &&Target| self.databases.is_empty() || self.databases.contains(&target.name);
        let targets: Vec<Target> = config.targets.iter().filter(is_meant).cloned().collect();
        match self.entry.meta.scope {
            Scope::Together => Ok(vec![targets]),
            Scope::Database => Ok(targets.into_iter().map(|target| vec![target]).collect()),
            Scope::Thread => one_server(targets).map(|target| vec![vec![target]]),
        }
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

const DATABASE: &str = "database";

/// A thread belongs to a server; any database names it, when all that are meant are on it.
fn one_server(mut targets: Vec<Target>) -> Result<Target, Usage> {
    let first = targets.drain(..1).next();
    let first = first.ok_or_else(|| Usage("there is no database in the configuration".to_owned()))?;
    if targets.iter().any(|target| target.endpoint != first.endpoint) {
        return Err(Usage(
            "there are several servers; name a database of the one that is meant: --database NAME".to_owned(),
        ));
    }
    Ok(first)
}

/// The tree for lines that come without a program's name and global options.
fn tree(ops: &'static [OpEntry], groups: Groups) -> Command {
    let database = Arg::new(DATABASE).long(DATABASE).global(true).action(ArgAction::Append);
    Command::new("dbdeck").no_binary_name(true).subcommand_required(true).arg(database).subcommands(commands(
        ops,
        groups,
        |command| command,
    ))
}

/// The parser's complaint in one line.
fn sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was said, in the order of the declarations: the same request is always the same line.
fn canonical(entry: &OpEntry, matches: &ArgMatches) -> Vec<String> {
    let words = entry.meta.words().map(str::to_owned);
    words.chain(parameters(entry).get_arguments().flat_map(|arg| said(arg, matches))).collect()
}

fn database_words(databases: &[DatabaseName]) -> impl Iterator<Item = String> {
    databases.iter().flat_map(|database| [format!("--{DATABASE}"), database.0.clone()])
}

fn join(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "))
}

fn said(arg: &Arg, matches: &ArgMatches) -> Vec<String> {
    let id = arg.get_id().as_str();
    if matches.value_source(id) != Some(ValueSource::CommandLine) {
        return Vec::new();
    }
    let values = matches.get_raw(id).into_iter().flatten().map(|value| value.to_string_lossy().into_owned());
    match arg.get_long() {
        None => values.collect(),
        Some(long) if arg.get_action().takes_values() => values.flat_map(|value| option(long, value)).collect(),
        Some(long) => vec![format!("--{long}")],
    }
}
/// A value that looks like an option is not taken for one when the line is read again.
fn option(long: &str, value: String) -> Vec<String> {
    if value.starts_with('-') { vec![format!("--{long}={value}")] } else { vec![format!("--{long}"), value] }
}
