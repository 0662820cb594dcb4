//! Arguments and environment in, one front end, one exit code out.

use std::env;
use std::io::{IsTerminal, stdout};
use std::path::PathBuf;
use std::process::{self, ExitCode};
use std::time::Duration;

use anyhow::Context;
use dbdeck::cli::{self, Exit, Failure, Said, Surroundings};
use dbdeck::op::record::Operator;

fn main() -> ExitCode {
    let exit = match Said::read() {
        Ok(said) => start(said).unwrap_or_else(|failure| cli::exit::complain(&failure)),
        Err(answer) => cli::exit::answer(&answer),
    };
    exit.into()
}

/// The front end runs on this thread, the servers' tasks on two others; none of them can delay the end for long.
fn start(said: Said) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.context("cannot start the runtime")?;
    let result = runtime.block_on(cli::run(said, &surroundings()));
    runtime.shutdown_timeout(Duration::from_millis(500));
    result
}

fn surroundings() -> Surroundings {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    let home = || set("HOME").map(|home| PathBuf::from(home).join(".config"));
    let state = || set("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let editor = ["VISUAL", "EDITOR"].into_iter().find_map(set).unwrap_or_else(|| "vi".into());
    Surroundings {
        editor: editor.to_string_lossy().into_owned(),
        state: set("XDG_STATE_HOME").map(PathBuf::from).or_else(state),
        operator: operator(),
        program: env::current_exe().unwrap_or_else(|_| PathBuf::from("dbdeck")),
        config: set("DBDECK_CONFIG").map(PathBuf::from),
        home: set("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home),
        locale: locale.to_string_lossy().into_owned(),
        no_color: set("NO_COLOR").is_some(),
        is_terminal: stdout().is_terminal(),
    }
}

/// Who is at the keyboard, also behind sudo, and where.
fn operator() -> Operator {
    let name = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| env::var(name).ok());
    Operator { user: name.unwrap_or_else(cli::surroundings::uid), host: cli::surroundings::host(), pid: process::id() }
}
