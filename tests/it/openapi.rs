//! The description of the JSON face is current: every route, every field that is read,
//! and what is answered.
use serde_json::{Value, json};

use crate::{harness::Desk, routes};

async fn document() -> Value {
    let desk = Desk::at("2021-04-16T10:00").await;
    let (status, document) = desk.get("", "/api/v1/openapi.json").await;
    assert_eq!(status, 200);
    document
}

#[tokio::test]
async fn every_route_of_the_json_face_is_described_and_no_other() {
    let document = document().await;
    let mut described = Vec::new();
    for (path, calls) in document["paths"].as_object().unwrap() {
        for method in calls.as_object().unwrap().keys() {
            described.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    let mut there: Vec<String> = routes::of(&motcua::api::router())
        .into_iter()
        // What is nowhere is answered in words, and is no call.
        .filter(|(_, path)| !["/api/v1", "/api/v1/", "/api/v1/{*rest}"].contains(&path.as_str()))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    described.sort();
    there.sort();
    assert_eq!(described, there);
    println!("calls described: {}", described.len());
}

/// What serde says it expects is what the description offers.
fn fields<T: serde::de::DeserializeOwned>(required: Value) -> Vec<String> {
    let mut body = required;
    body["zzz"] = json!(1);
    let Err(said) = serde_json::from_value::<T>(body) else {
        panic!("an unknown field is taken");
    };
    let said = said.to_string();
    let listed = said.split_once(", expected ").unwrap().1;
    let mut names: Vec<String> = listed
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_is_read_is_what_is_described() {
    use motcua::actions::{cast_ballot, perform, receive, receive_feedback};
    let document = document().await;
    let described = |schema: &str| {
        let properties = &document["components"]["schemas"][schema]["properties"];
        let mut names: Vec<String> = properties.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(fields::<perform::Input>(json!({})), described("ActInput"));
    assert_eq!(
        fields::<receive::Input>(json!({})),
        described("DossierInput")
    );
    assert_eq!(
        fields::<receive_feedback::Input>(json!({})),
        described("FeedbackInput")
    );
    assert_eq!(
        fields::<cast_ballot::Input>(json!({ "answers": {} })),
        described("BallotInput")
    );
    let inner = &document["components"]["schemas"]["DossierInput"]["properties"]["applicant"];
    let mut names: Vec<&String> = inner["properties"].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(
        names,
        ["address", "email", "id_number", "kind", "name", "phone"]
    );
}

#[tokio::test]
async fn what_is_answered_holds_every_field_that_is_promised() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let document = document().await;
    let code = desk.receive("1.001193", "2021-04-16T09:00").await;
    let mut compared = 0;
    for (path, schema) in [
        (format!("/api/v1/dossiers/{code}"), "Dossier"),
        ("/api/v1/dossiers".into(), "Dossiers"),
        ("/api/v1/procedures".into(), "Procedures"),
        ("/api/v1/procedures/1.001193".into(), "Procedure"),
        (
            "/api/v1/reports/processing?from=2021-01-01&to=2021-03-31".into(),
            "ProcessingReport",
        ),
        ("/api/v1/dossiers/khong-co".into(), "Problem"),
        ("/healthz".into(), "Health"),
        ("/readyz".into(), "Ready"),
    ] {
        let (_, answer) = desk.get("admin", &path).await;
        compared += fits(
            &answer,
            &document["components"]["schemas"][schema],
            &document,
            &path,
        );
    }
    assert!(compared > 60, "{compared}");
}

/// Walks an answer along its schema: required fields and enumerated words.
fn fits(answer: &Value, schema: &Value, document: &Value, place: &str) -> usize {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return fits(
            answer,
            &document["components"]["schemas"][name],
            document,
            place,
        );
    }
    let mut seen = 0;
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(
            answer.get(name.as_str().unwrap()).is_some(),
            "{place}: {name} is missing in {answer}"
        );
        seen += 1;
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(
            words.contains(answer),
            "{place}: {answer} is none of {words:?}"
        );
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = answer.get(name) {
            seen += fits(value, inner, document, &format!("{place} {name}"));
        }
    }
    for one in answer.as_array().into_iter().flatten().take(3) {
        seen += fits(one, &schema["items"], document, place);
    }
    seen
}
