//! From an empty server to a running installation: what is asked, what is there, what is missing, doing it, proving it.
//!
//! Reading order: [`answers`] (what was chosen) · [`flow`] (the questions, as a pure step machine) · [`found`] (what is
//! there) · [`step`] and [`mod@plan`] (what would be done) · [`run`] (doing it) · [`proof`] (seeing that it is right) ·
//! [`service`] (the databases of the home installation) · [`password`].
//!
//! Invariants: nothing is ever dropped, and nothing that exists is changed unless that was asked for: what differs is
//! named with the statement that would change it. An administrative login is used and forgotten; it is in no file.
//! Deliberately absent: anything of a terminal.

pub mod answers;
pub mod flow;
pub mod found;
pub mod look;
pub mod password;
pub mod plan;
pub mod policy;
pub mod proof;
pub mod record;
pub mod run;
pub mod schema;
pub mod service;
pub mod step;

pub use answers::{AccountAnswer, Answers, DatabaseAnswer, Secret};
pub use flow::{Flow, Stage, Work};
pub use found::Found;
pub use step::{State, Step};
