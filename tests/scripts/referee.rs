//! The server's own client as referee: the same script, taken by it and taken by us, on the same server.
//!
//! What is compared is what the server was sent (its general log), what it answered, the first error, and what was left
//! in the database. A statement that was not split would show in the log: the driver sends several in one if it is let.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use dbdeck::demo::launcher::PrivateServer;
use dbdeck::server::row::Row;
use dbdeck::server::script::{Options, ScriptError, split};
use dbdeck::server::sql::{self, Sql};
use dbdeck::server::{Link, ServerError};

use crate::common::{launcher, link};

/// Everything that can be seen of a script that was run.
#[derive(Debug, PartialEq, Eq)]
pub struct Effect {
    /// What the server was sent, comments before it left out.
    pub sent: Vec<String>,
    /// The first column of every row that came back.
    pub answers: Vec<String>,
    /// The number of the error that ended it; 0 for one of the client's own.
    pub error: Option<u64>,
    /// Tables, programs and rows that are there in the end.
    pub state: Vec<String>,
}

/// A server, and a connection that looks at it.
pub struct Referee {
    server: PrivateServer,
    root: Link,
    is_empty: bool,
}

impl Referee {
    pub async fn start() -> Self {
        let server = launcher().option("general_log=ON").option("log_output=TABLE").start().await.unwrap();
        let root = link(&server.root()).await;
        Self { server, root, is_empty: false }
    }

    pub async fn stop(self) {
        self.server.stop().await.unwrap();
    }

    /// What the client makes of it.
    pub async fn client(&mut self, mode: &str, script: &str) -> Effect {
        self.clear(mode).await;
        let output = run_client(&self.server.socket(), script.as_bytes());
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let error = errors.lines().find_map(|line| line.strip_prefix("ERROR ")?.split([' ', ':']).next());
        let error = error.map(|code| code.parse().unwrap_or_default());
        assert_eq!(output.status.success(), error.is_none(), "{errors}");
        let answers = String::from_utf8_lossy(&output.stdout);
        let answers = answers.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect();
        Effect { sent: self.sent().await, answers, error, state: self.state().await }
    }

    /// What we make of it; nothing is done of a script that cannot be split.
    pub async fn ours(&mut self, mode: &str, script: &str) -> Result<Effect, ScriptError> {
        let statements = split(script, Options::of_sql_mode(mode))?;
        self.clear(mode).await;
        let mut session = link(&self.server.root()).await;
        session.execute("USE corpus").await.unwrap();
        let (mut answers, mut error) = (Vec::new(), None);
        for statement in &statements {
            match session.rows(Sql::statement(statement)).await {
                Ok(rows) => answers.extend(rows.iter().map(as_the_client_shows)),
                Err(failure) => {
                    error = Some(code(&failure));
                    break;
                }
            }
        }
        let ready = |sent: &String| sent == "USEcorpus";
        let sent = self.sent().await.into_iter().skip_while(|sent| !ready(sent)).skip(1).collect();
        drop(session);
        Ok(Effect { sent, answers, error, state: self.state().await })
    }

    async fn clear(&mut self, mode: &str) {
        if !self.is_empty {
            self.run("DROP DATABASE IF EXISTS corpus").await;
            self.run("CREATE DATABASE corpus CHARACTER SET utf8mb4 COLLATE utf8mb4_bin").await;
        }
        self.root.execute(Sql::fixed("SET GLOBAL sql_mode = ").value(mode)).await.unwrap();
        self.run("TRUNCATE mysql.general_log").await;
    }

    async fn run(&mut self, sql: &'static str) {
        self.root.execute(sql).await.unwrap();
    }

    async fn sent(&mut self) -> Vec<String> {
        let log = format!(
            "SELECT argument FROM mysql.general_log WHERE command_type = 'Query' AND thread_id <> {} ORDER BY event_time",
            self.root.id
        );
        self.texts(log).await.iter().flat_map(|sent| statements_of(sent)).collect()
    }

    async fn state(&mut self) -> Vec<String> {
        let mut state = Vec::new();
        for row in self.root.rows(STATE).await.unwrap() {
            state.push((0..4).map(|column| row.text_or_empty(column)).collect::<Vec<_>>().join(" "));
        }
        for table in self.texts(TABLES).await {
            let columns = format!("{COLUMNS}{}", sql::literal(&table));
            let columns = self.texts(columns).await.concat();
            let content = format!("SELECT CONCAT_WS(',', {columns}) FROM corpus.{}", sql::ident(&table));
            state.extend(self.texts(content).await.into_iter().map(|row| format!("{table}: {row}")));
        }
        state.sort();
        self.is_empty = state.is_empty();
        state
    }

    async fn texts(&mut self, question: impl AsRef<str> + Send) -> Vec<String> {
        self.root.rows(question).await.unwrap().iter().filter_map(|row| row.verbatim(0)).collect()
    }
}

/// The values of a row in one expression.
const COLUMNS: &str = "SELECT GROUP_CONCAT('COALESCE(HEX(', '`', REPLACE(COLUMN_NAME, '`', '``'), '`', '),0)' ORDER BY COLUMN_NAME) \
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'corpus' AND TABLE_NAME = ";

const TABLES: &str = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'corpus' AND \
     TABLE_TYPE = 'BASE TABLE' ORDER BY 1";

const STATE: &str = "SELECT TABLE_NAME, COLUMN_NAME, CONCAT(COLUMN_TYPE, ' ', COALESCE(COLUMN_DEFAULT, 'none')), \
     COLUMN_COMMENT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'corpus' \
     UNION ALL SELECT ROUTINE_NAME, ROUTINE_TYPE, CONCAT(SQL_MODE, HEX(ROUTINE_DEFINITION)), ROUTINE_COMMENT \
     FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = 'corpus' \
     UNION ALL SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, HEX(ACTION_STATEMENT), ACTION_TIMING \
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'corpus' \
     UNION ALL SELECT EVENT_NAME, STATUS, HEX(EVENT_DEFINITION), EVENT_COMMENT FROM information_schema.EVENTS \
     WHERE EVENT_SCHEMA = 'corpus' \
     UNION ALL SELECT TABLE_NAME, 'view', HEX(VIEW_DEFINITION), '' FROM information_schema.VIEWS \
     WHERE TABLE_SCHEMA = 'corpus'";

/// In binary mode it takes every byte as it is, and knows no command but the delimiter's.
fn run_client(socket: &Path, script: &[u8]) -> Output {
    let mut client = Command::new("mariadb")
        .args(["--no-defaults", "--binary-mode", "--comments", "--batch", "--skip-column-names", "--user=root"])
        .args(["--default-character-set=utf8mb4", "--max-allowed-packet=16M"])
        .arg(format!("--socket={}", socket.display()))
        .arg("corpus")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("no client program ({error}): apt-get install mariadb-client-core"));
    let mut stdin = client.stdin.take().unwrap();
    let script = script.to_owned();
    let writer = std::thread::spawn(move || {
        // A client that met an error has stopped reading.
        let _ = stdin.write_all(&script);
    });
    let output = client.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn as_the_client_shows(row: &Row) -> String {
    let Some(bytes) = row.bytes(0) else { return "NULL".to_owned() };
    let text = String::from_utf8_lossy(bytes).replace('\\', "\\\\");
    text.replace('\n', "\\n").replace('\t', "\\t").replace('\0', "\\0")
}

fn code(error: &ServerError) -> u64 {
    match error {
        ServerError::Sql { code, .. } => u64::from(*code),
        other => panic!("{other}"),
    }
}

/// The client sends comments along, and a comment alone as a statement; it also changes the spaces beside one. What it
/// sent as one and is several stays several.
fn statements_of(sent: &str) -> Vec<String> {
    let statements = split(sent, Options::default()).map(|statements| {
        let texts = statements.iter().map(|statement| statement.text);
        texts.map(|text| text.split_whitespace().collect()).collect()
    });
    statements.unwrap_or_else(|_| vec![sent.to_owned()])
}
