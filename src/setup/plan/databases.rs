//! Databases, their tables, their default rows, dbdeck's record, and the administrator of the service's site.

use crate::migration::tables::{ADDED, HISTORY};
use crate::server::sql::{ident, literal};
use crate::setup::answers::{Answers, DatabaseAnswer};
use crate::setup::found::{Found, FoundDatabase, FoundMigrations};
use crate::setup::schema::{DEFAULTS, Expected, rows_of, tables_of, tables_of_record};
use crate::setup::service;
use crate::setup::step::{Act, Difference, State, Statement, Step, Subject};

const CHARSET: &str = "utf8mb4";
const COLLATION: &str = "utf8mb4_unicode_ci";

/// What is found of an answer's database; nothing, when nobody has looked.
fn found_of<'f>(answer: &DatabaseAnswer, found: &'f Found) -> Option<&'f FoundDatabase> {
    found.databases.get(&answer.name)
}

/// The database itself. Character set and collation are written out: servers' defaults differ.
pub fn database(answer: &DatabaseAnswer, found: &Found) -> Step {
    let name = ident(&answer.schema);
    let made = found_of(answer, found).and_then(|database| database.made.as_ref());
    let statements = match made {
        None => vec![Statement::plain(format!("CREATE DATABASE {name} CHARACTER SET {CHARSET} COLLATE {COLLATION}"))],
        Some(_) => Vec::new(),
    };
    let differs = made.filter(|(charset, collation)| charset != CHARSET || collation != COLLATION);
    let difference = differs.map(|(charset, collation)| Difference {
        what: format!("{} has {charset} and {collation} for its default", answer.schema),
        remedy: format!("ALTER DATABASE {name} CHARACTER SET {CHARSET} COLLATE {COLLATION}"),
    });
    let title = format!("database {}", answer.schema);
    Step::of(Subject::Database(answer.name.clone()), title, None, statements, difference.into_iter().collect())
}

/// The service's tables in it, and the record of its migrations.
pub fn tables(answer: &DatabaseAnswer, found: &Found) -> Step {
    let expected = tables_of(service::database(&answer.name.0));
    let (mut statements, differences) = compared(&expected, found_of(answer, found));
    statements.extend(history_columns(found_of(answer, found)));
    let title = format!("{} tables in {}", expected.len(), answer.schema);
    Step::of(Subject::Tables(answer.name.clone()), title, Some(&answer.schema), statements, differences)
}

/// The tables of dbdeck's own record.
pub fn record(answer: &DatabaseAnswer, found: &Found) -> Step {
    let (statements, differences) = compared(&tables_of_record(), found_of(answer, found));
    let title = format!("dbdeck's record in {}", answer.schema);
    Step::of(Subject::Record(answer.name.clone()), title, Some(&answer.schema), statements, differences)
}

/// Makes the tables that are not there, and names what is different in those that are.
fn compared(expected: &[Expected], found: Option<&FoundDatabase>) -> (Vec<Statement>, Vec<Difference>) {
    let (mut statements, mut differences) = (Vec::new(), Vec::new());
    for table in expected {
        match found.and_then(|database| database.tables.get(&table.name)) {
            None => statements.push(Statement::plain(&table.statement)),
            Some(there) => differences.extend(different(table, there)),
        }
    }
    (statements, differences)
}

fn different(expected: &Expected, found: &crate::setup::found::FoundTable) -> Vec<Difference> {
    let name = &expected.name;
    let mut differences = Vec::new();
    match found.engine.as_deref() {
        Some("InnoDB") => {}
        Some(engine) => differences.push(Difference {
            what: format!("{name} is a table of {engine}, which a crash can damage and no backup can freeze"),
            remedy: format!("ALTER TABLE {name} ENGINE = InnoDB"),
        }),
        None => differences.push(Difference { what: format!("{name} is not a table"), remedy: String::new() }),
    }
    let is_added = |column: &str| name == HISTORY && ADDED.iter().any(|(added, _)| *added == column);
    let lacks = |column: &str| !found.columns.iter().any(|there| there.eq_ignore_ascii_case(column));
    for (column, definition) in expected.columns.iter().filter(|(column, _)| lacks(column) && !is_added(column)) {
        differences.push(Difference {
            what: format!("{name} has no column {column}"),
            remedy: format!("ALTER TABLE {name} ADD COLUMN {column} {definition}"),
        });
    }
    differences
}

/// Older installations' record of migrations lacks columns that may be empty: these are added.
fn history_columns(found: Option<&FoundDatabase>) -> Option<Statement> {
    let history = found?.tables.get(HISTORY)?;
    let lacks = |(column, _): &&(&str, &str)| !history.columns.iter().any(|there| there == column);
    let missing: Vec<String> =
        ADDED.iter().filter(lacks).map(|(column, definition)| format!("ADD COLUMN {column} {definition}")).collect();
    (!missing.is_empty()).then(|| Statement::plain(format!("ALTER TABLE {HISTORY} {}", missing.join(", "))))
}

/// The default rows, where the database has some. Rows that are there are left as the administrators made them.
pub fn rows(answer: &DatabaseAnswer, found: &Found) -> Option<Step> {
    let database = service::database(&answer.name.0).filter(|database| database.rows.is_some())?;
    let is_there = |what: &str, key: &&str| {
        let keys = found_of(answer, found).and_then(|database| database.rows.get(what));
        keys.is_some_and(|keys| keys.iter().any(|there| there == key))
    };
    let complete = DEFAULTS.iter().all(|defaults| defaults.expected.iter().all(|key| is_there(defaults.what, key)));
    let statements = if complete { Vec::new() } else { rows_of(database) };
    let title = format!("default rows in {}", answer.schema);
    let statements = statements.into_iter().map(Statement::plain).collect();
    Some(Step::of(Subject::Rows(answer.name.clone()), title, Some(&answer.schema), statements, Vec::new()))
}

/// What the migration files change; no step where there are no files. `migrate` does it, with its own plan and record, and
/// refuses what is wrong with them: then it is left to whoever can judge that.
pub fn migrations(found: &Found) -> Option<Step> {
    let FoundMigrations { files, pending, problems } = &found.migrations;
    let difference = |what: &String| Difference { what: what.clone(), remedy: String::new() };
    let differences: Vec<Difference> = problems.iter().map(difference).collect();
    let state = match (pending.is_empty(), differences.is_empty()) {
        (false, true) => State::Missing,
        (true, true) => State::There,
        (_, false) => State::Differs,
    };
    let act = Act::Migrations { pending: pending.clone() };
    let title = format!("{files} migrations");
    (*files > 0 || state == State::Differs).then(|| Step {
        subject: Subject::Migrations,
        title,
        act,
        state,
        differences,
    })
}

/// Who logs in to the service's site first. Once there is anybody of that name, nothing is changed.
pub fn administrator(answers: &Answers, answer: &DatabaseAnswer, found: &Found) -> Step {
    let administrator = &answers.administrator;
    let there = found_of(answer, found).is_some_and(|database| {
        database.administrators.iter().any(|name| name.eq_ignore_ascii_case(&administrator.name))
    });
    let (name, email) = (literal(&administrator.name), literal(&administrator.email));
    let insert = "INSERT INTO admin_users (username, email, display_name, role, status, password_hash) VALUES ";
    let statement = Statement::plain(format!("{insert}({name}, {email}, {name}, 'super_admin', 'active', "));
    let statement = statement.hash(administrator.drawn.clone()).then(")");
    let statements = if there { Vec::new() } else { vec![statement] };
    let title = format!("administrator {}", administrator.name);
    Step::of(Subject::Administrator(answer.name.clone()), title, Some(&answer.schema), statements, Vec::new())
}
