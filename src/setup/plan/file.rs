//! The configuration: what it is to say, and what is new in it.

use crate::config::write::{Wanted, merged, parsed};
use crate::config::{Account, Config, ConfigError, Endpoint, Target, Tls, TlsMode};
use crate::setup::answers::{Answers, DatabaseAnswer};
use crate::setup::found::Found;
use crate::setup::step::{Act, Difference, MASK, State, Step, Subject};

/// The step that writes it.
pub fn configuration(answers: &Answers, found: &Found) -> Step {
    let path = answers.config.clone();
    let title = format!("configuration {}", path.display());
    let old = found.config.text.as_deref();
    let (act, state, differences) = match merged(&path, old, &wanted(answers)) {
        Ok(text) => {
            let is_there = old == Some(text.as_str()) && !found.config.exposed;
            let shown = news(old.unwrap_or_default(), &text, found.config.exposed);
            let state = if is_there { State::There } else { State::Missing };
            (Act::File { path, text: text.into(), shown }, state, Vec::new())
        }
        Err(error) => {
            let what = error.to_string();
            let act = Act::File { path, text: String::new().into(), shown: Vec::new() };
            (act, State::Blocked, vec![Difference { what, remedy: String::new() }])
        }
    };
    Step { subject: Subject::Configuration, title, act, state, differences }
}

/// The configuration as it would be read.
pub fn configured(answers: &Answers, found: &Found) -> Result<Config, ConfigError> {
    let path = &answers.config;
    parsed(path, &merged(path, found.config.text.as_deref(), &wanted(answers))?)
}

/// What the configuration is to say.
pub fn wanted(answers: &Answers) -> Wanted {
    let operator = answers.operator.as_ref();
    Wanted {
        targets: answers.databases.iter().map(|answer| target(answers, answer)).collect(),
        operator: operator.map(|operator| Account { user: operator.user.clone(), secret: operator.source() }),
        environment: answers.environment,
        migrations: answers.migrations.clone(),
    }
}

fn target(answers: &Answers, answer: &DatabaseAnswer) -> Target {
    let user = answer.account.user.clone();
    Target {
        name: answer.name.clone(),
        schema: answer.schema.clone(),
        endpoint: answers.endpoint.clone(),
        tls: tls(answers),
        account: Account { secret: answers.password(&user), user },
        operator: None,
        pool: answer.pool,
    }
}

/// Accounts that need encryption are used with it.
fn tls(answers: &Answers) -> Tls {
    let mut tls = answers.tls.clone();
    let is_network = matches!(answers.endpoint, Endpoint::Tcp { .. });
    if is_network && answers.require_tls && matches!(tls.mode, TlsMode::Preferred | TlsMode::Disabled) {
        tls.mode = TlsMode::Required;
    }
    tls
}

/// The lines that were not there before, passwords masked.
fn news(old: &str, new: &str, exposed: bool) -> Vec<String> {
    let mut before: Vec<&str> = old.lines().collect();
    let mut shown = vec![if exposed { "mode 0600: others can read it now" } else { "mode 0600" }.to_owned()];
    for line in new.lines().filter(|line| !line.trim().is_empty()) {
        match before.iter().position(|known| *known == line) {
            Some(known) => drop(before.remove(known)),
            None => shown.push(masked(line)),
        }
    }
    shown
}

fn masked(line: &str) -> String {
    match line.split_once("password:") {
        Some((indent, _)) if indent.trim().is_empty() => format!("{indent}password: {MASK}"),
        _ if line.contains("password_command:") => format!("{} …", line.split(':').next().unwrap_or_default()),
        _ => line.to_owned(),
    }
}
