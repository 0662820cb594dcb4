//! What an account may do: `SHOW GRANTS`, parsed far enough to answer whether it has a right, and whether it has more
//! than it should.
//!
//! Reading order: [`grant`] (one line) · this file (an account's lines together) · [`excess`](mod@excess) (what is too
//! much). Grants of routines and proxies are read over. On one flavor the rights of a role that is not active are not
//! shown to the account, so they cannot be judged from here.
//!
//! Invariant: nothing of a line behind the account's name is kept, because some servers put the password's hash there.

mod excess;
mod grant;

use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::{Link, sql};

pub use excess::{Excess, ExcessKind, excess};
pub use grant::{Grant, Scope};

use grant::Line;

/// The rights of one account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// What is granted to it directly or by active roles.
    pub grants: Vec<Grant>,
    /// What is taken away from its global rights in single databases (MySQL's partial revokes).
    pub revoked: Vec<Grant>,
    /// What comes only with roles that are not active.
    pub dormant: Vec<Grant>,
    /// Whether names of databases in grants are plain names, not patterns.
    pub literal_names: bool,
}

/// What a question about rights is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On<'a> {
    /// The whole server.
    Server,
    /// Every table of a database.
    Database(&'a str),
    /// One table of a database.
    Table(&'a str, &'a str),
}

impl Rights {
    /// Whether the account has this right (`SELECT`, `PROCESS`) there, directly or by something wider.
    pub fn has(&self, right: &str, on: On) -> bool {
        let gives = |grant: &&Grant| grant.has(right) && grant.scope.covers(on, self.literal_names);
        match self.grants.iter().find(gives) {
            Some(grant) if grant.scope == Scope::Server => !self.revoked.iter().any(|hole| gives(&hole)),
            found => found.is_some(),
        }
    }

    fn of(lines: Vec<Line>, active: &[String], literal_names: bool) -> Self {
        let mut rights = Self { literal_names, ..Self::default() };
        let account = lines.iter().find_map(Line::account);
        let active = closure(&lines, active);
        for line in lines {
            match line {
                Line::Revoke(grant) => rights.revoked.push(grant),
                Line::Grant(grant) if Some(&grant.to) == account.as_ref() || active.contains(&grant.to) => {
                    rights.grants.push(grant);
                }
                Line::Grant(grant) => rights.dormant.push(grant),
                Line::Role { .. } => {}
            }
        }
        rights
    }
}

/// The active roles and those granted to them.
fn closure(lines: &[Line], active: &[String]) -> Vec<String> {
    let mut known: Vec<String> = active.to_vec();
    let mut next = 0;
    while let Some(role) = known.get(next).cloned() {
        next += 1;
        for line in lines {
            if let Line::Role { role: inner, to } = line
                && *to == role
                && !known.contains(inner)
            {
                known.push(inner.clone());
            }
        }
    }
    known
}

/// Reads the rights of the account that is logged in; two statements. Every account may.
///
/// # Errors
/// As [`Link::rows`].
pub async fn read(link: &mut Link) -> Result<Rights, ServerError> {
    let roles = if link.caps.single_role { "SELECT CURRENT_ROLE()" } else { "SELECT NULL" };
    let active: Vec<String> = link.rows(roles).await?.iter().filter_map(|row| row.verbatim(0)).collect();
    let rows = link.rows("SHOW GRANTS").await?;
    let lines = rows.iter().filter_map(|row| grant::parse(&row.verbatim(0)?)).collect();
    Ok(Rights::of(lines, &active, link.caps.literal_grants))
}

/// Reads the rights of another account, `None` when there is none; one statement. Rights of its roles are not judged.
///
/// # Errors
/// As [`Link::rows`]; it takes the right to read the server's own tables.
pub async fn read_of(link: &mut Link, user: &str, host: &str) -> Result<Option<Rights>, ServerError> {
    match link.rows(format!("SHOW GRANTS FOR {}", sql::account(user, host))).await {
        Ok(rows) => {
            let lines = rows.iter().filter_map(|row| grant::parse(&row.verbatim(0)?)).collect();
            Ok(Some(Rights::of(lines, &[], link.caps.literal_grants)))
        }
        Err(ServerError::Sql { code: NO_SUCH_GRANT, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// There is no such account.
const NO_SUCH_GRANT: u16 = 1141;

/// Reads the accounts of the server as `user@host` (roles of one flavor among them, which it does not tell apart).
///
/// # Errors
/// As [`Link::rows`]; without the right only the own account is known, which is [`crate::server::caps::Caps::account`].
pub async fn accounts(link: &mut Link) -> Result<Known<Vec<String>>, ServerError> {
    let answer = link.rows("SELECT CONCAT(User, '@', Host) FROM mysql.user WHERE Host <> '' ORDER BY 1").await;
    known(answer.map(|rows| rows.iter().map(|row| row.text_or_empty(0)).collect()), || {
        let remedy = link.caps.grant("SELECT (User, Host)", "mysql.user");
        Unavailable::permission("the account may not list accounts", remedy)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(lines: &[&str], active: &[&str]) -> Rights {
        let lines = lines.iter().filter_map(|line| grant::parse(line)).collect();
        let active: Vec<String> = active.iter().map(|&role| role.to_owned()).collect();
        Rights::of(lines, &active, false)
    }

    #[test]
    fn a_right_may_come_from_something_wider() {
        let check = |lines: &[&str], right: &str, on: On, expected: bool| {
            assert_eq!(rights(lines, &[]).has(right, on), expected, "{right} on {on:?} of {lines:?}");
        };
        let usage = "GRANT USAGE ON *.* TO `u`@`h`";
        check(&[usage], "SELECT", On::Server, false);
        check(&["GRANT PROCESS ON *.* TO `u`@`h`"], "process", On::Server, true);
        check(&["GRANT SELECT ON *.* TO `u`@`h`"], "SELECT", On::Table("s", "t"), true);
        check(&["GRANT ALL PRIVILEGES ON *.* TO `u`@`h`"], "PROCESS", On::Server, true);
        check(&["GRANT ALL PRIVILEGES ON *.* TO `u`@`h`"], "GRANT OPTION", On::Server, false);
        check(&["GRANT ALL PRIVILEGES ON *.* TO `u`@`h` WITH GRANT OPTION"], "GRANT OPTION", On::Server, true);
        check(&["GRANT ALL PRIVILEGES ON `s`.* TO `u`@`h`"], "PROCESS", On::Server, false);
        check(&["GRANT ALL PRIVILEGES ON `s`.* TO `u`@`h`"], "SELECT", On::Database("s"), true);
        check(&["GRANT SELECT ON `a\\_b`.* TO `u`@`h`"], "SELECT", On::Database("a_b"), true);
        check(&["GRANT SELECT ON `a\\_b`.* TO `u`@`h`"], "SELECT", On::Database("aXb"), false);
        check(&["GRANT SELECT ON `a_b`.* TO `u`@`h`"], "SELECT", On::Database("aXb"), true);
        check(&["GRANT SELECT ON `s`.`t` TO `u`@`h`"], "SELECT", On::Database("s"), false);
        check(&["GRANT SELECT ON `s`.`t` TO `u`@`h`"], "SELECT", On::Table("s", "t"), true);
        check(&["GRANT SELECT (`c`) ON `s`.`t` TO `u`@`h`"], "SELECT", On::Table("s", "t"), false);
        let holes = ["GRANT SELECT ON *.* TO `u`@`h`", "REVOKE SELECT ON `s`.* FROM `u`@`h`"];
        check(&holes, "SELECT", On::Database("s"), false);
        check(&holes, "SELECT", On::Database("other"), true);
    }

    #[test]
    fn a_role_counts_while_it_is_active() {
        let lines = [
            "GRANT `r1` TO `u`@`h`",
            "GRANT USAGE ON *.* TO `u`@`h`",
            "GRANT `r2` TO `r1`",
            "GRANT SELECT ON `s`.* TO `r2`",
        ];
        assert!(!rights(&lines, &[]).has("SELECT", On::Database("s")));
        assert_eq!(rights(&lines, &[]).dormant.len(), 1);
        assert!(rights(&lines, &["r1"]).has("SELECT", On::Database("s")));
    }
}
