//! Statements that change a table: where an algorithm can be asked for, and what goes for good.

use super::reader::Reader;
use super::{Class, Kind, Object, Pin, Shape};
use crate::server::script::scan::Kind as Token;

/// Behind `ALTER TABLE [IF EXISTS]`.
pub(super) fn alter(reader: &mut Reader<'_>) -> Shape {
    let begin = reader.next_at();
    let Some(table) = reader.object(Class::Table) else { return Shape { kind: Kind::Ddl, ..Shape::default() } };
    let place = begin..reader.at();
    skip_wait(reader);
    let at = reader.at();
    let pin = if begins_with_partitioning(reader.clone()) { Pin::Before(at) } else { Pin::First(at) };
    let pin = (!is_pinned(reader)).then_some(pin);
    let destroys = losses(reader.clone(), &table.name);
    let renamed = renamed(reader.clone());
    let objects = [Some(table), renamed].into_iter().flatten().collect();
    Shape { kind: Kind::Ddl, objects, table: Some(place), pin, destroys }
}

fn begins_with_partitioning(mut reader: Reader<'_>) -> bool {
    reader.skip_words(&["PARTITION", "BY"]) || reader.skip_words(&["REMOVE", "PARTITIONING"])
}

/// Behind `CREATE INDEX [IF NOT EXISTS]`: `i [USING …] ON t (…)`.
pub(super) fn create_index(reader: &mut Reader<'_>) -> Shape {
    on_table(reader)
}

/// Behind `DROP INDEX [IF EXISTS]`: `i ON t`.
pub(super) fn drop_index(reader: &mut Reader<'_>) -> Shape {
    on_table(reader)
}

fn on_table(reader: &mut Reader<'_>) -> Shape {
    let is_pinned = is_pinned(reader);
    while let Some((kind, text)) = reader.token() {
        if kind == Token::Word && text.eq_ignore_ascii_case("ON") {
            break;
        }
    }
    let begin = reader.next_at();
    let objects: Vec<Object> = reader.object(Class::Table).into_iter().collect();
    let table = (!objects.is_empty()).then(|| begin..reader.at());
    while reader.token().is_some() {}
    let pin = (!is_pinned).then(|| Pin::Last(reader.at()));
    Shape { kind: Kind::Ddl, objects, table, pin, destroys: Vec::new() }
}

/// `WAIT n` and `NOWAIT` come before the changes.
fn skip_wait(reader: &mut Reader<'_>) {
    if reader.skip_words(&["WAIT"]) {
        reader.token();
    } else {
        reader.skip_words(&["NOWAIT"]);
    }
}

fn is_pinned(reader: &Reader<'_>) -> bool {
    reader.has("ALGORITHM") || reader.has("LOCK")
}

/// The words behind `DROP` that take no rows along.
const HARMLESS: &[&str] = &["INDEX", "KEY", "CONSTRAINT", "FOREIGN", "PRIMARY", "CHECK", "DEFAULT", "SYSTEM", "PERIOD"];

/// Columns and partitions that go.
fn losses(mut reader: Reader<'_>, table: &str) -> Vec<String> {
    let mut losses = Vec::new();
    let (mut depth, mut at_start) = (0_usize, true);
    loop {
        if at_start && depth == 0 {
            losses.extend(loss(&mut reader.clone(), table));
        }
        at_start = false;
        match reader.token() {
            None => return losses,
            Some((Token::Mark, "(")) => depth += 1,
            Some((Token::Mark, ")")) => depth = depth.saturating_sub(1),
            Some((Token::Mark, ",")) => at_start = true,
            Some(_) => {}
        }
    }
}

fn loss(reader: &mut Reader<'_>, table: &str) -> Option<String> {
    let verb = reader.word()?;
    if verb == "TRUNCATE" && reader.skip_words(&["PARTITION"]) {
        return Some(format!("the rows of partition {} of {table}", reader.name()?));
    }
    if verb != "DROP" {
        return None;
    }
    if reader.skip_words(&["PARTITION"]) {
        reader.skip_words(&["IF", "EXISTS"]);
        return Some(format!("partition {} of {table}", reader.name()?));
    }
    let is_column = reader.skip_words(&["COLUMN"]);
    reader.skip_words(&["IF", "EXISTS"]);
    let mut ahead = reader.clone();
    let is_harmless = ahead.word().is_some_and(|word| HARMLESS.contains(&word.as_str()));
    if is_harmless && !is_column {
        return None;
    }
    Some(format!("column {} of {table}", reader.name()?))
}

/// `RENAME [TO | AS] other`, which is not `RENAME COLUMN`, `INDEX` or `KEY`.
fn renamed(mut reader: Reader<'_>) -> Option<Object> {
    let mut depth = 0_usize;
    let mut at_start = true;
    loop {
        if at_start && depth == 0 && reader.skip_words(&["RENAME"]) {
            let other = ["COLUMN", "INDEX", "KEY"].iter().any(|word| reader.clone().skip_words(&[word]));
            if !other {
                let _ = reader.skip_words(&["TO"]) || reader.skip_words(&["AS"]) || reader.skip_mark(b'=');
                return reader.object(Class::Table);
            }
        }
        let (kind, text) = reader.token()?;
        at_start = kind == Token::Mark && text == ",";
        match (kind, text) {
            (Token::Mark, "(") => depth += 1,
            (Token::Mark, ")") => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
}
