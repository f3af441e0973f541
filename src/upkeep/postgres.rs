//! Copies of a PostgreSQL database, by its own `pg_dump` and `pg_restore`.
use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use tokio::process::Command;
use url::Url;

use super::doctor::{Check, Grade, check};
use crate::{
    app::App,
    error::{Error, Kind, Result},
    system_error,
};

/// Of the versions installed, in order: the wanted one, else the next, else the newest. A
/// newer one asks an older server for what that does not know (`pg_restore` of 17 sets
/// `transaction_timeout`, which a server of 16 refuses); an older one reads no newer server.
pub fn fitting(installed: &[u32], wanted: u32) -> Option<u32> {
    let fits = installed.iter().find(|version| **version >= wanted);
    fits.or(installed.last()).copied()
}

/// Whether tools of that version make copies of that server and restore them there.
pub fn work_together(tools: u32, server: u32) -> bool {
    tools >= server && (tools < 17 || server >= 17)
}

/// The oldest tools that read a copy, by the version of its format: old copies may be of
/// newer tools than those of the server.
fn readers_of(copy: &Path) -> Result<u32> {
    let mut start = Vec::new();
    File::open(copy)?.take(7).read_to_end(&mut start)?;
    Ok(match start.get(5..7) {
        Some([1, 0..15]) => 0,
        Some([1, 15]) => 16,
        Some([1, 16]) => 17,
        _ => u32::MAX,
    })
}

/// The tool, from the folder of the settings or wherever it is found.
fn tool(folder: &str, name: &str, wanted: u32) -> PathBuf {
    if !folder.is_empty() {
        return Path::new(folder).join(name);
    }
    // Debian keeps each version's tools apart.
    let place = Path::new("/usr/lib/postgresql");
    let of = |version: u32| place.join(version.to_string()).join("bin").join(name);
    let mut installed: Vec<u32> = std::fs::read_dir(place)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| of(*version).is_file())
        .collect();
    installed.sort_unstable();
    fitting(&installed, wanted).map_or_else(|| name.into(), of)
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

/// What the tools say of a server or a copy of a version that is not theirs.
const OTHER_VERSION: [&str; 3] = [
    "version mismatch",
    "unsupported version",
    "unrecognized configuration parameter",
];
/// The copy is what is broken.
pub(super) const DAMAGED: &str = "damaged_copy";

async fn run(url: &str, tool: &Path, name: &'static str, arguments: &[&str]) -> Result<()> {
    let (address, password) = parts(url)?;
    let mut command = Command::new(tool);
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
    let ended = ended.map_err(|why| failed(system_error::words(&why)))?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    let said: String = said.trim().chars().take(500).collect();
    if OTHER_VERSION.iter().any(|words| said.contains(words)) {
        return Err(failed(said));
    }
    if said.contains("connection to server") {
        let detail = format!(
            "{name} không nối được tới máy chủ PostgreSQL: {said}. Xem máy chủ ấy và database.url, rồi chạy lại."
        );
        return Err(Error::new(Kind::Invalid, "pg_tool", detail));
    }
    // It ran, so it is there.
    Err(if name == "pg_restore" {
        let detail =
            format!("không phải bản sao lưu của motcua, hoặc đã hỏng. pg_restore báo: {said}");
        Error::new(Kind::Invalid, DAMAGED, detail)
    } else {
        let detail = format!(
            "{name} không sao chép được cơ sở dữ liệu: {said}. Xem lại quyền của tài khoản PostgreSQL và ổ đĩa."
        );
        Error::new(Kind::Invalid, "pg_tool", detail)
    })
}

/// Writes the database of a server of that version as of one moment, in `pg_dump`'s custom
/// format.
pub async fn dump(url: &str, folder: &str, server: u32, to: &Path) -> Result<()> {
    let file = format!("--file={}", to.display());
    let arguments = ["--format=custom", "--no-owner", "--no-privileges", &file];
    let tool = tool(folder, "pg_dump", server);
    run(url, &tool, "pg_dump", &arguments).await
}

/// Reads it into an empty database of a server of that version, all or nothing.
pub async fn restore(url: &str, folder: &str, server: u32, from: &Path) -> Result<()> {
    let tool = tool(folder, "pg_restore", server.max(readers_of(from)?));
    let file = from.display().to_string();
    let arguments = [
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        &file,
    ];
    run(url, &tool, "pg_restore", &arguments).await
}

/// The version that a tool tells of itself: `pg_dump (PostgreSQL) 16.4 (Debian 16.4-1)`.
fn version_in(said: &str) -> Option<u32> {
    said.split_whitespace().find_map(|word| {
        let digits = word.split(|sign: char| !sign.is_ascii_digit()).next()?;
        digits.parse().ok()
    })
}

/// As a line of the doctor's: are there tools, and do they fit the server?
pub(super) async fn check_of(app: &App) -> Result<Check> {
    let name = "Công cụ PostgreSQL";
    let server = app.store.postgres_major().await?;
    let way = format!("Cài bộ công cụ PostgreSQL {server}, hoặc đặt backup.pg_bin.");
    for each in ["pg_dump", "pg_restore"] {
        let tool = tool(&app.settings.backup.pg_bin, each, server);
        let told = Command::new(&tool).arg("--version").output().await;
        let told = told.map(|told| version_in(&String::from_utf8_lossy(&told.stdout)));
        let words = match told {
            Err(why) => format!(
                "{each} không chạy được ({}): không sao lưu được. {way}",
                system_error::words(&why)
            ),
            Ok(Some(version)) if !work_together(version, server) => format!(
                "{each} chỉ có phiên bản {version}, không dùng được với máy chủ PostgreSQL {server}: không sao lưu và phục hồi thử được. {way}"
            ),
            Ok(_) => continue,
        };
        return Ok(check(name, Grade::Bad, words));
    }
    let words = format!("pg_dump, pg_restore hợp với máy chủ PostgreSQL {server}.");
    Ok(check(name, Grade::Good, words))
}
