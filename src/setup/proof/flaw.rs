//! What is wrong about what was found, each with the statement that would mend it.

use super::matrix::{Answer, Cell, Flaw, Verb};
use crate::server::read::rights::{Excess, ExcessKind, Rights, excess};
use crate::server::{Link, ServerError, sql};
use crate::setup::plan::too_much;
use crate::setup::policy::{Access, Owned, Policy};

/// An account that could not log in.
pub fn shut_out(user: &str, error: &ServerError) -> Flaw {
    Flaw { subject: user.to_owned(), text: format!("cannot log in: {error}"), remedy: String::new() }
}

/// Who nobody made and could log in.
pub fn anonymous(server: &str, account: &str) -> Flaw {
    let host = account.rsplit_once('@').map_or("%", |(_, host)| host);
    Flaw {
        subject: server.to_owned(),
        text: "anybody may log in without a password, by an anonymous account, which also shadows those of the service"
            .to_owned(),
        remedy: format!("DROP USER {};", sql::account("", host)),
    }
}

/// Whether what opens a database that should be closed is named by the grant itself, with its remedy.
pub fn is_named(rights: &Rights, user: &str, schema: &str, policy: &Policy) -> Named {
    let found = excess(rights, &policy.allowed(user), &policy.schemas());
    let opens = |it: &Excess| it.kind == ExcessKind::Server || it.opens.as_deref() == Some(schema);
    if found.iter().any(opens) { Named::ByGrant } else { Named::Nowhere }
}

/// Where a right too many is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// By the grant that gives it.
    ByGrant,
    /// Nowhere yet.
    Nowhere,
}

/// What an account may do in a database and should not, should and may not, and what could not be tried.
pub fn of_cells(link: &Link, owned: &Owned, access: Access, cells: &[Cell], named: Named) -> Vec<Flaw> {
    let verbs = |answer: fn(&Answer) -> bool| {
        let wrong = cells.iter().filter(|cell| !cell.is_right() && answer(&cell.answer));
        wrong.map(|cell| cell.verb).collect::<Vec<_>>()
    };
    let lacking = verbs(|answer| *answer == Answer::Denied);
    let open = verbs(|answer| *answer == Answer::Allowed);
    let unknown = verbs(|answer| matches!(answer, Answer::Unknown(_)));
    let (account, schema) = (account(link), &owned.schema);
    let scope = link.caps.scope_of(schema);
    let flaw = |text: String, remedy: String| Flaw { subject: link.caps.account.clone(), text, remedy };
    let mut flaws = Vec::new();
    if !lacking.is_empty() {
        let remedy = format!("GRANT {} ON {scope} TO {account};", access.rights().join(", "));
        flaws.push(flaw(format!("lacks {} on {schema}", rights(&lacking)), remedy));
    }
    if !open.is_empty() {
        let revoke = format!("REVOKE {} ON {scope} FROM {account};", rights(&open));
        let remedy = if named == Named::Nowhere { revoke } else { String::new() };
        flaws.push(flaw(format!("has {} on {schema} and should not", rights(&open)), remedy));
    }
    if !unknown.is_empty() {
        flaws.push(flaw(format!("{} on {schema} could not be tried{}", rights(&unknown), why(cells)), String::new()));
    }
    flaws
}

fn why(cells: &[Cell]) -> String {
    let reason = cells.iter().find_map(|cell| match &cell.answer {
        Answer::Unknown(reason) if !cell.is_right() => Some(reason),
        _ => None,
    });
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// What attempts do not show: rights on the whole server, rights to pass on, wildcards, and the rights that dbdeck's own
/// account lacks.
pub fn of_rights(link: &Link, user: &str, rights: &Rights, policy: &Policy) -> Vec<Flaw> {
    let caps = &link.caps;
    let server_rights = caps.operator_rights();
    let subject = || caps.account.clone();
    let excess = too_much(user, rights, policy, &server_rights);
    let mut flaws: Vec<Flaw> =
        excess.into_iter().map(|(text, remedy)| Flaw { subject: subject(), text, remedy }).collect();
    let own: Vec<String> = policy.schemas().iter().map(|schema| caps.scope_of(schema)).collect();
    let due = policy.due(user, &server_rights, rights, caps.literal_grants);
    for due in due.into_iter().filter(|due| !due.had && !own.contains(&due.scope)) {
        let text = format!("lacks {} on {}", due.rights, due.scope);
        let remedy = format!("GRANT {} ON {} TO {};", due.rights, due.scope, account(link));
        flaws.push(Flaw { subject: subject(), text, remedy });
    }
    flaws
}

/// The account as the server matched it, as a GRANT names it.
fn account(link: &Link) -> String {
    let (user, host) = link.caps.account.rsplit_once('@').unwrap_or((&link.caps.account, "%"));
    sql::account(user, host)
}

/// Each right once.
fn rights(verbs: &[Verb]) -> String {
    let mut rights: Vec<&str> = Vec::new();
    for verb in verbs {
        if !rights.contains(&verb.right()) {
            rights.push(verb.right());
        }
    }
    rights.join(", ")
}
