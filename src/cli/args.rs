//! What may be said on the command line. Help, usage errors and completions come from these declarations.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

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
    /// Print what each feature needs on each server, and whether it is there.
    Doctor,
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

const EXITS: &str = "Exit codes: 0 done, 1 attention needed, 2 failed, 6 server unreachable, 64 usage, \
                     78 configuration, 130 interrupted";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_tree_is_sound_and_every_part_is_explained() {
        Cli::command().debug_assert();
        for command in Cli::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
        }
    }
}
