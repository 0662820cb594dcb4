//! The directory of migrations, read and checked as a whole: every problem is named, none stops the reading.

use std::collections::HashMap;
use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::checksum::Checksums;
use super::file::{MigrationFile, fill};
use super::header::Header;
use super::name::MigrationName;
use crate::config::{Config, MigrationSettings, Target};
use crate::server::script::Options;
use crate::server::script::shape::{self, Kind};
use crate::units::DatabaseName;

/// All migrations there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogue {
    /// Where they were looked for.
    pub directory: PathBuf,
    /// Whether that directory is not there.
    pub missing: bool,
    /// Those that can be read, in order.
    pub files: Vec<MigrationFile>,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
}

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, or the directory.
    pub path: PathBuf,
    /// The line, from 1, where there is one.
    pub line: Option<usize>,
    /// What, and what would be right.
    pub sentence: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, sentence) = (self.path.display(), &self.sentence);
        match self.line {
            Some(line) => write!(f, "{path}:{line}: {sentence}"),
            None => write!(f, "{path}: {sentence}"),
        }
    }
}

/// Larger than any script that a person has read.
const MOST_BYTES: u64 = 64 << 20;

impl Catalogue {
    /// Reads the configured directory.
    pub fn read(config: &Config) -> Self {
        Self::read_from(&config.migrations)
    }

    /// The same, of whoever has only these settings.
    pub fn read_from(settings: &MigrationSettings) -> Self {
        let directory = settings.directory.clone();
        let mut catalogue = Self { directory, ..Self::default() };
        let names = match names(&catalogue.directory) {
            Ok(names) => names,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                catalogue.missing = true;
                return catalogue;
            }
            Err(error) => {
                let path = catalogue.directory.clone();
                catalogue.problem(&path, None, format!("the directory cannot be read: {error}"));
                return catalogue;
            }
        };
        for name in &names {
            catalogue.take(name, &names, &settings.databases);
        }
        catalogue.files.sort_by(|one, other| one.name.cmp(&other.name));
        catalogue.check_duplicates();
        catalogue.check_order();
        catalogue
    }

    /// The migrations of one database, in order.
    pub fn of<'a>(&'a self, database: &'a DatabaseName) -> impl Iterator<Item = &'a MigrationFile> {
        self.files.iter().filter(move |file| file.header.databases.contains(database))
    }

    /// The migration of that name.
    pub fn find(&self, name: &str) -> Option<&MigrationFile> {
        self.files.iter().find(|file| file.name.text == name)
    }

    fn problem(&mut self, path: &Path, line: Option<usize>, sentence: String) {
        self.problems.push(Problem { path: path.to_owned(), line, sentence });
    }

    fn take(&mut self, file_name: &str, names: &[String], targets: &[Target]) {
        let path = self.directory.join(file_name);
        let Some(stem) = file_name.strip_suffix(".sql") else {
            return self.problem(&path, None, "the name of a migration ends in .sql, in small letters".to_owned());
        };
        if let Some(up) = stem.strip_suffix(DOWN) {
            if !names.contains(&format!("{up}.sql")) {
                self.problem(&path, None, format!("it takes {up}.sql back, which is not there"));
            }
            return;
        }
        let name = match MigrationName::parse(stem) {
            Ok(name) => name,
            Err(sentence) => return self.problem(&path, None, sentence),
        };
        let down = names.contains(&format!("{stem}{DOWN}.sql"));
        let down = down.then(|| self.directory.join(format!("{stem}{DOWN}.sql")));
        if let Some(file) = self.open(path, name, down, targets) {
            self.files.push(file);
        }
    }

    fn open(
        &mut self,
        path: PathBuf,
        name: MigrationName,
        down: Option<PathBuf>,
        targets: &[Target],
    ) -> Option<MigrationFile> {
        let raw = read(&path).map_err(|sentence| self.problem(&path, None, sentence)).ok()?;
        let (header, wrong) = Header::read(&raw, targets);
        for problem in wrong {
            self.problem(&path, problem.line, problem.sentence);
        }
        let text = fill(&raw, targets).map_err(|(line, what)| self.problem(&path, Some(line), what)).ok()?;
        let file = MigrationFile { name, path, header, checksums: Checksums::of(&raw), text, down };
        self.check_statements(&file, targets);
        Some(file)
    }

    /// Every statement must be one, and a `USE` must name the database the file is for.
    fn check_statements(&mut self, file: &MigrationFile, targets: &[Target]) {
        let statements = match file.statements() {
            Ok(statements) => statements,
            Err(error) => {
                let sentence = format!("column {}: {}", error.column, error.problem);
                return self.problem(&file.path, Some(error.line), sentence);
            }
        };
        if statements.is_empty() {
            self.problem(&file.path, None, "it has no statement".to_owned());
        }
        for statement in &statements {
            let Some(database) = used(statement.text) else { continue };
            if let Some(sentence) = wrong_use(&database, file, targets) {
                self.problem(&file.path, Some(statement.line), sentence);
            }
        }
    }

    /// Two names that differ in what does not count.
    fn check_duplicates(&mut self) {
        let mut seen: HashMap<(String, String), PathBuf> = HashMap::new();
        let mut problems = Vec::new();
        for file in &self.files {
            let time = file.name.time.unwrap_or_default();
            let key = (format!("{} {time}", file.name.date), file.name.title.to_lowercase());
            if let Some(other) = seen.insert(key, file.path.clone()) {
                let other = other.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let sentence = format!("{other} has the same day, time and name; rename one of them");
                problems.push(Problem { path: file.path.clone(), line: None, sentence });
            }
        }
        self.problems.extend(problems);
    }

    /// What a file comes after must be there, in that database, and not come after it in turn.
    fn check_order(&mut self) {
        let mut problems = Vec::new();
        for file in &self.files {
            for after in &file.header.after {
                let others: Vec<_> = match &after.database {
                    Some(database) => vec![database],
                    None => file.header.databases.iter().collect(),
                };
                let other = self.find(&after.name);
                let is_there =
                    |database: &&DatabaseName| other.is_some_and(|other| other.header.databases.contains(database));
                let sentence = match others.into_iter().find(|database| !is_there(database)) {
                    Some(database) => format!("it comes after {database}@{}, which is not there", after.name),
                    None if self.comes_after(&after.name, &file.name.text) => {
                        format!("it comes after {}, which comes after it", after.name)
                    }
                    None => continue,
                };
                problems.push(Problem { path: file.path.clone(), line: None, sentence });
            }
        }
        self.problems.extend(problems);
    }

    /// Whether one file comes after another by what their headers say.
    fn comes_after(&self, one: &str, other: &str) -> bool {
        let mut open = vec![one];
        let mut seen = Vec::new();
        while let Some(name) = open.pop() {
            if name == other {
                return true;
            }
            if !seen.contains(&name) {
                seen.push(name);
                open.extend(self.find(name).into_iter().flat_map(|file| &file.header.after).map(|it| it.name.as_str()));
            }
        }
        false
    }
}

/// What a script that takes another one back has behind its name.
const DOWN: &str = ".down";

/// What looks like SQL, sorted; hidden files and everything else in the directory are not ours.
fn names(directory: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_sql = name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("sql"));
        if is_sql && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Reads a script.
///
/// # Errors
/// Why it cannot be read, in a sentence.
pub fn read(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| format!("it cannot be read: {error}"))?;
    let size =
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| format!("it cannot be read: {error}"))?;
    if u64::try_from(size).unwrap_or(u64::MAX) > MOST_BYTES {
        return Err("it is larger than 64 MiB; load such data with the server's client".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let good = String::from_utf8_lossy(error.as_bytes().get(..at).unwrap_or_default());
        let line = good.matches('\n').count() + 1;
        format!("it is not UTF-8 text from line {line} on; save it as UTF-8")
    })
}

/// The database that a `USE` names.
fn used(statement: &str) -> Option<String> {
    let shape = shape::shape(statement, Options::default());
    if shape.kind != Kind::Session {
        return None;
    }
    shape::used_database(statement)
}

fn wrong_use(database: &str, file: &MigrationFile, targets: &[Target]) -> Option<String> {
    let own: Vec<_> = targets.iter().filter(|target| file.header.databases.contains(&target.name)).collect();
    match own.as_slice() {
        [target] if target.schema == database => None,
        [] => None,
        [target] => Some(format!(
            "it uses the database {database}, but its header says {}, which is {}",
            target.name, target.schema
        )),
        _ => Some(format!("it uses the database {database}, but is for several; leave the USE out")),
    }
}
