//! Every call of the JSON face: who may ask, with what, for what.
use serde_json::{Value, json};

use super::{reports, schemas};

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Anyone,
    Token,
    /// This machine, or an administrator's token.
    Machine,
}

/// One call.
pub struct Call {
    pub method: &'static str,
    pub path: &'static str,
    pub id: &'static str,
    pub summary: &'static str,
    pub who: Who,
    pub parameters: Vec<Value>,
    pub body: Option<&'static str>,
    /// The status of success and its schema.
    pub good: (u16, &'static str),
    /// What else it answers, besides what every call may.
    pub refusals: &'static [u16],
}

pub fn query(name: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "required": false, "schema": schema })
}

pub fn required(mut parameter: Value) -> Value {
    parameter["required"] = true.into();
    parameter
}

fn path(name: &str, what: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": what,
            "schema": { "type": "string", "minLength": 1 } })
}

fn header(name: &str, what: &str) -> Value {
    json!({ "name": name, "in": "header", "required": false, "description": what,
            "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$" } })
}

pub fn text() -> Value {
    json!({ "type": "string" })
}

pub fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

pub fn one_of(values: &[&str]) -> Value {
    json!({ "type": "string", "enum": values })
}

pub fn calls() -> Vec<Call> {
    let get = |path, id, summary, who, parameters, schema, refusals| Call {
        method: "get",
        path,
        id,
        summary,
        who,
        parameters,
        body: None,
        good: (200, schema),
        refusals,
    };
    let post = |path, id, summary, who, parameters, body, good, refusals| Call {
        method: "post",
        path,
        id,
        summary,
        who,
        parameters,
        body: Some(body),
        good,
        refusals,
    };
    let code = || path("code", "Mã hồ sơ, đủ cả dấu chấm và dấu gạch");
    let mut all = vec![
        get(
            "/healthz",
            "health",
            "Sống: cơ sở dữ liệu còn trả lời",
            Who::Anyone,
            vec![],
            "Health",
            &[],
        ),
        get(
            "/readyz",
            "ready",
            "Sẵn sàng; 503 khi bản sao lưu hỏng hoặc quá cũ",
            Who::Anyone,
            vec![],
            "Ready",
            &[503],
        ),
        get(
            "/metrics",
            "metrics",
            "Số đo cho Prometheus",
            Who::Machine,
            vec![],
            "Text",
            &[],
        ),
        get(
            "/api/v1/openapi.json",
            "openapi",
            "Bản mô tả này",
            Who::Anyone,
            vec![],
            "Any",
            &[],
        ),
        get(
            "/api/v1/procedures",
            "procedures",
            "Danh mục thủ tục đang có hiệu lực",
            Who::Anyone,
            vec![
                query("q", &text()),
                query("field", &text()),
                query("at", &date()),
                query("agency", &text()),
            ],
            "Procedures",
            &[422],
        ),
        get(
            "/api/v1/procedures/{code}",
            "procedure",
            "Một thủ tục",
            Who::Anyone,
            vec![
                path("code", "Mã thủ tục, ví dụ 1.001193"),
                query("at", &date()),
                query("agency", &text()),
            ],
            "Procedure",
            &[404, 422],
        ),
        post(
            "/api/v1/deadlines",
            "deadline",
            "Tính ngày hẹn và diễn giải từng ngày",
            Who::Anyone,
            vec![],
            "DeadlineInput",
            (200, "Deadline"),
            &[422],
        ),
        post(
            "/api/v1/dossiers",
            "receive",
            "Tiếp nhận hồ sơ",
            Who::Token,
            vec![header(
                "Idempotency-Key",
                "Cùng khóa, cùng nội dung: cùng hồ sơ; giữ 24 giờ",
            )],
            "DossierInput",
            (201, "Dossier"),
            &[403, 409, 422, 507],
        ),
        get(
            "/api/v1/dossiers",
            "dossiers",
            "Sổ hồ sơ",
            Who::Token,
            vec![
                query("q", &text()),
                query("status", &one_of(&schemas::STATUSES)),
                query("field", &text()),
                query("standing", &one_of(&schemas::STANDINGS)),
                query("from", &date()),
                query("to", &date()),
                query(
                    "cursor",
                    &json!({ "type": "string", "pattern": "^[0-9]{1,18}$" }),
                ),
                query(
                    "limit",
                    &json!({ "type": "integer", "minimum": 1, "maximum": 500 }),
                ),
            ],
            "Dossiers",
            &[422],
        ),
        get(
            "/api/v1/dossiers/{code}",
            "dossier",
            "Một hồ sơ",
            Who::Token,
            vec![code()],
            "Dossier",
            &[404],
        ),
        post(
            "/api/v1/dossiers/{code}/actions",
            "act",
            "Làm một việc với hồ sơ",
            Who::Token,
            vec![code()],
            "ActInput",
            (200, "Dossier"),
            &[403, 404, 409, 422, 507],
        ),
        get(
            "/api/v1/survey/{token}",
            "questions",
            "Câu hỏi của phiếu khảo sát",
            Who::Anyone,
            vec![path("token", "Mã in trên giấy hẹn")],
            "Questions",
            &[403, 404, 409],
        ),
        post(
            "/api/v1/survey/{token}",
            "cast",
            "Gửi phiếu khảo sát",
            Who::Anyone,
            vec![path("token", "Mã in trên giấy hẹn")],
            "BallotInput",
            (201, "Cast"),
            &[403, 404, 409, 422, 429, 507],
        ),
        post(
            "/api/v1/feedback",
            "feedback",
            "Gửi phản ánh, kiến nghị",
            Who::Anyone,
            vec![],
            "FeedbackInput",
            (201, "FeedbackTaken"),
            &[404, 409, 422, 429, 507],
        ),
        get(
            "/api/v1/feedback/{code}",
            "follow",
            "Theo dõi phản ánh",
            Who::Anyone,
            vec![
                path("code", "Số phản ánh"),
                header("X-Secret", "Mã bí mật nhận lúc gửi"),
            ],
            "Feedback",
            &[404, 429],
        ),
        post(
            "/api/v1/notices/{id}",
            "notice",
            "Cổng nhắn tin báo tin đã đến hay chưa; ký như tin gửi đi",
            Who::Anyone,
            vec![path("id", "Số của tin")],
            "NoticeInput",
            (200, "Notice"),
            &[401, 404, 409, 422, 507],
        ),
    ];
    all.extend(reports::calls());
    all
}
