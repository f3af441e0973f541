//! All that is held about one applicant, as they may ask for it: dossiers, what was done
//! with them, letters, notices, their feedback, who looked.
use serde_json::{Value, json};

use crate::{
    actions::cancel_number,
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        dossier::{Act, Status},
        time::{format_moment, to_local},
        tombstone, viet,
    },
    error::Result,
    store::{
        apologies,
        dossiers::{self, Dossier, Event},
        feedback::{self, Viewer},
        notices, papers, people, procedures, transfers,
    },
};

/// The answer to one request.
pub struct Person {
    pub dossiers: Vec<Dossier>,
    pub json: Value,
    pub sheet: Sheet,
}

/// Every fact once: for the file that a machine reads and for the one that a person reads.
struct Facts {
    rows: Vec<Vec<Cell>>,
}

impl Facts {
    fn say(&mut self, part: &str, code: &str, what: &str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.rows
                .push(vec![part.into(), code.into(), what.into(), value.into()]);
        }
    }

    fn at(
        &mut self,
        part: &str,
        code: &str,
        what: &str,
        at: Option<chrono::DateTime<chrono::Utc>>,
    ) {
        if let Some(at) = at {
            self.say(part, code, what, viet::moment(to_local(at)));
        }
    }
}

/// What an event is called.
fn title(event: &Event) -> &'static str {
    match Act::from_code(&event.act) {
        Some(act) => act.label(),
        None if event.act == tombstone::ACT => "Xóa dữ liệu cá nhân",
        None if event.act == cancel_number::ACT => "Hủy số giấy, lấy số mới",
        None if event.act == "redate" => "Ngày hẹn tính lại theo lịch nghỉ",
        None if event.act == "import" => "Nhập từ sổ cũ",
        None => "Nộp trực tuyến",
    }
}

/// Puts it together. Feedback is that which the one who answers may see.
pub async fn build(app: &App, viewer: &Viewer, who: &people::Who) -> Result<Person> {
    let db = app.store.read();
    let found = people::dossiers(db, viewer.agency, who).await?;
    let mut facts = Facts { rows: Vec::new() };
    let mut all = Vec::with_capacity(found.len());
    for d in &found {
        all.push(dossier(app, viewer, d, &mut facts).await?);
    }
    let json = json!({
        "made_at": format_moment(app.clock.now()),
        "time_zone": "Asia/Ho_Chi_Minh",
        "dossiers": all,
    });
    let sheet = Sheet {
        head: vec!["Phần", "Hồ sơ", "Mục", "Nội dung"],
        rows: facts.rows,
        definitions: vec![
            define(
                "Phạm vi",
                "Mọi dữ liệu phần mềm một cửa đang giữ về người này trong các hồ sơ đã nộp tại cơ quan. Phiếu khảo sát không có trong này vì không gắn với người trả lời.",
            ),
            define(
                "Người đã xem",
                "Ai đã mở hồ sơ ngoài việc được giao, theo nhật ký xem.",
            ),
        ],
    };
    Ok(Person {
        dossiers: found,
        json,
        sheet,
    })
}

async fn dossier(app: &App, viewer: &Viewer, d: &Dossier, facts: &mut Facts) -> Result<Value> {
    let db = app.store.read();
    let procedure = procedures::get(db, d.procedure_version_id).await?;
    let code = d.code.as_str();
    let part = "Hồ sơ";
    facts.say(
        part,
        code,
        "Thủ tục",
        format!("{} ({})", procedure.name, procedure.code),
    );
    facts.say(part, code, "Người nộp", d.applicant_name.as_str());
    for (what, value) in [
        ("Số giấy tờ", &d.id_number),
        ("Điện thoại", &d.phone),
        ("Thư điện tử", &d.email),
        ("Địa chỉ", &d.address),
        ("Mã ở hệ thống khác", &d.external_code),
        ("Lý do ngày hẹn", &d.due_reason),
    ] {
        facts.say(part, code, what, value.clone().unwrap_or_default());
    }
    facts.say(part, code, "Ghi chú", d.note.as_str());
    facts.say(part, code, "Trạng thái", d.status().label());
    for (what, at) in [
        ("Nhận lúc", d.received_at),
        ("Hẹn trả", d.due_at),
        ("Có kết quả lúc", d.judged_at),
        ("Trả lúc", d.returned_at),
    ] {
        facts.at(part, code, what, at);
    }
    let documents: Value = serde_json::from_str(&d.documents)?;
    for paper in documents.as_array().into_iter().flatten() {
        facts.say(
            "Giấy tờ nộp",
            code,
            "Tên",
            paper["name"].as_str().unwrap_or_default(),
        );
    }
    let mut events = Vec::new();
    for event in dossiers::events(db, d.id).await? {
        let said = [
            viet::moment(to_local(event.at)),
            event.actor.clone(),
            event.note.clone(),
        ];
        let said: Vec<&str> = said
            .iter()
            .map(String::as_str)
            .filter(|word| !word.is_empty())
            .collect();
        facts.say("Việc đã làm", code, title(&event), said.join(" · "));
        let to = Status::from_code(&event.to_status).map(Status::label);
        events.push(json!({
            "at": format_moment(event.at), "act": event.act, "actor": event.actor,
            "role": event.role, "state": to, "note": event.note,
            "data": serde_json::from_str::<Value>(&event.data).unwrap_or_default(),
        }));
    }
    let mut letters = Vec::new();
    for letter in apologies::of_dossier(db, d.id).await? {
        facts.say("Phiếu xin lỗi", code, "Lý do", letter.reason.as_str());
        letters.push(json!({
            "number": letter.number, "year": letter.year, "reason": letter.reason,
            "drafted_at": format_moment(letter.drafted_at), "signed_at": letter.signed_at.map(format_moment),
            "signed_by": letter.signed_by,
        }));
    }
    let mut printed = Vec::new();
    for paper in papers::of_dossier(db, d.id).await? {
        facts.at("Giấy đã làm", code, &paper.kind, Some(paper.made_at));
        printed.push(json!({
            "kind": paper.kind, "number": paper.number, "year": paper.year,
            "made_at": format_moment(paper.made_at), "made_by": paper.made_by,
            "body": paper.body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok()),
        }));
    }
    let mut told = Vec::new();
    for notice in notices::of_dossier(db, d.id).await? {
        facts.say(
            "Tin đã báo",
            code,
            &notice.channel,
            format!(
                "{} · {}",
                viet::moment(to_local(notice.queued_at)),
                notice.recipient
            ),
        );
        told.push(json!({
            "kind": notice.kind, "channel": notice.channel, "recipient": notice.recipient,
            "queued_at": format_moment(notice.queued_at), "sent_at": notice.sent_at.map(format_moment),
            "words": serde_json::from_str::<Value>(&notice.payload).unwrap_or_default(),
        }));
    }
    let mut asked = Vec::new();
    for transfer in transfers::of_dossier(db, d.id).await? {
        facts.say(
            "Gửi cơ quan khác",
            code,
            &transfer.to_name,
            transfer.content.as_str(),
        );
        asked.push(json!({
            "to": transfer.to_name, "content": transfer.content, "sent_at": format_moment(transfer.sent_at),
            "answered_at": transfer.answered_at.map(format_moment), "answer": transfer.answer,
        }));
    }
    let mut said = Vec::new();
    for f in feedback::of_dossier(db, viewer, d.id).await? {
        facts.say("Phản ánh", code, &f.code, f.content.as_str());
        facts.say(
            "Phản ánh",
            code,
            "Trả lời",
            f.answer.clone().unwrap_or_default(),
        );
        said.push(json!({
            "code": f.code, "kind": f.kind, "content": f.content, "name": f.name, "contact": f.contact,
            "received_at": format_moment(f.received_at), "answer": f.answer,
            "answered_at": f.answered_at.map(format_moment),
        }));
    }
    let mut looks = Vec::new();
    for look in people::looks(db, d.id).await? {
        facts.say(
            "Người đã xem",
            code,
            &look.actor,
            viet::moment(to_local(look.at)),
        );
        looks.push(json!({ "at": format_moment(look.at), "actor": look.actor, "face": look.face }));
    }
    Ok(json!({
        "code": d.code, "external_code": d.external_code,
        "procedure": { "code": procedure.code, "name": procedure.name, "field": procedure.field },
        "applicant": {
            "name": d.applicant_name, "kind": d.applicant_kind, "id_number": d.id_number,
            "phone": d.phone, "email": d.email, "address": d.address, "notify": d.notify,
        },
        "documents": documents, "note": d.note, "channel": d.channel, "result_channel": d.result_channel,
        "status": d.status, "outcome": d.outcome, "due_reason": d.due_reason,
        "received_by": d.received_by,
        "received_at": d.received_at.map(format_moment), "due_at": d.due_at.map(format_moment),
        "returned_at": d.returned_at.map(format_moment),
        "events": events, "apologies": letters, "papers": printed, "notices": told,
        "transfers": asked, "feedback": said, "looks": looks,
    }))
}
