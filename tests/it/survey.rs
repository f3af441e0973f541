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
    secret::survey_token(&desk.app.secret_of(&row).unwrap())
}

pub async fn asked(desk: &Desk) -> String {
    let code = desk.receive(BIRTH, "2021-04-16T10:00").await;
    token(desk, &code).await
}

/// The same, of a dossier that ended.
pub async fn rated(desk: &Desk) -> String {
    let code = desk.receive(BIRTH, "2021-04-16T10:00").await;
    desk.done(
        "leader",
        &code,
        json!({ "action": "refuse", "reason": "thiếu căn cứ" }),
    )
    .await;
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
        desk.rows("SELECT id FROM ballot_box").await.is_empty(),
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
    assert_eq!(desk.rows("SELECT id FROM ballot_box").await.len(), 1);
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
    assert_eq!(desk.rows("SELECT id FROM ballot_box").await.len(), 1);
}

#[tokio::test]
async fn a_phone_answers_question_by_question() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let path = format!("/khao-sat/{}", rated(&desk).await);
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
    assert_eq!((sent.status, sent.location.as_str()), (200, ""));
    assert!(
        sent.body.contains("Phiếu đã được ghi nhận"),
        "{}",
        sent.body
    );
    assert!(!sent.body.contains("gọi lại") && !sent.body.contains(&path));
    let again = desk.form("", &path, "di=gui&a_q1=4&a_q6=&comment=").await;
    assert_eq!(again.status, 409, "loaded anew: not a second vote");
    assert!(again.body.contains("Phiếu này đã được trả lời"));
    assert_eq!(desk.rows("SELECT id FROM ballot_box").await.len(), 1);
    for query in ["", "?xong=1", "?xong=1&thap=1"] {
        let page = desk.page("", &format!("{path}{query}")).await;
        assert_eq!(page.status, 409);
        assert!(!page.body.contains("gọi lại"), "no address tells: {query}");
    }
    assert_eq!(desk.page("", "/khao-sat/sai").await.status, 404);
}

#[tokio::test]
async fn what_has_no_result_is_not_rated_yet() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(BIRTH, "2021-04-16T10:00").await;
    let token = token(&desk, &code).await;
    let path = format!("/khao-sat/{token}");
    let early = desk.page("", &path).await;
    assert_eq!(early.status, 409);
    assert!(
        early.body.contains("từ khi hồ sơ có kết quả") && !early.body.contains(&code),
        "{}",
        early.body
    );
    let sent = desk.form("", &path, "di=gui&a_q1=5&comment=").await;
    assert_eq!(sent.status, 409);
    let burned = "SELECT id FROM burned_token";
    assert!(desk.rows(burned).await.is_empty(), "nothing is burned");
    // An office may hold its programs to the same.
    desk.set(|settings| settings.survey.early_over_api = false);
    let over = format!("/api/v1/survey/{token}");
    let said = json!({ "answers": { "q1": 5 } });
    let (status, refused) = desk.post("", &over, &said).await;
    assert_eq!((status, &refused["code"]), (409, &json!("no_result_yet")));
    assert_eq!(desk.get("", &over).await.0, 409);
    assert!(desk.rows(burned).await.is_empty());
    let ended = json!({ "action": "withdraw", "reason": "đổi ý" });
    desk.done("receptionist", &code, ended).await;
    assert_eq!(
        desk.page("", &path).await.status,
        200,
        "withdrawn: it ended"
    );
    let sent = desk.form("", &path, "di=gui&a_q1=5&comment=").await;
    assert_eq!(sent.status, 200, "{}", sent.body);
}

#[tokio::test]
async fn no_opinion_is_not_scored() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.set(|settings| settings.figures.public_least = 3);
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
async fn a_paper_ballot_counts_after_two_people_keyed_it() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let first = desk.sign_in(Role::Receptionist).await;
    let second = desk.sign_in(Role::Office).await;
    let place = "/phieu-khao-sat";
    let sheet = |key: &str, rest: &str| {
        format!("key={key}&batch=04/2021&number=7&cast_on=15/4&q1=5&q2=&{rest}")
    };
    let saved = desk.form(&first, place, &sheet("k1", "comment=Tốt")).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let shown = desk.page(&first, &saved.location).await.body;
    assert!(
        shown.contains("lần 1") && shown.contains("value=\"8\""),
        "{shown}"
    );
    let again = desk.form(&first, place, &sheet("k1", "comment=Tốt")).await;
    assert_eq!(again.status, 303, "F5 keys once");
    let alone = desk.form(&first, place, &sheet("k2", "comment=Tốt")).await;
    assert_eq!(alone.status, 422);
    assert!(alone.body.contains("dành cho người khác"));
    assert!(desk.rows("SELECT id FROM ballot").await.is_empty());

    let differs = desk
        .form(&second, place, &sheet("k3", "q3=1&comment=rất+tốt"))
        .await;
    assert_eq!(differs.status, 409);
    assert!(differs.body.contains("khác nhau ở 2 chỗ") && differs.body.contains("rất tốt"));
    assert!(desk.rows("SELECT id FROM ballot").await.is_empty());
    let same = desk
        .form(&second, place, &sheet("k3b", "comment=TỐT"))
        .await;
    assert_eq!(same.status, 303, "{}", same.body);
    assert!(
        desk.page(&second, &same.location)
            .await
            .body
            .contains("Phiếu đã được tính")
    );
    let rows = desk.rows("SELECT source, batch, cast_on FROM ballot").await;
    assert_eq!(
        rows,
        [json!({ "source": "paper", "batch": "04/2021", "cast_on": "2021-04-15" })]
    );
    let third = desk.form(&second, place, &sheet("k4", "comment=Tốt")).await;
    assert_eq!(third.status, 422, "the sheet was keyed twice");
    let kept = desk.rows("SELECT body FROM paper_sheet").await;
    assert_eq!(kept, [json!({ "body": null })]);
}

#[tokio::test]
async fn the_paper_settles_what_two_people_read_apart() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let first = desk.sign_in(Role::Receptionist).await;
    let second = desk.sign_in(Role::Office).await;
    let sheet = |key: &str, rest: &str| format!("key={key}&batch=L1&number=1&{rest}");
    let place = "/phieu-khao-sat";
    desk.form(&first, place, &sheet("a", "q1=5")).await;
    let apart = desk.form(&second, place, &sheet("b", "q1=2")).await;
    assert_eq!(apart.status, 409);
    assert!(apart.body.contains("name=\"settled\" value=\"1\""));
    let settled = desk
        .form(&second, place, &sheet("b", "q1=2&settled=1"))
        .await;
    assert_eq!(settled.status, 303, "{}", settled.body);
    let values = desk
        .rows("SELECT value FROM answer WHERE value IS NOT NULL")
        .await;
    assert_eq!(values, [json!({ "value": 2 })]);
    let wrong = desk
        .form(
            &first,
            place,
            "key=c&batch=&number=&cast_on=17/4&q1=9&comment=rất+nhanh",
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("rất nhanh"), "what was typed is kept");
    let leader = desk.sign_in(Role::Leader).await;
    let refused = desk.form(&leader, place, &sheet("d", "q1=5")).await;
    assert_eq!(refused.status, 403);
}
