//! What is there, or gone, when a statement has been done: the parts of it that can be looked up afterwards.
//!
//! As little a gate as the rest: what is not understood is [`Claim::Unseen`], and nobody may conclude anything from it.

use super::reader::Reader;
use super::{Class, Kind, Object, Options, shape};
use crate::server::script::scan::Kind as Token;

/// One thing that a statement leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// This is there.
    There(Thing),
    /// This is not there.
    Gone(Thing),
    /// Something that cannot be looked up by its name: in words.
    Unseen(String),
}

/// What can be looked up by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Thing {
    /// A table, view or program.
    Object(Class, Option<String>, String),
    /// A part of a table.
    Part(Part, Option<String>, String, String),
}

/// Kinds of parts that a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the words of SQL")]
pub enum Part {
    Column,
    Index,
    Constraint,
}

/// What a statement leaves behind; nothing when it changes its session only.
pub fn claims(sql: &str, options: Options) -> Vec<Claim> {
    let shape = shape(sql, options);
    let mut reader = Reader::new(sql, options);
    match (shape.kind, reader.word().as_deref()) {
        (Kind::Session | Kind::Begin | Kind::Commit | Kind::LockTables | Kind::UnlockTables, _) => Vec::new(),
        (Kind::Ddl, Some("CREATE")) => created(&mut reader, &shape.objects),
        (Kind::Ddl, Some("ALTER")) => altered(&mut reader, &shape.objects),
        (Kind::Ddl, Some("DROP")) => dropped(&mut reader, &shape.objects),
        (Kind::Ddl, Some("RENAME")) => shape.objects.chunks(2).flat_map(renamed).collect(),
        (Kind::Ddl | Kind::Rows, _) => vec![unseen("rows")],
        (Kind::Temporary | Kind::Prepare(..), _) => Vec::new(),
        _ => vec![unseen("what it does")],
    }
}

/// Of the texts in a statement (`SET @s = IF(…, 'ALTER TABLE …', 'DO 0')`), what those that change something leave behind.
pub fn claims_of_texts(sql: &str, options: Options) -> Vec<Claim> {
    let mut reader = Reader::new(sql, options);
    let mut claims = Vec::new();
    while let Some((kind, text)) = reader.token() {
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        if kind == Token::Text && shape(inner, options).kind == Kind::Ddl {
            claims.extend(self::claims(&inner.replace("''", "'"), options));
        }
    }
    claims
}

fn unseen(what: &str) -> Claim {
    Claim::Unseen(what.to_owned())
}

fn whole(object: &Object) -> Thing {
    Thing::Object(object.class, object.schema.clone(), object.name.clone())
}

fn part(part: Part, table: &Object, name: impl Into<String>) -> Thing {
    Thing::Part(part, table.schema.clone(), table.name.clone(), name.into())
}

fn renamed(pair: &[Object]) -> Vec<Claim> {
    match pair {
        [from, to] => vec![Claim::Gone(whole(from)), Claim::There(whole(to))],
        _ => vec![unseen("a name")],
    }
}

fn created(reader: &mut Reader<'_>, objects: &[Object]) -> Vec<Claim> {
    let replaces = reader.clone().skip_words(&["OR"]);
    let class = reader.class_word().unwrap_or_default();
    reader.skip_words(&["IF", "NOT", "EXISTS"]);
    let Some(object) = objects.first() else { return vec![unseen("what it makes")] };
    if class == "INDEX" {
        let name = reader.name().unwrap_or_default();
        return vec![Claim::There(part(Part::Index, object, name))];
    }
    let mut claims = vec![Claim::There(whole(object))];
    if replaces {
        claims.push(Claim::Unseen(format!("the text of {}", object.name)));
    }
    if object.class == Class::Table {
        reader.object(Class::Table);
        claims.extend(items(reader).into_iter().filter_map(|item| column(item, object)));
    }
    claims
}

/// A line in the parentheses of `CREATE TABLE` that is a column.
fn column(mut item: Reader<'_>, table: &Object) -> Option<Claim> {
    const OTHERS: &[&str] = &[
        "PRIMARY",
        "KEY",
        "INDEX",
        "UNIQUE",
        "FULLTEXT",
        "SPATIAL",
        "CONSTRAINT",
        "FOREIGN",
        "CHECK",
        "PERIOD",
        "LIKE",
    ];
    let is_other = item.clone().word().is_some_and(|word| OTHERS.contains(&word.as_str()));
    (!is_other).then(|| item.name()).flatten().map(|name| Claim::There(part(Part::Column, table, name)))
}

/// The beginnings of what stands between commas in the parentheses that come next.
fn items<'a>(reader: &mut Reader<'a>) -> Vec<Reader<'a>> {
    if !reader.skip_mark(b'(') {
        return Vec::new();
    }
    let mut items = vec![reader.clone()];
    let mut depth = 1_usize;
    while let Some((kind, text)) = reader.token() {
        match (kind, text) {
            (Token::Mark, "(") => depth += 1,
            (Token::Mark, ")") => depth -= 1,
            (Token::Mark, ",") if depth == 1 => items.push(reader.clone()),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    items
}

fn dropped(reader: &mut Reader<'_>, objects: &[Object]) -> Vec<Claim> {
    if reader.class_word().as_deref() != Some("INDEX") {
        return objects.iter().map(|object| Claim::Gone(whole(object))).collect();
    }
    reader.skip_words(&["IF", "EXISTS"]);
    match (reader.name(), objects.first()) {
        (Some(name), Some(table)) => vec![Claim::Gone(part(Part::Index, table, name))],
        _ => vec![unseen("an index")],
    }
}

fn altered(reader: &mut Reader<'_>, objects: &[Object]) -> Vec<Claim> {
    let Some(table) = objects.first().filter(|object| object.class == Class::Table) else {
        return vec![unseen("a definition")];
    };
    reader.class_word();
    reader.skip_words(&["IF", "EXISTS"]);
    reader.object(Class::Table);
    changes(reader).into_iter().flat_map(|change| changed(change, table)).collect()
}

/// The beginnings of the changes of an `ALTER TABLE`.
fn changes<'a>(reader: &mut Reader<'a>) -> Vec<Reader<'a>> {
    let mut changes = vec![reader.clone()];
    let mut depth = 0_usize;
    while let Some((kind, text)) = reader.token() {
        match (kind, text) {
            (Token::Mark, "(") => depth += 1,
            (Token::Mark, ")") => depth = depth.saturating_sub(1),
            (Token::Mark, ",") if depth == 0 => changes.push(reader.clone()),
            _ => {}
        }
    }
    changes
}

fn changed(mut change: Reader<'_>, table: &Object) -> Vec<Claim> {
    match change.word().as_deref() {
        Some("ADD") => added(&mut change, table),
        Some("DROP") => vec![removed(&mut change, table)],
        Some("RENAME") => other_name(&mut change, table),
        Some("CHANGE") => {
            change.skip_words(&["COLUMN"]);
            change.skip_words(&["IF", "EXISTS"]);
            moved(Part::Column, table, change.name(), change.name())
        }
        Some("ALGORITHM" | "LOCK") => Vec::new(),
        _ => vec![Claim::Unseen(format!("the definition of {}", table.name))],
    }
}

fn added(change: &mut Reader<'_>, table: &Object) -> Vec<Claim> {
    let named = if change.skip_words(&["CONSTRAINT"]) { name_before(change, KEYS) } else { None };
    let there = |kind, name: Option<String>| match name {
        Some(name) => vec![Claim::There(part(kind, table, name))],
        None => vec![Claim::Unseen(format!("a key of {} without a name", table.name))],
    };
    let mut ahead = change.clone();
    match ahead.word().as_deref() {
        Some("PRIMARY") => there(Part::Index, Some("PRIMARY".to_owned())),
        Some("FOREIGN" | "CHECK") => there(Part::Constraint, named),
        Some("PARTITION") => vec![Claim::Unseen(format!("the partitions of {}", table.name))],
        Some("INDEX" | "KEY") => there(Part::Index, index_name(&mut ahead)),
        Some("UNIQUE" | "FULLTEXT" | "SPATIAL") => {
            let _ = ahead.skip_words(&["INDEX"]) || ahead.skip_words(&["KEY"]);
            there(Part::Index, index_name(&mut ahead).or(named))
        }
        _ => {
            change.skip_words(&["COLUMN"]);
            change.skip_words(&["IF", "NOT", "EXISTS"]);
            let several = items(&mut change.clone());
            let columns = if several.is_empty() { vec![change.clone()] } else { several };
            columns.into_iter().filter_map(|item| column(item, table)).collect()
        }
    }
}

const KEYS: &[&str] = &["PRIMARY", "FOREIGN", "CHECK", "UNIQUE"];

/// A name, unless one of these words comes in its place.
fn name_before(reader: &mut Reader<'_>, words: &[&str]) -> Option<String> {
    let is_word = reader.clone().word().is_some_and(|word| words.contains(&word.as_str()));
    if is_word { None } else { reader.name() }
}

fn index_name(reader: &mut Reader<'_>) -> Option<String> {
    reader.skip_words(&["IF", "NOT", "EXISTS"]);
    name_before(reader, &["USING"])
}

fn removed(change: &mut Reader<'_>, table: &Object) -> Claim {
    let kind = match change.clone().word().as_deref() {
        Some("INDEX" | "KEY") => Some(Part::Index),
        Some("FOREIGN" | "CONSTRAINT" | "CHECK") => Some(Part::Constraint),
        Some("PRIMARY") => return Claim::Gone(part(Part::Index, table, "PRIMARY")),
        Some("PARTITION") => return Claim::Unseen(format!("the partitions of {}", table.name)),
        Some("COLUMN") => Some(Part::Column),
        _ => None,
    };
    if kind.is_some() && change.word().as_deref() == Some("FOREIGN") {
        change.skip_words(&["KEY"]);
    }
    change.skip_words(&["IF", "EXISTS"]);
    match change.name() {
        Some(name) => Claim::Gone(part(kind.unwrap_or(Part::Column), table, name)),
        None => Claim::Unseen(format!("the definition of {}", table.name)),
    }
}

fn other_name(change: &mut Reader<'_>, table: &Object) -> Vec<Claim> {
    for (word, kind) in [("COLUMN", Part::Column), ("INDEX", Part::Index), ("KEY", Part::Index)] {
        if change.skip_words(&[word]) {
            change.skip_words(&["IF", "EXISTS"]);
            let from = change.name();
            change.skip_words(&["TO"]);
            return moved(kind, table, from, change.name());
        }
    }
    let _ = change.skip_words(&["TO"]) || change.skip_words(&["AS"]) || change.skip_mark(b'=');
    change.object(Class::Table).map_or_else(|| vec![unseen("a name")], |to| renamed(&[table.clone(), to]))
}

fn moved(kind: Part, table: &Object, from: Option<String>, to: Option<String>) -> Vec<Claim> {
    match (from, to) {
        (Some(from), Some(to)) if from.eq_ignore_ascii_case(&to) => {
            vec![Claim::Unseen(format!("the definition of {to} in {}", table.name))]
        }
        (Some(from), Some(to)) => vec![Claim::Gone(part(kind, table, from)), Claim::There(part(kind, table, to))],
        _ => vec![Claim::Unseen(format!("the definition of {}", table.name))],
    }
}
