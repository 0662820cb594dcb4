//! `dbdeck status`: what the overview shows, once, for people or for programs.

mod json;
mod text;

use super::exit::{Exit, Failure};
use super::run::Form;
use super::{page, watch};
use crate::advise::{Board, Facts, Severity};
use crate::clock::Moment;
use crate::config::Config;
use crate::report::Report;

/// Looks at all servers for about a second and prints what it saw.
///
/// # Errors
/// When standard output cannot be written; a server that cannot be reached is part of the answer.
pub async fn run(config: &Config, form: Form, check: bool) -> Result<Exit, Failure> {
    let began = Moment::now();
    let picture = watch::with_rates(config).await;
    let now = Moment::now();
    let mut board = Board::default();
    let (thresholds, warnings) = (&config.thresholds, &config.warnings);
    board.update(&Facts { picture: &picture, thresholds, warnings, now });
    let report = Report::of(&picture, board.findings(), now);
    page::print(&match form {
        Form::Json => super::json::document(&json::of(&report, now.since(began.instant))),
        Form::Text(page) => text::of(&report, page),
    })?;
    Ok(if check { verdict(&report) } else { Exit::Done })
}

fn verdict(report: &Report<'_>) -> Exit {
    let needs_attention = report.attention.iter().any(|finding| finding.severity >= Severity::Warning);
    match (report.is_unreachable(), needs_attention) {
        (true, _) => Exit::Unreachable,
        (false, true) => Exit::Attention,
        (false, false) => Exit::Done,
    }
}
