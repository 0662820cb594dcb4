//! Asks a server what it will do with each change of a table, before anything is changed.
//!
//! The statements of a run are gone through in their order. Each change is tried on an empty clone of its table, which is
//! then as the table will be, so that the next one is asked of that. What only the run itself will make, a table created
//! or whatever a prepared statement does, cannot be cloned yet: such a change is asked when it is its turn.
//! Deliberately absent: any table of what which server can do. The server is the only one that knows.

use crate::server::script::Options;
use crate::server::script::shape::{Class, Kind, Shape, shape};
use crate::server::{Link, ServerError, sql};

use super::answer::Answer;
use super::clone::{self, EmptyClone};

/// What is asked about the statements of a run in one database, file by file.
#[derive(Debug)]
pub struct Inquiry {
    schema: String,
    clones: Vec<EmptyClone>,
    made: usize,
    /// Tables that will be others when it is their turn, and why.
    hidden: Vec<(String, String)>,
    /// Why nothing is known of any table any more.
    anything: Option<String>,
    /// Whether an earlier statement may have put rows into an empty table.
    filled: bool,
    /// Whether the last file has changed the session's settings.
    set: bool,
    /// Whether the session at hand writes nothing to the binary log.
    silent: bool,
}

/// Asks about one statement, right before it runs. The session is as it was when this returns.
///
/// # Errors
/// As [`Inquiry::file`].
pub async fn ask(link: &mut Link, schema: &str, statement: &str) -> Result<Answer, ServerError> {
    let mut inquiry = Inquiry::new(schema);
    let answers = inquiry.file(link, [statement]).await;
    if inquiry.has_clones() {
        inquiry.finish(link).await?;
    }
    Ok(answers?.pop().unwrap_or(Answer::NoQuestion))
}

impl Inquiry {
    /// In this database of the server.
    pub fn new(schema: &str) -> Self {
        Self {
            schema: schema.to_owned(),
            clones: Vec::new(),
            made: 0,
            hidden: Vec::new(),
            anything: None,
            filled: false,
            set: false,
            silent: false,
        }
    }

    /// Asks about the statements of a file; one answer for each. Writes, on clones only. A file's settings stay in the
    /// session, so the next file wants another connection.
    ///
    /// # Errors
    /// A connection that was lost. What the server refuses is an [`Answer`].
    pub async fn file<'a>(
        &mut self,
        link: &mut Link,
        statements: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Answer>, ServerError> {
        self.set = false;
        let answers = self.statements(link, statements).await;
        let loud = self.speak_up(link).await;
        loud.and(answers)
    }

    async fn statements<'a>(
        &mut self,
        link: &mut Link,
        statements: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Answer>, ServerError> {
        let mut answers = Vec::new();
        for statement in statements {
            answers.push(self.statement(link, statement).await?);
        }
        Ok(answers)
    }

    /// Whether the last file has changed the session's settings.
    pub fn has_left_settings(&self) -> bool {
        self.set
    }

    /// Whether something was made that has to be dropped.
    pub fn has_clones(&self) -> bool {
        !self.clones.is_empty()
    }

    /// Drops the clones, and those that dead processes left there.
    ///
    /// # Errors
    /// A connection that was lost, or a clone that could not be dropped.
    pub async fn finish(mut self, link: &mut Link) -> Result<(), ServerError> {
        self.silence(link).await?;
        let dropped = self.drop_clones(link).await;
        self.speak_up(link).await.and(dropped)
    }

    async fn drop_clones(&self, link: &mut Link) -> Result<(), ServerError> {
        let mut outcome = Ok(());
        for clone in &self.clones {
            outcome = outcome.and(clone.drop(link).await);
        }
        harmless(clone::drop_left_behind(link, &self.schema).await)?;
        outcome
    }

    /// Clones are nobody else's business: where the account may say so, they stay out of the binary log.
    async fn silence(&mut self, link: &mut Link) -> Result<(), ServerError> {
        if self.silent || !link.caps.binary_log {
            return Ok(());
        }
        let logged = link.rows("SELECT @@session.sql_log_bin").await?;
        if logged.first().and_then(|row| row.flag(0)).unwrap_or(false) {
            self.silent = match link.execute("SET SESSION sql_log_bin = 0").await {
                Ok(_) => true,
                Err(error) if error.is_harmless() => false,
                Err(error) => return Err(error),
            };
        }
        Ok(())
    }

    /// What the session does next is everybody's business again.
    async fn speak_up(&mut self, link: &mut Link) -> Result<(), ServerError> {
        if std::mem::take(&mut self.silent) {
            link.execute("SET SESSION sql_log_bin = 1").await?;
        }
        Ok(())
    }
}

/// A refusal of the server is no reason to ask nothing.
fn harmless<T>(answer: Result<T, ServerError>) -> Result<(), ServerError> {
    match answer {
        Err(error) if !error.is_harmless() => Err(error),
        _ => Ok(()),
    }
}

impl Inquiry {
    async fn statement(&mut self, link: &mut Link, statement: &str) -> Result<Answer, ServerError> {
        let shape = shape(statement, Options::default());
        match (&shape.kind, shape.table.is_some(), shape.objects.as_slice()) {
            (Kind::Ddl, true, [_]) => return self.change(link, statement, &shape).await,
            (Kind::Ddl, true, _) => {
                self.hide(&shape, "is renamed");
                return Ok(Answer::Unknown("it renames the table, so a clone cannot be asked".to_owned()));
            }
            (Kind::Ddl, false, _) => self.hide(&shape, "is made or removed"),
            (Kind::Session, ..) => self.repeat(link, statement).await?,
            (Kind::Rows, ..) => self.filled = true,
            (Kind::Execute(_) | Kind::Call | Kind::Other, ..) => {
                let reason = "what an earlier statement does is known only when it has run";
                self.anything.get_or_insert_with(|| format!("{reason}; asked right before it runs"));
            }
            _ => {}
        }
        Ok(Answer::NoQuestion)
    }

    async fn change(&mut self, link: &mut Link, statement: &str, shape: &Shape) -> Result<Answer, ServerError> {
        let Some(table) = shape.objects.first() else { return Ok(Answer::NoQuestion) };
        if table.schema.as_ref().is_some_and(|schema| *schema != self.schema) {
            return Ok(Answer::Unknown("the table is in another database, where no clone is made".to_owned()));
        }
        let hidden = self.hidden.iter().find(|(hidden, _)| *hidden == table.name).map(|(_, reason)| reason);
        if let Some(reason) = self.anything.as_ref().or(hidden) {
            return Ok(Answer::Later(reason.clone()));
        }
        let name = table.name.clone();
        if !self.filled && self.clones.iter().all(|clone| clone.table != name) && self.is_empty(link, &name).await? {
            self.hide(shape, "is changed");
            return Ok(Answer::Empty);
        }
        self.silence(link).await?;
        let answer = match self.clone_of(link, &name).await {
            Ok(clone) => clone.ask(link, statement, shape).await?,
            Err(error) if error.is_harmless() => Answer::Unknown(format!("the table cannot be cloned: {error}")),
            Err(error) => return Err(error),
        };
        if !matches!(answer, Answer::Takes(_) | Answer::Unchosen { .. }) {
            self.hide(shape, "is changed");
        }
        Ok(answer)
    }

    async fn is_empty(&self, link: &mut Link, table: &str) -> Result<bool, ServerError> {
        let question = format!("SELECT 1 FROM {}.{} LIMIT 1", sql::ident(&self.schema), sql::ident(table));
        match link.rows(question).await {
            Ok(rows) => Ok(rows.is_empty()),
            Err(error) if error.is_harmless() => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn clone_of(&mut self, link: &mut Link, table: &str) -> Result<&EmptyClone, ServerError> {
        if let Some(at) = self.clones.iter().position(|clone| clone.table == table) {
            return Ok(&self.clones[at]);
        }
        let clone = EmptyClone::of(link, &self.schema, table, self.made).await?;
        self.made += 1;
        self.clones.push(clone);
        Ok(&self.clones[self.clones.len() - 1])
    }

    /// The tables of a statement will be others than those that can be cloned now.
    fn hide(&mut self, shape: &Shape, what: &str) {
        for object in shape.objects.iter().filter(|object| object.class == Class::Table) {
            let reason = format!("{} {what} earlier in this run; asked right before it runs", object.name);
            self.hidden.push((object.name.clone(), reason));
        }
    }

    /// Settings such as `foreign_key_checks` decide the answer. User variables may be set from tables that are not there
    /// yet, and decide nothing.
    async fn repeat(&mut self, link: &mut Link, statement: &str) -> Result<(), ServerError> {
        let mut words = statement.split_whitespace();
        let is_set = words.next().is_some_and(|word| word.eq_ignore_ascii_case("SET"));
        let is_of_user = words.next().is_none_or(|word| word.starts_with('@') && !word.starts_with("@@"));
        if is_set && !is_of_user && self.anything.is_none() {
            self.set = true;
            harmless(link.execute(statement).await)?;
        }
        Ok(())
    }
}
