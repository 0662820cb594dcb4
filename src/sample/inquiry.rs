//! Questions about one thing, asked once, when somebody opens its detail: never on the sampling connection.

use crate::config::{Sampling, Target};
use crate::server::{Budgets, Link, Login, ServerError, read};
use crate::units::{DatabaseName, ThreadId};

/// A question about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inquiry {
    /// The whole text of a running statement.
    Statement {
        /// A database on that server.
        database: DatabaseName,
        /// Whose statement.
        thread: ThreadId,
    },
    /// Columns, indexes and partitions of a table.
    Table {
        /// Its database.
        database: DatabaseName,
        /// Its name.
        table: String,
    },
}

/// The answer: headed paragraphs, fit for the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The paragraphs.
    pub sections: Vec<Section>,
}

/// A headed paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading; empty for none.
    pub heading: String,
    /// Its lines, unfolded.
    pub lines: Vec<String>,
    /// What it is written in.
    pub tongue: Tongue,
}

/// What a paragraph is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// For people.
    Words,
    /// For a server.
    Sql,
}

impl Section {
    /// A paragraph in words.
    pub fn words(heading: impl Into<String>, lines: Vec<String>) -> Self {
        Self { heading: heading.into(), lines, tongue: Tongue::Words }
    }

    /// SQL.
    pub fn sql(heading: impl Into<String>, text: &str) -> Self {
        Self { heading: heading.into(), lines: text.lines().map(str::to_owned).collect(), tongue: Tongue::Sql }
    }
}

impl Inquiry {
    /// The database whose server is asked.
    pub fn database(&self) -> &DatabaseName {
        match self {
            Self::Statement { database, .. } | Self::Table { database, .. } => database,
        }
    }

    /// Asks on a connection of its own, within the budgets.
    ///
    /// # Errors
    /// As [`Link::open`] and [`Link::rows`].
    pub async fn ask(&self, target: &Target, sampling: Sampling) -> Result<Answer, ServerError> {
        let budgets = Budgets { connect: sampling.connect_budget, query: sampling.query_budget };
        let mut link = Link::open(&Login::of(target), budgets).await?;
        let sections = match self {
            Self::Statement { thread, .. } => statement(&mut link, *thread).await?,
            Self::Table { table, .. } => super::describe::table(&mut link, &target.schema, table).await?,
        };
        Ok(Answer { sections })
    }
}

async fn statement(link: &mut Link, thread: ThreadId) -> Result<Vec<Section>, ServerError> {
    let text = read::threads::full_statement(link, thread).await?;
    let ended = || Section::words("statement", vec!["it has ended meanwhile".to_owned()]);
    Ok(vec![text.map_or_else(ended, |text| Section::sql("statement", &text))])
}
