//! What would be done, in which order, what has to be known about it, and what speaks against it.
//!
//! Reading order: `order` (which files, from which statement on) · `site` (a database right now) · `answer`, `clone` and
//! `probe` (how the server will change a table, by its own word) · `pace` (how long that took before) · `review` (all of
//! it, statement by statement) · `adopt` and `special` (plans beside the ordinary one).
//!
//! Everything is read and checked before the first statement of anything. What was measured or asked is told as facts and
//! is no part of what is approved: the steps are the statements as they are written, whether the server was asked or not.
//! Deliberately absent: running anything.

mod adopt;
mod answer;
mod clone;
mod order;
mod pace;
mod probe;
mod record;
mod review;
mod site;
mod special;

use crate::config::Target;
use crate::migration::doubt::{self, Verdict};
use crate::migration::interruption::work_lock;
use crate::migration::{Catalogue, History, MigrationFile, StepState, compare};
use crate::op::{Intent, OpError, Plan, PlanCx};
use crate::server::{Link, ServerError, sql};
use crate::units::DatabaseName;

use super::{Migrate, work};

pub use answer::{Algorithm, Answer, Lock, WAYS, Waits, Way};
pub use order::{Stand, Unit, Wanted, shown};
pub use probe::{Inquiry, ask};

use review::Review;
use site::Site;

/// A plan, and what the run needs of the planning.
#[derive(Debug)]
pub struct Survey {
    /// What is approved.
    pub plan: Plan,
    /// The files, in the order of the run.
    pub units: Vec<Unit>,
    /// For each of them the answers about its statements, from the one it goes on with; none where nobody was asked.
    pub answers: Vec<Vec<Answer>>,
}

/// Plans what was asked for.
///
/// # Errors
/// As [`survey`].
pub async fn plan(migrate: &Migrate, cx: &PlanCx) -> Result<Plan, OpError> {
    if migrate.down.is_none() && migrate.baseline.is_none() && migrate.settle.is_none() {
        return ordinary(migrate, cx).await;
    }
    let catalogue = catalogue(cx)?;
    let stands = stands(cx, &catalogue).await?;
    match (&migrate.down, &migrate.baseline, &migrate.settle) {
        (Some(name), ..) => special::down(cx, &catalogue, &stands, name),
        (_, _, Some(settlement)) => special::settle(&catalogue, &stands, settlement),
        (_, Some(name), _) if !name.is_empty() => special::mark(&catalogue, &stands, name),
        _ => adopt::adopt(cx, &catalogue, &stands).await,
    }
}

async fn ordinary(migrate: &Migrate, cx: &PlanCx) -> Result<Plan, OpError> {
    let intent = if migrate.probe && !cx.config.ui.read_only { Intent::Run } else { cx.intent };
    let cx = PlanCx { intent, ..cx.clone() };
    let wanted = Wanted { to: migrate.to.clone(), allow: migrate.allow.clone() };
    let Survey { plan, units, .. } = survey(&cx, &wanted).await?;
    let allowed = migrate.allow.iter().map(|allow| allow.word().to_owned()).collect();
    let unit = |unit: Unit| work::Unit {
        database: DatabaseName(unit.database),
        migration: unit.name,
        checksum: unit.checksum,
        mode: work::Mode::Up,
    };
    let work = work::Work { units: units.into_iter().map(unit).collect(), allowed };
    Ok(Plan { details: serde_json::json!(work), ..plan })
}

/// Plans for all chosen databases. The servers are asked about changes of tables when the plan is made to be run.
///
/// # Errors
/// [`OpError::Failed`] with everything that is wrong with the files, [`OpError::Changed`] when they do not fit the record,
/// [`OpError::Usage`], [`OpError::Server`].
pub async fn survey(cx: &PlanCx, wanted: &Wanted) -> Result<Survey, OpError> {
    let catalogue = catalogue(cx)?;
    let stands = stands(cx, &catalogue).await?;
    let units = order::units(&catalogue, &stands, wanted)?;
    survey_of(cx, wanted, &catalogue, &stands, units).await
}

/// Reads the files.
///
/// # Errors
/// [`OpError::Failed`] with everything that is wrong with them.
pub fn catalogue(cx: &PlanCx) -> Result<Catalogue, OpError> {
    let catalogue = Catalogue::read(&cx.config);
    if catalogue.problems.is_empty() {
        return Ok(catalogue);
    }
    let problems: Vec<String> = catalogue.problems.iter().map(ToString::to_string).collect();
    Err(OpError::Failed(problems.join("\n")))
}

/// Reads the record of each chosen database.
///
/// # Errors
/// [`OpError::Server`].
pub async fn stands(cx: &PlanCx, catalogue: &Catalogue) -> Result<Vec<Stand>, OpError> {
    let mut stands = Vec::new();
    for target in &cx.targets {
        let mut link = cx.connect(target).await?;
        let history = History::read(&mut link, &target.schema).await;
        let mut history =
            history.map_err(OpError::server(format!("reading the record of migrations of {}", target.name)))?;
        resolve(&mut link, &mut history).await.map_err(OpError::server(format!("looking at {}", target.name)))?;
        let (database, standings) = (target.name.clone(), compare(catalogue, &target.name, &history));
        stands.push(Stand { database, history, standings });
    }
    Ok(stands)
}

/// Whether a statement of an earlier run is still at it: the run waits for its end, and asks then.
async fn is_at_work(cx: &PlanCx, target: &Target) -> Result<bool, OpError> {
    let mut link = cx.connect(target).await?;
    let lock = sql::readable(&work_lock(&target.schema));
    let rows = link.rows(format!("SELECT IS_USED_LOCK({lock})")).await;
    let rows = rows.map_err(OpError::server(format!("asking who works on {}", target.name)))?;
    Ok(rows.first().and_then(|row| row.u64(0)).is_some())
}

/// What became of statements that were begun: looked at, and not written down yet.
async fn resolve(link: &mut Link, history: &mut History) -> Result<(), ServerError> {
    for step in history.steps.iter_mut().filter(|step| step.state == StepState::Begun) {
        match doubt::verdict(link, step).await? {
            Verdict::Done => step.state = StepState::Done,
            Verdict::NotDone => step.state = StepState::Undone,
            Verdict::InDoubt(_) => {}
        }
    }
    Ok(())
}

async fn survey_of(
    cx: &PlanCx,
    wanted: &Wanted,
    catalogue: &Catalogue,
    stands: &[Stand],
    units: Vec<Unit>,
) -> Result<Survey, OpError> {
    let answers = answers(cx, catalogue, &units).await?;
    let mut review = Review::new(wanted, stands.iter().map(|stand| &stand.history).collect());
    let mut sites: Vec<(DatabaseName, Site)> = Vec::new();
    for target in cx.targets.iter().filter(|target| units.iter().any(|unit| unit.database == target.name.0)) {
        let mut link = cx.connect(target).await?;
        review.record(&target.name.0, record::missing(&mut link, target).await?);
        sites.push((target.name.clone(), Site::look(&mut link, target).await?));
    }
    for (unit, answers) in units.iter().zip(&answers) {
        let site = sites.iter().find(|(name, _)| name.0 == unit.database).map(|(_, site)| site);
        if let (Some(file), Some(site)) = (catalogue.find(&unit.name), site) {
            review.file(unit, file, site, answers);
        }
    }
    let plan = review.plan(&units);
    Ok(Survey { plan, units, answers })
}

/// Has the servers asked about the rest of each file; nothing where the plan is only looked at.
async fn answers(cx: &PlanCx, catalogue: &Catalogue, units: &[Unit]) -> Result<Vec<Vec<Answer>>, OpError> {
    let mut answers = vec![Vec::new(); units.len()];
    if cx.intent == Intent::Look {
        return Ok(answers);
    }
    for target in &cx.targets {
        if is_at_work(cx, target).await? {
            continue;
        }
        let mut asking = Asking { cx, target, inquiry: Inquiry::new(&target.schema), link: None };
        let own = units.iter().enumerate().filter(|(_, unit)| unit.database == target.name.0);
        let mut outcome = Ok(());
        for (index, unit) in own {
            let Some(file) = catalogue.find(&unit.name) else { continue };
            match asking.file(unit, file).await {
                Ok(found) => answers[index] = found,
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        asking.finish().await?;
        outcome?;
    }
    Ok(answers)
}

/// Asks one server, on a connection that is changed when a file has left settings in it.
struct Asking<'a> {
    cx: &'a PlanCx,
    target: &'a Target,
    inquiry: Inquiry,
    link: Option<Link>,
}

impl Asking<'_> {
    async fn file(&mut self, unit: &Unit, file: &MigrationFile) -> Result<Vec<Answer>, OpError> {
        let statements = file.statements().unwrap_or_default();
        let skipped = usize::try_from(unit.from - 1).unwrap_or(usize::MAX);
        let rest: Vec<&str> = statements.iter().skip(skipped).map(|statement| statement.text).collect();
        let Some(mut link) = self.connect().await? else { return Ok(Vec::new()) };
        let asked = self.inquiry.file(&mut link, rest).await;
        if !self.inquiry.has_left_settings() {
            self.link = Some(link);
        }
        asked.map_err(OpError::server(format!("asking {} how it will change its tables", self.target.name)))
    }

    async fn finish(mut self) -> Result<(), OpError> {
        if !self.inquiry.has_clones() {
            return Ok(());
        }
        let Some(mut link) = self.connect().await? else { return Ok(()) };
        let finished = self.inquiry.finish(&mut link).await;
        finished.map_err(OpError::server(format!("dropping the empty clones in {}", self.target.name)))
    }

    async fn connect(&mut self) -> Result<Option<Link>, OpError> {
        match self.link.take().filter(Link::is_usable) {
            Some(link) => Ok(Some(link)),
            None => self.cx.scratch(self.target).await,
        }
    }
}
