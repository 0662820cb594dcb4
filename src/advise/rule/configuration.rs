//! The configuration is accepted and yet deserves a word.

use super::Rule;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};

/// See [`Rule::doc`].
pub struct Configuration;

impl Rule for Configuration {
    fn id(&self) -> &'static str {
        "configuration"
    }

    fn title(&self) -> &'static str {
        "Configuration warning"
    }

    fn doc(&self) -> &'static str {
        "dbdeck's configuration is allowed and yet unwise, such as a password in a file that others can read."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for (place, warning) in facts.warnings.iter().enumerate() {
            let remedy = warning.as_str();
            out.add(Signal::new(Subject::Configuration(place), Severity::Notice, warning).remedy(remedy));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;

    #[test]
    fn each_warning_is_a_line() {
        let stage = Stage { warnings: vec!["one".into(), "two".into()], ..Stage::default() };
        assert_eq!(stage.hear(&Configuration), ["notice configuration: one", "notice configuration: two"]);
    }
}
