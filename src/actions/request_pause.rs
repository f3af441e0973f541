//! Asks the citizen for papers or for a fee, by a numbered slip, and stops the clock.
//! What a request needs is said in `domain::pause`.
use super::{applicant::text, name_leader, number_paper, perform::Performing, wait};
use crate::{
    domain::{
        calendar::Calendar,
        dossier::Status,
        paper::PaperKind,
        pause::{Demand, PauseKind, PauseReason, demand},
        time::local_day,
    },
    error::{Error, Result},
    store::dossiers::{Dossier, Wait},
};

pub async fn supplement(doing: &mut Performing<'_>) -> Result<String> {
    let input = doing.input;
    let before = doing.errors.count();
    let mut item = |item: &String| text(&mut doing.errors, "items", "Tên giấy tờ", Some(item), 500);
    let items: Vec<String> = input.items.iter().flatten().filter_map(&mut item).collect();
    if doing.errors.count() > before {
        // Said already.
    } else if items.is_empty() {
        doing.errors.add(
            "items",
            "Xin ghi từng giấy tờ cần bổ sung, đủ trong một lần (NĐ 61/2018/NĐ-CP Điều 15.3).",
        );
    } else if items.len() > 50 {
        doing.errors.add("items", "Nhiều nhất 50 giấy tờ.");
    }
    doing.data.insert("items".into(), items.into());
    let waits = crate::store::dossiers::waits(doing.write.reader(), doing.dossier.id).await?;
    let needs = needed(
        &doing.office.calendar,
        &doing.dossier,
        &waits,
        doing.at,
        doing.app.settings.supplement.free_days,
    )?;
    let legal_basis = basis(doing, needs);
    let demanded = needs
        .leader
        .then_some("Yêu cầu bổ sung lần thứ hai cần lãnh đạo đồng ý. Xin chọn lãnh đạo đã đồng ý.");
    let approved_by = name_leader::who_agrees(doing, demanded).await?;
    let mut slip = slip(doing, PauseKind::Supplement, PaperKind::Supplement).await?;
    for (field, value) in [("legal_basis", &legal_basis), ("approved_by", &approved_by)] {
        if let Some(value) = value {
            doing.data.insert(field.into(), value.clone().into());
        }
    }
    if needs.leader {
        // National statistics class it as late: kept, so that it can be looked up.
        doing.data.insert("second".into(), true.into());
    }
    slip.legal_basis = legal_basis;
    slip.approved_by = approved_by;
    let reason = slip.reason.clone().unwrap_or_default();
    wait::open(doing, PauseKind::Supplement, slip).await?;
    Ok(reason)
}

pub async fn payment(doing: &mut Performing<'_>) -> Result<String> {
    match doing.input.amount {
        Some(amount) if (1..=10_000_000_000).contains(&amount) => {
            doing.data.insert("amount".into(), amount.into());
        }
        _ => doing.errors.add("amount", "Số tiền là số đồng lớn hơn 0."),
    }
    let slip = slip(doing, PauseKind::Payment, PaperKind::Payment).await?;
    let reason = slip.reason.clone().unwrap_or_default();
    wait::open(doing, PauseKind::Payment, slip).await?;
    Ok(reason)
}

/// What a request for papers needs at a moment.
///
/// # Errors
/// When the calendar does not know the days since the receipt.
pub fn needed(
    calendar: &Calendar,
    dossier: &Dossier,
    waits: &[Wait],
    at: chrono::DateTime<chrono::Utc>,
    free_days: u32,
) -> Result<Demand> {
    let asked = waits
        .iter()
        .filter(|wait| wait.kind == PauseKind::Supplement.code());
    let Some(received_at) = dossier
        .received_at
        .filter(|_| dossier.status() != Status::Registered)
    else {
        return Ok(demand(asked.count(), None, free_days));
    };
    let days = calendar
        .working_days_between(local_day(received_at), local_day(at))
        .map_err(|why| Error::invalid("at", why.to_string()))?;
    let earlier = asked.filter(|wait| wait.from_at >= received_at).count();
    Ok(demand(earlier, Some(days), free_days))
}

fn basis(doing: &mut Performing<'_>, needs: Demand) -> Option<String> {
    let given = doing.input.legal_basis.as_deref();
    let before = doing.errors.count();
    let said = text(&mut doing.errors, "legal_basis", "Căn cứ", given, 500);
    if needs.legal_basis && said.is_none() && doing.errors.count() == before {
        let days = doing.app.settings.supplement.free_days;
        let why = if needs.leader {
            "Yêu cầu bổ sung lần thứ hai cần ghi căn cứ pháp luật cho phép.".to_owned()
        } else {
            format!(
                "Đã quá {days} ngày làm việc từ khi tiếp nhận (NĐ 61/2018/NĐ-CP Điều 19.4): xin ghi căn cứ pháp luật chuyên ngành cho phép yêu cầu."
            )
        };
        doing.errors.add("legal_basis", why);
    }
    said
}

/// The line of the ledger, under the next number of its book.
async fn slip(doing: &mut Performing<'_>, kind: PauseKind, paper: PaperKind) -> Result<Wait> {
    let given = doing
        .input
        .reason_code
        .as_deref()
        .unwrap_or_default()
        .trim();
    let code = if given.is_empty() {
        PauseReason::Other
    } else {
        let known = PauseReason::from_code(given).filter(|reason| reason.fits(kind));
        if known.is_none() {
            let fitting = PauseReason::ALL.iter().filter(|reason| reason.fits(kind));
            let all: Vec<&str> = fitting.map(|reason| reason.code()).collect();
            let why = format!("Mã lý do chỉ nhận {}.", all.join(", "));
            doing.errors.add("reason_code", why);
        }
        known.unwrap_or(PauseReason::Other)
    };
    let reason = doing.reason();
    doing.data.insert("reason_code".into(), code.code().into());
    let (number, year) = number_paper::draw(doing, paper).await?;
    Ok(Wait {
        number: Some(number),
        year: Some(year),
        reason_code: Some(code.code().into()),
        reason: Some(reason),
        asked_by: Some(doing.actor.name.clone()),
        asked_by_id: doing.actor.account,
        ..Wait::default()
    })
}
