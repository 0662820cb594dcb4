//! The options of `dbdeck init`: one for every question of the guide, under the same name.

use std::path::PathBuf;

use clap::Args;

/// What is to be made, and how.
#[derive(Debug, Clone, Default, Args)]
#[allow(clippy::struct_excessive_bools)] // switches of a command line, each on or off
pub struct InitArgs {
    /// Print every statement, passwords masked, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Do it without asking.
    #[arg(long)]
    pub yes: bool,
    /// The server's socket; without one, the first that answers on this machine.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["host", "port"])]
    pub socket: Option<String>,
    /// The server's host.
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
    /// The server's TCP port.
    #[arg(long, value_name = "NUMBER")]
    pub port: Option<String>,
    /// How the way to the server is encrypted: disabled, preferred, required, `verify_ca`, `verify_identity`.
    #[arg(long, value_name = "MODE")]
    pub tls: Option<String>,
    /// The account that may create accounts; used now and stored nowhere.
    #[arg(long, value_name = "USER")]
    pub admin_user: Option<String>,
    /// Its password is the first line of this file.
    #[arg(long, value_name = "FILE", group = "admin_password")]
    pub admin_password_file: Option<PathBuf>,
    /// Its password is in this environment variable.
    #[arg(long, value_name = "VARIABLE", group = "admin_password")]
    pub admin_password_env: Option<String>,
    /// Its password is the next line of standard input.
    #[arg(long, group = "admin_password")]
    pub admin_password_stdin: bool,
    /// What kind of installation it becomes: development, staging, production.
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// A database's name on the server, as in `client=comfyui_client`.
    #[arg(long, value_name = "DATABASE=NAME")]
    pub schema: Vec<String>,
    /// The service's account for a database, as in `client=comfyui_client_user`.
    #[arg(long, value_name = "DATABASE=USER")]
    pub user: Vec<String>,
    /// That account's password is in this file; without any of these it is generated.
    #[arg(long, value_name = "DATABASE=FILE")]
    pub password_file: Vec<String>,
    /// That account's password is in this environment variable.
    #[arg(long, value_name = "DATABASE=VARIABLE")]
    pub password_env: Vec<String>,
    /// That account's password is the next line of standard input.
    #[arg(long, value_name = "DATABASE")]
    pub password_stdin: Vec<String>,
    /// The account that dbdeck itself uses; none leaves it with those of the service.
    #[arg(long, value_name = "USER")]
    pub operator: Option<String>,
    /// Its password is in this file.
    #[arg(long, value_name = "FILE", group = "operator_password")]
    pub operator_password_file: Option<PathBuf>,
    /// Its password is in this environment variable.
    #[arg(long, value_name = "VARIABLE", group = "operator_password")]
    pub operator_password_env: Option<String>,
    /// Its password is the next line of standard input.
    #[arg(long, group = "operator_password")]
    pub operator_password_stdin: bool,
    /// From where the accounts may log in; may be given several times. Without it, from this machine.
    #[arg(long, value_name = "HOST")]
    pub account_host: Vec<String>,
    /// The accounts may log in over an encrypted connection only.
    #[arg(long)]
    pub require_tls: bool,
    /// Give accounts that are there the password of the configuration.
    #[arg(long)]
    pub change_passwords: bool,
    /// Leave out a part: tables, rows, record, accounts, migrations, administrator.
    #[arg(long, value_name = "PART")]
    pub without: Vec<String>,
    /// Who logs in to the service's site first; the password is generated and printed once.
    #[arg(long, value_name = "NAME")]
    pub administrator: Option<String>,
    /// The administrator's mail address.
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// The directory of the migration files.
    #[arg(long, value_name = "DIRECTORY")]
    pub migrations: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::config::Endpoint;
    use crate::setup::flow::Key;
    use crate::setup::{Answers, Flow, Found};

    /// All questions that the guide can ask.
    fn questions() -> Vec<Key> {
        let answers = Answers::usual("config.yaml".into(), || "p".into());
        let mut flow = Flow::new(answers, vec![Endpoint::Socket("/run/a".into())]);
        let mut keys = Vec::new();
        for place in ["socket", "host"] {
            flow.set(&Key::Server, place).unwrap();
            keys.extend(flow.questions());
        }
        flow.set(&Key::Host, "h").unwrap();
        for _ in 0..3 {
            flow.next().unwrap();
            keys.extend(flow.questions());
            flow.looked(Found::default());
            if flow.stage() == crate::setup::Stage::Look {
                let mut found = Found::default();
                found.server.may_grant = true;
                flow.again();
                flow.looked(found);
            }
        }
        keys.extend(flow.questions());
        keys.into_iter().map(|question| question.key).collect()
    }

    #[test]
    fn every_question_of_the_guide_has_an_option() {
        let command = crate::cli::args::command();
        let init = command.find_subcommand("init").unwrap();
        let known: BTreeSet<String> = init
            .get_arguments()
            .chain(command.get_arguments())
            .filter_map(|argument| argument.get_long().map(str::to_owned))
            .collect();
        let keys = questions();
        assert!(keys.len() > 20, "{keys:?}");
        for key in keys {
            let ways = if key.is_secret() { vec!["-file", "-env", "-stdin"] } else { vec![""] };
            for way in ways {
                let option = format!("{}{way}", key.flag());
                assert!(known.contains(&option), "{key:?} has no --{option}");
            }
        }
    }
}
