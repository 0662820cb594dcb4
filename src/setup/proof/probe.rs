//! The attempts: one harmless statement for each verb, and what the server's answer to it means.

use super::matrix::{Answer, Cell, Verb};
use crate::server::sql::{ident, literal};
use crate::server::{Link, ServerError};
use crate::setup::policy::Access;

/// A table that is there, and one of its columns that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    table: String,
    column: String,
}

/// No table has this name.
const NOPE: &str = "__dbdeck_nope__";

/// Looks for a table. The record of migrations is preferred: every database has it and nobody works on it, so that
/// nobody waits when an attempt has to lock its name.
///
/// # Errors
/// As [`Link::rows`].
pub async fn ground(link: &mut Link, schema: &str) -> Result<Option<Ground>, ServerError> {
    let asked = format!(
        "SELECT t.TABLE_NAME, MIN(c.COLUMN_NAME) FROM information_schema.TABLES AS t \
         JOIN information_schema.COLUMNS AS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME \
         WHERE t.TABLE_SCHEMA = {} AND t.TABLE_TYPE = 'BASE TABLE' AND c.EXTRA NOT LIKE '%GENERATED%' \
         GROUP BY t.TABLE_NAME ORDER BY t.TABLE_NAME = 'migration_history' DESC, t.TABLE_NAME LIMIT 1",
        literal(schema)
    );
    let rows = link.rows(asked).await?;
    Ok(rows.first().and_then(|row| Some(Ground { table: row.verbatim(0)?, column: row.verbatim(1)? })))
}

/// Tries every verb in a database. Those that would change rows are taken back, though they change none: some binary logs
/// would have them.
pub async fn cells(link: &mut Link, schema: &str, ground: Option<&Ground>, access: Access) -> Vec<Cell> {
    let mut cells = Vec::new();
    for verb in Verb::ALL {
        let around = match verb {
            Verb::Select => Some("START TRANSACTION"),
            Verb::Create => Some("ROLLBACK"),
            _ => None,
        };
        if let Some(statement) = around
            && let Err(error) = link.execute(statement).await
        {
            cells.push(Cell { verb, answer: Answer::Unknown(error.to_string()), expected: access.expects(verb) });
            continue;
        }
        let answer = match attempt(verb, schema, ground) {
            Some(statement) => meaning(link.execute(statement).await),
            None => Answer::Unknown("no table is there to try it on".to_owned()),
        };
        cells.push(Cell { verb, answer, expected: access.expects(verb) });
    }
    cells
}

/// A statement that changes nothing, whether it is allowed or not. Without a table that is there, those that would make
/// one are not tried.
fn attempt(verb: Verb, schema: &str, ground: Option<&Ground>) -> Option<String> {
    let name = |table: &str| format!("{}.{}", ident(schema), ident(table));
    let (there, nope) = (ground.map(|ground| name(&ground.table)), name(NOPE));
    let table = there.as_ref().unwrap_or(&nope);
    let column = ident(ground.map_or("c", |ground| &ground.column));
    Some(match verb {
        Verb::Select => format!("SELECT 1 FROM {table} LIMIT 0"),
        Verb::Insert => format!("INSERT INTO {table} SELECT * FROM {table} WHERE FALSE"),
        Verb::Update => format!("UPDATE {table} SET {column} = {column} WHERE FALSE"),
        Verb::Delete => format!("DELETE FROM {table} WHERE FALSE"),
        Verb::Create => format!("CREATE TABLE {} (c INT)", there?),
        Verb::View => format!("CREATE VIEW {} AS SELECT 1", there?),
        Verb::Alter => format!("ALTER TABLE {nope} ADD COLUMN c INT"),
        Verb::Drop => format!("DROP TABLE {nope}"),
        Verb::Truncate => format!("TRUNCATE TABLE {nope}"),
        Verb::Index => format!("CREATE INDEX i ON {nope} (c)"),
        Verb::Lock => format!("LOCK TABLES {nope} READ"),
        Verb::Routine => format!("DROP PROCEDURE {nope}"),
    })
}

/// 1050: it exists. 1051, 1146, 1305: it does not. Both flavors judge the right before they look (measured).
fn meaning(answer: Result<u64, ServerError>) -> Answer {
    match answer {
        Ok(_) | Err(ServerError::Sql { code: 1050 | 1051 | 1146 | 1305, .. }) => Answer::Allowed,
        Err(error) if error.is_denied() => Answer::Denied,
        Err(error) => Answer::Unknown(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_attempt_can_change_anything() {
        let ground = Ground { table: "t`".to_owned(), column: "c".to_owned() };
        for verb in Verb::ALL {
            let with = attempt(verb, "s", Some(&ground)).unwrap();
            let harmless = with.contains(NOPE) || with.contains("FALSE") || with.contains("LIMIT 0");
            assert!(harmless || with.starts_with("CREATE ") && with.contains("`s`.`t```"), "{with}");
            match attempt(verb, "s", None) {
                Some(without) => assert!(without.contains(NOPE) && !without.contains("`t"), "{without}"),
                None => assert!(matches!(verb, Verb::Create | Verb::View)),
            }
        }
    }

    #[test]
    fn answers_mean_what_was_measured() {
        let sql = |code| Err(ServerError::Sql { code, message: String::new() });
        for code in [1050, 1051, 1146, 1305] {
            assert_eq!(meaning(sql(code)), Answer::Allowed, "{code}");
        }
        for code in [1142, 1044, 1370] {
            assert_eq!(meaning(sql(code)), Answer::Denied, "{code}");
        }
        assert_eq!(meaning(Ok(0)), Answer::Allowed);
        assert!(matches!(meaning(sql(1290)), Answer::Unknown(_)));
    }
}
