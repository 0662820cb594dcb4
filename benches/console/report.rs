//! The table and the JSON: every figure with its unit, its rivals and its budget, and every failure with its reason.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::contender::{self, Cast};
use crate::metric::{Metric, Unit};
use crate::scenario::{Effort, Finding, Findings};
use crate::stage::Stage;

/// All findings of a run.
pub struct Report {
    server: String,
    effort: Effort,
    contenders: Vec<&'static str>,
    absent: Vec<(&'static str, String)>,
    findings: BTreeMap<Metric, BTreeMap<&'static str, Finding>>,
}

impl Report {
    /// The columns come in the order of the contenders.
    pub fn new(stage: &Stage, effort: Effort, cast: &Cast) -> Self {
        Self {
            server: stage.describe().to_owned(),
            effort,
            contenders: cast.present.iter().map(|contender| contender.name).collect(),
            absent: cast.absent.clone(),
            findings: BTreeMap::new(),
        }
    }

    pub fn note(&mut self, contender: &'static str, findings: Findings) {
        for (metric, finding) in findings {
            self.findings.entry(metric).or_default().insert(contender, finding);
        }
    }

    pub fn save(&self, path: &Path) -> Result<()> {
        Ok(serde_json::to_writer_pretty(File::create(path)?, &self.record())?)
    }

    fn record(&self) -> Record<'_> {
        let figures = self.findings.iter().map(|(&metric, by)| Figure {
            metric,
            what: metric.row().what,
            unit: metric.row().unit,
            budget: metric.row().budget,
            values: by.iter().filter_map(|(&name, finding)| Some((name, *finding.as_ref().ok()?))).collect(),
            failures: by.iter().filter_map(|(&name, finding)| Some((name, finding.as_ref().err()?.as_str()))).collect(),
        });
        Record { server: &self.server, effort: self.effort, absent: &self.absent, figures: figures.collect() }
    }

    fn line(&self, f: &mut fmt::Formatter<'_>, metric: Metric, by: &BTreeMap<&str, Finding>) -> fmt::Result {
        let row = metric.row();
        write!(f, "{:<42}", row.what)?;
        for name in &self.contenders {
            let cell = by.get(name).map_or_else(|| "-".to_owned(), |finding| cell(finding, row.unit));
            write!(f, "{cell:>15}")?;
        }
        let figure = |name: &str| by.get(name)?.as_ref().ok().copied();
        let ours = figure(contender::OURS);
        let theirs = self.contenders.iter().filter(|&&name| name != contender::OURS).find_map(|name| figure(name));
        let ratio = ours.filter(|&ours| ours > 0.0).zip(theirs);
        let ratio = ratio.map_or_else(|| "-".to_owned(), |(ours, theirs)| format!("{:.1}x", theirs / ours));
        let budget = row.budget.map_or_else(|| "-".to_owned(), |budget| row.unit.show(budget));
        writeln!(f, "{ratio:>10}{budget:>15}{:>8}", verdict(ours, row.budget))
    }

    fn failures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, reason) in &self.absent {
            writeln!(f, "\n{name} takes no part: {reason}")?;
        }
        for (metric, by) in &self.findings {
            for (name, finding) in by {
                if let Err(reason) = finding {
                    writeln!(f, "\n{name}, {}: failed: {reason}", metric.row().what)?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Effort { window_seconds, keys, crowd, outage_seconds, .. } = self.effort;
        writeln!(f, "\n{}", self.server)?;
        writeln!(f, "windows of {window_seconds} s, {keys} keys, a crowd of {crowd}, outages of {outage_seconds} s\n")?;
        write!(f, "{:<42}", "")?;
        for name in &self.contenders {
            write!(f, "{name:>15}")?;
        }
        writeln!(f, "{:>10}{:>15}", "ratio", "budget")?;
        for (&metric, by) in &self.findings {
            self.line(f, metric, by)?;
        }
        self.failures(f)
    }
}

fn cell(finding: &Finding, unit: Unit) -> String {
    finding.as_ref().map_or_else(|_| "failed".to_owned(), |&value| unit.show(value))
}

/// The budgets are promises of ours, and judge nobody else.
fn verdict(figure: Option<f64>, budget: Option<f64>) -> &'static str {
    match (figure, budget) {
        (Some(figure), Some(budget)) if figure <= budget => "ok",
        (Some(_), Some(_)) => "over",
        _ => "",
    }
}

#[derive(Serialize)]
struct Record<'a> {
    server: &'a str,
    effort: Effort,
    absent: &'a [(&'static str, String)],
    figures: Vec<Figure<'a>>,
}

#[derive(Serialize)]
struct Figure<'a> {
    metric: Metric,
    what: &'static str,
    unit: Unit,
    budget: Option<f64>,
    values: BTreeMap<&'a str, f64>,
    failures: BTreeMap<&'a str, &'a str>,
}
