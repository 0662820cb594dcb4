//! What is asked before something is changed: the risk decides.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use anyhow::Context as _;

use super::super::exit::Failure;
use super::super::page::print;
use super::super::run::Form;
use super::super::surroundings::Surroundings;
use super::super::workbench::Workbench;
use super::{Order, Planned, show};
use crate::config::{Config, Environment};
use crate::op::Risk;

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Do it.
    Yes,
    /// Leave it.
    No,
}

/// What is asked about.
pub(super) struct Question<'a> {
    pub order: &'a Order,
    pub planned: &'a [Planned],
    pub config: &'a Config,
    pub bench: &'a Workbench,
}

impl Question<'_> {
    /// Asks on the terminal, after the plan; `--yes` and a given `--plan` have answered already.
    pub(super) async fn ask(&self, form: &mut Form, around: &Surroundings) -> Result<Answer, Failure> {
        let first = self.bench.first_write().await;
        if self.order.options.yes || self.order.options.plan.is_some() {
            self.bench.consent();
            return Ok(Answer::Yes);
        }
        let id = self.order.invocation.entry.meta.id;
        if !around.is_terminal || !std::io::stdin().is_terminal() {
            let sentence = format!(
                "`{id}` asks before it changes something, and here is nobody to ask: add --yes, or --dry-run to look"
            );
            return Err(Failure::Usage(sentence));
        }
        print(&show::plans(self.order, self.planned, form))?;
        if let Some(first) = first {
            print(&format!("{first}\n"))?;
        }
        let answer = self.answer().await?;
        if answer == Answer::Yes {
            self.bench.consent();
        }
        Ok(answer)
    }

    async fn answer(&self) -> Result<Answer, Failure> {
        let (prompt, expected) = self.prompt();
        let Some(line) = line(&prompt).await? else { return Ok(Answer::No) };
        let is_yes = expected.iter().any(|expected| line.trim().eq_ignore_ascii_case(expected));
        Ok(if is_yes { Answer::Yes } else { Answer::No })
    }

    fn prompt(&self) -> (String, Vec<String>) {
        let production = self.config.environment == Environment::Production;
        let names = self.planned.iter().flat_map(|planned| &planned.targets).map(|target| target.name.0.clone());
        let names: Vec<String> = names.collect();
        let meta = self.order.invocation.entry.meta;
        let risk = self.planned.iter().map(|planned| planned.plan.risk(&meta)).max().unwrap_or(meta.risk);
        match risk {
            Risk::Looks => ("Go on? [Y/n] ".to_owned(), vec![String::new(), "y".to_owned(), "yes".to_owned()]),
            Risk::Reversible if !production => ("Go on? [y/N] ".to_owned(), vec!["y".to_owned(), "yes".to_owned()]),
            _ => {
                let word = names.join(" ");
                (format!("Type {word:?} to go on: "), vec![word])
            }
        }
    }
}

/// The line that is typed after a prompt; `None` for Ctrl-C.
///
/// # Errors
/// The terminal cannot be written or read.
pub(in crate::cli) async fn line(prompt: &str) -> Result<Option<String>, Failure> {
    print(prompt)?;
    tokio::select! {
        line = tokio::task::spawn_blocking(read_line) => {
            Ok(Some(line.context("cannot ask")?.context("cannot read the answer")?))
        }
        _ = tokio::signal::ctrl_c() => Ok(None),
    }
}

fn read_line() -> std::io::Result<String> {
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line)
}
