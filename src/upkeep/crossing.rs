//! From one engine to another: a commune's file into the province's PostgreSQL, or back.
//!
//! All or nothing: one transaction fills the empty place, every table is then counted and
//! summed on both sides, and the seal is replayed where it arrived.
use std::{fs::File, io::Read as _, path::Path};

use chrono::{DateTime, Utc};

use super::{
    copy::{left_beside, sqlite_file},
    verify::{self, Verified},
};
use crate::{
    app::App,
    domain::{time::to_local, viet},
    error::{Error, Kind, Result},
    store::{Store, copies, error_naming},
};

/// What was brought over.
#[derive(Debug)]
pub struct Crossed {
    pub tables: usize,
    pub rows: u64,
    pub verified: Verified,
}

fn refused(code: &'static str, detail: impl Into<String>) -> Error {
    Error::new(Kind::Invalid, code, detail)
}

/// Copies the register at one address into the empty place at another.
///
/// # Errors
/// When the first is no register of this version or is not as it was sealed; when the
/// second is not empty; when a row did not arrive as it was, or the first went on
/// meanwhile. No row is kept then; on PostgreSQL the empty tables stay for the next try.
pub async fn run(from: &str, to: &str, now: DateTime<Utc>) -> Result<Crossed> {
    let source = open_register(from).await?;
    let crossed = Box::pin(from_source(&source, to, now)).await;
    closed(source, crossed).await
}

/// What was done, once the place is closed: of a file all is then in the file itself, none of
/// it in a log beside it.
async fn closed<T>(store: Store, done: Result<T>) -> Result<T> {
    let closed = store.close().await;
    let done = done?;
    closed?;
    Ok(done)
}

async fn from_source(source: &Store, to: &str, now: DateTime<Utc>) -> Result<Crossed> {
    let before = verify::run(source, None).await?;
    if let Some(broken) = before.broken {
        let detail = format!("Không chép: sổ nguồn không còn nguyên vẹn. {broken}");
        return Err(refused("broken_seal", detail));
    }
    let place = open_place(to).await?;
    let (tables, rows) = match into_place(source, &place).await {
        Ok(filled) => filled,
        Err(error) => {
            clear(to, place).await?;
            return Err(error);
        }
    };
    let verified = arrived(&place).await;
    let verified = closed(place, verified).await?;
    // The source stays whole, as a way back; but it knows that it went.
    let write = source.write().await?;
    write.note_crossing(now).await?;
    write.commit().await?;
    Ok(Crossed {
        tables,
        rows,
        verified,
    })
}

/// The empty place at an address. What an earlier try left there, a schema without a row, is
/// no register.
async fn open_place(to: &str) -> Result<Store> {
    let file = sqlite_file(to);
    let name = file.as_ref().map_or_else(
        || "cơ sở dữ liệu PostgreSQL đích".to_owned(),
        |file| file.display().to_string(),
    );
    if let Some(file) = &file {
        if file.exists() && !may_be_bare(file)? {
            return Err(occupied(&name));
        }
        if let Some(left) = left_beside(file).filter(|_| !file.exists()) {
            return Err(occupied(&left.display().to_string()));
        }
    }
    let place = Store::open(to)
        .await
        .map_err(|error| error_naming("--to", error))?;
    match place.is_bare().await {
        Ok(true) => Ok(place),
        bare => closed(place, bare.and(Err(occupied(&name)))).await,
    }
}

/// Whether a file may be one that a try before began. What is none of ours is not even opened:
/// opening writes into it how we keep a file.
fn may_be_bare(file: &Path) -> Result<bool> {
    let mut start = Vec::new();
    File::open(file)?.take(20).read_to_end(&mut start)?;
    let is_ours = start.starts_with(b"SQLite format 3\0") && start.ends_with(&[2, 2]);
    Ok(start.is_empty() || is_ours)
}

async fn into_place(source: &Store, place: &Store) -> Result<(usize, u64)> {
    place.migrate().await?;
    fill(source, place).await
}

async fn arrived(place: &Store) -> Result<Verified> {
    place.refresh_statistics().await?;
    let verified = verify::run(place, None).await?;
    if let Some(broken) = &verified.broken {
        let detail = format!("Bản chép không nguyên vẹn, đừng dùng. {broken}");
        return Err(refused("broken_seal", detail));
    }
    Ok(verified)
}

/// A register that was copied elsewhere is served there: two places that both receive would
/// give two dossiers one code. It serves, for it may be the way back, and says so at once.
///
/// # Errors
/// When the database does not answer.
pub async fn warn_of_copy(app: &App) -> Result<()> {
    if let Some(at) = copies::crossed(app.store.read()).await? {
        tracing::error!(
            "Bản sổ: sổ này đã được chép sang nơi khác lúc {} (motcua copy). Nếu nơi mới đang chạy thì dừng ở đây: hai nơi cùng tiếp nhận sẽ cấp trùng mã hồ sơ. Muốn dùng lại sổ này thì chép nó (motcua copy) tới một nơi trống rồi mở máy chủ ở đó.",
            viet::moment(to_local(at))
        );
    }
    Ok(())
}

fn occupied(place: &str) -> Error {
    let detail = format!(
        "Chỉ chép vào nơi trống, mà {place} đã có dữ liệu. Đặt --to tới nơi khác, hoặc dời dữ liệu cũ đi."
    );
    Error::conflict("not_empty", detail)
}

/// The register at an address, as this program's version keeps it.
async fn open_register(url: &str) -> Result<Store> {
    let missing = |place: &Path| {
        let detail = format!("Không có tệp {}: xem lại --from.", place.display());
        refused("no_register", detail)
    };
    if let Some(place) = sqlite_file(url).filter(|place| !place.exists()) {
        return Err(missing(&place));
    }
    let store = Store::open(url)
        .await
        .map_err(|error| error_naming("--from", error))?;
    match is_of_now(&store).await {
        Ok(()) => Ok(store),
        Err(why) => closed(store, Err(why)).await,
    }
}

async fn is_of_now(store: &Store) -> Result<()> {
    if !store.is_ours().await {
        return Err(refused(
            "no_register",
            "Nơi --from không phải sổ của motcua.",
        ));
    }
    if !store.pending().await?.is_empty() {
        let detail = "Sổ nguồn của một bản motcua cũ hơn. Nâng cấp trước: MOTCUA_DATABASE_URL=<nguồn> motcua migrate.";
        return Err(refused("older_database", detail));
    }
    Ok(())
}

/// Every row, each table counted and summed on both sides before anything is kept.
async fn fill(source: &Store, place: &Store) -> Result<(usize, u64)> {
    let from = source.whole().await?;
    let tables = from.tables().await?;
    let to = place.filling().await?;
    let order = to.tables().await?;
    let (mut rows, mut read) = (0, Vec::new());
    if let Some(other) = order.iter().find(|table| !tables.contains(table)) {
        let detail = format!("Bảng {} ở hai nơi không cùng cột.", other.name);
        return Err(refused("other_schema", detail));
    }
    if order.len() != tables.len() {
        return Err(refused("other_schema", "Hai nơi không có cùng các bảng."));
    }
    for table in &order {
        rows += to.fill(&from, table).await?;
        let (was, is) = (from.contents(table).await?, to.contents(table).await?);
        read.push(was);
        if was != is {
            let detail = format!(
                "Bảng {}: nguồn có {} dòng, bản chép có {} dòng hoặc khác nội dung. Chưa có gì được giữ lại.",
                table.name, was.rows, is.rows
            );
            return Err(refused("not_the_same", detail));
        }
    }
    to.go_on_numbering(&from, &order).await?;
    // Everything once more: whoever still serves the source writes sessions, ballots, mails.
    let now = source.whole().await?;
    for (table, was) in order.iter().zip(&read) {
        if now.contents(table).await? == *was {
            continue;
        }
        let detail = "Sổ nguồn có việc mới trong lúc chép. Chưa có gì được giữ lại: dừng máy chủ motcua của sổ nguồn rồi chép lại.";
        return Err(refused("went_on", detail));
    }
    to.commit().await?;
    Ok((order.len(), rows))
}

/// A file that was begun here is taken away; a schema without rows stays on PostgreSQL.
async fn clear(to: &str, place: Store) -> Result<()> {
    place.close().await?;
    if let Some(file) = sqlite_file(to) {
        for ending in ["", "-wal", "-shm"] {
            let beside = format!("{}{ending}", file.display());
            match std::fs::remove_file(beside) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                _ => {}
            }
        }
    }
    Ok(())
}
