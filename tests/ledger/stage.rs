//! A server with two databases, configurations for it, and records as several processes would keep them.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use dbdeck::config::load;
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::ledger::{Consent, Filter, History, Ledger};
use dbdeck::op::record::{
    Entry, JobNumber, JobRecord, JobState, JobUid, Operator, Origin, RecordError, Recorder, StepRecord,
};
use dbdeck::server::Link;

use super::common::{launcher, link, rows};

/// Servers for a short life forget the last second when they are killed; the record must not be in it.
const DURABLE: &str = "innodb_flush_log_at_trx_commit=1";

pub const LOCK: &str = "dbdeck:svc_client";

pub struct Stage {
    pub server: PrivateServer,
}

impl Stage {
    pub async fn set() -> Self {
        let server = launcher().option(DURABLE).start().await.unwrap();
        let stage = Self { server };
        let mut root = stage.root().await;
        for statement in [
            "CREATE DATABASE svc_client",
            "CREATE DATABASE svc_admin",
            "CREATE USER watcher@localhost IDENTIFIED BY 'only-for-this-test'",
            "GRANT SELECT ON svc_admin.* TO watcher@localhost",
        ] {
            root.execute(statement).await.unwrap();
        }
        stage
    }

    pub async fn root(&self) -> Link {
        link(&self.server.root()).await
    }

    /// Rows of the record, columns joined by a bar.
    pub async fn ask(&self, columns: usize, select: &str) -> Vec<String> {
        let mut root = self.root().await;
        root.execute("USE svc_admin").await.unwrap();
        rows(&mut root, columns, select).await
    }

    pub async fn execute(&self, statement: &str) {
        let mut root = self.root().await;
        root.execute("USE svc_admin").await.unwrap();
        root.execute(statement).await.unwrap();
    }

    /// Where this machine's file is.
    pub fn directory(&self) -> PathBuf {
        self.server.directory().join("state")
    }

    /// The record of another process on this machine, whose tables may be created.
    pub fn ledger(&self) -> Ledger {
        self.ledger_of("root, password: ''", "", Consent::Given)
    }

    pub fn ledger_of(&self, user: &str, settings: &str, consent: Consent) -> Ledger {
        let config = load(&self.configuration_of(user, settings)).unwrap();
        Ledger::new(Arc::new(config), self.directory(), consent)
    }

    /// A configuration's file.
    pub fn configuration(&self) -> PathBuf {
        self.configuration_of("root, password: ''", "")
    }

    fn configuration_of(&self, user: &str, settings: &str) -> PathBuf {
        let socket = self.server.socket().display().to_string();
        let database = |name: &str| format!("  {name}: {{socket: {socket}, user: {user}, database: svc_{name}}}\n");
        let path = self.server.directory().join(format!("{}.yaml", JobUid::draw()));
        let text = format!("mysql:\n{}{}{settings}\n", database("client"), database("admin"));
        std::fs::write(&path, text).unwrap();
        path
    }

    pub async fn end(self) {
        self.server.stop().await.unwrap();
    }
}

pub const WATCHER: &str = "watcher, password: only-for-this-test";

/// A job of this process.
pub fn record() -> JobRecord {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim().to_owned();
    JobRecord {
        uid: JobUid::draw(),
        operation: "cleanup".to_owned(),
        line: "cleanup --database client --note 'it''s 中文'".to_owned(),
        origin: Origin::Console,
        operator: Operator { user: "alice".to_owned(), host, pid: std::process::id() },
        databases: vec!["client".into()],
        server: "/run/db.sock".to_owned(),
        account: "operator".to_owned(),
        plan: None,
        summary: "182 400 rows of 3 policies".to_owned(),
        resumes: None,
        submitted: Utc::now(),
    }
}

/// A job of a process on another machine.
pub fn record_elsewhere() -> JobRecord {
    JobRecord { operator: Operator { user: "bob".to_owned(), host: "elsewhere".to_owned(), pid: 1 }, ..record() }
}

/// A job of a process of this machine that has ended.
pub fn record_of_the_dead() -> JobRecord {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let pid = child.id();
    child.wait().unwrap();
    let record = record();
    JobRecord { operator: Operator { pid, ..record.operator.clone() }, ..record }
}

pub fn started() -> Entry {
    Entry::Started { at: Utc::now(), locks: vec![(LOCK.to_owned(), 7)] }
}

pub fn step(seq: u64, outcome: &str) -> Entry {
    let ended = (!outcome.is_empty()).then(|| Utc::now() + TimeDelta::seconds(1));
    let (title, sql) = (format!("step {seq}"), "DELETE FROM `任务`\n WHERE a = '\u{1b}[2J'".to_owned());
    Entry::Step(StepRecord { seq, title, sql, began: Utc::now(), ended, outcome: outcome.to_owned(), rows: seq * 10 })
}

pub fn settled(state: JobState) -> Entry {
    Entry::Settled { at: Utc::now(), state, message: "did it".to_owned(), rows: 30, bytes: 4096 }
}

/// The whole life of a job.
pub async fn live_through(ledger: &Ledger, record: &JobRecord) -> Result<JobNumber, RecordError> {
    let number = ledger.open(record).await?;
    for entry in [started(), step(1, ""), step(1, "ok"), settled(JobState::Done)] {
        ledger.write(&record.uid, entry).await?;
    }
    Ok(number)
}

pub async fn history(ledger: &Ledger) -> History {
    ledger.history(&Filter::default()).await
}
