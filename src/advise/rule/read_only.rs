//! A server that refuses what the service wants to write.

use super::Rule;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};

/// See [`Rule::doc`].
pub struct RefusesWrites;

impl Rule for RefusesWrites {
    fn id(&self) -> &'static str {
        "refuses-writes"
    }

    fn title(&self) -> &'static str {
        "Server refuses writes"
    }

    fn doc(&self) -> &'static str {
        "The server was read_only when dbdeck connected: right for a replica, the end of the service for a primary."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for server in facts.servers().filter(|server| server.caps.as_ref().is_some_and(|caps| caps.read_only)) {
            let subject = Subject::Server(server.endpoint.clone());
            let signal =
                Signal::new(subject, Severity::Warning, "read_only is on: accounts of the service cannot write");
            out.add(signal.remedy("SET GLOBAL read_only = OFF;"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::advise::testing::Stage;
    use crate::server::caps::Caps;

    #[test]
    fn a_server_that_takes_writes_is_not_named() {
        let check = |read_only, expected: &[&str]| {
            let mut stage = Stage::default();
            stage.server.caps = Some(Arc::new(Caps { read_only, ..Caps::default() }));
            assert_eq!(stage.hear(&RefusesWrites), expected);
        };
        check(false, &[]);
        let endpoint = Stage::default().server.endpoint;
        check(true, &[&format!("warning {endpoint}: read_only is on: accounts of the service cannot write")]);
    }
}
