//! What is read when. A refresh is three cheap statements (counters, threads, transactions) and at most one expensive
//! one; each expensive reading has its own slower clock and is skipped while nobody looks at it. The first refresh
//! takes everything at once, so that the first screen is whole.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use super::growth::GrowthWatch;
use super::interest::Interest;
use super::notes;
use super::slow::SlowWatch;
use super::slow_log::SlowLogWatch;
use super::snapshot::{Aged, ServerSnapshot};
use crate::config::{Sampling, Target};
use crate::server::error::Known;
use crate::server::read::{self, Counters, DigestRow, SchemaTotal, TableFacts, TableSize};
use crate::server::{Budgets, Link, Login, ServerError, Unavailable};

/// The expensive readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Expensive {
    Sizes,
    Facts,
    Totals,
    /// Digests; without them the slow log.
    Statements,
}

/// In the order in which they are taken when several are due.
const EXPENSIVE: [Expensive; 4] = [Expensive::Facts, Expensive::Sizes, Expensive::Totals, Expensive::Statements];

/// The memory between the refreshes of one server.
pub struct Rounds {
    sampling: Sampling,
    taken: HashMap<Expensive, Instant>,
    pub(super) counters: Option<Aged<Counters>>,
    pub(super) totals: Option<Aged<Vec<SchemaTotal>>>,
    pub(super) digests: Option<Aged<Vec<DigestRow>>>,
    pub(super) sizes: Known<Vec<TableSize>>,
    pub(super) facts: Known<Vec<TableFacts>>,
    pub(super) slow: SlowWatch,
    pub(super) slow_log: SlowLogWatch,
    pub(super) growth: GrowthWatch,
    others: HashMap<String, Link>,
}

impl Rounds {
    /// Nothing read yet.
    pub fn new(sampling: Sampling) -> Self {
        Self {
            sampling,
            taken: HashMap::new(),
            counters: None,
            totals: None,
            digests: None,
            sizes: Ok(Vec::new()),
            facts: Ok(Vec::new()),
            slow: SlowWatch::default(),
            slow_log: SlowLogWatch::default(),
            growth: GrowthWatch::default(),
            others: HashMap::new(),
        }
    }

    /// A new connection: everything is due, and no rate reaches back beyond it.
    pub fn begin(&mut self) {
        self.taken.clear();
        self.counters = None;
        self.totals = None;
        self.digests = None;
        self.others.clear();
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
        let due: Vec<Expensive> = EXPENSIVE.into_iter().filter(|reading| self.is_due(*reading, interest)).collect();
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
                    let log = read::slow_log::read(link, self.slow_log.next).await?;
                    self.note_slow_log(log, snapshot);
                }
                self.note_digests(digests, snapshot);
            }
            Expensive::Sizes => {
                let sizes = read::sizes::read(link, &schemas).await?;
                self.note_sizes(sizes, snapshot);
            }
            Expensive::Facts => {
                let facts = self.read_facts(link, targets).await?;
                self.note_facts(facts);
            }
        }
        self.taken.insert(reading, Instant::now());
        Ok(())
    }

    /// The catalogue shows an account only what it may touch: each database is asked with its own login.
    async fn read_facts(&mut self, link: &mut Link, targets: &[Target]) -> Result<Known<Vec<TableFacts>>, ServerError> {
        let mut all: Vec<TableFacts> = Vec::new();
        let mut lack = None;
        for (user, schemas) in by_login(targets) {
            let answer = if link.caps.account.rsplit_once('@').is_some_and(|(own, _)| own == user) {
                read::tables::read(link, &schemas).await?
            } else {
                let login = targets.iter().find(|target| target.login().user == user).map(Login::of);
                self.ask_other(login, &schemas).await
            };
            match answer {
                Ok(facts) => all.extend(facts),
                Err(reason) => lack = Some(reason),
            }
        }
        Ok(match lack {
            Some(reason) if all.is_empty() => Err(reason),
            _ => Ok(all),
        })
    }

    /// A failure of a secondary login concerns its own databases only.
    async fn ask_other(&mut self, login: Option<Login>, schemas: &[String]) -> Known<Vec<TableFacts>> {
        let Some(login) = login else { return Ok(Vec::new()) };
        let unknown = |error: ServerError| Unavailable::answer(error.to_string());
        let mut link = match self.others.remove(&login.user) {
            Some(link) if link.is_usable() => link,
            _ => Link::open(&login, self.budgets()).await.map_err(unknown)?,
        };
        let answer = read::tables::read(&mut link, schemas).await.map_err(unknown)?;
        self.others.insert(login.user, link);
        answer
    }

    fn budgets(&self) -> Budgets {
        Budgets { connect: self.sampling.connect_budget, query: self.sampling.query_budget }
    }
}

fn by_login(targets: &[Target]) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for target in targets {
        groups.entry(target.login().user.clone()).or_default().push(target.schema.clone());
    }
    groups
}
