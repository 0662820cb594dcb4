//! Arguments and environment in, one front end, one exit code out.

use std::env;
use std::io::{IsTerminal, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use dbdeck::cli::{self, Cli, Exit, Failure, Surroundings};

fn main() -> ExitCode {
    let exit = match Cli::try_parse() {
        Ok(cli) => start(cli).unwrap_or_else(|failure| cli::exit::complain(&failure)),
        Err(answer) => cli::exit::answer(&answer),
    };
    exit.into()
}

/// The front end runs on this thread, the servers' tasks on two others; none of them can delay the end for long.
fn start(cli: Cli) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.context("cannot start the runtime")?;
    let result = runtime.block_on(cli::run(cli, &surroundings()));
    runtime.shutdown_timeout(Duration::from_millis(500));
    result
}

fn surroundings() -> Surroundings {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    let home = || set("HOME").map(|home| PathBuf::from(home).join(".config"));
    Surroundings {
        config: set("DBDECK_CONFIG").map(PathBuf::from),
        home: set("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home),
        locale: locale.to_string_lossy().into_owned(),
        no_color: set("NO_COLOR").is_some(),
        is_terminal: stdout().is_terminal(),
    }
}
