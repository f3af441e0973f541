//! A forgotten password: the administrator's code opens the account once, within a day,
//! and a wrong one counts like a wrong password.
use motcua::domain::role::Role;

use crate::harness::Desk;

const NEW: &str = "new=ghe-go-canh-song-huong";

/// The administrator, who has given the password once more.
async fn confirmed_admin(desk: &Desk) -> String {
    let admin = desk.sign_in(Role::Admin).await;
    let sure = "password=mot+cau+de+nho&ve=/nhan-su";
    let sure = desk.form(&admin, "/xac-nhan", sure).await;
    assert_eq!(sure.status, 303, "{}", sure.body);
    sure.cookie
}

async fn code_of(desk: &Desk, admin: &str, username: &str) -> String {
    let page = desk
        .form(admin, &format!("/nhan-su/{username}/mat-khau"), "")
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    let (_, rest) = page.body.split_once("class=\"due-date\"><b>").unwrap();
    rest.split_once('<').unwrap().0.to_owned()
}

async fn opens(desk: &Desk, username: &str, password: &str) -> bool {
    let form = format!("username={username}&password={password}&ve=");
    desk.form("", "/dang-nhap", &form).await.status == 303
}

#[tokio::test]
async fn a_code_opens_the_account_once_and_ends_its_sessions() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let admin = confirmed_admin(&desk).await;
    let theirs = desk.sign_in(Role::Receptionist).await;
    let code = code_of(&desk, &admin, "receptionist").await;
    assert_eq!(code.len(), 19, "{code}");
    let kept = desk.rows("SELECT reset_hash FROM account").await;
    assert!(
        !format!("{kept:?}").contains(&code),
        "only its hash is kept"
    );
    // As it is heard over the telephone.
    let typed = code.to_lowercase().replace('-', " ").replace(' ', "+");
    let send = format!("username=receptionist&code={typed}&{NEW}");
    let weak = format!("username=receptionist&code={typed}&new=12345");
    let refused = desk.form("", "/dat-lai-mat-khau", &weak).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        refused.body.contains("ít nhất 10 ký tự"),
        "{}",
        refused.body
    );
    let done = desk.form("", "/dat-lai-mat-khau", &send).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(desk.page(&theirs, "/ban-lam-viec").await.status, 303);
    assert!(opens(&desk, "receptionist", "ghe-go-canh-song-huong").await);
    let again = desk.form("", "/dat-lai-mat-khau", &send).await;
    assert_eq!(again.status, 422, "once only");
}

#[tokio::test]
async fn a_code_ends_after_a_day_and_with_the_next_one() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let admin = confirmed_admin(&desk).await;
    desk.sign_in(Role::Receptionist).await;
    let first = code_of(&desk, &admin, "receptionist").await;
    let second = code_of(&desk, &admin, "receptionist").await;
    let send = async |desk: &Desk, code: &str| {
        let form = format!("username=receptionist&code={code}&{NEW}");
        desk.form("", "/dat-lai-mat-khau", &form).await.status
    };
    assert_eq!(send(&desk, &first).await, 422);
    desk.move_to("2021-04-17T10:00");
    assert_eq!(send(&desk, &second).await, 422);
}

#[tokio::test]
async fn guessing_locks_the_account_and_a_strange_name_looks_alike() {
    let desk = Desk::at("2021-04-16T10:00").await;
    desk.sign_in(Role::Receptionist).await;
    let guess = async |name: &str| {
        let form = format!("username={name}&code=0000-0000-0000-0000&{NEW}");
        let answer = desk.form("", "/dat-lai-mat-khau", &form).await;
        (answer.status, answer.body.replace(name, "…"))
    };
    for _ in 0..12 {
        let (known, stranger) = (guess("receptionist").await, guess("nobody").await);
        assert_eq!(known, stranger, "a name in use looks like one that is not");
    }
    assert_eq!(guess("receptionist").await.0, 429);
}

#[tokio::test]
async fn only_the_administrator_hands_out_codes_and_not_to_himself() {
    let desk = Desk::at("2021-04-16T10:00").await;
    desk.sign_in(Role::Receptionist).await;
    for role in [Role::Office, Role::Leader, Role::Specialist] {
        let cookie = desk.sign_in(role).await;
        let page = desk
            .form(&cookie, "/nhan-su/receptionist/mat-khau", "")
            .await;
        assert_eq!(page.status, 403, "{role:?}");
    }
    let admin = confirmed_admin(&desk).await;
    let own = desk.form(&admin, "/nhan-su/admin/mat-khau", "").await;
    assert_eq!(own.status, 404);
}

#[tokio::test]
async fn a_newcomer_sets_the_first_password_alone() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let admin = confirmed_admin(&desk).await;
    let new = "name=Lê+Văn+Đạt&username=dat&role=specialist&title=&email=&password=";
    let page = desk.form(&admin, "/nhan-su", new).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let (_, rest) = page.body.split_once("class=\"due-date\"><b>").unwrap();
    let code = rest.split_once('<').unwrap().0;
    let send = format!("username=dat&code={code}&{NEW}");
    assert_eq!(desk.form("", "/dat-lai-mat-khau", &send).await.status, 200);
    assert!(opens(&desk, "dat", "ghe-go-canh-song-huong").await);
}
