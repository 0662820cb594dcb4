//! An empty table of the same definition, made to be asked and dropped again.
//!
//! Its name says which connection made it, and that one holds a lock meanwhile: a clone that a dead process left behind is
//! dropped by the next one that asks in the same database. `CREATE TABLE … LIKE` copies columns, indexes, checks and
//! partitions, but no foreign keys. Deliberately absent: adding those. It would lock the tables they refer to, and asking
//! must not be in anybody's way.

use crate::clock::Moment;
use crate::server::script::shape::{Pin, Shape};
use crate::server::{Link, ServerError, sql};

use super::answer::{Algorithm, Answer, Lock, WAYS, Waits, Way};

/// What all names begin with.
const PREFIX: &str = "_dbdeck_probe_";

/// The name of the lock that a connection holds while it has clones: it ends with it.
fn lock_of(thread: &str) -> String {
    sql::readable(&format!("dbdeck:probe:{thread}"))
}

/// Says that this connection has clones.
async fn announce(link: &mut Link) -> Result<(), ServerError> {
    let lock = lock_of(&link.id.to_string());
    link.rows(format!("SELECT GET_LOCK({lock}, 0)")).await.map(drop)
}

/// The server does not do it this way (any more: a table takes only so many instant changes); there may be another one.
const NOT_THIS_WAY: [u16; 3] = [1845, 1846, 4092];
const SYNTAX: u16 = 1064;

/// An empty clone of one table.
#[derive(Debug)]
pub(super) struct EmptyClone {
    /// The table it is like.
    pub table: String,
    place: String,
    name: String,
}

impl EmptyClone {
    /// Makes the `number`th one of this connection.
    pub(super) async fn of(link: &mut Link, schema: &str, table: &str, number: usize) -> Result<Self, ServerError> {
        announce(link).await?;
        let name = format!("{PREFIX}{}_{}_{number}", Moment::now().wall.timestamp(), link.id);
        let place = format!("{}.{}", sql::ident(schema), sql::ident(&name));
        link.execute(format!("CREATE TABLE {place} LIKE {}.{}", sql::ident(schema), sql::ident(table))).await?;
        Ok(Self { table: table.to_owned(), place, name })
    }

    pub(super) async fn drop(&self, link: &mut Link) -> Result<(), ServerError> {
        link.execute(format!("DROP TABLE IF EXISTS {}", self.place)).await.map(drop)
    }

    /// Has the server change the clone in the gentlest way it takes. The clone is then as the table will be.
    pub(super) async fn ask(&self, link: &mut Link, sql: &str, shape: &Shape) -> Result<Answer, ServerError> {
        let Some(pin) = shape.pin else { return self.as_it_is(link, sql, shape).await };
        let mut why_not: Vec<String> = Vec::new();
        for (algorithm, lock) in WAYS {
            let pinned = self.instead_of_table(&pin.put(sql, algorithm.word(), lock.map(Lock::word)), shape);
            let changed = match algorithm {
                Algorithm::Instant if !is_suspect(sql, pin) => link.execute(pinned).await.map(|_| Some(false)),
                _ => self.change(link, &pinned).await,
            };
            match changed {
                Ok(Some(true) | None) if algorithm == Algorithm::Instant => {
                    return Ok(Answer::Unchosen { moves: changed?, written: None });
                }
                Ok(moves) => {
                    let moves = if algorithm == Algorithm::Copy { Some(true) } else { moves };
                    return Ok(Answer::Takes(Way { algorithm, lock, moves, why_not }));
                }
                Err(ServerError::Sql { code, message }) if NOT_THIS_WAY.contains(&code) => {
                    if why_not.last() != Some(&message) {
                        why_not.push(message);
                    }
                }
                Err(ServerError::Sql { code: SYNTAX, .. }) => break,
                Err(error) => return refusal(error, sql),
            }
        }
        self.as_it_is(link, sql, shape).await
    }

    async fn as_it_is(&self, link: &mut Link, sql: &str, shape: &Shape) -> Result<Answer, ServerError> {
        match self.change(link, &self.instead_of_table(sql, shape)).await {
            Ok(moves) => {
                let written = if shape.pin.is_none() { written(sql) } else { None };
                Ok(Answer::Unchosen { moves, written })
            }
            Err(error) => refusal(error, sql),
        }
    }

    /// Whether the change moves rows from one file to another; `None` where the files may not be seen.
    async fn change(&self, link: &mut Link, sql: &str) -> Result<Option<bool>, ServerError> {
        let before = self.files(link).await?;
        link.execute(sql).await?;
        Ok(before.differ(&self.files(link).await?))
    }

    /// The clone's name in the place of the table's. Clauses come behind the name, so its place is still the same.
    fn instead_of_table(&self, sql: &str, shape: &Shape) -> String {
        let place = shape.table.clone().unwrap_or(0..0);
        format!("{}{}{}", &sql[..place.start], self.place, &sql[place.end..])
    }

    /// The tablespaces of the clone.
    async fn files(&self, link: &mut Link) -> Result<Files, ServerError> {
        let (source, name) = (link.caps.tablespaces, sql::literal(&self.name));
        match link.rows(format!("SELECT NAME, SPACE FROM {source} WHERE INSTR(NAME, {name}) > 0")).await {
            Ok(rows) => Ok(Files(Some(rows.iter().map(|row| (row.text_or_empty(0), row.u64(1))).collect()))),
            Err(error) if error.is_harmless() => Ok(Files(None)),
            Err(error) => Err(error),
        }
    }
}

/// Names and numbers; `None` when they may not be seen.
struct Files(Option<Vec<(String, Option<u64>)>>);

impl Files {
    /// Whether some went and others came, or none is left with an engine that has none: then rows were moved.
    fn differ(&self, after: &Self) -> Option<bool> {
        let (before, after) = (self.0.as_ref()?, after.0.as_ref()?);
        if before.is_empty() {
            return None;
        }
        let gone = before.iter().any(|file| !after.contains(file));
        Some(gone && (after.is_empty() || after.iter().any(|file| !before.contains(file))))
    }
}

/// Measured: one of the servers takes `ALGORITHM=INSTANT` for another engine and for (un)partitioning a table, and
/// copies the table all the same. What it does to the files of the clone shows it; where they may not be seen, nothing is
/// believed about these two.
fn is_suspect(statement: &str, pin: Pin) -> bool {
    matches!(pin, Pin::Before(_)) || statement.to_ascii_uppercase().contains("ENGINE")
}

/// A clone has no foreign keys, so what is about one says nothing of the table.
fn refusal(error: ServerError, statement: &str) -> Result<Answer, ServerError> {
    match error {
        ServerError::Sql { .. } if statement.to_ascii_uppercase().contains("FOREIGN") => {
            Ok(Answer::Unknown("a clone has no foreign keys, so the server cannot be asked about this one".to_owned()))
        }
        ServerError::Sql { code, message } => Ok(Answer::Refuses(format!("error {code}: {message}"))),
        error => Err(error),
    }
}

/// What the author has chosen.
fn written(statement: &str) -> Option<Waits> {
    let words: String = statement.to_ascii_uppercase().split_whitespace().collect();
    let says = |clause: &str| words.contains(clause);
    if says("LOCK=EXCLUSIVE") {
        Some(Waits::Everybody)
    } else if says("LOCK=SHARED") || says("ALGORITHM=COPY") && !says("LOCK=NONE") {
        Some(Waits::Writers)
    } else if says("LOCK=NONE") || says("ALGORITHM=INSTANT") || says("ALGORITHM=NOCOPY") {
        Some(Waits::Nobody)
    } else {
        None
    }
}

/// Drops the clones that dead processes left in a database.
pub(super) async fn drop_left_behind(link: &mut Link, schema: &str) -> Result<(), ServerError> {
    let (schema_name, prefix) = (sql::literal(schema), sql::literal(PREFIX));
    let question = format!(
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = {schema_name} AND \
         LEFT(TABLE_NAME, {}) = {prefix}",
        PREFIX.len()
    );
    for name in link.rows(question).await?.iter().filter_map(|row| row.verbatim(0)) {
        let Some(maker) = maker(&name) else { continue };
        let free = link.rows(format!("SELECT IS_FREE_LOCK({})", lock_of(maker))).await?;
        if free.first().and_then(|row| row.flag(0)) == Some(true) {
            link.execute(format!("DROP TABLE IF EXISTS {}.{}", sql::ident(schema), sql::ident(&name))).await?;
        }
    }
    Ok(())
}

/// The connection that made it, as its name says.
fn maker(name: &str) -> Option<&str> {
    name.strip_prefix(PREFIX)?.split('_').nth(1).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::script::Options;
    use crate::server::script::shape::shape;

    #[test]
    fn a_clone_takes_the_place_of_the_table() {
        let clone = EmptyClone { table: "t".into(), place: "`s`.`_dbdeck_probe_1_2_0`".into(), name: String::new() };
        let check = |sql: &str, expected: &str| {
            assert_eq!(clone.instead_of_table(sql, &shape(sql, Options::default())), expected, "{sql}");
        };
        check("ALTER TABLE t ADD t INT", "ALTER TABLE `s`.`_dbdeck_probe_1_2_0` ADD t INT");
        check("CREATE INDEX t ON `x`.t (t)", "CREATE INDEX t ON `s`.`_dbdeck_probe_1_2_0` (t)");
    }

    #[test]
    fn what_is_written_is_believed() {
        let check = |sql: &str, expected: Option<Waits>| assert_eq!(written(sql), expected, "{sql}");
        check("ALTER TABLE t ADD a INT, ALGORITHM = INPLACE, LOCK= NONE", Some(Waits::Nobody));
        check("ALTER TABLE t ADD a INT, algorithm=instant", Some(Waits::Nobody));
        check("ALTER TABLE t ADD a INT, ALGORITHM=COPY", Some(Waits::Writers));
        check("ALTER TABLE t ADD a INT, ALGORITHM=COPY, LOCK=NONE", Some(Waits::Nobody));
        check("ALTER TABLE t ADD a INT, LOCK=EXCLUSIVE", Some(Waits::Everybody));
        check("ALTER TABLE t ADD a INT, ALGORITHM=INPLACE", None);
    }

    #[test]
    fn a_name_says_who_made_it() {
        assert_eq!(maker("_dbdeck_probe_1700000000_12_0"), Some("12"));
        assert_eq!(maker("_dbdeck_probe_x"), None);
        assert_eq!(maker("client_tasks"), None);
    }

    #[test]
    fn files_that_went_and_came_were_moved() {
        let files =
            |numbers: &[u64]| Files(Some(numbers.iter().map(|&number| (String::new(), Some(number))).collect()));
        let check = |before: &[u64], after: &[u64], moved: Option<bool>| {
            assert_eq!(files(before).differ(&files(after)), moved, "{before:?} {after:?}");
        };
        check(&[1], &[1], Some(false));
        check(&[1], &[2], Some(true));
        check(&[1, 2], &[1], Some(false));
        check(&[1], &[1, 2], Some(false));
        check(&[1], &[], Some(true));
        check(&[], &[1], None);
        assert_eq!(Files(None).differ(&files(&[1])), None);
    }
}
