//! `dbdeck list`: the migration files, and everything that is wrong with them. No server is asked.

use serde_json::{Value, json};

use super::{problems, tell_missing, tell_problems};
use crate::cli::exit::{Exit, Failure};
use crate::cli::json::document;
use crate::cli::page::{self, Page, Tone};
use crate::cli::run::Form;
use crate::config::Config;
use crate::migration::{Catalogue, MigrationFile};
use crate::text::{clean, width};

/// Prints the files of the chosen databases, in order; ends with 1 when something is wrong with any file.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(config: &Config, form: Form) -> Result<Exit, Failure> {
    let catalogue = Catalogue::read(config);
    let is_chosen = |file: &&MigrationFile| {
        let databases = &file.header.databases;
        databases.is_empty() || config.targets.iter().any(|target| databases.contains(&target.name))
    };
    let files: Vec<&MigrationFile> = catalogue.files.iter().filter(is_chosen).collect();
    page::print(&match form {
        Form::Json => document(&json!({
            "directory": catalogue.directory,
            "directory_missing": catalogue.missing,
            "files": files.iter().map(|file| entry(file, &catalogue)).collect::<Vec<_>>(),
            "problems": problems(&catalogue),
        })),
        Form::Text(page) => text(&files, &catalogue, page),
    })?;
    Ok(if catalogue.problems.is_empty() { Exit::Done } else { Exit::Attention })
}

fn entry(file: &MigrationFile, catalogue: &Catalogue) -> Value {
    let header = &file.header;
    let after = header.after.iter().map(|after| match &after.database {
        Some(database) => format!("{database}@{}", after.name),
        None => after.name.clone(),
    });
    let own = catalogue.problems.iter().filter(|problem| problem.path == file.path);
    json!({
        "name": file.name.text,
        "path": file.path,
        "date": file.name.date.to_string(),
        "time": file.name.time.map(|time| time.to_string()),
        "databases": header.databases,
        "description": header.description,
        "author": header.author,
        "created": header.created,
        "after": after.collect::<Vec<_>>(),
        "timeout_seconds": header.timeout.map(|timeout| timeout.as_secs_f64()),
        "allow": header.allow.iter().map(|allow| allow.word()).collect::<Vec<_>>(),
        "statements": file.statements().ok().map(|statements| statements.len()),
        "down": file.down,
        "checksum": file.checksums.raw,
        "normal_checksum": file.checksums.normal,
        "problems": own.map(|problem| &problem.sentence).collect::<Vec<_>>(),
    })
}

fn text(files: &[&MigrationFile], catalogue: &Catalogue, mut page: Page) -> String {
    if catalogue.missing {
        tell_missing(catalogue, &mut page);
        return page.finish();
    }
    let databases = |file: &MigrationFile| match file.header.databases.as_slice() {
        [] => "no database".to_owned(),
        names => names.iter().map(|name| name.0.as_str()).collect::<Vec<_>>().join(", "),
    };
    let columns = files.iter().map(|file| width(&databases(file))).max().unwrap_or(0);
    for file in files {
        let (databases, pad) = (databases(file), columns - width(&databases(file)));
        let description = clean(file.header.description.as_deref().unwrap_or_default().as_bytes());
        let path = clean(file.path.display().to_string().as_bytes());
        let when = file.name.time.map_or_else(String::new, |time| time.format("%H:%M:%S").to_string());
        let databases = page.tinted(Tone::Strong, databases);
        page.line(format!("{} {when:<8}  {databases}{:pad$}  {path}  {description}", file.name.date, ""));
        tell_problems(catalogue.problems.iter().filter(|problem| problem.path == file.path), &mut page);
    }
    let is_shown = |path: &std::path::Path| files.iter().any(|file| file.path == path);
    tell_problems(catalogue.problems.iter().filter(|problem| !is_shown(&problem.path)), &mut page);
    if files.is_empty() && catalogue.problems.is_empty() {
        page.line(format!("no migrations in {}", catalogue.directory.display()));
    }
    page.finish()
}
