//! Every way to get a configuration wrong that we could think of: what is said, and exactly where.

use super::{CANARY, ConfigError, load, written};

/// What is expected: line and column, and a part of the sentence, for each problem in the order of the file.
type Expected<'a> = &'a [(&'a str, &'a str)];

fn check(what: &str, content: &[u8], expected: Expected<'_>) {
    let file = written(content);
    let error = file.load().expect_err(what);
    says_no_secret(what, &error);
    let said: Vec<_> = error.problems.iter().map(|problem| (place(problem), problem.sentence.as_str())).collect();
    assert_eq!(said.len(), expected.len(), "{what}: {said:#?}");
    for ((place, sentence), (expected_place, fragment)) in said.iter().zip(expected) {
        assert_eq!(place, expected_place, "{what}: {sentence}");
        assert!(sentence.contains(fragment), "{what}: {sentence:?} lacks {fragment:?}");
    }
    let start = format!("{}:{}", file.path.display(), if expected[0].0.is_empty() { " " } else { expected[0].0 });
    assert!(error.to_string().starts_with(&start), "{what}: {error}");
}

fn place(problem: &crate::config::Problem) -> String {
    problem.at.map(|at| at.to_string()).unwrap_or_default()
}

pub(super) fn says_no_secret(what: &str, error: &ConfigError) {
    for shown in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
        assert!(!shown.contains(CANARY), "{what}: {shown}");
    }
}

/// The given lines as the only database `client`, indented; they begin in line 3, column 5.
pub(super) fn client(lines: &str) -> String {
    let lines: Vec<_> = lines.lines().map(|line| format!("    {line}\n")).collect();
    format!("mysql:\n  client:\n{}", lines.concat())
}

/// A whole database, followed by the given lines; they begin in line 7, column 1.
fn after_client(lines: &str) -> String {
    client(&format!("{WHOLE}{lines}")).replace("\n    §", "\n")
}

/// Lines of a database that lacks nothing.
const WHOLE: &str = "host: db\nuser: u\npassword: s3cr3t-canary\ndatabase: d\n";

#[test]
fn the_file_as_a_whole() {
    let cases: &[(&str, &[u8], Expected<'_>)] = &[
        ("an empty file", b"", &[("1:1", "the file is empty; it needs a `mysql:` section")]),
        ("only a comment", b"# password: s3cr3t-canary\n", &[("1:1", "the file is empty")]),
        ("only text", b"s3cr3t-canary\n", &[("1:1", "not a configuration")]),
        ("a list", b"- s3cr3t-canary\n", &[("1:1", "not a configuration")]),
        ("not UTF-8", b"mysql:\n  a:\n    password: s3cr3t-canary\xff\n", &[("3:28", "not UTF-8")]),
        ("UTF-16", b"\xff\xfem\0y\0", &[("1:1", "not UTF-8")]),
        ("no mysql section", b"redis: {password: s3cr3t-canary}\n", &[("1:1", "no `mysql` section")]),
        (
            "mysql misspelled",
            b"mysq: {a: {password: s3cr3t-canary}}\n",
            &[("1:1", "`mysq` is no section of dbdeck; did you mean `mysql`?"), ("1:1", "there is no `mysql` section")],
        ),
        ("empty mysql section", b"mysql:\n", &[("1:1", "`mysql` names no database")]),
        ("empty mysql block", b"mysql: {}\n", &[("1:1", "`mysql` names no database")]),
        ("mysql is text", b"mysql: s3cr3t-canary\n", &[("1:8", "`mysql` is not a block of databases")]),
        ("mysql is a list", b"mysql:\n  - password: s3cr3t-canary\n", &[("2:3", "not a block of databases")]),
        (
            "mysql twice",
            b"mysql: {a: {host: h, user: u, database: d}}\nmysql: {password: s3cr3t-canary}\n",
            &[("2:1", "`mysql` is written twice, first in line 1")],
        ),
    ];
    for (what, content, expected) in cases {
        check(what, content, expected);
    }
}

#[test]
fn yaml_that_is_none() {
    let cases: &[(&str, &str, Expected<'_>)] = &[
        ("a tab", "mysql:\n  a:\n\tpassword: s3cr3t-canary\n", &[("3:1", "a tab is used for indentation")]),
        ("a tab after spaces", "mysql:\n  a:\n    \tpassword: s3cr3t-canary\n    user: u\n", &[("3:5", "a tab")]),
        (
            "an unclosed quote",
            "mysql:\n  a:\n    password: \"s3cr3t-canary\n    user: u\n",
            &[("3:15", "the quote that opens here is never closed")],
        ),
        ("an unclosed single quote", "mysql:\n  a:\n    password: 's3cr3t-canary\n", &[("3:15", "never closed")]),
        (
            "a quote closed by the next",
            "mysql:\n  a:\n    password: \"s3cr3t-canary\n    user: \"u\"\n",
            &[("4:12", "text after the closing quote")],
        ),
        ("an unknown escape", "mysql:\n  a:\n    password: \"s3cr3t-canary\\q\"\n", &[("3:15", "a backslash")]),
        ("an unclosed bracket", "mysql:\n  a: {password: s3cr3t-canary\n", &[("2:6", "the bracket that opens here")]),
        ("brackets that differ", "mysql:\n  a: {password: s3cr3t-canary]\n", &[("2:6", "brackets do not match")]),
        ("indented too little", "mysql:\n  a:\n    password: s3cr3t-canary\n   user: u\n", &[("4:4", "line up")]),
        ("indented too far", "mysql:\n  a:\n    password: s3cr3t-canary\n      user: u\n", &[("4:11", "too far")]),
        (
            "no space after a colon",
            "mysql:\n  a:\n    password:s3cr3t-canary\n    user: u\n",
            &[("4:9", "a key above lacks the space after its `:`")],
        ),
        ("a colon in a value", "mysql:\n  a:\n    password: s3cr3t-canary: x\n", &[("3:28", "is not in quotes")]),
        ("a value that begins with @", "mysql:\n  a:\n    password: @s3cr3t-canary\n", &[("3:15", "in quotes")]),
        ("a value that begins with *", "mysql:\n  a:\n    password: *s3cr3t-canary\n", &[("3:15", "begins with `*`")]),
        (
            "a second document",
            "mysql:\n  a:\n    password: s3cr3t-canary\n---\nx: y\n",
            &[("4:1", "a second document")],
        ),
        ("a merge of no block", "mysql:\n  a:\n    <<: s3cr3t-canary\n", &[("3:9", "`<<:` merges a block")]),
        ("an anchor within itself", "mysql: &s3cr3t-canary\n  a: *s3cr3t-canary\n", &[("2:6", "contains itself")]),
    ];
    for (what, content, expected) in cases {
        check(what, content.as_bytes(), expected);
    }
}

#[test]
fn a_database() {
    let cases: &[(&str, &str, Expected<'_>)] = &[
        (
            "nothing but a password",
            "password: s3cr3t-canary\n",
            &[
                ("2:3", "database `client` has neither `host` nor `socket`"),
                ("2:3", "database `client` has no `database`"),
                ("2:3", "database `client` has no `user`"),
            ],
        ),
        (
            "an empty host",
            "host: \"\"\nuser: u\npassword: s3cr3t-canary\ndatabase: d\n",
            &[("3:11", "`host` is empty")],
        ),
        ("a null host", "host:\nuser: u\npassword: s3cr3t-canary\ndatabase: d\n", &[("3:9", "`host` is empty")]),
        ("a blank user", "host: db\nuser: ' '\npassword: s3cr3t-canary\ndatabase: d\n", &[("4:11", "`user` is empty")]),
        ("a null database", "host: db\nuser: u\npassword: s3cr3t-canary\ndatabase: ~\n", &[("6:15", "`database` is")]),
        ("a host that is a list", "host: [s3cr3t-canary]\nuser: u\ndatabase: d\n", &[("3:11", "takes a text")]),
        ("a line break in a host", "host: \"s3cr3t-canary\\nx\"\nuser: u\ndatabase: d\n", &[("3:11", "control")]),
        ("port 70000", &format!("{WHOLE}port: 70000\n"), &[("7:11", "`port` must be a whole number from 1 to 65535")]),
        ("port in quotes", &format!("{WHOLE}port: '3306'\n"), &[("7:11", "from 1 to 65535, without quotes")]),
        ("port is text", &format!("{WHOLE}port: s3cr3t-canary\n"), &[("7:11", "`port` must be a whole number")]),
        (
            "a negative pool",
            &format!("{WHOLE}pool_size: -1\n"),
            &[("7:16", "`pool_size` must be a whole number from 1")],
        ),
        ("half a connection", &format!("{WHOLE}max_overflow: 0.5\n"), &[("7:19", "`max_overflow` must be a whole")]),
        ("host and socket", &format!("{WHOLE}socket: /run/s.sock\n"), &[("7:5", "both `host` and `socket`; keep one")]),
        (
            "port and socket",
            "socket: /s\nport: 1\nuser: u\npassword: s3cr3t-canary\ndatabase: d\n",
            &[("4:5", "`port` has no meaning with `socket`")],
        ),
        (
            "an unknown key",
            &format!("{WHOLE}s3cr3t-canary: x\n"),
            &[("7:5", "this key is not known in database `client`")],
        ),
        (
            "a misspelled key",
            &format!("{WHOLE}pool_sise: 3\n"),
            &[(
                "7:5",
                "`pool_sise` is not known in database `client`; \
            did you mean `pool_size`?",
            )],
        ),
        (
            "a key twice",
            &format!("{WHOLE}password: s3cr3t-canary\n"),
            &[("7:5", "`password` is written twice, first in line 5; remove or rename one")],
        ),
        (
            "no space in a bracket",
            "{host: db, user: u, database: d, password:s3cr3t-canary}\n",
            &[("3:38", "a space is missing after `password:`")],
        ),
        (
            "an unknown tls mode",
            &format!("{WHOLE}tls: {{mode: verify_cert, ca: s3cr3t-canary}}\n"),
            &[
                ("7:17", "this is no tls mode; there are disabled, preferred, required, verify_ca and verify_identity"),
                ("7:34", "`ca` names a file that does not exist"),
            ],
        ),
        ("a certificate without key", &format!("{WHOLE}tls:\n  cert: /etc/passwd\n"), &[("8:7", "add `key`")]),
        (
            "tls is text",
            &format!("{WHOLE}tls: s3cr3t-canary\n"),
            &[("7:10", "`tls` is not a block of keys; it takes mode")],
        ),
        (
            "an operator without user",
            &format!("{WHOLE}operator: {{password: s3cr3t-canary}}\n"),
            &[("7:5", "`operator` has no `user`; add one")],
        ),
    ];
    for (what, lines, expected) in cases {
        check(what, client(lines).as_bytes(), expected);
    }
}

#[test]
fn a_password() {
    let cases: &[(&str, &str, Expected<'_>)] = &[
        (
            "a password that is a block",
            "host: db\nuser: u\ndatabase: d\npassword: {s3cr3t-canary}\n",
            &[("6:15", "put it in quotes if it is meant as text")],
        ),
        (
            "a password that is a comment",
            "host: db\nuser: u\ndatabase: d\npassword: #s3cr3t-canary\n",
            &[("6:13", "in quotes if it begins with `#`")],
        ),
        ("two passwords", &format!("{WHOLE}password_env: X\n"), &[("7:5", "`password` and `password_env` both give")]),
        (
            "a password as a variable",
            "host: db\nuser: u\npassword_env: s3cr3t-canary\ndatabase: d\n",
            &[("5:19", "takes the name of an environment variable")],
        ),
        (
            "a password as a file",
            "host: db\nuser: u\npassword_file: s3cr3t-canary\ndatabase: d\n",
            &[("5:20", "`password_file` names a file that does not exist")],
        ),
        (
            "a secret that is a directory",
            "host: db\nuser: u\npassword_file: /tmp\ndatabase: d\n",
            &[("5:20", "`password_file` names a file that is a directory")],
        ),
    ];
    for (what, lines, expected) in cases {
        check(what, client(lines).as_bytes(), expected);
    }
}

#[test]
fn the_databases_together() {
    let whole = "{host: DB, user: u, password: s3cr3t-canary, database: d}";
    let cases: &[(&str, &str, Expected<'_>)] = &[
        (
            "a name twice",
            "mysql:\n  a: {host: x, user: u, database: d}\n  a: §\n",
            &[("3:3", "`a` is written twice, first in line 2")],
        ),
        (
            "two names for one",
            "mysql:\n  a: {host: db, user: v, database: d, port: 3306}\n  b: §\n",
            &[("3:3", "`b` is the same database as `a` in line 2 (same server, same name); remove one")],
        ),
        ("two names by an anchor", "mysql:\n  a: &a §\n  b: *a\n", &[("3:3", "`b` is the same database as `a`")]),
        (
            "a mistake used twice is one",
            "mysql:\n  a: &a {port: 0, host: a, user: u, database: d}\n  b:\n    <<: *a\n",
            &[("2:16", "`port` must be")],
        ),
        ("an empty database", "mysql:\n  a: §\n  s3cr3t-canary:\n", &[("3:3", "this database has nothing below it")]),
        ("a database that is text", "mysql:\n  a: s3cr3t-canary\n", &[("2:6", "this is not a database")]),
        (
            "no names",
            "mysql:\n  host: h\n  password: s3cr3t-canary\n",
            &[
                ("2:3", "`host` stands beside the databases; indent it"),
                ("3:3", "`password` stands beside the databases; indent it"),
            ],
        ),
        ("a name that is a list", "mysql:\n  ? [s3cr3t-canary]\n  : §\n", &[("2:5", "the name of a database must be")]),
    ];
    for (what, content, expected) in cases {
        check(what, content.replace('§', whole).as_bytes(), expected);
    }
}

#[test]
fn the_other_sections() {
    let cases: &[(&str, &str, Expected<'_>)] = &[
        ("a bad duration", "§thresholds: {long_statement: soon}\n", &[("7:30", "`long_statement` must be seconds or")]),
        ("no time at all", "§sampling: {interval: 0}\n", &[("7:22", "`interval` must be from 100 ms to 60 s")]),
        (
            "more than everything",
            "§thresholds: {disk_percent: 101}\n",
            &[("7:28", "a percentage above 0 and up to 100")],
        ),
        ("a percent sign", "§thresholds: {pool_percent: 80%}\n", &[("7:28", "without `%`")]),
        ("a bad environment", "§environment: prod\n", &[("7:14", "this is no environment; there are development, ")]),
        ("a bad theme", "§ui: {theme: s3cr3t-canary}\n", &[("7:13", "this is no theme; there are dark and light")]),
        ("a misspelled word", "§ui: {glyphs: asci}\n", &[("7:14", "did you mean `ascii`?")]),
        ("a flag that is text", "§ui: {mouse: 'yes'}\n", &[("7:13", "`mouse` must be true or false, without quotes")]),
        (
            "an unknown key",
            "§ui: {colour: red}\n",
            &[("7:6", "not known in `ui`; known are read_only, mouse, theme and")],
        ),
        ("thresholds are a list", "§thresholds: [s3cr3t-canary]\n", &[("7:13", "`thresholds` is not a block of keys")]),
        (
            "misspelled sections",
            "§treshold: {}\n§enviroment: production\n",
            &[("7:1", "did you mean `thresholds`?"), ("8:1", "did you mean `environment`?")],
        ),
        (
            "an operator without user",
            "§operator:\n§  password: s3cr3t-canary\n",
            &[("7:1", "`operator` has no `user`")],
        ),
        (
            "an operator's two passwords",
            "§operator: {user: u, password: s3cr3t-canary, password_command: x}\n",
            &[("7:46", "`password` and `password_command` both give a password; keep one")],
        ),
        (
            "many things at once",
            "port: 0\npool_size: x\n§ui: {mouse: 3, thema: dark}\n§environment: [1]\n",
            &[
                ("7:11", "`port`"),
                ("8:16", "`pool_size`"),
                ("9:13", "`mouse`"),
                ("9:16", "did you mean `theme`?"),
                ("10:14", "this is no environment"),
            ],
        ),
    ];
    for (what, lines, expected) in cases {
        check(what, after_client(lines).as_bytes(), expected);
    }
}

#[test]
fn the_worker_and_retention() {
    let cases: &[(&str, &str, Expected<'_>)] = &[
        (
            "a record nowhere",
            "§ledger: {database: x}\n",
            &[("7:20", "`database` names no database of `mysql`; there are client")],
        ),
        ("a database nearly known", "§ledger: {database: cleint}\n", &[("7:20", "did you mean `client`?")]),
        ("a record for no time", "§ledger: {keep: 1s}\n", &[("7:16", "`keep` must be a span with its unit")]),
        ("a home that is not expanded", "§ledger: {directory: ~/x}\n", &[("7:21", "`~`, which is not expanded")]),
        ("a database with a problem is one", "port: 0\n§ledger: {database: client}\n", &[("7:11", "`port` must be")]),
        ("a strange way", "§ledger: {when_down: refuze}\n", &[("7:21", "did you mean `refuse`?")]),
        ("no job at all", "§worker: {per_server: 0}\n", &[("7:22", "whole number from 1 to 64")]),
        ("a key nearly known", "§worker: {max_lags: 1s}\n", &[("7:10", "did you mean `max_lag`?")]),
        ("a list of policies", "§retention: [a]\n", &[("7:12", "not a block of policies")]),
        (
            "a policy of nothing",
            "§retention: {old: {}}\n",
            &[
                ("7:13", "has no `database`"),
                ("7:13", "has no `keep`"),
                ("7:13", "has no `table`"),
                ("7:13", "has no `time`"),
            ],
        ),
        ("no word of policies", "§retention:\n", &[("7:1", "`retention` is empty; write `{}` for no policy")]),
        (
            "a policy without a name",
            "§retention: {'': {keep: s3cr3t-canary}}\n",
            &[("7:13", "the name of a policy must")],
        ),
        ("a name that is none", "§retention: {\"\\e[2J\": 3}\n", &[("7:13", "the name of a policy must be a word")]),
        (
            "a name that is none, twice",
            "§retention: {\"\\e[2J\": 3, \"\\e[2J\": 4}\n",
            &[("7:13", "the name of a policy must be a word"), ("7:25", "the name of a policy must be a word")],
        ),
        (
            "a policy twice",
            "§retention:\n§  a: &p {database: client, table: t, time: c, keep: 1d}\n§  a: *p\n",
            &[("9:3", "`a` is written twice, first in line 8")],
        ),
        (
            "a child without a name",
            "§retention: {old: {database: client, table: t, time: c, keep: 1d, children: {'': {column: x}}}}\n",
            &[("7:77", "the name of a child must be a word")],
        ),
        (
            "a policy for a stranger",
            "§retention: {old: {database: x, table: t, time: c, keep: 1d}}\n",
            &[("7:29", "names no database")],
        ),
        (
            "a condition with a way out",
            "§retention: {old: {database: client, table: t, time: c, keep: 1d, condition: '1=1; DROP TABLE t'}}\n",
            &[("7:77", "`condition` contains a `;`")],
        ),
        (
            "a child without a column",
            "§retention: {old: {database: client, table: t, time: c, keep: 1d, children: {k: {}}}}\n",
            &[("7:77", "child `k` has no `column`")],
        ),
    ];
    for (what, lines, expected) in cases {
        check(what, after_client(lines).as_bytes(), expected);
    }
}

#[test]
fn rows_are_not_kept_for_seconds_where_days_are_meant() {
    for keep in ["30", "86400", "'86400'", "30.0", "3m", "59min", "500ms", "-1d", "0.0", "200000d", "soon", "[30d]"] {
        let lines = format!("§retention: {{old: {{database: client, table: t, time: c, keep: {keep}}}}}\n");
        check(keep, after_client(&lines).as_bytes(), &[("7:62", "`keep` must be a span with its unit, such as 30d")]);
    }
}

#[test]
fn no_file_to_read() {
    let file = written(b"");
    let missing = load(&file.directory.path().join("missing.yaml")).unwrap_err().to_string();
    assert!(
        missing.ends_with("missing.yaml: there is no such file; check the path, or start with config.example.yaml")
    );
    let directory = load(file.directory.path()).unwrap_err().to_string();
    assert!(directory.ends_with(": this is a directory; name the file in it"), "{directory}");
    let large = written(&vec![b'#'; 2 << 20]).load().unwrap_err().to_string();
    assert!(large.contains("larger than 1 MiB"), "{large}");
}
