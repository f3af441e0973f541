//! The slip that goes with a dossier to another agency, or asks for its opinion.
use super::{Source, local, signature, watermark};
use crate::{
    documents::letter::{Letter, field, plain, strong, text},
    domain::{time::local_day, viet},
    error::{Error, Result},
    papers::slips::copies_to,
    store::transfers::{self, TransferKind},
};

/// What is asked, of whom, by when (NĐ 61/2018/NĐ-CP Điều 19.5: contents and time
/// limit; Điều 19.6: the work and the time limit of each agency).
pub async fn data(source: &Source<'_>) -> Result<Letter> {
    let db = source.app.store.read();
    let d = source.dossier;
    let all = transfers::of_dossier(db, d.id).await?;
    let row = all
        .into_iter()
        .find(|row| row.event_seq == i64::from(source.event.seq))
        .ok_or_else(|| Error::not_found("Hồ sơ chưa có phiếu chuyển nào ở việc này."))?;
    let procedure = &source.procedure;
    let day = local_day(source.event.at);
    let right = signature::for_agency(db, source.issuer, day, "").await?;
    let opinion = row.kind() == TransferKind::Opinion;
    let received = d.came_at();
    let due = match row.due_at {
        Some(due) => viet::moment_in_words(local(due)),
        None => "theo quy định của thủ tục".into(),
    };
    let mut lines = vec![
        field("Mã hồ sơ", strong(d.code.clone())),
        field("Hồ sơ của", plain(d.applicant_name.clone())),
        field(
            "Nội dung yêu cầu giải quyết",
            plain(format!("{} ({})", procedure.name, procedure.code)),
        ),
        field(
            "Thời gian nhận hồ sơ",
            plain(viet::moment_in_words(local(received))),
        ),
    ];
    if let Some(promised) = d.due_at {
        lines.push(field(
            "Thời gian hẹn trả kết quả",
            plain(viet::moment_in_words(local(promised))),
        ));
    }
    lines.extend([
        field(
            if opinion {
                "Nội dung lấy ý kiến"
            } else {
                "Công việc đề nghị giải quyết"
            },
            plain(row.content.clone()),
        ),
        field(
            if opinion {
                "Thời hạn trả lời"
            } else {
                "Thời hạn của cơ quan nhận"
            },
            strong(due),
        ),
        text([plain(if opinion {
            "Đề nghị quý cơ quan trả lời bằng văn bản trong thời hạn trên./."
        } else {
            "Đề nghị quý cơ quan giải quyết và gửi kết quả về Bộ phận Tiếp nhận và Trả kết quả trong thời hạn trên./."
        })]),
    ]);
    Ok(Letter {
        paper: source.app.settings.apology.paper.typst().into(),
        above: source.agency.parent.clone(),
        agency: source.agency.name.replace("UBND", "Ủy ban nhân dân"),
        number: source.number.clone(),
        place_and_date: format!("{}, {}", source.agency.place, viet::date_in_words(day)),
        title: if opinion {
            "Phiếu lấy ý kiến giải quyết hồ sơ".into()
        } else {
            "Phiếu chuyển xử lý hồ sơ".into()
        },
        remark: String::new(),
        code: String::new(),
        to: Some((String::new(), row.to_name)),
        lines,
        copies_to: copies_to(),
        left: None,
        right,
        watermark: watermark(source.app),
        made: local(source.event.at),
    })
}
