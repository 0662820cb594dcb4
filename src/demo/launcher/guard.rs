//! The process that outlives us: a shell of a few lines, parent of the server.
//!
//! It reads from a pipe of which we hold the other end. When we end, for whatever reason, the pipe ends; then it ends
//! the server and removes the directories. It has a process group of its own and ignores the signals of a terminal,
//! it is not a dbdeck process, and nothing on its command line names one, so that no `pkill` meant for us finds it.

use std::io;
use std::process::Stdio;

use rustix::process::Pid;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::home::Home;

/// The server inherits our standard output as descriptor 3 and is then the only one that holds it: its end is the
/// end of that pipe. A line "leave" makes this guard stand down once the server has ended: another one takes over.
const SCRIPT: &str = r#"
trap '' INT HUP TERM QUIT
( trap - INT HUP TERM QUIT; exec sh "$WATCHED_HOME/start" </dev/null 3>&1 >>"$WATCHED_HOME/error.log" 2>&1 ) &
server=$!
echo "$server"
exec >/dev/null
leave=
while read -r word; do leave=$word; done
if [ "$leave" ]; then
  wait "$server"
elif [ "$WATCHED_KEEP" ]; then
  kill -CONT "$server"; kill -TERM "$server"; wait "$server"
else
  kill -KILL "$server"; wait "$server"
  rm -rf -- "$WATCHED_HOME" "$WATCHED_DATA"
fi 2>/dev/null
"#;

/// A guard and the server it guards.
#[derive(Debug)]
pub struct Guard {
    shell: Child,
    orders: ChildStdin,
    server: BufReader<ChildStdout>,
    /// The server's process.
    pub pid: Pid,
}

impl Guard {
    /// Starts the guard, which starts the server.
    pub async fn start(home: &Home) -> io::Result<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT]).current_dir("/").process_group(0);
        command.env("WATCHED_HOME", home.path()).env("WATCHED_DATA", home.servers());
        command.env("WATCHED_KEEP", if home.is_kept() { "yes" } else { "" });
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let pipes = shell.stdin.take().zip(shell.stdout.take());
        let (orders, output) = pipes.ok_or_else(|| io::Error::other("its pipes are missing"))?;
        let mut server = BufReader::new(output);
        let mut line = String::new();
        server.read_line(&mut line).await?;
        let pid = line.trim().parse().ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| io::Error::other("it did not say which process the server is"))?;
        Ok(Self { shell, orders, server, pid })
    }

    /// Waits until the server has ended.
    pub async fn server_ended(&mut self) {
        let mut rest = [0; 64];
        while self.server.read(&mut rest).await.is_ok_and(|count| count > 0) {}
    }

    /// Sends the guard home without touching the directories, when its server has ended and is reaped: until then its
    /// number looks alive, and a new server would take the old one's socket for occupied.
    pub async fn leave(mut self) -> io::Result<()> {
        self.orders.write_all(b"leave\n").await?;
        self.finish().await
    }

    /// Has it end the server and, unless they are kept, remove the directories.
    pub async fn finish(mut self) -> io::Result<()> {
        drop(self.orders);
        self.shell.wait().await.map(|_| ())
    }
}
