//! The calendar changes: the list that is shown, the dates that move, who is told.
use motcua::{
    domain::{role::Role, time::local_day},
    store::feedback,
    upkeep::sealer,
};
use serde_json::json;

use crate::{
    feedback::{KEY, send},
    harness::{Desk, together},
    paper::Paper,
};

/// Nhận cha, mẹ, con: 3 working days.
const PARENT: &str = "1.001022";
/// No single limit: the date is set by hand.
const BY_HAND: &str = "2.002165";

const STORM: &str = "ngay=20/4/2021&loai=compensatory_off&ten=Nghỉ+tránh+bão&lam-bu=";

async fn version(desk: &Desk) -> i64 {
    let rows = desk
        .rows("SELECT id FROM calendar_version ORDER BY id DESC")
        .await;
    rows[0]["id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_storm_day_is_none_of_the_days_in_which_feedback_is_answered() {
    let desk = Desk::at("2021-04-19T08:00").await;
    let (code, _) = send(&desk, "rule", "Bỏ giấy này", KEY).await;
    let office = desk.sign_in(Role::Office).await;
    let due = async || {
        let row = feedback::unhandled(desk.store().read())
            .await
            .unwrap()
            .remove(0);
        let dues = [row.reject_due_at, row.due_at, row.lapse_at];
        dues.map(|at| local_day(at.unwrap()).to_string())
    };
    assert_eq!(due().await, ["2021-04-22", "2021-05-13", "2021-05-14"]);
    let shown = desk.form(&office, "/lich/thay-doi", STORM).await.body;
    let words = "<b>1</b> phản ánh, kiến nghị đổi hạn";
    assert!(shown.contains(words), "{shown}");
    let save = format!("{STORM}&ban=1");
    assert_eq!(
        desk.form(&office, "/lich/thay-doi", &save).await.status,
        303
    );
    assert_eq!(due().await, ["2021-04-23", "2021-05-14", "2021-05-15"]);
    let page = desk
        .page(&office, &format!("/phan-anh/danh-sach/{code}"))
        .await
        .body;
    for words in ["Đổi hạn theo lịch", "hạn trả lời 13/5/2021 thành 14/5/2021"] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test]
async fn a_moved_limit_shows_nobody_more_and_has_as_many_days_as_it_was_given() {
    let mut desk = Desk::at("2021-04-19T08:00").await;
    let (code, _) = send(&desk, "rule", "Anh Huy bắt chờ", KEY).await;
    sealer::run(&desk.app).await.unwrap();
    let path = format!("/phan-anh/danh-sach/{code}");
    let clerk = desk.sign_in(Role::Receptionist).await;
    let office = desk.sign_in(Role::Office).await;
    assert_eq!(desk.page(&clerk, &path).await.status, 404);
    // From now on the office promises an answer sooner, to whoever comes now, and closes
    // half an hour earlier: by the file, which moves nothing that was promised.
    desk.set(|settings| {
        settings.feedback.answer_days -= 5;
        settings.deadline.hours.afternoon.1 = "16:30:00".parse().unwrap();
    });
    // What somebody wrote into the file by hand is not covered by an event of ours.
    desk.run("UPDATE feedback SET content = 'Anh H. bắt chờ'")
        .await;
    let save = format!("{STORM}&ban=1");
    let refused = desk.form(&office, "/lich/thay-doi", &save).await;
    assert!(
        refused.status == 409 && refused.body.contains("ngoài chương trình"),
        "{}: {}",
        refused.status,
        refused.body
    );
    desk.run("UPDATE feedback SET content = 'Anh Huy bắt chờ'")
        .await;
    assert_eq!(
        desk.form(&office, "/lich/thay-doi", &save).await.status,
        303
    );
    let row = feedback::unhandled(desk.store().read())
        .await
        .unwrap()
        .remove(0);
    let dues = [row.reject_due_at, row.due_at, row.lapse_at];
    let dues = dues.map(|at| local_day(at.unwrap()).to_string());
    assert_eq!(dues, ["2021-04-23", "2021-05-14", "2021-05-15"]);
    assert_eq!(row.version, 2);
    let page = desk.page(&office, &path).await.body;
    let told = "hạn từ chối 22/4/2021 thành 23/4/2021, hạn chuyển 27/4/2021 thành 28/4/2021, hạn trả lời 13/5/2021 thành 14/5/2021";
    assert!(page.contains(told), "{page}");
    // Nobody who handles it has looked yet.
    assert_eq!(desk.page(&clerk, &path).await.status, 404);
    let list = desk.page(&clerk, "/phan-anh/danh-sach").await.body;
    assert!(!list.contains(&code), "{list}");
}

#[tokio::test]
async fn a_storm_day_moves_what_runs_over_it_and_nothing_else() {
    let desk = Desk::at("2021-04-19T08:00").await;
    // Due on 22/4, as 21/4 is a holiday.
    let moved = desk.receive(PARENT, "2021-04-16T10:00").await;
    let waits = desk.receive(PARENT, "2021-04-16T10:00").await;
    let ask = json!({ "action": "request_supplement", "items": ["x"], "reason": "thiếu" });
    desk.done("receptionist", &waits, ask).await;
    let mut body = json!({
        "procedure_code": BY_HAND, "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen", "email": "u@example.com" },
        "channel": "desk", "documents": [],
        "due_at": "2021-04-20T17:00:00+07:00", "due_reason": "nhiều giai đoạn",
    });
    let (_, hand) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    body["procedure_code"] = json!(PARENT);
    body["received_at"] = json!("2021-04-16T10:00:00+07:00");
    body.as_object_mut().unwrap().remove("due_at");
    body.as_object_mut().unwrap().remove("due_reason");
    let (_, told) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    let told = told["code"].as_str().unwrap();
    let office = desk.sign_in(Role::Office).await;
    let shown = desk.form(&office, "/lich/thay-doi", STORM).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    for words in [
        "<b>3</b> hồ sơ đổi ngày hẹn",
        "<b>1</b> hồ sơ có ngày hẹn đặt bằng tay giữ nguyên",
        "đặt bằng tay, giữ nguyên; ngày này thành ngày nghỉ",
        moved.as_str(),
        hand["code"].as_str().unwrap(),
    ] {
        assert!(shown.body.contains(words), "no “{words}” in {}", shown.body);
    }
    assert_eq!(version(&desk).await, 1, "nothing is written yet");
    let save = format!("{STORM}&ban=1");
    assert_eq!(
        desk.form(&office, "/lich/thay-doi", &save).await.status,
        303
    );
    let due = async |code: &str| {
        let (_, dossier) = desk
            .get("office", &format!("/api/v1/dossiers/{code}"))
            .await;
        dossier
    };
    let after = due(&moved).await;
    assert_eq!(after["original_due_at"], "2021-04-23T17:00:00+07:00");
    assert_eq!(
        after["deadline"]["due_at"], after["due_at"],
        "as it is counted"
    );
    let event = after["events"].as_array().unwrap().last().unwrap();
    assert_eq!(event["action"], "redate");
    assert_eq!(event["actor"], "Người Văn phòng");
    assert_eq!(
        event["data"]["original_due"],
        json!({ "before": "2021-04-22T17:00:00+07:00", "after": "2021-04-23T17:00:00+07:00" })
    );
    assert_eq!(
        due(&waits).await["original_due_at"],
        after["original_due_at"]
    );
    assert_eq!(
        due(hand["code"].as_str().unwrap()).await["due_at"],
        "2021-04-20T17:00:00+07:00",
        "set by hand, it stays"
    );
    let mails = desk
        .rows("SELECT d.code, o.kind FROM outbox o JOIN dossier d ON d.id = o.dossier_id WHERE o.kind = 'redate' AND o.channel = 'mail'")
        .await;
    assert_eq!(mails, [json!({ "code": told, "kind": "redate" })]);
    let slips = desk
        .rows("SELECT id FROM outbox WHERE kind = 'redate' AND channel = 'slip'")
        .await;
    assert_eq!(slips.len(), 2, "who left no address is told by the desk");
    let untold = desk.page(&office, "/thong-bao").await.body;
    let told_of = untold.matches("Ngày hẹn tính lại").count();
    assert_eq!(told_of, 2, "and is on its list: {untold}");
    // Pressed twice: once.
    assert_eq!(
        desk.form(&office, "/lich/thay-doi", &save).await.status,
        303
    );
    assert_eq!(version(&desk).await, 2);
    let events = desk.rows("SELECT id FROM event WHERE act = 'redate'").await;
    assert_eq!(events.len(), 3);
}

#[tokio::test]
async fn a_day_worked_after_all_makes_some_late_and_a_day_off_saves_others() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-23T08:00");
    let office = desk.sign_in(Role::Office).await;
    let shown = desk.form(&office, "/lich/thay-doi", STORM).await.body;
    assert!(shown.contains("<b>1</b> không còn quá hạn"), "{shown}");
    let save = format!("{STORM}&ban=1");
    assert_eq!(
        desk.form(&office, "/lich/thay-doi", &save).await.status,
        303
    );
    let standing = async || {
        let (_, dossier) = desk
            .get("office", &format!("/api/v1/dossiers/{code}"))
            .await;
        dossier["standing"].as_str().unwrap().to_owned()
    };
    assert_eq!(standing().await, "due_today");
    let back = "ngay=20/4/2021&loai=thuong&ten=Không+nghỉ&lam-bu=";
    let shown = desk.form(&office, "/lich/thay-doi", back).await.body;
    assert!(shown.contains("<b>1</b> thành quá hạn"), "{shown}");
    let save = format!("{back}&ban=2");
    assert_eq!(
        desk.form(&office, "/lich/thay-doi", &save).await.status,
        303
    );
    assert_eq!(standing().await, "overdue");
    let untold = desk.page(&office, "/thong-bao").await.body;
    let slips = untold.matches("/phieu\"").count();
    assert_eq!(slips, 1, "moved twice, told once: {untold}");
    // Printed days later, the slip names the promise as it is by then.
    let slip = desk
        .rows("SELECT id FROM outbox WHERE kind = 'redate' AND over_at IS NULL")
        .await;
    let path = format!("/thong-bao/{}/phieu", slip[0]["id"]);
    desk.run("UPDATE dossier SET due_at = '2021-04-27 10:00:00+00:00'")
        .await;
    Paper::of(&desk.pdf(&office, &path).await).says(&["Hẹn mới: trước 17 giờ 00 phút, ngày 27"]);
}

#[tokio::test]
async fn what_changes_nothing_or_is_not_known_is_refused_by_field() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    let specialist = desk.sign_in(Role::Specialist).await;
    assert_eq!(
        desk.form(&specialist, "/lich/thay-doi", STORM).await.status,
        403
    );
    for (typed, words) in [
        (
            "ngay=21/4/2021&loai=holiday&ten=x&lam-bu=",
            "đã là ngày nghỉ",
        ),
        (
            "ngay=24/4/2021&loai=holiday&ten=x&lam-bu=",
            "đã là ngày nghỉ",
        ),
        (
            "ngay=20/4/2021&loai=swapped_working_day&ten=x&lam-bu=",
            "đã là ngày làm việc",
        ),
        (
            "ngay=20/4/2021&loai=thuong&ten=x&lam-bu=",
            "đang là ngày thường",
        ),
        (
            "ngay=20/4/2035&loai=holiday&ten=x&lam-bu=",
            "Lịch chưa có năm này",
        ),
        ("ngay=20/4/2021&loai=holiday&ten=&lam-bu=", "Xin ghi lý do"),
        (
            "ngay=20/4/2021&loai=holiday&ten=x&lam-bu=22/4/2021",
            "Ngày làm bù phải là",
        ),
    ] {
        let page = desk.form(&office, "/lich/thay-doi", typed).await;
        assert!(
            page.status == 422 && page.body.contains(words),
            "{typed}: {}",
            page.body
        );
    }
    // A swap: Monday off, Saturday worked.
    let swap = "ngay=19/4/2021&loai=compensatory_off&ten=Hoán+đổi&lam-bu=24/4/2021&ban=1";
    assert_eq!(desk.form(&office, "/lich/thay-doi", swap).await.status, 303);
    let days = desk
        .rows("SELECT date, kind FROM calendar_day WHERE calendar_version_id = 2 AND date IN ('2021-04-19', '2021-04-24') ORDER BY date")
        .await;
    assert_eq!(days.len(), 2, "{days:?}");
}

#[tokio::test]
async fn of_two_who_change_it_at_once_one_wins_whole() {
    let desk = Desk::at("2021-04-19T08:00").await;
    for _ in 0..3 {
        desk.receive(PARENT, "2021-04-16T10:00").await;
    }
    let office = desk.sign_in(Role::Office).await;
    let save = format!("{STORM}&ban=1");
    let other = "ngay=22/4/2021&loai=compensatory_off&ten=Nghỉ+khác&lam-bu=&ban=1";
    let both = [save.as_str(), other].map(|typed| desk.form(&office, "/lich/thay-doi", typed));
    let mut answers: Vec<u16> = together(both)
        .await
        .iter()
        .map(|page| page.status)
        .collect();
    answers.sort_unstable();
    assert_eq!(answers, [303, 409]);
    assert_eq!(version(&desk).await, 2);
    let events = desk.rows("SELECT id FROM event WHERE act = 'redate'").await;
    assert_eq!(events.len(), 3, "one list, once");
}

#[tokio::test]
async fn what_an_apology_put_off_stays_put_off() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-19T08:00");
    let draft = json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Đông", "new_due_at": "2021-04-29T17:00:00+07:00" });
    desk.done("specialist", &code, draft).await;
    desk.done("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    let office = desk.sign_in(Role::Office).await;
    let shown = desk.form(&office, "/lich/thay-doi", STORM).await.body;
    assert!(shown.contains("ngày hẹn lại giữ nguyên"), "{shown}");
    let save = format!("{STORM}&ban=1");
    desk.form(&office, "/lich/thay-doi", &save).await;
    let (_, after) = desk
        .get("office", &format!("/api/v1/dossiers/{code}"))
        .await;
    assert_eq!(after["original_due_at"], "2021-04-23T17:00:00+07:00");
    assert_eq!(after["due_at"], "2021-04-29T17:00:00+07:00");
}
