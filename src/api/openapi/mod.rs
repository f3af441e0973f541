//! `/api/v1/openapi.json`: what this face answers, written beside the routes it describes;
//! the suite compares it with the routes and with what is really read and answered.
use axum::Json;
use serde_json::{Map, Value, json};

mod schemas;

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Anyone,
    Token,
    /// This machine, or an administrator's token.
    Machine,
}

/// One call.
struct Call {
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    who: Who,
    parameters: Vec<Value>,
    body: Option<&'static str>,
    /// The status of success and its schema.
    good: (u16, &'static str),
    /// What else it answers, besides what every call may.
    refusals: &'static [u16],
}

fn query(name: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "required": false, "schema": schema })
}

fn required(mut parameter: Value) -> Value {
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

fn text() -> Value {
    json!({ "type": "string" })
}

fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn one_of(values: &[&str]) -> Value {
    json!({ "type": "string", "enum": values })
}

/// The reports ask alike.
fn report(
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    schema: &'static str,
    mut parameters: Vec<Value>,
) -> Call {
    parameters.push(query("format", &one_of(&["json", "csv", "xlsx"])));
    Call {
        method: "get",
        path,
        id,
        summary,
        who: Who::Token,
        parameters,
        body: None,
        good: (200, schema),
        refusals: &[422],
    }
}

fn calls() -> Vec<Call> {
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
    let span = || {
        vec![
            query("from", &date()),
            query("to", &date()),
            query(
                "period",
                &json!({ "type": "string", "examples": ["2021-Q1"] }),
            ),
        ]
    };
    let by = one_of(&["field", "procedure", "officer", "channel", "agency"]);
    vec![
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
        report(
            "/api/v1/reports/processing",
            "processing",
            "Biểu II.06a",
            "ProcessingReport",
            span().into_iter().chain([query("by", &by)]).collect(),
        ),
        report(
            "/api/v1/reports/four-on-the-spot",
            "four_on_the_spot",
            "Tỷ lệ 4 tại chỗ",
            "Report",
            vec![required(query("at", &date())), query("from", &date())],
        ),
        report(
            "/api/v1/reports/satisfaction",
            "satisfaction",
            "Mức độ hài lòng",
            "Report",
            span(),
        ),
        report(
            "/api/v1/reports/apologies",
            "apologies",
            "Thư xin lỗi",
            "Report",
            span(),
        ),
        report(
            "/api/v1/reports/targets",
            "targets",
            "Chỉ tiêu của kế hoạch",
            "Report",
            vec![required(query("at", &date()))],
        ),
        get(
            "/api/v1/survey/{token}",
            "questions",
            "Câu hỏi của phiếu khảo sát",
            Who::Anyone,
            vec![path("token", "Mã in trên giấy hẹn")],
            "Questions",
            &[404, 409],
        ),
        post(
            "/api/v1/survey/{token}",
            "cast",
            "Gửi phiếu khảo sát",
            Who::Anyone,
            vec![path("token", "Mã in trên giấy hẹn")],
            "BallotInput",
            (201, "Cast"),
            &[404, 409, 422, 507],
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
    ]
}

fn described(call: &Call) -> Value {
    let mut answers = Map::new();
    let kind = if call.good.1 == "Text" {
        "text/plain"
    } else {
        "application/json"
    };
    let schema = reference(call.good.1);
    let mut content = json!({ kind: { "schema": schema } });
    if call.path.starts_with("/api/v1/reports/") {
        content["text/csv"] = json!({ "schema": { "type": "string" } });
        content["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = json!({});
    }
    answers.insert(
        call.good.0.to_string(),
        json!({ "description": call.summary, "content": content }),
    );
    let problem = |why: &str| json!({ "description": why, "content": { "application/problem+json": { "schema": reference("Problem") } } });
    let mut refusals: Vec<(u16, &str)> = call
        .refusals
        .iter()
        .map(|status| (*status, words(*status)))
        .collect();
    // A path or body that is no text, a body beyond the limit, time that ran out.
    refusals.push((400, words(400)));
    refusals.push((408, words(408)));
    if call.body.is_some() {
        refusals.push((413, words(413)));
    }
    if call.who != Who::Anyone {
        refusals.push((401, words(401)));
        refusals.push((403, words(403)));
    }
    for (status, why) in refusals {
        answers.insert(status.to_string(), problem(why));
    }
    if call.path == "/readyz" {
        answers.insert("503".into(), json!({ "description": words(503), "content": { "application/json": { "schema": reference("Ready") } } }));
    }
    let mut out = json!({
        "operationId": call.id,
        "summary": call.summary,
        "parameters": call.parameters,
        "responses": answers,
        "security": if call.who == Who::Anyone { json!([]) } else { json!([{ "token": [] }]) },
    });
    if let Some(body) = call.body {
        out["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": reference(body) } } });
    }
    out
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn words(status: u16) -> &'static str {
    match status {
        400 => "Không đọc được",
        401 => "Thiếu mã truy cập, hoặc mã không còn dùng được",
        403 => "Vai trò không được làm việc này",
        404 => "Không tìm thấy",
        408 => "Quá giờ",
        409 => "Bản cũ, khóa đã dùng, hoặc trạng thái không cho phép",
        413 => "Nội dung lớn quá 512 KB",
        422 => "Một ô chưa đúng; errors nêu từng ô",
        429 => "Hỏi quá nhiều lần trong một phút",
        503 => "Bản sao lưu hỏng hoặc quá cũ",
        _ => "Ổ đĩa của máy chủ đã đầy, chưa có gì được lưu",
    }
}

/// The whole description.
pub fn document() -> Value {
    let mut paths = Map::new();
    for call in calls() {
        let path = paths.entry(call.path).or_insert_with(|| json!({}));
        path[call.method] = described(&call);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "motcua",
            "version": "1",
            "description": "Theo dõi hồ sơ ở Bộ phận Một cửa. Giờ theo RFC 3339, không ghi múi giờ là giờ Việt Nam; tỷ lệ luôn kèm tử số và mẫu số.",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

pub async fn page() -> Json<Value> {
    Json(document())
}
