//! Which migrations are applied, and in which order: by name, and by what their headers say they come after.

use serde::{Deserialize, Serialize};

use crate::migration::{After, Allow, Catalogue, History, MigrationFile, Standing, Standings, StepState};
use crate::op::OpError;
use crate::units::DatabaseName;

/// A migration that is applied to a database, or the rest of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// The database, as it is configured.
    pub database: String,
    /// The migration.
    pub name: String,
    /// The first statement that is run, from 1; those before it are done.
    pub from: u64,
    /// The checksum of the file's bytes.
    pub checksum: String,
}

/// How the migrations of a database stand.
#[derive(Debug)]
pub struct Stand {
    /// The database.
    pub database: DatabaseName,
    /// What its record says.
    pub history: History,
    /// How that compares with the files.
    pub standings: Standings,
}

/// What is chosen of what is there.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The last migration that is applied.
    pub to: Option<String>,
    /// What the operator allows, in addition to what the files do.
    pub allow: Vec<Allow>,
}

impl Wanted {
    /// Whether something is allowed for a file.
    pub fn allows(&self, what: Allow, file: &MigrationFile) -> bool {
        self.allow.contains(&what) || file.header.allow.contains(&what)
    }
}

/// Chooses and orders.
///
/// # Errors
/// [`OpError::Usage`] when the last one is not there; [`OpError::Changed`] names every file that was changed, is gone or
/// comes too late, and what would allow it.
pub fn units(catalogue: &Catalogue, stands: &[Stand], wanted: &Wanted) -> Result<Vec<Unit>, OpError> {
    let last = wanted.to.as_deref().map(|name| {
        let name = name.strip_suffix(".sql").unwrap_or(name);
        catalogue.find(name).ok_or_else(|| OpError::Usage(format!("there is no migration {name}")))
    });
    let last = last.transpose()?;
    let mut choice = Choice { catalogue, wanted, units: Vec::new(), conflicts: Vec::new() };
    for stand in stands {
        choice.database(stand);
    }
    if !choice.conflicts.is_empty() {
        return Err(OpError::Changed(choice.conflicts.join("\n")));
    }
    let mut units = choice.units;
    units.retain(|(_, file)| last.is_none_or(|last| file.name <= last.name));
    units.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
    check_predecessors(&units, stands)?;
    in_order(units)
}

/// What a file comes after is applied already, or is applied now.
fn check_predecessors(units: &[(Unit, &MigrationFile)], stands: &[Stand]) -> Result<(), OpError> {
    let lacking = units.iter().flat_map(|(unit, file)| {
        let database_of = |after: &'_ After| after.database.as_ref().map_or(unit.database.clone(), |it| it.0.clone());
        let lacks = move |after: &&After| {
            let database = database_of(after);
            let is_applied_now = units.iter().any(|(other, _)| other.name == after.name && other.database == database);
            let stand = stands.iter().find(|stand| stand.database.0 == database);
            let entry = stand.and_then(|it| it.standings.entries.iter().find(|entry| entry.name == after.name));
            !is_applied_now && entry.is_none_or(|entry| entry.standing.is_open())
        };
        file.header.after.iter().filter(lacks).map(move |after| {
            let (database, name) = (database_of(after), &after.name);
            format!(
                "{}: {} comes after {database}@{name}, which is neither applied nor chosen",
                unit.database,
                shown(file)
            )
        })
    });
    let lacking: Vec<String> = lacking.collect();
    if lacking.is_empty() { Ok(()) } else { Err(OpError::Changed(lacking.join("\n"))) }
}

struct Choice<'a> {
    catalogue: &'a Catalogue,
    wanted: &'a Wanted,
    units: Vec<(Unit, &'a MigrationFile)>,
    conflicts: Vec<String>,
}

impl<'a> Choice<'a> {
    fn database(&mut self, stand: &Stand) {
        for entry in &stand.standings.entries {
            let Some(file) = self.catalogue.find(&entry.name) else {
                if matches!(entry.standing, Standing::Missing { .. }) && !self.wanted.allow.contains(&Allow::Edited) {
                    let what = "is applied, and its file is gone";
                    self.conflict(&format!("{}.sql", entry.name), stand, what, Some(Allow::Edited));
                }
                continue;
            };
            match &entry.standing {
                Standing::Applied { .. } => {}
                Standing::Pending => self.take(stand, file, 1),
                Standing::Failed { .. } | Standing::Interrupted { .. } => {
                    self.take(stand, file, goes_on_at(&stand.history, &entry.name));
                }
                Standing::OutOfOrder { .. } if self.wanted.allows(Allow::OutOfOrder, file) => self.take(stand, file, 1),
                Standing::OutOfOrder { behind } => {
                    let what = format!("is not applied, and comes before {behind}, which is");
                    self.conflict(&shown(file), stand, &what, Some(Allow::OutOfOrder));
                }
                Standing::Edited { .. } | Standing::Missing { .. } if self.wanted.allow.contains(&Allow::Edited) => {}
                Standing::Edited { .. } => {
                    let what = "is applied, and was changed since";
                    self.conflict(&shown(file), stand, what, Some(Allow::Edited));
                }
                Standing::Missing { .. } => {
                    let what = "is applied, and its file is for other databases now";
                    self.conflict(&shown(file), stand, what, Some(Allow::Edited));
                }
            }
        }
    }

    fn take(&mut self, stand: &Stand, file: &'a MigrationFile, from: u64) {
        if let Some(step) = changed_step(&stand.history, file, from) {
            let what = format!("has a statement {step} that is done, and another one in its place now; put it back");
            self.conflict(&shown(file), stand, &what, None);
        }
        let checksum = file.checksums.raw.clone();
        let unit = Unit { database: stand.database.0.clone(), name: file.name.text.clone(), from, checksum };
        self.units.push((unit, file));
    }

    fn conflict(&mut self, file: &str, stand: &Stand, what: &str, allow: Option<Allow>) {
        let way = allow.map_or_else(String::new, |allow| format!("; if that is meant, --allow {}", allow.word()));
        self.conflicts.push(format!("{}: {file} {what}{way}", stand.database));
    }
}

/// How a file is named to people.
pub fn shown(file: &MigrationFile) -> String {
    format!("{}.sql", file.name.text)
}

/// Behind the last statement that is done; at the beginning where older records do not say.
fn goes_on_at(history: &History, name: &str) -> u64 {
    let last = history.steps(name).last();
    last.map_or(1, |step| if step.state == StepState::Done { step.step + 1 } else { step.step })
}

/// A statement that was done before `from`, and that the file no longer has.
fn changed_step(history: &History, file: &MigrationFile, from: u64) -> Option<u64> {
    let statements = file.statements().unwrap_or_default();
    let is_changed = |done: u64, text: &str| {
        let at = usize::try_from(done).ok().and_then(|done| done.checked_sub(1));
        at.and_then(|at| statements.get(at)).is_none_or(|statement| statement.text != text)
    };
    let mut steps = history.steps(&file.name.text).filter(|step| step.step < from && step.state == StepState::Done);
    steps.find(|step| is_changed(step.step, &step.statement)).map(|step| step.step)
}

/// Always the first one whose predecessors are through.
fn in_order(mut open: Vec<(Unit, &MigrationFile)>) -> Result<Vec<Unit>, OpError> {
    let mut ordered = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let ready = open.iter().position(|(unit, file)| !open.iter().any(|(other, _)| comes_after(file, unit, other)));
        let Some(ready) = ready else {
            let names: Vec<&str> = open.iter().map(|(unit, _)| unit.name.as_str()).collect();
            return Err(OpError::Failed(format!("these come after each other: {}", names.join(", "))));
        };
        ordered.push(open.remove(ready).0);
    }
    Ok(ordered)
}

fn comes_after(file: &MigrationFile, unit: &Unit, other: &Unit) -> bool {
    let in_its_database = |database: &Option<DatabaseName>| match database {
        Some(database) => database.0 == other.database,
        None => unit.database == other.database,
    };
    file.header.after.iter().any(|after| after.name == other.name && in_its_database(&after.database))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::{Checksums, Header, HistoryRow, HistoryState, MigrationName, StepRow, compare};

    fn file(name: &str, databases: &[&str], after: &[(&str, &str)]) -> MigrationFile {
        let text = "CREATE TABLE a (x INT);\nDROP TABLE b;".to_owned();
        let database = |name: &&str| DatabaseName((*name).to_owned());
        let after = after.iter().map(|(on, name)| After { database: Some(database(on)), name: (*name).to_owned() });
        let header =
            Header { databases: databases.iter().map(database).collect(), after: after.collect(), ..Header::default() };
        MigrationFile {
            name: MigrationName::parse(name).unwrap(),
            path: format!("{name}.sql").into(),
            header,
            checksums: Checksums::of(&text),
            text,
            down: None,
        }
    }

    fn catalogue(files: Vec<MigrationFile>) -> Catalogue {
        Catalogue { files, ..Catalogue::default() }
    }

    fn applied(name: &str, state: HistoryState) -> HistoryRow {
        HistoryRow { name: name.to_owned(), state, ..HistoryRow::default() }
    }

    fn stand(catalogue: &Catalogue, database: &str, rows: Vec<HistoryRow>, steps: Vec<StepRow>) -> Stand {
        let (database, history) = (DatabaseName(database.to_owned()), History { rows, steps });
        let standings = compare(catalogue, &database, &history);
        Stand { database, history, standings }
    }

    fn chosen(catalogue: &Catalogue, stands: &[Stand], wanted: &Wanted) -> Result<Vec<String>, String> {
        let units = units(catalogue, stands, wanted).map_err(|error| error.to_string())?;
        Ok(units.iter().map(|unit| format!("{}@{} {}", unit.database, unit.name, unit.from)).collect())
    }

    #[test]
    fn migrations_are_ordered_by_name_and_by_what_they_come_after() {
        let files = vec![
            file("2025_01_01_a", &["client", "shared"], &[]),
            file("2025_01_02_b", &["client"], &[("shared", "2025_01_03_c")]),
            file("2025_01_03_c", &["shared"], &[]),
        ];
        let catalogue = catalogue(files);
        let stands = ["client", "shared"].map(|database| stand(&catalogue, database, vec![], vec![]));
        let all = ["client@2025_01_01_a 1", "shared@2025_01_01_a 1", "shared@2025_01_03_c 1", "client@2025_01_02_b 1"];
        assert_eq!(chosen(&catalogue, &stands, &Wanted::default()).unwrap(), all);
        let to = Wanted { to: Some("2025_01_01_a.sql".to_owned()), allow: vec![] };
        assert_eq!(chosen(&catalogue, &stands, &to).unwrap(), all[..2]);
        let one = chosen(&catalogue, &stands[..1], &Wanted::default()).unwrap_err();
        assert_eq!(
            one,
            "client: 2025_01_02_b.sql comes after shared@2025_01_03_c, which is neither applied nor chosen"
        );
        let unknown = Wanted { to: Some("x".to_owned()), allow: vec![] };
        assert_eq!(chosen(&catalogue, &stands, &unknown).unwrap_err(), "there is no migration x");
    }

    #[test]
    fn what_does_not_fit_the_record_is_named_and_can_be_allowed() {
        let catalogue = catalogue(vec![file("2025_01_01_a", &["client"], &[]), file("2025_01_02_b", &["client"], &[])]);
        let edited = HistoryRow {
            checksum: Some("0123456789abcdef".to_owned()),
            ..applied("2025_01_02_b", HistoryState::Success)
        };
        let rows = vec![edited, applied("2025_01_03_gone", HistoryState::Success)];
        let stands = [stand(&catalogue, "client", rows, vec![])];
        assert_eq!(
            chosen(&catalogue, &stands, &Wanted::default()).unwrap_err(),
            "client: 2025_01_01_a.sql is not applied, and comes before 2025_01_02_b, which is; if that is meant, --allow \
             out-of-order\nclient: 2025_01_02_b.sql is applied, and was changed since; if that is meant, --allow edited\n\
             client: 2025_01_03_gone.sql is applied, and its file is gone; if that is meant, --allow edited"
        );
        let allowed = Wanted { to: None, allow: vec![Allow::Edited, Allow::OutOfOrder] };
        assert_eq!(chosen(&catalogue, &stands, &allowed).unwrap(), ["client@2025_01_01_a 1"]);
    }

    #[test]
    fn an_unfinished_one_goes_on_where_it_stopped_unless_what_is_done_was_changed() {
        let catalogue = catalogue(vec![file("2025_01_01_a", &["client"], &[])]);
        let step = |step, statement: &str, state| StepRow {
            name: "2025_01_01_a".to_owned(),
            step,
            line: step,
            column: 1,
            kind: "ddl".to_owned(),
            statement: statement.to_owned(),
            objects: String::new(),
            before: None,
            after: None,
            state,
            began: None,
            ended: None,
            thread: None,
            tag: None,
            error: None,
            rows: 0,
        };
        let go_on = |first: &str| {
            let steps = vec![step(1, first, StepState::Done), step(2, "DROP TABLE c", StepState::Failed)];
            let stands = [stand(&catalogue, "client", vec![applied("2025_01_01_a", HistoryState::Failed)], steps)];
            chosen(&catalogue, &stands, &Wanted::default())
        };
        assert_eq!(go_on("CREATE TABLE a (x INT)").unwrap(), ["client@2025_01_01_a 2"]);
        let stands = [StepState::Done, StepState::Begun].map(|state| {
            let steps = vec![step(1, "CREATE TABLE a (x INT)", state)];
            stand(&catalogue, "client", vec![applied("2025_01_01_a", HistoryState::Failed)], steps)
        });
        let from = |stand| chosen(&catalogue, std::slice::from_ref(stand), &Wanted::default()).unwrap();
        assert_eq!(stands.iter().map(from).collect::<Vec<_>>(), [["client@2025_01_01_a 2"], ["client@2025_01_01_a 1"]]);
        assert!(go_on("CREATE TABLE a (x BIGINT)").unwrap_err().contains("has a statement 1 that is done"));
    }
}
