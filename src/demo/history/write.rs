//! A history on its way into the databases: told once, written over one connection per database.

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{History, Narrator, Statements};
use crate::demo::databases::DATABASES;
use crate::server::sql::ident;
use crate::server::{Link, ServerError};
use crate::units::Rows;

/// Statements that wait for a slower database.
const AHEAD: usize = 8;

impl History {
    /// Writes everything, over one connection per database in the order of [`DATABASES`]; the rows written.
    ///
    /// # Errors
    /// The server's; what was written until then stays.
    pub async fn write(self, links: [Link; 3]) -> Result<Rows, ServerError> {
        let [client, admin, shared] = links;
        let ((to_client, for_client), (to_admin, for_admin), (to_shared, for_shared)) =
            (channel(AHEAD), channel(AHEAD), channel(AHEAD));
        let (client, admin, shared, ()) = tokio::try_join!(
            fill(client, DATABASES[0].schema, for_client),
            fill(admin, DATABASES[1].schema, for_admin),
            fill(shared, DATABASES[2].schema, for_shared),
            tell(self, [to_client, to_admin, to_shared]),
        )?;
        Ok(Rows(client + admin + shared))
    }
}

/// A receiver that is gone has failed, and says so itself.
async fn tell(history: History, databases: [Sender<String>; 3]) -> Result<(), ServerError> {
    for day in Narrator::new(history) {
        deliver(day, &databases).await;
    }
    Ok(())
}

async fn deliver(day: Statements, databases: &[Sender<String>; 3]) {
    for (statements, database) in day.into_iter().zip(databases) {
        for statement in statements {
            if database.send(statement).await.is_err() {
                return;
            }
        }
    }
}

/// Its rows are right by construction: the checks of keys are left to the server's buffers.
async fn fill(mut link: Link, schema: &str, mut statements: Receiver<String>) -> Result<u64, ServerError> {
    link.execute(format!("USE {}", ident(schema))).await?;
    link.execute("SET unique_checks = 0").await?;
    let mut rows = 0;
    while let Some(statement) = statements.recv().await {
        rows += link.execute(statement).await?;
    }
    Ok(rows)
}
