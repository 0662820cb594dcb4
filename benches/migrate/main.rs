//! `cargo bench --bench migrate`: a thousand small migrations of three databases, dbdeck beside dbmate, on one server in
//! one run.
//!
//! Reading order: this file (the story) · [`files`] (the migrations, once for each tool: the same statements under names
//! that the tool understands) · [`stage`] (server, databases) · [`dbmate`] (the other tool).
//!
//! Each tool begins with empty databases; what is there afterwards is counted. dbmate knows one database, so it is run
//! once for each, one after the other. `DBDECK_TEST_SERVER` chooses the server; `-- --files N` another number of files.

mod dbmate;
mod files;
mod stage;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use stage::Stage;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// What was measured of one tool.
struct Finding {
    name: &'static str,
    /// All files applied.
    applying: Duration,
    /// Nothing left to do, and told so.
    again: Duration,
}

/// How often the answer that nothing is left to do is asked for; the median counts.
const ASKED: usize = 9;

fn run() -> Result<()> {
    let count = wanted_files();
    let dbmate = dbmate::find()?;
    let runtime = tokio::runtime::Runtime::new().context("no runtime")?;
    let stage = runtime.block_on(Stage::set(count))?;
    say(&format!("{}: {count} files for three databases", stage.version()));
    let mut findings = Vec::new();
    for round in 1..=2 {
        say(&format!("round {round}: dbmate"));
        let up = |database: &str| dbmate::up(&dbmate, &stage, database);
        findings.push(measure("dbmate up", &runtime, &stage, || Box::new(stage::DATABASES.map(up).into_iter()))?);
        say(&format!("round {round}: dbdeck"));
        let migrate = || Box::new(std::iter::once(dbdeck(&stage, &["migrate", "--yes"]))) as Commands;
        findings.push(measure("dbdeck migrate", &runtime, &stage, migrate)?);
    }
    let status = median(|| Ok(vec![dbdeck(&stage, &["migration-status"])]))?;
    report(&findings, status, count)?;
    runtime.block_on(stage.end())
}

type Commands = Box<dyn Iterator<Item = Command>>;

fn measure(
    name: &'static str,
    runtime: &tokio::runtime::Runtime,
    stage: &Stage,
    commands: impl Fn() -> Commands,
) -> Result<Finding> {
    runtime.block_on(stage.empty())?;
    let applying = timed(commands())?;
    runtime.block_on(stage.check(name))?;
    let again = median(|| Ok(commands().collect()))?;
    Ok(Finding { name, applying, again })
}

fn median(commands: impl Fn() -> Result<Vec<Command>>) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..ASKED {
        times.push(timed(commands()?.into_iter())?);
    }
    times.sort();
    Ok(times[ASKED / 2])
}

fn timed(commands: impl Iterator<Item = Command>) -> Result<Duration> {
    let began = Instant::now();
    for mut command in commands {
        let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {command:?}"))?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "{command:?} ended with {}: {said}", output.status);
    }
    Ok(began.elapsed())
}

fn dbdeck(stage: &Stage, arguments: &[&str]) -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_dbdeck")));
    command.arg("--config").arg(stage.config()).args(arguments);
    command
}

fn report(findings: &[Finding], status: Duration, count: usize) -> Result<()> {
    let mut out = std::io::stdout();
    let best = |name: &str| findings.iter().filter(|it| it.name == name).map(|it| it.applying).min();
    let base = best("dbmate up").context("dbmate was not measured")?.as_secs_f64();
    writeln!(out, "| what | {count} files | files/s | ratio | nothing left to do |\n|---|---|---|---|---|")?;
    for Finding { name, applying, again } in findings {
        let seconds = applying.as_secs_f64();
        let (rate, ratio) = (count as f64 / seconds, base / seconds);
        writeln!(out, "| {name} | {seconds:.2} s | {rate:.0} | {ratio:.2} | {:.0} ms |", again.as_secs_f64() * 1e3)?;
    }
    writeln!(out, "dbdeck migration-status afterwards: {:.0} ms", status.as_secs_f64() * 1e3)?;
    Ok(())
}

fn wanted_files() -> usize {
    let arguments: Vec<String> = std::env::args().collect();
    let place = arguments.iter().position(|argument| argument == "--files");
    place.and_then(|place| arguments.get(place + 1)?.parse().ok()).unwrap_or(1_000)
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
