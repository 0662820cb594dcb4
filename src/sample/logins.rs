//! Questions that each database's own login has to be asked: the catalogue shows an account only what it may touch, and
//! tells nobody else's rights.
//!
//! The sampling connection answers for its own account; the others get a connection each, kept for the next time. What
//! goes wrong on one of those concerns its own databases only.

use std::collections::HashMap;

use super::snapshot::AccountRights;
use crate::config::{Account, Target};
use crate::migration::{Record, Records};
use crate::server::error::{Known, known};
use crate::server::read::{self, TableFacts, TableIndexes};
use crate::server::{Budgets, Link, Login, ServerError, Unavailable};

/// The connections of the logins that are not the sampling connection's.
pub struct Logins {
    budgets: Budgets,
    others: HashMap<String, Link>,
}

/// The databases that share an account.
struct Group<'a> {
    first: &'a Target,
    schemas: Vec<String>,
}

/// Whom to ask for a group.
enum Way<'a> {
    Own,
    Other(&'a mut Link),
    Closed(Unavailable),
}

impl Logins {
    /// None yet.
    pub fn new(budgets: Budgets) -> Self {
        Self { budgets, others: HashMap::new() }
    }

    /// Closes all connections.
    pub fn clear(&mut self) {
        self.others.clear();
    }

    /// The catalogue's facts of all tables.
    ///
    /// # Errors
    /// Those that have taken the sampling connection.
    pub async fn facts(&mut self, own: &mut Link, targets: &[Target]) -> Result<Known<Vec<TableFacts>>, ServerError> {
        let mut answers = Vec::new();
        for group in groups(targets, Target::login) {
            answers.push(match self.way(own, &group).await {
                Way::Own => read::tables::read(own, &group.schemas).await?,
                Way::Other(link) => softened(read::tables::read(link, &group.schemas).await),
                Way::Closed(lack) => Err(lack),
            });
        }
        Ok(together(answers).map(|facts| facts.into_iter().flatten().collect()))
    }

    /// The indexes of all tables.
    ///
    /// # Errors
    /// As [`Logins::facts`].
    pub async fn indexes(
        &mut self,
        own: &mut Link,
        targets: &[Target],
    ) -> Result<Known<Vec<TableIndexes>>, ServerError> {
        let mut answers = Vec::new();
        for group in groups(targets, Target::login) {
            answers.push(match self.way(own, &group).await {
                Way::Own => read::tables::indexes_of_schemas(own, &group.schemas).await?,
                Way::Other(link) => softened(read::tables::indexes_of_schemas(link, &group.schemas).await),
                Way::Closed(lack) => Err(lack),
            });
        }
        Ok(together(answers).map(|tables| tables.into_iter().flatten().collect()))
    }

    /// The records of migrations of all databases, in their order by login.
    ///
    /// # Errors
    /// As [`Logins::facts`].
    pub async fn records(
        &mut self,
        own: &mut Link,
        targets: &[Target],
        records: &mut Records,
    ) -> Result<Vec<(String, Known<Record>)>, ServerError> {
        let mut answers = Vec::new();
        for group in groups(targets, Target::login) {
            let found = match self.way(own, &group).await {
                Way::Own => records.read(own, &group.schemas).await?,
                Way::Other(link) => {
                    let lack =
                        |error: ServerError| vec![Err(Unavailable::answer(error.to_string())); group.schemas.len()];
                    records.read(link, &group.schemas).await.unwrap_or_else(lack)
                }
                Way::Closed(lack) => vec![Err(lack); group.schemas.len()],
            };
            answers.extend(group.schemas.into_iter().zip(found));
        }
        Ok(answers)
    }

    /// What the accounts of the service may do, each asked itself, also where dbdeck uses another. The connections for
    /// that are closed at once: a minute later is soon enough to open them again.
    ///
    /// # Errors
    /// As [`Logins::facts`].
    pub async fn rights(&self, own: &mut Link, targets: &[Target]) -> Result<Known<Vec<AccountRights>>, ServerError> {
        let mut answers = Vec::new();
        for group in groups(targets, |target| &target.account) {
            let user = &group.first.account.user;
            answers.push(if is_own(own, user) {
                rights(own, group.schemas).await?
            } else {
                match Link::open(&Login::of_service(group.first), self.budgets).await {
                    Ok(mut link) => softened(rights(&mut link, group.schemas).await),
                    Err(error) => Err(Unavailable::answer(error.to_string())),
                }
            });
        }
        Ok(together(answers))
    }

    async fn way(&mut self, own: &Link, group: &Group<'_>) -> Way<'_> {
        let user = &group.first.login().user;
        if is_own(own, user) {
            return Way::Own;
        }
        let known = self.others.remove(user).filter(Link::is_usable);
        let link = match known {
            Some(link) => link,
            None => match Link::open(&Login::of(group.first), self.budgets).await {
                Ok(link) => link,
                Err(error) => return Way::Closed(Unavailable::answer(error.to_string())),
            },
        };
        Way::Other(self.others.entry(user.clone()).or_insert(link))
    }
}

fn is_own(own: &Link, user: &str) -> bool {
    own.caps.account.rsplit_once('@').is_some_and(|(name, _)| name == user)
}

async fn rights(link: &mut Link, schemas: Vec<String>) -> Result<Known<AccountRights>, ServerError> {
    let answer = read::rights::read(link).await;
    let denied = || Unavailable::answer("the account may not see its own rights");
    Ok(known(answer, denied)?.map(|rights| AccountRights { account: link.caps.account.clone(), schemas, rights }))
}

fn softened<T>(answer: Result<Known<T>, ServerError>) -> Known<T> {
    answer.unwrap_or_else(|error| Err(Unavailable::answer(error.to_string())))
}

/// What is known; the reason only when nothing is.
fn together<T>(answers: Vec<Known<T>>) -> Known<Vec<T>> {
    let mut values = Vec::new();
    let mut lack = None;
    for answer in answers {
        match answer {
            Ok(value) => values.push(value),
            Err(reason) => lack = Some(reason),
        }
    }
    match lack {
        Some(reason) if values.is_empty() => Err(reason),
        _ => Ok(values),
    }
}

/// Databases by account, in the order of the configuration.
fn groups(targets: &[Target], account: fn(&Target) -> &Account) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for target in targets {
        match groups.iter_mut().find(|group| account(group.first).user == account(target).user) {
            Some(group) => group.schemas.push(target.schema.clone()),
            None => groups.push(Group { first: target, schemas: vec![target.schema.clone()] }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_login_that_fails_hides_its_own_only() {
        let lack = || Unavailable::answer("no");
        assert_eq!(together(vec![Ok(1), Err(lack()), Ok(2)]), Ok(vec![1, 2]));
        assert_eq!(together::<i32>(vec![Err(lack())]), Err(lack()));
        assert_eq!(together::<i32>(vec![]), Ok(vec![]));
    }
}
