//! Files of migrations: a new one is written, and one that is there is given to the operator's own editor, which has the
//! terminal to itself meanwhile.

use std::io;
use std::path::Path;

use tokio::process::Command;

use super::Desk;
use crate::migration::create;
use crate::tui::msg::Msg;

impl Desk {
    /// Writes a new file; a disk may be slow, so the answer is a message.
    pub(super) fn save(&self, name: String, text: String) {
        let (directory, answers) = (self.config.migrations.directory.clone(), self.answers.clone());
        tokio::task::spawn_blocking(move || {
            let saved = create::save(&directory, &name, &text).map_err(|error| error.to_string());
            // Nobody listens when the console has ended.
            let _ = answers.blocking_send(Msg::Saved(saved));
        });
    }

    /// Runs the operator's editor until it ends. The console stands still; its jobs and the servers' tasks do not.
    pub(super) async fn edit(&mut self, path: &Path) -> io::Result<()> {
        self.screen.lend();
        let ended = run(&self.bench.editor, path).await;
        self.screen.take_back()?;
        let (columns, rows) = self.screen.size()?;
        self.take(Msg::Resized(columns, rows))?;
        if let Err(sentence) = ended {
            self.take(Msg::Edited(sentence))?;
        }
        self.read();
        Ok(())
    }
}

/// A command line as a shell splits it, with the file behind it.
async fn run(editor: &str, path: &Path) -> Result<(), String> {
    let words = shlex::split(editor).filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| format!("$EDITOR is no command: {editor}"))?;
    let status = Command::new(&words[0]).args(&words[1..]).arg(path).status().await;
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} ended with {status}", words[0])),
        Err(error) => Err(format!("cannot start {}: {error}; $EDITOR names another editor", words[0])),
    }
}
