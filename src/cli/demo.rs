//! `dbdeck demo`: everything private and thrown away in the end, so that there is nothing to prepare and to lose.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use super::args::{Common, DemoArgs};
use super::exit::{Exit, Failure};
use super::page::print;
use super::surroundings::Surroundings;
use super::{console, workbench};
use crate::demo::{Demo, DemoOptions, Progress};

/// Starts the demo, and the console on it unless it is to be headless; ends it with the console or a signal.
///
/// # Errors
/// [`Failure`]; the private server is gone in any case.
pub async fn run(args: DemoArgs, common: &Common, around: &Surroundings) -> Result<Exit, Failure> {
    if !args.headless && !around.is_terminal {
        let hint = "the demo opens the console, which needs a terminal; `dbdeck demo --headless` does not";
        return Err(Failure::Usage(hint.to_owned()));
    }
    let (headless, keep) = (args.headless, args.keep);
    let options = DemoOptions { seed: args.seed, keep, server: args.server, ..DemoOptions::default() };
    let started = tokio::select! {
        started = Demo::start(options, |progress| tell(&progress)) => started,
        signalled = ended() => return signalled,
    };
    let demo = started.map_err(anyhow::Error::from)?;
    let again = keep.then(|| demo.server().start_command());
    let exit = if headless { wait(&demo).await } else { open(&demo, common, around).await };
    demo.stop().await.map_err(anyhow::Error::from)?;
    if let Some(command) = again {
        print(&format!("The server's directory was kept. To start it again:\n{command}\n"))?;
    }
    exit
}

/// Progress goes to standard error: standard output is for the configuration's path.
fn tell(progress: &Progress) {
    let _ = writeln!(std::io::stderr(), "{progress}");
}

async fn wait(demo: &Demo) -> Result<Exit, Failure> {
    print(&format!("{}\n", demo.config_path().display()))?;
    ended().await
}

async fn open(demo: &Demo, common: &Common, around: &Surroundings) -> Result<Exit, Failure> {
    let mut config = crate::config::load(demo.config_path())?;
    config.ui.read_only |= common.read_only;
    let bench = workbench::of(&Arc::new(config.clone()), around);
    // Nobody goes on with jobs on a server that ends now.
    console::open(config, bench, common, around).await?;
    Ok(Exit::Done)
}

/// Waits until somebody wants the demo to end.
async fn ended() -> Result<Exit, Failure> {
    let listen = |kind| signal(kind).context("cannot listen for signals");
    let (mut terminated, mut hung_up) = (listen(SignalKind::terminate())?, listen(SignalKind::hangup())?);
    let mut interrupted = listen(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminated.recv() => Ok(Exit::Done),
        _ = hung_up.recv() => Ok(Exit::Done),
        _ = interrupted.recv() => Ok(Exit::Interrupted),
    }
}
