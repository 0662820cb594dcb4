//! Jobs as they are seen: the strip on the overview, the Jobs screen, one job in full.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use insta::assert_snapshot;

use super::scene::{SIZES, Scene, scene};
use super::service::frozen;
use crate::job::JobView;
use crate::op::record::{JobNumber, JobState, JobUid, Origin};
use crate::op::{Live, Progress, Unit};
use crate::tui::glyph::Charset;
use crate::tui::jobs::Record;
use crate::tui::msg::Msg;

/// So many seconds before the present of every test.
pub fn ago(seconds: i64) -> DateTime<Utc> {
    frozen().wall.to_utc() - TimeDelta::seconds(seconds)
}

/// A job that has been asked for a while ago.
pub fn job(number: u64, operation: &str, database: &str, state: JobState) -> JobView {
    JobView {
        uid: JobUid(format!("{number:016x}")),
        number: Some(JobNumber::Shared(number)),
        operation: operation.to_owned(),
        line: format!("{operation} --database {database}"),
        origin: Origin::Console,
        operator: "ann@db-1".to_owned(),
        databases: vec![database.into()],
        server: "/run/mysqld/mysqld.sock".to_owned(),
        plan: Some("0123456789abcdef".to_owned()),
        summary: "182 400 rows of 2 policies".to_owned(),
        state,
        waits: None,
        live: Live::default(),
        message: String::new(),
        fault: None,
        submitted: ago(1000 - i64::try_from(number).unwrap_or(0)),
        began: Some(ago(60)),
        heard: None,
        ended: None,
        resumes: None,
        resumable: operation == "cleanup",
    }
}

/// A job that has ended, with these words.
pub fn ended(number: u64, operation: &str, state: JobState, message: &str) -> JobView {
    let times = (Some(ago(160)), Some(ago(120)));
    JobView { message: message.to_owned(), began: times.0, ended: times.1, ..job(number, operation, "client", state) }
}

fn moving() -> JobView {
    let progress =
        Progress { phase: "client_access_logs".into(), unit: Unit::Rows, done: 113_000, total: Some(182_400) };
    let worked = std::time::Duration::from_secs(28);
    let live = Live { progress, rows: 113_000, worked, ..Live::default() };
    JobView { live, ..job(41, "cleanup", "client", JobState::Running) }
}

fn held() -> JobView {
    let mut job = JobView { databases: vec!["shared".into()], ..moving() };
    (job.uid, job.number) = (JobUid("42".repeat(8)), Some(JobNumber::Shared(42)));
    job.live.held = Some("replica db-7 lags 40 s".to_owned());
    job
}

fn rebuilding() -> JobView {
    let progress = Progress { phase: "global_tasks".into(), unit: Unit::Tables, done: 3, total: Some(8) };
    let live = Live { progress, server: Some("copy to tmp table".into()), ..Live::default() };
    JobView { live, ..job(43, "maintain optimize", "admin", JobState::Running) }
}

fn queued() -> JobView {
    let waits = Some("waits for #42 cleanup on shared".to_owned());
    JobView { waits, began: None, ..job(44, "maintain analyze", "shared", JobState::Queued) }
}

fn elsewhere() -> JobView {
    let live = Live { rows: 88_200, ..Live::default() };
    let heard = Some(ago(41));
    let began = Some(ago(86_400 * 2));
    let job = job(38, "cleanup", "admin", JobState::Running);
    JobView { operator: "bob@db-2".into(), origin: Origin::Schedule, live, heard, began, ..job }
}

fn failed() -> JobView {
    ended(40, "maintain optimize", JobState::Failed, "cannot rebuild global_files: the table is full")
}

fn done() -> JobView {
    let live = Live { rows: 182_400, bytes: 41 << 20, ..Live::default() };
    JobView { live, ..ended(39, "cleanup", JobState::Done, "182 400 rows of 2 policies") }
}

fn interrupted() -> JobView {
    let message = "the connection broke; 81 200 rows are done".to_owned();
    let ended = Some(ago(600));
    JobView { ended, ..self::ended(37, "cleanup", JobState::Interrupted, &message) }
}

/// A console with these jobs of its own and of others.
pub fn with(own: Vec<JobView>, others: Vec<JobView>) -> Scene {
    let mut scene = scene();
    scene.send(Msg::Jobs(Arc::new(own)));
    scene.send(Msg::Recorded(Arc::new(Record { jobs: others, ..Record::default() })));
    scene
}

fn all() -> Scene {
    with(vec![done(), failed(), moving(), held(), rebuilding(), queued()], vec![moving(), elsewhere(), interrupted()])
}

#[test]
fn the_strip_on_the_overview() {
    let cases: [(&str, Vec<JobView>, Vec<JobView>); 6] = [
        ("running", vec![done(), moving()], vec![]),
        ("held", vec![held()], vec![]),
        ("failed", vec![failed()], vec![]),
        ("elsewhere", vec![], vec![elsewhere()]),
        ("interrupted", vec![], vec![interrupted()]),
        ("many", vec![done(), failed(), moving(), held(), rebuilding(), queued()], vec![]),
    ];
    for (name, own, others) in cases {
        let mut scene = with(own, others);
        assert_snapshot!(format!("strip_{name}"), tail(&scene.text((80, 24))));
        assert_snapshot!(format!("strip_{name}_wide"), tail(&scene.text((140, 40))));
    }
}

/// The last frame on the screen, and the footer.
fn tail(screen: &str) -> String {
    let lines: Vec<&str> = screen.lines().collect();
    let start = lines.iter().position(|line| line.contains("╭ Jobs")).expect("a strip");
    lines[start..].join("\n")
}

#[test]
fn the_screen_of_the_jobs() {
    for size in SIZES {
        let mut scene = all();
        assert_snapshot!(format!("jobs_{}x{}", size.0, size.1), scene.keys("7").text(size));
    }
    let mut scene = all();
    scene.model.look.charset = Charset::Ascii;
    let screen = scene.keys("7").text((120, 40));
    assert!(screen.is_ascii());
    assert_snapshot!("jobs_ascii", screen);
}

#[test]
fn a_job_that_both_know_is_shown_once_and_as_the_worker_knows_it() {
    let stale = JobView { state: JobState::Queued, ..moving() };
    let mut scene = with(vec![moving()], vec![stale.clone()]);
    assert_eq!(scene.model.jobs.iter().map(|job| job.state).collect::<Vec<_>>(), [JobState::Running]);
    scene.send(Msg::Jobs(Arc::new(Vec::new())));
    scene.send(Msg::Recorded(Arc::new(Record { jobs: vec![stale.clone()], ..Record::default() })));
    scene.send(Msg::Jobs(Arc::new(vec![moving()])));
    assert_eq!(scene.model.jobs.iter().map(|job| job.state).collect::<Vec<_>>(), [JobState::Running]);
}

#[test]
fn an_end_is_told_and_a_failure_stays() {
    let mut scene = with(vec![moving()], vec![]);
    let over = JobView { state: JobState::Failed, message: "the table is full".to_owned(), ..moving() };
    scene.send(Msg::Jobs(Arc::new(vec![over])));
    assert!(scene.text((160, 40)).contains("✗ #41 cleanup on client failed: the table is full"));
    let later = crate::clock::Moment {
        instant: scene.model.now.instant + std::time::Duration::from_secs(60),
        ..scene.model.now
    };
    scene.send(Msg::Tick(later));
    assert!(scene.text((160, 40)).contains("failed: the table is full"));
    scene.keys("j");
    assert!(!scene.text((160, 40)).contains("cleanup on client failed:"));
}

#[test]
fn what_was_over_when_it_was_first_seen_is_not_told() {
    let scene = with(vec![failed()], vec![]);
    assert!(scene.model.said.is_none());
}

#[test]
fn a_job_in_full() {
    use crate::op::record::StepRecord;
    let step = |seq, title: &str, ended: Option<i64>, outcome: &str| StepRecord {
        seq,
        title: title.to_owned(),
        sql: "DELETE FROM `client_access_logs` WHERE `id` BETWEEN ? AND ?".to_owned(),
        began: ago(150),
        ended: ended.map(ago),
        outcome: outcome.to_owned(),
        rows: 181_196,
    };
    let steps = [step(1, "client_access_logs", Some(130), "done"), step(2, "client_tasks", None, "")];
    let mut scene = with(vec![], vec![interrupted()]);
    scene.keys("7\n");
    let question = crate::tui::msg::Question::Steps(interrupted().uid);
    assert_eq!(scene.effects.last(), Some(&crate::tui::msg::Effect::Inquire(question.clone())));
    scene.send(Msg::Answered(question, Ok(crate::tui::jobs::detail::steps(&steps))));
    assert_snapshot!("job_in_full", utc(&scene.text((80, 40))));
}

/// Wall-clock times are the machine's own: only their place is looked at.
fn utc(text: &str) -> String {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || b":-".contains(&byte));
    let mask = |word: &str| {
        if word.len() >= 8 && digits(word) && word.contains([':', '-']) { "TIME".to_owned() } else { word.to_owned() }
    };
    text.lines().map(|line| line.split(' ').map(mask).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n")
}
