//! `/api/v1/openapi.json`: what this face answers, written beside the routes it describes;
//! the suite compares it with the routes and with what is really read and answered.
use axum::Json;
use serde_json::{Map, Value, json};

mod calls;
mod reports;
mod schemas;

use calls::{Call, Who, calls};

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
    refusals.push((503, words(503)));
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
        503 => {
            "Cơ sở dữ liệu đang tạm ngắt; ở /readyz: đang dừng, sổ đã được chép sang nơi khác, hoặc bản sao lưu hỏng, quá cũ"
        }
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
