//! A server, a worker on it, and its record in memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dbdeck::config::{Config, load};
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::job::{Access, Approval, JobView, Patience, Request, Runner};
use dbdeck::op::record::{JobUid, Operator, Origin};
use dbdeck::op::{Intent, Invocation, OpEntry, OpError, Plan, PlanCx};
use dbdeck::ops::{GROUPS, OPS};
use dbdeck::server::Link;

use super::common::{launcher, link, rows};
use super::operations::TABLE;
use super::recorder::Memory;

const LIMIT: Duration = Duration::from_secs(20);

pub struct Stage {
    pub server: PrivateServer,
    pub config: Arc<Config>,
    pub memory: Arc<Memory>,
    pub runner: Runner,
}

/// What is asked for, and what to do when somebody else is at it.
pub struct Wanted {
    line: String,
    patience: Patience,
}

pub fn approved(line: &str, patience: Patience) -> Wanted {
    Wanted { line: line.to_owned(), patience }
}

impl Stage {
    pub async fn set(databases: &[&str]) -> Self {
        let server = launcher().start().await.unwrap();
        let mut root = link(&server.root()).await;
        let mut text = "mysql:\n".to_owned();
        for name in databases {
            root.execute(format!("CREATE DATABASE svc_{name}")).await.unwrap();
            root.execute(format!("CREATE TABLE svc_{name}.t (id INT)")).await.unwrap();
            let socket = server.socket().display().to_string();
            text += &format!("  {name}: {{socket: {socket}, user: root, password: '', database: svc_{name}}}\n");
        }
        let path = server.directory().join("worker.yaml");
        std::fs::write(&path, text).unwrap();
        let config = Arc::new(load(&path).unwrap());
        let memory = Arc::new(Memory::default());
        let runner = runner(&config, &memory, Access::Full);
        Self { server, config, memory, runner }
    }

    /// A worker of another process: it has the same record, and knows nothing else of the first.
    pub fn another(&self) -> Runner {
        self.runner_with(Access::Full)
    }

    pub fn runner_with(&self, access: Access) -> Runner {
        runner(&self.config, &self.memory, access)
    }

    /// A worker for the databases of both.
    pub fn with(&self, other: &Self) -> Runner {
        let targets = self.config.targets.iter().chain(&other.config.targets).cloned().collect();
        let config = Arc::new(Config { targets, ..Config::clone(&self.config) });
        runner(&config, &self.memory, Access::Full)
    }

    pub fn submit(&self, line: &str) -> JobUid {
        submit_to(&self.runner, line, Patience::Wait)
    }

    pub fn request(&self, wanted: &Wanted) -> Request {
        let invocation = Invocation::parse(TABLE, GROUPS, &wanted.line).unwrap();
        let targets = self.config.targets.clone();
        Request { targets, ..request(invocation, wanted.patience) }
    }

    /// A request for an operation of the program, whatever its parameters.
    pub fn any_request(&self, entry: &'static OpEntry) -> Request {
        let attempts = [entry.meta.id.to_owned(), format!("{} 1", entry.meta.id)];
        let invocation = attempts.iter().find_map(|line| Invocation::parse(OPS, GROUPS, line).ok());
        let invocation = invocation.unwrap_or_else(|| panic!("no line for {}", entry.meta.id));
        Request { targets: self.config.targets.clone(), ..request(invocation, Patience::Wait) }
    }

    pub async fn plan(&self, line: &str) -> Result<Plan, OpError> {
        let invocation = Invocation::parse(TABLE, GROUPS, line).unwrap();
        let cx =
            PlanCx { config: Arc::clone(&self.config), targets: self.config.targets.clone(), intent: Intent::Look };
        invocation.op.plan(&cx).await
    }

    pub async fn root(&self) -> Link {
        link(&self.server.root()).await
    }

    pub async fn wait_for(&self, job: &JobUid, what: &str, fits: impl Fn(&JobView) -> bool) -> JobView {
        self.wait_in(&self.runner, job, what, fits).await
    }

    pub async fn wait_in(&self, runner: &Runner, job: &JobUid, what: &str, fits: impl Fn(&JobView) -> bool) -> JobView {
        let mut board = runner.board();
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
        seen.unwrap_or_else(|_| panic!("waited 20 s for {what}: {:#?}", runner.board().borrow()))
    }

    /// Waits until that many statements of jobs are running on the server.
    pub async fn wait_for_statement(&self, root: &mut Link, count: usize) {
        let began = Instant::now();
        let running = "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE '%dbdeck job=%SLEEP%' \
                       AND COMMAND = 'Query' AND ID <> CONNECTION_ID()";
        while rows(root, 1, running).await.len() != count {
            assert!(began.elapsed() < LIMIT, "waited 20 s for {count} statements");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn end(self) {
        self.server.stop().await.unwrap();
    }
}

/// Submits the first job of a line.
pub fn submit_to(runner: &Runner, line: &str, patience: Patience) -> JobUid {
    let invocation = Invocation::parse(TABLE, GROUPS, line).unwrap();
    let targets = invocation.jobs(runner.config()).unwrap().swap_remove(0);
    runner.submit(Request { targets, ..request(invocation, patience) }).unwrap()
}

fn runner(config: &Arc<Config>, memory: &Arc<Memory>, access: Access) -> Runner {
    let operator = Operator { user: "tester".to_owned(), host: "here".to_owned(), pid: 1 };
    Runner::new(Arc::clone(config), Arc::<Memory>::clone(memory), operator, access)
}

fn request(invocation: Invocation, patience: Patience) -> Request {
    let (targets, approval) = (Vec::new(), Approval::Blanket);
    Request { invocation, targets, approval, patience, origin: Origin::Command, resumes: None }
}
