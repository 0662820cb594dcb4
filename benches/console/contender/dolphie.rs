//! dolphie, what people use today: a `top` for one server, in Python, on Textual.
//!
//! Installed once into a virtual environment in the build directory, from the package index that pip is set up for.
//! It watches a server and knows nothing of databases: all three are in the same figures. Its look for a newer
//! version is pointed at a closed port, so that no network enters the measurement.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::{Condition, Contender, Key, command};
use crate::stage::{PASSWORD, Stage, WATCHER};

pub const NAME: &str = "dolphie";
const PACKAGE: &str = "dolphie==6.18.*";
const DASHBOARD: &str = "Host Information";
const LOST: &str = "MySQL Connection Lost";

pub fn contender(stage: &Stage, target: &Path) -> Result<Contender> {
    let program = installed(target)?;
    let socket = stage.socket();
    let settings = format!(
        "[dolphie]\nuser = {WATCHER}\npassword = {PASSWORD}\nsocket = {}\nrefresh_interval = 1\n\
         pypi_repository = http://127.0.0.1:9/\n",
        socket.display()
    );
    let mut command = command(program, stage);
    command.arg("--config-file");
    command.arg(stage.write("dolphie.cnf", &settings)?);
    Ok(Contender {
        name: NAME,
        command,
        ready: Condition::All(vec![
            Condition::Shows(DASHBOARD),
            Condition::Shows("Latency"),
            Condition::Shows("Processlist ("),
        ]),
        keys: dashboard_keys(),
        delete: Vec::new(),
        list_all: vec![Key::new("i", Condition::Shows("Sleep"))],
        crowd_keys: dashboard_keys(),
        notices: Condition::Any(vec![Condition::Shows(LOST), Condition::Shows("Connect to a Host")]),
        back: Condition::Moves("Latency"),
        quit: "q",
    })
}

/// Puts the dashboard away and back, above the process list.
fn dashboard_keys() -> Vec<Key> {
    vec![Key::new("1", Condition::Lacks(DASHBOARD)), Key::new("1", Condition::Shows(DASHBOARD))]
}

/// The program, installed first when it is not there.
fn installed(target: &Path) -> Result<PathBuf> {
    let home = target.join("dolphie-venv");
    let program = home.join("bin").join("dolphie");
    if !program.exists() {
        crate::say(&format!("installing {PACKAGE} into {} (python3 -m venv, pip install)", home.display()));
        run(Command::new("python3").args(["-m", "venv"]).arg(&home))
            .context("cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv")?;
        run(Command::new(home.join("bin").join("pip")).args(["install", "--quiet", PACKAGE]))?;
    }
    Ok(program)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status()?;
    ensure!(status.success(), "{} failed: {status}", command.get_program().display());
    Ok(())
}
