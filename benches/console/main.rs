//! `make bench`: the budgets of the console, measured beside what people use today, on one server in one run.
//!
//! Reading order: [`contender`] (who takes part: a further tool is one entry) · [`scenario`] (what is measured, and
//! how) · [`stage`] (the private server, its load and its crowd) · [`terminal`] (a real terminal around a real
//! program) · [`procfs`] and [`probe`] (what the kernel and the server count) · [`report`] (the table and the JSON).
//!
//! Every wait has a limit, everything that is started is ended by its id, and a measurement that failed is reported
//! as failed with the reason: no figure is ever made up.
//!
//! ```text
//! cargo bench --bench console                      the whole, about 12 minutes
//! cargo bench --bench console -- --quick           a look, about 2 minutes: too short for a 99th percentile
//! cargo bench --bench console -- --only dbdeck     one contender, no installation of the others
//! ```

mod contender;
mod metric;
mod probe;
mod procfs;
mod report;
mod scenario;
mod stage;
mod terminal;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use contender::{Cast, Contender};
use report::Report;
use scenario::{Effort, SCENARIOS};
use stage::Stage;

fn main() -> ExitCode {
    match run(&Wishes::from_arguments()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(wishes: &Wishes) -> Result<()> {
    let target = target_directory()?;
    let effort = if wishes.quick { Effort::quick() } else { Effort::full() };
    stage::allow_many_files()?;
    let mut stage = Stage::set_up().context("cannot set up the private server")?;
    say(&format!("private server: {}", stage.describe()));
    let cast = Cast::gather(&stage, &target, wishes.only.as_deref())?;
    let mut report = Report::new(&stage, effort, &cast);
    for contender in &cast.present {
        measure(&mut stage, contender, effort, &mut report);
    }
    let path = target.join("bench").join("console.json");
    report.save(&path)?;
    write!(std::io::stdout(), "{report}")?;
    say(&format!("written to {}", path.display()));
    Ok(())
}

fn measure(stage: &mut Stage, contender: &Contender, effort: Effort, report: &mut Report) {
    for scenario in SCENARIOS {
        say(&format!("{}: {}", contender.name, scenario.title));
        let findings = scenario.measure(stage, contender, effort);
        report.note(contender.name, findings);
    }
}

/// What the caller asked for; cargo's own `--bench` and anything unknown is passed over.
struct Wishes {
    quick: bool,
    only: Option<String>,
}

impl Wishes {
    fn from_arguments() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let only = arguments.iter().position(|argument| argument == "--only").and_then(|at| arguments.get(at + 1));
        Self { quick: arguments.iter().any(|argument| argument == "--quick"), only: only.cloned() }
    }
}

/// Cargo's build directory: what is made here is left out of the repository and goes with `cargo clean`.
fn target_directory() -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().context("the build directory has no parent")?;
    std::fs::create_dir_all(target.join("bench"))?;
    Ok(target.to_owned())
}

/// Progress goes to standard error; a closed one is no reason to stop.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
