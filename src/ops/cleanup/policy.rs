//! Which policies a cleanup applies, and what its parameters change of them.

use std::path::PathBuf;

use super::Cleanup;
use crate::config::{Config, Policy, Target};
use crate::op::OpError;

impl Cleanup {
    /// The policies of a database that are meant, in the order of the configuration, as the parameters want them.
    ///
    /// # Errors
    /// [`OpError::Usage`] when a policy is named that does not exist.
    pub(super) fn policies(&self, config: &Config, target: &Target) -> Result<Vec<Policy>, OpError> {
        if let Some(unknown) = self.policy.iter().find(|name| config.retention.iter().all(|it| it.name != **name)) {
            let known: Vec<&str> = config.retention.iter().map(|policy| policy.name.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(OpError::Usage(format!("there is no policy {unknown:?}; `retention:` has {known}")));
        }
        let is_meant = |policy: &&Policy| {
            policy.database == target.name && (self.policy.is_empty() || self.policy.contains(&policy.name))
        };
        let meant = config.retention.iter().filter(is_meant).cloned();
        Ok(meant.map(|policy| Policy { archive: self.archives(&policy), ..policy }).collect())
    }

    fn archives(&self, policy: &Policy) -> bool {
        (policy.archive || self.archive) && !self.no_archive
    }
}

/// The directory of archives: the configured one, else `archive` beside the configuration.
pub(super) fn archive_directory(config: &Config) -> PathBuf {
    let beside = || config.path.parent().unwrap_or(&config.path).join("archive");
    config.worker.archive.clone().unwrap_or_else(beside)
}
