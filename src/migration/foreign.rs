//! The records that other tools keep in a database, and which of our files they speak of.
//!
//! | tool | table | a row is |
//! |---|---|---|
//! | dbmate | `schema_migrations` (version, dump) | a version that is applied |
//! | golang-migrate | `schema_migrations` (version, dirty) | the last version; those before it are applied |
//! | Flyway | `flyway_schema_history` | a version and how it ended, or a file that is repeated (no version) |
//! | sqlx | `_sqlx_migrations` | a version, whether it is done, and the SHA-384 of its file |
//! | goose | `goose_db_version` | a version that was applied or taken back; the last row of a version counts |
//!
//! A version is found again in the name of a file: in its day and time, or at the beginning of its title. Reads only.

use std::collections::BTreeMap;

use chrono::Timelike as _;
use sha2::{Digest as _, Sha384};

use super::catalogue;
use super::file::MigrationFile;
use crate::server::row::Row;
use crate::server::{Link, ServerError, sql};

/// Tools whose records are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are those of the tools")]
pub enum Tool {
    Dbmate,
    GolangMigrate,
    Flyway,
    Sqlx,
    Goose,
}

impl Tool {
    /// As it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dbmate => "dbmate",
            Self::GolangMigrate => "golang-migrate",
            Self::Flyway => "Flyway",
            Self::Sqlx => "sqlx",
            Self::Goose => "goose",
        }
    }

    /// Where it keeps its record.
    pub fn table(self) -> &'static str {
        match self {
            Self::Dbmate | Self::GolangMigrate => "schema_migrations",
            Self::Flyway => "flyway_schema_history",
            Self::Sqlx => "_sqlx_migrations",
            Self::Goose => "goose_db_version",
        }
    }

    /// The columns that tell its table from another one of that name.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Dbmate => &["version"],
            Self::GolangMigrate => &["version", "dirty"],
            Self::Flyway => &["installed_rank", "version", "description", "success"],
            Self::Sqlx => &["version", "description", "success", "checksum"],
            Self::Goose => &["version_id", "is_applied"],
        }
    }
}

/// The tools; where two have a table of one name, the one with more columns first.
const TOOLS: [Tool; 5] = [Tool::GolangMigrate, Tool::Dbmate, Tool::Flyway, Tool::Sqlx, Tool::Goose];

/// The record of another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Whose it is.
    pub tool: Tool,
    /// What it says, in the order of its rows.
    pub versions: Vec<Version>,
}

/// A version in such a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Version {
    /// As it is written there; empty for a file that is repeated.
    pub version: String,
    /// In words, where the tool keeps them.
    pub description: String,
    /// Whether it is applied whole.
    pub is_applied: bool,
    /// SHA-384 of its file, where the tool keeps it.
    pub checksum: Option<Vec<u8>>,
}

/// A file that such a record speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The migration.
    pub name: String,
    /// Whether it is applied by that record.
    pub is_applied: bool,
    /// Why, in a sentence.
    pub evidence: String,
}

/// The records of other tools in a database. One question to the catalogue, and one for each that is there.
///
/// # Errors
/// The server's.
pub async fn ledgers(link: &mut Link, schema: &str) -> Result<Vec<Ledger>, ServerError> {
    let tables: Vec<&str> = TOOLS.iter().map(|tool| tool.table()).collect();
    let question = format!(
        "TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = {} AND TABLE_NAME IN ({})",
        sql::literal(schema),
        sql::list(&tables)
    );
    let rows = link.rows(link.caps.limit.bounded(&question)).await?;
    let columns: Vec<(String, String)> = rows.iter().map(|row| (row.text_or_empty(0), row.text_or_empty(1))).collect();
    let has = |table: &str, column: &&str| columns.iter().any(|(of, name)| of == table && name == column);
    let mut ledgers: Vec<Ledger> = Vec::new();
    for tool in TOOLS {
        let is_its = tool.columns().iter().all(|column| has(tool.table(), column));
        if is_its && ledgers.iter().all(|other| other.tool.table() != tool.table()) {
            ledgers.push(Ledger { tool, versions: versions(link, schema, tool).await? });
        }
    }
    Ok(ledgers)
}

async fn versions(link: &mut Link, schema: &str, tool: Tool) -> Result<Vec<Version>, ServerError> {
    let order = match tool {
        Tool::Flyway => "installed_rank",
        Tool::Goose => "id",
        _ => "version",
    };
    let (schema, table) = (sql::ident(schema), sql::ident(tool.table()));
    let rows = link.rows(format!("SELECT * FROM {schema}.{table} ORDER BY {order}")).await?;
    let versions = rows.iter().map(|row| version(row, tool));
    Ok(match tool {
        // Taken back and applied again is one more row: the last one counts. Version 0 is the empty database.
        Tool::Goose => {
            let last: BTreeMap<u64, Version> =
                versions.filter_map(|version| Some((version.version.parse().ok()?, version))).collect();
            last.into_iter().filter(|(number, _)| *number > 0).map(|(_, version)| version).collect()
        }
        _ => versions.collect(),
    })
}

fn version(row: &Row, tool: Tool) -> Version {
    let text = |name: &str| row.named(name).and_then(|column| row.text(column)).unwrap_or_default();
    let flag = |name: &str| row.named(name).and_then(|column| row.flag(column)).unwrap_or(false);
    let bytes = |name: &str| row.named(name).and_then(|column| row.bytes(column)).map(<[u8]>::to_vec);
    match tool {
        Tool::Dbmate => Version { version: text("version"), is_applied: true, ..Version::default() },
        Tool::GolangMigrate => Version { version: text("version"), is_applied: !flag("dirty"), ..Version::default() },
        Tool::Goose => Version { version: text("version_id"), is_applied: flag("is_applied"), ..Version::default() },
        Tool::Flyway => Version {
            version: text("version"),
            description: text("description"),
            // A row of kind DELETE or UNDO_SQL takes the version back.
            is_applied: flag("success") && !matches!(text("type").as_str(), "DELETE" | "UNDO_SQL" | "UNDO_JDBC"),
            checksum: None,
        },
        Tool::Sqlx => Version {
            version: text("version"),
            description: text("description"),
            is_applied: flag("success"),
            checksum: bytes("checksum"),
        },
    }
}

/// Which of the files a record speaks of.
pub fn matches(ledger: &Ledger, files: &[&MigrationFile]) -> Vec<Match> {
    files.iter().filter_map(|file| found(ledger, file)).collect()
}

fn found(ledger: &Ledger, file: &MigrationFile) -> Option<Match> {
    let tool = ledger.tool.name();
    if ledger.tool == Tool::GolangMigrate {
        return reached(ledger.versions.last()?, file);
    }
    let (version, how) = ledger.versions.iter().rev().find_map(|version| Some((version, likeness(version, file)?)))?;
    let what = if version.is_applied { "has applied" } else { "has not finished" };
    let evidence = format!("{tool} {what} {} ({how})", shown(version));
    Some(Match { name: file.name.text.clone(), is_applied: version.is_applied, evidence })
}

/// golang-migrate knows only how far it came.
fn reached(last: &Version, file: &MigrationFile) -> Option<Match> {
    let reached: u64 = last.version.parse().ok()?;
    let own = numbers(file).into_iter().find(|number| number.len() == last.version.len() || number.len() < 8);
    let own: u64 = own?.parse().ok()?;
    let name = file.name.text.clone();
    let tool = Tool::GolangMigrate.name();
    match own.cmp(&reached) {
        std::cmp::Ordering::Greater => None,
        std::cmp::Ordering::Equal if !last.is_applied => Some(Match {
            name,
            is_applied: false,
            evidence: format!("{tool} has not finished version {reached} (dirty)"),
        }),
        _ => Some(Match { name, is_applied: true, evidence: format!("{tool} has come to version {reached}") }),
    }
}

fn shown(version: &Version) -> String {
    let Version { version, description, .. } = version;
    match (version.is_empty(), description.is_empty()) {
        (true, _) => format!("{description:?}"),
        (false, true) => format!("version {version}"),
        (false, false) => format!("version {version} {description:?}"),
    }
}

/// Why a version is this file: by its bytes, by a number, or by its words.
fn likeness(version: &Version, file: &MigrationFile) -> Option<&'static str> {
    if let Some(checksum) = &version.checksum
        && is_of(checksum, file)
    {
        return Some("the same bytes");
    }
    if !version.version.is_empty() && numbers(file).iter().any(|own| is_same_number(own, &version.version)) {
        return Some("by its number");
    }
    let words = words(&version.description);
    (!words.is_empty() && words == self::words(&file.name.title)).then_some("by its name")
}

fn is_of(checksum: &[u8], file: &MigrationFile) -> bool {
    catalogue::read(&file.path).is_ok_and(|text| Sha384::digest(text.as_bytes()).as_slice() == checksum)
}

/// The numbers that a file's name begins with: day and time, the day alone, and what its title begins with (`0003_…`,
/// `V1_2__…`).
fn numbers(file: &MigrationFile) -> Vec<String> {
    let name = &file.name;
    let day = name.date.format("%Y%m%d").to_string();
    let title = name.title.trim_start_matches(['V', 'v']);
    let end = title.find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.').unwrap_or(title.len());
    let lead = title[..end].trim_matches(['_', '.']).to_owned();
    let time = name.time.map(|time| format!("{day}{}", time.format("%H%M%S")));
    let lead = (!lead.is_empty()).then_some(lead);
    // A file without a time may be one of several of its day: the day alone says too little when the title has a number.
    let day = (time.is_none() && lead.is_none()).then_some(day);
    // `000002` reads as a time of day, and is as likely a number that somebody has kept.
    let kept = name.time.filter(|time| time.hour() == 0).map(|time| time.format("%H%M%S").to_string());
    [time, lead, day, kept].into_iter().flatten().collect()
}

/// `1.2`, `1_2` and `01.02` are one number.
fn is_same_number(one: &str, other: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        text.split(['.', '_']).map(|part| part.trim_start_matches('0').to_owned()).collect()
    };
    parts(one) == parts(other)
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::{Checksums, Header, MigrationName};

    fn file(name: &str) -> MigrationFile {
        MigrationFile {
            name: MigrationName::parse(name).unwrap(),
            path: format!("/nowhere/{name}.sql").into(),
            header: Header::default(),
            checksums: Checksums::of(""),
            text: String::new(),
            down: None,
        }
    }

    fn version(version: &str, description: &str, is_applied: bool) -> Version {
        Version { version: version.to_owned(), description: description.to_owned(), is_applied, checksum: None }
    }

    #[test]
    fn a_version_is_found_in_the_name_of_a_file() {
        let check = |tool: Tool, versions: &[Version], name: &str, expected: Option<(bool, &str)>| {
            let file = file(name);
            let found = matches(&Ledger { tool, versions: versions.to_vec() }, &[&file]).pop();
            let found = found.as_ref().map(|found| (found.is_applied, found.evidence.as_str()));
            assert_eq!(found, expected, "{tool:?} {name}");
        };
        let dbmate = [version("20250314093000", "", true)];
        let line = "dbmate has applied version 20250314093000 (by its number)";
        check(Tool::Dbmate, &dbmate, "2025_03_14_093000_users", Some((true, line)));
        check(Tool::Dbmate, &dbmate, "2025_03_14_093001_users", None);
        check(Tool::Dbmate, &dbmate, "2025_03_14_users", None);
        let flyway = [version("1.2", "add users", true), version("", "all views", true), version("2", "more", false)];
        let line = "Flyway has applied version 1.2 \"add users\" (by its number)";
        check(Tool::Flyway, &flyway, "2025_03_14_V1_2__users", Some((true, line)));
        let line = "Flyway has applied version 1.2 \"add users\" (by its name)";
        check(Tool::Flyway, &flyway, "2025_03_14_Add_Users", Some((true, line)));
        check(
            Tool::Flyway,
            &flyway,
            "2025_03_14_all_views",
            Some((true, "Flyway has applied \"all views\" (by its name)")),
        );
        let line = "Flyway has not finished version 2 \"more\" (by its number)";
        check(Tool::Flyway, &flyway, "2025_03_14_0002_x", Some((false, line)));
        let sequence = [version("3", "", true)];
        let line = "golang-migrate has come to version 3";
        check(Tool::GolangMigrate, &sequence, "2025_03_14_000002_x", Some((true, line)));
        check(Tool::GolangMigrate, &sequence, "2025_03_14_000003_x", Some((true, line)));
        check(Tool::GolangMigrate, &sequence, "2025_03_14_0004_x", None);
        check(Tool::GolangMigrate, &sequence, "2025_03_14_x", None);
        let dirty = [version("20250314093000", "", false)];
        check(
            Tool::GolangMigrate,
            &dirty,
            "2025_03_14_092900_x",
            Some((true, "golang-migrate has come to version 20250314093000")),
        );
        let line = "golang-migrate has not finished version 20250314093000 (dirty)";
        check(Tool::GolangMigrate, &dirty, "2025_03_14_093000_x", Some((false, line)));
    }
}
