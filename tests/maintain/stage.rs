//! A server with one database, a worker on it, and the operations of the program.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dbdeck::config::{Config, WorkerSettings, load};
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::job::{Access, Approval, JobView, Patience, Request, Runner};
use dbdeck::op::record::{Entry, JobUid, Operator, Origin, StepRecord};
use dbdeck::op::{Intent, Invocation, Plan, PlanCx};
use dbdeck::ops::{GROUPS, OPS};
use dbdeck::server::Link;

use super::common::{launcher, link, rows};
use super::recorder::Memory;

pub const LIMIT: Duration = Duration::from_secs(30);

pub struct Stage {
    pub server: PrivateServer,
    pub root: Link,
    config: Arc<Config>,
    memory: Arc<Memory>,
    runner: Runner,
}

impl Stage {
    /// A server with the database `svc`, and these statements run in it. The worker is root.
    pub async fn set(statements: &[&str]) -> Self {
        Self::with(|_| {}, statements).await
    }

    /// As [`Stage::set`], with other settings of the worker.
    pub async fn with(settings: impl FnOnce(&mut WorkerSettings), statements: &[&str]) -> Self {
        let server = launcher().start().await.unwrap();
        let mut root = link(&server.root()).await;
        for statement in ["CREATE DATABASE svc CHARACTER SET utf8mb4", "USE svc"].iter().chain(statements) {
            root.execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
        let mut config = configuration(&server, "root", "''");
        settings(&mut config.worker);
        let (config, memory) = (Arc::new(config), Arc::new(Memory::default()));
        let runner = runner(&config, &memory);
        Self { server, root, config, memory, runner }
    }

    /// What another account would be told.
    pub async fn plan_as(&self, user: &str, password: &str, line: &str) -> Plan {
        plan(&Arc::new(configuration(&self.server, user, password)), line).await
    }

    pub async fn plan(&self, line: &str) -> Plan {
        plan(&self.config, line).await
    }

    /// Asks for a job, approved as planned, or whatever its plan will be.
    pub fn submit(&self, line: &str, seen: Option<Plan>) -> JobUid {
        let invocation = Invocation::parse(OPS, GROUPS, line).unwrap();
        let approval = seen.map_or(Approval::Blanket, |plan| Approval::Seen(Box::new(plan)));
        let targets = self.config.targets.clone();
        let (patience, origin) = (Patience::Wait, Origin::Command);
        self.runner.submit(Request { invocation, targets, approval, patience, origin, resumes: None }).unwrap()
    }

    pub fn cancel(&self, job: &JobUid) {
        self.runner.cancel(job);
    }

    pub async fn finished(&self, job: &JobUid) -> JobView {
        let end = tokio::time::timeout(LIMIT, self.runner.finished(job)).await;
        end.unwrap_or_else(|_| panic!("waited for the end of {:#?}", self.runner.board().borrow())).unwrap()
    }

    pub async fn run(&self, line: &str) -> JobView {
        self.finished(&self.submit(line, None)).await
    }

    /// A job as it is now.
    pub fn view(&self, job: &JobUid) -> Option<JobView> {
        self.runner.board().borrow().iter().find(|view| view.uid == *job).cloned()
    }

    pub async fn wait_for(&self, job: &JobUid, what: &str, fits: impl Fn(&JobView) -> bool) -> JobView {
        let mut board = self.runner.board();
        let seen = async {
            loop {
                let view = board.borrow_and_update().iter().find(|view| view.uid == *job).cloned();
                if let Some(view) = view.filter(|view| fits(view)) {
                    return view;
                }
                board.changed().await.unwrap();
            }
        };
        let seen = tokio::time::timeout(LIMIT, seen).await;
        seen.unwrap_or_else(|_| panic!("waited for {what}: {:#?}", self.runner.board().borrow()))
    }

    /// The steps of a job as they ended.
    pub fn steps(&self, job: &JobUid) -> Vec<StepRecord> {
        let steps = self.memory.of(job).into_iter().filter_map(|entry| match entry {
            Entry::Step(step) if step.ended.is_some() => Some(step),
            _ => None,
        });
        steps.collect()
    }

    /// Another connection to the database, and its id.
    pub async fn client(&self) -> (Link, u64) {
        let mut client = link(&self.server.root()).await;
        client.execute("USE svc").await.unwrap();
        let id = client.id.0;
        (client, id)
    }

    /// Waits until the process list has so many statements like this, from another connection than this one.
    pub async fn wait_for_statements(&mut self, like: &str, count: usize) {
        let sql = format!(
            "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE '{like}' AND ID <> CONNECTION_ID() \
             AND COMMAND <> 'Sleep'"
        );
        let began = Instant::now();
        while rows(&mut self.root, 1, &sql).await.len() != count {
            assert!(began.elapsed() < LIMIT, "waited for {count} statements like {like}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn one(&mut self, sql: &str) -> String {
        rows(&mut self.root, 1, sql).await.into_iter().next().unwrap_or_default()
    }

    pub async fn end(self) {
        self.server.stop().await.unwrap();
    }
}

async fn plan(config: &Arc<Config>, line: &str) -> Plan {
    let invocation = Invocation::parse(OPS, GROUPS, line).unwrap();
    let cx = PlanCx { config: Arc::clone(config), targets: config.targets.clone(), intent: Intent::Look };
    invocation.op.plan(&cx).await.unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn configuration(server: &PrivateServer, user: &str, password: &str) -> Config {
    let socket = server.socket().display().to_string();
    let database = format!("{{socket: {socket}, user: {user}, password: {password}, database: svc}}");
    let path = server.directory().join(format!("{user}.yaml"));
    std::fs::write(&path, format!("mysql:\n  svc: {database}\n")).unwrap();
    load(&path).unwrap()
}

fn runner(config: &Arc<Config>, memory: &Arc<Memory>) -> Runner {
    let operator = Operator { user: "tester".to_owned(), host: "here".to_owned(), pid: 1 };
    Runner::new(Arc::clone(config), Arc::<Memory>::clone(memory), operator, Access::Full)
}

/// A fact of the only step of a plan.
pub fn fact<'a>(plan: &'a Plan, name: &str) -> &'a str {
    let facts = plan.steps.iter().flat_map(|step| &step.facts);
    facts.into_iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}
