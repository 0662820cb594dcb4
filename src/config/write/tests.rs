//! Files as they are found, with what is wanted put into them.

use super::*;
use crate::config::model::Pool;
use crate::secret::SecretString;
use crate::units::DatabaseName;

const PATH: &str = "/etc/service/config.yaml";

fn target(name: &str) -> Target {
    Target {
        name: DatabaseName(name.to_owned()),
        schema: format!("comfyui_{name}"),
        endpoint: Endpoint::Socket("/run/mysqld/mysqld.sock".into()),
        tls: Tls::default(),
        account: account(&format!("{name}_user"), "p"),
        operator: None,
        pool: Pool::default(),
    }
}

fn account(user: &str, password: &str) -> Account {
    Account { user: user.to_owned(), secret: SecretSource::Literal(SecretString::from(password)) }
}

fn wanted(targets: &[&str]) -> Wanted {
    Wanted {
        targets: targets.iter().map(|name| target(name)).collect(),
        operator: Some(account("dbdeck", "o")),
        environment: Environment::default(),
        migrations: None,
    }
}

fn put(text: Option<&str>, wanted: &Wanted) -> String {
    merged(Path::new(PATH), text, wanted).unwrap_or_else(|error| panic!("{error}"))
}

const BLOCK: &str = "    socket: /run/mysqld/mysqld.sock\n    user: client_user\n    password: \"p\"\n    \
                     database: comfyui_client\n    pool_size: 10\n    max_overflow: 20\n";

const OPERATOR: &str = "operator:\n  user: dbdeck\n  password: \"o\"\n";

#[test]
fn a_new_file_says_what_is_wanted_and_no_more() {
    let expected = format!("{HEADER}environment: development\n\nmysql:\n  client:\n{BLOCK}\n{OPERATOR}");
    assert_eq!(put(None, &wanted(&["client"])), expected);
}

#[test]
fn what_says_it_already_is_left_as_it_is() {
    let text = put(None, &wanted(&["client", "admin"]));
    assert_eq!(put(Some(&text), &wanted(&["client", "admin"])), text);
    assert_eq!(put(Some(&text), &wanted(&["admin"])), text);
    let flow = "mysql: {client: {socket: /run/mysqld/mysqld.sock, user: client_user, password: p, database: comfyui_client}}\n\
                operator: {user: dbdeck, password: o}\n";
    assert_eq!(put(Some(flow), &wanted(&["client"])), flow);
}

#[test]
fn foreign_sections_and_comments_stay() {
    let check = |before: &str, targets: &[&str], after: &str| assert_eq!(put(Some(before), &wanted(targets)), after);
    // A file of the service without databases.
    let foreign = "# The service's own.\nredis: {host: a}   # here\n\nlogging:\n\t\n  level: \"x: # y\"\n";
    check(
        &foreign.replace('\t', ""),
        &["client"],
        &format!("{}\nmysql:\n  client:\n{BLOCK}\n{OPERATOR}", foreign.replace('\t', "")),
    );
    // Another database is there, with comments in it and behind it, and the last line has no end.
    let one = BLOCK.replace("client", "admin");
    check(
        &format!("mysql:\n  admin:\n{one}    # tls: {{}}\n\n# Behind.\nredis: 1"),
        &["client"],
        &format!("mysql:\n  admin:\n{one}    # tls: {{}}\n  client:\n{BLOCK}\n# Behind.\nredis: 1\n\n{OPERATOR}"),
    );
    // A deeper indentation, and an empty section.
    check("mysql:\nui: {}\n", &["client"], &format!("mysql:\n  client:\n{BLOCK}ui: {{}}\n\n{OPERATOR}"));
}

#[test]
fn only_what_differs_is_replaced_and_its_comment_stays() {
    let mut changed = wanted(&["client"]);
    changed.targets[0].account = account("other", "new \"one\" \\ #");
    changed.environment = Environment::Production;
    let before = format!("environment: staging # loud\nmysql:\n  client:\n{BLOCK}{OPERATOR}")
        .replace("user: client_user", "user:   'client_user'   # the service's")
        .replace("pool_size: 10\n", "pool_size: 7 # small\n");
    let after = before
        .replace("staging", "production")
        .replace("user:   'client_user'   #", "user: other   #")
        .replace("\"p\"", "\"new \\\"one\\\" \\\\ #\"")
        .replace("pool_size: 7", "pool_size: 10");
    assert_eq!(put(Some(&before), &changed), after);
}

#[test]
fn another_way_to_say_it_replaces_the_one_before() {
    let mut changed = wanted(&["client"]);
    changed.targets[0].endpoint = Endpoint::Tcp { host: "db.example.org".to_owned(), port: 3307 };
    changed.targets[0].tls.mode = TlsMode::Required;
    changed.targets[0].account.secret = SecretSource::Env("CLIENT_PASSWORD".to_owned());
    let before = format!("mysql:\n  client:\n{BLOCK}{OPERATOR}");
    let after = put(Some(&before), &changed);
    assert!(!after.contains("socket") && !after.contains("\"p\""), "{after}");
    for line in [
        "    host: db.example.org\n    port: 3307\n",
        "    tls:\n      mode: required\n",
        "password_env: CLIENT_PASSWORD",
    ] {
        assert!(after.contains(line), "{line} is not in\n{after}");
    }
    assert_eq!(put(Some(&after), &wanted(&["client"])).matches("socket").count(), 1);
}

#[test]
fn line_ends_and_marks_stay() {
    let before = "\u{feff}redis: 1\r\n";
    let after = put(Some(before), &wanted(&["client"]));
    assert!(after.starts_with(before));
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn what_cannot_be_changed_safely_is_refused_with_the_place() {
    let check = |text: &str, words: &str| {
        let refused = merged(Path::new(PATH), Some(text), &wanted(&["client"])).unwrap_err().to_string();
        assert!(refused.contains(words), "{text}: {refused}");
        assert!(!refused.contains("s3cr3t"), "{refused}");
    };
    check("mysql: {client: {user: x, password: s3cr3t}}\n", "`mysql.client` is written in a way");
    check("mysql: {}\n", "`mysql` is written");
    check("mysql: [\n", "line 1");
    check("a: &u client\nmysql:\n  client:\n    user: *u\n    password: s3cr3t\n", "`mysql.client.user`");
    check("mysql:\n  client:\n    pool_sise: 3\n", "did you mean");
    check("redis: 1\n...\n", "second document");
}

#[test]
fn values_survive_whatever_they_contain() {
    for value in
        ["p", "a b", "0123", "yes", "~", "a: b", "a #b", "\"", "\\", "'", "{x", "表\t\u{1b}", " lead", "\u{2028}"]
    {
        let mut odd = wanted(&["client"]);
        odd.targets[0].account = account("u", value);
        odd.operator = Some(account("o", value));
        let text = put(None, &odd);
        let Ok(config) = check(Path::new(PATH), &text) else { panic!("{text}") };
        assert!(config.targets[0].account.secret.is_same(&odd.targets[0].account.secret), "{value:?}: {text}");
    }
}

#[test]
fn the_file_is_replaced_as_a_whole_and_is_ours_alone() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new/config.yaml");
    assert_eq!(disk::read(&path).unwrap(), None);
    disk::write(&path, "one").unwrap();
    assert_eq!(disk::read(&path).unwrap(), Some(("one".to_owned(), false)));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(disk::read(&path).unwrap(), Some(("one".to_owned(), true)));
    let link = directory.path().join("link.yaml");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    disk::write(&link, "two").unwrap();
    assert_eq!(disk::read(&path).unwrap(), Some(("two".to_owned(), false)));
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}
