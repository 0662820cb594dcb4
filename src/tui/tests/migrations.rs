//! The migrations of the service, one in each standing, and what is said of them.

use std::sync::Arc;

use insta::assert_snapshot;

use super::scene::{SIZES, Scene, scene};
use super::strip::{ago, job};
use crate::config::Target;
use crate::job::JobView;
use crate::migration::file::fill;
use crate::migration::{
    Catalogue, Checksums, Header, History, HistoryRow, HistoryState, MigrationFile, MigrationName, Problem, StepRow,
    StepState, compare,
};
use crate::op::record::JobState;
use crate::op::{Live, Progress, Unit};
use crate::tui::migrations::{Shelf, Shelved};
use crate::tui::msg::Msg;

const FILES: [(&str, &str); 5] = [
    (
        "2026_03_01_quota",
        "-- Database: client\n-- Description: Quotas by day\nALTER TABLE client_users ADD quota_day DATE NULL;\n",
    ),
    ("2026_03_14_results", RESULTS),
    ("2026_04_02_scores", "-- Database: shared\nUPDATE global_tasks SET priority = 1 WHERE priority IS NULL;\n"),
    (
        "2026_05_20_node_names",
        "-- Database: admin\n-- Description: 节点名称\nALTER TABLE nodes ADD label VARCHAR(50);\n",
    ),
    ("2026_06_01_104500_audit", "-- Database: all\n-- After: 2026_03_14_results\nSELECT 1;\n"),
];

const RESULTS: &str = "-- Database: client, shared
-- Description: Thumbnails of results, and an index to find the newest
-- Author: ann
-- Timeout: 10m
-- Allow: blocking
CREATE TABLE IF NOT EXISTS `result_thumbnails` (
\tid BIGINT AUTO_INCREMENT PRIMARY KEY, -- as everywhere
\t`path` VARCHAR(500) NOT NULL DEFAULT 'none'
);
ALTER TABLE client_task_results
  ADD INDEX newest (created_at, VARCHRA);
UPDATE client_task_results SET duration = 1.5 WHERE duration IS NULL;
";

fn file(name: &str, text: &str, targets: &[Target]) -> MigrationFile {
    let (header, _) = Header::read(text, targets);
    MigrationFile {
        name: MigrationName::parse(name).unwrap(),
        path: format!("migrations/{name}.sql").into(),
        header,
        checksums: Checksums::of(text),
        text: fill(text, targets).unwrap(),
        down: None,
    }
}

fn row(name: &str, state: HistoryState, text: &str) -> HistoryRow {
    HistoryRow {
        name: name.to_owned(),
        executed: Some(ago(90_000)),
        took_ms: Some(840),
        checksum: Some(Checksums::of(text).raw),
        state,
        error: Some("a statement failed".to_owned()),
        applied_by: Some("ann@db-1".to_owned()),
        ..HistoryRow::default()
    }
}

fn step(name: &str, step: u64, at: (u64, u64), statement: &str, state: StepState) -> StepRow {
    let ended = (state != StepState::Begun).then(|| ago(100));
    let failed = "error 1064: You have an error in your SQL syntax; … near 'VARCHRA)' at line 2";
    StepRow {
        name: name.to_owned(),
        step,
        line: at.0,
        column: at.1,
        kind: "ddl".to_owned(),
        statement: statement.to_owned(),
        objects: String::new(),
        before: None,
        after: None,
        state,
        began: Some(ago(103)),
        ended,
        thread: Some(7),
        tag: None,
        error: (state == StepState::Failed).then(|| failed.to_owned()),
        rows: 0,
    }
}

const ALTER: &str = "ALTER TABLE client_task_results\n  ADD INDEX newest (created_at, VARCHRA)";

/// Failed in its second statement.
fn failed() -> History {
    let rows = vec![
        row("2026_03_01_quota", HistoryState::Success, "another text"),
        row("2026_03_14_results", HistoryState::Failed, RESULTS),
        row("2026_01_07_gone", HistoryState::Success, ""),
    ];
    let steps = vec![
        step("2026_03_14_results", 1, (6, 1), "CREATE TABLE IF NOT EXISTS `result_thumbnails` (\n…", StepState::Done),
        step("2026_03_14_results", 2, (10, 1), ALTER, StepState::Failed),
    ];
    History { rows, steps }
}

fn interrupted() -> History {
    let rows = vec![
        row("2026_03_14_results", HistoryState::Failed, RESULTS),
        row("2026_04_02_scores", HistoryState::Success, FILES[2].1),
    ];
    History { rows, steps: vec![step("2026_03_14_results", 1, (6, 1), "CREATE TABLE x", StepState::Begun)] }
}

/// The service's migrations: none is as it should be in `client`, one is interrupted in `shared`.
pub fn shelf(targets: &[Target]) -> Shelf {
    let files = FILES.iter().map(|(name, text)| file(name, text, targets)).collect();
    let catalogue = Catalogue { directory: "migrations".into(), files, ..Catalogue::default() };
    let histories = [("client", failed()), ("admin", History::default()), ("shared", interrupted())];
    let shelved = |(name, history): (&str, History)| {
        let standings = compare(&catalogue, &name.into(), &history);
        Shelved { name: name.into(), state: Ok((standings, history)) }
    };
    let databases = histories.into_iter().map(shelved).collect();
    Shelf { catalogue, databases }
}

/// The screen of migrations on what becomes of them.
pub fn shown(change: impl FnOnce(&mut Shelf)) -> Scene {
    let mut scene = scene();
    let mut shelf = shelf(&scene.model.config.targets);
    change(&mut shelf);
    scene.send(Msg::Shelved(Arc::new(shelf))).keys("5");
    scene
}

/// The migrate job of this console, at its second statement.
fn at_work() -> JobView {
    let progress = Progress {
        phase: "2026_03_14_results in shared: statement 1 of 3".to_owned(),
        unit: Unit::Migrations,
        done: 1,
        total: Some(4),
    };
    JobView { live: Live { progress, ..Live::default() }, ..job(51, "migrate", "shared", JobState::Running) }
}

#[test]
fn what_is_not_as_it_should_be_comes_first() {
    let screen = shown(|_| ()).text((120, 40));
    let place = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text}\n{screen}"));
    let order = ["✗ failed at 2", "▲ interrupted", "▲ edited", "▲ file missing", "○ pending", "✓ applied"];
    assert!(order.map(place).is_sorted(), "{screen}");
}

#[test]
fn a_failure_in_full() {
    for size in SIZES {
        let mut scene = shown(|_| ());
        scene.keys("\n");
        assert_snapshot!(format!("failed_{}x{}", size.0, size.1), scene.text(size));
    }
}

#[test]
fn each_standing_says_what_comes_next() {
    let check = |name: &str, rows: usize| {
        let mut scene = shown(|_| ());
        scene.keys(&"j".repeat(rows)).keys("\n");
        assert_snapshot!(name, scene.text((100, 30)));
    };
    check("interrupted", 1);
    check("edited", 2);
    check("missing", 3);
    check("pending", 4);
}

#[test]
fn a_migration_at_work_is_followed() {
    let mut scene = shown(|_| ());
    scene.keys("/interrupted\n\n");
    assert!(scene.text((100, 30)).contains("in doubt"));
    scene.send(Msg::Jobs(Arc::new(vec![at_work()])));
    assert_snapshot!("at_work_in_full", scene.text((100, 30)));
    scene.press(crate::tui::msg::Key::Esc).press(crate::tui::msg::Key::Backspace);
    assert_snapshot!("at_work", scene.text((100, 30)));
}

#[test]
fn what_cannot_be_read_is_said() {
    let mut scene = shown(|shelf| {
        shelf.databases[1].state = Err("cannot reach db-2:3306: no answer within 2.0 s".to_owned());
        let path = "migrations/2026_07_01_x.sql".into();
        let sentence = "there is no database \"clint\" in the configuration; did you mean client?".to_owned();
        shelf.catalogue.problems.push(Problem { path, line: Some(1), sentence });
    });
    assert_snapshot!("problems", scene.text((100, 30)));
    let mut scene = shown(|shelf| {
        *shelf = Shelf { databases: Vec::new(), ..Shelf::default() };
        shelf.catalogue.missing = true;
        shelf.catalogue.directory = "migrations".into();
    });
    assert_snapshot!("no_directory", scene.text((80, 24)));
}
