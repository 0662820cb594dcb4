//! Migrations.
pub mod plan;
