//! An empty server, set up at once.

use dbdeck::setup::proof::Verb;

use crate::common::rows;
use crate::stage::{Stage, mode, run};

/// How many tables each database has: the service's, and those of dbdeck's records.
const TABLES: &str = "SELECT TABLE_SCHEMA, SUM(TABLE_NAME NOT LIKE 'dbdeck%' AND TABLE_NAME NOT IN \
                      ('migration_history', 'performance_metrics_minutely')), COUNT(*) FROM information_schema.TABLES \
                      WHERE TABLE_SCHEMA LIKE 'comfyui%' GROUP BY TABLE_SCHEMA ORDER BY TABLE_SCHEMA";

#[tokio::test]
async fn an_empty_server_becomes_an_installation_and_a_second_run_changes_nothing() {
    let stage = Stage::new().await;
    let said = run(stage.init(&["--yes", "--email", "a@b.example"])).ended(0);
    let password = said.lines().find_map(|line| line.split_once("shown once: ")).unwrap().1;
    assert_eq!(mode(&stage.config()), 0o600);
    let mut root = stage.root().await;
    assert_eq!(rows(&mut root, 3, TABLES).await, ["comfyui_admin|9|14", "comfyui_client|6|8", "comfyui_shared|7|9"]);
    let administrator = "SELECT username, email, role, status FROM comfyui_admin.admin_users";
    assert_eq!(rows(&mut root, 4, administrator).await, ["admin|a@b.example|super_admin|active"]);
    let hash = rows(&mut root, 1, "SELECT password_hash FROM comfyui_admin.admin_users").await.remove(0);
    assert!(bcrypt::verify(password, &hash).unwrap());
    assert!(!hash.contains(password));
    let settings = "SELECT COUNT(*) FROM comfyui_admin.system_configs WHERE config_key IN ('system.name', 'system.version', \
                    'task.default_priority', 'task.max_concurrent', 'file.max_size', 'api.rate_limit')";
    assert_eq!(rows(&mut root, 1, settings).await, ["6"]);
    for (database, count) in [("client", "1"), ("admin", "2"), ("shared", "1")] {
        let applied = format!("SELECT COUNT(*) FROM comfyui_{database}.migration_history WHERE status = 'success'");
        assert_eq!(rows(&mut root, 1, &applied).await, [count], "{database}");
    }
    // Whether this machine's disk is full is none of the installation's business.
    let written = std::fs::read_to_string(stage.config()).unwrap();
    std::fs::write(stage.config(), format!("{written}thresholds: {{disk_percent: 100}}\n")).unwrap();
    run(stage.command(&["status", "--check"])).ended(0);
    let audit = run(stage.command(&["audit"])).ended(0);
    assert!(audit.contains("init") && audit.contains("everything is there"), "{audit}");

    let (file, before) = (std::fs::read(stage.config()).unwrap(), stage.written().await);
    let again = run(stage.init(&["--yes"])).ended(0);
    assert!(again.contains("0 steps done"), "{again}");
    run(stage.command(&["doctor", "--isolation"])).ended(0);
    assert_eq!(stage.written().await, before);
    assert_eq!(std::fs::read(stage.config()).unwrap(), file);
    stage.stop().await;
}

#[tokio::test]
async fn the_proof_is_the_table_of_rights() {
    let stage = Stage::new().await;
    run(stage.init(&["--yes"])).ended(0);
    let proof = stage.isolation(0);
    let letters = |account: &serde_json::Value| {
        let cell =
            |cell: &serde_json::Value, verb: &Verb| if cell["answer"] == "allowed" { verb.letter() } else { '.' };
        let cells = |database: &serde_json::Value| {
            let cells = database["verbs"].as_array().unwrap();
            cells.iter().zip(&Verb::ALL).map(|(it, verb)| cell(it, verb)).collect::<String>()
        };
        let databases = account["databases"].as_array().unwrap().iter().map(cells).collect::<Vec<_>>();
        format!("{} {}", account["user"].as_str().unwrap(), databases.join(" "))
    };
    let found: Vec<String> = proof["accounts"].as_array().unwrap().iter().map(letters).collect();
    let expected = [
        "comfyui_client_user SIUD........ ............ SIUD........",
        "comfyui_admin_user ............ SIUDCARTXLPV SIUD........",
        "comfyui_shared_user ............ ............ SIUD........",
        "dbdeck_operator SIUDCARTX... SIUDCARTX... SIUDCARTX...",
    ];
    assert_eq!(found, expected);
    stage.stop().await;
}

#[tokio::test]
async fn a_dry_run_shows_every_statement_and_writes_nothing() {
    let stage = Stage::new().await;
    let before = stage.written().await;
    let plan = run(stage.init(&["--dry-run"])).ended(0);
    for line in [
        "CREATE DATABASE `comfyui_client` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;",
        "CREATE TABLE IF NOT EXISTS client_users (",
        "CREATE USER `comfyui_client_user`@`localhost` IDENTIFIED BY '***';",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON `comfyui\\_shared`.* TO `comfyui_client_user`@`localhost`;",
        "GRANT ALL PRIVILEGES ON `comfyui\\_admin`.* TO `comfyui_admin_user`@`localhost`;",
        "    password: '***'",
    ] {
        assert!(plan.contains(line), "{line} is not in\n{plan}");
    }
    assert_eq!(stage.written().await, before);
    assert_eq!(std::fs::read_dir(&stage.directory).unwrap().count(), 0);
    // Nobody is there to ask, and --yes was not said.
    run(stage.init(&[])).ended(64);
    assert_eq!(stage.written().await, before);
    stage.stop().await;
}
