//! One table in words: its columns, indexes and partitions, aligned for reading.

use super::inquiry::Section;
use crate::server::error::Known;
use crate::server::read::tables::{self, Column, Index, Partition};
use crate::server::{Link, ServerError};
use crate::text::width;

/// The paragraphs about a table.
///
/// # Errors
/// As [`Link::rows`].
pub async fn table(link: &mut Link, schema: &str, table: &str) -> Result<Vec<Section>, ServerError> {
    let columns = tables::columns(link, schema, table).await?;
    let indexes = tables::indexes(link, schema, table).await?;
    let partitions = tables::partitions(link, schema, table).await?;
    let mut sections = vec![section("columns", columns, column), section("indexes", indexes, index)];
    if !partitions.as_ref().is_ok_and(Vec::is_empty) {
        sections.push(section("partitions", partitions, partition));
    }
    Ok(sections)
}

/// A list as a table of words; none, and unavailable, said as such.
fn section<T>(heading: &str, known: Known<Vec<T>>, words: fn(&T) -> Vec<String>) -> Section {
    match known {
        Err(lack) => Section::words(heading, vec![format!("{}  {}", lack.reason, lack.remedy).trim_end().to_owned()]),
        Ok(rows) if rows.is_empty() => Section::words(heading, vec!["none".to_owned()]),
        Ok(rows) => {
            let heading = format!("{heading} ({})", rows.len());
            Section::words(heading, aligned(&rows.iter().map(words).collect::<Vec<_>>()))
        }
    }
}

/// Every word but the last in a column as wide as its widest.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|word| width(word)).max();
    let widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths).map(|(word, wide)| format!("{word}{}", " ".repeat(wide - width(word))));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn column(column: &Column) -> Vec<String> {
    let null = if column.nullable { "null" } else { "not null" };
    let default = column.default.as_ref().map(|value| format!("default {value}")).unwrap_or_default();
    let rest = [default, column.extra.clone(), column.comment.clone()];
    let rest: Vec<String> = rest.into_iter().filter(|word| !word.is_empty()).collect();
    vec![column.name.clone(), column.kind.clone(), null.to_owned(), rest.join(", ")]
}

fn index(index: &Index) -> Vec<String> {
    let unique = if index.unique { "unique" } else { "" };
    let values = index.cardinality.map(|values| format!("~{values} values")).unwrap_or_default();
    vec![index.name.clone(), unique.to_owned(), format!("({})", index.columns.join(", ")), values]
}

fn partition(partition: &Partition) -> Vec<String> {
    let limit = partition.description.clone().unwrap_or_default();
    let rows = partition.rows.map(|rows| format!("~{rows} rows")).unwrap_or_default();
    let bytes = partition.bytes.map(|bytes| bytes.to_string()).unwrap_or_default();
    vec![partition.name.clone(), format!("{} {limit}", partition.method), rows, bytes]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_below_each_other_in_any_script() {
        let rows = [vec!["id".to_owned(), "bigint".to_owned()], vec!["提示".to_owned(), "text".to_owned()]];
        assert_eq!(aligned(&rows), ["id    bigint", "提示  text"]);
    }
}
