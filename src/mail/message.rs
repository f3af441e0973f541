//! The words of each mail.
use lettre::{
    Message,
    message::{Attachment, MultiPart, SinglePart, header::ContentType},
};

use crate::{
    app::App,
    domain::{
        paper::PaperKind,
        time::{local_day, parse_moment, to_local},
        viet,
    },
    error::{Error, Result},
    papers::{self, apology},
    secret,
    store::{agencies, dossiers, outbox::Outgoing},
};

/// The mail of an outbox row. Its `Message-ID` follows from the row, so that a
/// mail sent twice by a broken line is one mail to the reader's program.
pub async fn of(app: &App, row: &Outgoing) -> Result<Message> {
    let words = match row.kind.as_str() {
        "apology" => apology_words(app, row).await?,
        "redate" => redate_words(app, row).await?,
        other => return Err(Error::internal(format!("no mail of kind {other}"))),
    };
    let id = format!(
        "<{}.{}@motcua>",
        row.id,
        &secret::hash(&format!("{}{}", row.id, row.queued_at))[..16]
    );
    let broken = |error: &dyn std::fmt::Display| Error::internal(error.to_string());
    let pdf = ContentType::parse("application/pdf").map_err(|error| broken(&error))?;
    let mail = Message::builder()
        .from(
            app.settings
                .mail
                .from
                .parse()
                .map_err(|error| broken(&error))?,
        )
        .to(row.recipient.parse().map_err(|error| broken(&error))?)
        .message_id(Some(id))
        .subject(words.subject);
    let text = SinglePart::plain(words.text);
    match words.paper {
        Some((name, bytes)) => mail.multipart(
            MultiPart::mixed()
                .singlepart(text)
                .singlepart(Attachment::new(name).body(bytes, pdf)),
        ),
        None => mail.singlepart(text),
    }
    .map_err(|error| broken(&error))
}

struct Words {
    subject: String,
    text: String,
    /// Its file's name, and the file.
    paper: Option<(String, Vec<u8>)>,
}

/// The working calendar changed, and the promise with it.
async fn redate_words(app: &App, row: &Outgoing) -> Result<Words> {
    let id = row
        .dossier_id
        .ok_or_else(|| Error::internal("a moved date without a dossier"))?;
    let dossier = dossiers::by_id(app.store.read(), id).await?;
    let queued = local_day(row.queued_at);
    let agency = agencies::name_on(app.store.read(), row.agency_id, queued).await?;
    let facts: serde_json::Value = serde_json::from_str(&row.payload)?;
    let day = |name: &str| {
        let at = parse_moment(facts[name].as_str().unwrap_or_default());
        at.map(|at| viet::hour_and_day_in_words(to_local(at)))
            .map_err(Error::internal)
    };
    let text = format!(
        "Kính gửi ông/bà {name},\n\n\
         Lịch làm việc của cơ quan thay đổi nên ngày hẹn trả kết quả hồ sơ mã {code} được tính lại.\n\n\
         Hẹn trước đây: {before}.\n\
         Hẹn mới: {after}.\n\n\
         Trân trọng,\n{agency}\n",
        name = dossier.applicant_name,
        code = dossier.code,
        before = day("before")?,
        after = day("due_at")?,
        agency = agency.name,
    );
    Ok(Words {
        subject: format!("Ngày hẹn trả kết quả thay đổi, hồ sơ {}", dossier.code),
        text,
        paper: None,
    })
}

async fn apology_words(app: &App, row: &Outgoing) -> Result<Words> {
    let id = row
        .dossier_id
        .ok_or_else(|| Error::internal("an apology without a dossier"))?;
    let dossier = dossiers::by_id(app.store.read(), id).await?;
    let letter = apology::latest(app, &dossier).await?;
    let signed = letter.signed_at.unwrap_or(letter.drafted_at);
    let agency = agencies::name_on(app.store.read(), row.agency_id, local_day(signed)).await?;
    let help = agency
        .phone
        .map(|phone| format!(" hoặc gọi số {phone}"))
        .unwrap_or_default();
    let again = if letter.after_end {
        String::new()
    } else {
        let new = viet::hour_and_day_in_words(to_local(letter.new_due_at));
        format!("Hẹn lại: {new}.\n\n")
    };
    let text = format!(
        "Kính gửi ông/bà {name},\n\n\
         {agency} xin lỗi ông/bà vì hồ sơ mã {code} chưa có kết quả đúng hẹn.\n\n\
         Lý do: {reason}\n\
         {again}\
         Phiếu xin lỗi kèm theo thư này. Nếu cần hỏi thêm, xin liên hệ Bộ phận Tiếp nhận và Trả kết quả{help}.\n\n\
         Trân trọng,\n{agency}\n",
        name = dossier.applicant_name,
        agency = agency.name,
        code = dossier.code,
        reason = letter.reason,
    );
    Ok(Words {
        subject: format!(
            "Xin lỗi và hẹn lại ngày trả kết quả, hồ sơ {}",
            dossier.code
        ),
        text,
        paper: Some((
            format!("phieu-xin-loi-{}.pdf", dossier.code),
            papers::for_mail(app, &dossier, PaperKind::Apology).await?,
        )),
    })
}
