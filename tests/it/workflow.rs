//! The way of a dossier on its pages and over JSON: steps, hand-overs, leaves.
use motcua::{actions::add_account, domain::role::Role, store::accounts};
use serde_json::{Value, json};

use crate::harness::Desk;

/// Nhận cha, mẹ, con: 3 working days.
pub const PARENT: &str = "1.001022";

pub async fn hire(desk: &Desk, username: &str, role: Role, title: &str) -> i64 {
    let input = add_account::Input {
        username: username.into(),
        name: format!("Người {username}"),
        title: title.into(),
        password: "mot cau de nho".into(),
        email: String::new(),
    };
    add_account::run(&desk.app, 1, role, &input, None)
        .await
        .unwrap();
    accounts::by_username(desk.store().read(), username)
        .await
        .unwrap()
        .unwrap()
        .id
}

pub async fn sign_in(desk: &Desk, username: &str) -> String {
    let form = format!("username={username}&password=mot+cau+de+nho&ve=");
    let page = desk.form("", "/dang-nhap", &form).await;
    assert_eq!(page.status, 303, "{}", page.body);
    page.cookie
}

pub async fn version(desk: &Desk, code: &str) -> i64 {
    let (_, dossier) = desk.get("admin", &format!("/api/v1/dossiers/{code}")).await;
    dossier["version"].as_i64().unwrap()
}

pub async fn holdings(desk: &Desk, code: &str) -> Vec<Value> {
    desk.rows(&format!(
        "SELECT h.* FROM holding h JOIN dossier d ON d.id = h.dossier_id WHERE d.code = '{code}' ORDER BY h.seq"
    ))
    .await
}

#[tokio::test]
async fn handed_over_it_waits_on_both_lists_until_it_is_taken() {
    let mut desk = Desk::at("2021-04-16T15:30").await;
    let desk_cookie = desk.sign_in(Role::Receptionist).await;
    hire(&desk, "huy", Role::Specialist, "Tư pháp – Hộ tịch").await;
    hire(&desk, "loi", Role::Specialist, "Địa chính – Xây dựng").await;
    let (huy, loi) = (sign_in(&desk, "huy").await, sign_in(&desk, "loi").await);
    let code = desk.receive(PARENT, "2021-04-16T15:30").await;
    let page = desk.page(&desk_cookie, &format!("/ho-so/{code}")).await;
    assert!(page.body.contains("Đường đi của hồ sơ"), "{}", page.body);
    assert!(page.body.contains("Chuyển hồ sơ"));
    let seen = version(&desk, &code).await;
    let form = format!("expected_version={seen}");
    let path = format!("/ho-so/{code}/hand_over");
    assert_eq!(desk.form(&desk_cookie, &path, &form).await.status, 303);
    // The only one of the title has it; the other title does not see it.
    let given = desk.page(&huy, "/ban-giao").await.body;
    assert!(
        given.contains("Nguyễn Thị Đào") && given.contains(">Nhận<"),
        "{given}"
    );
    assert!(
        given.contains("8 giờ 30") || given.contains("08:30") || given.contains("8:30"),
        "after 15:00 it may wait for Monday morning"
    );
    assert!(
        !desk
            .page(&loi, "/ban-giao")
            .await
            .body
            .contains("Nguyễn Thị Đào")
    );
    let waits = desk.page(&desk_cookie, "/ban-giao?muc=giao").await.body;
    assert!(
        waits.contains("Nguyễn Thị Đào") && waits.contains("Người huy"),
        "{waits}"
    );
    // Not his: he is told whose it is, and nothing changes.
    let take = format!("expected_version={}", version(&desk, &code).await);
    let path = format!("/ho-so/{code}/take");
    assert_eq!(desk.form(&loi, &path, &take).await.status, 403);
    desk.move_to("2021-04-19T09:00");
    let (huy, desk_cookie) = (
        sign_in(&desk, "huy").await,
        sign_in(&desk, "receptionist").await,
    );
    assert!(
        desk.page(&huy, "/ban-giao")
            .await
            .body
            .contains("quá giờ nhận")
    );
    let taken = desk
        .form(&huy, &path, &format!("{take}&ve=/ban-giao"))
        .await;
    assert_eq!((taken.status, taken.location.as_str()), (303, "/ban-giao"));
    // Taken twice: told by whom.
    let again = desk.form(&huy, &path, &take).await;
    assert_eq!(again.status, 409, "{}", again.body);
    assert!(
        desk.page(&desk_cookie, "/ban-giao?muc=giao")
            .await
            .body
            .contains("Không có hồ sơ nào")
    );
    assert!(
        desk.page(&huy, "/ban-giao?muc=giu")
            .await
            .body
            .contains("Nguyễn Thị Đào")
    );
}

#[tokio::test]
async fn two_who_take_at_once_leave_one_holder_who_is_named() {
    let desk = Desk::at("2021-04-16T10:00").await;
    hire(&desk, "mot", Role::Specialist, "Tư pháp – Hộ tịch").await;
    hire(&desk, "hai", Role::Specialist, "Tư pháp – Hộ tịch").await;
    let cookies = [sign_in(&desk, "mot").await, sign_in(&desk, "hai").await];
    for round in 0..5 {
        let code = desk
            .receive(PARENT, &format!("2021-04-16T09:{round:02}"))
            .await;
        desk.done("receptionist", &code, json!({ "action": "hand_over" }))
            .await;
        let form = format!("expected_version={}", version(&desk, &code).await);
        let path = format!("/ho-so/{code}/take");
        let (one, two) = tokio::join!(
            desk.form(&cookies[0], &path, &form),
            desk.form(&cookies[1], &path, &form)
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "{} {}", one.body, two.body);
        let loser = if one.status == 409 { one } else { two };
        assert!(loser.body.contains("được Người"), "{}", loser.body);
        let rows = holdings(&desk, &code).await;
        assert_eq!(rows.len(), 2);
        assert!(rows[1]["taken_by"].as_str().unwrap().starts_with("Người"));
    }
}

#[tokio::test]
async fn who_is_on_leave_is_stood_in_for() {
    let desk = Desk::at("2021-04-16T10:00").await;
    hire(&desk, "huy", Role::Specialist, "Tư pháp – Hộ tịch").await;
    hire(&desk, "hang", Role::Specialist, "Văn hóa – Xã hội").await;
    hire(&desk, "tiep", Role::Receptionist, "").await;
    let (huy, hang) = (sign_in(&desk, "huy").await, sign_in(&desk, "hang").await);
    let before = desk.receive(PARENT, "2021-04-16T09:00").await;
    desk.done("receptionist", &before, json!({ "action": "hand_over" }))
        .await;
    let form = "who=huy&stand_in=tiep&from=16/4/2021&to=20/4/2021&note=%E1%BB%91m";
    let refused = desk.form(&huy, "/nghi-phep", form).await;
    assert_eq!(
        refused.status, 422,
        "a receptionist cannot appraise: {}",
        refused.body
    );
    assert!(refused.body.contains("16/4/2021") && refused.body.contains("cùng vai trò"));
    let form = form.replace("tiep", "hang");
    assert_eq!(desk.form(&huy, "/nghi-phep", &form).await.status, 303);
    let twice = desk.form(&huy, "/nghi-phep", &form).await;
    assert!(twice.body.contains("trùng ngày"), "{}", twice.body);
    let other = desk
        .form(
            &hang,
            "/nghi-phep",
            "who=huy&stand_in=hang&from=1/5/2021&to=2/5/2021",
        )
        .await;
    assert_eq!(other.status, 403, "for others the Office enters it");
    // What lies with him is seen by the stand-in; what comes now goes to her.
    assert!(
        desk.page(&hang, "/ban-giao")
            .await
            .body
            .contains("Nguyễn Thị Đào")
    );
    let now = desk.receive(PARENT, "2021-04-16T09:30").await;
    desk.done("receptionist", &now, json!({ "action": "hand_over" }))
        .await;
    assert_eq!(holdings(&desk, &now).await[1]["holder"], "Người hang");
    let take = format!("expected_version={}", version(&desk, &before).await);
    assert_eq!(
        desk.form(&hang, &format!("/ho-so/{before}/take"), &take)
            .await
            .status,
        303
    );
    // What he had of it stays his; from now on it is hers.
    let hands = holdings(&desk, &before).await;
    assert_eq!(hands.len(), 3, "{hands:?}");
    assert_eq!(
        (&hands[1]["holder"], &hands[1]["taken_by"]),
        (&json!("Người huy"), &Value::Null)
    );
    assert_eq!(
        (&hands[2]["holder"], &hands[2]["taken_by"]),
        (&json!("Người hang"), &json!("Người hang"))
    );
    assert_eq!(hands[2]["given_at"], hands[1]["ended_at"]);
}

#[tokio::test]
async fn shares_beyond_the_limit_are_refused_and_the_form_keeps_what_was_typed() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    let version = desk
        .rows(&format!(
            "SELECT id FROM procedure_version WHERE code = '{PARENT}'"
        ))
        .await[0]["id"]
        .clone();
    let path = format!("/quy-trinh/{version}");
    let row = |n: u32, order: u32, duty: &str, name: &str, share: &str| {
        format!(
            "order.{n}={order}&duty.{n}={duty}&name.{n}={name}&title.{n}=&agency.{n}=&share.{n}={share}"
        )
    };
    let form = |share: &str, seen: i32| {
        [
            format!("seen={seen}&note=QD+5"),
            row(0, 1, "receive", "Tiep+nhan", "0%2C5"),
            row(1, 2, "appraise", "Tham+dinh+dac+biet", share),
            row(2, 3, "approve", "Ky", "0%2C5"),
            row(3, 4, "return", "Tra", "0%2C25"),
        ]
        .join("&")
    };
    let refused = desk.form(&office, &path, &form("2", 0)).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .body
            .contains("cộng lại 3,25 vượt thời hạn 3 ngày làm việc"),
        "{}",
        refused.body
    );
    assert!(refused.body.contains("Tham dinh dac biet"));
    assert_eq!(
        desk.form(&office, &path, &form("1%2C75", 0)).await.status,
        303
    );
    let stale = desk.form(&office, &path, &form("1%2C5", 0)).await;
    assert_eq!(stale.status, 409, "someone was faster");
    let receptionist = desk.sign_in(Role::Receptionist).await;
    assert_eq!(
        desk.form(&receptionist, &path, &form("1", 1)).await.status,
        403
    );
    let before = desk.receive(PARENT, "2021-04-16T09:00").await;
    desk.done("specialist", &before, json!({ "action": "appraise" }))
        .await;
    let rows = holdings(&desk, &before).await;
    assert_eq!(rows[1]["step_name"], "Tham dinh dac biet");
    assert_eq!(rows[1]["allotted_seconds"], 175 * 27_000 / 100);
    // Out and in again: the same file, no new revision.
    let out = desk.page(&office, "/quy-trinh/tep").await.body;
    assert!(
        out.contains("Tham dinh dac biet") && out.contains("1,75"),
        "{out}"
    );
    let count = motcua::actions::set_workflow::load(&desk.app, 1, "test", &out)
        .await
        .unwrap();
    assert_eq!(count, 0);
    let wrong = out.replace("1,75", "9");
    let error = motcua::actions::set_workflow::load(&desk.app, 1, "test", &wrong)
        .await
        .unwrap_err();
    assert!(
        error.detail.contains(PARENT) && error.detail.contains("vượt thời hạn"),
        "{}",
        error.detail
    );
}
