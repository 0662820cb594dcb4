//! New files: a name from the clock and what it is for, a header, and forms that can be run twice.
//!
//! A file appears whole or not at all, and never in the place of another one. The command `create` and the console's
//! editor write through here.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Local};

use super::name::MigrationName;

/// What a new file says of itself.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it is called, in any words.
    pub title: String,
    /// The databases, as a header has them: `client, shared` or `all`.
    pub databases: String,
    /// What it is for.
    pub description: String,
    /// Who writes it.
    pub author: String,
    /// When.
    pub now: DateTime<Local>,
}

/// Why there is no new file.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Nothing is left of the name, or the clock has no such day.
    #[error("{0}")]
    Name(String),
    /// There is one already.
    #[error("{} is there already; it was left as it is", .0.display())]
    Exists(PathBuf),
    /// The system's reason.
    #[error("cannot write {}: {error}", .path.display())]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// Why it was not.
        error: io::Error,
    },
}

/// Writes a new file with a header and a template, and makes the directory when there is none; says where it is.
///
/// # Errors
/// [`CreateError`]; nothing is left behind then.
pub fn create(directory: &Path, draft: &Draft) -> Result<PathBuf, CreateError> {
    save(directory, &file_name(&draft.title, draft.now)?, &template(draft))
}

/// Writes a text under a name without `.sql`, which must be that of a migration.
///
/// # Errors
/// As [`create`].
pub fn save(directory: &Path, name: &str, text: &str) -> Result<PathBuf, CreateError> {
    let name = MigrationName::parse(name).map_err(CreateError::Name)?;
    if name.text.contains(['/', '\0']) {
        return Err(CreateError::Name(format!("{:?} is no name of a file", name.text)));
    }
    let path = directory.join(format!("{name}.sql"));
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => CreateError::Exists(path.clone()),
        _ => CreateError::Io { path: path.clone(), error },
    };
    fs::create_dir_all(directory).map_err(failed)?;
    write_whole(directory, &path, text).map_err(failed)?;
    Ok(path)
}

/// `2025_03_14_093000_add_nickname`, of any words.
///
/// # Errors
/// [`CreateError::Name`] when no letter or digit is in them.
pub fn file_name(title: &str, now: DateTime<Local>) -> Result<String, CreateError> {
    let words = slug(title);
    if words.is_empty() {
        let sentence = format!("{title:?} gives no name: it needs a letter from a to z or a digit");
        return Err(CreateError::Name(sentence));
    }
    Ok(format!("{}_{words}", now.format("%Y_%m_%d_%H%M%S")))
}

/// The longest part of a name that is made of a title: with the time before it, and `.down.sql`, any file system takes it.
const LONGEST: usize = 120;

/// Small letters and digits; whatever is between them is one underscore.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.truncate(LONGEST);
    slug.trim_end_matches('_').to_owned()
}

/// A new file's text: the header, and forms that every server runs and that may be run again.
pub fn template(draft: &Draft) -> String {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Draft { databases, description, author, now, .. } = draft;
    format!(
        "-- Database: {}\n-- Description: {}\n-- Author: {}\n-- Created: {}\n{FORMS}",
        line(databases),
        line(description),
        line(author),
        now.format("%Y-%m-%d %H:%M:%S")
    )
}

/// Comments, so that a file that nobody has finished has no statement, and is named for it.
const FORMS: &str = "
-- Write the statements here. These forms run on every server, and may be run again without harm:

-- CREATE TABLE IF NOT EXISTS example (
--   id         BIGINT    NOT NULL AUTO_INCREMENT COMMENT 'Row number',
--   created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'When it was made',
--   PRIMARY KEY (id)
-- ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='What it holds';

-- SET @statement = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE example ADD COLUMN note VARCHAR(100) NULL', 'DO 0')
--   FROM information_schema.COLUMNS
--   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'example' AND COLUMN_NAME = 'note');
-- PREPARE change_table FROM @statement;
-- EXECUTE change_table;
-- DEALLOCATE PREPARE change_table;

-- SET @statement = (SELECT IF(COUNT(*) = 0, 'CREATE INDEX idx_example_note ON example (note)', 'DO 0')
--   FROM information_schema.STATISTICS
--   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'example' AND INDEX_NAME = 'idx_example_note');
-- PREPARE change_table FROM @statement;
-- EXECUTE change_table;
-- DEALLOCATE PREPARE change_table;
";

/// Written beside its place, and given its name when all of it is on the disk: a link takes no other file's place.
fn write_whole(directory: &Path, path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = directory.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = write_new(&unfinished, text).and_then(|()| match fs::hard_link(&unfinished, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => write_new(path, text),
        linked => linked,
    });
    let removed = fs::remove_file(&unfinished);
    written.and(removed)?;
    File::open(directory)?.sync_all()
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::Header;
    use crate::server::script::{self, Options};

    fn draft(title: &str) -> Draft {
        Draft {
            title: title.to_owned(),
            databases: "client".to_owned(),
            description: "Adds\n the nickname -- Database: admin".to_owned(),
            author: "ann@desk".to_owned(),
            now: crate::clock::Moment::now().wall,
        }
    }

    #[test]
    fn a_name_is_made_of_any_words() {
        let check = |title: &str, expected: &str| assert_eq!(slug(title), expected, "{title}");
        check("add nickname", "add_nickname");
        check("  Add -- NickName! ", "add_nickname");
        check("../../etc/passwd", "etc_passwd");
        check("表 a", "a");
        check("表", "");
        check("x.sql", "x_sql");
        assert_eq!(slug(&"ab ".repeat(100)).len(), 119);
        assert!(file_name("表", crate::clock::Moment::now().wall).is_err());
    }

    #[test]
    fn a_file_appears_whole_and_never_in_the_place_of_another() {
        let directory = tempfile::tempdir().unwrap();
        let below = directory.path().join("deep/migrations");
        let path = create(&below, &draft("first")).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(matches!(save(&below, &name, "other"), Err(CreateError::Exists(there)) if there == path));
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "it was left as it was");
        assert_eq!(fs::read_dir(&below).unwrap().count(), 1, "nothing else is left");
        assert!(matches!(save(&below, "2025_02_30_x", "text"), Err(CreateError::Name(_))));
        assert!(matches!(save(&below, "../2025_02_03_x", "text"), Err(CreateError::Name(_))));
        assert!(matches!(save(&below, "2025_02_03_x/y", "text"), Err(CreateError::Name(_))));
        let blocked = below.join(format!("{name}.sql/below"));
        assert!(matches!(save(&blocked, "2025_02_03_x", "text"), Err(CreateError::Exists(_) | CreateError::Io { .. })));
    }

    #[test]
    fn a_template_has_a_header_and_no_statement_yet() {
        let text = template(&draft("first"));
        let (header, problems) = Header::read(&text, &[]);
        assert_eq!(header.description.as_deref(), Some("Adds the nickname -- Database: admin"));
        assert_eq!(problems.len(), 1, "only that no database is configured: {problems:?}");
        assert!(script::split(&text, Options::default()).unwrap().is_empty());
        let used = text.replace("\n-- ", "\n").replace("Write the", "-- Write the");
        let (_, used) = used.split_once("\n\n").unwrap();
        assert_eq!(script::split(used, Options::default()).unwrap().len(), 9);
    }
}
