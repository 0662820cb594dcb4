//! The proof that accounts are kept apart: each logs in and tries, without touching data, what it should and should not.
//!
//! Every attempt is one that changes nothing when it is allowed: it fits no row, or is about a table that does not exist,
//! or makes one that exists already. Whether it was allowed shows in the server's error. What attempts cannot show is
//! read: the text of the grants (a wildcard that no database fits yet), and whether a user that nobody made can log in.
//!
//! Reading order: [`matrix`] (what is found) · `probe` (the attempts) · `flaw` (what is wrong about it) · this file.

pub mod matrix;

mod flaw;
mod probe;

use std::collections::BTreeMap;

use super::policy::Policy;
use crate::config::{Account, Config, Endpoint, Target, Tls};
use crate::secret::SecretSource;
use crate::server::read::rights::{self, Rights};
use crate::server::{Budgets, Link, Login, ServerError};
use probe::Ground;

pub use matrix::{Answer, Cell, Flaw, Matrix, Proven, Verb};

/// Nobody has an account of this name; who logs in with it is anonymous.
const NOBODY: &str = "dbdeck_nobody";

/// Logs in as each account of the configuration and tries what it may do in each database of its server.
///
/// A server that cannot be reached is part of the answer.
pub async fn prove(config: &Config) -> Matrix {
    let mut matrix = Matrix::default();
    let mut endpoints: Vec<&Endpoint> = Vec::new();
    for target in &config.targets {
        if !endpoints.contains(&&target.endpoint) {
            endpoints.push(&target.endpoint);
            on_server(config, target, &mut matrix).await;
        }
    }
    matrix.flaws.sort();
    matrix.flaws.dedup();
    matrix
}

/// One server: the accounts of all targets that are on it.
async fn on_server(config: &Config, first: &Target, matrix: &mut Matrix) {
    let policy = Policy::of(config, &first.endpoint);
    let budgets = Budgets { connect: config.sampling.connect_budget, query: config.sampling.query_budget };
    let mut visitors = Vec::new();
    for account in accounts(config, &first.endpoint) {
        match enter(&first.endpoint, &first.tls, account, budgets).await {
            Err(error) if is_unreachable(&error) => {
                matrix.unreachable.push((first.endpoint.to_string(), error.to_string()));
                return;
            }
            entered => visitors.push(Visitor { user: account.user.clone(), entered }),
        }
    }
    let grounds = grounds(&mut visitors, &policy).await;
    for visitor in visitors {
        let proven = visitor.prove(&policy, &grounds, &first.endpoint, &mut matrix.flaws).await;
        matrix.accounts.push(proven);
    }
    let nobody = Account { user: NOBODY.to_owned(), secret: SecretSource::None };
    if let Ok((link, _)) = enter(&first.endpoint, &first.tls, &nobody, budgets).await {
        matrix.flaws.push(flaw::anonymous(&first.endpoint.to_string(), &link.caps.account));
    }
}

/// The service's accounts in the order of the configuration, and dbdeck's own last; each once.
fn accounts<'c>(config: &'c Config, endpoint: &Endpoint) -> Vec<&'c Account> {
    let here = || config.targets.iter().filter(|target| target.endpoint == *endpoint);
    let all = here().map(|target| &target.account).chain(here().filter_map(|target| target.operator.as_ref()));
    let mut accounts: Vec<&Account> = Vec::new();
    for account in all {
        if accounts.iter().all(|other| other.user != account.user) {
            accounts.push(account);
        }
    }
    accounts
}

fn is_unreachable(error: &ServerError) -> bool {
    matches!(error, ServerError::Unreachable { .. } | ServerError::Budget { .. })
}

async fn enter(
    endpoint: &Endpoint,
    tls: &Tls,
    account: &Account,
    budgets: Budgets,
) -> Result<(Link, Rights), ServerError> {
    let (user, secret) = (account.user.clone(), account.secret.clone());
    let login = Login { endpoint: endpoint.clone(), tls: tls.clone(), user, secret };
    let mut link = Link::open(&login, budgets).await?;
    let rights = rights::read(&mut link).await?;
    Ok((link, rights))
}

/// An account at the door.
struct Visitor {
    user: String,
    entered: Result<(Link, Rights), ServerError>,
}

impl Visitor {
    async fn prove(
        self,
        policy: &Policy,
        grounds: &BTreeMap<String, Ground>,
        endpoint: &Endpoint,
        flaws: &mut Vec<Flaw>,
    ) -> Proven {
        let server = endpoint.to_string();
        let (mut link, rights) = match self.entered {
            Ok(entered) => entered,
            Err(error) => {
                flaws.push(flaw::shut_out(&self.user, &error));
                return Proven { user: self.user, server, login: Err(error.to_string()), databases: Vec::new() };
            }
        };
        let mut databases = Vec::new();
        for owned in &policy.databases {
            let access = policy.access(&self.user, &owned.name);
            let ground = grounds.get(&owned.schema);
            let cells = probe::cells(&mut link, &owned.schema, ground, access).await;
            let named = flaw::is_named(&rights, &self.user, &owned.schema, policy);
            flaws.extend(flaw::of_cells(&link, owned, access, &cells, named));
            databases.push((owned.name.clone(), cells));
        }
        flaws.extend(flaw::of_rights(&link, &self.user, &rights, policy));
        Proven { user: self.user, server, login: Ok(link.caps.account.clone()), databases }
    }
}

/// A table to try things on in each database, as any of the accounts sees one.
async fn grounds(visitors: &mut [Visitor], policy: &Policy) -> BTreeMap<String, Ground> {
    let mut grounds = BTreeMap::new();
    for visitor in visitors {
        let Ok((link, _)) = &mut visitor.entered else { continue };
        for schema in policy.schemas() {
            if !grounds.contains_key(&schema)
                && let Ok(Some(ground)) = probe::ground(link, &schema).await
            {
                grounds.insert(schema, ground);
            }
        }
    }
    grounds
}
