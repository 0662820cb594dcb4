//! Rebuilds tables that have much unused space inside, and gives it back to the disk.
//!
//! Measured on both flavors: `OPTIMIZE TABLE` of an InnoDB table is a rebuild beside which reads and writes go on, of
//! all partitions when it has some, and `OPTIMIZE PARTITION` is the same of all of them, too. `REBUILD PARTITION` takes
//! one partition, and the disk needs room for that one only, but every write to the table waits until it is done. So
//! partitions are rebuilt one by one, where there is something to gain, and `--whole` is the other way.
//!
//! Nothing is written to the binary log: a rebuild changes the files of this server, not its data. Replicas would stand
//! still for as long as it takes, and a replica itself would get a transaction that its source does not have.

mod choice;

use crate::op::{Conflicts, JobCx, Meta, OpError, Operation, Place, Plan, PlanCx, Risk, Scope};
use crate::server::Link;
use crate::server::read::tables::{Space, indexes_of_schemas, spaces_of_tables};
use crate::server::read::{DiskSpace, TableFacts, TableIndexes, disk};

use super::tables::Tables;
use super::upkeep;
use choice::{Choice, Part, Site};

/// Gives the unused space inside tables back.
#[derive(Debug, clap::Args)]
pub struct Optimize {
    #[command(flatten)]
    tables: Tables,
    /// Only this partition of the table; may be given several times
    #[arg(long = "partition", value_name = "NAME", requires = "names")]
    partitions: Vec<String>,
    /// Rebuild a partitioned table at once: writes go on meanwhile, and the disk needs room for all of it
    #[arg(long, conflicts_with = "partitions")]
    whole: bool,
    /// Unless tables are named: only what has so much unused space inside, in percent of its size, and 8 MiB
    #[arg(long, value_name = "PERCENT", default_value_t = 20)]
    min_free: u8,
}

impl Operation for Optimize {
    const META: Meta = Meta {
        id: "maintain optimize",
        title: "Optimize tables",
        doc: "Rebuild tables with much unused space inside, partition by partition, and give the space back to the disk.",
        risk: Risk::Reversible,
        scope: Scope::Database,
        conflicts: Conflicts::Database,
        needs: &["SELECT, INSERT, ALTER, CREATE, DROP ON {database}", "PROCESS"],
        schedulable: true,
        resumable: false,
        key: Some('o'),
    };

    async fn plan(&self, cx: &PlanCx) -> Result<Plan, OpError> {
        let target = cx.targets.first().ok_or_else(|| OpError::Refused("no database was chosen".to_owned()))?;
        let mut link = cx.connect(target).await?;
        let facts = self.tables.facts(&mut link, &target.schema).await?;
        let (site, parts) = self.look(&mut link, &target.schema, facts).await?;
        let mut choice = Choice::new(site);
        for part in parts {
            if self.is_named(&part) || part.is_worth(self.min_free) {
                choice.take(&part);
            } else {
                choice.skip(&part);
            }
        }
        Ok(choice.plan(self.min_free))
    }

    async fn run(&self, cx: &JobCx, places: &mut [Place], plan: &Plan) -> Result<String, OpError> {
        upkeep::run(cx, places, plan).await
    }
}

impl Optimize {
    fn is_named(&self, part: &Part) -> bool {
        match part.partition() {
            Some(partition) if !self.partitions.is_empty() => {
                self.partitions.iter().any(|name| name.eq_ignore_ascii_case(partition))
            }
            _ => self.tables.are_named(),
        }
    }

    /// What could be rebuilt, and where.
    async fn look(&self, link: &mut Link, schema: &str, facts: Vec<TableFacts>) -> Result<(Site, Vec<Part>), OpError> {
        let failed = |what: &str| OpError::server(format!("{what} of {schema}"));
        let spaces = spaces_of_tables(link, schema, &facts).await.map_err(failed("measuring the tables"))?;
        let spaces = spaces.map_err(|lack| OpError::Refused(lack.reason))?;
        let indexes = indexes_of_schemas(link, &[schema.to_owned()]).await.map_err(failed("reading the indexes"))?;
        let free = disk::read(link).await.map_err(failed("asking for free space"))?;
        let indexes = indexes.map_err(|lack| OpError::Refused(lack.reason))?;
        let mut parts = Vec::new();
        for facts in facts {
            let own: Vec<_> = spaces.iter().filter(|space| space.table == facts.table).cloned().collect();
            parts.extend(self.parts(&facts, indexes.iter().find(|it| it.table == facts.table), own));
        }
        self.check_partitions(&parts)?;
        Ok((Site { schema: schema.to_owned(), disk: free.map(|space: DiskSpace| space.free) }, parts))
    }

    fn parts(&self, facts: &TableFacts, indexes: Option<&TableIndexes>, mut spaces: Vec<Space>) -> Vec<Part> {
        if self.whole || spaces.iter().any(|space| space.partition.is_none()) {
            spaces = spaces
                .into_iter()
                .reduce(|all, next| all.and(&next))
                .map(|all| Space { partition: None, ..all })
                .into_iter()
                .collect();
        }
        let is_wanted = |space: &Space| {
            let partition = space.partition.as_deref();
            self.partitions.is_empty()
                || partition.is_some_and(|name| self.partitions.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)))
        };
        spaces.retain(is_wanted);
        spaces.into_iter().map(|space| Part::new(facts, indexes, space)).collect()
    }

    fn check_partitions(&self, parts: &[Part]) -> Result<(), OpError> {
        let is_there =
            |name: &&String| parts.iter().any(|part| part.partition().is_some_and(|it| it.eq_ignore_ascii_case(name)));
        match self.partitions.iter().find(|name| !is_there(name)) {
            Some(missing) => {
                Err(OpError::Usage(format!("there is no partition {missing} in the tables that were named")))
            }
            None => Ok(()),
        }
    }
}
