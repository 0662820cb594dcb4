//! What a statement is about, as far as its first words tell: enough to record it, to resume after it, to warn of it.
//!
//! A classifier over the lexer's tokens and never a gate: a statement that it does not understand is [`Kind::Other`],
//! runs like any other, and is in doubt when it is interrupted. Deliberately absent: expressions, and what happens inside
//! a stored program.

pub mod claim;
mod reader;
mod table;

use std::ops::Range;

use reader::Reader;

use super::Options;

/// What is known of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shape {
    /// How it behaves.
    pub kind: Kind,
    /// The objects it makes, changes or removes; a `CREATE INDEX` changes its table.
    pub objects: Vec<Object>,
    /// Where the name of the table stands whose definition it changes (`ALTER TABLE`, `CREATE INDEX`, `DROP INDEX`), its
    /// database included.
    pub table: Option<Range<usize>>,
    /// Where an algorithm and a lock can be asked for; `None` when it has them already, or takes none.
    pub pin: Option<Pin>,
    /// What goes for good: `table t`, `column c of t`, `all rows of t`.
    pub destroys: Vec<String>,
}

/// How a statement behaves when it, or what comes after it, is interrupted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Kind {
    /// Commits by itself, whole or not at all; the image of its object tells whether it was done.
    Ddl,
    /// Changes rows, in the transaction that is open.
    Rows,
    /// A stored procedure: it may do anything.
    Call,
    /// Changes nothing but the session, and is said again in a new one.
    Session,
    /// Changes what only the session sees: a temporary table.
    Temporary,
    /// Runs the prepared statement of that name.
    Execute(String),
    /// Prepares a statement of that name, from that user variable when it is not a text.
    Prepare(String, Option<String>),
    /// Begins a transaction.
    Begin,
    /// Ends it, and keeps it.
    Commit,
    /// Ends it, and takes it back.
    Rollback,
    /// Locks tables.
    LockTables,
    /// Lets them go.
    UnlockTables,
    /// Done twice it is done once: rights, statistics, settings of the server.
    Repeatable,
    /// Unknown.
    #[default]
    Other,
}

/// A named thing in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub class: Class,
    /// The database, when the statement names it.
    pub schema: Option<String>,
    /// Its name, without quotes.
    pub name: String,
}

/// Kinds of named things, each with a `SHOW CREATE` of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the words of SQL")]
pub enum Class {
    Table,
    View,
    Trigger,
    Procedure,
    Function,
    Event,
    Sequence,
    Database,
}

impl Class {
    /// As SQL names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "TABLE",
            Self::View => "VIEW",
            Self::Trigger => "TRIGGER",
            Self::Procedure => "PROCEDURE",
            Self::Function => "FUNCTION",
            Self::Event => "EVENT",
            Self::Sequence => "SEQUENCE",
            Self::Database => "DATABASE",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "TABLE" | "TABLES" => Self::Table,
            "VIEW" => Self::View,
            "TRIGGER" => Self::Trigger,
            "PROCEDURE" => Self::Procedure,
            "FUNCTION" => Self::Function,
            "EVENT" => Self::Event,
            "SEQUENCE" => Self::Sequence,
            "DATABASE" | "SCHEMA" => Self::Database,
            _ => return None,
        })
    }
}

/// Where `ALGORITHM=` and `LOCK=` go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// Before the first change, at this byte, followed by a comma: `ALTER TABLE t ALGORITHM=…, LOCK=…, ADD …`.
    First(usize),
    /// The same before what is no change in a list: `ALTER TABLE t ALGORITHM=…, LOCK=… PARTITION BY …`.
    Before(usize),
    /// Behind all the rest, without commas: `CREATE INDEX i ON t (c) ALGORITHM=… LOCK=…`.
    Last(usize),
}

impl Pin {
    /// The statement with these two clauses.
    pub fn put(self, sql: &str, algorithm: &str, lock: Option<&str>) -> String {
        let lock = |comma: &str| lock.map_or_else(String::new, |lock| format!("{comma} LOCK={lock}"));
        match self {
            Self::First(at) => format!("{} ALGORITHM={algorithm}{},{}", &sql[..at], lock(","), &sql[at..]),
            Self::Before(at) => format!("{} ALGORITHM={algorithm}{}{}", &sql[..at], lock(","), &sql[at..]),
            Self::Last(at) => format!("{} ALGORITHM={algorithm}{}{}", &sql[..at], lock(""), &sql[at..]),
        }
    }
}

/// The shape of one statement.
pub fn shape(sql: &str, options: Options) -> Shape {
    let mut reader = Reader::new(sql, options);
    let first = reader.word().unwrap_or_default();
    match first.as_str() {
        "CREATE" => create(&mut reader),
        "ALTER" => alter(&mut reader),
        "DROP" => drop(&mut reader),
        "RENAME" => rename(&mut reader),
        "TRUNCATE" => truncate(&mut reader),
        "INSERT" | "REPLACE" | "UPDATE" | "LOAD" | "WITH" | "DELETE" | "VALUES" | "DO" => rows(&first, &mut reader),
        "SET" => set(&mut reader),
        "LOCK" => plain(Kind::LockTables),
        "UNLOCK" => plain(Kind::UnlockTables),
        _ => plain(simple(&first, &mut reader)),
    }
}

fn plain(kind: Kind) -> Shape {
    Shape { kind, ..Shape::default() }
}

fn simple(first: &str, reader: &mut Reader<'_>) -> Kind {
    match first {
        "SELECT" | "USE" | "SHOW" | "EXPLAIN" | "DESCRIBE" | "DESC" | "DEALLOCATE" | "HELP" | "TABLE" => Kind::Session,
        "PREPARE" => prepare(reader),
        "EXECUTE" if reader.skip_words(&["IMMEDIATE"]) => Kind::Other,
        "EXECUTE" => reader.name().map_or(Kind::Other, Kind::Execute),
        "BEGIN" if reader.word().is_none_or(|word| word == "WORK") => Kind::Begin,
        "START" if reader.word().as_deref() == Some("TRANSACTION") => Kind::Begin,
        "COMMIT" => Kind::Commit,
        "ROLLBACK" if !reader.has("TO") => Kind::Rollback,
        "ROLLBACK" | "SAVEPOINT" | "RELEASE" => Kind::Session,
        "CALL" => Kind::Call,
        "GRANT" | "REVOKE" | "ANALYZE" | "OPTIMIZE" | "CHECK" | "REPAIR" | "FLUSH" | "CHECKSUM" | "CACHE" => {
            Kind::Repeatable
        }
        _ => Kind::Other,
    }
}

/// `PREPARE s FROM @v` and `PREPARE s FROM '…'`.
fn prepare(reader: &mut Reader<'_>) -> Kind {
    let name = reader.name().unwrap_or_default();
    reader.skip_words(&["FROM"]);
    let variable = reader.variable();
    Kind::Prepare(name, variable)
}

/// `SET GLOBAL` and `SET PASSWORD` are for all, every other one for the session.
fn set(reader: &mut Reader<'_>) -> Shape {
    let text = reader.rest().to_ascii_uppercase();
    let is_for_all = ["GLOBAL", "PERSIST", "PERSIST_ONLY", "PASSWORD", "DEFAULT", "RESOURCE"]
        .iter()
        .any(|word| text.trim_start().starts_with(word))
        || text.contains("@@GLOBAL.")
        || text.contains("@@PERSIST");
    plain(if is_for_all { Kind::Repeatable } else { Kind::Session })
}

fn create(reader: &mut Reader<'_>) -> Shape {
    let Some(word) = reader.class_word() else { return plain(Kind::Other) };
    let is_optional = reader.skip_words(&["IF", "NOT", "EXISTS"]);
    match word.as_str() {
        "TEMPORARY" => plain(Kind::Temporary),
        "INDEX" => table::create_index(reader),
        "USER" | "ROLE" | "SERVER" => plain(if is_optional { Kind::Repeatable } else { Kind::Other }),
        word => Class::of(word).map_or_else(|| plain(Kind::Other), |class| ddl(reader.object(class))),
    }
}

fn alter(reader: &mut Reader<'_>) -> Shape {
    let Some(word) = reader.class_word() else { return plain(Kind::Other) };
    reader.skip_words(&["IF", "EXISTS"]);
    match word.as_str() {
        "USER" | "ROLE" => plain(Kind::Repeatable),
        "TABLE" => table::alter(reader),
        word => Class::of(word).map_or_else(|| plain(Kind::Other), |class| ddl(reader.object(class))),
    }
}

fn drop(reader: &mut Reader<'_>) -> Shape {
    let Some(word) = reader.class_word() else { return plain(Kind::Other) };
    let is_optional = reader.skip_words(&["IF", "EXISTS"]);
    let Some(class) = Class::of(&word) else {
        return match word.as_str() {
            "TEMPORARY" => plain(Kind::Temporary),
            "INDEX" => table::drop_index(reader),
            "PREPARE" => plain(Kind::Session),
            _ => plain(if is_optional { Kind::Repeatable } else { Kind::Other }),
        };
    };
    let mut objects = Vec::new();
    while let Some(object) = reader.object(class) {
        objects.push(object);
        if !reader.skip_mark(b',') {
            break;
        }
    }
    let is_lost = matches!(class, Class::Table | Class::Database | Class::Sequence);
    let what = |object: &Object| format!("{} {}", class.word().to_ascii_lowercase(), object.name);
    let destroys = objects.iter().filter(|_| is_lost).map(what).collect();
    Shape { kind: Kind::Ddl, objects, destroys, ..Shape::default() }
}

/// `RENAME TABLE a TO b, c TO d`.
fn rename(reader: &mut Reader<'_>) -> Shape {
    let Some("TABLE" | "TABLES") = reader.word().as_deref() else { return plain(Kind::Other) };
    reader.skip_words(&["IF", "EXISTS"]);
    let mut objects = Vec::new();
    while let Some(object) = reader.object(Class::Table) {
        objects.push(object);
        reader.skip_words(&["TO"]);
        reader.skip_mark(b',');
    }
    Shape { kind: Kind::Ddl, objects, ..Shape::default() }
}

fn truncate(reader: &mut Reader<'_>) -> Shape {
    reader.skip_words(&["TABLE"]);
    let mut shape = ddl(reader.object(Class::Table));
    shape.destroys = shape.objects.iter().map(|object| format!("all rows of {}", object.name)).collect();
    shape
}

fn ddl(object: Option<Object>) -> Shape {
    Shape { kind: Kind::Ddl, objects: object.into_iter().collect(), ..Shape::default() }
}

/// A `WITH` may end in a `SELECT`; in a transaction of its own that does no harm.
fn rows(first: &str, reader: &mut Reader<'_>) -> Shape {
    let mut shape = plain(Kind::Rows);
    if first == "DELETE" && !reader.clone().has("WHERE") && !reader.clone().has("LIMIT") {
        reader.skip_words(&["LOW_PRIORITY"]);
        reader.skip_words(&["QUICK"]);
        reader.skip_words(&["IGNORE"]);
        reader.skip_words(&["FROM"]);
        shape.destroys = reader.object(Class::Table).map(|it| format!("all rows of {}", it.name)).into_iter().collect();
    }
    shape
}

/// The database that a `USE` names.
pub fn used_database(sql: &str) -> Option<String> {
    let mut reader = Reader::new(sql, Options::default());
    (reader.word().as_deref() == Some("USE")).then(|| reader.name()).flatten()
}
