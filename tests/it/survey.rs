//! The ballot: one a token, nobody's, never by staff; "no opinion" is no answer.
use motcua::{domain::role::Role, secret, store::dossiers};
use serde_json::json;

use crate::harness::{Desk, together};

const BIRTH: &str = "1.001022";

/// The token printed on a dossier's receipt.
async fn token(desk: &Desk, code: &str) -> String {
    let row = dossiers::by_code(desk.store().read(), 1, code)
        .await
        .unwrap();
    secret::survey_token(&row.receipt_secret)
}

async fn asked(desk: &Desk) -> String {
    let code = desk.receive(BIRTH, "2021-04-16T10:00").await;
    token(desk, &code).await
}

#[tokio::test]
async fn a_token_takes_one_ballot_and_burns() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let token = asked(&desk).await;
    let path = format!("/api/v1/survey/{token}");
    let (status, questions) = desk.get("", &path).await;
    assert_eq!(status, 200);
    assert_eq!(
        questions["questions"][0]["options"][4]["label"],
        "Rất hài lòng"
    );
    let six = json!({ "answers": { "q1": 6 } });
    let (status, refused) = desk.post("", &path, &six).await;
    assert_eq!(
        (status, &refused["errors"][0]["field"]),
        (422, &json!("answers.q1"))
    );
    let stray = json!({ "answers": { "q99": 4 } });
    assert_eq!(desk.post("", &path, &stray).await.0, 422);
    let none = json!({ "answers": { "q1": null } });
    assert_eq!(
        desk.post("", &path, &none).await.0,
        422,
        "nothing said at all"
    );
    assert!(
        desk.rows("SELECT id FROM ballot").await.is_empty(),
        "nothing half-written"
    );
    let said = json!({ "answers": { "q1": 5, "q2": 3, "q6": null }, "comment": "Tốt" });
    assert_eq!(
        desk.post("", &path, &said).await.0,
        201,
        "a refused ballot burned nothing"
    );
    let (status, again) = desk.post("", &path, &said).await;
    assert_eq!((status, &again["code"]), (409, &json!("token_used")));
    assert_eq!(desk.get("", &path).await.0, 409);
    assert_eq!(desk.get("", "/api/v1/survey/sai").await.0, 404);
    assert_eq!(desk.rows("SELECT id FROM ballot").await.len(), 1);
}

#[tokio::test]
async fn two_at_once_leave_one_ballot() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let path = format!("/api/v1/survey/{}", asked(&desk).await);
    let said = json!({ "answers": { "q1": 5 } });
    let all = (0..6).map(|_| desk.post("", &path, &said));
    let mut statuses: Vec<u16> = Vec::new();
    for answer in together(all).await {
        statuses.push(answer.0);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
    assert_eq!(desk.rows("SELECT id FROM ballot").await.len(), 1);
}

#[tokio::test]
async fn no_table_leads_from_a_ballot_to_a_person() {
    let desk = Desk::at("2021-04-16T10:00").await;
    for _ in 0..4 {
        let token = asked(&desk).await;
        let said = json!({ "answers": { "q1": 4 } });
        desk.post("", &format!("/api/v1/survey/{token}"), &said)
            .await;
    }
    let ballots = desk.rows("SELECT * FROM ballot ORDER BY id").await;
    assert_eq!(ballots.len(), 4);
    for ballot in &ballots {
        let row = ballot.as_object().unwrap();
        let mut columns: Vec<&str> = row.keys().map(String::as_str).collect();
        columns.sort_unstable();
        assert_eq!(
            columns,
            [
                "agency_id",
                "batch",
                "cast_on",
                "comment",
                "field",
                "id",
                "questionnaire",
                "source"
            ],
            "a new column must not lead back to a dossier"
        );
        assert_eq!(row["cast_on"], "2021-04-16", "the day alone");
        assert!(
            row["id"].as_i64().unwrap() > 1_000_000,
            "the id does not count ballots"
        );
    }
    for token in desk.rows("SELECT * FROM survey_token").await {
        let mut columns: Vec<&String> = token.as_object().unwrap().keys().collect();
        columns.sort_unstable();
        assert_eq!(
            columns,
            ["agency_id", "dossier_id", "id", "token_hash", "used"]
        );
    }
    let events = desk.rows("SELECT act FROM event").await;
    assert_eq!(events.len(), 4, "a ballot writes no event: {events:?}");
}

#[tokio::test]
async fn a_phone_answers_question_by_question() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let path = format!("/khao-sat/{}", asked(&desk).await);
    let staff = desk.sign_in(Role::Receptionist).await;
    assert_eq!(
        desk.page(&staff, &path).await.status,
        403,
        "staff do not vote"
    );
    assert_eq!(desk.form(&staff, &path, "di=gui&a_q1=5").await.status, 403);
    assert!(desk.page("", &path).await.body.contains("Câu 1 trong 6"));
    let second = desk.form("", &path, "cau=0&answer=4").await;
    assert!(
        second.body.contains("Câu 2 trong 6") && second.body.contains("name=\"a_q1\" value=\"4\"")
    );
    let last = desk.form("", &path, "cau=5&answer=&a_q1=4").await;
    assert!(last.body.contains("Xem lại trước khi gửi") && last.body.contains("chưa trả lời"));
    let empty = desk.form("", &path, "di=gui&a_q1=&comment=Cảm ơn").await;
    assert_eq!(empty.status, 422);
    assert!(empty.body.contains("Cảm ơn"), "what was typed is kept");
    let sent = desk.form("", &path, "di=gui&a_q1=4&a_q6=&comment=").await;
    assert_eq!(
        (sent.status, sent.location.as_str()),
        (303, format!("{path}?xong=1").as_str())
    );
    assert!(
        desk.page("", &sent.location)
            .await
            .body
            .contains("Phiếu đã được ghi nhận")
    );
    assert_eq!(desk.page("", &path).await.status, 409);
    assert_eq!(desk.page("", "/khao-sat/sai").await.status, 404);
}

#[tokio::test]
async fn no_opinion_is_not_scored() {
    let desk = Desk::at("2021-04-16T10:00").await;
    for answers in [
        json!({ "q1": 5, "q2": 4, "q6": null }),
        json!({ "q1": 3, "q2": null, "q6": null }),
        json!({ "q1": 1 }),
    ] {
        let token = asked(&desk).await;
        let said = json!({ "answers": answers });
        assert_eq!(
            desk.post("", &format!("/api/v1/survey/{token}"), &said)
                .await
                .0,
            201
        );
    }
    let (_, report) = desk
        .get(
            "office",
            "/api/v1/reports/satisfaction?from=2021-04-01&to=2021-04-30",
        )
        .await;
    let share =
        |value: &serde_json::Value| (value["numerator"].clone(), value["denominator"].clone());
    assert_eq!(report["ballots"], 3);
    assert_eq!(share(&report["index"]), (json!(2), json!(4)));
    assert_eq!(share(&report["questions"][0]), (json!(1), json!(3)));
    assert_eq!(share(&report["questions"][1]), (json!(1), json!(1)));
    assert_eq!(
        report["questions"][5]["percent"],
        json!(null),
        "nobody answered: no percent"
    );
    let (_, before) = desk
        .get(
            "office",
            "/api/v1/reports/satisfaction?from=2021-03-01&to=2021-03-31",
        )
        .await;
    assert_eq!(before["ballots"], 0);
    assert_eq!(
        before["index"]["percent"],
        json!(null),
        "nothing counted is never 100 %"
    );
}

#[tokio::test]
async fn paper_ballots_are_keyed_once() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let form = "key=k1&batch=04/2021&cast_on=15/4&q1=5&q2=&comment=";
    let saved = desk.form(&cookie, "/phieu-khao-sat", form).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert!(
        desk.page(&cookie, &saved.location)
            .await
            .body
            .contains("Lô 04/2021 có 1 phiếu")
    );
    assert_eq!(
        desk.form(&cookie, "/phieu-khao-sat", form).await.status,
        303
    );
    assert_eq!(
        desk.rows("SELECT id FROM ballot").await.len(),
        1,
        "F5 counts once"
    );
    let wrong = desk
        .form(
            &cookie,
            "/phieu-khao-sat",
            "key=k2&batch=&cast_on=17/4&q1=9&comment=rất+nhanh",
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("rất nhanh"), "what was typed is kept");
    let leader = desk.sign_in(Role::Leader).await;
    assert_eq!(
        desk.form(&leader, "/phieu-khao-sat", form).await.status,
        403
    );
}
