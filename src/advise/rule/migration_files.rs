//! Migration files that cannot be used: nothing is applied while there are any.

use super::Rule;
use crate::advise::facts::value;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};

/// See [`Rule::doc`].
pub struct MigrationFiles;

impl Rule for MigrationFiles {
    fn id(&self) -> &'static str {
        "migration-files"
    }

    fn title(&self) -> &'static str {
        "Migration files that cannot be used"
    }

    fn doc(&self) -> &'static str {
        "A migration file has a wrong name or header, or its text is no SQL."
    }

    /// The directory is one for all databases: whoever knows of it tells.
    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        let known = facts.databases().find_map(|(database, _)| value(&database.migrations));
        let problems = known.map_or(&[][..], |stand| &stand.catalogue.problems);
        let Some(first) = problems.first() else { return };
        let file = first.path.file_name().unwrap_or_default().to_string_lossy();
        let others = if problems.len() > 1 { format!(", and {} more", problems.len() - 1) } else { String::new() };
        let text = crate::text::clean(format!("{file}: {}{others}", first.sentence).as_bytes());
        out.add(Signal::new(Subject::Files, Severity::Warning, text).remedy("dbdeck list"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::advise::testing::Stage;
    use crate::migration::{Catalogue, Problem};
    use crate::sample::Aged;
    use crate::sample::snapshot::MigrationStand;

    #[test]
    fn the_first_file_is_named() {
        let mut stage = Stage::default();
        stage.set_migrations(Vec::new());
        assert_eq!(stage.hear(&MigrationFiles), Vec::<String>::new());
        let problem =
            |name: &str| Problem { path: format!("/m/{name}").into(), line: None, sentence: "it is empty".to_owned() };
        let catalogue =
            Arc::new(Catalogue { problems: vec![problem("a.sql"), problem("b.sql")], ..Catalogue::default() });
        stage.server.databases[0].migrations =
            Some(Aged::now(Ok(MigrationStand { catalogue, ..MigrationStand::default() })));
        assert_eq!(stage.hear(&MigrationFiles), ["warning migrations: a.sql: it is empty, and 1 more"]);
    }
}
