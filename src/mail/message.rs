//! One row of the outbox as a mail: headers, text, the paper that belongs to it.
use lettre::{
    Message,
    message::{
        Attachment, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use crate::{
    app::App,
    error::{Error, Result},
    papers::{
        self,
        telling::{self, Words},
    },
    secret,
    store::outbox::Outgoing,
};

/// The mail of a row. Its `Message-ID` follows from the row, so that a mail sent
/// twice by a broken line is one mail to the reader's program.
pub async fn of(app: &App, row: &Outgoing) -> Result<Message> {
    let words = telling::words(app, row).await?;
    let from = app.settings.mail.from.parse();
    let from = from.map_err(|error| Error::internal(format!("mail.from: {error}")))?;
    let to = row.recipient.parse().map_err(|_| {
        Error::invalid(
            "recipient",
            "Địa chỉ thư điện tử không gửi được. Xin xem lại địa chỉ.",
        )
    })?;
    let mut mail = Message::builder()
        .from(from)
        .to(to)
        .message_id(Some(message_id(row)))
        .subject(words.subject.clone())
        // No machine answers to it.
        .raw_header(header("Auto-Submitted", "auto-generated".into())?);
    // Only addresses that a mail program may post to without anybody's session.
    if let Some(stop) = words.stop.as_ref().filter(|_| row.account_id.is_none()) {
        mail = mail
            .raw_header(header("List-Unsubscribe", format!("<{stop}>"))?)
            .raw_header(header(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".into(),
            )?);
    }
    let text = SinglePart::plain(text(&words));
    let built = match (&words.paper, &words.dossier) {
        (Some((kind, seq)), Some(dossier)) => {
            let pdf = papers::for_mail(app, dossier, *kind, *seq).await?;
            let name = format!("{}-{}.pdf", papers::mail_name(*kind), dossier.code);
            let kind = ContentType::parse("application/pdf").map_err(Error::internal)?;
            let paper = Attachment::new(name).body(pdf, kind);
            mail.multipart(MultiPart::mixed().singlepart(text).singlepart(paper))
        }
        _ => mail.singlepart(text),
    };
    built.map_err(Error::internal)
}

/// The same for every try of a row.
pub fn message_id(row: &Outgoing) -> String {
    let mark = secret::hash(&format!("{}{}", row.id, row.queued_at));
    format!("<{}.{}@motcua>", row.id, &mark[..16])
}

fn header(name: &str, value: String) -> Result<HeaderValue> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(Error::internal)?;
    Ok(HeaderValue::new(name, value))
}

fn text(words: &Words) -> String {
    let mut text = format!("{}\n\n{}\n", words.greeting, words.paragraphs.join("\n\n"));
    if let Some(look) = &words.look {
        text.push_str(&format!("\nXem tại: {look}\n"));
    }
    if let Some(rate) = &words.rate {
        text.push_str(&format!(
            "\nÔng/bà hài lòng không? Trả lời trong nửa phút, không cần tài khoản, không ghi tên: {rate}\n"
        ));
    }
    text.push_str(&format!("\nTrân trọng,\n{}\n", words.from));
    if let Some(stop) = &words.stop {
        text.push_str(&format!(
            "\n--\nKhông muốn nhận thông báo này nữa: {stop}\n"
        ));
    }
    text
}
