//! The console as a front end: what it works with, and what becomes of the jobs that it leaves.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::Context;

use super::args::Common;
use super::exit::Failure;
use super::surroundings::Surroundings;
use super::workbench::Workbench;
use crate::config::Config;
use crate::op::record::JobUid;
use crate::tui;

/// Opens the console on a configuration, and returns when it ends: the jobs that another process is to go on with.
///
/// # Errors
/// [`Failure`], when the terminal cannot be set up or fails.
pub(super) async fn open(
    config: Config,
    bench: Workbench,
    common: &Common,
    around: &Surroundings,
) -> Result<Vec<JobUid>, Failure> {
    let look = around.look(&config, common.color);
    let Workbench { runner, ledger } = bench;
    let (operator, editor) = (around.operator.to_string(), around.editor.clone());
    let bench = tui::Workbench { runner, ledger, operator, editor };
    Ok(tui::run(Arc::new(config), look, bench).await.context("the console has ended")?)
}

/// Starts a process of the program for each of these jobs, which outlives this one and its terminal.
///
/// # Errors
/// [`Failure`] when one cannot be started: its job stays handed over, and any dbdeck can go on with it.
pub(super) fn hand_over(program: &Path, config: &Path, jobs: &[JobUid]) -> Result<(), Failure> {
    for job in jobs {
        let doing = || format!("cannot hand job {job} over; `dbdeck jobs resume {job}` goes on with it");
        start(program, config, job).with_context(doing)?;
    }
    Ok(())
}

/// In a group of its own, so that what ends this terminal's programs does not end it.
fn start(program: &Path, config: &Path, job: &JobUid) -> io::Result<()> {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    command.arg("--config").arg(config).args(["jobs", "resume", &job.0, "--yes", "--wait"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    command.spawn().map(drop)
}
