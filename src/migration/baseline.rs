//! Whether what a file does is already there: for databases that were made by other means and are to be adopted.
//!
//! Every statement is judged by what it leaves behind ([`claims`]), looked up by name. That a table is there does not say
//! that it is the same table, so its columns are looked up too; what has no name (rows, definitions) is unknown, and a
//! file with anything unknown is not taken for applied. What a later file takes away again is unknown as well. Reads only.

use std::collections::{HashMap, HashSet};

use super::file::MigrationFile;
use crate::server::script::Options;
use crate::server::script::shape::claim::{Claim, Part, Thing, claims, claims_of_texts};
use crate::server::script::shape::{self, Class, Kind};
use crate::server::{Link, ServerError, sql};

/// What is known of the effect of a statement, or of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// All of it is there.
    There,
    /// Some of it is not.
    NotThere,
    /// Part of it cannot be seen; nothing that can be seen is missing.
    Unknown,
}

/// What was found of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Its place in the file, from 1.
    pub step: usize,
    /// Its line in the file, from 1.
    pub line: usize,
    /// What is known.
    pub effect: Effect,
    /// Why: `column note of logs is there`.
    pub evidence: String,
}

/// What was found of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traces {
    /// The migration.
    pub name: String,
    /// Its statements, without those that change only their session.
    pub traces: Vec<Trace>,
}

impl Traces {
    /// Of all statements together. A file that leaves nothing behind is unknown.
    pub fn effect(&self) -> Effect {
        let any = |effect| self.traces.iter().any(|trace| trace.effect == effect);
        match (any(Effect::NotThere), any(Effect::Unknown), any(Effect::There)) {
            (true, ..) => Effect::NotThere,
            (false, false, true) => Effect::There,
            _ => Effect::Unknown,
        }
    }

    /// The reasons, in one sentence: those for the effect of the file.
    pub fn evidence(&self) -> String {
        let effect = self.effect();
        let reasons = self.traces.iter().filter(|trace| trace.effect == effect).map(|trace| trace.evidence.as_str());
        let reasons: Vec<&str> = reasons.collect();
        if reasons.is_empty() { "nothing of it can be seen".to_owned() } else { reasons.join(", ") }
    }
}

/// Looks for the effects of files, which are given in order, in a database.
///
/// # Errors
/// The server's.
pub async fn traces(link: &mut Link, schema: &str, files: &[&MigrationFile]) -> Result<Vec<Traces>, ServerError> {
    let inventory = Inventory::read(link, schema).await?;
    let claimed: Vec<Vec<Claimed>> = files.iter().map(|file| claimed(file)).collect();
    let last = last_word(files, &claimed, &inventory);
    let of_file = |(place, file): (usize, &&MigrationFile)| {
        let judge = Judge { inventory: &inventory, last: &last, place };
        let traces = claimed[place].iter().map(|claimed| judge.statement(claimed)).collect();
        Traces { name: file.name.text.clone(), traces }
    };
    Ok(files.iter().enumerate().map(of_file).collect())
}

/// A statement and what it leaves behind.
struct Claimed {
    step: usize,
    line: usize,
    claims: Vec<Claim>,
}

/// The statements that leave something behind. A form that prepares its text leaves behind what the text says.
fn claimed(file: &MigrationFile) -> Vec<Claimed> {
    let mut prepared = false;
    let mut all = Vec::new();
    for (step, statement) in (1..).zip(file.statements().unwrap_or_default()) {
        let kind = shape::shape(statement.text, Options::default()).kind;
        let claims = match kind {
            Kind::Session | Kind::Prepare(..) => claims_of_texts(statement.text, Options::default()),
            Kind::Execute(_) if prepared => continue,
            _ => claims(statement.text, Options::default()),
        };
        prepared |= matches!(kind, Kind::Session | Kind::Prepare(..)) && !claims.is_empty();
        if !claims.is_empty() {
            all.push(Claimed { step, line: statement.line, claims });
        }
    }
    all
}

/// Of each thing: which file says last what becomes of it, whether it is there then, and that file's name.
type LastWord = HashMap<Thing, (usize, usize, bool, String)>;

fn last_word(files: &[&MigrationFile], claimed: &[Vec<Claimed>], inventory: &Inventory) -> LastWord {
    let mut last = LastWord::new();
    for (place, statements) in claimed.iter().enumerate() {
        for statement in statements {
            for claim in &statement.claims {
                let (thing, there) = match claim {
                    Claim::There(thing) => (thing, true),
                    Claim::Gone(thing) => (thing, false),
                    Claim::Unseen(_) => continue,
                };
                let word = (place, statement.step, there, files[place].name.text.clone());
                last.insert(inventory.key(thing), word);
            }
        }
    }
    last
}

struct Judge<'a> {
    inventory: &'a Inventory,
    last: &'a LastWord,
    place: usize,
}

impl Judge<'_> {
    fn statement(&self, claimed: &Claimed) -> Trace {
        let found: Vec<(Effect, String)> = claimed.claims.iter().map(|claim| self.claim(claimed.step, claim)).collect();
        let any = |effect| found.iter().any(|(other, _)| *other == effect);
        let effect = [Effect::NotThere, Effect::Unknown].into_iter().find(|effect| any(*effect));
        let effect = effect.unwrap_or(Effect::There);
        let reasons = found.into_iter().filter(|(other, _)| *other == effect).map(|(_, reason)| reason);
        let evidence = reasons.collect::<Vec<_>>().join(", ");
        Trace { step: claimed.step, line: claimed.line, effect, evidence }
    }

    fn claim(&self, step: usize, claim: &Claim) -> (Effect, String) {
        let (thing, wanted) = match claim {
            Claim::Unseen(what) => return (Effect::Unknown, format!("{what} cannot be seen")),
            Claim::There(thing) => (thing, true),
            Claim::Gone(thing) => (thing, false),
        };
        let name = named(thing);
        let Some(found) = self.inventory.has(thing) else {
            return (Effect::Unknown, format!("{name} is in another database"));
        };
        let word = if found { "is there" } else { "is not there" };
        if found == wanted {
            return (Effect::There, format!("{name} {word}"));
        }
        match self.overtaken(step, thing, wanted) {
            Some(by) => (Effect::Unknown, format!("{name} {word}, which {by} explains")),
            None => (Effect::NotThere, format!("{name} {word}")),
        }
    }

    /// What comes later and says the contrary, of the thing or of the table that it belongs to.
    fn overtaken(&self, step: usize, thing: &Thing, wanted: bool) -> Option<String> {
        let mut things = vec![self.inventory.key(thing)];
        if let Thing::Part(_, schema, table, _) = thing {
            things.push(self.inventory.key(&Thing::Object(Class::Table, schema.clone(), table.clone())));
        }
        let later = things.iter().filter_map(|thing| self.last.get(thing));
        let mut later = later.filter(|(place, at, there, _)| *there != wanted && (*place, *at) > (self.place, step));
        later.next().map(
            |(place, at, _, name)| {
                if *place == self.place { format!("its statement {at}") } else { name.clone() }
            },
        )
    }
}

fn named(thing: &Thing) -> String {
    match thing {
        Thing::Object(class, _, name) => format!("{} {name}", class.word().to_ascii_lowercase()),
        Thing::Part(part, _, table, name) => {
            let part = match part {
                Part::Column => "column",
                Part::Index => "index",
                Part::Constraint => "constraint",
            };
            format!("{part} {name} of {table}")
        }
    }
}

/// Everything in a database that has a name, the names as they are compared.
struct Inventory {
    schema: String,
    folds_tables: bool,
    things: HashSet<Thing>,
}

impl Inventory {
    /// Eight questions to the catalogue.
    async fn read(link: &mut Link, schema: &str) -> Result<Self, ServerError> {
        let folds = link.rows("SELECT @@lower_case_table_names <> 0").await?;
        let folds_tables = folds.first().and_then(|row| row.flag(0)).unwrap_or(false);
        let mut inventory = Self { schema: schema.to_owned(), folds_tables, things: HashSet::new() };
        for (class, table, name, schema_column) in OBJECTS {
            for row in
                catalogue(link, &format!("{name}, NULL FROM information_schema.{table}"), schema_column, schema).await?
            {
                inventory.add(&Thing::Object(*class, None, row.0));
            }
        }
        for (part, table, name, schema_column) in PARTS {
            let what = format!("{name}, TABLE_NAME FROM information_schema.{table}");
            for (name, table) in catalogue(link, &what, schema_column, schema).await? {
                inventory.add(&Thing::Part(*part, None, table, name));
            }
        }
        Ok(inventory)
    }

    fn add(&mut self, thing: &Thing) {
        let key = self.key(thing);
        self.things.insert(key);
    }

    /// Whether it is there; nothing when it is somewhere else.
    fn has(&self, thing: &Thing) -> Option<bool> {
        let (Thing::Object(_, schema, _) | Thing::Part(_, schema, ..)) = thing;
        let is_here = schema.as_ref().is_none_or(|schema| *schema == self.schema);
        is_here.then(|| self.things.contains(&self.key(thing)))
    }

    /// The same for two ways to write one name. Names of tables depend on the server; of parts and programs case never
    /// counts.
    fn key(&self, thing: &Thing) -> Thing {
        let table = |name: &str| if self.folds_tables { name.to_lowercase() } else { name.to_owned() };
        let schema = |schema: &Option<String>| schema.clone().filter(|schema| *schema != self.schema);
        match thing {
            Thing::Object(class, of, name) => {
                let is_table = matches!(class, Class::Table | Class::View | Class::Sequence | Class::Trigger);
                Thing::Object(*class, schema(of), if is_table { table(name) } else { name.to_lowercase() })
            }
            Thing::Part(part, of, of_table, name) => {
                Thing::Part(*part, schema(of), table(of_table), name.to_lowercase())
            }
        }
    }
}

/// Class, table of the catalogue, expression of the name (`NULL` leaves a row out), column of the database.
const OBJECTS: &[(Class, &str, &str, &str)] = &[
    (Class::Table, "TABLES", "IF(TABLE_TYPE = 'BASE TABLE', TABLE_NAME, NULL)", "TABLE_SCHEMA"),
    (Class::View, "VIEWS", "TABLE_NAME", "TABLE_SCHEMA"),
    (Class::Sequence, "TABLES", "IF(TABLE_TYPE = 'SEQUENCE', TABLE_NAME, NULL)", "TABLE_SCHEMA"),
    (Class::Procedure, "ROUTINES", "IF(ROUTINE_TYPE = 'PROCEDURE', ROUTINE_NAME, NULL)", "ROUTINE_SCHEMA"),
    (Class::Function, "ROUTINES", "IF(ROUTINE_TYPE = 'FUNCTION', ROUTINE_NAME, NULL)", "ROUTINE_SCHEMA"),
    (Class::Trigger, "TRIGGERS", "TRIGGER_NAME", "TRIGGER_SCHEMA"),
    (Class::Event, "EVENTS", "EVENT_NAME", "EVENT_SCHEMA"),
];

const PARTS: &[(Part, &str, &str, &str)] = &[
    (Part::Column, "COLUMNS", "COLUMN_NAME", "TABLE_SCHEMA"),
    (Part::Index, "STATISTICS", "INDEX_NAME", "TABLE_SCHEMA"),
    (Part::Constraint, "TABLE_CONSTRAINTS", "CONSTRAINT_NAME", "TABLE_SCHEMA"),
];

/// Names, and the tables that they belong to.
async fn catalogue(
    link: &mut Link,
    what: &str,
    column: &str,
    schema: &str,
) -> Result<Vec<(String, String)>, ServerError> {
    let question = format!("{what} WHERE {column} = {}", sql::literal(schema));
    let rows = link.rows(link.caps.limit.bounded(&question)).await?;
    let pair = |row: &crate::server::row::Row| Some((row.verbatim(0)?, row.verbatim(1).unwrap_or_default()));
    Ok(rows.iter().filter_map(pair).collect())
}
