//! Agencies become part of another from a day on: what they still owe goes over with an
//! event, papers and closed books stay under the old name, nobody is received there any more.
//!
//! The staff work in the new agency from then on, and keep their place in the old one: its
//! books, its numbers and the feedback still open there are theirs to finish.
use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    app::App,
    domain::{
        period::Period,
        time::{format_moment, local_day},
        viet,
    },
    error::{Error, Result},
    store::{
        Reader, Write, agencies, closed_periods,
        dossiers::{Dossier, Event},
        mergers,
    },
};

/// What the event of a dossier that went over is called.
pub const ACT: &str = "move_agency";

/// What went over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    pub dossiers: usize,
    pub staff: usize,
}

struct Move<'a> {
    from: String,
    into: i64,
    name: &'a str,
    on: NaiveDate,
    by: &'a str,
    now: DateTime<Utc>,
}

/// `keys` become part of `into` on a day that has come. All of them, or nothing.
///
/// # Errors
/// When one is not there or gone already, when the day is still to come, or when a month
/// before it is not closed: its figures would change.
pub async fn run(
    app: &App,
    keys: &[String],
    into: &str,
    on: NaiveDate,
    by: &str,
) -> Result<Merged> {
    let now = app.clock.now();
    let write = app.store.write().await?;
    let db = write.reader();
    if on > local_day(now) {
        let detail = format!(
            "Ngày sáp nhập {} chưa đến: chạy lệnh này từ ngày ấy.",
            viet::date(on)
        );
        return Err(Error::invalid("on", detail));
    }
    let heir = agencies::by_key(db, into).await?;
    if mergers::of(db, heir).await?.is_some() {
        let detail = format!("“{into}” đã sáp nhập vào cơ quan khác.");
        return Err(Error::invalid("into", detail));
    }
    let name = agencies::name_by(db, heir, on).await?.name;
    let mut merged = Merged::default();
    for key in keys {
        let id = agencies::by_key(db, key).await?;
        if id == heir || mergers::of(db, id).await?.is_some() {
            let detail = format!("“{key}” đã sáp nhập, hoặc là chính “{into}”.");
            return Err(Error::invalid("agencies", detail));
        }
        let owed = mergers::owed(db, id).await?;
        all_closed(app, db, key, id, on, &owed).await?;
        let from = agencies::name_by(db, id, on.pred_opt().unwrap_or(on)).await?;
        let how = Move {
            from: from.name,
            into: heir,
            name: &name,
            on,
            by,
            now,
        };
        let ids: Vec<i64> = owed.iter().map(|one| one.id).collect();
        write.dossiers_are_as_sealed(ids.clone()).await?;
        merged.dossiers += owed.len();
        for dossier in owed {
            hand_over(&write, dossier, &how).await?;
        }
        write.take_along(&ids, heir).await?;
        for account in mergers::staff(db, id).await? {
            write.leave(account.id, heir).await?;
            write
                .join(account.id, id, account.role(), &account.title)
                .await?;
            write.move_account(account.id, heir).await?;
            merged.staff += 1;
        }
        write.note_merger(id, heir, on).await?;
    }
    write.commit().await?;
    Ok(merged)
}

/// What was counted of these dossiers must be kept as it was counted.
async fn all_closed(
    app: &App,
    db: &impl Reader,
    key: &str,
    agency: i64,
    on: NaiveDate,
    owed: &[Dossier],
) -> Result<()> {
    let start = app.settings.figures.period_start_day;
    let Some(first) = owed.iter().filter_map(|one| one.received_at).min() else {
        return Ok(());
    };
    let mut month = Period::month_of(local_day(first), start);
    let mut open = Vec::new();
    while month.to < on {
        let closed = closed_periods::of_period(db, agency, month).await?;
        if closed.is_none() {
            open.push(format!(
                "{} – {}",
                viet::date(month.from),
                viet::date(month.to)
            ));
        }
        let Some(next) = month.to.succ_opt() else {
            break;
        };
        month = Period::month_of(next, start);
    }
    if open.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "Cơ quan “{key}” còn hồ sơ chưa xong đã đếm trong các tháng chưa chốt số liệu: {}. Chốt các tháng ấy trước (/bao-cao/chot-so), để số liệu cũ không đổi khi hồ sơ chuyển đi.",
        open.join("; ")
    );
    Err(Error::conflict("not_closed", detail))
}

/// One dossier goes over: the same code, the same promise, another office.
async fn hand_over(write: &Write, before: Dossier, how: &Move<'_>) -> Result<()> {
    let at = how.now.max(before.last_event_at);
    let event = Event {
        id: 0,
        dossier_id: before.id,
        seq: i32::try_from(before.version + 1).map_err(Error::internal)?,
        at,
        recorded_at: how.now,
        act: ACT.into(),
        actor: how.by.into(),
        role: "admin".into(),
        at_desk: false,
        from_status: Some(before.status.clone()),
        to_status: before.status.clone(),
        note: format!("Từ {} sang {}", how.from, how.name),
        data: serde_json::json!({
            "from_agency": before.agency_id,
            "to_agency": how.into,
            "on": how.on,
            "due_at": before.due_at.map(format_moment),
        })
        .to_string(),
    };
    let row = Dossier {
        agency_id: how.into,
        last_event_at: at,
        ..before
    };
    let code = row.code.clone();
    if !write.update_dossier(row).await? {
        let detail =
            format!("Hồ sơ {code} vừa được người khác sửa. Chưa có gì được chuyển; chạy lại lệnh.");
        return Err(Error::conflict("stale_version", detail));
    }
    write.append_event(event).await
}
