//! What is made of the readings: rates, figures per database, histories.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::rate::{Rates, rate};
use super::round::Rounds;
use super::snapshot::{Aged, DatabaseSnapshot, Digest, MigrationStand, ServerSnapshot, Table};
use crate::migration::{Catalogue, Record, compare};
use crate::server::error::Known;
use crate::server::read::{Counters, DigestRow, SchemaTotal, SlowLog, TableFacts, TableSize, Thread, Transaction};
use crate::units::{Bytes, Rate};

impl Rounds {
    pub(super) fn note_counters(&mut self, counters: Counters, snapshot: &mut ServerSnapshot) {
        let new = Aged { at: Instant::now(), value: counters };
        let rates = self.counters.as_ref().map(|old| Rates::between(&old.value, &counters, new.at - old.at));
        snapshot.rates = rates.unwrap_or_default();
        snapshot.counters = Some(new.clone());
        self.counters = Some(new);
    }

    pub(super) fn note_threads(
        &mut self,
        threads: Vec<Thread>,
        transactions: Known<Vec<Transaction>>,
        snapshot: &mut ServerSnapshot,
    ) {
        let at = Instant::now();
        self.slow.observe(&threads, at);
        snapshot.slow = Arc::new(self.slow.patterns());
        for database in &mut snapshot.databases {
            database.count_connections(&threads, &transactions);
        }
        snapshot.threads = Some(Aged { at, value: Arc::new(threads) });
        snapshot.transactions = Some(Aged { at, value: transactions.map(Arc::new) });
    }

    pub(super) fn note_totals(&mut self, totals: Known<Vec<SchemaTotal>>, snapshot: &mut ServerSnapshot) {
        let at = Instant::now();
        for database in &mut snapshot.databases {
            match &totals {
                Err(lack) => database.queries = Some(Err(lack.clone())),
                Ok(totals) => database.note_total(self.totals.as_ref(), totals, at),
            }
        }
        self.totals = totals.ok().map(|value| Aged { at, value });
    }

    pub(super) fn note_digests(&mut self, digests: Known<Vec<DigestRow>>, snapshot: &mut ServerSnapshot) {
        let at = Instant::now();
        let shown = digests.as_ref().map_err(Clone::clone).map(|rows| {
            let old = self.digests.as_ref();
            Arc::new(rows.iter().map(|row| Digest::since(old, row, at)).collect())
        });
        snapshot.digests = Some(Aged { at, value: shown });
        self.digests = digests.ok().map(|value| Aged { at, value });
    }

    pub(super) fn note_slow_log(&mut self, log: Known<SlowLog>, snapshot: &mut ServerSnapshot) {
        let at = Instant::now();
        let value = log.map(|log| Arc::new(self.slow_log.add(log, at)));
        snapshot.slow_log = Some(Aged { at, value });
    }

    /// A look that only came too late leaves the older facts in place.
    pub(super) fn note_facts(&mut self, facts: Known<Vec<TableFacts>>, snapshot: &mut ServerSnapshot) {
        snapshot.facts_lack = facts.as_ref().err().cloned();
        if facts.is_ok() || self.facts.as_ref().is_ok_and(Vec::is_empty) {
            self.facts = facts;
        }
    }

    /// Puts what the tablespaces and the catalogue know of each table together.
    pub(super) fn note_tables(&mut self, snapshot: &mut ServerSnapshot) {
        let at = Instant::now();
        let known = self.known_sizes();
        if let Ok(sizes) = &known {
            self.growth.observe(sizes, at);
        }
        let facts: HashMap<Key<'_>, &TableFacts> =
            self.facts.iter().flatten().map(|facts| (facts.key(), facts)).collect();
        for database in &mut snapshot.databases {
            let tables = known.as_ref().map_err(Clone::clone).and_then(|sizes| {
                let own = sizes.iter().filter(|size| size.schema == database.schema);
                self.checked(&database.schema, own.map(|size| self.table(size, &facts, at)).collect())
            });
            database.tables = Some(Aged { at, value: tables.map(Arc::new) });
        }
    }

    /// Tablespaces where they may be read; what only the catalogue knows (other engines) is added to them.
    fn known_sizes(&self) -> Known<Vec<TableSize>> {
        let sizes = match (&self.sizes, &self.facts) {
            (Ok(sizes), _) => sizes.as_slice(),
            (Err(_), Ok(facts)) if !facts.is_empty() => &[],
            (Err(lack), _) => return Err(lack.clone()),
        };
        let seen: HashSet<Key<'_>> = sizes.iter().map(|size| (size.schema.as_str(), size.table.as_str())).collect();
        let others = self.facts.iter().flatten().filter(|facts| !seen.contains(&facts.key())).map(TableFacts::size);
        Ok(sizes.iter().cloned().chain(others).collect())
    }

    /// The tables of one schema, largest first; one of which this account sees nothing, or that is not there, is not an
    /// empty one.
    fn checked(&self, schema: &str, mut tables: Vec<Table>) -> Known<Vec<Table>> {
        if tables.is_empty() {
            if let Some(lack) = self.absent.get(schema) {
                return Err(lack.clone());
            }
            if let Err(lack) = &self.sizes {
                return Err(lack.clone());
            }
        }
        tables.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
        Ok(tables)
    }

    fn table(&self, size: &TableSize, facts: &HashMap<Key<'_>, &TableFacts>, now: Instant) -> Table {
        Table {
            name: size.table.clone(),
            bytes: size.bytes,
            partitions: size.partitions,
            growth: self.growth.of(size, now),
            facts: facts.get(&(size.schema.as_str(), size.table.as_str())).map(|facts| (*facts).clone()),
        }
    }

    /// Whether any table of this schema is known.
    pub(super) fn knows_tables_of(&self, schema: &str) -> bool {
        let sized = self.sizes.iter().flatten().any(|size| size.schema == schema);
        sized || self.facts.iter().flatten().any(|facts| facts.schema == schema)
    }
}

/// Schema and table.
type Key<'a> = (&'a str, &'a str);

impl TableFacts {
    fn key(&self) -> Key<'_> {
        (&self.schema, &self.table)
    }

    fn size(&self) -> TableSize {
        let bytes = Bytes(self.data.unwrap_or_default().0 + self.index.unwrap_or_default().0);
        TableSize { schema: self.schema.clone(), table: self.table.clone(), bytes, partitions: 0 }
    }
}

impl Digest {
    fn since(old: Option<&Aged<Vec<DigestRow>>>, row: &DigestRow, at: Instant) -> Self {
        let before = old.and_then(|old| {
            let same = |r: &&DigestRow| r.digest == row.digest && r.schema == row.schema;
            Some((old.value.iter().find(same)?, at - old.at))
        });
        Self {
            rate: before.and_then(|(before, elapsed)| rate(before.count, row.count, elapsed)),
            load: before.and_then(|(before, elapsed)| load(before.total, row.total, elapsed)),
            total: row.clone(),
        }
    }
}

fn load(before: Duration, after: Duration, elapsed: Duration) -> Option<f64> {
    let busy = after.checked_sub(before)?;
    (!elapsed.is_zero()).then(|| busy.as_secs_f64() / elapsed.as_secs_f64())
}

impl DatabaseSnapshot {
    /// Without PROCESS the list is the account's own: no count can be made of it.
    fn count_connections(&mut self, threads: &[Thread], transactions: &Known<Vec<Transaction>>) {
        let lack = transactions.as_ref().err();
        let own = || threads.iter().filter(|t| t.schema.as_deref() == Some(&self.schema) && !t.is_internal());
        let count = |number: usize| match lack {
            None => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
            Some(lack) => Err(lack.clone()),
        };
        let (all, working) = (own().count(), own().filter(|thread| thread.is_working()).count());
        self.connections = Some(count(all));
        self.working = Some(count(working));
    }

    fn note_total(&mut self, old: Option<&Aged<Vec<SchemaTotal>>>, totals: &[SchemaTotal], at: Instant) {
        let of = |totals: &[SchemaTotal]| totals.iter().find(|total| total.schema == self.schema).cloned();
        let Some(old) = old else { return };
        let (before, after) = (of(&old.value).unwrap_or_default(), of(totals).unwrap_or_default());
        self.queries = rate(before.count, after.count, at - old.at).map(Ok);
        let executions = after.count.checked_sub(before.count).and_then(|count| u32::try_from(count).ok());
        let busy = after.total.checked_sub(before.total);
        self.mean_time = busy.zip(executions).and_then(|(busy, executions)| busy.checked_div(executions));
    }
}

/// The database's own figure; the server's only where there can be no own one, not while it is still to come.
fn shown_queries(database: &DatabaseSnapshot, server: Option<Rate>) -> Option<Rate> {
    match &database.queries {
        Some(Ok(rate)) => Some(*rate),
        Some(Err(_)) => server,
        None => None,
    }
}

/// Compares the files with what is recorded in each database.
pub(super) fn note_migrations(
    catalogue: &Known<Arc<Catalogue>>,
    records: Vec<(String, Known<Record>)>,
    snapshot: &mut ServerSnapshot,
) {
    let mut records: HashMap<String, Known<Record>> = records.into_iter().collect();
    for database in &mut snapshot.databases {
        let Some(record) = records.remove(&database.schema) else { continue };
        let stand = record.and_then(|record| {
            let catalogue = Arc::clone(catalogue.as_ref().map_err(Clone::clone)?);
            let standings = compare(&catalogue, &database.name, &record.history);
            Ok(MigrationStand { catalogue, standings, at_work: record.at_work })
        });
        database.migrations = Some(Aged::now(stand));
    }
}

/// Adds the newest figures to the histories.
pub(super) fn remember(snapshot: &mut ServerSnapshot) {
    let server_queries = snapshot.rates.queries;
    for database in &mut snapshot.databases {
        let connections = database.connections.as_ref().and_then(|known| known.as_ref().ok());
        database.connection_history.push(connections.map(|count| f64::from(*count)));
        database.query_history.push(shown_queries(database, server_queries).map(|rate| rate.0));
    }
}
