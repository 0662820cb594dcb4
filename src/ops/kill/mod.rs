//! Stops a statement, or ends a connection: the one that was looked at, and no other.
//!
//! Reading order: this file (the plan, the shot) · [`identity`] (is it still the same?) · [`aftermath`] (until it is over).

mod aftermath;
mod identity;

use chrono::Utc;

use crate::migration::interruption::work_lock;
use crate::op::link::RUN;
use crate::op::{Conflicts, JobCx, JobLink, Meta, OpError, Operation, Place, Plan, PlanCx, Risk, Scope, Step};
use crate::server::read::rights::{self, On};
use crate::server::read::{Running, Transaction, running, transactions};
use crate::server::{Link, ServerError, sql};
use crate::units::{Span, ThreadId};

use identity::Identity;

/// Stops what a thread runs, or ends its connection.
#[derive(Debug, clap::Args)]
pub struct Kill {
    /// The thread, as the process list numbers it
    #[arg(value_name = "ID")]
    id: u64,
    /// End the whole connection, not just its statement; its open transaction is rolled back
    #[arg(long)]
    connection: bool,
}

impl Operation for Kill {
    const META: Meta = Meta {
        id: "kill",
        title: "Kill a query",
        doc: "Stop the statement of a thread, or end its connection, and watch until it is gone.",
        risk: Risk::Reversible,
        scope: Scope::Thread,
        conflicts: Conflicts::Nothing,
        needs: &["PROCESS", "CONNECTION ADMIN"],
        schedulable: false,
        resumable: false,
        key: Some('K'),
    };

    async fn plan(&self, cx: &PlanCx) -> Result<Plan, OpError> {
        let target = cx.targets.first().ok_or_else(|| OpError::Refused("no database names the server".to_owned()))?;
        let mut link = cx.connect(target).await?;
        let doing = format!("looking at thread {}", self.id);
        self.look(&mut link).await.map_err(OpError::server(doing))
    }

    async fn run(&self, cx: &JobCx, places: &mut [Place], plan: &Plan) -> Result<String, OpError> {
        let meant: Identity = serde_json::from_value(plan.details.clone())
            .map_err(|_| OpError::Refused(format!("the plan does not say what thread {} ran", self.id)))?;
        let place = places.first_mut().ok_or_else(|| OpError::Refused("no database names the server".to_owned()))?;
        let sql = self.sql(meant.number().and_then(|number| Some((place.link.caps().kill_by_number?, number))));
        let step = cx.begin(self.title(), &sql).await?;
        let shot = self.shoot(&mut place.link, &meant, &sql).await;
        if let Err(error) = shot {
            cx.settle(step, format!("nothing was killed: {error}"), 0).await?;
            return Err(error);
        }
        let end = aftermath::watch(cx, &mut place.link, &meant, self.connection).await;
        let (outcome, rows) = match &end {
            Ok(undone) => (self.success(*undone), undone.0),
            Err(error) => (format!("killed; {error}"), 0),
        };
        cx.settle(step, &outcome, rows).await?;
        end.map(|_| outcome)
    }
}

/// The servers' errors: no such thread, not the owner of the thread, no such statement.
const GONE: u16 = 1094;
const NOT_OWNER: u16 = 1095;
const STATEMENT_GONE: u16 = 1957;

impl Kill {
    fn title(&self) -> String {
        if self.connection {
            format!("end connection {}", self.id)
        } else {
            format!("stop the query of thread {}", self.id)
        }
    }

    /// Where the server can stop a statement by its number, no later one is hit, however late the shot comes.
    fn sql(&self, by_number: Option<(&str, u64)>) -> String {
        match by_number {
            _ if self.connection => format!("KILL CONNECTION {}", self.id),
            Some((verb, number)) => format!("{verb} {number}"),
            None => format!("KILL QUERY {}", self.id),
        }
    }

    fn success(&self, undone: crate::units::Rows) -> String {
        let what = if self.connection { "connection" } else { "query of thread" };
        match undone.0 {
            0 => format!("{what} {} is gone", self.id),
            _ => format!("{what} {} is gone, {} rolled back", self.id, undone.counted()),
        }
    }

    async fn look(&self, link: &mut Link) -> Result<Plan, ServerError> {
        let Some(running) = running::read(link, ThreadId(self.id)).await? else {
            let refusal = format!("thread {} is gone, or this account may not see it", self.id);
            return Ok(Plan { summary: refusal.clone(), refusal: Some(refusal), ..Plan::default() });
        };
        let now = Utc::now();
        let open = transactions::read(link).await?;
        let transaction = open.as_ref().map(|open| open.iter().find(|it| it.thread == running.thread.id).cloned());
        let waiting = running::waiting_for(link, running.thread.id).await?;
        let mut step = facts(Step::new(self.title()), &running);
        step = match &transaction {
            Ok(None) => step.fact("transaction", "none"),
            Ok(Some(transaction)) => self.transaction_facts(step, transaction),
            Err(lack) => step.fact("transaction", format!("not known: {}; {}", lack.reason, lack.remedy)),
        };
        step = match waiting {
            Ok(count) => step.fact("waiting for it", format!("{count} transactions")),
            Err(lack) => step.fact("waiting for it", format!("not known: {}; {}", lack.reason, lack.remedy)),
        };
        let identity = Identity::of(&running, now);
        Ok(Plan {
            summary: format!("{} of {}@{}", self.title(), running.thread.user, running.thread.host),
            steps: vec![step.sql(self.sql(identity.number().and_then(|it| Some((link.caps.kill_by_number?, it)))))],
            warnings: self.warnings(&running, transaction.ok().flatten().as_ref()),
            refusal: self.refusal(link, &running).await?,
            details: serde_json::json!(identity),
            ..Plan::default()
        })
    }

    fn transaction_facts(&self, step: Step, transaction: &Transaction) -> Step {
        let Transaction { age, modified, locked, .. } = transaction;
        let undone = match (modified.0, self.connection) {
            (0, _) => "nothing to undo".to_owned(),
            (_, true) => format!("{}, as long as the changing took or longer", modified.counted()),
            (_, false) => format!("what this statement changed, of {} at most", modified.counted()),
        };
        Step { rows: Some(modified.0), ..step }
            .fact("transaction", format!("open for {}, about {} locked", Span(*age), locked.counted()))
            .fact("rows modified so far", modified)
            .fact("to be rolled back", undone)
    }

    fn warnings(&self, running: &Running, transaction: Option<&Transaction>) -> Vec<String> {
        let mut warnings = Vec::new();
        let modified = transaction.map_or(0, |it| it.modified.0);
        match (self.connection, transaction) {
            (true, Some(_)) => warnings.push(format!(
                "the connection ends: all of its transaction is rolled back ({modified} rows so far), and the application \
                 has to connect again"
            )),
            (true, None) => warnings.push("the connection ends: the application has to connect again".to_owned()),
            (false, Some(_)) => warnings.push(
                "only the statement is stopped: its transaction stays open and keeps its locks until the application ends it"
                    .to_owned(),
            ),
            (false, None) => {}
        }
        if running.thread.state.to_ascii_lowercase().contains("rollback") {
            warnings.push("it is rolling back already: nothing makes that faster".to_owned());
        }
        warnings
    }

    async fn refusal(&self, link: &mut Link, running: &Running) -> Result<Option<String>, ServerError> {
        let (id, thread) = (self.id, &running.thread);
        let statement = running.statement.as_deref().unwrap_or_default();
        if thread.is_internal() || thread.user == "system user" || thread.command.starts_with("Binlog Dump") {
            return Ok(Some(format!("thread {id} is the server's own or a replica's ({})", thread.command)));
        }
        if thread.id == link.id || (statement.starts_with("/* dbdeck ") && !is_left_over(link, thread).await?) {
            return Ok(Some(format!("thread {id} is dbdeck's own: cancel its job instead")));
        }
        if !self.connection && running.statement.is_none() {
            return Ok(Some(format!("thread {id} runs no statement; --connection ends it with its open transaction")));
        }
        let own = link.caps.account.rsplit_once('@').is_some_and(|(user, _)| user == thread.user);
        let right = link.caps.kill_right;
        let rights = rights::read(link).await?;
        let may = own || rights.has(right, On::Server) || rights.has("SUPER", On::Server);
        Ok((!may).then(|| not_ours(link.caps.grant(right, "*.*").as_str(), id)))
    }

    /// Looks once more, and shoots in the next moment.
    async fn shoot(&self, link: &mut JobLink, meant: &Identity, sql: &str) -> Result<(), OpError> {
        let doing = format!("killing thread {}", self.id);
        let now = running::read(link.reading(), meant.thread()).await.map_err(OpError::server(&doing))?;
        let now = now.ok_or_else(|| self.gone())?;
        if !meant.is(&Identity::of(&now, Utc::now())) {
            return Err(self.other());
        }
        let grant = link.caps().grant(link.caps().kill_right, "*.*");
        match link.execute(&doing, sql).await {
            Ok(_) => Ok(()),
            Err(OpError::Server { error: ServerError::Sql { code, .. }, .. }) if code == GONE => Err(self.gone()),
            Err(OpError::Server { error: ServerError::Sql { code, .. }, .. }) if code == STATEMENT_GONE => {
                Err(self.other())
            }
            Err(OpError::Server { error: ServerError::Sql { code, .. }, .. }) if code == NOT_OWNER => {
                Err(OpError::Refused(not_ours(&grant, self.id)))
            }
            Err(error) => Err(error),
        }
    }

    fn gone(&self) -> OpError {
        OpError::Changed(format!("thread {} has ended by itself: nothing was killed", self.id))
    }

    fn other(&self) -> OpError {
        OpError::Changed(format!("thread {} now runs something else: nothing was killed", self.id))
    }
}

/// Whether a statement of dbdeck runs on though the run it belonged to is over: it still holds the lock of the work on its
/// database, and the lock of a run is free, or has been taken since by the next one, whose connection is a later one.
async fn is_left_over(link: &mut Link, thread: &crate::server::read::Thread) -> Result<bool, ServerError> {
    let Some(schema) = &thread.schema else { return Ok(false) };
    let locks = [work_lock(schema), sql::lock_name(RUN, schema)].map(|name| sql::readable(&name));
    let rows = link.rows(format!("SELECT IS_USED_LOCK({}), IS_USED_LOCK({})", locks[0], locks[1])).await?;
    let holder = |column: usize| rows.first().and_then(|row| row.u64(column));
    Ok(holder(0) == Some(thread.id.0) && holder(1).is_none_or(|run| run > thread.id.0))
}

fn not_ours(grant: &str, id: u64) -> String {
    format!("thread {id} belongs to another account, and this one may not kill it: {grant}")
}

fn facts(step: Step, running: &Running) -> Step {
    let Running { thread, statement, .. } = running;
    step.fact("account", format!("{}@{}", thread.user, thread.host))
        .fact("database", thread.schema.as_deref().unwrap_or("none"))
        .fact("state", format!("{} {}", thread.command, thread.state).trim_end())
        .fact("for", Span(thread.time))
        .fact("statement", statement.as_deref().unwrap_or("none"))
}
