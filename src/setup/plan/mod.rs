//! From what was chosen and what is there to what is to be done. Pure.
//!
//! The configuration file comes first: it holds the generated passwords, and accounts are made from what it says. So a
//! run that is interrupted anywhere is taken up by the next one with the same passwords. The accounts come after the
//! tables: when the service can log in, everything is there. Migrations are last: dbdeck's own account applies them.
//!
//! Reading order: this file (the order) · `databases` (databases, tables, rows) · `accounts` · `file` (the configuration).

mod accounts;
mod databases;
mod file;
#[cfg(test)]
mod tests;

use super::answers::{Answers, DatabaseAnswer};
use super::found::Found;
use super::service;
use super::step::{Act, Difference, State, Statement, Step, Subject};
use crate::config::Config;

pub use accounts::{policy, too_much};
pub use file::wanted;

/// The steps in the order in which they are done, also those that are done already.
pub fn plan(answers: &Answers, found: &Found) -> Vec<Step> {
    let create = answers.create;
    let mut steps = vec![file::configuration(answers, found)];
    for answer in &answers.databases {
        steps.push(databases::database(answer, found));
        steps.extend(create.tables.then(|| databases::tables(answer, found)));
        steps.extend(databases::rows(answer, found).filter(|_| create.tables && create.rows));
    }
    let home = recorded_in(answers);
    steps.extend(home.filter(|_| create.record).map(|answer| databases::record(answer, found)));
    if create.accounts {
        steps.extend(answers.accounts().into_iter().map(|account| accounts::account(answers, account, found)));
    }
    let admin = answers.databases.iter().find(|answer| answer.name.0 == service::ADMIN.name);
    steps.extend(admin.filter(|_| create.administrator).map(|admin| databases::administrator(answers, admin, found)));
    steps.extend(databases::migrations(found).filter(|_| create.tables && create.accounts && create.migrations));
    steps
}

/// The database that has dbdeck's record when nothing else is said: `admin` when there is one, else the first.
fn recorded_in(answers: &Answers) -> Option<&DatabaseAnswer> {
    let admin = answers.databases.iter().find(|answer| answer.name.0 == service::ADMIN.name);
    admin.or(answers.databases.first())
}

/// The configuration that the plan writes, as it would be read.
///
/// # Errors
/// What stands in the way, as the first step says it.
pub fn configuration(answers: &Answers, found: &Found) -> Result<Config, String> {
    file::configured(answers, found).map_err(|error| error.to_string())
}

impl Step {
    /// A step by statements, whose state follows from what is missing and what differs.
    fn of(
        subject: Subject,
        title: String,
        schema: Option<&str>,
        statements: Vec<Statement>,
        differences: Vec<Difference>,
    ) -> Self {
        let state = match (statements.is_empty(), differences.is_empty()) {
            (false, _) => State::Missing,
            (true, false) => State::Differs,
            (true, true) => State::There,
        };
        let act = Act::Statements { schema: schema.map(str::to_owned), statements };
        Self { subject, title, act, state, differences }
    }
}
