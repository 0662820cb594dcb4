//! Which of the rights that an operation needs the account lacks, found out while planning.
//!
//! A warning and no refusal: not every run needs every right, and the server has the last word anyway.

use super::cx::PlanCx;
use super::error::OpError;
use super::meta::Meta;
use crate::config::Target;
use crate::server::read::rights::{self, On};

/// How [`Meta::needs`] writes a right on all tables of the database.
const ON_DATABASE: &str = " ON {database}";

/// A sentence for each database on which the account lacks something, with the statement that gives it.
///
/// # Errors
/// [`OpError::Server`].
pub(super) async fn lacking(meta: &Meta, cx: &PlanCx) -> Result<Vec<String>, OpError> {
    let wanted: Vec<&str> = on_database(meta).collect();
    let mut sentences = Vec::new();
    if !wanted.is_empty() {
        for target in &cx.targets {
            sentences.extend(lacking_on(target, &wanted, cx).await?);
        }
    }
    Ok(sentences)
}

fn on_database(meta: &Meta) -> impl Iterator<Item = &'static str> {
    let lists = meta.needs.iter().filter_map(|need| need.strip_suffix(ON_DATABASE));
    lists.flat_map(|list| list.split(", "))
}

async fn lacking_on(target: &Target, wanted: &[&str], cx: &PlanCx) -> Result<Option<String>, OpError> {
    let mut link = cx.connect(target).await?;
    let rights = rights::read(&mut link).await.map_err(OpError::server("reading this account's rights"))?;
    let lacking = wanted.iter().filter(|right| !rights.has(right, On::Database(&target.schema)));
    let lacking = lacking.copied().collect::<Vec<_>>().join(", ");
    let grant = link.caps.grant(&lacking, &link.caps.scope_of(&target.schema));
    Ok((!lacking.is_empty()).then(|| format!("this account lacks {lacking} on {}: {grant}", target.name)))
}
