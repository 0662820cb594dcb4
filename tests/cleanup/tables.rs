//! Tables of every kind: exactly the expired rows go.

use dbdeck::job::Approval;
use dbdeck::op::record::JobState;

use super::common::{link, wait_until};
use super::stage::{Stage, numbers, submit};

const TASKS: &str = "  tasks:\n    database: one\n    table: tasks\n    time: created_at\n    keep: 30d\n\
                     \x20   condition: status IN ('completed', 'failed')\n\
                     \x20   children:\n      results:\n        column: task_id\n        files: file_path\n\
                     \x20     params:\n        column: task\n        parent: uuid\n";

/// Tasks 1 to 3000: two of three are finished, the first half is older than 30 days; two results and a parameter each.
async fn tasks() -> Stage {
    let mut stage = Stage::set(&[
        "CREATE TABLE tasks (id BIGINT AUTO_INCREMENT PRIMARY KEY, uuid CHAR(36) NOT NULL, status VARCHAR(20), \
         created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, KEY (status, created_at))",
        "CREATE TABLE results (id BIGINT AUTO_INCREMENT PRIMARY KEY, task_id BIGINT, status INT, \
         file_path VARCHAR(200), KEY (task_id))",
        "CREATE TABLE params (id BIGINT AUTO_INCREMENT PRIMARY KEY, task CHAR(36), KEY (task))",
    ])
    .await;
    let fill = format!(
        "INSERT INTO tasks (uuid, status, created_at) {} CONCAT('u', n), ELT(1 + n % 3, 'completed', 'processing', \
         'failed'), NOW() - INTERVAL IF(n <= 1500, 31, 29) DAY FROM seq ORDER BY n",
        numbers(3000)
    );
    stage.run_sql(&[&fill]).await;
    stage
        .run_sql(&[
            "INSERT INTO results (task_id, file_path) SELECT id, CONCAT('/files/', id, '.png') FROM tasks",
            "INSERT INTO results (task_id, file_path) SELECT id, IF(id % 2, NULL, CONCAT('/files/', id, '-b.png')) FROM tasks",
            "INSERT INTO params (task) SELECT uuid FROM tasks",
        ])
        .await;
    stage
}

const ORPHANS: &str = "SELECT (SELECT COUNT(*) FROM results r LEFT JOIN tasks t ON t.id = r.task_id WHERE t.id IS NULL) \
                       + (SELECT COUNT(*) FROM params p LEFT JOIN tasks t ON t.uuid = p.task WHERE t.id IS NULL)";

#[tokio::test(flavor = "multi_thread")]
async fn finished_and_old_goes_with_its_children_and_nothing_else() {
    let mut stage = tasks().await;
    let config = stage.config(TASKS);
    let plan = stage.plan(&config, "cleanup").await;
    assert_eq!((plan.summary.as_str(), plan.steps.len()), ("4 000 rows of 1 policy", 1), "{plan:#?}");
    let facts = &plan.steps[0].facts;
    let fact = |name: &str| facts.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone()).unwrap_or_default();
    assert_eq!([fact("past retention"), fact("with them, results")], ["1 000 rows", "2 000 rows"]);
    let kept = "SELECT COUNT(*), COALESCE(SUM(status = 'processing' AND id <= 1500), 0), \
                COALESCE(SUM(id > 1500), 0) FROM tasks";
    stage.done(&config, "cleanup", "4 000 rows of 1 policy").await;
    assert_eq!(stage.rows(3, kept).await, ["2000|500|1500"]);
    assert_eq!(stage.one("SELECT COUNT(*) FROM results").await, "4000");
    assert_eq!(stage.one(ORPHANS).await, "0");
    stage.done(&config, "cleanup", "0 rows of 0 policies").await;
    assert!(stage.plan(&config, "cleanup").await.is_empty());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_the_plan_stays() {
    let mut stage = tasks().await;
    let config = stage.config(TASKS);
    let plan = stage.plan(&config, "cleanup").await;
    stage.run_sql(&["UPDATE tasks SET status = 'processing' WHERE id <= 300"]).await;
    let view = stage.run_as(&config, "cleanup", Approval::Seen(Box::new(plan))).await;
    assert_eq!((view.state, view.message.as_str()), (JobState::Done, "3 200 rows of 1 policy"));
    assert_eq!(stage.one("SELECT COUNT(*) FROM tasks WHERE id <= 300").await, "300");
    assert_eq!(stage.one(ORPHANS).await, "0");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_of_removed_rows_are_listed_once() {
    let stage = tasks().await;
    let config = stage.config(TASKS);
    let list = stage.server.directory().join("gone.txt");
    std::fs::write(&list, "/files/before\n").unwrap();
    let line = format!("cleanup --list-files {}", list.display());
    stage.done(&config, &line, "4 000 rows of 1 policy").await;
    stage.done(&config, &line, "0 rows of 0 policies").await;
    let text = std::fs::read_to_string(&list).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (1 + 1500, "/files/before"));
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 1501);
    assert!(stage.files().is_empty(), "{:?}", stage.files());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_walked_along_any_key_that_names_its_rows() {
    let mut stage = Stage::set(&[]).await;
    let cases = [
        ("id INT PRIMARY KEY", "n"),
        ("id INT, b INT, PRIMARY KEY (b, id)", "n, n % 7"),
        ("id VARCHAR(40) PRIMARY KEY", "CONCAT('k', n, '''\\\\é')"),
        ("id VARCHAR(40) CHARACTER SET latin1 PRIMARY KEY", "CONCAT('ké', n)"),
        ("id BINARY(16) PRIMARY KEY", "UNHEX(MD5(n))"),
        ("id DECIMAL(20,4) PRIMARY KEY", "-n / 8"),
        ("id DATETIME(6), b BIGINT UNSIGNED, PRIMARY KEY (id, b)", "NOW(6), 18446744073709551615 - n"),
        ("id BIT(20) PRIMARY KEY", "n"),
        ("id ENUM('b','a') NOT NULL, b INT NOT NULL, PRIMARY KEY (id, b), UNIQUE KEY u (b)", "1 + n % 2, n"),
    ];
    let mut policies = String::new();
    for (place, (columns, values)) in cases.iter().enumerate() {
        // MD5 is not everywhere.
        let values = values.replace("UNHEX(MD5(n))", "UNHEX(LPAD(HEX(n * 40503 % 65536), 32, '9'))");
        let create = format!("CREATE TABLE t{place} ({columns}, at TIMESTAMP NULL, pad INT, KEY k (at))");
        let names = if columns.contains("b ") { "id, b" } else { "id" };
        let fill = format!(
            "INSERT INTO t{place} ({names}, at, pad) {} {values}, IF(n % 11 = 0, NULL, NOW() - INTERVAL 24 * (n % 60) + 12 HOUR), \
             n % 60 FROM seq",
            numbers(4000)
        );
        stage.run_sql(&[&create, &fill]).await;
        policies +=
            &format!("  p{place}: {{database: one, table: t{place}, time: at, keep: 30d, condition: pad <> 59}}\n");
    }
    let config = stage.config(&policies);
    let expired = "SELECT COUNT(*) FROM {t} WHERE at < NOW() - INTERVAL 30 DAY AND pad <> 59";
    let mut kept = Vec::new();
    for place in 0..cases.len() {
        let all = stage.one(&format!("SELECT COUNT(*) FROM t{place}")).await.parse::<u32>().unwrap();
        let gone = stage.one(&expired.replace("{t}", &format!("t{place}"))).await.parse::<u32>().unwrap();
        kept.push(all - gone);
    }
    let view = stage.run(&config, "cleanup").await;
    assert_eq!(view.state, JobState::Done, "{}", view.message);
    for (place, kept) in kept.into_iter().enumerate() {
        let left = stage.one(&format!("SELECT COUNT(*) FROM t{place}")).await;
        assert_eq!(left, kept.to_string(), "{:?}", cases[place]);
        assert_eq!(stage.one(&expired.replace("{t}", &format!("t{place}"))).await, "0");
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn few_expired_rows_are_found_by_their_time() {
    let mut stage =
        Stage::set(&["CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, at TIMESTAMP NOT NULL, KEY k (at))"]).await;
    let fill = format!(
        "INSERT INTO t (at) {} IF(n % 50 = 0, '2020-01-01', NOW()) - INTERVAL n % 9 SECOND FROM seq",
        numbers(20_000)
    );
    stage.run_sql(&[&fill, "ANALYZE TABLE t"]).await;
    let config = stage.config("  p: {database: one, table: t, time: at, keep: 30d}");
    let plan = stage.plan(&config, "cleanup").await;
    assert!(plan.steps[0].facts.iter().any(|(_, value)| value.starts_with("400 rows along k (few")), "{plan:#?}");
    stage.done(&config, "cleanup", "400 rows of 1 policy").await;
    assert_eq!(stage.one("SELECT COUNT(*) FROM t").await, "19600");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_said_with_its_remedy() {
    let stage = Stage::set(&[
        "CREATE TABLE keyless (id INT, at TIMESTAMP NULL)",
        "CREATE TABLE isam (id INT PRIMARY KEY, at TIMESTAMP NULL) ENGINE=MyISAM",
        "INSERT INTO isam VALUES (1, '2020-01-01'), (2, NOW()), (3, NULL)",
        "CREATE TABLE parent (id INT PRIMARY KEY, at DATETIME NULL)",
        "CREATE TABLE follower (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE)",
        "INSERT INTO parent VALUES (1, '2020-01-01')",
    ])
    .await;
    let policy = |table: &str| format!("  {table}: {{database: one, table: {table}, time: at, keep: 30d}}\n");
    let all: String = ["keyless", "isam", "parent", "missing"].map(policy).concat();
    let config = stage.config(&all);
    let check = async |line: &str, refusal: Option<&str>, warnings: &[&str]| {
        let plan = stage.plan(&config, line).await;
        let has = |text: &&str| plan.warnings.iter().any(|warning| warning.contains(*text));
        assert!(warnings.iter().all(has), "{line}: {plan:#?}");
        let fits = |text: &str| plan.refusal.as_ref().is_some_and(|refusal| refusal.contains(text));
        assert_eq!(refusal.is_some(), plan.refusal.is_some(), "{line}: {plan:#?}");
        assert!(refusal.is_none_or(fits), "{line}: {plan:#?}");
    };
    let keyless = "no primary key, nor a unique one without NULL";
    check("cleanup", None, &[keyless, "there is no table missing", "no transactions", "together with them"]).await;
    check("cleanup", None, &["no time zone of its own", "no index of parent serves at"]).await;
    check("cleanup --policy keyless", Some("ADD COLUMN id"), &[keyless]).await;
    check("cleanup --policy isam --archive", Some("ENGINE=InnoDB"), &[]).await;
    check("cleanup --policy parent --archive", Some("name follower among"), &[]).await;
    check("cleanup --policy missing", None, &["there is no table missing"]).await;
    stage.done(&config, "cleanup --policy isam", "1 row of 1 policy").await;
    let view = stage.run(&config, "cleanup --policy nothing").await;
    assert!(view.message.contains("there is no policy \"nothing\""), "{}", view.message);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_holds_is_waited_for() {
    let stage = tasks().await;
    let config = stage.config(&format!("{TASKS}worker: {{lock_attempt: 1s}}"));
    let mut somebody = link(&stage.server.root()).await;
    somebody.execute("BEGIN").await.unwrap();
    somebody.execute("UPDATE svc.tasks SET status = 'processing' WHERE id = 2").await.unwrap();
    let runner = stage.runner(&config);
    let job = submit(&runner, "cleanup", Approval::Blanket);
    let held = || runner.board().borrow().iter().find_map(|view| view.live.held.clone());
    let waits = || held().is_some_and(|text| text.starts_with("somebody is in the way: Lock wait timeout"));
    tokio::task::block_in_place(|| wait_until("the lock", waits));
    somebody.execute("COMMIT").await.unwrap();
    let view = runner.finished(&job).await.unwrap();
    assert_eq!((view.state, view.message.as_str()), (JobState::Done, "3 996 rows of 1 policy"));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_left_alone_until_it_is_not() {
    let stage = tasks().await;
    let config = stage.config(&format!("{TASKS}worker: {{max_running: 2}}"));
    let mut sleepers = Vec::new();
    for _ in 0..3 {
        let mut sleeper = link(&stage.server.root()).await;
        let id = sleeper.id;
        sleepers.push((id, tokio::spawn(async move { sleeper.execute("SELECT SLEEP(60)").await })));
    }
    let runner = stage.runner(&config);
    let job = submit(&runner, "cleanup", Approval::Blanket);
    let held = || runner.board().borrow().iter().find_map(|view| view.live.held.clone());
    tokio::task::block_in_place(|| wait_until("a rest", || held().is_some_and(|text| text.contains("are running"))));
    let mut root = link(&stage.server.root()).await;
    for (id, sleeper) in sleepers {
        root.execute(format!("KILL {id}")).await.unwrap();
        let _ = sleeper.await;
    }
    let view = runner.finished(&job).await.unwrap();
    assert_eq!((view.state, view.live.held), (JobState::Done, None));
    assert_eq!(view.message, "4 000 rows of 1 policy");
    stage.end().await;
}
