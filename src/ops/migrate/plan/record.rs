//! What is missing of the record of migrations in a database.

use crate::config::Target;
use crate::migration::tables::{ADDED, HISTORY, STEPS, creation};
use crate::op::OpError;
use crate::server::{Link, ServerError, sql};

/// The statements that make or extend the tables of the record; none when they are there.
///
/// # Errors
/// [`OpError::Server`].
pub async fn missing(link: &mut Link, target: &Target) -> Result<Vec<String>, OpError> {
    let statements = read(link, &target.schema).await;
    statements.map_err(OpError::server(format!("looking for the record of migrations of {}", target.name)))
}

async fn read(link: &mut Link, schema: &str) -> Result<Vec<String>, ServerError> {
    let question = format!(
        "TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = {} AND TABLE_NAME IN ({})",
        sql::literal(schema),
        sql::list(&[HISTORY, STEPS])
    );
    let rows = link.rows(link.caps.limit.bounded(&question)).await?;
    let columns: Vec<(String, String)> = rows.iter().map(|row| (row.text_or_empty(0), row.text_or_empty(1))).collect();
    let is_there = |table: &str| columns.iter().any(|(of, _)| of == table);
    let made = creation().into_iter().zip([HISTORY, STEPS]).filter(|(_, table)| !is_there(table));
    let mut statements: Vec<String> = made.map(|(statement, _)| statement).collect();
    if is_there(HISTORY) {
        let lacks = |column: &str| !columns.iter().any(|(of, name)| of == HISTORY && name == column);
        let added = ADDED.iter().filter(|(column, _)| lacks(column));
        let added: Vec<String> =
            added.map(|(column, definition)| format!("ADD COLUMN {column} {definition}")).collect();
        if !added.is_empty() {
            statements.push(format!("ALTER TABLE {HISTORY} {}", added.join(", ")));
        }
    }
    Ok(statements)
}
