//! Feedback that names everybody who might handle it: the program says so without a word of
//! it, and somebody whom it does not name is appointed.
use motcua::{
    actions::add_account::{self, Input},
    domain::role::Role,
    upkeep::doctor::{self, Grade},
};

use crate::{
    feedback::{KEY, act, send},
    harness::Desk,
};

async fn hire(desk: &Desk, username: &str, name: &str, role: Role) -> String {
    let input = Input {
        username: username.into(),
        name: name.into(),
        password: "mot cau de nho".into(),
        ..Input::default()
    };
    add_account::run(&desk.app, 1, role, &input, None)
        .await
        .unwrap();
    let form = format!("username={username}&password=mot+cau+de+nho&ve=");
    desk.form("", "/dang-nhap", &form).await.cookie
}

async fn told(desk: &Desk) -> Option<String> {
    let all = doctor::run(&desk.app, false).await.unwrap();
    let found = all
        .into_iter()
        .find(|check| check.name == "Phản ánh, kiến nghị");
    found.map(|check| {
        assert_eq!(check.grade, Grade::Bad);
        check.words
    })
}

#[tokio::test]
async fn when_all_who_handle_it_are_named_another_is_appointed() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let office = hire(&desk, "lan", "Hồ Thị Lan", Role::Office).await;
    hire(&desk, "hung", "Đỗ Văn Hùng", Role::Leader).await;
    let admin = hire(&desk, "nam", "Bùi Hải Nam", Role::Admin).await;
    assert_eq!(told(&desk).await, None);
    let some = "Bà Hồ Thị Lan và ông Đỗ Văn Hùng hẹn ba lần, bắt về.";
    send(&desk, "conduct", some, KEY).await;
    assert_eq!(told(&desk).await, None, "the administrator may handle it");
    let all = format!("{some} Ông BÙI HẢI NAM cũng vậy, thật là Bí Mật.");
    let other = KEY.replace(|c: char| c.is_ascii_digit(), "7");
    let (code, _) = send(&desk, "conduct", &all, &other).await;
    let words = told(&desk).await.unwrap();
    assert!(words.starts_with("1 phản ánh"), "{words}");
    // On the Office's page, without a word of it and not even its number.
    for cookie in [&office, &admin] {
        let page = desk.page(cookie, "/van-hanh").await.body;
        assert!(
            page.contains("chưa ai xử lý được") && !page.contains(&code),
            "{page}"
        );
        assert!(!page.contains("Bí Mật") && !page.contains("Đỗ Văn Hùng"));
        let path = format!("/phan-anh/danh-sach/{code}");
        assert_eq!(desk.page(cookie, &path).await.status, 404);
    }
    // Somebody of the same name as one of them is no help; one not named is.
    hire(&desk, "lan2", "Hồ Thị Lan", Role::Office).await;
    assert!(told(&desk).await.is_some());
    let new = hire(&desk, "mai", "Tô Tuyết Mai", Role::Office).await;
    assert_eq!(told(&desk).await, None);
    let answer = [("answer", "Đã xem xét, xin lỗi bà con.")];
    let done = act(&desk, &new, &code, "answer", &answer).await;
    assert!(done.status == 303 || done.status == 200, "{}", done.body);
    motcua::actions::disable_account::run(&desk.app, "mai")
        .await
        .unwrap();
    let state = desk
        .rows("SELECT id FROM feedback WHERE answered_at IS NULL")
        .await;
    assert_eq!(state.len(), 1, "answered once, for good");
    assert_eq!(told(&desk).await, None);
}
