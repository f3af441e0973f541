//! A leave of absence with a stand-in, and its end before its time.
use chrono::NaiveDate;

use super::{actor::Actor, applicant::text};
use crate::{
    app::App,
    domain::{role::Role, time::local_day, viet},
    error::{Error, FieldErrors, Result},
    store::{
        accounts,
        leaves::{self, Leave},
    },
};

/// A leave as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Input {
    /// Usernames.
    pub who: String,
    pub stand_in: String,
    pub from: String,
    pub to: String,
    pub note: String,
}

/// Who may enter leaves for others; for himself anyone may.
const FOR_OTHERS: [Role; 3] = [Role::Leader, Role::Office, Role::Admin];

/// What is given on to the absent one meanwhile comes to the stand-in, who also sees
/// what lies there.
pub async fn run(app: &App, actor: &Actor, input: &Input) -> Result<()> {
    let now = app.clock.now();
    let today = local_day(now);
    let write = app.store.write_alone().await?;
    let mut errors = FieldErrors::default();
    let colleagues = accounts::enabled(write.reader(), actor.agency).await?;
    let mut named = |field: &str, username: &str, missing: &str| {
        let found = colleagues
            .iter()
            .find(|account| account.username == username.trim());
        if found.is_none() {
            errors.add(field, missing);
        }
        found.map(|account| (account.id, account.role()))
    };
    let who = named("who", &input.who, "Chọn người nghỉ.");
    let stand_in = named("stand_in", &input.stand_in, "Chọn người thay.");
    if let (Some(who), Some(other)) = (who, stand_in) {
        if who.0 == other.0 {
            errors.add("stand_in", "Người thay phải là người khác.");
        } else if who.1 != other.1 {
            errors.add(
                "stand_in",
                format!(
                    "Người thay phải cùng vai trò ({}) để làm được việc được giao.",
                    who.1.label()
                ),
            );
        }
    }
    let mut read = |field: &str, typed: &str| errors.keep(field, viet::read_date(typed, today));
    let days: Option<(NaiveDate, NaiveDate)> = read("from", &input.from).zip(read("to", &input.to));
    let note = text(&mut errors, "note", "Ghi chú", Some(&input.note), 500).unwrap_or_default();
    if let (Some((from, to)), Some((account, _))) = (days, who) {
        if to < from {
            errors.add("to", "Ngày cuối phải từ ngày đầu trở đi.");
        } else if to < today {
            errors.add(
                "to",
                "Lần nghỉ này đã qua, không còn gì để giao cho người thay.",
            );
        } else if leaves::overlaps(write.reader(), actor.agency, account, from, to).await? {
            errors.add(
                "from",
                "Người này đã có lần nghỉ trùng ngày. Hủy lần kia trước nếu cần đổi.",
            );
        }
    }
    errors.finish()?;
    let (Some((account_id, _)), Some((stand_in_id, _)), Some(between)) = (who, stand_in, days)
    else {
        return Err(Error::invalid("who", "Chọn người nghỉ."));
    };
    if Some(account_id) != actor.account && !FOR_OTHERS.contains(&actor.role) {
        return Err(actor.refused("Ghi nghỉ cho người khác", &FOR_OTHERS));
    }
    write
        .insert_leave(Leave {
            id: 0,
            agency_id: actor.agency,
            account_id,
            stand_in_id,
            from_day: between.0,
            to_day: between.1,
            note,
            set_by: actor.name.clone(),
            set_at: now,
            cancelled_at: None,
        })
        .await?;
    write.commit().await
}

/// It ends, or never begins.
pub async fn cancel(app: &App, actor: &Actor, id: i64) -> Result<()> {
    let now = app.clock.now();
    let write = app.store.write().await?;
    let own = leaves::from_day(write.reader(), actor.agency, NaiveDate::default())
        .await?
        .iter()
        .any(|leave| leave.id == id && Some(leave.account_id) == actor.account);
    if !own && !FOR_OTHERS.contains(&actor.role) {
        return Err(actor.refused("Hủy lần nghỉ của người khác", &FOR_OTHERS));
    }
    if !write.cancel_leave(actor.agency, id, now).await? {
        return Err(Error::not_found(
            "Không có lần nghỉ này, hoặc đã hủy rồi. Xem lại danh sách.",
        ));
    }
    write.commit().await
}
