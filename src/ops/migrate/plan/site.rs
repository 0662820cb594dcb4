//! What is known of a database right now that matters to changes of its tables. Reads only.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::config::Target;
use crate::op::OpError;
use crate::server::error::Known;
use crate::server::read::rights::{self, On};
use crate::server::read::tables::{Space, spaces_of_tables};
use crate::server::read::{DiskSpace, TableFacts, TableUser, Thread, Transaction};
use crate::server::read::{disk, replication, table_locks, tables, threads, transactions};
use crate::server::{Link, ServerError, sql};
use crate::units::{Bytes, Rows, Span, ThreadId};

/// A database, and who is in it.
#[derive(Debug)]
pub struct Site {
    /// The database on the server.
    pub schema: String,
    tables: Vec<TableFacts>,
    spaces: Vec<Space>,
    disk: Known<DiskSpace>,
    users: Known<Vec<TableUser>>,
    busy: BTreeMap<ThreadId, Busy>,
    /// How far this server is behind its source, when it is a replica.
    pub lag: Option<Duration>,
    /// Tables with foreign keys, or referred to by some.
    related: Vec<String>,
    /// Why triggers and functions cannot be created, and what would change that.
    pub no_programs: Option<String>,
}

/// A connection in the middle of something.
#[derive(Debug)]
struct Busy {
    age: Duration,
    who: String,
}

/// Who a change of a table would wait for.
#[derive(Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The connection that is longest at it.
    pub thread: ThreadId,
    /// In words, all of it.
    pub words: String,
}

impl Site {
    /// Looks around.
    ///
    /// # Errors
    /// [`OpError::Server`] when the connection breaks; what may not be seen is left out.
    pub async fn look(link: &mut Link, target: &Target) -> Result<Self, OpError> {
        let looked = Self::read(link, &target.schema).await;
        looked.map_err(OpError::server(format!("looking at the tables of {}", target.name)))
    }

    async fn read(link: &mut Link, schema: &str) -> Result<Self, ServerError> {
        let tables = tables::read(link, &[schema.to_owned()]).await?.unwrap_or_default();
        let spaces = spaces_of_tables(link, schema, &tables).await?.unwrap_or_default();
        let transactions = transactions::read(link).await?.unwrap_or_default();
        let threads = threads::read(link).await?;
        let channels = replication::read(link).await?.unwrap_or_default();
        Ok(Self {
            schema: schema.to_owned(),
            tables,
            spaces,
            disk: disk::read(link).await?,
            users: table_locks::read(link, schema).await?,
            busy: busy(&transactions, &threads),
            lag: channels.iter().filter_map(|channel| channel.lag).max(),
            related: related(link, schema).await?,
            no_programs: no_programs(link).await?,
        })
    }

    /// The catalogue's facts of a table.
    pub fn table(&self, name: &str) -> Option<&TableFacts> {
        self.tables.iter().find(|facts| facts.table == name)
    }

    /// `1 234 rows, 12.0 MiB`; the rows are an estimate.
    pub fn size(&self, table: &str) -> Option<(Rows, Bytes)> {
        let facts = self.table(table)?;
        let space = self.space(table).map(|space| space.size);
        let used = || Bytes(facts.data.unwrap_or_default().0 + facts.index.unwrap_or_default().0);
        Some((facts.rows.unwrap_or_default(), space.unwrap_or_else(used)))
    }

    /// What a copy of a table takes, of what is free.
    pub fn room(&self, table: &str) -> Option<(Bytes, Option<Bytes>)> {
        let free = self.disk.as_ref().ok().map(|disk| disk.free);
        self.space(table).map(|space| (space.copy, free))
    }

    fn space(&self, table: &str) -> Option<Space> {
        self.spaces.iter().filter(|space| space.table == table).cloned().reduce(|all, next| all.and(&next))
    }

    /// Whether a table has foreign keys, or others have some to it.
    pub fn is_related(&self, table: &str) -> bool {
        self.related.iter().any(|related| related == table)
    }

    /// Who a change of a table would wait for now. Where the server does not tell who uses it, the longest transaction is
    /// named, which may or may not.
    pub fn obstacle(&self, table: &str) -> Option<Obstacle> {
        let known = self.users.as_ref().ok();
        let is_user =
            |id: &ThreadId| known.is_none_or(|users| users.iter().any(|it| it.thread == *id && it.table == table));
        let (thread, busy) = self.busy.iter().filter(|(id, _)| is_user(id)).max_by_key(|(_, busy)| busy.age)?;
        let Busy { age, who } = busy;
        let words = match known {
            Some(_) => format!("thread {thread} ({who}), which uses it since {}", Span(*age)),
            None => format!(
                "thread {thread} ({who}) if it uses this table: its transaction is open since {}; the server does not \
                 tell which tables it uses",
                Span(*age)
            ),
        };
        Some(Obstacle { thread: *thread, words })
    }
}

/// Open transactions, and statements that run.
fn busy(transactions: &[Transaction], threads: &[Thread]) -> BTreeMap<ThreadId, Busy> {
    let who = |id: ThreadId| {
        let thread = threads.iter().find(|thread| thread.id == id);
        thread.map_or_else(|| "unknown".to_owned(), |thread| format!("{}@{}", thread.user, thread.host))
    };
    let mut busy: BTreeMap<ThreadId, Busy> = BTreeMap::new();
    for thread in threads.iter().filter(|thread| thread.is_working()) {
        busy.insert(thread.id, Busy { age: thread.time, who: who(thread.id) });
    }
    for open in transactions {
        busy.insert(open.thread, Busy { age: open.age, who: who(open.thread) });
    }
    busy
}

async fn related(link: &mut Link, schema: &str) -> Result<Vec<String>, ServerError> {
    let schema = sql::literal(schema);
    let question = format!(
        "TABLE_NAME, REFERENCED_TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS \
         WHERE CONSTRAINT_SCHEMA = {schema}"
    );
    match link.rows(link.caps.limit.bounded(&question)).await {
        Ok(rows) => Ok(rows.iter().flat_map(|row| [row.verbatim(0), row.verbatim(1)]).flatten().collect()),
        Err(error) if error.is_harmless() => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// A server that writes a binary log has triggers and functions created only by accounts with SUPER, unless it is told
/// to trust all (error 1419 on both flavors).
async fn no_programs(link: &mut Link) -> Result<Option<String>, ServerError> {
    if !link.caps.binary_log {
        return Ok(None);
    }
    let trust = link.rows("SELECT @@global.log_bin_trust_function_creators").await?;
    if trust.first().and_then(|row| row.flag(0)).unwrap_or(false) || rights::read(link).await?.has("SUPER", On::Server)
    {
        return Ok(None);
    }
    let grant = link.caps.grant("SUPER", "*.*");
    Ok(Some(format!(
        "the server writes a binary log, and has triggers and functions created only by accounts with SUPER (error 1419); \
         SET GLOBAL log_bin_trust_function_creators = 1; or {grant}"
    )))
}
