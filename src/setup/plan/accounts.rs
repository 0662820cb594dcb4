//! Accounts with their rights: made where they are not there, completed where something is missing, and otherwise left.

use crate::server::read::rights::{ExcessKind, Rights, excess};
use crate::server::sql;
use crate::setup::answers::{AccountAnswer, Answers, Passwords};
use crate::setup::found::{Found, FoundAccount, FoundLogin};
use crate::setup::policy::{Owned, Policy};
use crate::setup::step::{Difference, MASK, Statement, Step, Subject};

/// The policy that the answers ask for.
pub fn policy(answers: &Answers) -> Policy {
    let databases = answers.databases.iter().map(|answer| Owned {
        name: answer.name.clone(),
        schema: answer.schema.clone(),
        user: answer.account.user.clone(),
    });
    let operator = answers.operator.as_ref().map(|operator| operator.user.clone());
    Policy { databases: databases.collect(), operator }
}

/// An account from each of its hosts.
pub fn account(answers: &Answers, answer: &AccountAnswer, found: &Found) -> Step {
    let policy = policy(answers);
    let (mut statements, mut differences) = (Vec::new(), Vec::new());
    for host in found.hosts(&answers.hosts) {
        let there = found.accounts.get(&(answer.user.clone(), host.clone()));
        let one = One { answers, answer, host: &host, there };
        statements.extend(one.made());
        statements.extend(one.granted(&policy, found));
        differences.extend(one.different(&policy, found));
    }
    let title = format!("account {}", answer.user);
    Step::of(Subject::Account(answer.user.clone()), title, None, statements, differences)
}

/// One account: a user from one host.
struct One<'a> {
    answers: &'a Answers,
    answer: &'a AccountAnswer,
    host: &'a str,
    there: Option<&'a FoundAccount>,
}

impl One<'_> {
    fn name(&self) -> String {
        sql::account(&self.answer.user, self.host)
    }

    /// No plugin is named: which one there is, and is safe, is the server's to say.
    fn made(&self) -> Option<Statement> {
        let verb = match self.there {
            None => "CREATE USER",
            Some(account) => {
                let refused = matches!(account.login, FoundLogin::Refused(_));
                (refused && self.answers.passwords == Passwords::Change).then_some("ALTER USER")?
            }
        };
        let password = self.answers.password(&self.answer.user);
        let statement = Statement::plain(format!("{verb} {} IDENTIFIED BY ", self.name())).password(password);
        let encrypted = self.there.is_none() && self.answers.require_tls;
        Some(if encrypted { statement.then(" REQUIRE SSL") } else { statement })
    }

    fn granted(&self, policy: &Policy, found: &Found) -> Vec<Statement> {
        let nothing = Rights::default();
        let rights = self.there.map_or(&nothing, |account| &account.rights);
        let server = &found.server;
        let due = policy.due(&self.answer.user, &server.operator_rights, rights, server.literal_grants);
        let missing = due.into_iter().filter(|due| !due.had);
        missing
            .map(|due| Statement::plain(format!("GRANT {} ON {} TO {}", due.rights, due.scope, self.name())))
            .collect()
    }

    fn different(&self, policy: &Policy, found: &Found) -> Vec<Difference> {
        let Some(account) = self.there else { return self.shadowed(found).into_iter().collect() };
        let mut differences = Vec::new();
        differences.extend(self.other_password(account));
        if self.answers.require_tls && !account.requires_tls {
            differences.push(Difference {
                what: format!("{} may log in without encryption", self.name()),
                remedy: format!("ALTER USER {} REQUIRE SSL", self.name()),
            });
        }
        differences.extend(
            too_much(&self.answer.user, &account.rights, policy, &found.server.operator_rights)
                .into_iter()
                .map(|(what, remedy)| Difference { what: format!("{} {what}", self.name()), remedy }),
        );
        differences
    }

    fn other_password(&self, account: &FoundAccount) -> Option<Difference> {
        let FoundLogin::Refused(words) = &account.login else { return None };
        (self.answers.passwords == Passwords::Keep).then(|| Difference {
            what: format!("{} is there with another password ({words})", self.name()),
            remedy: format!("ALTER USER {} IDENTIFIED BY {MASK}", self.name()),
        })
    }

    /// An anonymous account of the same host is asked before one that is from everywhere.
    fn shadowed(&self, found: &Found) -> Option<Difference> {
        let anonymous = found.server.anonymous.first().filter(|_| self.host == "%")?;
        Some(Difference {
            what: format!("{} is shadowed by the anonymous account of {anonymous}", self.name()),
            remedy: format!("DROP USER {}", sql::account("", anonymous)),
        })
    }
}

/// Rights beyond the policy, in words, with what would take them away. The rights on the whole server that dbdeck's own
/// account should have are none of them.
pub fn too_much(user: &str, rights: &Rights, policy: &Policy, operator_rights: &[&str]) -> Vec<(String, String)> {
    let is_operator = policy.operator.as_deref() == Some(user);
    let expected = |right: &str| is_operator && operator_rights.contains(&right);
    let mut excesses = excess(rights, &policy.allowed(user), &policy.schemas());
    excesses.retain(|excess| excess.kind != ExcessKind::Server || !excess.rights.split(", ").all(expected));
    let words = |kind| match kind {
        ExcessKind::Server => "has rights on the whole server",
        ExcessKind::Foreign => "has rights on another's database",
        ExcessKind::PassedOn => "may pass its rights on",
        ExcessKind::Wildcard => "reaches databases with a similar name, by an unescaped _ or %",
    };
    let told = |excess: crate::server::read::rights::Excess| {
        (format!("{}: {} on {}", words(excess.kind), excess.rights, excess.scope), excess.remedy)
    };
    excesses.into_iter().map(told).collect()
}
