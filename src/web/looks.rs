//! Which pages show the persons of others? A look at such a list is noted once it was
//! answered, whoever's list it is. And what was shown to staff stays in no cache.
use std::sync::{Arc, OnceLock};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{paths, place_of_work, session::Failure};
use crate::{
    actions::{actor::Actor, note_read},
    app::App,
};

/// The lists that name applicants: address, face, what the log calls it.
const LISTS: [(&str, &str, &str); 24] = [
    (paths::DOSSIERS, "list", "hồ sơ"),
    (paths::MANY, "list", "nhiều hồ sơ, xem trước"),
    (paths::PALETTE, "list", "ô tìm nhanh"),
    (paths::DESK, "list", "bàn làm việc"),
    (paths::NEW_DOSSIER_TWINS, "list", "hồ sơ trùng người nộp"),
    (paths::HAND_OVERS, "list", "bàn giao"),
    (paths::APOLOGIES, "list", "xin lỗi"),
    ("/xin-loi/{code}", "list", "xin lỗi"),
    (paths::APOLOGY_BATCH, "list", "xin lỗi, ký nhiều"),
    (paths::BOOKS, "list", "sổ văn bản"),
    (paths::PAUSES, "list", "sổ tạm dừng"),
    (paths::TRANSFERS, "list", "liên thông"),
    (paths::NOTICES, "list", "báo tin"),
    (paths::FORESIGHT, "list", "dự báo trễ"),
    (paths::FEEDBACK_LIST, "list", "phản ánh"),
    (paths::FEEDBACK_FILE, "export", "phản ánh"),
    (paths::REGISTER_FILE, "export", "hồ sơ"),
    (paths::REGISTER_BOOK, "book", ""),
    ("/nhap/{id}/doi-chieu", "export", "đối chiếu"),
    ("/viec/{name}/tep", "export", "tệp của việc dài"),
    (
        paths::REPORT_PROCESSING_ROWS,
        "list",
        "hồ sơ của biểu II.06a",
    ),
    (paths::REPORT_FOUR_ROWS, "list", "hồ sơ của 4 tại chỗ"),
    (paths::REPORT_ACCOUNTABILITY_ROWS, "list", "lượt giữ hồ sơ"),
    (paths::REPORT_RADAR, "list", "rà xét"),
];

/// What is looked for there names people, so it is posted; the answer is a list all the same.
const POSTED: [&str; 3] = [paths::PALETTE, paths::NEW_DOSSIER_TWINS, paths::MANY];

/// Who turned out to be asking; filled in when the session is read, with nobody where the
/// second factor is still missing.
#[derive(Clone, Debug, Default)]
pub struct Asker(Arc<OnceLock<Option<Actor>>>);

impl Asker {
    pub fn is(&self, actor: Option<&Actor>) {
        // One request is one reader; a second time says the same.
        let _ = self.0.set(actor.cloned());
    }
}

/// Notes what was answered; an answer that cannot be noted is not given. What was opened in
/// another agency is not written into this one.
pub async fn noted(app: &App, mut request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>();
    let list = matched.and_then(|path| LISTS.iter().find(|list| list.0 == path.as_str()));
    let got = request.method() == Method::GET;
    let list = list.filter(|list| got || POSTED.contains(&list.0));
    let asker = Asker::default();
    request.extensions_mut().insert(asker.clone());
    let mut answer = place_of_work::guard(app, request, next).await;
    let Some(who) = asker.0.get() else {
        return answer;
    };
    if answer.status() == StatusCode::OK
        && let (Some(actor), Some((_, face, about))) = (who, list)
        && let Err(error) = Box::pin(note_read::other(app, actor, face, about)).await
    {
        return Failure(error).into_response();
    }
    answer
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    answer
}
