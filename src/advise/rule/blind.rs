//! Something is not shown because a right or a setting is missing.

use super::Rule;
use crate::advise::doctor::{Check, Needed, Standing, checks};
use crate::advise::facts::value;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::ServerSnapshot;
use crate::server::Unavailable;
use crate::server::error::Lack;

/// See [`Rule::doc`].
pub struct Blind;

impl Rule for Blind {
    fn id(&self) -> &'static str {
        "blind"
    }

    fn title(&self) -> &'static str {
        "Missing right or setting"
    }

    fn doc(&self) -> &'static str {
        "A right of the account or a setting of the server is missing, and something is not shown for it."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for server in facts.servers() {
            let checks: Vec<Check> = checks(server, facts.now.instant).filter(|check| is_seen(check, server)).collect();
            let missing: Vec<(&str, Unavailable)> = checks.into_iter().filter_map(missing).collect();
            if !missing.is_empty() {
                out.add(signal(&server.endpoint, &missing));
            }
        }
    }
}

/// Whether somebody in front of the screen misses it.
fn is_seen(check: &Check, server: &ServerSnapshot) -> bool {
    match check.needed {
        Needed::OnScreen => true,
        Needed::WithoutDigests => value(&server.digests).is_none(),
        Needed::ForBackups => false,
    }
}

/// What somebody can change; an answer that did not come in time is no lack of the server.
fn missing(check: Check) -> Option<(&'static str, Unavailable)> {
    match check.standing {
        Standing::Lacking(lack) if lack.kind != Lack::Answer => Some((check.feature, lack)),
        _ => None,
    }
}

fn signal(endpoint: &str, missing: &[(&str, Unavailable)]) -> Signal {
    let names: Vec<&str> = missing.iter().map(|(feature, _)| *feature).collect();
    let mut remedies: Vec<&str> = missing.iter().map(|(_, lack)| lack.remedy.as_str()).collect();
    remedies.dedup();
    Signal::new(Subject::Server(endpoint.to_owned()), Severity::Notice, format!("not to be seen: {}", names.join(", ")))
        .remedy(remedies.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::{Stage, denied};
    use crate::sample::Aged;

    #[test]
    fn one_line_per_server_lists_what_is_blind() {
        let mut stage = Stage::default();
        assert!(stage.hear(&Blind).is_empty());
        stage.server.transactions = Some(Aged { at: stage.now.instant, value: Err(denied()) });
        let late = Unavailable::answer("no answer within 2 s");
        stage.server.digests = Some(Aged { at: stage.now.instant, value: Err(late) });
        let off = Unavailable::setting("no binary log", "log_bin = binlog");
        stage.server.binary_log = Some(Aged { at: stage.now.instant, value: Err(off) });
        assert_eq!(stage.hear(&Blind), ["notice db:3306: not to be seen: connections, transactions, sizes"]);
    }
}
