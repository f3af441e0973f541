//! The ledger of pauses: what a request needs, under which number, since when the
//! clock runs again, and which clocks stand without reason.
use motcua::{
    actions::find_standing_clocks,
    domain::{role::Role, time::parse_moment},
    store::pauses,
};
use sea_orm::Statement;
use serde_json::{Value, json};

use crate::{
    harness::{Desk, together},
    paper::Paper,
    statements::{hearing, plan},
};

/// Nhận cha, mẹ, con: 3 working days.
const PARENT: &str = "1.001022";

fn ask() -> Value {
    json!({ "action": "request_supplement", "items": ["Giấy chứng sinh"], "reason": "thiếu" })
}

fn field(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_first_is_free_for_three_working_days() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let soon = desk.receive(PARENT, "2021-04-16T10:00").await;
    let late = desk.receive(PARENT, "2021-04-16T10:00").await;
    // 19, 20 and 22 April are the three days; 21 is a holiday.
    desk.move_to("2021-04-22T16:59");
    desk.done("receptionist", &soon, ask()).await;
    desk.move_to("2021-04-23T07:30");
    let (status, answer) = desk.act("receptionist", &late, ask()).await;
    assert_eq!((status, field(&answer)), (422, vec!["legal_basis"]));
    assert!(
        answer["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("Đã quá 3 ngày làm việc"),
        "{answer}"
    );
    let mut named = ask();
    named["legal_basis"] = json!("Luật Hộ tịch 2014 Điều 25");
    desk.done("receptionist", &late, named).await;
    desk.set(|settings| settings.supplement.free_days = 4);
    let third = desk.receive(PARENT, "2021-04-16T11:00").await;
    desk.done("receptionist", &third, ask()).await;
    let numbers = desk
        .rows("SELECT number, year, kind FROM wait ORDER BY id")
        .await;
    let line = |number| json!({ "number": number, "year": 2021, "kind": "supplement" });
    assert_eq!(numbers, [line(1), line(2), line(3)], "a refusal draws none");
}

#[tokio::test]
async fn a_second_needs_a_basis_and_the_leader() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.sign_in(Role::Leader).await;
    desk.sign_in(Role::Receptionist).await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.done("receptionist", &code, ask()).await;
    desk.move_to("2021-04-19T08:00");
    let back = json!({ "action": "supplement_received" });
    desk.done("receptionist", &code, back.clone()).await;
    for role in ["receptionist", "admin"] {
        let (status, answer) = desk.act(role, &code, ask()).await;
        let both = vec!["legal_basis", "approved_by"];
        assert_eq!((status, field(&answer)), (422, both), "{role}");
    }
    let mut second = ask();
    second["legal_basis"] = json!("NĐ 123/2015/NĐ-CP Điều 7");
    for stranger in ["receptionist", "Người lạ"] {
        second["approved_by"] = json!(stranger);
        let (status, answer) = desk.act("specialist", &code, second.clone()).await;
        assert_eq!((status, field(&answer)), (422, vec!["approved_by"]));
    }
    second["approved_by"] = json!("leader");
    let done = desk.done("specialist", &code, second.clone()).await;
    let event = done["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(event["data"]["second"], true, "{event}");
    assert_eq!(event["data"]["approved_by"], "Người Lãnh đạo");
    desk.done("receptionist", &code, back).await;
    // A leader who does it himself needs no name, but the basis all the same.
    let (status, answer) = desk.act("leader", &code, ask()).await;
    assert_eq!((status, field(&answer)), (422, vec!["legal_basis"]));
    let mut own = ask();
    own["legal_basis"] = json!("NĐ 123/2015/NĐ-CP Điều 7");
    desk.done("leader", &code, own).await;
    let approved = desk.rows("SELECT approved_by FROM wait ORDER BY id").await;
    assert_eq!(approved[2]["approved_by"], "test leader");
    // A leader who left cannot have agreed.
    let write = desk.store().write().await.unwrap();
    write.disable_account("leader").await.unwrap();
    write.commit().await.unwrap();
    let other = desk.receive(PARENT, "2021-04-16T10:00").await;
    second["approved_by"] = json!("leader");
    let (status, answer) = desk.act("specialist", &other, second).await;
    assert_eq!((status, field(&answer)), (422, vec!["approved_by"]));
}

#[tokio::test]
async fn what_was_asked_at_the_counter_before_the_receipt_is_another_stage() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let body = json!({
        "procedure_code": PARENT, "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen" },
        "channel": "online", "documents": [],
    });
    let (_, sent) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    let code = sent["code"].as_str().unwrap();
    assert_eq!(sent["status"], "registered");
    desk.done("receptionist", code, ask()).await;
    desk.done(
        "receptionist",
        code,
        json!({ "action": "supplement_received" }),
    )
    .await;
    let (status, _) = desk.act("receptionist", code, ask()).await;
    assert_eq!(status, 422, "a second notice of the same stage");
    desk.move_to("2021-04-16T10:05");
    desk.done("receptionist", code, json!({ "action": "accept" }))
        .await;
    desk.done("receptionist", code, ask()).await;
}

#[tokio::test]
async fn the_clock_runs_since_the_papers_came_not_since_they_were_looked_at() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.done("receptionist", &code, ask()).await;
    let came = json!({ "action": "supplement_arrived" });
    let (status, _) = desk.act("specialist", &code, came.clone()).await;
    assert_eq!(status, 403);
    desk.move_to("2021-05-10T09:00");
    let waiting = desk.done("receptionist", &code, came.clone()).await;
    assert_eq!(waiting["status"], "awaiting_supplement");
    let (status, answer) = desk.act("receptionist", &code, came).await;
    assert_eq!((status, field(&answer)), (422, vec!["reason"]), "said once");
    // Two nights, looked at twice: found once a night.
    for night in ["2021-05-11T00:10", "2021-05-11T00:20", "2021-05-12T00:10"] {
        let now = parse_moment(night).unwrap();
        assert_eq!(
            find_standing_clocks::run(desk.store(), now).await.unwrap(),
            1
        );
    }
    let nights = desk.rows("SELECT night FROM standing_clock").await;
    assert_eq!(nights.len(), 2, "{nights:?}");
    desk.move_to("2021-05-12T09:00");
    let cookie = desk.sign_in(Role::Receptionist).await;
    let tile = desk.page(&cookie, "/ban-lam-viec").await.body;
    assert!(tile.contains("Giấy đã đến, đồng hồ còn dừng"), "{tile}");
    let list = desk.page(&cookie, "/so-tam-dung?muc=con-dung").await.body;
    assert!(list.contains(&code), "{list}");
    let back = desk
        .done(
            "receptionist",
            &code,
            json!({ "action": "supplement_received" }),
        )
        .await;
    assert_eq!(
        back["original_due_at"], "2021-05-13T17:00:00+07:00",
        "three days from 10/5, not from 12/5"
    );
    let event = back["events"].as_array().unwrap().last().unwrap();
    assert_eq!(
        event["data"]["original_due"],
        json!({ "before": "2021-04-22T17:00:00+07:00", "after": "2021-05-13T17:00:00+07:00" })
    );
    let now = parse_moment("2021-05-13T00:10").unwrap();
    assert_eq!(
        find_standing_clocks::run(desk.store(), now).await.unwrap(),
        0
    );
}

#[tokio::test]
async fn papers_that_were_not_enough_come_again_with_a_reason() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.done("receptionist", &code, ask()).await;
    let mut came = json!({ "action": "supplement_arrived" });
    desk.move_to("2021-04-20T09:00");
    desk.done("receptionist", &code, came.clone()).await;
    desk.move_to("2021-04-26T09:00");
    came["reason"] = json!("bản sao chưa chứng thực");
    desk.done("receptionist", &code, came.clone()).await;
    let counts = desk
        .rows("SELECT CAST(arrived_at AS TEXT) AS at FROM wait")
        .await;
    assert!(
        counts[0]["at"].as_str().unwrap().starts_with("2021-04-20"),
        "nobody agreed that the first were not enough: {counts:?}"
    );
    came["approved_by"] = json!("leader");
    desk.sign_in(Role::Leader).await;
    let again = desk.done("receptionist", &code, came).await;
    let event = again["events"].as_array().unwrap().last().unwrap();
    assert_eq!(event["data"]["arrived_before"], "2021-04-20T09:00:00+07:00");
    assert_eq!(event["data"]["approved_by"], "Người Lãnh đạo");
    assert_eq!(event["note"], "bản sao chưa chứng thực");
    let back = desk
        .done(
            "receptionist",
            &code,
            json!({ "action": "supplement_received" }),
        )
        .await;
    assert_eq!(back["original_due_at"], "2021-04-29T17:00:00+07:00");
    let office = desk.sign_in(Role::Office).await;
    let ledger = desk.page(&office, "/so-tam-dung").await.body;
    for words in [
        "Giấy đến lần 1: 09:00 20/4/2021",
        "Giấy đến lần 3: 09:00 26/4/2021",
    ] {
        assert!(ledger.contains(words), "no “{words}”: {ledger}");
    }
}

#[tokio::test]
async fn withdrawn_with_the_papers_on_the_desk_the_clock_has_run() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.done("receptionist", &code, ask()).await;
    desk.move_to("2021-04-20T09:00");
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "supplement_arrived" }),
    )
    .await;
    // Three working days from 20/4 end on 26/4.
    desk.move_to("2021-04-27T09:00");
    let out = desk
        .done(
            "receptionist",
            &code,
            json!({ "action": "withdraw", "reason": "tự rút" }),
        )
        .await;
    assert_eq!(
        (&out["original_due_at"], &out["standing"]),
        (&json!("2021-04-26T17:00:00+07:00"), &json!("late"))
    );
}

#[tokio::test]
async fn a_fee_is_asked_by_a_slip_of_its_own_book() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.done("specialist", &code, json!({ "action": "appraise" }))
        .await;
    let mut pay = json!({ "action": "request_payment", "amount": 75_000, "reason": "Lệ phí đăng ký", "reason_code": "missing" });
    let (status, answer) = desk.act("specialist", &code, pay.clone()).await;
    assert_eq!((status, field(&answer)), (422, vec!["reason_code"]));
    pay["reason_code"] = json!("fee");
    desk.done("specialist", &code, pay).await;
    let cookie = desk.sign_in(Role::Office).await;
    let paper = Paper::of(
        &desk
            .pdf(&cookie, &format!("/ho-so/{code}/in/nop-phi"))
            .await,
    );
    paper.says(&[
        "Số: 01/TBNP",
        "THÔNG BÁO NỘP PHÍ, LỆ PHÍ",
        "75.000 đồng",
        "Lệ phí đăng ký",
    ]);
    let book = desk.page(&cookie, "/so-van-ban?loai=payment").await.body;
    assert!(book.contains(&code), "{book}");
    // A cancelled number leaves the ledger for the next one.
    let cancel = desk
        .form(&cookie, "/so-van-ban/payment/2021/1/huy", "reason=in+sai")
        .await;
    assert_eq!(cancel.status, 303, "{}", cancel.body);
    let numbers = desk.rows("SELECT number FROM wait").await;
    assert_eq!(numbers, [json!({ "number": 2 })]);
}

#[tokio::test]
async fn the_ledger_is_filtered_and_its_file_has_the_same_lines() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Office).await;
    let specialist = desk.sign_in(Role::Specialist).await;
    let one = desk.receive(PARENT, "2021-04-16T09:00").await;
    let two = desk.receive(PARENT, "2021-04-16T09:30").await;
    let mut asked = ask();
    asked["reason_code"] = json!("mismatch");
    desk.done("receptionist", &one, asked).await;
    let typed = "expected_version=1&reason_code=missing&items=Tờ+khai&reason=chưa+có";
    let path = format!("/ho-so/{two}/request_supplement");
    assert_eq!(desk.form(&specialist, &path, typed).await.status, 303);
    for (query, shown) in [
        ("", [true, true]),
        ("?ly-do=mismatch", [true, false]),
        ("?loai=payment", [false, false]),
        ("?nguoi=test+receptionist", [true, false]),
        ("?tu=17/4/2021&den=18/4/2021", [false, false]),
    ] {
        let page = desk.page(&cookie, &format!("/so-tam-dung{query}")).await;
        let found = [page.body.contains(&one), page.body.contains(&two)];
        assert_eq!((page.status, found), (200, shown), "{query}");
        let joint = if query.is_empty() { '?' } else { '&' };
        let file = desk
            .page(&cookie, &format!("/so-tam-dung{query}{joint}dang=csv"))
            .await;
        let found = [file.body.contains(&one), file.body.contains(&two)];
        assert_eq!((file.status, found), (200, shown), "{query}");
    }
    // A specialist sees what he asked for.
    let own = desk.page(&specialist, "/so-tam-dung").await.body;
    assert_eq!((own.contains(&one), own.contains(&two)), (false, true));
    let dossier = desk.page(&cookie, &format!("/ho-so/{one}")).await.body;
    assert!(
        dossier.contains("Các lần dừng thời hạn") && dossier.contains("phiếu số 01/2021"),
        "{dossier}"
    );
}

#[tokio::test]
async fn of_two_who_ask_at_once_one_draws_a_number() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let mut ask = ask();
    ask["expected_version"] = json!(1);
    let roles = ["receptionist", "specialist", "receptionist", "specialist"];
    let all = roles.map(|role| desk.act(role, &code, ask.clone()));
    let answers = together(all).await;
    let won = answers.iter().filter(|(status, _)| *status == 200).count();
    let lost = answers.iter().filter(|(status, answer)| {
        *status == 409
            && answer["detail"]
                .as_str()
                .is_some_and(|why| why.contains("test "))
    });
    assert_eq!((won, lost.count()), (1, 3), "{answers:?}");
    assert_eq!(desk.rows("SELECT id FROM wait").await.len(), 1);
    let book = desk.rows("SELECT last FROM paper_book").await;
    assert_eq!(book, [json!({ "last": 1 })]);
}

#[tokio::test]
async fn papers_that_came_are_found_without_reading_what_is_over() {
    let desk = Desk::of_demo(60, 5).await;
    let (db, said) = hearing(&desk).await;
    said.lock().unwrap().clear();
    pauses::standing(&db, Some(1)).await.unwrap();
    let statements: Vec<Statement> = said.lock().unwrap().clone();
    assert_eq!(statements.len(), 1, "{statements:?}");
    let steps = plan(&desk, &statements[0]).await;
    let by_index = steps.iter().any(|step| step.contains("ix_wait_arrived"));
    assert!(by_index, "{}\n{steps:#?}", statements[0].sql);
}
