//! Configurations that are right, in all their spellings.

use std::path::Path;
use std::time::Duration;

use super::{CANARY, loaded, written};
use crate::config::retention::of_the_service;
use crate::config::{
    Config, Endpoint, Environment, Glyphs, LedgerSettings, Pool, Sampling, Theme, Thresholds, TlsMode, Ui, WhenDown,
    WorkerSettings,
};
use crate::secret::{ExposeSecret, SecretSource};

/// The service's own file: its `mysql:` block among sections that are none of dbdeck's business.
const SERVICE: &str = r#"
app: {name: "ComfyUI Web Service", debug: false, tags: [a, b]}
redis:
  host: localhost
  host: twice is their problem
  password: !vault "s3cr3t-canary"
mysql:
  client:
    host: localhost
    port: 3306
    user: comfyui_client_user
    password: "client_password_123"
    database: comfyui_client
    charset: utf8mb4
    pool_size: 10
    max_overflow: 20
    pool_timeout: 30
    pool_recycle: -1
  admin:  {host: localhost, port: 3306, user: comfyui_admin_user, password: "p2", database: comfyui_admin,
           charset: utf8mb4, pool_size: 5, max_overflow: 10}
  shared:
    host: localhost
    user: comfyui_shared_user
    password: 'it''s: # "fine"'
    database: comfyui_shared
    pool_size: 15
    max_overflow: 30
celery:
  broker: redis://localhost
  thresholds: {nonsense: true}
"#;

#[test]
fn the_services_own_file_works_unchanged() {
    let config = loaded(SERVICE);
    let seen: Vec<_> = config
        .targets
        .iter()
        .map(|target| {
            (target.name.0.as_str(), target.schema.as_str(), target.endpoint.to_string(), target.pool.limit())
        })
        .collect();
    let expected = [
        ("client", "comfyui_client", "localhost:3306".to_owned(), 30),
        ("admin", "comfyui_admin", "localhost:3306".to_owned(), 15),
        ("shared", "comfyui_shared", "localhost:3306".to_owned(), 45),
    ];
    assert_eq!(seen, expected);
    assert_eq!(password(&config, 2), "it's: # \"fine\"");
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    assert!(!format!("{config:?}").contains("client_password_123"));
    defaults(&config);
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let config = loaded(&format!("\u{feff}{}", SERVICE.replace('\n', "\r\n")));
    assert_eq!(config.targets.len(), 3);
    assert_eq!(password(&config, 0), "client_password_123");
}

#[test]
fn names_may_be_chinese_and_passwords_anything() {
    let cases = [
        ("s3cr3t-canary", CANARY),
        ("'#hash'", "#hash"),
        ("0123", "0123"),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("yes", "yes"),
        ("-4.50", "-4.50"),
        ("密码 with spaces", "密码 with spaces"),
        ("\"tab\\tinside\"", "tab\tinside"),
    ];
    for (written, expected) in cases {
        let config = loaded(&format!(
            "# 数据库\nmysql:\n  客户端: {{host: 数据库.example, user: 用户, password: {written}, database: 数据}}\n"
        ));
        assert_eq!(config.targets[0].name.0, "客户端");
        assert_eq!(config.targets[0].endpoint.to_string(), "数据库.example:3306");
        assert_eq!(password(&config, 0), expected, "{written}");
    }
}

#[test]
fn sockets_accounts_encryption_and_anchors() {
    let file = written(b"");
    let directory = file.directory.path();
    for name in ["ca.pem", "own.pem", "own.key", "secret"] {
        std::fs::write(directory.join(name), "s3cr3t-canary\n").unwrap();
    }
    let text = "
operator: {user: dbdeck, password_env: DBDECK_PASSWORD}
mysql:
  one: &one
    socket: /run/mysqld/mysqld.sock
    user: a
    password_file: secret
    database: a
  two:
    <<: *one
    database: b
    operator: {user: other, password_command: pass show x}
  three:
    host: '::1'
    user: c
    database: a
    tls: {mode: verify_identity, ca: ca.pem, cert: own.pem, key: own.key}
";
    std::fs::write(&file.path, text).unwrap();
    let config = file.load().unwrap();
    let [one, two, three] = &config.targets[..] else { panic!("{config:?}") };
    assert_eq!(one.endpoint, Endpoint::Socket("/run/mysqld/mysqld.sock".into()));
    assert_eq!((one.login().user.as_str(), one.account.user.as_str()), ("dbdeck", "a"));
    assert!(matches!(&one.login().secret, SecretSource::Env(name) if name == "DBDECK_PASSWORD"));
    assert!(matches!(&one.account.secret, SecretSource::File(path) if *path == directory.join("secret")));
    assert_eq!((two.schema.as_str(), two.endpoint == one.endpoint, two.login().user.as_str()), ("b", true, "other"));
    assert_eq!(three.endpoint.to_string(), "[::1]:3306");
    assert_eq!(three.tls.mode, TlsMode::VerifyIdentity);
    assert_eq!(three.tls.ca.as_deref(), Some(directory.join("ca.pem").as_path()));
    assert!(matches!(three.account.secret, SecretSource::None));
}

#[test]
fn anchors_of_foreign_sections_may_be_used() {
    let config = loaded(
        "x-common: &common {host: h, user: u, port: 3307}
mysql:
  a: {<<: *common, database: a}
  b: {<<: *common, database: b, port: 3308}
",
    );
    let places: Vec<_> = config.targets.iter().map(|target| target.endpoint.to_string()).collect();
    assert_eq!(places, ["h:3307", "h:3308"]);
}

#[test]
fn every_setting_arrives() {
    let config = loaded(
        "mysql: {a: {host: h, user: u, database: d}}
environment: production
thresholds: {pool_percent: 90.5, long_statement: 5 min, idle_transaction: 1h, slow_statements: 3, replication_lag: 500ms}
sampling: {interval: 2, sizes: 1.5, query_budget: 900ms}
ui: {read_only: true, mouse: yes, theme: light, glyphs: ascii}
",
    );
    assert_eq!(config.environment, Environment::Production);
    let thresholds = Thresholds {
        pool_percent: 90.5,
        long_statement: Duration::from_mins(5),
        idle_transaction: Duration::from_hours(1),
        slow_statements: 3,
        replication_lag: Duration::from_millis(500),
        ..Thresholds::default()
    };
    assert_eq!(config.thresholds, thresholds);
    let sampling = Sampling {
        interval: Duration::from_secs(2),
        sizes: Duration::from_millis(1500),
        query_budget: Duration::from_millis(900),
        ..Sampling::default()
    };
    assert_eq!(config.sampling, sampling);
    assert_eq!(config.ui, Ui { read_only: true, mouse: true, theme: Theme::Light, glyphs: Glyphs::Ascii });
}

#[test]
fn the_worker_its_record_and_retention_arrive() {
    let config = loaded(
        "mysql: {a: {host: h, user: u, database: d}, b: {host: h, user: u, database: e}}
ledger: {database: b, when_down: refuse, keep: 90d, directory: state}
worker: {per_server: 4, batch_target: 20ms, max_victims: 0, archive: /archive}
retention:
  old:
    {database: a, table: t, time: at, keep: 30d, condition: \"x = 'a)'\", archive: yes, batch_target: 1s, files: path,
     children: {c: {column: t_id}, d: {column: t_uuid, parent: uuid, files: path}}}
",
    );
    let ledger = &config.ledger;
    assert_eq!(ledger.database.as_ref().map(|name| name.0.as_str()), Some("b"));
    assert_eq!((ledger.when_down, ledger.keep), (WhenDown::Refuse, Duration::from_hours(24 * 90)));
    assert!(ledger.directory.as_ref().is_some_and(|path| path.ends_with("state") && path.is_absolute()));
    let worker = &config.worker;
    assert_eq!((worker.per_server, worker.max_victims, worker.max_lag), (4, 0, Duration::from_secs(10)));
    assert_eq!(
        (worker.batch_target, worker.archive.as_deref()),
        (Duration::from_millis(20), Some(Path::new("/archive")))
    );
    let [policy] = &config.retention[..] else { panic!("{:?}", config.retention) };
    assert_eq!((policy.name.as_str(), policy.condition.as_deref()), ("old", Some("x = 'a)'")));
    assert_eq!((policy.archive, policy.batch_target), (true, Some(Duration::from_secs(1))));
    let children: Vec<_> = policy.children.iter().map(|it| (it.table.as_str(), it.parent.as_str())).collect();
    assert_eq!(children, [("c", "id"), ("d", "uuid")]);
}

#[test]
fn retention_is_the_services_own_unless_said_otherwise() {
    let policies = |text: &str| loaded(text).retention.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    let shared = "mysql: {shared: {host: h, user: u, database: d}, other: {host: h, user: u, database: e}}\n";
    assert_eq!(policies(shared), ["expired_files", "temporary_files", "task_queue_status", "node_task_assignments"]);
    assert!(policies(&format!("{shared}retention: {{}}\n")).is_empty());
    let names = policies(SERVICE);
    assert_eq!((names.len(), names.iter().collect::<std::collections::BTreeSet<_>>().len()), (14, 14));
}

#[test]
fn the_example_says_every_key_and_its_default() {
    use crate::config::check::keys;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let config = loaded(&text);
    defaults(&config);
    assert_eq!(config.targets[0].pool, Pool::default());
    assert_eq!(config.targets[0].tls.mode, TlsMode::default());
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    for key in keys().flatten() {
        let said = |line: &str| line.trim_start().trim_start_matches("# ").trim_start().starts_with(&format!("{key}:"));
        assert!(text.lines().any(said), "config.example.yaml does not say `{key}`");
    }
}

fn defaults(config: &Config) {
    assert_eq!(config.environment, Environment::default());
    assert_eq!(config.thresholds, Thresholds::default());
    assert_eq!(config.sampling, Sampling::default());
    assert_eq!(config.ui, Ui::default());
    let database = Some("admin".into());
    assert_eq!(config.ledger, LedgerSettings { database, ..LedgerSettings::default() });
    assert_eq!(config.worker, WorkerSettings::default());
    assert_eq!(config.retention, of_the_service(&config.targets));
}

fn password(config: &Config, index: usize) -> &str {
    match &config.targets[index].account.secret {
        SecretSource::Literal(secret) => secret.expose_secret(),
        other => panic!("{other}"),
    }
}
