//! Drafts an apology with its reason and new date (NĐ 61/2018/NĐ-CP Điều 19.9).
use super::{perform::Performing, promise, receive::moment};
use crate::{
    domain::{
        apology::{Reason, new_date},
        time::{format_moment, to_local, to_utc},
    },
    error::{Error, Result},
    store::apologies::{self, Apology},
};

pub async fn effect(doing: &mut Performing<'_>) -> Result<String> {
    let known = apologies::of_dossier(doing.write.reader(), doing.dossier.id).await?;
    if known.iter().any(|letter| letter.signed_at.is_some()) {
        return Err(Error::conflict(
            "second_reappointment",
            "Chỉ được hẹn lại một lần. Hồ sơ này đã hẹn lại và được ghi là trễ sau khi hẹn lại.",
        ));
    }
    let Some(due_at) = doing.dossier.due_at else {
        return Err(Error::conflict(
            "undated",
            "Hồ sơ chưa có ngày hẹn nên chưa có gì để hẹn lại.",
        ));
    };
    let reason_code = doing.input.reason_code.as_deref().unwrap_or_default();
    let code = Reason::from_code(reason_code);
    if code.is_none() {
        let all: Vec<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        doing.errors.add(
            "reason_code",
            format!("Mã lý do chỉ nhận {}.", all.join(", ")),
        );
    }
    let reason = doing.reason();
    let calendar = doing.calendar.clone();
    let (rules, _) = promise::rules(doing.app, &doing.procedure);
    let today = to_local(doing.now);
    let unknown = |error: &dyn std::fmt::Display| Error::invalid("new_due_at", error.to_string());
    let new_due_at = match doing.input.new_due_at.as_deref() {
        None => to_utc(
            new_date(
                &calendar,
                &rules,
                today,
                to_local(due_at),
                doing.procedure.limit,
            )
            .map_err(|e| unknown(&e))?,
        ),
        given => {
            let Some(given) = moment(&mut doing.errors, "new_due_at", given) else {
                return Ok(reason);
            };
            // Put off is put off: after today, and after what was promised.
            let soonest = calendar
                .next_working_day(today.max(to_local(due_at)).date())
                .map_err(|e| unknown(&e))?;
            let day = to_local(given).date();
            if day < soonest {
                let shown = crate::domain::viet::date_with_weekday(soonest);
                doing
                    .errors
                    .add("new_due_at", format!("Ngày hẹn mới sớm nhất là {shown}."));
            } else if !calendar.is_working_day(day).map_err(|e| unknown(&e))? {
                doing.errors.add(
                    "new_due_at",
                    "Ngày hẹn mới là ngày nghỉ. Xin chọn ngày làm việc.",
                );
            }
            given
        }
    };
    doing.data.insert("reason_code".into(), reason_code.into());
    doing
        .data
        .insert("new_due_at".into(), format_moment(new_due_at).into());
    if doing.errors.is_empty() {
        doing
            .write
            .put_apology(Apology {
                id: known.last().map_or(0, |draft| draft.id),
                dossier_id: doing.dossier.id,
                reason_code: reason_code.into(),
                reason: reason.clone(),
                due_at,
                new_due_at,
                drafted_at: doing.at,
                drafted_by: doing.actor.name.clone(),
                signed_at: None,
                signed_by: None,
                number: None,
                year: None,
            })
            .await?;
    }
    Ok(reason)
}
