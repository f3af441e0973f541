//! The real binary, serving from an empty folder on a port of its own; ends with the test.
use std::{
    io::{BufRead, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

pub struct Served {
    child: Child,
    /// The address of its database.
    pub database: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// What it prints comes line by line; who stops reading keeps them.
    pub fn from(folder: &Path, settings: &[(&str, &str)]) -> (Self, Lines<BufReader<ChildStdout>>) {
        let database = format!("sqlite://{}?mode=rwc", folder.join("new.db").display());
        let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .current_dir(folder)
            .env("MOTCUA_DATABASE_URL", &database)
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        (Self { child, database }, lines)
    }
}
