//! `dbdeck audit`: who did what, from where, when and how it ended, with the exact command line and the plan it had.
//!
//! Reads the record and writes nothing.

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::jobs::{between, day, notes, told, tone};
use super::json::document;
use super::page::{self, Page, Tone};
use super::run::Form;
use crate::job::JobView;
use crate::ledger::{Filter, History, Ledger};
use crate::op::record::JobNumber;
use crate::units::{Bytes, Rows};

/// Which entries are wanted.
#[derive(Debug, Clone, Args)]
pub struct AuditArgs {
    /// Only what was asked for since: a day (2026-11-20), a local time ("2026-11-20 14:30"), or so long ago (90min, 7d).
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub since: Option<DateTime<Utc>>,
    /// Only what this user did, `user` or `user@host`.
    #[arg(long, value_name = "USER")]
    pub who: Option<String>,
    /// Only this operation.
    #[arg(long, value_name = "ID")]
    pub operation: Option<String>,
    /// At most so many, the newest.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let wrong = || "write a day (2026-11-20), a time (\"2026-11-20 14:30\") or so long ago (90min, 7d)".to_owned();
    if let Some(ago) = crate::config::span::parse(text).and_then(|ago| TimeDelta::from_std(ago).ok()) {
        return Utc::now().checked_sub_signed(ago).ok_or_else(wrong);
    }
    let midnight = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    let formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let moment = || formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let local = midnight.or_else(moment).and_then(|local| local.and_local_timezone(Local).earliest());
    local.map(|at| at.to_utc()).ok_or_else(wrong)
}

/// Prints the entries, newest first.
///
/// # Errors
/// When standard output cannot be written.
pub async fn run(ledger: &Ledger, form: Form, args: AuditArgs, databases: &[String]) -> Result<Exit, Failure> {
    let AuditArgs { since, who, operation, limit } = args;
    let history = told(ledger, Filter { limit, operation, who, since, ..Filter::default() }, databases).await;
    page::print(&match form {
        Form::Json => document(&json!({
            "entries": history.jobs.iter().map(entry).collect::<Vec<_>>(),
            "notes": history.notes,
        })),
        Form::Text(page) => text(&history, page),
    })?;
    Ok(Exit::Done)
}

fn entry(job: &JobView) -> Value {
    let seconds = job.began.zip(job.ended).map(|(began, ended)| between(began, ended));
    json!({
        "job": job.number.as_ref().map(JobNumber::to_string),
        "uid": job.uid,
        "who": job.operator,
        "origin": job.origin,
        "command": job.line,
        "operation": job.operation,
        "databases": job.databases,
        "server": job.server,
        "plan": job.plan,
        "submitted": job.submitted,
        "began": job.began,
        "ended": job.ended,
        "seconds": seconds,
        "state": job.state,
        "outcome": job.message,
        "rows": job.live.rows,
        "bytes": job.live.bytes,
        "resumes": job.resumes,
    })
}

fn text(history: &History, mut page: Page) -> String {
    if history.jobs.is_empty() {
        page.line("no entries");
    }
    for job in &history.jobs {
        let who = page.tinted(Tone::Strong, &job.operator);
        page.line(format!("{}  {who} ({})  {}", day(job.submitted), job.origin, job.line));
        let state = page.tinted(tone(job.state), job.state);
        page.line(format!("{:21}{} {state}{}", "", job.name(), details(job)));
        if !job.message.is_empty() {
            page.line(format!("{:21}{}", "", job.message));
        }
    }
    notes(&history.notes, &mut page);
    page.finish()
}

fn details(job: &JobView) -> String {
    let facts = [
        job.began.zip(job.ended).map(|(began, ended)| format!("in {}", between(began, ended))),
        (job.live.rows > 0).then(|| Rows(job.live.rows).counted()),
        (job.live.bytes > 0).then(|| Bytes(job.live.bytes).to_string()),
        (!job.server.is_empty()).then(|| format!("on {}", job.server)),
        job.plan.as_ref().map(|plan| format!("plan {plan}")),
    ];
    facts.into_iter().flatten().map(|fact| format!(", {fact}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_day_a_moment_or_so_long_ago() {
        let check = |text: &str, expected: Option<&str>| {
            let local = time(text).ok().map(|at| at.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string());
            assert_eq!(local.as_deref(), expected, "{text}");
        };
        check("2026-11-20", Some("2026-11-20 00:00"));
        check("2026-11-20 14:30", Some("2026-11-20 14:30"));
        check("2026-11-20T14:30:59", Some("2026-11-20 14:30"));
        check("yesterday", None);
        check("2026-13-01", None);
        let week = time("7d").unwrap_or_default();
        assert!((Utc::now() - week - TimeDelta::days(7)).abs() < TimeDelta::minutes(1), "{week}");
    }
}
