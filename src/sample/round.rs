//! What is read when. A refresh is three cheap statements (counters, threads, transactions) and at most one expensive
//! one; each expensive reading has its own slower clock and is skipped while nobody looks at it. The first refresh
//! takes everything at once, so that the first screen is whole.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::growth::GrowthWatch;
use super::interest::Interest;
use super::logins::Logins;
use super::notes;
use super::slow::SlowWatch;
use super::slow_log::SlowLogWatch;
use super::snapshot::{Aged, ServerSnapshot};
use crate::config::{Sampling, Target};
use crate::migration::{Catalogue, Records, Shelf};
use crate::server::error::{Known, known};
use crate::server::read::{self, Counters, DigestRow, SchemaTotal, TableFacts, TableSize, Variables};
use crate::server::{Budgets, Link, ServerError, Unavailable};

/// The expensive readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Expensive {
    Sizes,
    Facts,
    Totals,
    Migrations,
    /// Digests; without them the slow log.
    Statements,
    Variables,
    Replication,
    Disk,
    BinaryLog,
    Rights,
    Indexes,
}

/// In the order in which they are taken when several are due.
const EXPENSIVE: [Expensive; 11] = [
    Expensive::Facts,
    Expensive::Sizes,
    Expensive::Totals,
    Expensive::Migrations,
    Expensive::Statements,
    Expensive::Replication,
    Expensive::Disk,
    Expensive::Variables,
    Expensive::BinaryLog,
    Expensive::Rights,
    Expensive::Indexes,
];

/// The memory between the refreshes of one server.
pub struct Rounds {
    sampling: Sampling,
    taken: HashMap<Expensive, Instant>,
    pub(super) counters: Option<Aged<Counters>>,
    pub(super) totals: Option<Aged<Vec<SchemaTotal>>>,
    pub(super) digests: Option<Aged<Vec<DigestRow>>>,
    pub(super) sizes: Known<Vec<TableSize>>,
    pub(super) facts: Known<Vec<TableFacts>>,
    pub(super) absent: HashMap<String, Unavailable>,
    pub(super) slow: SlowWatch,
    pub(super) slow_log: SlowLogWatch,
    pub(super) growth: GrowthWatch,
    shelf: Arc<Shelf>,
    records: Records,
    logins: Logins,
}

impl Rounds {
    /// Nothing read yet; the migration files are those of the shelf.
    pub fn new(sampling: Sampling, shelf: Arc<Shelf>) -> Self {
        Self {
            sampling,
            taken: HashMap::new(),
            counters: None,
            totals: None,
            digests: None,
            sizes: Ok(Vec::new()),
            facts: Ok(Vec::new()),
            absent: HashMap::new(),
            slow: SlowWatch::default(),
            slow_log: SlowLogWatch::default(),
            growth: GrowthWatch::default(),
            shelf,
            records: Records::default(),
            logins: Logins::new(Budgets { connect: sampling.connect_budget, query: sampling.query_budget }),
        }
    }

    /// A new connection: everything is due, and no rate reaches back beyond it.
    pub fn begin(&mut self) {
        self.all_due();
        self.counters = None;
        self.totals = None;
        self.digests = None;
        self.records = Records::default();
        self.logins.clear();
    }

    /// Something was done to the databases: how their migrations stand is read again at once.
    pub fn look_again(&mut self) {
        self.taken.remove(&Expensive::Migrations);
    }

    /// The next refresh takes everything, as the first one does.
    pub fn all_due(&mut self) {
        self.taken.clear();
    }

    /// One refresh.
    ///
    /// # Errors
    /// Those that have taken the connection; what only one reading lacks is in the snapshot.
    pub async fn refresh(
        &mut self,
        link: &mut Link,
        targets: &[Target],
        interest: Interest,
        snapshot: &mut ServerSnapshot,
    ) -> Result<(), ServerError> {
        let counters = read::counters::read(link).await?;
        self.note_counters(counters, snapshot);
        let threads = read::threads::read(link).await?;
        let transactions = read::transactions::read(link).await?;
        self.note_threads(threads, transactions, snapshot);
        let everything = self.taken.is_empty();
        // Rights cost a connection for each account, indexes a look into every table: the first screen does not wait for
        // them, a report does.
        let dear = |reading: &Expensive| matches!(reading, Expensive::Rights | Expensive::Indexes);
        let can_wait = |reading: &Expensive| everything && dear(reading) && interest != Interest::ALL;
        let due = EXPENSIVE.into_iter().filter(|reading| self.is_due(*reading, interest) && !can_wait(reading));
        let due: Vec<Expensive> = due.collect();
        for reading in due.into_iter().take(if everything { EXPENSIVE.len() } else { 1 }) {
            self.take(reading, link, targets, snapshot).await?;
        }
        notes::remember(snapshot);
        Ok(())
    }

    fn is_due(&self, reading: Expensive, interest: Interest) -> bool {
        let (wanted, every) = match reading {
            Expensive::Totals => (true, self.sampling.interval * 2),
            Expensive::Sizes => (interest.sizes, self.sampling.sizes),
            Expensive::Facts if interest.tables => (true, self.sampling.sizes),
            Expensive::Facts => (interest.sizes, self.sampling.slow),
            Expensive::Statements => (interest.statements, self.sampling.statements),
            Expensive::Replication => (true, self.sampling.statements),
            Expensive::Indexes => (true, self.sampling.slow * 10),
            Expensive::Variables
            | Expensive::Disk
            | Expensive::BinaryLog
            | Expensive::Rights
            | Expensive::Migrations => (true, self.sampling.slow),
        };
        wanted && self.taken.get(&reading).is_none_or(|taken| taken.elapsed() + Duration::from_millis(50) >= every)
    }

    async fn take(
        &mut self,
        reading: Expensive,
        link: &mut Link,
        targets: &[Target],
        snapshot: &mut ServerSnapshot,
    ) -> Result<(), ServerError> {
        let schemas: Vec<String> = targets.iter().map(|target| target.schema.clone()).collect();
        match reading {
            Expensive::Totals => {
                let totals = read::statements::totals(link, &schemas).await?;
                self.note_totals(totals, snapshot);
            }
            Expensive::Statements => {
                let digests = read::statements::read(link, &schemas).await?;
                if digests.is_err() {
                    let log = read::slow_log::read(link, self.slow_log.next.clone()).await?;
                    self.note_slow_log(log, snapshot);
                }
                self.note_digests(digests, snapshot);
            }
            Expensive::Sizes => {
                self.sizes = read::sizes::read(link, &schemas).await?;
                self.absent = self.absences(link, &schemas).await?;
                self.note_tables(snapshot);
            }
            Expensive::Facts => {
                let facts = self.logins.facts(link, targets).await?;
                self.note_facts(facts, snapshot);
            }
            Expensive::Migrations => {
                let records = self.logins.records(link, targets, &mut self.records).await?;
                let catalogue = files(&self.shelf).await;
                notes::note_migrations(&catalogue, records, snapshot);
            }
            Expensive::Rights => snapshot.rights = Some(Aged::now(self.logins.rights(link, targets).await?)),
            Expensive::Indexes => snapshot.indexes = Some(Aged::now(self.logins.indexes(link, targets).await?)),
            Expensive::Replication => snapshot.replication = Some(Aged::now(read::replication::read(link).await?)),
            Expensive::Disk => snapshot.disk = Some(Aged::now(read::disk::read(link).await?)),
            Expensive::BinaryLog => snapshot.binary_log = Some(Aged::now(read::binary_log::read(link).await?)),
            Expensive::Variables => snapshot.variables = Some(Aged::now(variables(link).await?)),
        }
        self.taken.insert(reading, Instant::now());
        Ok(())
    }
}

impl Rounds {
    /// The configured databases that are not there: asked only about those of which no table is known.
    async fn absences(&self, link: &mut Link, schemas: &[String]) -> Result<HashMap<String, Unavailable>, ServerError> {
        let mut absent = HashMap::new();
        for schema in schemas.iter().filter(|schema| !self.knows_tables_of(schema)) {
            absent.extend(read::sizes::absence(link, schema).await?.map(|lack| (schema.clone(), lack)));
        }
        Ok(absent)
    }
}

/// A file system may hang as a server may: what it does not tell in time is not known.
async fn files(shelf: &Arc<Shelf>) -> Known<Arc<Catalogue>> {
    let shelf = Arc::clone(shelf);
    let reading = tokio::task::spawn_blocking(move || shelf.catalogue());
    match tokio::time::timeout(FILES, reading).await {
        Ok(Ok(catalogue)) => Ok(catalogue),
        _ => Err(Unavailable::answer("the directory of migrations does not answer")),
    }
}

/// The longest wait for the directory of migrations.
const FILES: Duration = Duration::from_secs(1);

async fn variables(link: &mut Link) -> Result<Known<Variables>, ServerError> {
    known(read::variables::read(link).await, || Unavailable::answer("the account may not see the server's settings"))
}
