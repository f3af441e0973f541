//! Forms 02 and 03, and the notice of stopping: what is asked for, why it is refused.
use super::{Source, addressee, local, signature as signatures, spoken_to, watermark};
use crate::{
    documents::letter::{Letter, Line, Signature, field, plain, strong, text},
    domain::{dossier::Act, paper::PaperKind, time::local_day, viet},
    error::Result,
};

/// Form 02 (NĐ 61/2018/NĐ-CP Điều 17.1.a, 19.4).
pub fn supplement(source: &Source<'_>) -> Result<Letter> {
    let data: serde_json::Value = serde_json::from_str(&source.event.data)?;
    let items: Vec<String> = serde_json::from_value(data["items"].clone()).unwrap_or_default();
    let phone = source
        .agency
        .phone
        .as_deref()
        .map(|phone| format!(" số điện thoại {phone}"))
        .unwrap_or_default();
    let help = format!(
        "Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc, {} liên hệ với Bộ phận Tiếp nhận và Trả kết quả{phone} để được hướng dẫn./.",
        spoken_to(source.dossier)
    );
    let mut lines = about(source, "Hồ sơ của");
    lines.extend([
        text([strong("Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:")]),
        Line::Items { items },
        field("Lý do", plain(source.event.note.clone())),
        text([plain(help)]),
    ]);
    Ok(slip(
        source,
        PaperKind::Supplement,
        lines,
        None,
        "NGƯỜI HƯỚNG DẪN",
    ))
}

/// What is to be paid before the work goes on; no form of the circulars.
pub fn payment(source: &Source<'_>) -> Result<Letter> {
    let data: serde_json::Value = serde_json::from_str(&source.event.data)?;
    let amount = viet::number(data["amount"].as_i64().unwrap_or_default());
    let mut lines = about(source, "Hồ sơ của");
    lines.extend([
        field("Số tiền phải nộp", strong(format!("{amount} đồng"))),
        field("Lý do", plain(source.event.note.clone())),
        text([plain(format!(
            "Thời gian chờ nộp không tính vào thời hạn giải quyết. Xin thông báo để {} được biết và thực hiện./.",
            spoken_to(source.dossier)
        ))]),
    ]);
    let right = "NGƯỜI THÔNG BÁO";
    Ok(slip(source, PaperKind::Payment, lines, None, right))
}

/// Form 03: not received (Điều 17.1.b), or not solved (Điều 19.8).
pub fn refusal(source: &Source<'_>) -> Letter {
    let what = if source.event.act == Act::Reject.code() {
        "không tiếp nhận"
    } else {
        "không giải quyết"
    };
    let mut lines = vec![text([plain(format!(
        "Bộ phận Tiếp nhận và Trả kết quả {}",
        source.agency.name
    ))])];
    lines.extend(about(source, "Tiếp nhận hồ sơ của"));
    let says = format!(
        "Qua xem xét, Bộ phận Tiếp nhận và Trả kết quả thông báo {what} hồ sơ này với lý do cụ thể như sau: "
    );
    lines.extend([
        text([plain(says), strong(source.event.note.clone())]),
        text([plain(format!(
            "Xin thông báo để {} được biết và thực hiện./.",
            spoken_to(source.dossier)
        ))]),
    ]);
    let left = signature("NGƯỜI NỘP HỒ SƠ", &source.dossier.applicant_name);
    let letter = slip(
        source,
        PaperKind::Refusal,
        lines,
        Some(left),
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
    );
    // The desk hands it over, whoever refused.
    let right = signature("NGƯỜI TIẾP NHẬN HỒ SƠ", &source.dossier.received_by);
    Letter { right, ..letter }
}

/// The notice of stopping (TT 03/2025/TT-VPCP, form 05).
pub async fn stop(source: &Source<'_>) -> Result<Letter> {
    let db = source.app.store.read();
    let day = local_day(source.event.at);
    let procedure = &source.procedure;
    let received = local_day(source.dossier.came_at());
    let agency = source.agency.name.replace("UBND", "Ủy ban nhân dân");
    let office = source.receiver(source.issuer, &agency).await?;
    let whom = spoken_to(source.dossier);
    let began = viet::date_in_words(received).replacen('n', "N", 1);
    let lines = vec![
        text([
            plain(format!(
                "{began}, {office} tiếp nhận hồ sơ đề nghị giải quyết thủ tục: {} (lĩnh vực {}); mã hồ sơ: ",
                procedure.name, procedure.field
            )),
            strong(source.dossier.code.clone()),
            plain("."),
        ]),
        text([
            plain(format!(
                "{agency} thông báo dừng giải quyết hồ sơ này kể từ {}. Lý do: ",
                viet::date_in_words(day)
            )),
            plain(source.event.note.trim_end_matches(['.', ';'])),
            plain("."),
        ]),
        text([plain(format!(
            "Giấy tờ đã nộp được trả lại tại Bộ phận Tiếp nhận và Trả kết quả. Xin thông báo để {whom} được biết./."
        ))]),
    ];
    // The desk may have entered what a leader signed on paper.
    let data: serde_json::Value = serde_json::from_str(&source.event.data).unwrap_or_default();
    let signer = data["approved_by"].as_str().unwrap_or(&source.event.actor);
    let right = signatures::for_agency(db, source.issuer, day, signer).await?;
    Ok(Letter {
        above: source.agency.parent.clone(),
        agency,
        to: Some((
            addressee(source.dossier).into(),
            source.dossier.applicant_name.clone(),
        )),
        copies_to: copies_to(),
        right,
        paper: source.app.settings.apology.paper.typst().into(),
        ..slip(source, PaperKind::Stop, lines, None, "")
    })
}

pub fn copies_to() -> Vec<String> {
    ["Như trên;", "Bộ phận TN&TKQ;", "Lưu: VT."]
        .map(str::to_owned)
        .to_vec()
}

/// Whose dossier it is and what it asks for.
fn about(source: &Source<'_>, whose: &str) -> Vec<Line> {
    let d = source.dossier;
    let procedure = &source.procedure;
    let some = |value: &Option<String>| plain(value.clone().unwrap_or_default());
    vec![
        field(whose, strong(d.applicant_name.clone())),
        field(
            "Nội dung yêu cầu giải quyết",
            plain(format!("{} ({})", procedure.name, procedure.code)),
        ),
        field("Địa chỉ", some(&d.address)),
        field("Số điện thoại", some(&d.phone)),
        field("Email", some(&d.email)),
    ]
}

fn signature(capacity: &str, name: &str) -> Signature {
    Signature {
        capacity: vec![capacity.into()],
        note: "(Ký và ghi rõ họ tên)".into(),
        name: name.into(),
    }
}

/// A slip of the desk.
fn slip(
    source: &Source<'_>,
    kind: PaperKind,
    lines: Vec<Line>,
    left: Option<Signature>,
    right: &str,
) -> Letter {
    let day = viet::date_in_words(local_day(source.event.at));
    Letter {
        paper: source.app.settings.forms.paper.typst().into(),
        above: source.agency.name.clone(),
        agency: "Bộ phận Tiếp nhận và Trả kết quả".into(),
        number: source.number.clone(),
        place_and_date: format!("{}, {day}", source.agency.place),
        title: source.set.title(kind).into(),
        remark: String::new(),
        code: source.dossier.code.clone(),
        to: None,
        lines,
        copies_to: Vec::new(),
        left,
        right: signature(right, &source.event.actor),
        watermark: watermark(source.app),
        made: local(source.event.at),
    }
}
