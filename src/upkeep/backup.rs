//! Copies by themselves: every night, each restored into a scratch place and verified,
//! kept by a rule; and how the last one went.
use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::{
    copy, lock,
    shelf::{self, BROKEN, BY_ITSELF, PART},
    verify,
    work::Work,
};
use crate::{
    app::App,
    config::{Backup, Settings},
    domain::time::{to_local, to_utc},
    error::{Error, Kind, Result},
    in_hand, private,
    store::{
        Store, clocks,
        copies::{self, BackupRun},
    },
    system_error,
};

/// How often the task looks at the clock.
const PAUSE: Duration = Duration::from_secs(30);
/// What is in hand while a copy is made: one at a time, of all servers.
const IN_HAND: &str = "backup";
/// A night whose copy could not be made has so many more.
const MORE_TRIES: usize = 3;
/// How long after one that failed.
const TRIED_AGAIN: TimeDelta = TimeDelta::minutes(30);

/// A copy that was made and tried.
#[derive(Clone, Debug)]
pub struct Made {
    pub file: PathBuf,
    pub bytes: u64,
    pub verified: verify::Verified,
}

/// Makes a copy at exactly this place, locks it where keys are set, and tries what was
/// really written: restored into a scratch place and verified. One that does not verify
/// bears that in its name.
pub async fn make(store: &Store, settings: &Settings, to: &Path) -> Result<Made> {
    if to.exists() {
        let detail = format!("Đã có tệp {}. Đặt tên khác.", to.display());
        return Err(Error::conflict("file_exists", detail));
    }
    let recipients = lock::recipients(&settings.backup.recipients)?;
    let work = Work::begin(settings)?;
    let plain = work.path().join("plain");
    copy::write(store, settings, &plain).await?;
    let (ready, key) = if recipients.is_empty() {
        (plain, None)
    } else {
        let locked = work.path().join("locked");
        let (from, to) = (plain.clone(), locked.clone());
        let key = tokio::task::spawn_blocking(move || lock::lock(&from, &to, &recipients));
        let key = key.await.map_err(Error::internal)??;
        std::fs::remove_file(&plain)?;
        (locked, Some(key))
    };
    let scratch = copy::scratch_with(settings, &ready, key.as_ref()).await?;
    let verified = verify::run(scratch.store(), None).await;
    scratch.remove().await?;
    let verified = verified?;
    let bytes = ready.metadata()?.len();
    let mut file = to.to_owned();
    if verified.broken.is_some() {
        file = broken_name(&file);
        while file.exists() {
            file = broken_name(&file);
        }
    }
    let place = file.clone();
    let placed = tokio::task::spawn_blocking(move || put(&ready, &place));
    placed.await.map_err(Error::internal)??;
    work.close()?;
    Ok(Made {
        file,
        bytes,
        verified,
    })
}

/// The name of a copy that did not verify: it takes no good one's place.
fn broken_name(to: &Path) -> PathBuf {
    let whole = to.file_name().unwrap_or_default().to_string_lossy();
    // Before the ending, where there is one.
    let at = whole.find('.').filter(|at| *at > 0);
    let (name, ending) = whole.split_at(at.unwrap_or(whole.len()));
    to.with_file_name(format!("{name}{BROKEN}{ending}"))
}

/// Puts a finished file in its place; the name itself must survive a power cut.
fn put(ready: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    private::folder(folder)?;
    if std::fs::rename(ready, to).is_err() {
        // Another disk: whole first, under its name after.
        let mut part = to.as_os_str().to_owned();
        part.push(PART);
        std::fs::copy(ready, &part)?;
        private::close(Path::new(&part))?;
        File::open(&part)?.sync_all()?;
        std::fs::rename(&part, to)?;
    }
    private::close(to)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Makes a copy in the folder of the settings and notes how it went. A copy that
/// fails is noted, not raised: the note is what the Office sees.
pub async fn run(app: &App, kind: &str) -> Result<BackupRun> {
    let started_at = app.clock.now();
    let backup = &app.settings.backup;
    let name = shelf::name_at(
        BY_ITSELF,
        to_local(started_at),
        app.store.is_postgres(),
        !backup.recipients.is_empty(),
    );
    let to = Path::new(&backup.folder).join(&name);
    let made = make(&app.store, &app.settings, &to).await;
    let mut row = BackupRun {
        id: 0,
        kind: kind.to_owned(),
        started_at,
        ended_at: Some(app.clock.now()),
        file: name,
        bytes: 0,
        good: false,
        message: String::new(),
        seal_number: None,
        heads: "[]".into(),
    };
    match made {
        Ok(made) => {
            row.bytes = i64::try_from(made.bytes).unwrap_or(i64::MAX);
            row.seal_number = made.verified.heads.iter().map(|head| head.1).max();
            row.good = made.verified.broken.is_none();
            row.heads = serde_json::to_string(&made.verified.heads).map_err(Error::internal)?;
            if let Some(name) = made.file.file_name() {
                row.file = name.to_string_lossy().into_owned();
            }
            row.message = made.verified.broken.map_or_else(
                || "Đã phục hồi thử và soát, nguyên vẹn.".into(),
                |broken| broken.to_string(),
            );
        }
        Err(error) => {
            tracing::error!(%error, "the backup failed");
            row.message = match error.source {
                Some(why) => {
                    format!("Không sao lưu được: {}.", system_error::words_of(&*why))
                }
                None => error.detail,
            };
        }
    }
    let write = app.store.note().await?;
    write.note_backup(row.clone()).await?;
    write.commit().await?;
    // What was kept stays kept when the folder cannot be read.
    if let Err(error) = shelf::tidy_all(&app.settings, to_local(app.clock.now())) {
        tracing::warn!(%error, "old backups could not be tidied");
    }
    Ok(row)
}

/// A copy at once, made to its end also where who asked has gone away: half of one would
/// leave what it was tried in.
pub async fn at_once(app: &App) -> Result<BackupRun> {
    let Some(hold) = in_hand::take(app, IN_HAND.to_owned()).await? else {
        let detail = "Đang có một bản sao lưu được làm. Chờ xong rồi xem kết quả ở trang Vận hành.";
        return Err(Error::conflict("backup_under_way", detail));
    };
    let app = app.clone();
    let made = tokio::spawn(async move {
        let made = run(&app, "manual").await;
        drop(hold);
        made
    });
    made.await.map_err(Error::internal)?
}

/// The last moment at which a nightly copy was due.
fn due_before(backup: &Backup, now: DateTime<Utc>) -> DateTime<Utc> {
    let local = to_local(now);
    let today = local.date().and_time(backup.at);
    let due = if today <= local {
        today
    } else {
        today.checked_sub_days(Days::new(1)).unwrap_or(today)
    };
    to_utc(due)
}

/// Makes the nightly copies until the process ends. One that fell into a time without
/// power is made up for at the next start.
pub async fn task(app: App) {
    if let Err(error) = app.store.drop_left_scratches().await {
        tracing::warn!(%error, "what was left of a trial could not be removed");
    }
    if !app.settings.backup.nightly || app.demo.is_some() {
        return;
    }
    let began = app.clock.now();
    loop {
        if let Err(error) = night(&app, began).await {
            tracing::error!(%error, "the nightly backup could not be noted");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether the copy that was due is still to be made, by the copies there are: a database
/// that was away for a moment must not cost the night. One that was made and did not verify
/// is not made better by another.
pub fn is_to_be_made(due: DateTime<Utc>, now: DateTime<Utc>, copies: &[BackupRun]) -> bool {
    let tonight = copies
        .iter()
        .filter(|run| run.kind == "nightly" && run.started_at >= due);
    let mut tries = 0;
    let mut last: Option<DateTime<Utc>> = None;
    for run in tonight {
        if run.good || run.bytes > 0 {
            return false;
        }
        tries += 1;
        last = last.max(Some(run.ended_at.unwrap_or(run.started_at)));
    }
    tries <= MORE_TRIES && last.is_none_or(|last| now - last >= TRIED_AGAIN)
}

/// One look at the clock; answers what was made.
pub async fn night(app: &App, began: DateTime<Utc>) -> Result<Option<BackupRun>> {
    let now = app.clock.now();
    let due = due_before(&app.settings.backup, now);
    let made = copies::until(app.store.read(), now + SLACK).await?;
    if made.iter().any(|run| run.kind == "nightly") {
        if !is_to_be_made(due, now, &made) {
            return Ok(None);
        }
    } else if opened(app).await?.unwrap_or(began).min(began) >= due {
        // A register that was begun today has its first copy tonight; one that is switched
        // off every night has it by day.
        return Ok(None);
    }
    // Of several servers one makes it, and another may have made it a moment ago.
    let Some(_hold) = in_hand::take(app, IN_HAND.to_owned()).await? else {
        return Ok(None);
    };
    let made = copies::until(app.store.read(), now + SLACK).await?;
    if !is_to_be_made(due, now, &made) {
        return Ok(None);
    }
    run(app, "nightly").await.map(Some)
}

/// How far a clock may be off before what it noted does not count.
const SLACK: TimeDelta = TimeDelta::minutes(2);
/// Two nights.
const OLD: TimeDelta = TimeDelta::hours(49);

/// When the first thing was recorded.
async fn opened(app: &App) -> Result<Option<DateTime<Utc>>> {
    clocks::first_recorded(app.store.read()).await
}

/// How the copies stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// None was made yet, and none had to be.
    None,
    /// None was made in two nights.
    Never,
    Good,
    /// The last one failed or did not verify.
    Bad,
    /// The last good one is older than two nights, though one is made every night.
    Old,
}

impl Standing {
    pub fn code(self) -> &'static str {
        match self {
            Self::None | Self::Never => "none",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Old => "old",
        }
    }

    /// Whether somebody must act.
    pub fn is_red(self) -> bool {
        matches!(self, Self::Bad | Self::Old | Self::Never)
    }
}

/// How the copies stand, and the last one.
pub async fn standing(app: &App) -> Result<(Standing, Option<BackupRun>)> {
    let now = app.clock.now();
    let nightly = app.settings.backup.nightly && app.demo.is_none();
    let all = copies::until(app.store.read(), now + SLACK).await?;
    let Some(last) = all.into_iter().next() else {
        let since = opened(app).await?;
        let overdue = nightly && since.is_some_and(|since| now - since > OLD);
        let standing = if overdue {
            Standing::Never
        } else {
            Standing::None
        };
        return Ok((standing, None));
    };
    let standing = if !last.good {
        Standing::Bad
    } else if nightly && now - last.started_at > OLD {
        Standing::Old
    } else {
        Standing::Good
    };
    Ok((standing, Some(last)))
}

/// Refuses a name for a copy that would overwrite the register itself.
pub fn not_the_register(settings: &Settings, to: &Path) -> Result<()> {
    let register = copy::sqlite_file(&settings.database.url);
    if register.is_some_and(|register| register == to) {
        let detail = "Đây là tệp cơ sở dữ liệu đang dùng. Đặt tên khác cho bản sao lưu.";
        return Err(Error::new(Kind::Conflict, "file_exists", detail));
    }
    Ok(())
}
