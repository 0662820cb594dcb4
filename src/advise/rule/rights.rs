//! Accounts of the service that may do more than the service needs.
//!
//! Which databases an account may use beside its own is not configured. A database that every account of a server may
//! use is taken for shared, when there are three accounts at least: two that open each other's database are a fault.

use super::Rule;
use crate::advise::facts::value;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::snapshot::AccountRights;
use crate::server::read::rights::{Excess, ExcessKind, On, excess};

/// See [`Rule::doc`].
pub struct ExcessRights;

impl Rule for ExcessRights {
    fn id(&self) -> &'static str {
        "excess-rights"
    }

    fn title(&self) -> &'static str {
        "Account with rights it should not have"
    }

    fn doc(&self) -> &'static str {
        "An account of the service has rights on the whole server, on another's database, or to pass on."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for server in facts.servers() {
            let accounts = value(&server.rights).map_or(&[][..], Vec::as_slice);
            let configured: Vec<String> = server.databases.iter().map(|database| database.schema.clone()).collect();
            for account in accounts {
                let found = excess(&account.rights, &allowed(account, accounts, &configured), &configured);
                out.add_some(signal(&server.endpoint, &account.account, &found));
            }
        }
    }
}

/// The account's own databases and the shared ones.
fn allowed(account: &AccountRights, accounts: &[AccountRights], configured: &[String]) -> Vec<String> {
    let opens = |account: &AccountRights, schema: &str| {
        account.schemas.iter().any(|own| own == schema) || account.rights.has("SELECT", On::Database(schema))
    };
    let is_shared = |schema: &str| accounts.len() >= 3 && accounts.iter().all(|other| opens(other, schema));
    let allowed = configured.iter().filter(|schema| account.schemas.contains(schema) || is_shared(schema));
    allowed.cloned().collect()
}

fn signal(endpoint: &str, account: &str, found: &[Excess]) -> Option<Signal> {
    let worst = found.first()?;
    let more = if found.len() > 1 { format!(", and {} more", found.len() - 1) } else { String::new() };
    let text = format!("{}: {} on {}{more}", fault(worst.kind), worst.rights, worst.scope);
    let remedy: Vec<&str> = found.iter().map(|excess| excess.remedy.as_str()).collect();
    let severity = if worst.kind == ExcessKind::Wildcard { Severity::Notice } else { Severity::Warning };
    let subject = Subject::Account { server: endpoint.to_owned(), account: account.to_owned() };
    Some(Signal::new(subject, severity, text).remedy(remedy.join("\n")))
}

fn fault(kind: ExcessKind) -> &'static str {
    match kind {
        ExcessKind::Server => "rights on the whole server",
        ExcessKind::Foreign => "rights on another's database",
        ExcessKind::PassedOn => "may pass its rights on",
        ExcessKind::Wildcard => "an unescaped _ or % opens more than meant",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;
    use crate::server::read::rights::{Grant, Rights, Scope};

    fn account(name: &str, scopes: &[&str]) -> AccountRights {
        let grant = |scope: &&str| Grant {
            rights: vec!["SELECT".to_owned()],
            column_rights: Vec::new(),
            scope: if *scope == "*" { Scope::Server } else { Scope::Databases((*scope).to_owned()) },
            to: format!("{name}@h"),
            grant_option: false,
        };
        let rights = Rights { grants: scopes.iter().map(grant).collect(), ..Rights::default() };
        AccountRights { account: format!("{name}@h"), schemas: vec![name.to_owned()], rights }
    }

    fn check(accounts: Vec<AccountRights>, expected: &[&str]) {
        let mut stage = Stage::default();
        let template = stage.server.databases.remove(0);
        for account in &accounts {
            let database = crate::sample::DatabaseSnapshot { schema: account.schemas[0].clone(), ..template.clone() };
            stage.server.databases.push(database);
        }
        stage.server.rights = Some(stage.read(accounts));
        assert_eq!(stage.hear(&ExcessRights), expected);
    }

    #[test]
    fn what_everybody_may_use_is_shared_and_the_rest_is_foreign() {
        let three = |admin: &[&str]| {
            vec![account("client", &["client", "shared"]), account("admin", admin), account("shared", &["shared"])]
        };
        check(three(&["admin", "shared"]), &[]);
        let foreign = "warning admin@h: rights on another's database: SELECT on `client`.*";
        check(three(&["admin", "shared", "client"]), &[foreign]);
    }

    #[test]
    fn two_accounts_that_open_each_others_database_share_nothing() {
        let line = |name, other: &str| format!("warning {name}@h: rights on another's database: SELECT on `{other}`.*");
        let (one, two) = (line("one", "two"), line("two", "one"));
        check(vec![account("one", &["one", "two"]), account("two", &["one", "two"])], &[&one, &two]);
    }

    #[test]
    fn the_whole_server_is_too_much() {
        let line = "warning one@h: rights on the whole server: SELECT on *.*";
        check(vec![account("one", &["*"])], &[line]);
    }
}
