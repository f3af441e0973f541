//! A PostgreSQL of one's own for the time of a measurement, durable as Debian ships it.
use std::{
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::Outcome;

pub struct Postgres {
    bin: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Postgres {
    /// Starts it with an empty database `motcua`.
    pub fn start() -> Outcome<Self> {
        let bin = newest()?;
        // Not beside the build: its own user must be able to go there.
        let folder = tempfile::tempdir()?;
        on_a_disk(folder.path())?;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777))?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let postgres = Self { bin, folder, port };
        postgres.as_owner(
            "initdb",
            &[
                "-A",
                "trust",
                "-U",
                "motcua",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
        )?;
        let options = format!(
            "-c listen_addresses=127.0.0.1 -p {port} -k {} -c log_line_prefix=",
            postgres.folder.path().display()
        );
        let log = postgres.log_file();
        postgres.as_owner(
            "pg_ctl",
            &["-w", "-l", path(&log)?, "-o", &options, "start"],
        )?;
        postgres.ask("postgres", "CREATE DATABASE motcua")?;
        Ok(postgres)
    }

    pub fn url(&self) -> String {
        format!("postgres://motcua@127.0.0.1:{}/motcua", self.port)
    }

    /// A database of that name that holds the same as `motcua`, which nobody is in; its address.
    pub fn copy(&self, name: &str) -> Outcome<String> {
        self.ask(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE motcua"),
        )?;
        Ok(format!("postgres://motcua@127.0.0.1:{}/{name}", self.port))
    }

    /// One statement; what it answers, fields apart by `|`.
    pub fn sql(&self, statement: &str) -> Outcome<String> {
        self.ask("motcua", statement)
    }

    fn ask(&self, database: &str, statement: &str) -> Outcome<String> {
        let mut psql = self.client("psql", database);
        said(psql.args(["-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement]))
    }

    /// A client program that stands ready to ask the database.
    pub fn client(&self, program: &str, database: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command
            .args([
                "-h",
                "127.0.0.1",
                "-U",
                "motcua",
                "-p",
                &self.port.to_string(),
            ])
            .env("PGDATABASE", database);
        command
    }

    /// What it has logged so far.
    pub fn log(&self) -> Outcome<String> {
        Ok(std::fs::read_to_string(self.log_file())?)
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// PostgreSQL refuses to run as root.
    fn as_owner(&self, program: &str, rest: &[&str]) -> Outcome<()> {
        let data = self.folder.path().join("data");
        let mut command = if std::fs::metadata("/proc/self")?.uid() == 0 {
            let mut runuser = Command::new("runuser");
            runuser
                .args(["-u", "postgres", "--"])
                .arg(self.bin.join(program));
            runuser
        } else {
            Command::new(self.bin.join(program))
        };
        // What it starts would keep a pipe open for ever.
        let out = std::fs::File::create(self.folder.path().join(format!("{program}.out")))?;
        let status = command
            .arg("-D")
            .arg(data)
            .args(rest)
            .current_dir(self.folder.path())
            .stdout(out.try_clone()?)
            .stderr(out)
            .status()?;
        if status.success() {
            return Ok(());
        }
        Err(format!("{program} {rest:?}: {status}").into())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.as_owner("pg_ctl", &["-m", "immediate", "stop"]);
    }
}

/// In memory an fsync would be free.
fn on_a_disk(folder: &Path) -> Outcome<()> {
    let kind = said(Command::new("stat").args(["-f", "-c", "%T"]).arg(folder))?;
    if ["tmpfs", "ramfs"].contains(&kind.as_str()) {
        let folder = folder.display();
        return Err(format!("{folder} lies in memory ({kind}), where an fsync costs nothing: name a folder on a disk by TMPDIR, one that others may enter").into());
    }
    Ok(())
}

/// The programs of the newest version that Debian has here.
fn newest() -> Outcome<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").map_err(|_| "Missing: postgresql")?;
    let versions =
        versions.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let newest = versions.max().ok_or("Missing: postgresql")?;
    Ok(format!("/usr/lib/postgresql/{newest}/bin").into())
}

fn path(path: &Path) -> Outcome<&str> {
    path.to_str().ok_or_else(|| "a path that is no text".into())
}

/// What a command prints; an error when it fails.
pub fn said(command: &mut Command) -> Outcome<String> {
    let done = command.output()?;
    if done.status.success() {
        return Ok(String::from_utf8(done.stdout)?.trim().to_owned());
    }
    let words = String::from_utf8_lossy(&done.stderr).into_owned();
    Err(format!("{}: {words}", command.get_program().display()).into())
}
