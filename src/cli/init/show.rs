//! A setup as text and as JSON: the plan, the steps as they are done, the end, the proof.

use serde_json::{Value, json};

use super::{Done, json as document};
use crate::cli::page::{Page, Tone};
use crate::cli::run::Form;
use crate::secret::{ExposeSecret as _, SecretString};
use crate::setup::flow::Progress;
use crate::setup::proof::{Answer, Cell, Matrix, Proven, Verb};
use crate::setup::run::Event;
use crate::setup::step::Act;
use crate::setup::{Found, State, Step};

/// Everything that would be done, with every statement.
pub fn plan(steps: &[Step], found: &Found, form: &mut Form) -> String {
    let page = match form {
        Form::Json => return document::document(&json!({ "steps": steps.iter().map(of_step).collect::<Vec<_>>() })),
        Form::Text(page) => page,
    };
    let server = &found.server;
    page.line(format!("{} as {}", page.tinted(Tone::Strong, &server.kind), server.account));
    for step in steps {
        let (word, tone) = state(step);
        page.line(format!("{} {}", page.tinted(tone, format!("{word:<8}")), step.title));
        if step.is_due() {
            statements(step, page);
        }
        differences(step, page);
    }
    page.take()
}

fn statements(step: &Step, page: &mut Page) {
    let end = if matches!(step.act, Act::Statements { .. }) { ";" } else { "" };
    if let Act::Statements { schema: Some(schema), .. } = &step.act {
        page.line(format!("           USE {schema};"));
    }
    for statement in step.act.lines() {
        let text = format!("{statement}{end}");
        text.lines().for_each(|line| page.line(format!("           {line}")));
    }
}

fn differences(step: &Step, page: &mut Page) {
    for difference in &step.differences {
        let mark = page.tinted(Tone::Warn, "differs");
        page.line(format!("  {mark}  {}", difference.what));
        if !difference.remedy.is_empty() {
            page.line(format!("           {}", difference.remedy));
        }
    }
}

fn state(step: &Step) -> (&'static str, Tone) {
    match step.state {
        State::There => ("there", Tone::Quiet),
        State::Missing => ("missing", Tone::Strong),
        State::Differs => ("differs", Tone::Warn),
        State::Blocked => ("blocked", Tone::Bad),
    }
}

/// A step that has begun or ended. The administrator's password is told before it is used: whatever happens then, it is
/// known.
pub fn event(event: &Event, steps: &[Step], page: &mut Page) {
    match event {
        Event::Step { index, progress } => {
            let title = steps.get(*index).map_or("", |step| step.title.as_str());
            match progress {
                Progress::Running => page.line(format!("begin  {title}")),
                Progress::Done => page.line(format!("{}   {title}", page.tinted(Tone::Good, "done"))),
                Progress::Failed(_) => page.line(format!("{} {title}", page.tinted(Tone::Bad, "failed"))),
                Progress::Waiting | Progress::Kept | Progress::Left => {}
            }
        }
        Event::ShownOnce { name, password } => page.line(shown_once(name, password)),
        Event::Planned(_) | Event::Ended(_) => {}
    }
}

/// The password that is shown once.
pub fn shown_once(name: &str, password: &SecretString) -> String {
    format!("The password of the administrator {name}, shown once: {}", password.expose_secret())
}

/// What was done, what differs, and the proof.
pub fn end(done: &Done, matrix: &Matrix, form: &mut Form) -> String {
    let page = match form {
        Form::Json => return document::document(&of_end(done, matrix)),
        Form::Text(page) => page,
    };
    let kept = done.steps.len() - done.count;
    page.line(format!("{} steps done, {kept} were there already.", done.count));
    done.steps.iter().for_each(|step| differences(step, page));
    page.line("");
    proof_on(matrix, page);
    page.take()
}

/// The proof alone.
pub fn proof(matrix: &Matrix, form: &mut Form) -> String {
    match form {
        Form::Json => document::document(&of_proof(matrix)),
        Form::Text(page) => {
            proof_on(matrix, page);
            page.take()
        }
    }
}

/// One line for each account and database: a letter for what is allowed, a dot for what is not, a question mark for what
/// could not be tried; wrong ones in colour.
fn proof_on(matrix: &Matrix, page: &mut Page) {
    let verbs = Verb::ALL.map(|verb| format!("{} {}", verb.letter(), verb.word())).join(", ");
    page.line(page.tinted(Tone::Quiet, format!("Allowed: {verbs}; . denied, ? not tried, ! not as it should be")));
    for account in &matrix.accounts {
        match &account.login {
            Err(why) => page.line(format!("{:<28} {}", account.user, page.tinted(Tone::Bad, why))),
            Ok(_) => lines(account, page),
        }
    }
    for (server, why) in &matrix.unreachable {
        page.line(format!("{} {why}", page.tinted(Tone::Bad, format!("{server}:"))));
    }
    for flaw in &matrix.flaws {
        page.line(format!("{} {} {}", page.tinted(Tone::Bad, "flaw"), flaw.subject, flaw.text));
        if !flaw.remedy.is_empty() {
            page.line(format!("     {}", flaw.remedy));
        }
    }
    if matrix.is_right() && !matrix.accounts.is_empty() {
        page.line(page.tinted(Tone::Good, "Every account may do what it should, and nothing else."));
    }
}

fn lines(account: &Proven, page: &mut Page) {
    for (index, (database, cells)) in account.databases.iter().enumerate() {
        let user = if index == 0 { account.user.as_str() } else { "" };
        let letters: String = cells.iter().map(|cell| cell_text(cell, page)).collect();
        page.line(format!("{user:<28} {database:<12} {letters}"));
    }
}

fn cell_text(cell: &Cell, page: &Page) -> String {
    let letter = match cell.answer {
        Answer::Allowed => cell.verb.letter(),
        Answer::Denied => '.',
        Answer::Unknown(_) => '?',
    };
    if cell.is_right() { letter.to_string() } else { page.tinted(Tone::Bad, format!("{letter}!")) }
}

fn of_step(step: &Step) -> Value {
    let differences = step.differences.iter();
    json!({
        "title": step.title,
        "state": state(step).0,
        "does": if step.is_due() { step.act.lines() } else { Vec::new() },
        "differences": differences.map(|it| json!({ "what": it.what, "remedy": it.remedy })).collect::<Vec<_>>(),
    })
}

fn of_end(done: &Done, matrix: &Matrix) -> Value {
    let administrator = done.shown_once.as_ref();
    json!({
        "done": done.count,
        "steps": done.steps.iter().map(of_step).collect::<Vec<_>>(),
        "administrator": administrator.map(|(name, password)| {
            json!({ "name": name, "password": password.expose_secret() })
        }),
        "isolation": of_proof(matrix),
    })
}

fn of_proof(matrix: &Matrix) -> Value {
    let cell = |cell: &Cell| json!({ "verb": cell.verb, "answer": cell.answer, "expected": cell.expected, "right": cell.is_right() });
    let accounts = matrix.accounts.iter().map(|account| {
        let databases = account
            .databases
            .iter()
            .map(|(name, cells)| json!({ "database": name, "verbs": cells.iter().map(cell).collect::<Vec<_>>() }));
        json!({
            "user": account.user,
            "server": account.server,
            "account": account.login.as_ref().ok(),
            "trouble": account.login.as_ref().err(),
            "databases": databases.collect::<Vec<_>>(),
        })
    });
    let unreachable = matrix.unreachable.iter().map(|(server, why)| json!({ "server": server, "reason": why }));
    json!({
        "right": matrix.is_right(),
        "accounts": accounts.collect::<Vec<_>>(),
        "flaws": matrix.flaws,
        "unreachable": unreachable.collect::<Vec<_>>(),
    })
}
