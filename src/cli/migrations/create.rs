//! `dbdeck create`: a new migration file with its header and a template.

use clap::Args;
use serde_json::json;

use crate::cli::exit::{Exit, Failure};
use crate::cli::run::Form;
use crate::cli::{json, page};
use crate::clock::Moment;
use crate::config::Config;
use crate::migration::create::{self, CreateError, Draft};
use crate::op::record::Operator;

/// What file is wanted.
#[derive(Debug, Clone, Args)]
pub struct CreateArgs {
    /// What it is called, in a few words; the time and `.sql` are added.
    pub name: String,
    /// What it is for, in one sentence.
    #[arg(long, value_name = "TEXT")]
    pub description: String,
    /// Who writes it; you, when it is not said.
    #[arg(long, value_name = "WHO")]
    pub author: Option<String>,
}

/// Writes the file and prints where it is.
///
/// # Errors
/// [`Failure`] when a database or the name is wrong, or the file cannot be written.
pub fn run(
    config: &Config,
    form: Form,
    args: &CreateArgs,
    databases: &[String],
    operator: &Operator,
) -> Result<Exit, Failure> {
    let draft = Draft {
        title: args.name.strip_suffix(".sql").unwrap_or(&args.name).to_owned(),
        databases: meant(config, databases)?,
        description: args.description.clone(),
        author: args.author.clone().unwrap_or_else(|| operator.to_string()),
        now: Moment::now().wall,
    };
    let path = create::create(&config.migrations.directory, &draft).map_err(failure)?;
    page::print(&match form {
        Form::Json => json::document(&json!({ "path": path, "databases": draft.databases })),
        Form::Text(mut page) => {
            page.line(path.display());
            page.finish()
        }
    })?;
    Ok(Exit::Done)
}

fn failure(error: CreateError) -> Failure {
    match error {
        CreateError::Name(sentence) => Failure::Usage(sentence),
        error => Failure::Failed(error.into()),
    }
}

/// The databases as the header has them.
fn meant(config: &Config, databases: &[String]) -> Result<String, Failure> {
    let known: Vec<&str> = config.targets.iter().map(|target| target.name.0.as_str()).collect();
    if databases.is_empty() && known.len() > 1 {
        let sentence = "say which database it is for, such as `--database ";
        let known = known.join(", ");
        return Err(Failure::Usage(format!("{sentence}{}`; there are {known}, and all", config.targets[0].name)));
    }
    if databases.iter().any(|name| name == "all") {
        return Ok("all".to_owned());
    }
    if let Some(unknown) = databases.iter().find(|name| !known.contains(&name.as_str())) {
        let known = known.join(", ");
        let sentence = format!("there is no database {unknown:?} in the configuration; it has {known}, or say all");
        return Err(Failure::Usage(sentence));
    }
    let meant = known.into_iter().filter(|name| databases.is_empty() || databases.iter().any(|said| said == name));
    Ok(meant.collect::<Vec<_>>().join(", "))
}
