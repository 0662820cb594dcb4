//! What is worth a rebuild and has room for one, and what that means for those who use the table.

use crate::op::{Plan, Step};
use crate::ops::upkeep::{self, Task, fits, no_room};
use crate::server::error::Unavailable;
use crate::server::read::tables::Space;
use crate::server::read::{TableFacts, TableIndexes};
use crate::server::sql::Sql;
use crate::units::{Bytes, Percent};

/// Less is not worth a rebuild: servers allocate some MiB ahead.
const WORTH: Bytes = Bytes(8 << 20);

/// Who waits while it is rebuilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    Nobody,
    Writes,
    Everybody,
}

impl Waits {
    fn words(self) -> &'static str {
        match self {
            Self::Nobody => "reads and writes go on",
            Self::Writes => "writes wait, reads go on",
            Self::Everybody => "reads and writes wait",
        }
    }
}

/// Where it would be done.
#[derive(Debug)]
pub(super) struct Site {
    pub schema: String,
    /// Free space of the server's disk.
    pub disk: Result<Bytes, Unavailable>,
}

/// A table, or one partition of it.
#[derive(Debug)]
pub(super) struct Part {
    space: Space,
    engine: String,
    waits: Option<Waits>,
}

impl Part {
    pub(super) fn new(facts: &TableFacts, indexes: Option<&TableIndexes>, space: Space) -> Self {
        let engine = facts.engine.clone().unwrap_or_default();
        let special =
            |table: &TableIndexes| table.indexes.iter().any(|it| matches!(it.kind.as_str(), "FULLTEXT" | "SPATIAL"));
        let waits = match engine.as_str() {
            "InnoDB" if space.partition.is_some() || indexes.is_some_and(special) => Some(Waits::Writes),
            "InnoDB" => Some(Waits::Nobody),
            "MyISAM" | "Aria" => Some(Waits::Everybody),
            _ => None,
        };
        Self { space, engine, waits }
    }

    pub(super) fn partition(&self) -> Option<&str> {
        self.space.partition.as_deref()
    }

    pub(super) fn is_worth(&self, percent: u8) -> bool {
        self.space.free >= WORTH && self.space.unused() >= Percent(f64::from(percent))
    }

    fn name(&self) -> String {
        let Space { table, partition, .. } = &self.space;
        partition.as_ref().map_or_else(|| table.clone(), |partition| format!("{table} partition {partition}"))
    }

    fn sql(&self, schema: &str) -> Sql {
        let Space { table, partition, .. } = &self.space;
        let name = |sql: Sql| sql.name(schema).then(".").name(table);
        match partition {
            Some(partition) => {
                name(Sql::fixed("ALTER TABLE ")).then(" REBUILD PARTITION NO_WRITE_TO_BINLOG ").name(partition)
            }
            None => name(Sql::fixed("OPTIMIZE NO_WRITE_TO_BINLOG TABLE ")),
        }
    }
}

/// What is rebuilt, in this order, and what is not and why.
pub(super) struct Choice {
    site: Site,
    tasks: Vec<Task>,
    steps: Vec<Step>,
    skipped: Vec<String>,
    without_room: Vec<String>,
    warnings: Vec<String>,
    writes_wait: bool,
    size: u64,
    free: u64,
}

impl Choice {
    pub(super) fn new(site: Site) -> Self {
        let (tasks, steps, skipped, without_room) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut warnings = Vec::new();
        if let Err(lack) = &site.disk {
            warnings
                .push(format!("the free space of the server's disk is not known: {}; {}", lack.reason, lack.remedy));
        }
        Self { site, tasks, steps, skipped, without_room, warnings, writes_wait: false, size: 0, free: 0 }
    }

    /// Not enough to gain.
    pub(super) fn skip(&mut self, part: &Part) {
        self.skipped.push(format!("{} {}", part.name(), part.space.unused()));
    }

    /// Takes it, if it can be rebuilt and there is room for it.
    pub(super) fn take(&mut self, part: &Part) {
        let (space, needs) = (&part.space, part.space.copy);
        let Some(waits) = part.waits else {
            self.warnings.push(format!("{}: tables of {} are not rebuilt", part.name(), or_unknown(&part.engine)));
            return;
        };
        if let Some(free) = self.site.disk.as_ref().ok().filter(|free| !fits(needs, **free)) {
            self.without_room.push(format!("{}: {}", part.name(), no_room(needs, *free)));
            return;
        }
        let (title, sql) = (format!("optimize {}", part.name()), part.sql(&self.site.schema));
        let disk = self.site.disk.as_ref().map_or("not known".to_owned(), ToString::to_string);
        let step = Step { bytes: Some(space.size.0), ..Step::new(&title) }
            .fact("size", space.size)
            .fact("unused inside", format!("{} at least, {}", space.free, space.unused()))
            .fact("disk needed", format!("{needs} at most, of {disk} free"))
            .fact("meanwhile", waits.words())
            .sql(sql.to_string());
        self.steps.push(step);
        self.tasks.push(Task::new(title, &space.table, &sql).needing(needs));
        self.writes_wait |= waits != Waits::Nobody;
        (self.size, self.free) = (self.size + space.size.0, self.free + space.free.0);
    }

    pub(super) fn plan(mut self, min_free: u8) -> Plan {
        let refusal = (self.tasks.is_empty() && !self.without_room.is_empty()).then(|| self.without_room.join("; "));
        self.warnings.append(&mut self.without_room);
        if self.writes_wait {
            self.warnings
                .push("writes to some of the tables wait while they are rebuilt: see \"meanwhile\"".to_owned());
        }
        if !self.skipped.is_empty() {
            let skipped = self.skipped.join(", ");
            self.warnings.push(format!("left out, with less than {min_free} % or {WORTH} unused inside: {skipped}"));
        }
        let (size, free) = (Bytes(self.size), Bytes(self.free));
        let summary = match self.tasks.len() {
            0 => "no table is worth a rebuild".to_owned(),
            1 => format!("{}, {size}, at least {free} unused inside", self.tasks[0].title),
            count => format!("{count} tables or partitions, {size}, at least {free} unused inside"),
        };
        let details = upkeep::into_details(&self.tasks);
        Plan { summary, steps: self.steps, warnings: self.warnings, refusal, details, ..Plan::default() }
    }
}

fn or_unknown(engine: &str) -> &str {
    if engine.is_empty() { "an unknown engine" } else { engine }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn part(engine: &str, partition: Option<&str>, used: u64, free: u64) -> Part {
        let facts = TableFacts { engine: Some(engine.to_owned()), ..TableFacts::default() };
        let partition = partition.map(str::to_owned);
        let (size, free, copy) = (Bytes((used + free) * MIB), Bytes(free * MIB), Bytes(used * MIB));
        let space = Space { table: "t".to_owned(), partition, size, free, copy };
        Part::new(&facts, None, space)
    }

    fn plan(disk: Result<Bytes, Unavailable>, parts: &[Part]) -> Plan {
        let mut choice = Choice::new(Site { schema: "s".to_owned(), disk });
        for part in parts {
            choice.take(part);
        }
        choice.plan(20)
    }

    #[test]
    fn a_rebuild_begins_only_where_there_is_room_for_it() {
        let check = |disk, refused: bool, steps: usize| {
            let plan =
                plan(Ok(Bytes(disk * MIB)), &[part("InnoDB", None, 100, 50), part("InnoDB", Some("p0"), 300, 50)]);
            assert_eq!((plan.refusal.is_some(), plan.steps.len()), (refused, steps), "{disk} MiB: {plan:#?}");
        };
        check(1000, false, 2);
        check(110, false, 1);
        check(109, true, 0);
        let unknown = plan(Err(Unavailable::answer("nobody tells")), &[part("InnoDB", None, 100, 50)]);
        assert!(unknown.refusal.is_none() && unknown.warnings[0].contains("nobody tells"), "{unknown:#?}");
    }

    #[test]
    fn much_has_to_be_unused() {
        let check =
            |used, free, worth| assert_eq!(part("InnoDB", None, used, free).is_worth(20), worth, "{used} {free}");
        check(80, 20, true);
        check(81, 19, false);
        check(1, 7, false);
        check(0, 0, false);
    }

    #[test]
    fn who_waits_depends_on_the_engine_and_on_what_is_rebuilt() {
        let check = |engine, partition, expected| assert_eq!(part(engine, partition, 1, 1).waits, expected);
        check("InnoDB", None, Some(Waits::Nobody));
        check("InnoDB", Some("p"), Some(Waits::Writes));
        check("MyISAM", None, Some(Waits::Everybody));
        check("MEMORY", None, None);
    }
}
