//! Agencies become part of another from a day on: what they still owe goes over with an
//! event, papers and closed books stay under the old name, nobody is received there any more.
//! What a period counted that ended before stays with the old agency (`agency_move`).
//!
//! The staff work in the new agency from then on, and keep their place in the old one: its
//! books, its numbers and the feedback still open there are theirs to finish.
use chrono::{DateTime, NaiveDate, Utc};

use super::map_ways::{self, Way};
use crate::{
    app::App,
    domain::{
        role::Role,
        time::{format_moment, local_day},
        viet,
    },
    error::{Error, Result},
    store::{
        Reader, Write, accounts, agencies, closed_periods,
        dossiers::{Dossier, Event},
        memberships, mergers,
    },
};

/// What the event of a dossier that went over is called.
pub const ACT: &str = "move_agency";

/// What went over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    pub dossiers: usize,
    /// Whose place is at the new agency now: user name, role before, role there.
    pub staff: Vec<(String, Role, Role)>,
    /// What stays open at the old agencies, for their staff to finish there.
    pub feedback: u64,
    /// Programs that still speak to the old agencies.
    pub tokens: u64,
    /// Procedures whose steps are others there.
    pub ways: Vec<Way>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Steps that are others at the heir's go on where they fit.
    pub map_steps: bool,
    /// Shown, not kept.
    pub preview: bool,
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
/// When one is not there or gone already, when the day is still to come, when somebody was
/// received there since, when a period with that day is closed, or when both do an open
/// procedure by other steps and nobody agreed to map them.
pub async fn run(
    app: &App,
    keys: &[String],
    into: &str,
    on: NaiveDate,
    by: &str,
) -> Result<Merged> {
    run_as(app, keys, into, on, by, Wanted::default()).await
}

/// The same as wanted: looked at first, or with the steps mapped.
///
/// # Errors
/// As [`run`].
pub async fn run_as(
    app: &App,
    keys: &[String],
    into: &str,
    on: NaiveDate,
    by: &str,
    wanted: Wanted,
) -> Result<Merged> {
    let now = app.clock.now();
    let write = app.store.write_alone().await?;
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
        if id == heir {
            let detail = format!("“{key}” là chính cơ quan nhận (--into).");
            return Err(Error::invalid("agencies", detail));
        }
        if mergers::of(db, id).await?.is_some() {
            let detail = format!("“{key}” đã sáp nhập, hoặc được nêu hai lần.");
            return Err(Error::invalid("agencies", detail));
        }
        if agencies::is_below(db, heir, id).await? {
            let detail =
                format!("“{into}” nằm dưới “{key}”. Đặt lại bằng motcua agency place trước.");
            return Err(Error::invalid("into", detail));
        }
        if let Some((code, at)) = mergers::received_since(db, id, on).await? {
            let detail = format!(
                "“{key}” còn tiếp nhận đến ngày {} (hồ sơ {code}): ngày sáp nhập phải sau ngày ấy.",
                viet::date(local_day(at))
            );
            return Err(Error::invalid("on", detail));
        }
        let owed = mergers::owed(db, id).await?;
        for (agency, key) in [(id, key.as_str()), (heir, into)] {
            is_not_closed(db, agency, key, on).await?;
        }
        let ways = map_ways::compare(db, id, heir, &owed).await?;
        ways.agreed(wanted.map_steps || wanted.preview)?;
        merged.ways.extend(ways.all.iter().cloned());
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
            let places = ways.of(dossier.id);
            hand_over(&write, dossier, &how, places).await?;
        }
        write.take_along(&ids, heir).await?;
        take_staff(&write, id, heir, &mut merged).await?;
        write.adopt_children(id, heir).await?;
        let (feedback, tokens) = mergers::left_open(db, id).await?;
        merged.feedback += feedback;
        merged.tokens += tokens;
        write.note_merger(id, heir, on).await?;
    }
    if wanted.preview {
        write.abandon().await?;
    } else {
        write.commit().await?;
    }
    Ok(merged)
}

/// What is closed does not change: a dossier that moves within a closed period would be
/// counted at both, or, were only the heir's closed, at neither.
async fn is_not_closed(db: &impl Reader, agency: i64, key: &str, on: NaiveDate) -> Result<()> {
    let closed = closed_periods::heads(db, agency).await?;
    let Some(period) = closed.iter().find(|one| one.to_day >= on) else {
        return Ok(());
    };
    let (from, to) = (viet::date(period.from_day), viet::date(period.to_day));
    let detail = format!(
        "“{key}” đã chốt kỳ {from} đến {to}: số đã chốt không đổi, nên ngày sáp nhập phải sau ngày {to}."
    );
    Err(Error::invalid("on", detail))
}

/// Who signs or administers at the old agency does not do so at the new one by that alone.
fn role_there(role: Role) -> Role {
    match role {
        Role::Leader | Role::Admin => Role::Office,
        other => other,
    }
}

/// The staff belong to the heir, with what they are there already, else with the role of
/// before; their place in the old agency stays theirs.
async fn take_staff(write: &Write, old: i64, heir: i64, merged: &mut Merged) -> Result<()> {
    let db = write.reader();
    for account in mergers::staff(db, old).await? {
        let there = memberships::of(db, account.id).await?;
        let there = there.into_iter().find(|one| one.agency_id == heir);
        let (role, title) = match &there {
            Some(one) => (Role::from_code(&one.role), one.title.clone()),
            None => (Some(role_there(account.role())), account.title.clone()),
        };
        let role = role.unwrap_or(Role::Receptionist);
        write.leave(account.id, heir).await?;
        write
            .join(account.id, old, account.role(), &account.title)
            .await?;
        write.move_account(account.id, heir, role, &title).await?;
        merged
            .staff
            .push((account.username.clone(), account.role(), role));
    }
    for guest in mergers::guests(db, old).await? {
        let home = accounts::by_id(db, guest.account_id).await?;
        let there = memberships::of(db, guest.account_id).await?;
        let known = there.iter().any(|one| one.agency_id == heir);
        let Some(home) = home.filter(|home| home.agency_id != heir && !known) else {
            continue;
        };
        let was = Role::from_code(&guest.role).unwrap_or(Role::Receptionist);
        let role = role_there(was);
        write.join(home.id, heir, role, &guest.title).await?;
        merged.staff.push((home.username, was, role));
    }
    Ok(())
}

/// One dossier goes over: the same code, the same promise, another office.
async fn hand_over(
    write: &Write,
    before: Dossier,
    how: &Move<'_>,
    places: Option<&[usize]>,
) -> Result<()> {
    let at = how.now.max(before.last_event_at);
    let before_agency = before.agency_id;
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
            "steps": places,
        })
        .to_string(),
    };
    let row = Dossier {
        agency_id: how.into,
        last_event_at: at,
        ..before
    };
    let code = row.code.clone();
    let (id, from) = (row.id, before_agency);
    if !write.update_dossier(row).await? {
        let detail =
            format!("Hồ sơ {code} vừa được người khác sửa. Chưa có gì được chuyển; chạy lại lệnh.");
        return Err(Error::conflict("stale_version", detail));
    }
    if let Some(places) = places {
        write.map_steps(id, places).await?;
    }
    write.note_move(id, from, how.into, how.on).await?;
    write.append_event(event).await
}

/// Nothing is added to an agency that became part of another: no staff, no token, no old
/// register.
///
/// # Errors
/// A sentence that names the heir.
pub async fn still_there(db: &impl Reader, agency: i64, today: NaiveDate) -> Result<()> {
    let Some((into, on)) = mergers::of(db, agency).await? else {
        return Ok(());
    };
    let heir = agencies::name_by(db, into, today).await?.name;
    let day = viet::date(on);
    let detail = format!("Cơ quan này đã sáp nhập vào {heir} từ {day}: thêm ở {heir}.");
    Err(Error::conflict("merged", detail))
}

/// An agency that became part of another receives nobody any more, on whichever day somebody
/// came: nothing would take that dossier over. One that does bears this identifier in its codes.
pub(super) async fn still_receives(write: &Write, agency: i64, day: NaiveDate) -> Result<String> {
    let db = write.reader();
    let borne = mergers::borne_on(db, agency, day).await?;
    let Some((into, on)) = borne.merged() else {
        return borne.identifier.ok_or_else(|| agencies::nameless(day));
    };
    let heir = agencies::name_by(db, into, day.max(on)).await?;
    let detail = format!(
        "Cơ quan này đã sáp nhập: tiếp nhận ở {}. Chuyển cơ quan làm việc ở trang Tài khoản.",
        heir.name
    );
    Err(Error::conflict("merged", detail))
}
