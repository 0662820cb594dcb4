//! Indexes that cost every write and help no query, and tables whose rows have no name.

use super::Rule;
use crate::advise::facts::value;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::DatabaseSnapshot;
use crate::server::read::TableIndexes;
use crate::server::read::tables::Index;
use crate::server::sql;

/// See [`Rule::doc`].
pub struct SuperfluousIndexes;

impl Rule for SuperfluousIndexes {
    fn id(&self) -> &'static str {
        "superfluous-indexes"
    }

    fn title(&self) -> &'static str {
        "Superfluous indexes"
    }

    fn doc(&self) -> &'static str {
        "Indexes that are a copy or the beginning of another one of the same table: every write pays for them."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for (database, server) in facts.databases() {
            let tables = value(&server.indexes).into_iter().flatten().filter(|table| table.schema == database.schema);
            let found: Vec<(&TableIndexes, &Index, &Index)> =
                tables.flat_map(|table| table.superfluous().map(move |(one, other)| (table, one, other))).collect();
            if !found.is_empty() {
                out.add(signal(database, &found));
            }
        }
    }
}

fn signal(database: &DatabaseSnapshot, found: &[(&TableIndexes, &Index, &Index)]) -> Signal {
    let names: Vec<String> =
        found.iter().map(|(table, one, other)| format!("{}.{} ({})", table.table, one.name, other.name)).collect();
    let indexes = if found.len() == 1 { "index" } else { "indexes" };
    let text = format!("{} superfluous {indexes}, served by another: {}", found.len(), names.join(", "));
    let drop = |(table, one, _): &(&TableIndexes, &Index, &Index)| {
        let table = format!("{}.{}", sql::ident(&table.schema), sql::ident(&table.table));
        format!("ALTER TABLE {table} DROP INDEX {};", sql::ident(&one.name))
    };
    let remedy: Vec<String> = found.iter().map(drop).collect();
    Signal::new(Subject::Database(database.name.clone()), Severity::Notice, text).remedy(remedy.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;

    #[test]
    fn one_line_names_each_with_the_one_that_serves() {
        let index = |name: &str, columns: &[&str]| Index {
            name: name.to_owned(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            kind: "BTREE".to_owned(),
            ..Index::default()
        };
        let mut stage = Stage::default();
        let table = |schema: &str| TableIndexes {
            schema: schema.to_owned(),
            table: "tasks".to_owned(),
            indexes: vec![index("status", &["status"]), index("status_time", &["status", "time"])],
        };
        stage.server.indexes = Some(stage.read(vec![table("elsewhere")]));
        assert_eq!(stage.hear(&SuperfluousIndexes), Vec::<String>::new());
        stage.server.indexes = Some(stage.read(vec![table("comfyui_client")]));
        let said = ["notice client: 1 superfluous index, served by another: tasks.status (status_time)"];
        assert_eq!(stage.hear(&SuperfluousIndexes), said);
    }
}
