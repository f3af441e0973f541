//! Drafts an apology with its reason and new date (NĐ 61/2018/NĐ-CP Điều 19.9).
use super::{perform::Performing, promise, receive::moment};
use crate::{
    domain::{
        apology::{Reason, new_date},
        time::{format_moment, to_local, to_utc},
    },
    error::{Error, Result},
    store::{
        apologies::{self, Apology},
        holdings, workflows,
    },
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
    if reason_code.trim().is_empty() {
        doing.errors.add("reason_code", "Chưa chọn nguyên nhân.");
    } else if code.is_none() {
        let all: Vec<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        let why = format!("Mã lý do chỉ nhận {}.", all.join(", "));
        doing.errors.add("reason_code", why);
    }
    let reason = doing.reason();
    let office = doing.office.clone();
    let calendar = &office.calendar;
    let (rules, _) = promise::rules(doing.app, &office, &doing.procedure);
    let today = to_local(doing.now);
    let unknown = |error: &dyn std::fmt::Display| Error::invalid("new_due_at", error.to_string());
    // The result is there: what is left to say is sorry.
    let after_end = doing.dossier.ended_at.is_some();
    if after_end && doing.input.new_due_at.is_some() {
        doing.errors.add(
            "new_due_at",
            "Hồ sơ đã có kết quả nên phiếu không hẹn ngày mới. Xin để trống.",
        );
    }
    let new_due_at = match doing.input.new_due_at.as_deref() {
        _ if after_end => due_at,
        None => to_utc(
            new_date(
                calendar,
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
    if !after_end {
        doing
            .data
            .insert("new_due_at".into(), format_moment(new_due_at).into());
    }
    let (step, holder) = held(doing).await?;
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
                step,
                holder,
                after_end,
            })
            .await?;
    }
    Ok(reason)
}

/// Where it lies and with whom, or where it lay last.
async fn held(doing: &Performing<'_>) -> Result<(Option<String>, Option<String>)> {
    let hands = holdings::of_dossier(doing.write.reader(), doing.dossier.id).await?;
    // Who did an act in passing did not have it.
    let had = hands.iter().rfind(|row| row.held_seconds != Some(0));
    if let Some(last) = had.or(hands.last()).cloned() {
        let holder = Some(last.holder).filter(|holder| !holder.is_empty());
        return Ok((Some(last.step_name), holder));
    }
    // Nothing was done since the receipt: it lies at the desk.
    let dossier = &doing.dossier;
    let since = dossier.came_at();
    let (steps, _) = workflows::of(
        doing.write.reader(),
        dossier.agency_id,
        &doing.procedure,
        since,
    )
    .await?;
    let step = steps.into_iter().next().map(|step| step.name);
    Ok((step, Some(dossier.received_by.clone())))
}
