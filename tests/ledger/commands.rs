//! `dbdeck jobs` and `dbdeck audit`, as a shell sees them.

use std::process::{Command, Output};

use dbdeck::op::record::{JobState, Recorder};

use super::stage::{Stage, live_through, record, record_elsewhere, settled, started, step};

fn dbdeck(stage: &Stage, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dbdeck"))
        .args(["--config", stage.configuration().to_str().unwrap()])
        .args(arguments)
        .env("XDG_STATE_HOME", stage.server.directory().join("home"))
        .env("LANG", "C.UTF-8")
        .output()
        .unwrap()
}

fn check(stage: &Stage, arguments: &[&str], code: i32, said: &[&str]) -> String {
    let output = dbdeck(stage, arguments);
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    assert!(said.iter().all(|said| text.contains(said)), "{arguments:?}: {text}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_printed_for_people_and_for_programs() {
    let stage = Stage::set().await;
    check(&stage, &["jobs"], 0, &["no jobs", "note: admin has no record yet"]);
    check(&stage, &["audit"], 0, &["no entries", "note: admin has no record yet"]);
    assert_eq!(stage.ask(1, "SHOW TABLES").await, [""; 0]);

    let (ledger, first, second) = (stage.ledger(), record(), record_elsewhere());
    live_through(&ledger, &first).await.unwrap();
    ledger.open(&second).await.unwrap();
    for entry in [started(), step(1, ""), settled(JobState::Failed)] {
        ledger.write(&second.uid, entry).await.unwrap();
    }
    let text = check(&stage, &["jobs"], 0, &["#1 ", "#2 ", "failed", "bob@elsewhere"]);
    assert!(text.find("#2 ") < text.find("#1 "), "newest first: {text}");
    let text = check(&stage, &["jobs", "--state", "failed", "--limit", "5", "--operation", "cleanup"], 0, &["#2 "]);
    assert!(!text.contains("#1 "), "{text}");
    check(&stage, &["jobs", "--database", "admin"], 0, &["no jobs"]);
    check(
        &stage,
        &["jobs", "show", "1"],
        0,
        &[&first.line, "alice@", "DELETE FROM `任务`", "ok, 10 rows in ", "30 rows"],
    );
    check(&stage, &["jobs", "show", &second.uid.0[..8]], 0, &["#2  failed  did it", "no end is known"]);
    check(&stage, &["audit", "--who", "bob", "--since", "1h"], 0, &["bob@elsewhere (console)", "#2 failed", "did it"]);
    check(&stage, &["audit", "--since", "2099-01-01"], 0, &["no entries"]);

    let json = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let jobs = json(check(&stage, &["jobs", "--json"], 0, &[]));
    assert_eq!((&jobs["jobs"][0]["state"], &jobs["jobs"][1]["uid"]), (&"failed".into(), &first.uid.0.clone().into()));
    let one = json(check(&stage, &["jobs", "show", "#1", "--json"], 0, &[]));
    assert_eq!((&one["job"]["number"]["shared"], &one["steps"][0]["seq"]), (&1.into(), &1.into()));
    let entries = json(check(&stage, &["audit", "--json", "--operation", "cleanup"], 0, &[]));
    assert_eq!((&entries["entries"][1]["job"], &entries["entries"][1]["rows"]), (&"#1".into(), &30.into()));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_as_such() {
    let mut stage = Stage::set().await;
    live_through(&stage.ledger(), &record()).await.unwrap();
    check(&stage, &["jobs", "show", "41"], 2, &["there is no job 41 in the record"]);
    check(&stage, &["jobs", "show", "x'y"], 64, &["is not a job's name"]);
    check(&stage, &["jobs", "--state", "happy"], 64, &["there is no such state"]);
    check(&stage, &["audit", "--since", "once"], 64, &["7d"]);
    stage.server.kill().await;
    check(
        &stage,
        &["jobs"],
        0,
        &["no jobs", "note: admin cannot be used: cannot reach", "only this machine's own record"],
    );
    check(&stage, &["jobs", "show", "1"], 2, &["admin cannot be used: cannot reach"]);
    assert!(!stage.server.directory().join("home").exists(), "reading makes no directory");
    stage.end().await;
}
