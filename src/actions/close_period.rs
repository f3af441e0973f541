//! Closes a reporting period: its figures are kept as they are, sealed, and never
//! change again. What is recorded later shows as an adjustment.
use chrono::{DateTime, Utc};

use super::actor::Actor;
use crate::{
    app::App,
    config::AfterReappointment,
    domain::{
        frozen::{self, Figure, Head, Line},
        period::Period,
        role::Role,
        scoring::cell,
        time::{day_end, local_day},
    },
    error::{Error, Result},
    secret,
    store::{
        agencies,
        closed_periods::{self, ClosedPeriod},
        figures::{self, Scored},
        seals,
    },
};

/// Who closes a period.
pub const MAY: [Role; 2] = [Role::Office, Role::Leader];

/// Closes it with the other figures of the period, which are counted once nobody changes
/// anything any more, as its lines are; answers its row.
pub async fn run(
    app: &App,
    actor: &Actor,
    period: Period,
    beside: impl Future<Output = Result<Vec<Figure>>>,
) -> Result<i64> {
    if !MAY.contains(&actor.role) && actor.role != Role::Admin {
        return Err(actor.refused("Chốt kỳ báo cáo", &MAY));
    }
    let now = app.clock.now();
    if local_day(now) <= period.to {
        let last = crate::domain::viet::date(period.to);
        return Err(Error::invalid(
            "ky",
            format!("Kỳ này chưa hết (đến hết ngày {last}). Chốt từ ngày hôm sau."),
        ));
    }
    let write = app.store.write_alone().await?;
    let db = write.reader();
    if let Some(closed) = closed_periods::of_period(db, actor.agency, period).await? {
        return Err(Error::conflict(
            "already_closed",
            format!(
                "Kỳ này đã được {} chốt. Số liệu đã chốt không đổi; thay đổi về sau hiện ở “Điều chỉnh kỳ trước”.",
                closed.closed_by
            ),
        ));
    }
    let judged = app.settings.figures.after_reappointment;
    let by_new_date = judged == AfterReappointment::New;
    let agency = agencies::name_by(db, actor.agency, period.to).await?;
    let head = Head {
        agency: agency.name,
        from: period.from,
        to: period.to,
        closed_at: now,
        closed_by: actor.name.clone(),
        judged_by: judged.code().to_owned(),
        beside: beside.await?,
    };
    let touched = figures::touched(db, actor.agency, period, by_new_date).await?;
    // What went to another agency is in the books of whoever had it when the period ended.
    let lines = touched
        .into_iter()
        .filter(|dossier| dossier.agency_at(period.to) == actor.agency)
        .filter_map(|dossier| line(dossier, period, now));
    let body = frozen::write(&head, lines.collect());
    let id = write
        .insert_closed_period(ClosedPeriod {
            id: 0,
            agency_id: actor.agency,
            from_day: period.from,
            to_day: period.to,
            closed_at: now,
            closed_by: actor.name.clone(),
            seal: secret::hash(&body),
            body,
            chain_head: seals::head(db, actor.agency).await?.map(|head| head.head),
        })
        .await?;
    write.commit().await?;
    Ok(id)
}

/// A dossier as the period counts it, or nothing where it is in no figure.
fn line(dossier: Scored, period: Period, now: DateTime<Utc>) -> Option<Line> {
    let cell = cell(&dossier.facts, period, now)?;
    let seen = |at: DateTime<Utc>| at < day_end(period.to) && at <= now;
    let promised = dossier.promises.iter().rev().find(|(set, _)| seen(*set));
    let ended_at = dossier.facts.ended_at.filter(|at| seen(*at));
    let outcome = dossier.outcome_seen(seen).map(|o| o.code().to_owned());
    Some(Line {
        arrival: cell.arrival,
        course: cell.course,
        waiting: cell.waiting,
        received_at: dossier.facts.received_at,
        due_at: promised.and_then(|(_, due)| *due),
        ended_at,
        outcome: outcome.filter(|_| ended_at.is_some()),
        channel: dossier.facts.channel.code().to_owned(),
        code: dossier.code,
        procedure_code: dossier.procedure_code,
        procedure_name: dossier.procedure_name,
        field: dossier.field,
        officer: dossier.officer,
    })
}
