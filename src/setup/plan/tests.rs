//! Plans as functions of what was chosen and what is there, without a server.

use super::*;
use crate::config::Endpoint;
use crate::secret::{ExposeSecret as _, SecretString};
use crate::server::read::rights::{Grant, Rights, Scope};
use crate::setup::answers::Passwords;
use crate::setup::found::{FoundAccount, FoundDatabase, FoundLogin, FoundMigrations, FoundServer};
use crate::setup::schema::{DEFAULTS, tables_of, tables_of_record};

fn answers() -> Answers {
    let mut count = 0;
    let draw = || {
        count += 1;
        SecretString::from(format!("drawn-{count}"))
    };
    let answers = Answers::usual("/etc/dbdeck/config.yaml".into(), draw);
    Answers { endpoint: Endpoint::Socket("/run/a.sock".into()), ..answers }
}

/// A server on which nothing is.
fn empty() -> Found {
    let server = FoundServer {
        here: "localhost".to_owned(),
        may_grant: true,
        operator_rights: vec!["PROCESS", "KILLING"],
        ..FoundServer::default()
    };
    let databases = answers().databases.into_iter().map(|answer| (answer.name, FoundDatabase::default())).collect();
    Found { server, databases, ..Found::default() }
}

fn step<'s>(steps: &'s [Step], title: &str) -> &'s Step {
    steps.iter().find(|step| step.title.contains(title)).unwrap_or_else(|| panic!("no step {title}"))
}

fn titles(steps: &[Step]) -> Vec<&str> {
    steps.iter().map(|step| step.title.as_str()).collect()
}

#[test]
fn on_an_empty_server_everything_is_due_and_the_configuration_comes_first() {
    let steps = plan(&answers(), &empty());
    assert!(steps.iter().all(Step::is_due));
    let expected = [
        "configuration /etc/dbdeck/config.yaml",
        "database comfyui_client",
        "8 tables in comfyui_client",
        "database comfyui_admin",
        "12 tables in comfyui_admin",
        "default rows in comfyui_admin",
        "database comfyui_shared",
        "9 tables in comfyui_shared",
        "dbdeck's record in comfyui_admin",
        "account comfyui_client_user",
        "account comfyui_admin_user",
        "account comfyui_shared_user",
        "account dbdeck_operator",
        "administrator admin",
    ];
    assert_eq!(titles(&steps), expected);
}

#[test]
fn no_password_is_ever_shown() {
    let steps = plan(&answers(), &empty());
    let shown: Vec<String> = steps.iter().flat_map(|step| step.act.lines()).collect();
    assert!(shown.iter().any(|line| line.contains("'***'")));
    assert!(!format!("{shown:?}{steps:?}{:?}", answers()).contains("drawn-"));
}

#[test]
fn what_is_left_out_is_not_planned() {
    let check = |create: fn(&mut crate::setup::answers::Create), absent: &[&str]| {
        let mut answers = answers();
        create(&mut answers.create);
        let steps = plan(&answers, &empty());
        for title in absent {
            assert!(titles(&steps).iter().all(|it| !it.contains(title)), "{title}: {:?}", titles(&steps));
        }
    };
    check(|create| create.tables = false, &["tables", "default rows"]);
    check(|create| create.rows = false, &["default rows"]);
    check(|create| create.record = false, &["record"]);
    check(|create| create.accounts = false, &["account "]);
    check(|create| create.administrator = false, &["administrator"]);
}

/// As a server is after its setup.
fn complete(answers: &Answers) -> Found {
    let mut found = empty();
    for answer in &answers.databases {
        let mut database = FoundDatabase {
            made: Some(("utf8mb4".to_owned(), "utf8mb4_unicode_ci".to_owned())),
            administrators: vec!["Admin".to_owned()],
            ..FoundDatabase::default()
        };
        for table in tables_of(service::database(&answer.name.0)).into_iter().chain(tables_of_record()) {
            let columns = table.columns.into_iter().map(|(column, _)| column).collect();
            let made = crate::setup::found::FoundTable { engine: Some("InnoDB".to_owned()), columns };
            database.tables.insert(table.name, made);
        }
        for defaults in DEFAULTS {
            let keys = defaults.expected.iter().map(|key| (*key).to_owned()).collect();
            database.rows.insert(defaults.what.to_owned(), keys);
        }
        found.databases.insert(answer.name.clone(), database);
    }
    let Act::File { text, .. } = &plan(answers, &found)[0].act else { panic!("the configuration") };
    found.config.text = Some(text.expose_secret().to_owned());
    for account in answers.accounts() {
        found.accounts.insert((account.user.clone(), "localhost".to_owned()), granted(answers, &account.user, &found));
    }
    found
}

/// The account with every right that is due.
fn granted(answers: &Answers, user: &str, found: &Found) -> FoundAccount {
    let due = policy(answers).due(user, &found.server.operator_rights, &Rights::default(), false);
    let grants = due.into_iter().map(|due| {
        let scope = match due.scope.split_once('.') {
            Some(("*", _)) => Scope::Server,
            Some(("mysql", table)) => Scope::Table("mysql".to_owned(), table.to_owned()),
            Some((pattern, _)) => Scope::Databases(pattern.trim_matches('`').to_owned()),
            None => panic!("{due:?}"),
        };
        let rights = due.rights.split(", ").map(str::to_owned).collect();
        Grant { rights, column_rights: Vec::new(), scope, to: format!("{user}@localhost"), grant_option: false }
    });
    let rights = Rights { grants: grants.collect(), ..Rights::default() };
    FoundAccount { login: FoundLogin::Works, rights, requires_tls: false }
}

#[test]
fn what_is_complete_is_left_alone() {
    let answers = answers();
    let steps = plan(&answers, &complete(&answers));
    for step in &steps {
        assert_eq!((step.state, &step.differences), (State::There, &Vec::new()), "{}: {:?}", step.title, step.act);
    }
}

#[test]
fn what_is_missing_is_made_and_what_differs_is_named() {
    let check = |change: fn(&mut Answers, &mut Found), title: &str, state: State, words: &str| {
        let mut answers = answers();
        let mut found = complete(&answers);
        change(&mut answers, &mut found);
        let steps = plan(&answers, &found);
        let step = step(&steps, title);
        let told = format!("{:?} {:?}", step.act, step.differences);
        assert_eq!(step.state, state, "{title}: {told}");
        assert!(told.contains(words), "{title}: {words} is not in {told}");
    };
    check(
        |_, found| drop(found.databases.get_mut(&"client".into()).unwrap().tables.remove("client_tasks")),
        "8 tables",
        State::Missing,
        "CREATE TABLE IF NOT EXISTS client_tasks",
    );
    check(
        |_, found| found.databases.get_mut(&"client".into()).unwrap().made = Some(("latin1".into(), "x".into())),
        "database comfyui_client",
        State::Differs,
        "ALTER DATABASE `comfyui_client`",
    );
    check(
        |_, found| found.databases.get_mut(&"admin".into()).unwrap().rows.get_mut("settings").unwrap().truncate(3),
        "default rows",
        State::Missing,
        "INSERT IGNORE INTO system_configs",
    );
    check(
        |_, found| {
            let history = found.databases.get_mut(&"shared".into()).unwrap().tables.get_mut("migration_history");
            history.unwrap().columns.retain(|column| column != "job");
        },
        "9 tables",
        State::Missing,
        "ALTER TABLE migration_history ADD COLUMN job CHAR(16)",
    );
    check(|_, found| found.config.exposed = true, "configuration", State::Missing, "others can read it now");
    check(|answers, _| answers.hosts = vec!["%".into()], "comfyui_client_user", State::Missing, "`@`%` IDENTIFIED BY");
    check(
        |_, found| account(found).login = FoundLogin::Refused("no".into()),
        "comfyui_client_user",
        State::Differs,
        "ALTER USER",
    );
    check(
        |answers, found| {
            account(found).login = FoundLogin::Refused("no".into());
            answers.passwords = Passwords::Change;
        },
        "comfyui_client_user",
        State::Missing,
        "ALTER USER",
    );
    check(|answers, _| answers.require_tls = true, "comfyui_client_user", State::Differs, "without encryption");
    check(
        |_, found| drop(account(found).rights.grants.pop()),
        "comfyui_client_user",
        State::Missing,
        "GRANT SELECT, INSERT, UPDATE, DELETE ON `comfyui\\\\_shared`.*",
    );
    check(
        |_, found| account(found).rights.grants[0].scope = Scope::Databases("comfyui_client".into()),
        "comfyui_client_user",
        State::Differs,
        "similar name",
    );
    check(
        |_, found| {
            found.migrations = FoundMigrations { files: 2, pending: vec!["a on client".into()], problems: vec![] }
        },
        "2 migrations",
        State::Missing,
        "dbdeck migrate: a on client",
    );
    check(|_, found| found.config.text = Some("mysql: [\n".into()), "configuration", State::Blocked, "line 1");
}

fn account(found: &mut Found) -> &mut FoundAccount {
    found.accounts.get_mut(&("comfyui_client_user".to_owned(), "localhost".to_owned())).unwrap()
}
