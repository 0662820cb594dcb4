//! The demo on a real server: schema, accounts, history and load.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use common::{link, rows, server_program};
use dbdeck::demo::databases::{self, ADMIN, CLIENT, DATABASES, DemoAccount, SHARED};
use dbdeck::demo::history::Volume;
use dbdeck::demo::{Activity, Demo, DemoOptions, Progress};
use dbdeck::secret::{SecretSource, SecretString};
use dbdeck::server::{Link, Login};
use dbdeck::setup::Answers;
use dbdeck::setup::answers::Create;

async fn demo(volume: Volume, activity: Activity) -> Demo {
    let options = DemoOptions { server: server_program(), volume, activity, ..DemoOptions::default() };
    Demo::start(options, |progress| eprintln!("{progress}")).await.unwrap()
}

async fn account(demo: &Demo, user: &str) -> Link {
    let account = demo.accounts().iter().find(|account: &&DemoAccount| account.user == user).unwrap();
    link(&demo.server().login(user, SecretSource::Literal(account.password.clone()))).await
}

#[tokio::test]
async fn the_schema_is_complete_and_a_second_run_changes_nothing() {
    let demo = demo(Volume::SMALL, Activity::Silent).await;
    let mut root = link(&demo.server().root()).await;
    let before = layout(&mut root).await;
    let config = dbdeck::config::load(demo.config_path()).unwrap();
    let create = Create { record: false, migrations: false, administrator: false, ..Create::ALL };
    let answers = Answers { create, ..Answers::of(&config, SecretString::default) };
    databases::create(&answers).await.unwrap();
    assert_eq!(layout(&mut root).await, before);
    for (what, sql) in FLAWS {
        assert_eq!(rows(&mut root, 3, sql).await, Vec::<String>::new(), "{what}");
    }
    assert_eq!(rows(&mut root, 1, "SELECT COUNT(*) FROM comfyui_admin.workflow_parameters").await, ["21"]);
    demo.stop().await.unwrap();
}

/// Everything about the tables, and the default rows.
async fn layout(root: &mut Link) -> Vec<String> {
    let tables = "SELECT CONCAT(table_schema, '.', table_name) FROM information_schema.tables \
                  WHERE table_schema LIKE 'comfyui%' ORDER BY 1";
    let mut layout = Vec::new();
    for table in rows(root, 1, tables).await {
        let made = rows(root, 2, &format!("SHOW CREATE TABLE {table}")).await.concat();
        layout.push(without_next_number(&made));
    }
    assert_eq!(layout.len(), 8 + 12 + 9);
    layout.extend(rows(root, 2, "SELECT config_key, config_value FROM comfyui_admin.system_configs ORDER BY 1").await);
    layout
}

/// An ignored row takes a number too; that is all that a second run leaves behind.
fn without_next_number(made: &str) -> String {
    let (head, tail) = made.split_once(" AUTO_INCREMENT=").unwrap_or((made, ""));
    head.to_owned() + tail.trim_start_matches(|c: char| c.is_ascii_digit())
}

/// Each of these finds something to complain about, or nothing.
const FLAWS: [(&str, &str); 4] = [
    (
        "a column or a table without comment",
        "SELECT table_schema, table_name, column_name FROM information_schema.columns \
         WHERE table_schema LIKE 'comfyui%' AND column_comment = '' UNION ALL \
         SELECT table_schema, table_name, '' FROM information_schema.tables \
         WHERE table_schema LIKE 'comfyui%' AND table_comment = ''",
    ),
    (
        "another engine or collation",
        "SELECT table_name, engine, table_collation FROM information_schema.tables WHERE table_schema LIKE 'comfyui%' \
         AND (engine <> 'InnoDB' OR table_collation <> 'utf8mb4_unicode_ci')",
    ),
    (
        "an index that is the beginning of another",
        "WITH i AS (SELECT table_schema AS s, table_name AS t, index_name AS n, \
         GROUP_CONCAT(column_name ORDER BY seq_in_index) AS c FROM information_schema.statistics \
         WHERE table_schema LIKE 'comfyui%' GROUP BY 1, 2, 3) \
         SELECT a.t, a.n, b.n FROM i AS a JOIN i AS b ON a.s = b.s AND a.t = b.t AND a.n <> b.n \
         AND CONCAT(b.c, ',') LIKE CONCAT(a.c, ',%')",
    ),
    (
        "rows in the catch-all partition",
        "SELECT table_name, partition_name, table_rows FROM information_schema.partitions \
         WHERE table_schema LIKE 'comfyui%' AND partition_name = 'p_future' AND table_rows > 0",
    ),
];

#[tokio::test]
async fn no_account_reaches_into_the_databases_of_another() {
    let demo = demo(Volume::SMALL, Activity::Silent).await;
    let read = |schema: &str| format!("SELECT COUNT(*) FROM {schema}.migration_history");
    let allowed = [(CLIENT.user, vec![CLIENT, SHARED]), (ADMIN.user, vec![ADMIN, SHARED]), (SHARED.user, vec![SHARED])];
    for (user, theirs) in allowed {
        let mut link = account(&demo, user).await;
        for database in DATABASES {
            let answer = link.rows(read(database.schema)).await;
            match answer {
                Ok(_) => assert!(theirs.contains(&database), "{user} reads {}", database.schema),
                Err(error) => assert!(error.is_denied() && !theirs.contains(&database), "{user}: {error}"),
            }
        }
        assert!(link.execute("CREATE USER somebody").await.unwrap_err().is_denied());
        // `_` in a grant is a wildcard unless it is escaped.
        assert!(link.execute("CREATE TABLE comfyuiXshared.t (i INT)").await.unwrap_err().is_denied(), "{user}");
    }
    demo.stop().await.unwrap();
}

#[tokio::test]
async fn the_configuration_describes_the_demo_and_is_ours_alone() {
    let demo = demo(Volume::SMALL, Activity::Silent).await;
    let mode = std::fs::metadata(demo.config_path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let config = dbdeck::config::load(demo.config_path()).unwrap();
    assert_eq!(config.warnings, Vec::<String>::new());
    let names: Vec<&str> = config.targets.iter().map(|target| target.name.0.as_str()).collect();
    assert_eq!(names, ["client", "admin", "shared"]);
    for target in &config.targets {
        assert_eq!(rows(&mut link(&Login::of(target)).await, 1, "SELECT CURRENT_USER()").await, [OPERATOR_HERE]);
    }
    demo.stop().await.unwrap();
}

const OPERATOR_HERE: &str = "dbdeck_operator@localhost";

#[tokio::test]
async fn the_operator_can_look_at_everything_work_on_the_service_and_no_more() {
    let demo = demo(Volume::SMALL, Activity::Silent).await;
    let mut operator = account(&demo, dbdeck::demo::databases::OPERATOR).await;
    for sql in [
        "SELECT COUNT(*) FROM mysql.slow_log",
        "SELECT COUNT(*) FROM performance_schema.events_statements_summary_by_digest",
        "SELECT COUNT(*) FROM information_schema.INNODB_TRX",
        "SELECT COUNT(*) FROM comfyui_client.client_tasks",
    ] {
        operator.rows(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    for sql in [operator.caps.replica_status, operator.caps.binary_log_status] {
        operator.rows(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    operator.execute("DELETE FROM comfyui_client.client_tasks WHERE FALSE").await.unwrap();
    for sql in ["CREATE USER nobody", "CREATE DATABASE other", "DELETE FROM mysql.slow_log"] {
        assert!(operator.execute(sql).await.unwrap_err().is_denied(), "{sql}");
    }
    demo.stop().await.unwrap();
}

#[tokio::test]
async fn a_lifelike_history_is_there_in_seconds() {
    let mut written = 0;
    let options = DemoOptions { server: server_program(), activity: Activity::Silent, ..DemoOptions::default() };
    let began = Instant::now();
    let demo = Demo::start(options, |progress| {
        eprintln!("{:.1} s: {progress}", began.elapsed().as_secs_f64());
        if let Progress::Ready { rows, .. } = progress {
            written = rows.0;
        }
    })
    .await
    .unwrap();
    assert!(written > 300_000, "{written} rows");
    let mut root = link(&demo.server().root()).await;
    let past =
        "SELECT MIN(created_at) < NOW() - INTERVAL 40 DAY, MAX(created_at) <= NOW() FROM comfyui_client.client_tasks";
    assert_eq!(rows(&mut root, 2, past).await, ["1|1"]);
    let chinese = "SELECT COUNT(*) > 1000 FROM comfyui_client.client_tasks WHERE prompt LIKE '%水墨画%'";
    assert_eq!(rows(&mut root, 1, chinese).await, ["1"]);
    let orphans = "SELECT COUNT(*) FROM comfyui_client.client_tasks AS c \
                   LEFT JOIN comfyui_shared.global_tasks AS g ON g.task_id = c.task_id AND g.status = c.status \
                   WHERE g.id IS NULL";
    assert_eq!(rows(&mut root, 1, orphans).await, ["0"]);
    demo.stop().await.unwrap();
}

#[tokio::test]
async fn the_load_looks_like_the_service_and_survives_a_restart() {
    let mut demo = demo(Volume::SMALL, Activity::Busy).await;
    service_is_at_work(&demo).await;
    demo.server_mut().kill().await;
    demo.server_mut().restart().await.unwrap();
    service_is_at_work(&demo).await;
    demo.stop().await.unwrap();
}

async fn service_is_at_work(demo: &Demo) {
    let mut root = link(&demo.server().root()).await;
    let connections = |user: &str, least: u32| {
        format!("SELECT COUNT(*) >= {least} FROM information_schema.processlist WHERE user = '{user}'")
    };
    let finished = "SELECT COUNT(*) > 0 FROM comfyui_client.client_tasks AS c JOIN comfyui_shared.global_tasks AS g \
                    USING (task_id) WHERE c.status = 'completed' AND c.created_at > NOW() - INTERVAL 20 SECOND";
    for (what, sql) in [
        ("clients", connections(CLIENT.user, 5)),
        ("administrators", connections(ADMIN.user, 2)),
        ("nodes", connections(SHARED.user, 14)),
        (
            "a lock wait",
            "SELECT COUNT(*) > 0 FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'".to_owned(),
        ),
        ("a finished task", finished.to_owned()),
        ("a slow statement", "SELECT COUNT(*) > 0 FROM mysql.slow_log WHERE sql_text LIKE '%SLEEP%'".to_owned()),
    ] {
        let began = Instant::now();
        while rows(&mut root, 1, &sql).await != ["1"] {
            assert!(began.elapsed() < Duration::from_secs(30), "waited 30 s for {what}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
