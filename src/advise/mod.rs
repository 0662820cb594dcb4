//! Temporary.
#![allow(missing_docs)]
use crate::clock::Moment;
use crate::config::Thresholds;
use crate::sample::Picture;
use std::time::Instant;
pub struct Facts<'a> {
    pub picture: &'a Picture,
    pub thresholds: &'a Thresholds,
    pub now: Moment,
}
#[derive(Debug, Default)]
pub struct Board {
    findings: Vec<Finding>,
}
impl Board {
    pub fn update(&mut self, _f: &Facts<'_>) {}
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Critical,
    Warning,
    Notice,
}
#[derive(Debug, Clone)]
pub struct Finding {
    pub subject: String,
    pub text: String,
    pub remedy: String,
    pub severity: Severity,
    pub since: Instant,
}
