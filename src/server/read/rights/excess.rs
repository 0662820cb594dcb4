//! Rights that an account of the service should not have: on the whole server, on another's database, or to pass on.
//!
//! A pure function of what [`super::read`] found; which databases are an account's own is the caller's knowledge.

use super::grant::{Grant, Scope, fits};
use super::{On, Rights};
use crate::server::sql;

/// One right too many.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Excess {
    /// Why it is too much.
    pub kind: ExcessKind,
    /// What it is (`FILE`, `SELECT, INSERT`).
    pub rights: String,
    /// Where, as a GRANT names it.
    pub scope: String,
    /// The database that it opens, where it is one.
    pub opens: Option<String>,
    /// The statement that takes it away.
    pub remedy: String,
}

/// Why a right is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExcessKind {
    /// It applies to the whole server.
    Server,
    /// It opens a configured database that is neither the account's own nor shared.
    Foreign,
    /// It may be passed on.
    PassedOn,
    /// An unescaped `_` or `%` makes the name a pattern, which other databases may fit.
    Wildcard,
}

/// Global rights that show nothing of anybody's data and change nothing.
const HARMLESS: [&str; 8] = [
    "USAGE",
    "PROCESS",
    "SHOW DATABASES",
    "REPLICATION CLIENT",
    "BINLOG MONITOR",
    "SLAVE MONITOR",
    "REPLICA MONITOR",
    "SHOW_ROUTINE",
];

/// Finds what is too much for an account that may use the databases `allowed`, of all `configured` ones.
///
/// Rights of roles count, active or not.
pub fn excess(rights: &Rights, allowed: &[String], configured: &[String]) -> Vec<Excess> {
    let foreign: Vec<&String> = configured.iter().filter(|schema| !allowed.contains(schema)).collect();
    let mut found: Vec<Excess> = Vec::new();
    for grant in rights.grants.iter().chain(&rights.dormant) {
        found.extend(on_server(grant));
        found.extend(foreign.iter().filter_map(|schema| on_foreign(grant, schema, rights.literal_names)));
        found.extend(passed_on(grant));
        found.extend(wildcard(grant, allowed).filter(|_| !rights.literal_names));
    }
    found.sort_by_key(|excess| excess.kind);
    found
}

fn on_server(grant: &Grant) -> Option<Excess> {
    let harmful: Vec<&str> =
        grant.rights.iter().map(String::as_str).filter(|right| !HARMLESS.contains(right)).collect();
    (grant.scope == Scope::Server && !harmful.is_empty())
        .then(|| grant.excess(ExcessKind::Server, harmful.join(", "), None))
}

fn on_foreign(grant: &Grant, schema: &str, literal_names: bool) -> Option<Excess> {
    let opens = match &grant.scope {
        Scope::Server => false,
        Scope::Databases(_) => grant.scope.covers(On::Database(schema), literal_names),
        Scope::Table(own, _) => own == schema,
    };
    let rights = grant.all_rights();
    (opens && !rights.is_empty()).then(|| grant.excess(ExcessKind::Foreign, rights, Some(schema)))
}

fn passed_on(grant: &Grant) -> Option<Excess> {
    grant.grant_option.then(|| grant.excess(ExcessKind::PassedOn, "GRANT OPTION".to_owned(), None))
}

/// The remedy grants the same with the name escaped before it takes the pattern away.
fn wildcard(grant: &Grant, allowed: &[String]) -> Option<Excess> {
    let Scope::Databases(pattern) = &grant.scope else { return None };
    let own = allowed.iter().find(|schema| *schema == pattern)?;
    let escaped = sql::grant_pattern(own);
    let is_pattern = escaped != sql::ident(own) && fits(pattern, &own.replacen(['_', '%'], "x", 1));
    let option = if grant.grant_option { " WITH GRANT OPTION" } else { "" };
    let rights = grant.all_rights();
    let again = format!("GRANT {rights} ON {escaped}.* TO {}{option};", grantee(&grant.to));
    is_pattern.then(|| {
        let excess = grant.excess(ExcessKind::Wildcard, rights, None);
        Excess { remedy: format!("{again} {}", excess.remedy), ..excess }
    })
}

impl Grant {
    fn excess(&self, kind: ExcessKind, rights: String, opens: Option<&str>) -> Excess {
        let scope = self.scope.to_string();
        let remedy = format!("REVOKE {rights} ON {scope} FROM {};", grantee(&self.to));
        Excess { kind, rights, scope, opens: opens.map(str::to_owned), remedy }
    }

    /// Everything it gives but `USAGE`, which is nothing. A right on columns can be revoked only with its columns,
    /// and all rights on the table take it along.
    fn all_rights(&self) -> String {
        if !self.column_rights.is_empty() {
            return "ALL PRIVILEGES".to_owned();
        }
        let real: Vec<&str> = self.rights.iter().map(String::as_str).filter(|right| *right != "USAGE").collect();
        real.join(", ")
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Server => f.write_str("*.*"),
            Self::Databases(pattern) => write!(f, "{}.*", sql::ident(pattern)),
            Self::Table(schema, table) => write!(f, "{}.{}", sql::ident(schema), sql::ident(table)),
        }
    }
}

/// `user@host`, the host behind the last `@`; a role has none.
fn grantee(to: &str) -> String {
    let quoted = |name: &str| format!("'{}'", name.replace('\'', "''"));
    match to.rsplit_once('@') {
        Some((user, host)) => format!("{}@{}", quoted(user), quoted(host)),
        None => sql::ident(to),
    }
}

#[cfg(test)]
mod tests {
    use super::super::grant;
    use super::*;

    fn check(lines: &[&str], expected: &[&str]) {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let lines_read = lines.iter().filter_map(|line| grant::parse(line)).collect();
        let rights = Rights::of(lines_read, &[], false);
        let found = excess(&rights, &names(&["s_client", "s_shared"]), &names(&["s_client", "s_admin", "s_shared"]));
        let remedies: Vec<String> = found.iter().map(|e| format!("{:?}: {}", e.kind, e.remedy)).collect();
        assert_eq!(remedies, expected, "{lines:?}");
    }

    #[test]
    fn what_is_too_much() {
        check(&["GRANT USAGE ON *.* TO `u`@`h`", "GRANT SELECT, DELETE ON `s\\_client`.* TO `u`@`h`"], &[]);
        check(&["GRANT PROCESS, REPLICATION CLIENT, BINLOG MONITOR ON *.* TO `u`@`h`"], &[]);
        check(&["GRANT PROCESS, FILE, SUPER ON *.* TO `u`@`h`"], &["Server: REVOKE FILE, SUPER ON *.* FROM 'u'@'h';"]);
        check(
            &["GRANT ALL PRIVILEGES ON *.* TO `u`@`h` WITH GRANT OPTION"],
            &[
                "Server: REVOKE ALL PRIVILEGES ON *.* FROM 'u'@'h';",
                "PassedOn: REVOKE GRANT OPTION ON *.* FROM 'u'@'h';",
            ],
        );
        check(
            &["GRANT SELECT ON `s\\_admin`.* TO `u`@`h`"],
            &["Foreign: REVOKE SELECT ON `s\\_admin`.* FROM 'u'@'h';"],
        );
        check(
            &["GRANT SELECT (`c`) ON `s_admin`.`t` TO `u`@`h`"],
            &["Foreign: REVOKE ALL PRIVILEGES ON `s_admin`.`t` FROM 'u'@'h';"],
        );
        check(&["GRANT SELECT ON `s%`.* TO `u`@`h`"], &["Foreign: REVOKE SELECT ON `s%`.* FROM 'u'@'h';"]);
        check(&["GRANT SELECT ON `elsewhere`.* TO `u`@`h`"], &[]);
        check(
            &["GRANT SELECT ON `s_client`.* TO `u`@`h`"],
            &["Wildcard: GRANT SELECT ON `s\\_client`.* TO 'u'@'h'; REVOKE SELECT ON `s_client`.* FROM 'u'@'h';"],
        );
        check(
            &["GRANT `r` TO `u`@`h`", "GRANT SELECT ON `s\\_admin`.* TO `r`"],
            &["Foreign: REVOKE SELECT ON `s\\_admin`.* FROM `r`;"],
        );
    }
}
