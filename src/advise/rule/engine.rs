//! Tables that lose data in a crash and lock as a whole.

use super::Rule;
use crate::advise::facts::value;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::DatabaseSnapshot;
use crate::sample::snapshot::Table;
use crate::server::sql;

/// See [`Rule::doc`].
pub struct NotTransactional;

/// The engines that commit and roll back.
const TRANSACTIONAL: [&str; 5] = ["InnoDB", "ROCKSDB", "TokuDB", "ndbcluster", "SPIDER"];

impl Rule for NotTransactional {
    fn id(&self) -> &'static str {
        "not-transactional"
    }

    fn title(&self) -> &'static str {
        "Tables on a non-transactional engine"
    }

    fn doc(&self) -> &'static str {
        "Tables whose engine has no transactions: they cannot be rolled back, copied consistently or repaired after a crash."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for (database, _) in facts.databases() {
            let tables = value(&database.tables).into_iter().flatten();
            let found: Vec<(&Table, &str)> = tables.filter_map(|table| Some((table, engine(table)?))).collect();
            if let Some((_, engine)) = found.first() {
                out.add(signal(database, &found, engine));
            }
        }
    }
}

/// The engine of a table that has no transactions; views and tables whose engine is unknown have none.
fn engine(table: &Table) -> Option<&str> {
    let engine = table.facts.as_ref()?.engine.as_deref()?;
    (!TRANSACTIONAL.iter().any(|known| known.eq_ignore_ascii_case(engine))).then_some(engine)
}

fn signal(database: &DatabaseSnapshot, found: &[(&Table, &str)], engine: &str) -> Signal {
    let names: Vec<&str> = found.iter().map(|(table, _)| table.name.as_str()).collect();
    let text = format!("{} without transactions ({engine}): {}", tables(found.len()), names.join(", "));
    let alter =
        |name: &&str| format!("ALTER TABLE {}.{} ENGINE = InnoDB;", sql::ident(&database.schema), sql::ident(name));
    let remedy: Vec<String> = names.iter().map(alter).collect();
    Signal::new(Subject::Database(database.name.clone()), Severity::Warning, text).remedy(remedy.join("\n"))
}

fn tables(count: usize) -> String {
    if count == 1 { "1 table".to_owned() } else { format!("{count} tables") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;
    use crate::server::read::TableFacts;

    #[test]
    fn one_line_names_them_all() {
        let check = |engines: &[Option<&str>], expected: &[&str]| {
            let mut stage = Stage::default();
            let table = |(place, engine): (usize, Option<&str>)| Table {
                name: format!("t{place}"),
                facts: Some(TableFacts { engine: engine.map(str::to_owned), ..TableFacts::default() }),
                ..Table::default()
            };
            stage.set_tables(engines.iter().copied().enumerate().map(table).collect());
            assert_eq!(stage.hear(&NotTransactional), expected);
        };
        check(&[Some("InnoDB"), None], &[]);
        check(&[Some("InnoDB"), Some("MyISAM")], &["warning client: 1 table without transactions (MyISAM): t1"]);
        check(&[Some("MyISAM"); 3], &["warning client: 3 tables without transactions (MyISAM): t0, t1, t2"]);
    }
}
