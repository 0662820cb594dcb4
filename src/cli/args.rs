//! What may be said on the command line. Help, usage errors and completions come from these declarations.

use std::path::PathBuf;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::audit::AuditArgs;
use super::init::InitArgs;
use super::jobs::JobsArgs;
use super::migrations::CreateArgs;

use crate::op::{Invocation, invocation};
use crate::ops::{GROUPS, OPS};

/// A terminal operations console for services that live in several databases.
///
/// Without a command it opens the console.
#[derive(Debug, Parser)]
#[command(name = "dbdeck", version, after_help = EXITS)]
pub struct Cli {
    /// What every command knows.
    #[command(flatten)]
    pub common: Common,
    /// Which command; the console without one.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What was said on the command line.
#[derive(Debug)]
pub struct Said {
    /// What every command knows.
    pub common: Common,
    /// What to do.
    pub request: Request,
}

/// What to do.
#[derive(Debug)]
pub enum Request {
    /// One of the program's own commands; the console without one.
    Command(Option<Command>),
    /// An operation.
    Operation(Invocation, RunOptions),
}

/// The whole tree: the program's own commands, and those of all operations.
pub fn command() -> clap::Command {
    Cli::command().subcommands(invocation::commands(OPS, GROUPS, RunOptions::augment_args))
}

impl Said {
    /// Reads the process's arguments.
    ///
    /// # Errors
    /// The parser's answer: a usage error, or the help or version that was asked for.
    pub fn read() -> Result<Self, clap::Error> {
        Self::of(&command().try_get_matches()?)
    }

    fn of(matches: &ArgMatches) -> Result<Self, clap::Error> {
        if let Some((invocation, matches)) = Invocation::of_matches(OPS, matches)? {
            let options = RunOptions::from_arg_matches(matches)?;
            let common = Common::from_arg_matches(matches)?;
            return Ok(Self { common, request: Request::Operation(invocation, options) });
        }
        let Cli { common, command } = Cli::from_arg_matches(matches)?;
        Ok(Self { common, request: Request::Command(command) })
    }
}

/// What every operation can be told besides its own parameters.
#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_excessive_bools)] // switches of a command line, each on or off
pub struct RunOptions {
    /// Print what would be done, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Do it without asking.
    #[arg(long)]
    pub yes: bool,
    /// When another dbdeck is at work there, wait for it.
    #[arg(long)]
    pub wait: bool,
    /// Do it only if the plan has this digest, which `--dry-run` prints.
    #[arg(long, value_name = "DIGEST")]
    pub plan: Option<String>,
}

/// What every command knows.
#[derive(Debug, Args)]
pub struct Common {
    /// The configuration's file.
    #[arg(long, global = true, value_name = "FILE", help = CONFIG)]
    pub config: Option<PathBuf>,
    /// Only this database of the configuration; may be given several times.
    #[arg(long, global = true, value_name = "NAME")]
    pub database: Vec<String>,
    /// Print JSON, for the commands that print.
    #[arg(long, global = true)]
    pub json: bool,
    /// Switch every action off.
    #[arg(long, global = true)]
    pub read_only: bool,
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: When,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Also into a pipe.
    Always,
    /// Never.
    Never,
}

/// A command that is not the console.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a private throw-away server with lifelike data and load, and open the console on it.
    Demo(DemoArgs),
    /// Print what the overview shows.
    Status {
        /// Exit with 1 when something needs attention, with 6 when a server cannot be reached.
        #[arg(long)]
        check: bool,
    },
    /// Make a new installation, or what is missing of one, step by step on a full screen.
    Setup,
    /// Make databases, accounts, tables and the configuration of a new installation, or what is missing of one.
    Init(Box<InitArgs>),
    /// List the migration files with their databases and descriptions, and everything that is wrong with them.
    List,
    /// Print for each database which migrations are applied, pending, failed, interrupted, edited or missing.
    MigrationStatus {
        /// Exit with 1 when something is still to be applied.
        #[arg(long)]
        check: bool,
    },
    /// Write a new migration file for the database that `--database` names (several, or `all`).
    Create(CreateArgs),
    /// Print what each feature needs on each server, and whether it is there.
    Doctor {
        /// Prove instead that no account may do more or less than it should; exit with 1 when one may, with 6 when a
        /// server cannot be reached. No data is touched.
        #[arg(long)]
        isolation: bool,
    },
    /// Print the jobs of every console, command and schedule of the service.
    Jobs(JobsArgs),
    /// Print who did what, when, and how it ended.
    Audit(AuditArgs),
    /// Print the completions for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

/// What demo to give.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// Decides the history and the load: the same number gives the same.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Keep the server's directory in the end, and print how to start it again.
    #[arg(long)]
    pub keep: bool,
    /// The server program, or the root directory of a Debian system that has one.
    #[arg(long, value_name = "PATH")]
    pub server: Option<PathBuf>,
    /// Open no console: print the configuration's path when all is ready, and stay until ended.
    #[arg(long)]
    pub headless: bool,
}

const CONFIG: &str = "The configuration; without it $DBDECK_CONFIG, ./config.yaml, ~/.config/dbdeck/config.yaml, \
                      /etc/dbdeck/config.yaml";

const EXITS: &str = "Exit codes: 0 done, 1 attention needed, 2 failed, 3 the plan does not fit any more, 4 held by \
                     another run, 5 in doubt, 6 server unreachable, 64 usage, 78 configuration, 130 interrupted";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound_and_every_part_is_explained() {
        command().debug_assert();
        explained(&command());
    }

    fn explained(command: &clap::Command) {
        assert!(command.get_about().is_some(), "{}", command.get_name());
        assert!(command.get_arguments().all(|arg| arg.get_help().is_some()), "{}", command.get_name());
        command.get_subcommands().for_each(explained);
    }

    #[test]
    fn every_operation_is_a_command() {
        for entry in OPS {
            let mut words = entry.meta.words();
            let found = words.try_fold(command(), |tree, word| tree.find_subcommand(word).cloned());
            assert!(found.is_some(), "{}", entry.meta.id);
        }
    }
}
