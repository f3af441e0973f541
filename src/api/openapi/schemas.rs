//! The shapes that the calls of `/api/v1` read and answer.
use serde_json::{Map, Value, json};

pub const STATUSES: [&str; 10] = [
    "registered",
    "received",
    "rejected",
    "processing",
    "awaiting_supplement",
    "awaiting_payment",
    "withdrawn",
    "stopped",
    "processed",
    "returned",
];

pub const STANDINGS: [&str; 8] = [
    "early",
    "on_time",
    "late",
    "in_time",
    "due_today",
    "overdue",
    "waiting",
    "undated",
];

fn or_null(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn moment() -> Value {
    json!({ "type": ["string", "null"], "format": "date-time" })
}

/// An object that is answered: these fields are always there.
fn answered(fields: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = fields
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

/// An object that is read: no other field is taken.
fn read(required: &[&str], fields: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn page(item: &str) -> Value {
    answered(&[
        ("items", list(&reference(item))),
        ("next_cursor", or_null("string")),
        ("total", json!({ "type": "integer" })),
    ])
}

/// Every schema by its name.
pub fn all() -> Value {
    let text = || json!({ "type": "string" });
    let number = || json!({ "type": "integer" });
    let yes_no = || json!({ "type": "boolean" });
    let status = || json!({ "type": "string", "enum": STATUSES });
    let kind = || json!({ "type": "string", "enum": ["citizen", "enterprise", "household_business", "organisation"] });
    let channel = || json!({ "type": "string", "enum": ["desk", "online", "post"] });
    let dossier = [
        ("code", text()),
        ("external_code", or_null("string")),
        (
            "procedure",
            answered(&[("code", text()), ("name", text()), ("field", text())]),
        ),
        (
            "applicant",
            answered(&[
                ("name", text()),
                ("kind", kind()),
                ("id_number", or_null("string")),
                ("phone", or_null("string")),
                ("email", or_null("string")),
                ("address", or_null("string")),
            ]),
        ),
        ("channel", channel()),
        ("result_channel", channel()),
        ("status", status()),
        (
            "status_code",
            json!({ "type": "integer", "minimum": 1, "maximum": 10 }),
        ),
        (
            "outcome",
            json!({ "enum": ["granted", "refused", "withdrawn", "stopped", "rejected", null] }),
        ),
        ("received_at", moment()),
        ("due_at", moment()),
        ("original_due_at", moment()),
        ("processed_at", moment()),
        ("returned_at", moment()),
        ("standing", text()),
        ("four_on_the_spot", yes_no()),
        ("version", number()),
    ];
    let mut whole = dossier.to_vec();
    whole.extend([
        (
            "deadline",
            json!({ "oneOf": [{ "type": "null" }, reference("Deadline")] }),
        ),
        ("documents", list(&json!({ "type": "object" }))),
        ("sets", number()),
        ("note", text()),
        ("due_reason", or_null("string")),
        (
            "events",
            list(&answered(&[
                ("seq", number()),
                ("at", text()),
                ("recorded_at", text()),
                ("action", text()),
                ("actor", text()),
                ("role", text()),
                ("at_desk", yes_no()),
                ("from", or_null("string")),
                ("to", text()),
                ("note", text()),
            ])),
        ),
        ("letters", list(&json!({ "type": "object" }))),
    ]);
    let backup = || {
        answered(&[
            ("state", json!({ "enum": ["none", "good", "bad", "old"] })),
            ("at", moment()),
        ])
    };
    json!({
        "Any": { "type": "object" },
        "Text": { "type": "string" },
        "Report": { "type": "object" },
        "Health": answered(&[("status", text()), ("database", text()), ("backup", backup())]),
        "Ready": answered(&[("status", text()), ("backup", backup())]),
        "Problem": answered(&[
            ("type", text()), ("title", text()), ("status", number()), ("detail", text()), ("code", text()),
            ("errors", list(&answered(&[("field", text()), ("message", text())]))),
        ]),
        "Procedures": page("Procedure"),
        "Procedure": answered(&[
            ("code", text()), ("name", text()), ("field", text()), ("limit", or_null("integer")),
            ("unit", or_null("string")), ("fee_vnd", or_null("integer")), ("four_on_the_spot", text()),
            ("valid_from", text()), ("valid_to", or_null("string")),
        ]),
        "DeadlineInput": read(&["received_at", "unit"], &[
            ("received_at", json!({ "type": "string", "examples": ["2021-04-16T10:00:00+07:00"] })),
            ("limit", json!({ "type": ["integer", "null"], "minimum": 0 })),
            ("unit", json!({ "type": "string", "examples": ["ngay_lam_viec", "ngay", "gio", "gio_lien_tuc", "thang", "trong_ngay"] })),
            ("clock", json!({ "enum": ["pause", "restart", null] })),
            ("pauses", list(&read(&["from", "to"], &[("from", text()), ("to", text())]))),
            ("agency", or_null("string")),
        ]),
        "Deadline": answered(&[
            ("due_at", text()), ("provisional", yes_no()), ("rule", text()), ("calendar_version", text()),
            ("trace", list(&answered(&[("date", text()), ("counts", json!({})), ("text", text())]))),
        ]),
        "DossierInput": read(&["procedure_code", "applicant", "channel"], &[
            ("procedure_code", json!({ "type": "string", "examples": ["1.001193"] })),
            ("applicant", read(&["name", "kind"], &[
                ("name", json!({ "type": "string", "maxLength": 200 })), ("kind", kind()),
                ("id_number", or_null("string")), ("phone", or_null("string")),
                ("email", or_null("string")), ("address", or_null("string")),
            ])),
            ("channel", channel()),
            ("received_at", or_null("string")),
            ("due_at", or_null("string")),
            ("due_reason", or_null("string")),
            ("external_code", or_null("string")),
            ("documents", list(&read(&["name", "form"], &[
                ("name", text()), ("form", json!({ "enum": ["original", "copy", "electronic", "shown"] })),
                ("copies", or_null("integer")),
            ]))),
            ("sets", or_null("integer")),
            ("result_channel", json!({ "enum": ["desk", "online", "post", null] })),
            ("accepted", or_null("boolean")),
            ("note", or_null("string")),
        ]),
        "Dossiers": page("DossierLine"),
        "DossierLine": answered(&dossier),
        "Dossier": answered(&whole),
        "ActInput": read(&["action", "expected_version"], &[
            ("action", json!({ "type": "string", "examples": ["accept", "appraise", "approve", "process", "return_result"] })),
            ("expected_version", number()),
            ("at", or_null("string")), ("at_desk", or_null("boolean")), ("reason", or_null("string")),
            ("items", json!({ "type": ["array", "null"], "items": { "type": "string" } })),
            ("to", or_null("string")), ("note", or_null("string")), ("approved_by", or_null("string")),
            ("legal_basis", or_null("string")), ("amount", or_null("integer")),
            ("receiver", or_null("string")), ("reason_code", or_null("string")),
            ("new_due_at", or_null("string")), ("agency", or_null("string")),
            ("due_at", or_null("string")), ("transfer", or_null("integer")),
        ]),
        "ProcessingReport": answered(&[
            ("from", text()), ("to", text()), ("rows", list(&json!({ "type": "object" }))),
            ("total", json!({ "type": "object" })), ("notes", json!({ "type": "object" })),
        ]),
        "Questions": answered(&[("questions", list(&answered(&[
            ("code", text()), ("factor", text()), ("text", text()),
            ("options", list(&answered(&[("value", number()), ("label", text())]))),
        ]))), ("opened", text())]),
        "BallotInput": read(&["answers"], &[
            ("answers", json!({ "type": "object", "additionalProperties": { "type": ["integer", "null"], "minimum": 1, "maximum": 5 } })),
            ("comment", or_null("string")),
            // What came with the questionnaire, as it came; without it the ballot is marked.
            ("opened", or_null("string")),
        ]),
        "Cast": answered(&[("cast", yes_no())]),
        "FeedbackInput": read(&["kind", "content"], &[
            ("kind", json!({ "enum": ["conduct", "rule", "opinion"] })), ("content", text()),
            ("name", or_null("string")), ("contact", or_null("string")), ("notify", or_null("boolean")), ("dossier_code", or_null("string")), ("agency", or_null("string")),
        ]),
        "NoticeInput": read(&["state"], &[("state", text()), ("reason", text())]),
        "Notice": answered(&[("id", text()), ("state", text())]),
        "FeedbackTaken": answered(&[("code", text()), ("secret", text()), ("due_at", moment())]),
        "Feedback": answered(&[
            ("code", text()), ("kind", text()), ("state", text()), ("standing", text()), ("content", text()),
            ("received_at", text()), ("due_at", moment()), ("answer", or_null("string")),
        ]),
    })
}
