//! dbdeck: a terminal operations console for services that live in several MySQL or MariaDB databases.
//!
//! This page is the architecture document. It is kept true by `tests/architecture`, which reads the source.
//!
//! # Bird's-eye view
//!
//! ```text
//!  config ──► Fleet: one Sampler per server ──► watch<ServerSnapshot> ──► Picture ─┬─► tui: Model → view (a frame)
//!             connect · look · publish            latest wins, never blocks        ├─► advise: Board → findings
//!             back off · try again, for ever                                       └─► report → status, --json
//! ```
//!
//! A server and a database are two things. Several configured databases may live on one server; it is recognised by its
//! address and, after the first connection, by its identity, and it is watched once. A *target* is a database.
//!
//! # Code map, in reading order
//!
//! | module | what it is |
//! |---|---|
//! | [`units`] | quantities with their unit: bytes, rows, rates, spans, names |
//! | [`clock`] | the only source of "now" |
//! | [`secret`] | where a password comes from, and how it is fetched when it is needed |
//! | [`text`] | text from data, made fit for a screen: cleaned, measured, shortened, folded |
//! | [`config`] | what the operator wrote, checked as a whole, every problem with line and column |
//! | [`server`] | all that speaks to a server: a budgeted connection, dialect, capabilities, typed readings, the script lexer |
//! | [`migration`] | files, the record of what was done of them, and how the two compare |
//! | [`sample`] | one task per server: readings on a clock, rates, history, health; published as snapshots |
//! | [`advise`] | rules over a picture of all servers: what needs attention; what each feature needs (`doctor`) |
//! | [`report`] | what the overview says, free of any rendering |
//! | [`op`] | what an operation is: parameters, plan, run; a parsed command line; what a running one may use |
//! | [`ops`] | the table of operations, one file each |
//! | [`job`] | the one worker: queue, limits, locks, the life of a job |
//! | [`ledger`] | the record of all jobs: tables that the whole service shares, else a file of this machine, merged later |
//! | [`setup`] | from an empty server to a running installation: questions, plan, run, and the proof that accounts are kept apart |
//! | [`demo`] | a private throw-away server with lifelike data and load; its launcher serves the tests |
//! | [`tui`] | the console: a pure core (`update`, `view`) in an impure shell (`runtime`, `terminal`) |
//! | [`cli`] | the command line: arguments, printing, exit codes |
//!
//! A module imports only from modules above it in `units clock secret text` ← `config server` ← `migration` ← `sample
//! advise` ← `report` ← `op` ← `ops` ← `job` ← `ledger` ← `cli tui setup demo` ← `main`.
//!
//! # Invariants
//!
//! * The console awaits its own channels only; no key and no frame ever waits for a database.
//! * Every wait on the network has a budget. A connection that missed one is dropped, never reused.
//! * Looking never writes. Whatever changes a server is an operation, run by [`job`], recorded before it is done and
//!   settled after it; planning one happens on a connection on which the server itself refuses writes.
//! * Only [`server`] knows the protocol crate, and only its `dialect` and `caps` (and the demo's launcher, which has to
//!   find programs) know the flavors by name. Readers choose by capability.
//! * What cannot be read is [`server::Unavailable`], with the reason and the statement that would change it. Empty,
//!   forbidden and unknown never look alike.
//! * Text from a server is cleaned in [`server::row`] before anything else sees it.
//! * Only [`cli`], `tui::runtime` and `tui::terminal` touch the terminal; only `main` reads arguments and environment
//!   (and [`secret`], for a password that the configuration says is there).
//!
//! # How to add
//!
//! * **A rule**: one file in `advise/rule/` with a unit struct that implements [`advise::Rule`], one line in the list of
//!   `advise/rule/mod.rs`. It appears in "Needs attention", on the Checks screen and in `status --check`.
//! * **A screen**: one file in `tui/screen/`, one line in the list of `tui/screen/mod.rs`. A list implements
//!   [`tui::list::Listing`] (rows, columns and detail as data) and gets cursor, filter, sorting, pause and copy from
//!   there. Its tab, digit, help and palette entries follow.
//! * **An operation**: one file in `ops/` with its parameters (`clap::Args`), `META`, `plan` and `run`, one line in the
//!   list of `ops/mod.rs`. Its command, help, completions, palette entry, form, dialog and record follow.
//! * **A key**: one line in [`tui::keymap::BINDINGS`]. Dispatch, footer, help, palette and the README follow.
//! * **A reading**: one file in `server/read/`; its statement by capability, the same typed rows for every server.
//! * **A feature in `doctor`**: one line in `advise::doctor::FEATURES`.
//!
//! # Deliberately absent
//!
//! A connection pool (its release ping would wait for a frozen server), parsed `SHOW ENGINE INNODB STATUS`, the `sys`
//! schema, and — in this version — backups and the schedule.
//!
//! # Glossary
//!
//! * **target**: a configured database; **server**: what it lives on; **fleet**: all servers of the configuration.
//! * **reading**: one family of figures, taken at one instant; **snapshot**: all readings of a server; **picture**: the
//!   snapshots of all servers, as one frame is drawn from.
//! * **live, stale, down**: the last question was answered in time; its figures are old; there is nobody to ask.
//! * **signal**: what a rule says of one subject; **finding**: a signal that has been raised and stays until it is over.
//! * **operation**: something that can be done to a server; **plan**: what it would do; **job**: one run of it on its
//!   databases; **record**: what is kept of a job; **invocation**: a command line, parsed.
//! * **remedy**: the exact statement or setting that would make a figure visible or a finding go.

pub mod advise;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod job;
pub mod ledger;
pub mod migration;
pub mod op;
pub mod ops;
pub mod report;
pub mod sample;
pub mod secret;
pub mod server;
pub mod setup;
pub mod text;
pub mod tui;
pub mod units;
