//! Ours: the binary that cargo built for this bench.

use std::fmt::Write as _;

use anyhow::Result;

use super::{Condition, Contender, Key, command};
use crate::stage::{DATABASES, EXPIRED, PASSWORD, Stage, WATCHER};

pub const NAME: &str = "dbdeck";
const LIVE: &str = "● live";
/// Beside the heading that sorts a list; turning it round sorts and draws everything anew.
const REVERSED: &str = "↑";

pub fn contender(stage: &Stage) -> Result<Contender> {
    let configuration = stage.write("dbdeck.yaml", &configuration(stage)?)?;
    let mut command = command(env!("CARGO_BIN_EXE_dbdeck"), stage);
    command.arg("--config");
    command.arg(configuration);
    let all_live = Condition::AtLeast(DATABASES.len(), LIVE);
    Ok(Contender {
        name: NAME,
        command,
        ready: Condition::All(vec![all_live.clone(), Condition::Lacks("not read yet")]),
        keys: vec![
            Key::new("2", Condition::Lacks("Needs attention")),
            Key::new("1", Condition::Shows("Needs attention")),
        ],
        list_all: vec![Key::new("2", Condition::Shows("idle"))],
        crowd_keys: vec![Key::new("S", Condition::Shows(REVERSED)), Key::new("S", Condition::Lacks(REVERSED))],
        delete: vec![
            Key::new("c", Condition::Shows("type the database's name")),
            Key::new("client\t", Condition::Shows("[ Run ]")),
            Key::new("\r", Condition::All(vec![Condition::Shows("cleanup"), Condition::Shows("rows/s")])),
        ],
        notices: Condition::Fewer(DATABASES.len(), LIVE),
        back: all_live,
        quit: "q",
    })
}

fn configuration(stage: &Stage) -> Result<String> {
    let mut text = String::from("mysql:\n");
    let socket = stage.socket();
    for (name, database) in DATABASES {
        writeln!(text, "  {name}:\n    socket: {:?}", socket.display())?;
        writeln!(text, "    user: {WATCHER}\n    password: {PASSWORD:?}\n    database: {database}")?;
    }
    writeln!(text, "retention:\n  expired: {{database: client, table: {EXPIRED}, time: at, keep: 30d}}")?;
    Ok(text)
}
