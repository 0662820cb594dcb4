//! `cargo bench --bench cleanup`: removing half of two million rows, dbdeck beside pt-archiver, on one server in one
//! run, while another client writes.
//!
//! Reading order: this file (the story) · [`stage`] (server, table, copies) · [`writer`] (who must not be hurt).
//!
//! Every contender gets its own copy of the same table and the same writer; what is left is counted afterwards, and a
//! contender that left another number of rows than it should has failed. `DBDECK_TEST_SERVER` chooses the server;
//! `-- --rows N` another number of rows.

mod stage;
mod writer;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use stage::{Stage, TABLE};
use writer::{Stalls, Writer};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// One way to remove the rows.
struct Contender {
    name: &'static str,
    command: fn(&Stage) -> Command,
}

const CONTENDERS: &[Contender] = &[
    Contender { name: "pt-archiver --limit 1000 --bulk-delete", command: pt_archiver },
    Contender { name: "the same, --commit-each", command: pt_archiver_commit_each },
    Contender { name: "dbdeck cleanup", command: dbdeck },
];

/// What came of one of them.
struct Finding {
    name: &'static str,
    took: Duration,
    stalls: Stalls,
}

fn run() -> Result<()> {
    let rows = wanted_rows();
    let runtime = tokio::runtime::Runtime::new().context("no runtime")?;
    let stage = runtime.block_on(Stage::set(rows))?;
    say(&format!("{}: {rows} rows, half of them expired, three secondary indexes", stage.version()));
    let mut findings = Vec::new();
    for contender in CONTENDERS {
        say(contender.name);
        findings.push(runtime.block_on(measure(&stage, contender))?);
    }
    let dropped = runtime.block_on(stage.drop_partition(&binary()))?;
    report(&findings, rows / 2, dropped)?;
    runtime.block_on(stage.end())
}

async fn measure(stage: &Stage, contender: &Contender) -> Result<Finding> {
    stage.copy().await?;
    let writer = Writer::start(stage.socket());
    writer.warm().await;
    let began = Instant::now();
    let mut child = (contender.command)(stage).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    let status = child.as_mut().ok().context("cannot start it")?.wait().context("cannot wait for it")?;
    let took = began.elapsed();
    let stalls = writer.stop().await?;
    ensure!(status.success(), "{} ended with {status}", contender.name);
    let left = stage.expired_left().await?;
    ensure!(left == 0, "{} left {left} expired rows", contender.name);
    Ok(Finding { name: contender.name, took, stalls })
}

fn pt_archiver(stage: &Stage) -> Command {
    let mut command = Command::new("pt-archiver");
    let source = format!("S={},u=root,D={},t={TABLE}", stage.socket().display(), stage::DATABASE);
    command.args(["--source", &source, "--where", &format!("created_at < '{}'", stage::CUTOFF)]);
    command.args(["--purge", "--limit", "1000", "--bulk-delete", "--no-check-charset", "--nosafe-auto-increment"]);
    command
}

fn pt_archiver_commit_each(stage: &Stage) -> Command {
    let mut command = pt_archiver(stage);
    command.arg("--commit-each");
    command
}

fn dbdeck(stage: &Stage) -> Command {
    let mut command = Command::new(binary());
    command.arg("--config").arg(stage.config()).args(["cleanup", "--policy", "old", "--yes"]);
    command
}

fn binary() -> std::path::PathBuf {
    Path::new(env!("CARGO_BIN_EXE_dbdeck")).to_owned()
}

fn report(findings: &[Finding], removed: u64, dropped: Duration) -> Result<()> {
    let mut out = std::io::stdout();
    let base = findings.first().map_or(1.0, |finding| finding.took.as_secs_f64());
    writeln!(out, "| what | rows/s | ratio | writer p99 | writer's worst stall |\n|---|---|---|---|---|")?;
    for Finding { name, took, stalls } in findings {
        let (rate, ratio) = (removed as f64 / took.as_secs_f64(), base / took.as_secs_f64());
        let (p99, worst) = (stalls.p99.as_secs_f64() * 1e3, stalls.worst.as_secs_f64() * 1e3);
        writeln!(out, "| {name} | {rate:.0} | {ratio:.2} | {p99:.1} ms | {worst:.1} ms |")?;
    }
    writeln!(
        out,
        "dropping one expired partition of {removed} rows, the whole command: {:.2} s",
        dropped.as_secs_f64()
    )?;
    Ok(())
}

fn wanted_rows() -> u64 {
    let arguments: Vec<String> = std::env::args().collect();
    let place = arguments.iter().position(|argument| argument == "--rows");
    place.and_then(|place| arguments.get(place + 1)?.parse().ok()).unwrap_or(2_000_000)
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
