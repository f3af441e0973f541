//! The slip for whom no channel reaches: what a mail would have said, on paper.
use super::{local, render, telling, watermark};
use crate::{
    app::App,
    documents::letter::{self, Letter, Signature, field, plain, text},
    domain::{time::local_day, viet},
    error::Result,
    store::{agencies, outbox::Outgoing},
};

/// As PDF, signed by whoever prints it.
pub async fn pdf(app: &App, row: &Outgoing, by: &str) -> Result<Vec<u8>> {
    let words = telling::words(app, row).await?;
    let now = app.clock.now();
    let agency = agencies::name_by(app.store.read(), row.agency_id, local_day(now)).await?;
    let mut lines = Vec::new();
    let (label, reached) = words.to.reached;
    if !reached.is_empty() {
        lines.push(field(label, plain(reached)));
    }
    lines.extend(
        words
            .paragraphs
            .iter()
            .map(|line| text([plain(line.clone())])),
    );
    let phone = agency
        .phone
        .map(|phone| format!(" Điện thoại: {phone}."))
        .unwrap_or_default();
    lines.push(text([plain(format!(
        "Cần hỏi thêm, xin liên hệ Bộ phận Tiếp nhận và Trả kết quả.{phone}"
    ))]));
    let letter = Letter {
        paper: app.settings.forms.paper.typst().into(),
        above: agency.name,
        agency: "Bộ phận Tiếp nhận và Trả kết quả".into(),
        number: String::new(),
        place_and_date: format!("{}, {}", agency.place, viet::date_in_words(local_day(now))),
        title: "Thông báo".into(),
        remark: String::new(),
        code: words.to.code,
        to: Some((words.to.before, words.to.name)),
        lines,
        copies_to: Vec::new(),
        left: None,
        right: Signature {
            capacity: vec!["NGƯỜI THÔNG BÁO".into()],
            note: "(Ký và ghi rõ họ tên)".into(),
            name: by.into(),
        },
        watermark: watermark(app),
        made: local(now),
    };
    render(move || letter::pdf(&letter)).await
}
