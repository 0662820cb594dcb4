//! The commands about migration files that look or write a file: `list`, `migration-status`, `create`.
//!
//! None of them writes to a server. Applying is the operation `migrate`.

mod create;
mod list;
mod status;

pub use create::{CreateArgs, run as create};
pub use list::run as list;
pub use status::run as status;

use serde_json::{Value, json};

use super::page::{Page, Tone};
use crate::migration::{Catalogue, Problem};

/// What is wrong with the files, for programs.
fn problems(catalogue: &Catalogue) -> Vec<Value> {
    let problem =
        |problem: &Problem| json!({ "path": problem.path, "line": problem.line, "problem": problem.sentence });
    catalogue.problems.iter().map(problem).collect()
}

/// A line for each problem, as it is named elsewhere too.
fn tell_problems<'a>(problems: impl Iterator<Item = &'a Problem>, page: &mut Page) {
    for problem in problems {
        let sentence = crate::text::clean(problem.to_string().as_bytes());
        let line = page.tinted(Tone::Bad, sentence);
        page.line(format!("  {line}"));
    }
}

/// Where files were looked for, when there is nothing there.
fn tell_missing(catalogue: &Catalogue, page: &mut Page) {
    let directory = catalogue.directory.display();
    let line = page.tinted(Tone::Warn, format!("no migrations directory: there is no {directory}"));
    page.line(line);
    page.line("`dbdeck create` makes it; `migrations: directory:` in the configuration names another one");
}
