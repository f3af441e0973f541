//! The list of feedback as a file: the rows that its reader may open, and of each what
//! that reader may see.
use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{feedback::Source, time::to_local},
    error::Result,
    store::{
        dossiers,
        feedback::{self, Feedback, Filter, Viewer},
        whom,
    },
};

const HEAD: [&str; 17] = [
    "Số",
    "Về việc",
    "Nhận bằng",
    "Nhận lúc",
    "Nội dung",
    "Người gửi",
    "Liên hệ",
    "Mã hồ sơ",
    "Trạng thái",
    "Hạn trả lời",
    "Xử lý lúc",
    "So với hạn",
    "Trả lời",
    "Người trả lời",
    "Chuyển đến",
    "Lý do",
    "Công khai lúc",
];

/// Newest first, never capped.
pub async fn sheet(app: &App, viewer: &Viewer, filter: &Filter) -> Result<Sheet> {
    let (db, now) = (app.store.read(), app.clock.now());
    let found = feedback::all(db, viewer, filter, now).await?;
    let concerned = whom::concerning(db, viewer, &found).await?;
    let mut rows = Vec::with_capacity(found.len());
    for row in &found {
        let dossier = match row.dossier_id {
            Some(id) => dossiers::by_id(db, id).await?.code,
            None => String::new(),
        };
        let told = viewer.told_sender(row, &concerned);
        rows.push(line(row, told, dossier, row.standing(now).label()));
    }
    Ok(Sheet {
        head: HEAD.to_vec(),
        rows,
        definitions: vec![
            define(
                "So với hạn",
                "Trả lời, chuyển hoặc không tiếp nhận so với hạn của việc đã làm; hết ngày hạn mới là trễ.",
            ),
            define(
                "Người gửi, Liên hệ",
                "Để trống với người không xử lý phản ánh về hành vi.",
            ),
        ],
    })
}

fn line(row: &Feedback, told: bool, dossier: String, standing: &'static str) -> Vec<Cell> {
    let text = |text: &Option<String>| Cell::Text(text.clone().unwrap_or_default());
    let sender = |text: &Option<String>| match text {
        Some(text) if told => Cell::Text(text.clone()),
        _ => Cell::Text(String::new()),
    };
    let moment = |at: Option<chrono::DateTime<chrono::Utc>>| Cell::Moment(at.map(to_local));
    vec![
        row.code.clone().into(),
        row.kind().label().into(),
        Source::from_code(&row.source)
            .map_or("", Source::label)
            .into(),
        moment(Some(row.received_at)),
        row.content.clone().into(),
        sender(&row.name),
        sender(&row.contact),
        dossier.into(),
        row.state().label().into(),
        moment(row.due_at),
        moment(row.handled_at),
        standing.into(),
        text(&row.answer),
        text(&row.answered_by),
        text(&row.forwarded_to),
        text(&row.reason),
        moment(row.published_at),
    ]
}
