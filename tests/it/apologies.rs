//! Who is owed an apology, the letter on paper, and what stays unsaid.
use motcua::{
    domain::role::Role,
    reports::apologies::{owed, unsaid},
    store::apologies::{self, Which},
};
use serde_json::{Value, json};

use crate::{harness::Desk, paper::Paper};

const PARENT: &str = "1.001022";
const COPY: &str = "2.000815";

/// Codes that the list names: overdue, and soon to be.
async fn listed(desk: &Desk) -> (Vec<String>, Vec<String>) {
    let now = owed(&desk.app, 1).await.unwrap();
    let codes = |cases: &[motcua::store::apologies::Case]| {
        cases.iter().map(|case| case.code.clone()).collect()
    };
    (codes(&now.late), codes(&now.soon))
}

#[tokio::test]
async fn the_list_speaks_a_working_day_ahead_but_not_of_every_photocopy() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let three_days = desk.receive(PARENT, "2021-04-16T10:00").await;
    assert_eq!(listed(&desk).await, (vec![], vec![]));
    desk.move_to("2021-04-20T08:00");
    assert_eq!(
        listed(&desk).await.1,
        [three_days.as_str()],
        "21/4 is a holiday, due on 22/4"
    );
    let copy = desk.receive(COPY, "2021-04-20T08:00").await;
    assert_eq!(
        listed(&desk).await.1.len(),
        1,
        "same-day work does not flood the list"
    );
    desk.move_to("2021-04-20T16:00:01");
    assert_eq!(
        listed(&desk).await.1.len(),
        2,
        "less than an office hour left"
    );
    desk.move_to("2021-04-22T23:59");
    let (late, soon) = listed(&desk).await;
    assert_eq!(
        (late, soon),
        (vec![copy.clone()], vec![three_days.clone()]),
        "due today is not late"
    );
    desk.move_to("2021-04-23T00:00");
    assert_eq!(listed(&desk).await.0.len(), 2);
    let items = json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "thiếu", "legal_basis": "Luật Hộ tịch 2014 Điều 25" });
    desk.done("specialist", &three_days, items).await;
    assert_eq!(
        listed(&desk).await.0.len(),
        2,
        "a pause after the date does not hide it"
    );
}

#[tokio::test]
async fn who_waits_for_the_citizen_is_not_on_the_list() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let items = json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "thiếu" });
    desk.done("receptionist", &code, items).await;
    desk.move_to("2021-05-10T08:00");
    assert_eq!(listed(&desk).await, (vec![], vec![]));
}

#[tokio::test]
async fn from_the_list_to_a_signed_paper() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-20T15:00");
    let desk_cookie = desk.sign_in(Role::Receptionist).await;
    let leader = desk.sign_in(Role::Leader).await;
    let soon = desk.page(&desk_cookie, "/xin-loi?muc=soan").await.body;
    assert!(soon.contains(&code), "{soon}");
    let path = format!("/ho-so/{code}/draft_apology");
    let form = desk.page(&desk_cookie, &path).await;
    assert!(
        form.body.contains("26/4/2021") || form.body.contains("26/04/2021"),
        "{}",
        form.body
    );
    let early =
        String::from("expected_version=1&reason_code=verification&reason=Chờ&new_due_at=20/4/2021");
    let refused = desk.form(&desk_cookie, &path, &early).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let letter = format!("/ho-so/{code}/in/xin-loi");
    assert_eq!(
        desk.page(&desk_cookie, &letter).await.status,
        404,
        "no letter before the draft"
    );
    let draft = json!({ "action": "draft_apology", "reason_code": "verification", "reason": "Phải xác minh nơi cư trú của *người nhận*" });
    desk.done("receptionist", &code, draft).await;
    assert!(
        listed(&desk).await.1.is_empty(),
        "drafted: waits for the signature"
    );
    let page = desk.page(&leader, "/xin-loi?muc=cho-ky").await.body;
    assert!(
        page.contains(&code) && page.contains("Phải xác minh nơi cư trú"),
        "{page}"
    );
    let unsigned = desk
        .form(
            &desk_cookie,
            &format!("/xin-loi/{code}"),
            "expected_version=2",
        )
        .await;
    assert_eq!(unsigned.status, 403, "the desk does not sign for the head");
    let signed = desk
        .form(&leader, &format!("/xin-loi/{code}"), "expected_version=2")
        .await;
    assert_eq!(signed.status, 303, "{}", signed.body);
    let twice = desk
        .form(&leader, &format!("/xin-loi/{code}"), "expected_version=2")
        .await;
    assert_eq!(twice.status, 409);
    let pdf = desk.pdf(&desk_cookie, &letter).await;
    let paper = Paper::of(&pdf);
    paper.says(&[
        "UBND HUYỆN QUẢNG ĐIỀN",
        "Số: 01/PXL-UBND",
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
        "Nguyễn Thị Đào",
        &code,
        "*người nhận*",
        "ngày 26 tháng 4 năm 2021",
    ]);
    assert!(paper.info().contains("419.528 x 595.276"), "A5 by default");
    paper.embeds_fonts();
    desk.set(|settings| settings.apology.paper = motcua::config::Paper::A4);
    let larger = Paper::of(&desk.pdf(&desk_cookie, &letter).await);
    assert!(
        larger.info().contains("595.276 x 841.89"),
        "{}",
        larger.info()
    );
}

#[tokio::test]
async fn late_without_a_word_and_late_again_have_lists_of_their_own() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let silent = desk.receive(PARENT, "2021-04-16T10:00").await;
    let again = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-20T10:00");
    let draft =
        json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" });
    desk.done("receptionist", &again, draft).await;
    desk.done("leader", &again, json!({ "action": "sign_apology" }))
        .await;
    desk.move_to("2021-04-28T08:00");
    for (role, act) in [
        ("specialist", "appraise"),
        ("leader", "approve"),
        ("specialist", "process"),
    ] {
        desk.done(role, &silent, json!({ "action": act })).await;
    }
    let cookie = desk.sign_in(Role::Office).await;
    let unsaid = desk.page(&cookie, "/xin-loi?muc=tre").await.body;
    assert!(
        unsaid.contains(&silent) && !unsaid.contains(&again),
        "ended late without a letter"
    );
    let later = desk.page(&cookie, "/xin-loi?muc=lai").await.body;
    assert!(later.contains(&again) && !later.contains(&silent));
    let (_, report) = desk
        .get(
            "office",
            "/api/v1/reports/apologies?from=2021-03-15&to=2021-06-14",
        )
        .await;
    assert_eq!(
        (&report["late"], &report["in_time"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(report["apologised"]["numerator"], 1);
    let due = motcua::store::dossiers::by_code(desk.store().read(), 1, &silent)
        .await
        .unwrap();
    assert!(due.due_at.is_some(), "an old promise is kept");
}

#[tokio::test]
async fn a_draft_tells_nobody_and_a_clock_that_stands_misses_no_second_date() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let drafted = desk.receive(PARENT, "2021-04-16T10:00").await;
    let again = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-20T10:00");
    for code in [&drafted, &again] {
        let draft = json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" });
        desk.done("receptionist", code, draft).await;
    }
    assert_eq!(listed(&desk).await, (vec![], vec![]), "nothing to draft");
    desk.done("leader", &again, json!({ "action": "sign_apology" }))
        .await;
    desk.move_to("2021-04-23T08:00");
    assert_eq!(listed(&desk).await, (vec![drafted.clone()], vec![]));
    assert_eq!(unsaid(&desk.app, 1).await.unwrap(), 1, "late, nobody told");
    let cookie = desk.sign_in(Role::Receptionist).await;
    let late = desk.page(&cookie, "/xin-loi?muc=tre").await.body;
    for words in [&drafted, "Phiếu chờ ký"] {
        assert!(late.contains(words), "{words}: {late}");
    }
    assert!(!late.contains("Soạn phiếu"), "it is drafted: {late}");
    // The second date is 26/4; before it papers are asked for.
    let items = json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "thiếu", "legal_basis": "Luật Hộ tịch 2014 Điều 25" });
    desk.done("specialist", &again, items).await;
    desk.move_to("2021-05-05T08:00");
    let office = desk.sign_in(Role::Office).await;
    let later = desk.page(&office, "/xin-loi?muc=lai").await.body;
    assert!(!later.contains(&again), "its clock stands: {later}");
}

#[tokio::test]
async fn a_new_date_lies_after_the_promise_and_has_not_passed_when_signed() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    // Promised for 22/4.
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let draft = |new: &str| json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Đông", "new_due_at": new });
    for not_after in ["2021-04-20T17:00:00+07:00", "2021-04-22T17:00:00+07:00"] {
        let (status, answer) = desk.act("specialist", &code, draft(not_after)).await;
        assert_eq!(
            (status, &answer["errors"][0]["field"]),
            (422, &json!("new_due_at"))
        );
    }
    // The proposal is such a date, though the whole limit from now ends on 22/4.
    let proposed =
        json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Đông" });
    let drafted = desk.done("specialist", &code, proposed).await;
    assert_eq!(
        drafted["letters"][0]["new_due_at"],
        "2021-04-23T17:00:00+07:00"
    );
    desk.move_to("2021-04-23T08:00");
    let sign = json!({ "action": "sign_apology" });
    let (status, answer) = desk.act("leader", &code, sign.clone()).await;
    assert_eq!((status, &answer["code"]), (409, &json!("new_date_passed")));
    let book = "SELECT last FROM paper_book WHERE kind = 'apology'";
    assert!(desk.rows(book).await.is_empty(), "no number was drawn");
    desk.done("specialist", &code, draft("2021-04-26T17:00:00+07:00"))
        .await;
    desk.done("leader", &code, sign).await;
}

/// What waits for a signature, of all letters.
const RECOUNT: &str = "SELECT d.code FROM apology l JOIN dossier d ON d.id = l.dossier_id \
     WHERE l.signed_at IS NULL AND ((d.received_at IS NOT NULL AND d.rejected_at IS NULL AND d.ended_at IS NULL) \
     OR (d.status IN ('processed', 'returned') AND d.judged_at >= d.lapse_at))";

#[tokio::test]
async fn what_waits_for_a_signature_is_what_reading_every_letter_gives() {
    let desk = Desk::of_demo(400, 5).await;
    // A draft for every dossier, whatever became of it; and some of the letters not signed yet.
    desk.run(
        "INSERT INTO apology (dossier_id, reason_code, reason, due_at, new_due_at, drafted_at, drafted_by) \
         SELECT id, 'other', '', original_due_at, original_due_at, registered_at, '' FROM dossier \
         WHERE original_due_at IS NOT NULL AND id NOT IN (SELECT dossier_id FROM apology)",
    )
    .await;
    desk.run("UPDATE apology SET signed_at = NULL WHERE id % 2 = 0")
        .await;
    let sorted = |mut codes: Vec<String>| {
        codes.sort();
        codes
    };
    let rows = desk.rows(RECOUNT).await;
    let code = |row: &Value| row["code"].as_str().unwrap().to_owned();
    let recount = sorted(rows.iter().map(code).collect());
    let db = desk.store().read();
    let (cases, many) = apologies::cases(db, 1, Which::ToSign, 1000).await.unwrap();
    let open = cases.iter().filter(|case| case.ended_at.is_none()).count();
    assert!((1..cases.len()).contains(&open), "{open} of {many}");
    assert!(many < 200, "as good as all: {many}");
    assert_eq!(many, recount.len() as u64);
    let codes = cases.into_iter().map(|case| case.code);
    assert_eq!(sorted(codes.collect()), recount);
    let (none, many) = apologies::cases(db, 1, Which::ToSign, 0).await.unwrap();
    assert_eq!((none.len(), many), (0, recount.len() as u64));
}
