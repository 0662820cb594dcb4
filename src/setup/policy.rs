//! Who may do what in which database: the service's own table of rights, applied to the databases that are configured.
//!
//! An account changes rows in its own database, and in `shared` if there is one; the account of `admin` has all rights on
//! its own. Of databases with other names nothing is known: there an account changes rows in its own, whatever else it
//! may do in it is left open, and anybody else's is closed to it. dbdeck's own account does what its operations do, in
//! all of them: it creates no account and passes no right on.

use super::proof::{Answer, Verb};
use super::service;
use crate::config::Config;
use crate::server::dialect::SYSTEM;
use crate::server::read::rights::{On, Rights};
use crate::server::sql;
use crate::units::DatabaseName;

/// What an account may do in a database, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Nothing.
    None,
    /// Read and change rows.
    Rows,
    /// That at least; the policy says nothing of the rest.
    Own,
    /// What dbdeck's operations do.
    Operate,
    /// Everything.
    All,
}

const ROWS: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE"];

/// Cleanup deletes and drops partitions, maintenance rebuilds, migrations change tables, and the record has tables of
/// its own.
const OPERATE: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "INDEX"];

impl Access {
    /// The rights it takes, as a GRANT names them.
    pub fn rights(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Rows | Self::Own => ROWS,
            Self::Operate => OPERATE,
            Self::All => &["ALL PRIVILEGES"],
        }
    }

    /// What an attempt should come to.
    pub fn expects(self, verb: Verb) -> Answer {
        match self {
            Self::All => Answer::Allowed,
            access if access.rights().contains(&verb.right()) => Answer::Allowed,
            Self::Own => Answer::Unknown("left open".to_owned()),
            _ => Answer::Denied,
        }
    }
}

/// The databases of a server and whose they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Each with its name on the server and the user of the service's account.
    pub databases: Vec<Owned>,
    /// The user that dbdeck logs in as, where it has its own.
    pub operator: Option<String>,
}

/// A database and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// Its key in the configuration.
    pub name: DatabaseName,
    /// Its name on the server.
    pub schema: String,
    /// The user of the service's account.
    pub user: String,
}

/// A right that an account should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// As a GRANT names it, several separated by commas.
    pub rights: String,
    /// Where, as a GRANT names it.
    pub scope: String,
    /// Whether it is had already.
    pub had: bool,
}

impl Policy {
    /// The policy for the databases of a configuration that are on the server of this target.
    pub fn of(config: &Config, endpoint: &crate::config::Endpoint) -> Self {
        let here = config.targets.iter().filter(|target| target.endpoint == *endpoint);
        let operator = here.clone().find_map(|target| target.operator.as_ref()).map(|account| account.user.clone());
        let databases = here.map(|target| Owned {
            name: target.name.clone(),
            schema: target.schema.clone(),
            user: target.account.user.clone(),
        });
        Self { databases: databases.collect(), operator }
    }

    /// What a user may do in a database.
    pub fn access(&self, user: &str, database: &DatabaseName) -> Access {
        let owns = |owned: &&Owned| owned.user == user;
        let own = self.databases.iter().filter(owns).find(|owned| owned.name == *database).map(|_| own(database));
        let serves = self.databases.iter().any(|owned| owned.user == user);
        let shared = (serves && database.0 == service::SHARED.name).then_some(Access::Rows);
        let operates = (self.operator.as_deref() == Some(user)).then_some(Access::Operate);
        [own, shared, operates].into_iter().flatten().max().unwrap_or(Access::None)
    }

    /// The names, on the server, of the databases that a user may use.
    pub fn allowed(&self, user: &str) -> Vec<String> {
        let open = self.databases.iter().filter(|owned| self.access(user, &owned.name) > Access::None);
        open.map(|owned| owned.schema.clone()).collect()
    }

    /// The names, on the server, of all databases.
    pub fn schemas(&self) -> Vec<String> {
        self.databases.iter().map(|owned| owned.schema.clone()).collect()
    }

    /// All that a user should have, and whether it is there. `server_rights` are those of dbdeck's own account on the
    /// whole server, which differ between flavors; `literal` says that names in grants are no patterns.
    pub fn due(&self, user: &str, server_rights: &[&str], rights: &Rights, literal: bool) -> Vec<Due> {
        let mut due: Vec<Due> = Vec::new();
        for owned in &self.databases {
            let wanted = self.access(user, &owned.name).rights();
            due.extend(Due::of(wanted, On::Database(&owned.schema), rights, scope_of(&owned.schema, literal)));
        }
        if self.operator.as_deref() == Some(user) {
            for right in server_rights {
                due.extend(Due::of(&[right], On::Server, rights, "*.*".to_owned()));
            }
            let readings = On::Database("performance_schema");
            due.extend(Due::of(&["SELECT"], readings, rights, scope_of("performance_schema", literal)));
            for table in ["slow_log", "innodb_table_stats"] {
                due.extend(Due::of(&["SELECT"], On::Table(SYSTEM, table), rights, format!("{SYSTEM}.{table}")));
            }
        }
        due
    }
}

impl Due {
    fn of(wanted: &[&str], on: On<'_>, rights: &Rights, scope: String) -> Option<Self> {
        let had = wanted.iter().all(|right| rights.has(right, on));
        (!wanted.is_empty()).then(|| Self { rights: wanted.join(", "), scope, had })
    }
}

fn own(database: &DatabaseName) -> Access {
    match service::database(&database.0) {
        Some(database) if database.name == service::ADMIN.name => Access::All,
        Some(_) => Access::Rows,
        None => Access::Own,
    }
}

/// All tables of one database, and of no other whose name fits the same pattern.
fn scope_of(schema: &str, literal: bool) -> String {
    let name = if literal { sql::ident(schema) } else { sql::grant_pattern(schema) };
    format!("{name}.*")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(databases: &[(&str, &str)]) -> Policy {
        let owned = |(name, user): &(&str, &str)| Owned {
            name: (*name).into(),
            schema: format!("s_{name}"),
            user: (*user).to_owned(),
        };
        Policy { databases: databases.iter().map(owned).collect(), operator: Some("op".to_owned()) }
    }

    #[test]
    fn the_table_of_rights() {
        let home = policy(&[("client", "c"), ("admin", "a"), ("shared", "s")]);
        let check = |user: &str, expected: [Access; 3]| {
            let found = ["client", "admin", "shared"].map(|name| home.access(user, &name.into()));
            assert_eq!(found, expected, "{user}");
        };
        check("c", [Access::Rows, Access::None, Access::Rows]);
        check("a", [Access::None, Access::All, Access::Rows]);
        check("s", [Access::None, Access::None, Access::Rows]);
        check("op", [Access::Operate; 3]);
        check("nobody", [Access::None; 3]);
    }

    #[test]
    fn of_other_installations_only_the_borders_are_known() {
        let other = policy(&[("shop", "app"), ("stock", "app"), ("logs", "writer")]);
        assert_eq!(other.access("app", &"shop".into()), Access::Own);
        assert_eq!(other.access("app", &"stock".into()), Access::Own);
        assert_eq!(other.access("app", &"logs".into()), Access::None);
        assert_eq!(Access::Own.expects(Verb::Select), Answer::Allowed);
        assert!(matches!(Access::Own.expects(Verb::Drop), Answer::Unknown(_)));
        assert_eq!(Access::None.expects(Verb::Select), Answer::Denied);
    }

    #[test]
    fn rights_are_due_with_wildcards_escaped() {
        let home = policy(&[("client", "c"), ("admin", "a"), ("shared", "s")]);
        let check = |user: &str, literal: bool, expected: &[&str]| {
            let due = home.due(user, &["PROCESS"], &Rights::default(), literal);
            let text: Vec<String> = due.iter().map(|due| format!("{} ON {}", due.rights, due.scope)).collect();
            assert_eq!(text, expected, "{user}");
            assert!(due.iter().all(|due| !due.had));
        };
        let rows = "SELECT, INSERT, UPDATE, DELETE ON";
        check("c", false, &[&format!("{rows} `s\\_client`.*"), &format!("{rows} `s\\_shared`.*")]);
        check("c", true, &[&format!("{rows} `s_client`.*"), &format!("{rows} `s_shared`.*")]);
        check("a", false, &["ALL PRIVILEGES ON `s\\_admin`.*", &format!("{rows} `s\\_shared`.*")]);
        let operator = home.due("op", &["PROCESS"], &Rights::default(), false);
        assert_eq!(operator.len(), 3 + 1 + 3);
    }
}
