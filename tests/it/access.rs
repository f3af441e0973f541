//! Who gets in: passwords worth their name, pauses that tell nothing, codes from a
//! telephone, sessions that end, tokens for what they were made for, looks that are noted.
use motcua::{
    config::SecondFactor, domain::role::Role, password, store::accounts::by_username, vault,
};

use crate::harness::Desk;

const MORNING: &str = "2021-04-16T10:00";
const RIGHT: &str = "mot+cau+de+nho";

async fn try_in(desk: &Desk, name: &str, word: &str) -> (u16, String) {
    let page = desk
        .form(
            "",
            "/dang-nhap",
            &format!("username={name}&password={word}"),
        )
        .await;
    // The name typed comes back in the form; the rest must be alike for all names.
    (page.status, page.body.replace(name, "TÊN"))
}

#[test]
fn what_is_guessed_first_is_no_password() {
    let own = ["Lê Văn Đạt", "dat.lv", "UBND xã Quảng Ngạn"];
    let weak = [
        "matkhau123",
        "Mật khẩu 123",
        "vietnam2021",
        "1234567890",
        "qwertyuiop",
        "quangngan1",
        "motcua2021",
        "Lê Văn Đạt 1",
        "dat.lv2021",
        "0987654321",
        "aaaaaaaaaaaa",
        "nguyenvana",
        "anhyeuem123",
        "password123",
        "ubnd 2021!",
        "ubndxa2021",
        "UBNDxaQuangNgan",
        "ubnd@quangngan",
        "motcuaxa2024",
        "tiepnhanhoso1",
        "dichvucong123",
        "vanphonghdnd",
        "chutichxa2021",
        "thuathienhue75",
        "phuongdang2023",
        "tuphaphotich",
        "nguyenthihoa90",
        "datlv@2021xa",
        "congansonla1",
        "xin-chao-mot-cua",
        "12/03/1985",
    ];
    for word in weak {
        assert!(password::is_weak(word, &own), "{word} is taken");
    }
    let good = [
        "mot cau de nho",
        "bò vàng gặm cỏ xanh",
        "tr0i-mua-ao-dai-7",
        "k7#mQz!v2Lp",
    ];
    for word in good {
        assert!(!password::is_weak(word, &own), "{word} is refused");
    }
    println!("passwords judged: {}", weak.len() + good.len());
}

#[tokio::test]
async fn a_pause_grows_and_tells_nothing_of_who_is_there() {
    let mut desk = Desk::at(MORNING).await;
    desk.sign_in(Role::Office).await;
    let mut both = Vec::new();
    for name in ["office", "khong-co"] {
        desk.move_to(MORNING);
        let mut answers = Vec::new();
        for _ in 0..6 {
            answers.push(try_in(&desk, name, "sai").await);
        }
        // Ten minutes, then twenty, then forty, an hour at most.
        for (later, then) in [("10:09", 429), ("10:11", 401)] {
            desk.move_to(&format!("2021-04-16T{later}"));
            let answer = try_in(&desk, name, "sai").await;
            assert_eq!(answer.0, then, "{name} at {later}");
            answers.push(answer);
        }
        for _ in 0..5 {
            answers.push(try_in(&desk, name, "sai").await);
        }
        desk.move_to("2021-04-16T10:30");
        let answer = try_in(&desk, name, "sai").await;
        assert_eq!(answer.0, 429, "{name}: the second pause is twice the first");
        answers.push(answer);
        desk.move_to("2021-04-16T10:32");
        answers.push(try_in(&desk, name, "sai").await);
        both.push(answers);
    }
    for (place, (known, unknown)) in both[0].iter().zip(&both[1]).enumerate() {
        assert_eq!(known, unknown, "answer {place} tells them apart");
    }
    // The right word ends the count.
    assert_eq!(try_in(&desk, "office", RIGHT).await.0, 303);
}

/// The code of a secret at the desk's moment, as a telephone shows it.
fn code(encoded: &str, at: i64) -> String {
    let key = totp_rs::Secret::try_from_base32(encoded).unwrap();
    let totp = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_secret(key)
        .build()
        .unwrap();
    totp.generate(u64::try_from(at).unwrap()).to_string()
}

#[tokio::test]
async fn an_administrator_needs_the_code_of_the_telephone() {
    let mut desk = Desk::at(MORNING).await;
    desk.set(|settings| settings.security.second_factor = SecondFactor::Admin);
    let office = desk.sign_in(Role::Office).await;
    assert_eq!(desk.page(&office, "/ban-lam-viec").await.status, 200);
    let admin = desk.sign_in(Role::Admin).await;
    // Nothing opens before the code.
    for path in [
        "/ban-lam-viec",
        "/nhan-su",
        "/ho-so",
        "/ho-so/tep?dang=csv",
        "/tai-khoan",
    ] {
        let page = desk.page(&admin, path).await;
        assert_eq!(page.status, 303, "{path}");
        assert!(
            page.location.starts_with("/dang-nhap/ma"),
            "{path}: {}",
            page.location
        );
    }
    let page = desk.page(&admin, "/dang-nhap/ma?ve=/nhan-su").await;
    assert!(
        page.body.contains("<svg") && page.body.contains("Mã sáu chữ số"),
        "{}",
        page.body
    );
    let account = async |desk: &Desk| {
        by_username(desk.store().read(), "admin")
            .await
            .unwrap()
            .unwrap()
    };
    // At rest it is locked, for this account alone, by a key that no copy holds.
    let stored = account(&desk).await.totp_secret.unwrap();
    let key = vault::open(&desk.app.settings, "admin", &stored).unwrap();
    assert!(vault::is_locked(&stored) && !stored.contains(&key));
    assert!(vault::open(&desk.app.settings, "office", &stored).is_err());
    assert!(!vault::seen_by_others(&vault::key_file(&desk.app.settings)));
    assert!(page.body.contains(&key));
    let now = desk.app.clock.now().timestamp();
    let good = code(&key, now);
    let wrong = format!("{:06}", (good.parse::<u32>().unwrap() + 1) % 1_000_000);
    let refused = desk
        .form(&admin, "/dang-nhap/ma", &format!("ma={wrong}"))
        .await;
    assert_eq!(refused.status, 422);
    let taken = desk
        .form(&admin, "/dang-nhap/ma", &format!("ma={good}&ve=/nhan-su"))
        .await;
    assert_eq!((taken.status, taken.location.as_str()), (303, "/nhan-su"));
    // Under a new secret: the old one opens nothing any more.
    let (before, admin) = (admin, taken.cookie);
    assert_eq!(desk.page(&before, "/nhan-su").await.status, 303);
    assert_eq!(desk.page(&admin, "/nhan-su").await.status, 200);
    // A second session: the same code opens nothing twice, the secret is not shown again.
    let form = format!("username=admin&password={RIGHT}");
    let second = desk.form("", "/dang-nhap", &form).await.cookie;
    let page = desk.page(&second, "/dang-nhap/ma").await;
    assert!(!page.body.contains(&key), "the secret is shown again");
    let again = desk
        .form(&second, "/dang-nhap/ma", &format!("ma={good}"))
        .await;
    assert_eq!(again.status, 422, "a code was taken twice");
    desk.move_to("2021-04-16T10:01");
    let later = code(&key, desk.app.clock.now().timestamp());
    let taken = desk
        .form(&second, "/dang-nhap/ma", &format!("ma={later}&ve=//xau.vn"))
        .await;
    assert_eq!(
        (taken.status, taken.location.as_str()),
        (303, "/ban-lam-viec")
    );
    // Guessing codes pauses the account.
    let third = desk.form("", "/dang-nhap", &form).await.cookie;
    let mut last = 0;
    for _ in 0..6 {
        last = desk.form(&third, "/dang-nhap/ma", "ma=000000").await.status;
    }
    assert_eq!(last, 429);
    // The telephone is lost.
    motcua::actions::second_factor::reset(&desk.app, "admin")
        .await
        .unwrap();
    assert_eq!(desk.page(&admin, "/nhan-su").await.status, 303);
    assert!(account(&desk).await.totp_secret.is_none());
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_at_the_end_of_the_day() {
    let mut desk = Desk::at("2021-04-16T07:00").await;
    let office = desk.sign_in(Role::Office).await;
    desk.set(|settings| settings.security.session_idle_minutes = 60);
    for (moment, status) in [("07:50", 200), ("08:40", 200), ("09:41", 303)] {
        desk.move_to(&format!("2021-04-16T{moment}"));
        assert_eq!(
            desk.page(&office, "/ban-lam-viec").await.status,
            status,
            "{moment}"
        );
    }
    let form = format!("username=office&password={RIGHT}");
    let office = desk.form("", "/dang-nhap", &form).await.cookie;
    desk.set(|settings| settings.security.session_idle_minutes = 90);
    for hour in 10..24 {
        desk.move_to(&format!("2021-04-16T{hour}:30"));
        let status = desk.page(&office, "/ban-lam-viec").await.status;
        // Signed in at 9:41, ten hours at most, however busy.
        assert_eq!(status, if hour < 20 { 200 } else { 303 }, "{hour}");
    }
}

#[tokio::test]
async fn what_cannot_be_taken_back_asks_for_the_password_again() {
    let mut desk = Desk::at(MORNING).await;
    let admin = desk.sign_in(Role::Admin).await;
    let new = "name=Lê+Văn+Đạt&username=dat&role=specialist&title=&password=mot+cau+de+nho";
    desk.move_to("2021-04-16T10:16");
    let refused = desk.form(&admin, "/nhan-su", new).await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.body.contains("/xac-nhan?ve=%2Fnhan-su"),
        "{}",
        refused.body
    );
    let wrong = desk
        .form(&admin, "/xac-nhan", "password=sai&ve=/nhan-su")
        .await;
    assert_eq!(wrong.status, 422);
    assert_eq!(desk.form(&admin, "/nhan-su", new).await.status, 403);
    let right = format!("password={RIGHT}&ve=/nhan-su");
    let right = desk.form(&admin, "/xac-nhan", &right).await;
    assert_eq!((right.status, right.location.as_str()), (303, "/nhan-su"));
    let (before, admin) = (admin, right.cookie);
    assert_ne!(before, admin);
    assert_eq!(desk.page(&before, "/nhan-su").await.status, 303);
    assert_eq!(desk.form(&admin, "/nhan-su", new).await.status, 303);
}

#[tokio::test]
async fn a_look_outside_ones_own_work_is_shown_to_the_office() {
    let mut desk = Desk::at(MORNING).await;
    let receptionist = desk.sign_in(Role::Receptionist).await;
    let specialist = desk.sign_in(Role::Specialist).await;
    let office = desk.sign_in(Role::Office).await;
    let form = "thu-tuc=1.001193&name=An&kind=citizen&channel=desk&act=receive&key=k1";
    let own = desk.form(&receptionist, "/ho-so/moi", form).await;
    assert_eq!(own.status, 303, "{}", own.body);
    let code = desk.rows("SELECT code FROM dossier").await.remove(0);
    let code = code["code"].as_str().unwrap().to_owned();
    let path = format!("/ho-so/{code}");
    let noted = async |desk: &Desk| {
        desk.rows("SELECT actor, face FROM read_log ORDER BY id")
            .await
            .len()
    };
    // One's own work is not noted.
    assert_eq!(desk.page(&receptionist, &path).await.status, 200);
    assert_eq!(noted(&desk).await, 0);
    // What is given to somebody is their own too.
    let given = desk.rows("SELECT assigned_to FROM dossier").await;
    desk.page(&specialist, &path).await;
    let expected = usize::from(given[0]["assigned_to"].is_null());
    assert_eq!(noted(&desk).await, expected);
    // Another's is noted: once an hour.
    for _ in 0..3 {
        desk.page(&office, &path).await;
    }
    assert_eq!(noted(&desk).await, expected + 1);
    desk.move_to("2021-04-16T11:01");
    desk.page(&office, &path).await;
    assert_eq!(noted(&desk).await, expected + 2);
    let before = noted(&desk).await;
    // The API and a list taken out.
    desk.get("leader", &format!("/api/v1/dossiers/{code}"))
        .await;
    desk.page(&receptionist, "/ho-so/tep?dang=csv").await;
    assert_eq!(noted(&desk).await, before + 2);
    let page = desk.page(&office, "/nhat-ky/xem").await;
    for words in [
        "Người Công chức chuyên môn",
        "trang hồ sơ",
        "qua API",
        "xuất cả danh sách",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    assert_eq!(desk.page(&specialist, "/nhat-ky/xem").await.status, 403);
    assert_eq!(desk.page(&receptionist, "/nhat-ky/xem").await.status, 403);
}

#[tokio::test]
async fn a_secret_from_before_the_key_is_locked_at_the_next_start() {
    let desk = Desk::at(MORNING).await;
    desk.sign_in(Role::Admin).await;
    let open = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    desk.run(&format!("UPDATE account SET totp_secret = '{open}'"))
        .await;
    motcua::actions::second_factor::lock_all(&desk.app)
        .await
        .unwrap();
    let rows = desk.rows("SELECT totp_secret FROM account").await;
    let stored = rows[0]["totp_secret"].as_str().unwrap();
    assert!(vault::is_locked(stored));
    let settings = &desk.app.settings;
    assert_eq!(vault::open(settings, "admin", stored).unwrap(), open);
    // Without the key nothing opens, and no other key is made for it.
    std::fs::remove_file(vault::key_file(settings)).unwrap();
    assert!(vault::open(settings, "admin", stored).is_err());
}
