//! Removes rows that are past their retention: in short transactions, children first, archived before where that is
//! wanted, and whole expired partitions at once.
//!
//! Reading order: [`policy`] (which policies) · [`shape`], [`mod@column`], [`keys`] (the table) · [`task`] (what planning
//! fixes: the cutoff, the way) · [`survey`], [`way`], [`tell`] (planning) · [`sweep`] (a policy, from its first batch to its last) ·
//! [`batch`] (one transaction) · [`pace`], [`brake`] (how fast) · [`partition`] · [`archive`], [`journal`], [`list`],
//! [`settle`] (exactly once between files and tables).
//!
//! Invariants: a row goes only when it meets its policy in the very statement that removes it. What is archived is what
//! was removed, whatever dies in between: a frame is durable before its rows go, and taken back when they did not. The
//! cutoff is fixed by the plan. Deliberately absent: touching the files that rows name (an application's business), and
//! removing more than one generation of children.

mod archive;
mod batch;
mod brake;
mod column;
mod journal;
mod keys;
mod list;
mod pace;
mod partition;
mod policy;
mod settle;
mod shape;
mod survey;
mod sweep;
mod task;
mod tell;
mod way;

use std::path::PathBuf;

use clap::ArgAction;

use crate::op::{Conflicts, JobCx, Meta, OpError, Operation, Place, Plan, PlanCx, Risk, Scope};

/// The parameters of a cleanup.
#[derive(Debug, clap::Args)]
pub struct Cleanup {
    /// Apply only this policy (may be given several times)
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub policy: Vec<String>,
    /// Write what is removed to an archive first, whatever the policy says
    #[arg(long, conflicts_with = "no_archive")]
    pub archive: bool,
    /// Write no archive, whatever the policy says
    #[arg(long)]
    pub no_archive: bool,
    /// Append the paths of the files that removed rows name to this file, one per line
    #[arg(long, value_name = "PATH")]
    pub list_files: Option<PathBuf>,
}

impl Operation for Cleanup {
    const META: Meta = Meta {
        id: "cleanup",
        title: "Clean up",
        doc: "Remove rows that are past their retention, in small steps that hurt nobody.",
        risk: Risk::Destructive,
        scope: Scope::Database,
        conflicts: Conflicts::Database,
        needs: &["SELECT, DELETE, ALTER, DROP ON {database}"],
        schedulable: true,
        resumable: true,
        key: Some('c'),
    };

    async fn plan(&self, cx: &PlanCx) -> Result<Plan, OpError> {
        survey::plan(self, cx).await
    }

    async fn run(&self, cx: &JobCx, places: &mut [Place], plan: &Plan) -> Result<String, OpError> {
        sweep::run(cx, places, plan).await
    }
}
