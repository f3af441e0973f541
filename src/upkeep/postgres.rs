//! Copies of a PostgreSQL database, by its own `pg_dump` and `pg_restore`.
use std::path::{Path, PathBuf};

use tokio::process::Command;
use url::Url;

use crate::error::{Error, Kind, Result};

/// The tool, from the folder of the settings or wherever it is found.
fn tool(folder: &str, name: &str) -> PathBuf {
    if !folder.is_empty() {
        return Path::new(folder).join(name);
    }
    // Debian keeps each version's tools apart; the newest reads every older server.
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin").join(name)))
        })
        .filter(|(_, path)| path.is_file())
        .collect();
    versions.sort();
    versions.pop().map_or_else(|| name.into(), |(_, path)| path)
}

/// The address without its password, which goes by the environment: a command line
/// can be read by everyone on the machine.
fn parts(url: &str) -> Result<(String, Option<String>)> {
    let wrong = |_| Error::new(Kind::Invalid, "config", "Cấu hình sai: database.url.");
    let mut url = Url::parse(url).map_err(wrong)?;
    let password = url.password().map(percent_decoded);
    let _ = url.set_password(None);
    Ok((url.to_string(), password))
}

fn percent_decoded(word: &str) -> String {
    // A form's decoder turns `+` into a space: keep it.
    let kept = word.replace('+', "%2B");
    url::form_urlencoded::parse(kept.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

/// The address of another database on the same server.
pub fn beside(url: &str, name: &str) -> Result<String> {
    let wrong = |_| Error::new(Kind::Invalid, "config", "Cấu hình sai: database.url.");
    let mut url = Url::parse(url).map_err(wrong)?;
    url.set_path(&format!("/{name}"));
    Ok(url.to_string())
}

async fn run(url: &str, folder: &str, name: &'static str, arguments: Vec<String>) -> Result<()> {
    let (address, password) = parts(url)?;
    let tool = tool(folder, name);
    let mut command = Command::new(&tool);
    // Given up, the tool ends too.
    command.kill_on_drop(true);
    command.args(arguments).arg("--dbname").arg(address);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let ended = command.output().await;
    let failed = |why: String| {
        let detail = format!(
            "{name} không chạy được: {why}. Cài bộ công cụ PostgreSQL cùng phiên bản máy chủ, hoặc đặt backup.pg_bin."
        );
        Error::new(Kind::Invalid, "pg_tool", detail)
    };
    let ended = ended.map_err(|why| failed(why.to_string()))?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(failed(said.trim().chars().take(500).collect()))
}

/// Writes the database as of one moment, in `pg_dump`'s custom format.
pub async fn dump(url: &str, folder: &str, to: &Path) -> Result<()> {
    let file = format!("--file={}", to.display());
    let arguments = ["--format=custom", "--no-owner", "--no-privileges", &file];
    run(
        url,
        folder,
        "pg_dump",
        arguments.map(str::to_owned).to_vec(),
    )
    .await
}

/// Reads it into an empty database, all or nothing.
pub async fn restore(url: &str, folder: &str, from: &Path) -> Result<()> {
    let file = from.display().to_string();
    let arguments = [
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        &file,
    ];
    run(
        url,
        folder,
        "pg_restore",
        arguments.map(str::to_owned).to_vec(),
    )
    .await
}
