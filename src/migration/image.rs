//! What an object is at one instant, as a checksum: whether a statement that was interrupted has been done is seen by it.
//!
//! `SHOW CREATE` without what ordinary work changes (`AUTO_INCREMENT=`), and for statements that leave the definition as it
//! is (`TRUNCATE`, a rebuild) the numbers of the table's files too, which such a statement changes.

use serde::{Deserialize, Serialize};

use super::checksum::sha256;
use crate::server::script::shape::{Class, Object};
use crate::server::{Link, ServerError, sql};

/// An object and its image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// As SQL names its class.
    pub class: String,
    /// The database.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Whether the numbers of its files are part of the checksum.
    #[serde(default)]
    pub files: bool,
    /// Whether they should be, and may not be seen.
    #[serde(default)]
    pub blind: bool,
    /// The checksum; `None` when it is not there.
    pub checksum: Option<String>,
}

/// The images of what a statement makes, changes or removes.
///
/// # Errors
/// The server's; not the one that there is no such object.
pub async fn images(
    link: &mut Link,
    schema: &str,
    objects: &[Object],
    statement: &str,
) -> Result<Vec<Image>, ServerError> {
    let mut images = Vec::new();
    for object in objects {
        let schema = object.schema.as_deref().unwrap_or(schema);
        let files = object.class == Class::Table && leaves_definition(statement);
        images.push(image(link, schema, object.class, &object.name, files).await?);
    }
    Ok(images)
}

/// The same objects once more.
///
/// # Errors
/// As [`images`].
pub async fn again(link: &mut Link, before: &[Image]) -> Result<Vec<Image>, ServerError> {
    let mut images = Vec::new();
    for Image { class, schema, name, files, .. } in before {
        let class = CLASSES.iter().find(|known| known.word() == class).copied().unwrap_or(Class::Table);
        images.push(image(link, schema, class, name, *files).await?);
    }
    Ok(images)
}

const CLASSES: [Class; 8] = [
    Class::Table,
    Class::View,
    Class::Trigger,
    Class::Procedure,
    Class::Function,
    Class::Event,
    Class::Sequence,
    Class::Database,
];

async fn image(
    link: &mut Link,
    schema: &str,
    class: Class,
    name: &str,
    with_files: bool,
) -> Result<Image, ServerError> {
    let place = match class {
        Class::Database => sql::ident(name),
        _ => format!("{}.{}", sql::ident(schema), sql::ident(name)),
    };
    let text = match link.rows(format!("SHOW CREATE {} {place}", class.word())).await {
        Ok(rows) => rows.first().map(|row| definition(&row.verbatim(column(class)).unwrap_or_default())),
        Err(ServerError::Sql { code, .. }) if NOT_THERE.contains(&code) => None,
        Err(error) => return Err(error),
    };
    let files = if with_files && text.is_some() { files(link, schema, name).await? } else { String::new() };
    Ok(Image {
        class: class.word().to_owned(),
        schema: schema.to_owned(),
        name: name.to_owned(),
        files: with_files,
        blind: with_files && text.is_some() && files.is_empty(),
        checksum: text.map(|text| sha256(format!("{text}\n{files}").as_bytes())),
    })
}

/// No such database, table, routine, event, trigger, sequence (measured on both flavors).
const NOT_THERE: [u16; 7] = [1049, 1051, 1146, 1305, 1360, 1539, 4091];

/// Where `SHOW CREATE` has the definition.
fn column(class: Class) -> usize {
    match class {
        Class::Table | Class::View | Class::Sequence | Class::Database => 1,
        Class::Trigger | Class::Procedure | Class::Function => 2,
        Class::Event => 3,
    }
}

/// Every insert moves the counter on.
fn definition(text: &str) -> String {
    let Some(at) = text.find(" AUTO_INCREMENT=") else { return text.to_owned() };
    let (before, counter) = text.split_at(at);
    let rest = counter.trim_start_matches(" AUTO_INCREMENT=").trim_start_matches(|digit: char| digit.is_ascii_digit());
    format!("{before}{rest}")
}

/// Whether a statement may change a table without changing its definition.
fn leaves_definition(statement: &str) -> bool {
    let words = statement.to_ascii_uppercase();
    ["TRUNCATE", "ENGINE", "FORCE", "REBUILD", "DISCARD", "IMPORT", "EXCHANGE", "RENAME", "REPLACE"]
        .iter()
        .any(|word| words.contains(word))
}

/// The numbers of the files of a table and its partitions; nothing where they may not be seen.
async fn files(link: &mut Link, schema: &str, table: &str) -> Result<String, ServerError> {
    let name = format!("{schema}/{table}");
    let (exact, parts) = (sql::literal(&name), sql::literal(&format!("{}#%", sql::like_escape(&name))));
    let source = link.caps.tablespaces;
    let question = format!("SELECT SPACE FROM {source} WHERE NAME = {exact} OR NAME LIKE {parts} ORDER BY SPACE");
    match link.rows(question).await {
        Ok(rows) => Ok(rows.iter().map(|row| row.text_or_empty(0)).collect::<Vec<_>>().join(",")),
        Err(error) if error.is_harmless() => Ok(String::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_no_part_of_a_definition() {
        let check = |text: &str, expected: &str| assert_eq!(definition(text), expected);
        check(") ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4", ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
        check(") ENGINE=InnoDB", ") ENGINE=InnoDB");
    }
}
