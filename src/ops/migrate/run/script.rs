//! One file, statement by statement: written down, run, settled.
//!
//! What changes rows runs in one transaction with the line that settles it, so it is never in doubt. What changes a table
//! commits by itself and is judged by the table's image. Between `BEGIN` and `COMMIT` of the file itself, all is settled
//! inside that transaction: kept together, or gone together.

use std::time::{Duration, Instant};

use super::card::Card;
use super::journal::{self, Draft, End, Journal};
use super::sending::{Repeats, Sending};
use super::session::{Lost, Session, is_of_session, prepared_from, sets_autocommit};
use super::unit::without_transactions;
use crate::migration::doubt::{self, Judged, Verdict};
use crate::migration::history::StepState;
use crate::migration::image::{self, Image};
use crate::migration::{Allow, MigrationFile};
use crate::op::{JobCx, OpError, Place};
use crate::ops::migrate::plan::{self, Waits};
use crate::server::script::Statement;
use crate::server::script::shape::{Kind, Shape};
use crate::server::{ServerError, sql};

/// One file on its way.
pub struct Script<'a> {
    /// The job.
    pub cx: &'a JobCx,
    /// The connection with the database's lock, which writes the record.
    pub main: &'a mut Place,
    /// The connection that runs the file.
    pub work: Place,
    /// The file.
    pub file: &'a MigrationFile,
    /// Its record.
    pub journal: Journal,
    /// Whether an earlier run has begun it.
    pub is_resumed: bool,
    /// Whether the operator allows statements during which others wait.
    pub may_block: bool,
    /// Whether it is applied or taken back.
    pub direction: Direction,
    /// The statements that are done already.
    pub done: Vec<(u64, u64)>,
    /// The tables of the database that keep no transactions, once that was asked.
    pub without_transactions: Option<Vec<String>>,
    /// What is unwritten of the file before.
    pub before: Vec<String>,
    /// What is unwritten of this one: the next look at the tables would say the same.
    pub unwritten: Vec<String>,
    /// What is written together with the first statement.
    pub opening: Vec<String>,
    /// When it began.
    pub began: Instant,
    /// Whether its end is recorded.
    pub closed: bool,
    /// Statements inside the script's own transaction that is open.
    pub unkept: Vec<u64>,
    /// What it has made of its session.
    pub session: Session,
}

/// Which way a file is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It is applied.
    Up,
    /// It is taken back.
    Down,
}

/// One statement on its way.
struct Turn<'s> {
    step: u64,
    statement: &'s Statement<'s>,
    shape: Shape,
    judged: Judged,
    /// What is sent.
    sent: String,
    images: Vec<Image>,
}

impl Script<'_> {
    /// Runs the statements that are not done, and says again what the session needs of the others.
    ///
    /// # Errors
    /// [`OpError::Failed`] with the card of the statement that failed; what else an operation may end with.
    pub async fn run(&mut self, statements: &[Statement<'_>]) -> Result<(), OpError> {
        for (step, statement) in (1_u64..).zip(statements) {
            let (shape, _) = self.session.meaning(statement.text);
            if self.done.iter().any(|(done, _)| *done == step) {
                self.session.see(&shape.kind);
            } else if is_of_session(&shape.kind) {
                self.prepare_session(step, statement, &shape.kind).await?;
            } else {
                self.cx.checkpoint().await?;
                self.check_session(step, statement)?;
                let is_last = self.is_last(&statements[usize::try_from(step).unwrap_or(usize::MAX)..]);
                self.change(step, statement, is_last).await?;
                self.done.push((step, statement.line as u64));
            }
        }
        self.finish(statements).await
    }

    /// What a file that was broken off has lost with its connection cannot always be had again.
    fn check_session(&self, step: u64, statement: &Statement<'_>) -> Result<(), OpError> {
        let reason = match &self.session.lost {
            Some(Lost::Table(line)) => format!("the temporary table of line {line} went with the connection"),
            Some(Lost::Value(line)) if statement.text.contains('@') => {
                format!("the variable of line {line} was read from data that has been changed since")
            }
            _ => return Ok(()),
        };
        let (database, name) = (&self.main.target.name, &self.file.name);
        Err(OpError::Doubt(format!(
            "{database}: {name} cannot be gone on with at statement {step} (line {}): {reason}; do the rest by hand, then say \
             `dbdeck migrate --database {database} --baseline {name}`",
            statement.line
        )))
    }

    /// Nothing behind it changes anything.
    fn is_last(&self, rest: &[Statement<'_>]) -> bool {
        !self.session.is_open()
            && rest.iter().all(|statement| is_of_session(&self.session.meaning(statement.text).0.kind))
    }

    async fn prepare_session(&mut self, step: u64, statement: &Statement<'_>, kind: &Kind) -> Result<(), OpError> {
        let doing = self.doing(step, statement);
        if let Err(error) = self.work.link.rows(&doing, statement.text).await {
            self.not_begun(step, statement);
            return Err(self.failed(step, statement, error).await);
        }
        self.session.see(kind);
        if !self.done.is_empty() && self.is_resumed {
            self.session.lose(kind, statement);
        }
        match kind {
            Kind::Prepare(name, _) => self.remember(name, statement.text).await?,
            Kind::Session if sets_autocommit(statement.text) => self.session.manual = !self.autocommit().await?,
            Kind::Begin | Kind::Commit => self.unkept.clear(),
            Kind::Rollback => self.take_note_of_rollback().await?,
            _ => {}
        }
        Ok(())
    }

    /// The server itself says what the text is.
    async fn remember(&mut self, name: &str, statement: &str) -> Result<(), OpError> {
        let Some(expression) = prepared_from(statement) else { return Ok(()) };
        let rows = self.work.link.rows("reading what was prepared", format!("SELECT {expression}")).await?;
        if let Some(text) = rows.first().and_then(|row| row.verbatim(0)) {
            self.session.prepared.insert(name.to_lowercase(), text);
        }
        Ok(())
    }

    async fn autocommit(&mut self) -> Result<bool, OpError> {
        let rows = self.work.link.rows("reading autocommit", "SELECT @@autocommit").await?;
        Ok(rows.first().and_then(|row| row.flag(0)).unwrap_or(true))
    }

    /// The file takes back what it has done: that is its will, and these statements are done.
    async fn take_note_of_rollback(&mut self) -> Result<(), OpError> {
        let settled: Vec<String> = self.unkept.drain(..).map(|step| self.journal.ended(step, &End::done(0))).collect();
        journal::write(&mut self.main.link, &settled).await
    }

    async fn change(&mut self, step: u64, statement: &Statement<'_>, is_last: bool) -> Result<(), OpError> {
        let (shape, sent) = self.session.meaning(statement.text);
        if shape.kind == Kind::Rows && self.without_transactions.is_none() {
            self.without_transactions = Some(without_transactions(self.main).await?);
        }
        let judged = self.judged(&shape, &sent);
        let mut turn = Turn { step, statement, shape, judged, sent, images: Vec::new() };
        if turn.shape.kind == Kind::Ddl {
            turn.images = self.images(&turn).await?;
            turn.sent = self.pinned(&turn).await?;
        } else {
            statement.text.clone_into(&mut turn.sent);
        }
        self.begin(&turn).await?;
        if turn.shape.kind == Kind::Ddl {
            // It ends the transaction that is open before it begins, and keeps it.
            self.unkept.clear();
        }
        let is_alone = turn.judged == Judged::Undone && !self.session.is_open();
        let outcome = self.make(&turn, is_alone).await;
        let rows = match outcome {
            Ok(rows) => rows,
            Err(error) => return Err(self.failed_turn(&turn, error).await),
        };
        self.session.see(&turn.shape.kind);
        self.settle(&turn, rows, is_alone, is_last).await
    }

    /// Somebody may hold the table; whoever looks at it then waits like the statement itself.
    async fn images(&mut self, turn: &Turn<'_>) -> Result<Vec<Image>, OpError> {
        let began = Instant::now();
        loop {
            let (schema, objects) = (&self.main.target.schema, &turn.shape.objects);
            // Tables that the script has locked can be seen by its own connection only.
            let link = if self.session.locked { self.work.link.reading() } else { self.main.link.reading() };
            let answer = image::images(link, schema, objects, &turn.sent).await;
            let error = match answer {
                Ok(images) => {
                    self.cx.hold(None);
                    return Ok(images);
                }
                Err(error) => error,
            };
            if !error.is_held() || began.elapsed() > self.cx.config.worker.lock_patience {
                let doing = format!("looking at what {} changes", self.file.name);
                let failed = OpError::server(doing)(error);
                return Err(self.refused(turn, failed).await);
            }
            self.cx.hold(Some(format!("somebody holds what {} changes", self.doing(turn.step, turn.statement))));
            self.cx.sleep(PAUSE).await?;
        }
    }

    /// The statement with the algorithm and the lock that the server itself has chosen for it. Asked on the file's own
    /// connection, whose settings (`foreign_key_checks`) decide the answer. A table without rows is changed in a moment,
    /// whichever way.
    async fn pinned(&mut self, turn: &Turn<'_>) -> Result<String, OpError> {
        let (Some(_), [table]) = (turn.shape.pin, turn.shape.objects.as_slice()) else { return Ok(turn.sent.clone()) };
        if self.session.locked {
            return Ok(turn.sent.clone());
        }
        let schema = table.schema.as_deref().unwrap_or(&self.main.target.schema).to_owned();
        let place = format!("{}.{}", sql::ident(&schema), sql::ident(&table.name));
        let link = self.work.link.reading();
        let is_empty = link.rows(format!("SELECT 1 FROM {place} LIMIT 1")).await.is_ok_and(|rows| rows.is_empty());
        if is_empty {
            return Ok(turn.sent.clone());
        }
        let answer = plan::ask(link, &schema, &turn.sent).await;
        let answer = answer.map_err(OpError::server(self.doing(turn.step, turn.statement)))?;
        let is_allowed = self.may_block || self.file.header.allow.contains(&Allow::Blocking);
        if let Some(waits) = answer.waits().filter(|waits| *waits != Waits::Nobody && !is_allowed) {
            let (waits, word) = (waits.words(), Allow::Blocking.word());
            let refusal =
                format!("{waits} while it runs: allow it with `-- Allow: {word}` in the header, or --allow {word}");
            return Err(self.refuse(turn, &refusal).await);
        }
        Ok(answer.pinned(&turn.sent, &turn.shape).unwrap_or_else(|| turn.sent.clone()))
    }

    /// Not begun, and recorded as that.
    async fn refuse(&mut self, turn: &Turn<'_>, reason: &str) -> OpError {
        self.not_begun(turn.step, turn.statement);
        self.fail(turn.step, turn.statement, reason).await
    }

    async fn refused(&mut self, turn: &Turn<'_>, error: OpError) -> OpError {
        self.not_begun(turn.step, turn.statement);
        self.failed(turn.step, turn.statement, error).await
    }

    /// A statement that changes nothing yet is recorded when it fails, and not before.
    fn not_begun(&mut self, step: u64, statement: &Statement<'_>) {
        let begun = self.journal.begun(&Draft::of_session(step, statement, self.work.link.id().0));
        self.opening.push(begun);
    }

    fn judged(&self, shape: &Shape, sent: &str) -> Judged {
        let upper = sent.to_uppercase();
        let without = self.without_transactions.iter().flatten();
        let transactional = without.into_iter().all(|table| !upper.contains(&table.to_uppercase()));
        Judged::of(shape, transactional && !self.session.locked)
    }

    /// Writes down what is about to be done.
    async fn begin(&mut self, turn: &Turn<'_>) -> Result<(), OpError> {
        let draft = Draft {
            step: turn.step,
            at: (turn.statement.line, turn.statement.column),
            judged: turn.judged,
            statement: turn.statement.text,
            images: &turn.images,
            thread: self.work.link.id().0,
        };
        let mut lines = std::mem::take(&mut self.opening);
        lines.push(self.journal.begun(&draft));
        lines.splice(0..0, self.before.clone());
        journal::write(&mut self.main.link, &lines).await?;
        self.before.clear();
        Ok(())
    }

    /// Runs it; the rows it changed.
    async fn make(&mut self, turn: &Turn<'_>, is_alone: bool) -> Result<u64, OpError> {
        let doing = self.doing(turn.step, turn.statement);
        let (cx, timeout) = (self.cx, self.file.header.timeout);
        let sending = Sending { cx, doing: &doing, sql: &turn.sent, timeout };
        sending.send(&mut self.work, Repeats::of(turn.judged, is_alone)).await
    }

    /// Empty where they cannot be seen now: then the next run looks.
    async fn images_now(&mut self, turn: &Turn<'_>) -> Vec<Image> {
        let link = if self.session.locked { self.work.link.reading() } else { self.main.link.reading() };
        image::again(link, &turn.images).await.unwrap_or_default()
    }

    /// Writes down that it was done: where its rows are kept, if it changes rows.
    async fn settle(&mut self, turn: &Turn<'_>, rows: u64, is_alone: bool, is_last: bool) -> Result<(), OpError> {
        self.cx.count(rows, 0);
        let images = match turn.shape.kind {
            Kind::Ddl => self.images_now(turn).await,
            _ => Vec::new(),
        };
        let mut lines = vec![self.journal.ended(turn.step, &End { images: &images, ..End::done(rows) })];
        let closes = is_last && !self.session.is_open();
        if closes {
            lines.extend(self.closing());
        }
        let doing = self.doing(turn.step, turn.statement);
        if is_alone {
            lines.push("COMMIT".to_owned());
            self.work.link.execute(&doing, lines.join("; ")).await?;
        } else if self.session.is_open() && !self.session.locked {
            self.unkept.push(turn.step);
            self.work.link.execute(&doing, lines.join("; ")).await?;
        } else if closes && doubt::judge(turn.judged, &turn.images, &images) == Verdict::Done {
            self.unwritten = lines;
        } else {
            journal::write(&mut self.main.link, &lines).await?;
        }
        self.closed = closes;
        Ok(())
    }

    /// A transaction that the file leaves open would go with the connection.
    async fn finish(&mut self, statements: &[Statement<'_>]) -> Result<(), OpError> {
        if let (true, Some(last)) = (self.session.is_open() && !self.unkept.is_empty(), statements.last()) {
            let step = u64::try_from(statements.len()).unwrap_or(u64::MAX);
            let reason = "the file ends inside a transaction, whose rows would be lost; end it with COMMIT";
            return Err(self.fail(step, last, reason).await);
        }
        if !self.closed {
            let mut lines = std::mem::take(&mut self.opening);
            lines.extend(self.closing());
            journal::write(&mut self.main.link, &lines).await?;
            self.closed = true;
        }
        Ok(())
    }

    /// All of it is done.
    fn closing(&self) -> Vec<String> {
        let closed = match self.direction {
            Direction::Up => self.journal.applied(self.began.elapsed()),
            Direction::Down => self.journal.taken_back(self.began.elapsed()),
        };
        let tidied = self.is_resumed.then(|| self.journal.tidied());
        tidied.into_iter().chain([closed]).collect()
    }

    fn doing(&self, step: u64, statement: &Statement<'_>) -> String {
        let (database, name, line) = (&self.main.target.name, &self.file.name, statement.line);
        format!("{database}: {name}, statement {step} (line {line})")
    }
}

/// Between two looks at what somebody holds.
const PAUSE: Duration = Duration::from_secs(1);

/// Ends.
impl Script<'_> {
    async fn failed_turn(&mut self, turn: &Turn<'_>, error: OpError) -> OpError {
        match error {
            OpError::Cancelled | OpError::HandedOver => self.stopped(turn, error).await,
            error => self.failed(turn.step, turn.statement, error).await,
        }
    }

    /// The server has confirmed that the statement is over; whether it was done before it was stopped is looked at.
    async fn stopped(&mut self, turn: &Turn<'_>, error: OpError) -> OpError {
        let _ = self.work.link.reading().execute("ROLLBACK").await;
        let now = self.images_now(turn).await;
        let verdict = doubt::judge(turn.judged, &turn.images, &now);
        let was_done = verdict == Verdict::Done;
        let mut lines = match verdict {
            Verdict::Done => vec![self.journal.ended(turn.step, &End { images: &now, ..End::done(0) })],
            Verdict::NotDone => vec![self.journal.ended(turn.step, &End::undone())],
            Verdict::InDoubt(_) => Vec::new(),
        };
        lines.extend(self.undo_unkept());
        let words = if was_done { "after" } else { "before" };
        lines.push(
            self.journal.failed(&format!("stopped on request {words} statement {}", turn.step), self.began.elapsed()),
        );
        match journal::write(&mut self.main.link, &lines).await {
            Ok(()) => error,
            Err(unwritten) => unwritten,
        }
    }

    /// A refusal of the server is a failure of the file; a connection that broke is an interruption, settled by the next
    /// run.
    async fn failed(&mut self, step: u64, statement: &Statement<'_>, error: OpError) -> OpError {
        match error {
            OpError::Server { error: ServerError::Sql { code, message }, doing } => {
                let attempts =
                    doing.split_once(": given up").map_or(String::new(), |(_, more)| format!("; given up{more}"));
                let reason = format!("error {code}: {message}{attempts}");
                self.fail(step, statement, &reason).await
            }
            OpError::Server { error, doing } => {
                let hint = "`dbdeck migrate` finds out what became of the statement and goes on there";
                OpError::Server { doing: format!("{doing}; {hint}"), error }
            }
            error => error,
        }
    }

    async fn fail(&mut self, step: u64, statement: &Statement<'_>, reason: &str) -> OpError {
        let _ = self.work.link.reading().execute("ROLLBACK").await;
        let mut lines = std::mem::take(&mut self.opening);
        let end = End { state: StepState::Failed, error: Some(reason), ..End::undone() };
        lines.push(self.journal.ended(step, &end));
        lines.extend(self.undo_unkept());
        lines.push(
            self.journal.failed(&format!("statement {step}, line {}: {reason}", statement.line), self.began.elapsed()),
        );
        if let Err(unwritten) = journal::write(&mut self.main.link, &lines).await {
            return unwritten;
        }
        let card = Card {
            database: &self.main.target.name.0,
            name: &self.file.name.text,
            path: &self.file.path,
            step: (step, self.file.statements().map_or(0, |statements| statements.len())),
            at: (statement.line, statement.column),
            statement: statement.text,
            reason,
            partly: self.is_partly(statement),
            done: &self.done,
        };
        OpError::Failed(card.text())
    }

    /// Whether a statement that failed may have done something before.
    fn is_partly(&self, statement: &Statement<'_>) -> bool {
        let (shape, sent) = self.session.meaning(statement.text);
        let several = shape.kind == Kind::Ddl && shape.objects.len() > 1;
        !is_of_session(&shape.kind) && (several || self.judged(&shape, &sent) == Judged::NotAtAll)
    }

    /// What was done inside the script's own transaction is gone with it.
    fn undo_unkept(&mut self) -> Vec<String> {
        let gone: Vec<u64> = self.unkept.drain(..).collect();
        self.done.retain(|(step, _)| !gone.contains(step));
        gone.iter().map(|step| self.journal.undone_unless_kept(*step)).collect()
    }
}
