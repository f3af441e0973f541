//! Asks another agency, and enters its answer (NĐ 61/2018/NĐ-CP Điều 19.5 to 19.7).
use super::{
    applicant::{required, text},
    number_paper,
    perform::Performing,
    receive::moment,
};
use crate::{
    domain::{
        holding::answer_by,
        paper::PaperKind,
        time::{format_moment, local_day, to_local, to_utc},
        workflow::Hundredths,
    },
    error::{Error, Result},
    store::{
        holdings::Holding,
        transfers::{self, Transfer, TransferKind},
    },
};

/// Stands in a step's agency for the parent of the day.
pub const PARENT: &str = "{cấp trên}";

/// A step at another agency: it goes with a numbered transfer slip that states the
/// agency's time limit.
pub async fn send_step(
    doing: &mut Performing<'_>,
    holding: &Holding,
    share: Hundredths,
) -> Result<()> {
    let due_at = match doing.procedure.limit {
        Some(limit) => Some(
            answer_by(
                &doing.office.calendar,
                doing.office.hours(),
                limit,
                share,
                to_local(doing.at),
            )
            .map_err(|error| Error::invalid("at", error.to_string()))?,
        ),
        None => None,
    };
    send(
        doing,
        TransferKind::Step,
        holding.elsewhere.clone(),
        holding.step_name.clone(),
        due_at.map(to_utc),
    )
    .await
}

/// An opinion, with what is asked and by when.
pub async fn ask(doing: &mut Performing<'_>) -> Result<String> {
    let input = doing.input;
    let agency = required(
        &mut doing.errors,
        "agency",
        "Cơ quan được hỏi",
        input.agency.as_deref().unwrap_or_default(),
        300,
    );
    let content = doing.reason();
    let due_at = moment(&mut doing.errors, "due_at", input.due_at.as_deref());
    match due_at {
        Some(due) if due <= doing.at => doing.errors.add("due_at", "Hạn trả lời phải sau lúc gửi."),
        None if input.due_at.is_none() => doing.errors.add(
            "due_at",
            "Xin ghi hạn trả lời: phiếu lấy ý kiến phải nêu thời hạn (NĐ 61/2018/NĐ-CP Điều 19.5).",
        ),
        _ => {}
    }
    if doing.errors.count() > 0 {
        return Ok(content);
    }
    doing.data.insert("agency".into(), agency.clone().into());
    send(
        doing,
        TransferKind::Opinion,
        agency,
        content.clone(),
        due_at,
    )
    .await?;
    Ok(content)
}

async fn send(
    doing: &mut Performing<'_>,
    kind: TransferKind,
    to_name: String,
    content: String,
    due_at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<()> {
    let own = doing.dossier.agency_id;
    let named =
        transfers::agencies_named(doing.write.reader(), own, &to_name, local_day(doing.at)).await?;
    if named.len() > 1 {
        let named: Vec<_> = named.iter().map(|(_, name)| format!("“{name}”")).collect();
        let detail = format!(
            "Có hơn một cơ quan tên “{to_name}” trong hệ thống. Xin ghi rõ {}.",
            named.join(" hoặc ")
        );
        doing.errors.add("agency", detail);
        return Ok(());
    }
    let (number, year) = number_paper::draw(doing, PaperKind::Transfer).await?;
    let to_agency_id = named.first().map(|(agency, _)| *agency);
    if let Some(due) = due_at {
        let due = format_moment(due);
        doing.data.insert("answer_by".into(), due.into());
    }
    let row = Transfer {
        id: 0,
        agency_id: own,
        dossier_id: doing.dossier.id,
        to_agency_id,
        kind: kind.code().into(),
        to_name,
        number: Some(number),
        year: Some(year),
        content,
        sent_by: doing.actor.name.clone(),
        event_seq: doing.dossier.version + 1,
        sent_at: doing.at,
        due_at,
        answered_at: None,
        answered_by: None,
        answer: None,
    };
    doing.write.put_transfer(row).await
}

/// The answer; which question it answers may be left out where one is open.
pub async fn answered(doing: &mut Performing<'_>) -> Result<String> {
    let input = doing.input;
    let answer = text(
        &mut doing.errors,
        "note",
        "Nội dung trả lời",
        input.note.as_deref(),
        2000,
    )
    .unwrap_or_default();
    let all = transfers::of_dossier(doing.write.reader(), doing.dossier.id).await?;
    let mut open = all.into_iter().filter(|row| row.answered_at.is_none());
    let (first, second) = (open.next(), open.next());
    let chosen = match (input.transfer, first, second) {
        (_, None, _) => {
            return Err(Error::conflict(
                "nothing_asked",
                "Hồ sơ không có phiếu chuyển hay phiếu lấy ý kiến nào đang chờ trả lời.",
            ));
        }
        (None, Some(only), None) => Some(only),
        (None, ..) => None,
        (Some(id), first, second) => first
            .into_iter()
            .chain(second)
            .chain(open)
            .find(|row| row.id == id),
    };
    let Some(mut row) = chosen else {
        doing.errors.add(
            "transfer",
            "Chọn phiếu được trả lời: hồ sơ có nhiều phiếu đang chờ.",
        );
        return Ok(answer);
    };
    row.answered_at = Some(doing.at);
    row.answered_by = Some(doing.actor.name.clone());
    row.answer = Some(answer.clone());
    doing
        .data
        .insert("agency".into(), row.to_name.clone().into());
    doing.step_answered = row.kind() == TransferKind::Step;
    doing.write.put_transfer(row).await?;
    Ok(answer)
}
