//! The file, as several processes and a power cut leave it.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use chrono::{TimeDelta, Utc};

use super::*;
use crate::op::record::{Entry, JobNumber, JobRecord, JobUid, Operator, Origin, StepRecord};

fn record() -> JobRecord {
    JobRecord {
        uid: JobUid::draw(),
        operation: "cleanup".to_owned(),
        line: "cleanup --database client".to_owned(),
        origin: Origin::Command,
        operator: Operator { user: "alice".to_owned(), host: "host1".to_owned(), pid: 1 },
        databases: vec!["client".into()],
        server: "/run/db.sock".to_owned(),
        account: "operator".to_owned(),
        plan: None,
        summary: "1 row".to_owned(),
        resumes: None,
        submitted: Utc::now(),
    }
}

fn step(job: &JobUid, title: &str) -> Line {
    let (title, sql, outcome) = (title.to_owned(), String::new(), String::new());
    Line::wrote(job, Entry::Step(StepRecord { seq: 1, title, sql, began: Utc::now(), ended: None, outcome, rows: 0 }))
}

fn files(directory: &Path) -> Files {
    Files::new(directory.join("dbdeck"), "ledger".to_owned())
}

fn opened(files: &Files) -> (JobUid, u64) {
    let record = record();
    let number = files.open(|number| Line::opened(&record, JobNumber::Local(number))).unwrap();
    (record.uid, number)
}

#[test]
fn it_is_for_its_owner_alone() {
    let home = tempfile::tempdir().unwrap();
    let files = files(home.path());
    assert_eq!(files.read(), Ok(Reading::default()));
    assert!(!home.path().join("dbdeck").exists(), "reading makes nothing");
    opened(&files);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.path().join("dbdeck")), 0o700);
    for file in fs::read_dir(home.path().join("dbdeck")).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[test]
fn what_somebody_else_put_there_is_not_written() {
    let check = |prepare: fn(&Path), expected: &str| {
        let home = tempfile::tempdir().unwrap();
        let files = files(home.path());
        fs::create_dir(home.path().join("dbdeck")).unwrap();
        prepare(&home.path().join("dbdeck"));
        let record = record();
        let error = files.open(|number| Line::opened(&record, JobNumber::Local(number))).unwrap_err();
        assert!(error.0.contains(expected), "{error}");
        assert!(!home.path().join("elsewhere").exists());
    };
    check(|to| symlink("../elsewhere", to.join("ledger.jsonl")).unwrap(), "it is a symbolic link");
    check(|to| symlink("../elsewhere", to.join("ledger.lock")).unwrap(), "it is a symbolic link");
    check(|to| fs::create_dir(to.join("ledger.jsonl")).unwrap(), "cannot open");
    check(|to| fs::set_permissions(to, fs::Permissions::from_mode(0o777)).unwrap(), "others may write into it");
    if rustix::process::geteuid().is_root() {
        check(|to| chown(to, Some(65534), None).unwrap(), "it belongs to another user (uid 65534)");
        let foreign = |to: &Path| {
            fs::write(to.join("ledger.jsonl"), "").unwrap();
            chown(to.join("ledger.jsonl"), Some(65534), None).unwrap();
        };
        check(foreign, "it belongs to another user (uid 65534)");
    } else {
        let files = Files::new("/usr".into(), "ledger".to_owned());
        assert!(files.append(&[]).unwrap_err().0.contains("it belongs to another user (uid 0)"));
    }
}

#[test]
fn a_torn_line_is_named_and_spoils_no_other() {
    let home = tempfile::tempdir().unwrap();
    let files = files(home.path());
    let (job, _) = opened(&files);
    let whole = fs::metadata(files.path()).unwrap().size();
    let cut = |length| fs::OpenOptions::new().write(true).open(files.path()).unwrap().set_len(length).unwrap();
    for torn in [1, 7, 40] {
        cut(whole);
        files.append(&[step(&job, "torn")]).unwrap();
        cut(whole + torn);
        let reading = files.read().unwrap();
        assert_eq!((reading.lines.len(), reading.notes.len()), (1, 1), "{torn}");
        assert!(
            reading.notes[0].starts_with("line 2 of ") && reading.notes[0].contains("torn"),
            "{}",
            reading.notes[0]
        );
        files.append(&[step(&job, "after the power cut")]).unwrap();
        let reading = files.read().unwrap();
        assert_eq!((reading.lines.len(), reading.notes.len()), (2, 1), "{torn}");
    }
    fs::OpenOptions::new().append(true).open(files.path()).unwrap().write_all(&[0, 0, 0xff, 0]).unwrap();
    assert_eq!(files.read().unwrap().notes.len(), 2);
}

#[test]
fn several_writers_lose_nothing_also_while_it_is_merged() {
    const EACH: usize = 50;
    let home = tempfile::tempdir().unwrap();
    let files = files(home.path());
    let mut merged = Vec::new();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let files = files.clone();
                scope.spawn(move || {
                    let (job, number) = opened(&files);
                    (0..EACH).for_each(|place| files.append(&[step(&job, &format!("{writer}.{place}"))]).unwrap());
                    number
                })
            })
            .collect();
        while !writers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            merged.extend(merge(&files));
        }
        let mut numbers: Vec<u64> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4]);
    });
    while let batch @ [_, ..] = &merge(&files)[..] {
        merged.extend(batch.to_vec());
    }
    assert_eq!(merged.len(), 4 * (EACH + 1));
    for writer in 0..4 {
        let titles = merged.iter().filter_map(|line| match &line.what {
            What::Wrote(Entry::Step(step)) => step.title.strip_prefix(&format!("{writer}.")),
            _ => None,
        });
        assert!(titles.map(|place| place.parse::<usize>().unwrap()).eq(0..EACH), "{writer}");
    }
}

fn merge(files: &Files) -> Vec<Line> {
    match files.begin_merge().unwrap() {
        Batch::Lines(merging) => {
            let lines = merging.lines.clone();
            merging.finish().unwrap();
            lines
        }
        Batch::None | Batch::Busy => Vec::new(),
    }
}

#[test]
fn a_merge_that_died_is_done_again_and_only_by_one() {
    let home = tempfile::tempdir().unwrap();
    let files = files(home.path());
    let (job, _) = opened(&files);
    let Batch::Lines(died) = files.begin_merge().unwrap() else { panic!("there is a line") };
    files.append(&[step(&job, "meanwhile")]).unwrap();
    assert!(matches!(files.begin_merge().unwrap(), Batch::Busy));
    assert_eq!(files.read().unwrap().lines.len(), 2, "what is on its way is still shown");
    drop(died);
    let [first, second] = &merge(&files)[..] else { panic!("one line of each") };
    assert!(matches!((&first.what, &second.what), (What::Opened { .. }, What::Wrote(_))), "in their order");
    assert!(matches!(files.begin_merge().unwrap(), Batch::None));
    assert_eq!(files.read(), Ok(Reading::default()));
    assert_eq!(files.read_with_merged().unwrap().lines.len(), 2);
    assert_eq!(opened(&files).1, 2, "numbers go on");
}

#[test]
fn a_file_of_this_machine_alone_forgets() {
    let home = tempfile::tempdir().unwrap();
    let files = files(home.path());
    let (job, _) = opened(&files);
    let long = Line::wrote(
        &job,
        Entry::Settled {
            at: Utc::now(),
            state: crate::op::record::JobState::Done,
            message: "x".repeat(1 << 20),
            rows: 0,
            bytes: 0,
        },
    );
    let before = Utc::now();
    files.forget(Utc::now() + TimeDelta::days(1)).unwrap();
    assert_eq!(files.read().unwrap().lines.len(), 1, "a small file is left alone");
    files.append(&[long]).unwrap();
    let (young, _) = opened(&files);
    files.forget(before).unwrap();
    let left = files.read().unwrap().lines;
    assert_eq!(left.iter().map(|line| &line.job).collect::<Vec<_>>(), [&young]);
}
