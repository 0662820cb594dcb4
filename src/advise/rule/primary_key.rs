//! Tables whose rows have no name: they cannot be cleaned in small steps, replicated row by row, or compared.

use super::Rule;
use crate::advise::facts::value;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};

/// See [`Rule::doc`].
pub struct NoPrimaryKey;

impl Rule for NoPrimaryKey {
    fn id(&self) -> &'static str {
        "no-primary-key"
    }

    fn title(&self) -> &'static str {
        "Tables without a primary key"
    }

    fn doc(&self) -> &'static str {
        "Tables without a primary key: replication searches them row by row, and no row can be named."
    }

    /// A table without any index is in no list of indexes: those with facts are compared with those with a key.
    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for (database, server) in facts.databases() {
            let Some(indexed) = value(&server.indexes) else { continue };
            let has_key = |name: &str| {
                let mut own = indexed.iter().filter(|table| table.schema == database.schema && table.table == name);
                own.any(crate::server::read::TableIndexes::has_primary_key)
            };
            let tables = value(&database.tables).into_iter().flatten();
            let whole = tables.filter(|table| table.facts.as_ref().is_some_and(|facts| facts.problem.is_none()));
            let found: Vec<&str> = whole.map(|table| table.name.as_str()).filter(|name| !has_key(name)).collect();
            if !found.is_empty() {
                let text = format!("{} without a primary key: {}", found.len(), found.join(", "));
                out.add(Signal::new(Subject::Database(database.name.clone()), Severity::Notice, text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;
    use crate::sample::snapshot::Table;
    use crate::server::read::tables::Index;
    use crate::server::read::{TableFacts, TableIndexes};

    #[test]
    fn a_table_without_any_index_counts_too() {
        let mut stage = Stage::default();
        let table =
            |name: &str| Table { name: name.to_owned(), facts: Some(TableFacts::default()), ..Table::default() };
        stage.set_tables(vec![table("keyed"), table("bare")]);
        assert_eq!(stage.hear(&NoPrimaryKey), Vec::<String>::new(), "nothing is known of indexes yet");
        let keyed = TableIndexes {
            schema: "comfyui_client".to_owned(),
            table: "keyed".to_owned(),
            indexes: vec![Index { name: "PRIMARY".to_owned(), ..Index::default() }],
        };
        stage.server.indexes = Some(stage.read(vec![keyed]));
        assert_eq!(stage.hear(&NoPrimaryKey), ["notice client: 1 without a primary key: bare"]);
    }
}
