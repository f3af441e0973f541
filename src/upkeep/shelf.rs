//! What lies in the folder of the copies: how is each called, and which may go?
use std::{io::ErrorKind, path::Path, time::Duration};

use chrono::{Days, Months, NaiveDateTime};

use super::work;
use crate::{
    config::{Backup, Settings},
    domain::keeping::Rule,
    error::Result,
};

/// What the name of a copy made by itself begins with.
pub(super) const BY_ITSELF: &str = "motcua-";
/// And of one made before an upgrade.
pub(super) const BEFORE_UPGRADE: &str = "truoc-nang-cap-";
/// What a copy that is still being put on another disk is called.
pub(super) const PART: &str = ".do-dang";
/// What is put into the name of a copy that did not verify.
pub(super) const BROKEN: &str = "-hong";
/// A younger part may be what another server is putting there just now.
const LEFT_AFTER: Duration = Duration::from_hours(24);

/// The name of a copy.
pub(super) fn name_at(beginning: &str, at: NaiveDateTime, postgres: bool, locked: bool) -> String {
    format!(
        "{beginning}{}.{}{}",
        at.format("%Y%m%d-%H%M%S"),
        if postgres { "dump" } else { "db" },
        if locked { ".age" } else { "" }
    )
}

/// When the copy of that name was made, and whether it was good.
fn moment_of(name: &str, beginning: &str) -> Option<(NaiveDateTime, bool)> {
    let (moment, ending) = name.strip_prefix(beginning)?.split_once('.')?;
    let ours = matches!(ending, "db" | "dump" | "db.age" | "dump.age");
    let good = moment.strip_suffix(BROKEN);
    NaiveDateTime::parse_from_str(good.unwrap_or(moment), "%Y%m%d-%H%M%S")
        .ok()
        .filter(|_| ours)
        .map(|at| (at, good.is_none()))
}

/// Whether it is a part of ours that nobody goes on with.
fn is_left(folder: &Path, name: &str) -> bool {
    let whole = name.strip_suffix(PART);
    let ours = |whole: &str| {
        [BY_ITSELF, BEFORE_UPGRADE]
            .iter()
            .any(|beginning| moment_of(whole, beginning).is_some())
    };
    // By the disk's own clock, which says when it was written.
    let written = || folder.join(name).metadata()?.modified();
    whole.is_some_and(ours)
        && written().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > LEFT_AFTER))
}

/// The longest that the rule keeps any copy; where it reaches back for ever, all stay.
fn oldest_kept(settings: &Backup, now: NaiveDateTime) -> NaiveDateTime {
    let days = settings.daily.max(settings.weekly.saturating_mul(7));
    let days = Days::new(u64::try_from(days).unwrap_or(u64::MAX));
    let months = Months::new(u32::try_from(settings.monthly).unwrap_or(u32::MAX));
    let by_days = now.checked_sub_days(days);
    let by_months = now.checked_sub_months(months);
    by_days.min(by_months).unwrap_or(NaiveDateTime::MIN)
}

/// Removes what the rule does not keep; answers the names removed. Copies that did not
/// verify stand for nothing: as many as days are kept, beside the good ones. Of those made
/// before an upgrade the newest stays, and the others as long as any copy: what was erased
/// must not live on in them.
pub fn tidy(settings: &Backup, now: NaiveDateTime) -> Result<Vec<String>> {
    let folder = Path::new(&settings.folder);
    let (mut found, mut before, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_left(folder, &name) {
            gone.push(name);
        } else if let Some((moment, good)) = moment_of(&name, BY_ITSELF) {
            found.push((moment, good, name));
        } else if let Some((moment, _)) = moment_of(&name, BEFORE_UPGRADE) {
            before.push((moment, name));
        }
    }
    let rule = Rule {
        daily: settings.daily,
        weekly: settings.weekly,
        monthly: settings.monthly,
    };
    let of = |wanted: bool| {
        let all = found.iter().filter(move |(_, good, _)| *good == wanted);
        all.map(|(moment, ..)| *moment).collect::<Vec<_>>()
    };
    let kept = rule.keep(&of(true));
    let mut broken = of(false);
    broken.sort();
    let broken: Vec<_> = broken.into_iter().rev().take(settings.daily).collect();
    for (moment, good, name) in found {
        let stays = if good {
            kept.contains(&moment)
        } else {
            broken.contains(&moment)
        };
        if !stays {
            gone.push(name);
        }
    }
    before.sort();
    before.pop();
    let oldest = oldest_kept(settings, now);
    before.retain(|(moment, _)| *moment < oldest);
    gone.extend(before.into_iter().map(|(_, name)| name));
    for name in &gone {
        match std::fs::remove_file(folder.join(name)) {
            // Another server tidies the same folder.
            Err(why) if why.kind() == ErrorKind::NotFound => {}
            removed => removed?,
        }
    }
    Ok(gone)
}

/// Removes what a process that was killed left, here and in the folder of the copies.
pub fn tidy_all(settings: &Settings, now: NaiveDateTime) -> Result<()> {
    let worked = work::tidy(settings);
    // The copies whatever was said of the other: the erased must not live on in old ones.
    if Path::new(&settings.backup.folder).exists() {
        tidy(&settings.backup, now)?;
    }
    worked
}
