//! `dbdeck demo`: a private server with lifelike data and load, and nothing else needed.
//!
//! Reading order: [`mod@launcher`] (the server) · [`databases`] (databases, accounts and the configuration that dbdeck is then
//! pointed at) · [`history`] (a seeded past) · [`load`] (a seeded present).
//! Deliberately absent: anything that could touch a server that was not started here.

pub mod databases;
pub mod history;
pub mod launcher;
pub mod load;
mod migrations;
pub mod random;
pub mod words;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::clock::Moment;
use crate::config::ConfigError;
use crate::secret::SecretSource;
use crate::server::{Budgets, Link, ServerError};
use crate::setup::run::RunError;
use crate::units::{Rows, Span};
use databases::DemoAccount;
use history::{History, Volume};
use launcher::{LaunchError, Launcher, PrivateServer};
use load::{Load, Scene};

/// Long enough for a hundred partitions on a busy machine.
const PATIENCE: Budgets = Budgets { connect: Duration::from_secs(20), query: Duration::from_mins(2) };
/// Days to come that have a partition already.
const DAYS_AHEAD: i64 = 7;

/// What demo to give.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// Decides history and load.
    pub seed: u64,
    /// Keeps the directories in the end.
    pub keep: bool,
    /// The server program; `None` takes the first one on this machine.
    pub server: Option<PathBuf>,
    /// How much history.
    pub volume: Volume,
    /// Whether the service is at work.
    pub activity: Activity,
    /// Further lines of the server's option file.
    pub options: Vec<String>,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            keep: false,
            server: None,
            volume: Volume::LIFELIKE,
            activity: Activity::Busy,
            options: Vec::new(),
        }
    }
}

/// Whether the service is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Activity {
    /// Clients, nodes and administrators come and go.
    #[default]
    Busy,
    /// Nobody is connected.
    Silent,
}

/// A running demo; dropping it ends everything, a moment later.
#[derive(Debug)]
pub struct Demo {
    server: PrivateServer,
    load: Option<Load>,
    accounts: Vec<DemoAccount>,
    configuration: PathBuf,
}

impl Demo {
    /// Starts the server, makes databases and accounts, writes the history and lets the load begin.
    ///
    /// # Errors
    /// [`DemoError`]; nothing is left behind, unless the directories were to be kept.
    pub async fn start(options: DemoOptions, mut progress: impl FnMut(Progress)) -> Result<Self, DemoError> {
        let began = Moment::now();
        progress(Progress::Starting);
        let server = launcher(&options).start().await?;
        let history = History { seed: options.seed, volume: options.volume, now: began.wall.timestamp() };
        progress(Progress::Creating { server: server.version().to_owned() });
        let accounts = create(&server, &history).await?;
        progress(Progress::Filling);
        let rows = Box::pin(fill(&server, history)).await?;
        let configuration = configuration(&server);
        let load = (options.activity == Activity::Busy).then(|| Load::start(&scene(&server, &accounts, &history)));
        progress(Progress::Ready { rows, took: Span(Moment::now().since(began.instant)) });
        Ok(Self { server, load, accounts, configuration })
    }

    /// The configuration file that describes it.
    pub fn config_path(&self) -> &Path {
        &self.configuration
    }

    /// Its server.
    pub fn server(&self) -> &PrivateServer {
        &self.server
    }

    /// Its server, to be killed and restarted.
    pub fn server_mut(&mut self) -> &mut PrivateServer {
        &mut self.server
    }

    /// The accounts of the service and of dbdeck, with their passwords.
    pub fn accounts(&self) -> &[DemoAccount] {
        &self.accounts
    }

    /// Ends load and server, and removes the directories unless they are to be kept.
    ///
    /// # Errors
    /// [`LaunchError::Guard`] when the server's guard cannot be waited for.
    pub async fn stop(self) -> Result<(), LaunchError> {
        if let Some(load) = self.load {
            load.stop().await;
        }
        self.server.stop().await
    }
}

/// How far a demo has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The server initialises its data directory and starts.
    Starting,
    /// Databases, tables and accounts are made.
    Creating {
        /// What the server says it is.
        server: String,
    },
    /// The history is written.
    Filling,
    /// All is there.
    Ready {
        /// The rows of the history.
        rows: Rows,
        /// From the beginning to here.
        took: Span,
    },
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => write!(f, "Starting a private server"),
            Self::Creating { server } => write!(f, "Creating databases and accounts on {server}"),
            Self::Filling => write!(f, "Writing the history of the service"),
            Self::Ready { rows, took } => write!(f, "Ready: {rows} rows in {took}"),
        }
    }
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is no server.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// The server refused something.
    #[error("the demo's server failed while {doing}: {error}")]
    Server {
        /// What was attempted.
        doing: &'static str,
        /// The server's reason.
        error: ServerError,
    },
    /// The databases, the accounts or the configuration could not be made.
    #[error("the demo's databases were not made: {0}")]
    Setup(#[from] RunError),
    /// The migration files could not be written.
    #[error("cannot write {}: {error}", directory.display())]
    Migrations {
        /// Where.
        directory: PathBuf,
        /// The operating system's reason.
        error: std::io::Error,
    },
    /// The configuration that was made cannot be read.
    #[error(transparent)]
    Configuration(#[from] ConfigError),
    /// No passwords could be drawn.
    #[error("cannot draw passwords: {0}")]
    Randomness(std::io::Error),
}

/// Everything that the Queries screen can read is switched on; a server that lacks an option passes over it.
fn launcher(options: &DemoOptions) -> Launcher {
    let rich = ["performance_schema=ON", "slow_query_log=ON", "log_output=TABLE", "long_query_time=1"];
    let lines = rich.map(str::to_owned).into_iter().chain(options.options.iter().cloned());
    let launcher = Launcher::new().program(options.server.as_deref()).keep(options.keep);
    lines.fold(launcher, Launcher::option)
}

/// The configuration lies beside the server.
fn configuration(server: &PrivateServer) -> PathBuf {
    server.directory().join("config.yaml")
}

async fn create(server: &PrivateServer, history: &History) -> Result<Vec<DemoAccount>, DemoError> {
    let answers = databases::answers(server, configuration(server)).map_err(DemoError::Randomness)?;
    databases::create(&answers).await?;
    let failed = |error| DemoError::Server { doing: "making its partitions", error };
    let mut root = Link::open(&server.root(), PATIENCE).await.map_err(failed)?;
    let days = history.volume.days + 1 + DAYS_AHEAD;
    databases::partition(&mut root, history.first_day(), days).await.map_err(failed)?;
    let path = configuration(server);
    let directory = path.with_file_name("migrations");
    migrations::write(&directory).map_err(|error| DemoError::Migrations { directory, error })?;
    let config = crate::config::load(&path)?;
    migrations::apply(&mut root, &config).await.map_err(failed)?;
    Ok(databases::accounts(&answers))
}

/// What it took to write the history is none of the service's slow statements.
async fn fill(server: &PrivateServer, history: History) -> Result<Rows, DemoError> {
    let failed = |error| DemoError::Server { doing: "writing its history", error };
    let root = server.root();
    let open = || Link::open(&root, PATIENCE);
    let (first, second, third) = tokio::try_join!(open(), open(), open()).map_err(failed)?;
    let rows = history.write([first, second, third]).await.map_err(failed)?;
    open().await.map_err(failed)?.execute("TRUNCATE TABLE mysql.slow_log").await.map_err(failed)?;
    Ok(rows)
}

/// Who plays in the load: the service's own accounts.
fn scene(server: &PrivateServer, accounts: &[DemoAccount], history: &History) -> Scene {
    let logins = accounts.iter().map(|it| server.login(&it.user, SecretSource::Literal(it.password.clone())));
    Scene { seed: history.seed, logins: logins.collect(), people: history.people() }
}
