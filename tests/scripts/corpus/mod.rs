//! Scripts that a lexer can get wrong, by theme. What each must lead to is not written here: the server's own client is
//! asked ([`crate::referee`]). A case only says whether the script runs to its end, so that none agrees by failing early.

mod blanks;
mod comments;
mod delimiters;
mod hostile;
mod programs;
mod quotes;
mod statements;

use std::borrow::Cow;

use dbdeck::server::script::{Options, split};

use crate::referee::Referee;

/// A script, and how far it gets.
pub struct Case {
    name: &'static str,
    script: Cow<'static, str>,
    mode: &'static str,
    end: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Every statement succeeds.
    Runs,
    /// Every statement succeeds where the server knows them all.
    RunsOrNot,
    /// The server refuses a statement.
    Fails,
    /// We refuse the script with these words, and the client fails at it.
    Refused(&'static str),
    /// We refuse the script with these words; the client takes it although something is wrong with it.
    Stricter(&'static str),
}

/// A script that runs.
fn case(name: &'static str, script: impl Into<Cow<'static, str>>) -> Case {
    Case { name, script: script.into(), mode: "", end: End::Runs }
}

impl Case {
    fn mode(self, mode: &'static str) -> Self {
        Self { mode, ..self }
    }

    fn ends(self, end: End) -> Self {
        Self { end, ..self }
    }
}

fn cases() -> Vec<Case> {
    let themes = [
        blanks::cases(),
        comments::cases(),
        delimiters::cases(),
        hostile::cases(),
        programs::cases(),
        quotes::cases(),
        statements::cases(),
    ];
    themes.into_iter().flatten().collect()
}

#[tokio::test]
async fn scripts_do_what_the_client_makes_of_them() {
    let cases = cases();
    assert!(cases.len() >= 60, "only {} scripts", cases.len());
    let mut referee = Referee::start().await;
    let mut wrong = Vec::new();
    for case in &cases {
        if let Err(reason) = check(&mut referee, case).await {
            wrong.push(format!("{}: {reason}", case.name));
        }
    }
    referee.stop().await;
    assert!(wrong.is_empty(), "{} of {} scripts\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

async fn check(referee: &mut Referee, case: &Case) -> Result<(), String> {
    let theirs = referee.client(case.mode, &case.script).await;
    let ours = match (referee.ours(case.mode, &case.script).await, case.end) {
        (Ok(ours), End::Runs | End::RunsOrNot | End::Fails) => ours,
        (Ok(_), _) => return Err("it was not refused".to_owned()),
        (Err(error), End::Refused(words)) if error.to_string().contains(words) => {
            return theirs.error.map(drop).ok_or_else(|| "the client takes it".to_owned());
        }
        (Err(error), End::Stricter(words)) if error.to_string().contains(words) => {
            return theirs.error.map_or(Ok(()), |code| Err(format!("the client refuses it too: {code}")));
        }
        (Err(error), _) => return Err(format!("refused: {error}")),
    };
    if ours != theirs {
        return Err(format!("ours\n{ours:?}\ntheirs\n{theirs:?}"));
    }
    match (case.end, ours.error) {
        (End::Runs, Some(code)) => Err(format!("it fails with {code}")),
        (End::Fails, None) => Err("it does not fail".to_owned()),
        _ => Ok(()),
    }
}

/// A stored program is the same statement with and without a delimiter of its own.
#[test]
fn programs_need_no_delimiter() {
    for case in programs::cases() {
        let bare = without_delimiters(&case.script);
        let texts = |script| {
            let statements = split(script, Options::of_sql_mode(case.mode));
            let statements = statements.unwrap_or_else(|error| panic!("{}: {error}", case.name));
            statements.iter().map(|statement| statement.text.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts(&bare), texts(&case.script), "{}", case.name);
    }
}

fn without_delimiters(script: &str) -> String {
    let lines = script.lines().filter(|line| !line.starts_with("DELIMITER"));
    let ended = |line: &str| line.strip_suffix("//").map_or(line.to_owned(), |statement| format!("{statement};"));
    lines.map(ended).collect::<Vec<_>>().join("\n")
}
