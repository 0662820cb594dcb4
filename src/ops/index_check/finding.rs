//! What is found: a step of the plan for each finding, with its evidence and the statement that would mend it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};

use super::{Plan, Span, Step, Unavailable};
use crate::server::read::tables::Index;
use crate::server::read::{IndexUse, TableFacts, TableIndexes, TableStatistics};
use crate::server::sql::Sql;
use crate::units::{Percent, Rows};

/// The kinds of findings, as the summary counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Count {
    Duplicate,
    Redundant,
    Unused,
    NoPrimaryKey,
    Stale,
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Duplicate => "duplicate",
            Self::Redundant => "redundant",
            Self::Unused => "unused",
            Self::NoPrimaryKey => "without primary key",
            Self::Stale => "with stale statistics",
        })
    }
}

/// Everything that was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    steps: Vec<Step>,
    counts: BTreeMap<Count, usize>,
    notes: Vec<String>,
}

impl Findings {
    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    pub(super) fn unknown(&mut self, what: &str, lack: &Unavailable) {
        self.note(format!("{what}: not known, {}; {}", lack.reason, lack.remedy));
    }

    /// Indexes that another one serves as well: by their definitions, which have no age.
    pub(super) fn superfluous(&mut self, tables: &[TableIndexes]) {
        for table in tables {
            for (index, other) in table.superfluous() {
                let (kind, verb) = if index.columns == other.columns {
                    (Count::Duplicate, "duplicates")
                } else {
                    (Count::Redundant, "begins like")
                };
                let step = Step::new(format!("index {} of {} {verb} {}", index.name, table.table, other.name))
                    .fact("its columns", index.columns.join(", "))
                    .fact("the other's", other.columns.join(", "))
                    .fact("evidence", "the definitions as they are now");
                self.add(kind, step, &drop_index(table, index));
            }
        }
    }

    /// Tables without one are copied, replicated and deleted from slowly.
    pub(super) fn without_primary_key(&mut self, facts: &[TableFacts], indexes: &[TableIndexes]) {
        for facts in facts.iter().filter(|facts| facts.problem.is_none()) {
            let found = indexes.iter().find(|table| table.table == facts.table);
            if found.is_some_and(TableIndexes::has_primary_key) {
                continue;
            }
            let mut step = Step::new(format!("table {} has no primary key", facts.table))
                .fact("rows", facts.rows.map_or("not known".to_owned(), |rows| rows.to_string()))
                .fact("evidence", "the definition as it is now");
            let unique: Vec<&str> = found
                .into_iter()
                .flat_map(|table| &table.indexes)
                .filter(|it| it.unique)
                .map(|it| it.name.as_str())
                .collect();
            if !unique.is_empty() {
                step = step.fact("unique instead", unique.join(", "));
            }
            let mend = table_of(&facts.schema, &facts.table)
                .then(" ADD COLUMN ")
                .name("row_id")
                .then(" BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST");
            self.add(Count::NoPrimaryKey, step, &mend);
        }
    }

    /// Indexes that were not read since the server counts. Those that forbid duplicates are used by every write.
    pub(super) fn unused(&mut self, tables: &[TableIndexes], used: &IndexUse) {
        for table in tables {
            for index in table.indexes.iter().filter(|index| !index.unique) {
                if used.of(&table.table, &index.name) > 0 {
                    continue;
                }
                let step = Step::new(format!("index {} of {} was not used", index.name, table.table))
                    .fact("its columns", index.columns.join(", "))
                    .fact("evidence", format!("no read counted by the {}", used.source))
                    .fact("age", format!("{} at most, since the server started", Span(used.counted)))
                    .fact("before dropping", "a foreign key, a monthly job or a replica may still need it");
                self.add(Count::Unused, step, &drop_index(table, index));
            }
        }
    }

    /// Tables of which much has changed since their statistics were made.
    pub(super) fn stale(&mut self, tables: &[TableStatistics], now: DateTime<Utc>) {
        for table in tables.iter().filter(|table| table.is_behind()) {
            let age = table.made.and_then(|made| (now - made).to_std().ok());
            let part = Percent::of(table.modified.0 as f64, table.rows.0 as f64);
            let step = Step::new(format!("statistics of {} are stale", table.table))
                .fact("evidence", format!("{} of {} changed since ({part})", table.modified, table.rows.counted()))
                .fact("age", age.map_or("not known".to_owned(), |age| Span(age).to_string()));
            let mend = Sql::fixed("ANALYZE TABLE ").name(&table.schema).then(".").name(&table.table);
            self.add(Count::Stale, step, &mend);
        }
    }

    fn add(&mut self, kind: Count, step: Step, mend: &Sql) {
        *self.counts.entry(kind).or_default() += 1;
        self.steps.push(step.sql(format!("{mend};")));
    }

    pub(super) fn plan(self, tables: usize) -> Plan {
        let counts: Vec<String> = self.counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let found = if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") };
        let noun = if tables == 1 { "table" } else { "tables" };
        let summary = format!("{found}, in {} {noun}", Rows(tables as u64));
        Plan { summary, steps: self.steps, warnings: self.notes, ..Plan::default() }
    }
}

fn table_of(schema: &str, table: &str) -> Sql {
    Sql::fixed("ALTER TABLE ").name(schema).then(".").name(table)
}

fn drop_index(table: &TableIndexes, index: &Index) -> Sql {
    table_of(&table.schema, &table.table).then(" DROP INDEX ").name(&index.name)
}
