//! What is wrong with the answers of a stage together: each may be right for itself.

use super::question::Key;
use super::words::NO_HOST;
use super::{Flow, Stage};
use crate::config::Endpoint;
use crate::setup::DatabaseAnswer;

impl Flow {
    /// Finds what is wrong with the answers of this stage together.
    pub(super) fn complain(&mut self) {
        let mut found: Vec<(Key, String)> = Vec::new();
        match self.stage {
            Stage::Server => found.extend(self.no_place()),
            Stage::Names => {
                found.extend(self.same_schema());
                found.extend(self.operator_is_own());
                found.extend(self.tls_is_there());
            }
            _ => {}
        }
        self.together = found.into_iter().collect();
    }

    fn no_place(&self) -> Option<(Key, String)> {
        match &self.answers.endpoint {
            Endpoint::Tcp { host, .. } if host.is_empty() => Some((Key::Host, NO_HOST.to_owned())),
            Endpoint::Socket(path) if path.as_os_str().is_empty() => {
                Some((Key::Socket, "name the socket that the server listens on".to_owned()))
            }
            _ => None,
        }
    }

    fn same_schema(&self) -> Option<(Key, String)> {
        let all = &self.answers.databases;
        let twice = |(index, database): &(usize, &DatabaseAnswer)| {
            all[..*index].iter().any(|other| other.schema.eq_ignore_ascii_case(&database.schema))
        };
        let (_, database) = all.iter().enumerate().find(twice)?;
        Some((Key::Schema(database.name.clone()), format!("{} is taken twice; each has its own", database.schema)))
    }

    fn operator_is_own(&self) -> Option<(Key, String)> {
        let operator = self.answers.operator.as_ref()?;
        let same = self.answers.databases.iter().any(|database| database.account.user == operator.user);
        same.then(|| {
            let why = "dbdeck's account must be one of its own: its rights are not for the service";
            (Key::Operator, why.to_owned())
        })
    }

    fn tls_is_there(&self) -> Option<(Key, String)> {
        let offers = self.found.as_ref().is_none_or(|found| found.server.tls);
        (self.answers.require_tls && !offers).then(|| {
            let why = "this server offers no encrypted connections; give it a certificate first, or answer no";
            (Key::RequireTls, why.to_owned())
        })
    }
}
