//! Where the file is found, and what is said of it though it is right.

use super::{CANARY, set_mode, written};
use crate::config::{Search, load};

const RIGHT: &str = "mysql: {a: {host: h, user: u, password: s3cr3t-canary, database: d}}\n";

#[test]
fn a_file_asked_for_is_the_only_one_looked_at() {
    let (option, variable) = (written(RIGHT.as_bytes()), written(RIGHT.as_bytes()));
    let home = written(b"");
    std::fs::create_dir(home.directory.path().join("dbdeck")).unwrap();
    let at_home = home.directory.path().join("dbdeck/config.yaml");
    std::fs::write(&at_home, RIGHT).unwrap();
    let home = Some(home.directory.path().to_owned());
    let cases = [
        (Some(option.path.clone()), Some(variable.path.clone()), &option.path),
        (None, Some(variable.path.clone()), &variable.path),
        (None, None, &at_home),
    ];
    for (option, variable, expected) in cases {
        let config = Search { option, variable, home: home.clone() }.load().unwrap();
        assert_eq!(&config.path, expected);
    }
    let missing = Search { option: Some("/nonexistent/dbdeck.yaml".into()), home, ..Search::default() };
    assert!(missing.load().unwrap_err().to_string().starts_with("/nonexistent/dbdeck.yaml: there is no such file"));
}

#[test]
fn where_nothing_is_the_places_are_told() {
    let search = Search { home: Some("/nonexistent/.config".into()), ..Search::default() };
    let error = search.load().unwrap_err().to_string();
    let expected = "no configuration found; looked for ./config.yaml, /nonexistent/.config/dbdeck/config.yaml, \
                    /etc/dbdeck/config.yaml; name one with --config or $DBDECK_CONFIG";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn passwords_that_others_can_read_are_told_of() {
    let cases = [(0o600, None), (0o640, Some("its group")), (0o644, Some("everybody on this machine"))];
    for (mode, who) in cases {
        let file = written(RIGHT.as_bytes());
        set_mode(&file.path, mode);
        let path = file.path.display();
        let expected: Vec<_> = who
            .map(|who| format!("{path}: {who} can read the passwords in this file; close it with `chmod 600 {path}`"))
            .into_iter()
            .collect();
        assert_eq!(file.load().unwrap().warnings, expected, "{mode:o}");
    }
    let without = written(RIGHT.replace("password", "password_env").replace(CANARY, "X").as_bytes());
    set_mode(&without.path, 0o644);
    assert!(load(&without.path).unwrap().warnings.is_empty());
}

#[test]
fn what_has_no_effect_yet_is_told_of() {
    let file = written(format!("{RIGHT}backup: {{dir: /x}}\nother: 1\n").as_bytes());
    let path = file.path.display();
    let expected = [format!("{path}:2:1: `backup` belongs to a later version of dbdeck; it is not used yet")];
    assert_eq!(file.load().unwrap().warnings, expected);
    let file = written(b"mysql: {a: {host: h, user: u, database: d, tls: {ca: /etc/passwd}}}\n");
    let [warning] = &file.load().unwrap().warnings[..] else { panic!("one warning") };
    assert!(warning.contains(":1:50: `ca` is used by the modes verify_ca and verify_identity only"), "{warning}");
}
