//! The screen at the counter: opened by a PIN, one tap a ballot, never by staff.
use motcua::domain::role::Role;
use serde_json::json;

use crate::harness::Desk;

async fn with_pin(desk: &Desk) -> String {
    let cookie = desk.sign_in(Role::Receptionist).await;
    let done = desk.form(&cookie, "/kiosk/ma-pin", "pin=246810").await;
    assert!(done.body.contains("Đã đặt mã PIN"), "{}", done.body);
    cookie
}

async fn opened(desk: &Desk) -> String {
    let open = desk
        .form("", "/kiosk/mo", "counter=Quầy 1&pin=246810")
        .await;
    assert_eq!((open.status, open.location.as_str()), (303, "/kiosk"));
    open.cookie
}

#[tokio::test]
async fn a_screen_is_opened_by_the_pin_and_closed_by_staff() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let early = desk
        .form("", "/kiosk/mo", "counter=Quầy 1&pin=246810")
        .await;
    assert!(early.status == 422 && early.body.contains("Chưa đặt mã PIN"));
    let staff = with_pin(&desk).await;
    let short = desk.form(&staff, "/kiosk/ma-pin", "pin=1234").await;
    assert!(short.status == 422 && short.body.contains("6 đến 12 chữ số"));
    assert!(desk.page("", "/kiosk").await.body.contains("Mã PIN"));
    for _ in 0..4 {
        let wrong = desk
            .form("", "/kiosk/mo", "counter=Quầy 1&pin=999999")
            .await;
        assert!(wrong.status == 422 && wrong.body.contains("chưa đúng"));
    }
    let kiosk = opened(&desk).await;
    let page = desk.page(&kiosk, "/kiosk").await.body;
    assert!(page.contains("việc phục vụ tại quầy") && page.contains("Quầy 1"));
    assert!(!page.contains("href=\"/tra-cuu"), "no link leads away");
    let list = desk.page(&staff, "/kiosk/quan-ly").await.body;
    let id = &desk.rows("SELECT id FROM kiosk").await[0]["id"];
    assert!(list.contains(&format!("/kiosk/dong/{id}")));
    let leader = desk.sign_in(Role::Leader).await;
    let close = format!("/kiosk/dong/{id}");
    assert_eq!(desk.form(&leader, &close, "").await.status, 403);
    assert_eq!(desk.form(&staff, &close, "").await.status, 303);
    assert!(desk.page(&kiosk, "/kiosk").await.body.contains("Mã PIN"));
}

#[tokio::test]
async fn guesses_of_the_pin_are_paused() {
    let desk = Desk::at("2021-04-16T10:00").await;
    with_pin(&desk).await;
    for _ in 0..5 {
        desk.form("", "/kiosk/mo", "counter=Quầy 1&pin=000000")
            .await;
    }
    let right = desk
        .form("", "/kiosk/mo", "counter=Quầy 1&pin=246810")
        .await;
    assert_eq!(right.status, 429);
    assert!(right.body.contains("Thử lại sau 10:10"), "{}", right.body);
}

#[tokio::test]
async fn the_tap_is_the_vote_and_goes_back_by_itself() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let staff = with_pin(&desk).await;
    let kiosk = opened(&desk).await;
    let both = format!("{kiosk}; {staff}");
    assert_eq!(
        desk.form(&both, "/kiosk", "key=a&answer=5").await.status,
        403,
        "a machine of the staff does not vote"
    );
    assert!(desk.rows("SELECT id FROM ballot_box").await.is_empty());
    let thanks = desk.form(&kiosk, "/kiosk", "key=a&answer=2").await;
    assert_eq!(thanks.status, 200);
    assert!(
        thanks.body.contains("Cảm ơn ông/bà") && thanks.body.contains("data-reset-after=\"8\"")
    );
    let id = desk.rows("SELECT id FROM ballot_box").await[0]["id"].clone();
    let reason = format!("ballot={id}&reason=staff");
    let back = desk.form(&kiosk, "/kiosk", &reason).await;
    assert_eq!((back.status, back.location.as_str()), (303, "/kiosk"));
    desk.form(&kiosk, "/kiosk", &format!("ballot={id}&reason=access"))
        .await;
    let rows = desk
        .rows("SELECT source, counter, answers, marks, reason, cast_on FROM ballot_box")
        .await;
    assert_eq!(
        rows,
        [json!({
            "source": "kiosk", "counter": "Quầy 1", "answers": "[[\"kiosk\",\"\",2]]",
            "marks": "", "reason": "staff", "cast_on": "2021-04-16"
        })]
    );
    // The same page sent twice counts, and is marked.
    desk.form(&kiosk, "/kiosk", "key=a&answer=2").await;
    let marks = desk
        .rows("SELECT marks FROM ballot_box ORDER BY marks")
        .await;
    assert_eq!(
        marks,
        [json!({ "marks": "" }), json!({ "marks": "duplicate" })]
    );
    assert_eq!(
        desk.form(&kiosk, "/kiosk", "key=b&answer=9").await.status,
        422
    );
    let stranger = desk.form("", "/kiosk", "key=b&answer=5").await;
    assert_eq!(stranger.location, "/kiosk");
    assert_eq!(desk.rows("SELECT id FROM ballot_box").await.len(), 2);
}
