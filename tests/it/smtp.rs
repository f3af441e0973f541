//! A real mail server on loopback, started for one test: Debian's aiosmtpd, which
//! refuses, puts off, hangs or dies as the recipient's name says (`smtp.py`).
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

pub struct Server {
    child: Child,
    pub port: u16,
    folder: tempfile::TempDir,
}

impl Server {
    pub fn start() -> Self {
        Self::on(0, tempfile::tempdir().unwrap())
    }

    fn on(port: u16, folder: tempfile::TempDir) -> Self {
        let (child, port) = run(port, folder.path());
        Self {
            child,
            port,
            folder,
        }
    }

    /// Gone: nobody listens there.
    pub fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Back on the same port.
    pub fn restart(&mut self) {
        (self.child, _) = run(self.port, self.folder.path());
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// What it took: recipient and whole text, in the order of arrival.
    pub fn taken(&self) -> Vec<(String, String)> {
        let mut files: Vec<_> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect();
        files.sort();
        let read = |path: &std::path::PathBuf| {
            let mail: Value =
                serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            let to: Vec<&str> = mail["to"]
                .as_array()
                .unwrap()
                .iter()
                .map(|to| to.as_str().unwrap())
                .collect();
            assert_eq!(to.len(), 1, "each recipient on its own");
            (
                to[0].to_owned(),
                mail["text"].as_str().unwrap().replace("\r\n", "\n"),
            )
        };
        files.iter().map(read).collect()
    }

    /// The recipients, sorted: one that is there twice got it twice.
    pub fn recipients(&self) -> Vec<String> {
        let mut all: Vec<String> = self.taken().into_iter().map(|(to, _)| to).collect();
        all.sort();
        all
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be stopped already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(port: u16, folder: &Path) -> (Child, u16) {
    // Debian's own interpreter, which sees Debian's packages.
    let mut child = Command::new("/usr/bin/python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/smtp.py"))
        .arg(port.to_string())
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 (apt install python3-aiosmtpd)");
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let port = line
        .trim()
        .parse()
        .expect("aiosmtpd did not start (apt install python3-aiosmtpd)");
    (child, port)
}
