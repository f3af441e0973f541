//! A copy: made while serving, opened again in a scratch place, put back into an empty one.
use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use super::{lock, postgres, work::Work};
use crate::{
    config::Settings,
    error::{Error, Kind, Result},
    private,
    store::Store,
    system_error,
};

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Sqlite,
    Postgres,
    Locked,
}

fn refused(code: &'static str, detail: impl Into<String>) -> Error {
    Error::new(Kind::Invalid, code, detail)
}

fn not_ours(file: &Path) -> Error {
    let file = file.display();
    let detail = format!("{file} không phải bản sao lưu của motcua, hoặc đã hỏng.");
    refused("not_a_backup", detail)
}

/// What a file is.
pub fn format_of(file: &Path) -> Result<Format> {
    let unreadable = |why: std::io::Error| {
        let why = system_error::words(&why);
        let detail = format!("Không đọc được bản sao lưu {}: {why}.", file.display());
        refused("unreadable_file", detail)
    };
    let mut start = [0; 21];
    let read = File::open(file)
        .and_then(|mut file| file.read(&mut start))
        .map_err(unreadable)?;
    let start = &start[..read];
    if start.starts_with(b"SQLite format 3\0") {
        Ok(Format::Sqlite)
    } else if start.starts_with(b"PGDMP") {
        Ok(Format::Postgres)
    } else if start.starts_with(b"age-encryption.org/v1") {
        Ok(Format::Locked)
    } else {
        let detail = format!("{} không phải bản sao lưu của motcua.", file.display());
        Err(refused("not_a_backup", detail))
    }
}

/// The file of an `SQLite` address as it is named there.
pub fn named_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://")?;
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

/// The file of an `SQLite` address; where a link stands in its place, the one it leads to: what
/// lies beside a register is the same by every name of it.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let named = named_file(url)?;
    if named.is_symlink() {
        return Some(std::fs::canonicalize(&named).unwrap_or(named));
    }
    Some(named)
}

/// What an `SQLite` file that was moved away left behind: the next file of that name would be
/// mixed with it.
pub(super) fn left_beside(place: &Path) -> Option<PathBuf> {
    let beside = ["-wal", "-journal"].map(|ending| format!("{}{ending}", place.display()));
    beside
        .into_iter()
        .map(PathBuf::from)
        .find(|file| file.exists())
}

/// Writes the database of these settings, as of one moment, into a new file.
pub async fn write(store: &Store, settings: &Settings, to: &Path) -> Result<()> {
    if store.is_postgres() {
        let server = store.postgres_major().await?;
        let (url, tools) = (&settings.database.url, &settings.backup.pg_bin);
        postgres::dump(url, tools, server, to).await?;
    } else {
        store.copy_into(to).await?;
    }
    private::close(to)?;
    File::open(to)?.sync_all()?;
    Ok(())
}

/// The plain copy behind a file, opened with a key where it is locked.
pub async fn unlocked(
    file: &Path,
    key: Option<&age::x25519::Identity>,
    folder: &Path,
) -> Result<PathBuf> {
    if format_of(file)? != Format::Locked {
        return Ok(file.to_owned());
    }
    let key = key.ok_or_else(|| {
        let detail = format!("{} đã mã hóa: thêm --identity TỆP-KHÓA.", file.display());
        refused("locked", detail)
    })?;
    let plain = folder.join("plain");
    let (from, to, key) = (file.to_owned(), plain.clone(), key.clone());
    let opened = tokio::task::spawn_blocking(move || lock::unlock(&from, &to, &key));
    opened.await.map_err(Error::internal)??;
    Ok(plain)
}

/// A restored copy that nobody works on.
pub struct Scratch {
    store: Store,
    /// Keeps the file until it is removed.
    folder: Work,
    /// The scratch database on PostgreSQL and the store to drop it from.
    database: Option<(Store, String)>,
}

impl Scratch {
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Leaves nothing behind.
    pub async fn remove(self) -> Result<()> {
        self.store.close().await?;
        if let Some((server, name)) = self.database {
            server.drop_scratch(&name).await?;
            server.close().await?;
        }
        self.folder.close()
    }
}

/// Restores a file into a scratch place.
pub async fn scratch(settings: &Settings, file: &Path, identity: Option<&Path>) -> Result<Scratch> {
    let key = identity.map(lock::read_key).transpose()?;
    scratch_with(settings, file, key.as_ref()).await
}

/// The same, with the key itself.
pub async fn scratch_with(
    settings: &Settings,
    file: &Path,
    key: Option<&age::x25519::Identity>,
) -> Result<Scratch> {
    let folder = Work::begin(settings)?;
    let plain = unlocked(file, key, folder.path()).await?;
    let (store, database) = if format_of(&plain)? == Format::Postgres {
        let url = &settings.database.url;
        if !url.starts_with("postgres") {
            let detail = "Bản sao lưu này của PostgreSQL: đặt MOTCUA_DATABASE_URL=postgres://… tới một máy chủ PostgreSQL để mở.";
            return Err(refused("other_engine", detail));
        }
        let server = Store::open(url).await?;
        server.drop_left_scratches().await?;
        let name = server.make_scratch().await.map_err(|why| {
            let why = why.source.map_or(why.detail, |why| why.to_string());
            refused("scratch", format!("Không tạo được cơ sở dữ liệu thử để kiểm bản sao lưu: {why}. Cấp quyền CREATEDB cho tài khoản PostgreSQL."))
        })?;
        match restored(&server, settings, &name, &plain).await {
            Ok(store) => (store, Some((server, name))),
            Err(error) => {
                // Why it failed is what is told; what stays behind goes with a later copy.
                if let Err(left) = server.drop_scratch(&name).await {
                    tracing::warn!(error = %left, "a trial that failed is still there");
                }
                return Err(naming(file, error));
            }
        }
    } else {
        let copy = folder.path().join("check.db");
        tokio::fs::copy(&plain, &copy).await?;
        let url = format!("sqlite://{}?mode=rw", copy.display());
        let opened = Store::open_scratch(&url).await;
        (opened.map_err(|_| not_ours(file))?, None)
    };
    let scratch = Scratch {
        store,
        folder,
        database,
    };
    if !scratch.store.is_ours().await {
        scratch.remove().await?;
        return Err(not_ours(file));
    }
    // A copy of an older schema is brought up here, on the scratch alone.
    match scratch.store.migrate().await {
        Ok(_) => Ok(scratch),
        Err(error) => {
            scratch.remove().await?;
            Err(error)
        }
    }
}

/// A damaged copy is told by the name that the reader gave, not by that of a file at work.
fn naming(file: &Path, error: Error) -> Error {
    if error.code != postgres::DAMAGED {
        return error;
    }
    Error {
        detail: format!("{}: {}", file.display(), error.detail),
        ..error
    }
}

/// Fills a scratch database on the server, and opens it.
async fn restored(server: &Store, settings: &Settings, name: &str, plain: &Path) -> Result<Store> {
    let beside = postgres::beside(&settings.database.url, name)?;
    let major = server.postgres_major().await?;
    postgres::restore(&beside, &settings.backup.pg_bin, major, plain).await?;
    Store::open(&beside).await
}

/// Restores a file into the place of the settings, which must be empty.
pub async fn restore(settings: &Settings, file: &Path, identity: Option<&Path>) -> Result<()> {
    // Tried first in a scratch place: what is damaged never arrives.
    let scratch = scratch(settings, file, identity).await?;
    let tried = super::verify::run(scratch.store(), None).await;
    scratch.remove().await?;
    if let Some(broken) = tried?.broken {
        let detail = format!("Không phục hồi: bản sao lưu không còn nguyên vẹn. {broken}");
        return Err(refused("broken_seal", detail));
    }
    let folder = Work::begin(settings)?;
    let key = identity.map(lock::read_key).transpose()?;
    let plain = unlocked(file, key.as_ref(), folder.path()).await?;
    let url = &settings.database.url;
    let occupied = |place: &str| {
        let detail = format!(
            "Chỉ phục hồi vào nơi trống, mà {place} đã có dữ liệu. Đặt MOTCUA_DATABASE_URL tới nơi khác, hoặc dời dữ liệu cũ đi."
        );
        Error::conflict("not_empty", detail)
    };
    match (format_of(&plain)?, sqlite_file(url)) {
        (Format::Sqlite, Some(place)) => {
            if place.exists() {
                return Err(occupied(&place.display().to_string()));
            }
            if let Some(left) = left_beside(&place) {
                let detail = format!(
                    "Chỉ phục hồi vào nơi trống, mà tệp {} của cơ sở dữ liệu cũ còn ở đó. Dời tệp ấy tới cạnh tệp cũ đã dời, đừng xóa (nó có thể giữ những việc mới nhất), rồi phục hồi lại.",
                    left.display()
                );
                return Err(Error::conflict("not_empty", detail));
            }
            // On the same disk, and gone when this is cut off.
            let half = folder.path().join("phuc-hoi");
            std::fs::copy(&plain, &half)?;
            private::close(&half)?;
            File::open(&half)?.sync_all()?;
            std::fs::rename(&half, &place)?;
        }
        (Format::Postgres, None) => {
            let store = Store::open(url).await?;
            let empty = store.is_empty().await?;
            let server = store.postgres_major().await?;
            store.close().await?;
            if !empty {
                return Err(occupied("cơ sở dữ liệu PostgreSQL đang đặt"));
            }
            postgres::restore(url, &settings.backup.pg_bin, server, &plain)
                .await
                .map_err(|error| naming(file, error))?;
        }
        _ => {
            let detail = "Bản sao lưu và nơi phục hồi không cùng loại: tệp SQLite chỉ vào SQLite, tệp pg_dump chỉ vào PostgreSQL.";
            return Err(refused("other_engine", detail));
        }
    }
    Ok(())
}
