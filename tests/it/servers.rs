//! Several servers of one register: what one begins another knows of and can end, and what
//! recurs is done by one of them.
use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;
use motcua::{
    actions::begin_work,
    app::App,
    clock::Clock,
    domain::role::Role,
    error::Kind,
    in_hand,
    jobs::{Asked, Done, Made},
    store::Store,
    upkeep::backup,
};
use serde_json::json;
use tokio::sync::Notify;

use crate::{ballot_marks::opening, harness::Desk, many::ended, survey::rated};

const PARENT: &str = "1.001022";
const MORNING: &str = "2021-04-16T10:00";

/// Another server of the same register, with lines of its own to the database.
pub async fn beside(desk: &Desk) -> Desk {
    let settings = (*desk.app.settings).clone();
    let store = Store::open(&settings.database.url).await.unwrap();
    Desk::over(App::over(store, settings, desk.app.clock))
}

fn later(app: &App, seconds: i64) -> App {
    let mut later = app.clone();
    later.clock = Clock::Fixed(app.clock.now() + TimeDelta::seconds(seconds));
    later
}

#[tokio::test]
async fn what_one_has_in_hand_no_other_takes_until_it_dies() {
    let here = Desk::at(MORNING).await;
    let there = beside(&here).await;
    let (a, b) = (&here.app, &there.app);
    let take = async |app: &App| in_hand::take(app, "batch:7".into()).await.unwrap();
    let hold = take(a).await.unwrap();
    assert!(take(b).await.is_none(), "another server");
    assert!(take(a).await.is_none(), "this one again");
    drop(hold);
    let mut taken = None;
    while taken.is_none() {
        tokio::task::yield_now().await;
        taken = take(b).await;
    }
    // It is killed: nobody lets go of it.
    std::mem::forget(taken);
    assert!(take(&later(a, 59)).await.is_none());
    assert!(take(&later(a, 61)).await.is_some());

    // Of two who ask at the same moment one gets it.
    let name = |number: i32| format!("batch:{number}");
    for number in 10..20 {
        let both = tokio::join!(
            in_hand::take(a, name(number)),
            in_hand::take(b, name(number))
        );
        let taken = [both.0.unwrap(), both.1.unwrap()];
        assert_eq!(taken.iter().flatten().count(), 1);
    }
}

#[tokio::test]
async fn what_recurs_is_one_servers_business_until_it_ends_or_dies() {
    let here = Desk::at(MORNING).await;
    let there = beside(&here).await;
    let (a, b) = (&here.app, &there.app);
    let night = async |app: &App| {
        let long = TimeDelta::minutes(25);
        in_hand::is_ours(app, "nightly", long).await.unwrap()
    };
    assert!(night(a).await && night(a).await);
    assert!(!night(b).await);
    // It keeps it by looking again.
    assert!(night(&later(a, 20 * 60)).await);
    assert!(!night(&later(b, 40 * 60)).await);
    assert!(night(&later(b, 46 * 60)).await, "it died");
    assert!(!night(&later(a, 50 * 60)).await, "it is the other's now");
    in_hand::leave(b).await.unwrap();
    assert!(night(&later(a, 51 * 60)).await, "an orderly end leaves it");
}

#[tokio::test]
async fn two_servers_give_each_dossier_its_own_code() {
    let here = Desk::at(MORNING).await;
    let there = beside(&here).await;
    let take = async |desk: &Desk| {
        let mut codes = Vec::new();
        for _ in 0..12 {
            codes.push(desk.receive(PARENT, MORNING).await);
        }
        codes
    };
    // Two windows at each.
    let (a, b, c, d) = tokio::join!(take(&here), take(&there), take(&here), take(&there));
    let codes: BTreeSet<String> = [a, b, c, d].into_iter().flatten().collect();
    assert_eq!(codes.len(), 48);
    let kept = here.rows("SELECT DISTINCT code FROM dossier").await;
    assert_eq!(kept.len(), 48);
}

#[tokio::test]
async fn one_copy_a_night_is_made() {
    let mut here = Desk::at("2021-04-16T09:00").await;
    let folder = tempfile::tempdir().unwrap();
    here.set(|settings| {
        settings.backup.folder = folder.path().join("copies").display().to_string();
    });
    here.move_to("2021-04-17T03:00");
    let there = beside(&here).await;
    let began = here.app.clock.now() - TimeDelta::days(1);
    let both = tokio::join!(
        backup::night(&here.app, began),
        backup::night(&there.app, began)
    );
    let made = [both.0.unwrap(), both.1.unwrap()];
    assert_eq!(made.iter().flatten().count(), 1, "{made:?}");
    assert_eq!(here.rows("SELECT id FROM backup_run").await.len(), 1);
}

#[tokio::test]
async fn long_work_is_followed_and_its_file_fetched_at_another_server() {
    let mut here = Desk::at(MORNING).await;
    let cookie = here.sign_in(Role::Receptionist).await;
    let stranger = here.sign_in(Role::Specialist).await;
    here.set(|settings| settings.files.at_once_ms = 0);
    let there = beside(&here).await;
    let accounts = here
        .rows("SELECT id FROM account WHERE username = 'receptionist'")
        .await;
    let account = accounts[0]["id"].as_i64().unwrap();
    let asked = |same: &str| Asked {
        agency: 1,
        title: "Xuất thử".into(),
        unit: "dòng",
        back: "/ho-so".into(),
        back_words: "Về danh sách",
        same: same.into(),
    };
    // A file of more than one part.
    let text = "hồ sơ một cửa\n".repeat(150_000);
    let (go, written) = (Arc::new(Notify::new()), text.clone());
    let held = go.clone();
    let (name, _) = begin_work::run(&here.app, account, asked("một"), |job| async move {
        job.of(40);
        job.tell(10);
        held.notified().await;
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), written)?;
        Ok(Done {
            said: "Đã xuất 40 dòng.".into(),
            made: Some(Made {
                file,
                content_type: "text/csv; charset=utf-8",
                save_as: Some("thu.csv".into()),
            }),
        })
    })
    .await
    .unwrap();
    let path = format!("/viec/{name}");
    // How far it is comes there within seconds.
    let mut page = there.page(&cookie, &path).await.body;
    for _ in 0..200 {
        assert!(page.contains("Trang tự cập nhật"), "{page}");
        if page.contains("Đã xong 10 / 40 dòng.") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        page = there.page(&cookie, &path).await.body;
    }
    assert!(page.contains("Đã xong 10 / 40 dòng."), "{page}");
    assert!(
        there
            .page(&cookie, "/viec")
            .await
            .body
            .contains("Đang chạy")
    );
    // The same asked for there is that work, not a second one.
    let never = |_| std::future::pending();
    let again = begin_work::run(&there.app, account, asked("một"), never).await;
    assert_eq!(again.unwrap().0, name);
    assert_eq!(here.rows("SELECT id FROM work").await.len(), 1);

    go.notify_one();
    let started = here.page(&cookie, &path).await;
    assert_eq!(started.status, 200);
    for desk in [&there, &here] {
        let mut page = desk.page(&cookie, &path).await.body;
        while page.contains("Trang tự cập nhật") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            page = desk.page(&cookie, &path).await.body;
        }
        assert!(
            page.contains("Đã xuất 40 dòng.") && page.contains("Tải tệp"),
            "{page}"
        );
        let bytes = desk.file(&cookie, &format!("{path}/tep")).await;
        assert!(bytes == text.as_bytes(), "{} bytes", bytes.len());
    }
    assert_eq!(
        there.page(&stranger, &format!("{path}/tep")).await.status,
        404
    );

    // An hour later the file is gone, and its page says so.
    let mut there = there;
    there.move_to("2021-04-16T11:30");
    motcua::nightly::due(&there.app, None, there.app.clock.now())
        .await
        .unwrap();
    assert!(there.rows("SELECT id FROM work_part").await.is_empty());
    let page = there.page(&cookie, &path).await.body;
    assert!(page.contains("Tệp, nếu có, đã được xóa."), "{page}");
}

#[tokio::test]
async fn an_act_on_many_is_followed_at_another_server() {
    let here = Desk::at(MORNING).await;
    let there = beside(&here).await;
    let code = here.receive(PARENT, MORNING).await;
    let cookie = here.sign_in(Role::Specialist).await;
    let chosen = format!("viec=appraise&hs={code}:1");
    let started = here.form(&cookie, "/ho-so/nhieu/lam", &chosen).await;
    let page = ended(&there, &cookie, &started).await;
    assert!(page.contains("<b>1</b> xong"), "{page}");
}

#[tokio::test]
async fn the_next_of_a_list_is_found_at_another_server_and_by_nobody_else() {
    let here = Desk::at(MORNING).await;
    let there = beside(&here).await;
    for _ in 0..3 {
        here.receive(PARENT, MORNING).await;
    }
    let cookie = here.sign_in(Role::Receptionist).await;
    let other = here.sign_in(Role::Specialist).await;
    let list = here.page(&cookie, "/ho-so?status=received").await.body;
    let rows: Vec<&str> = list.split("href=\"").skip(1).collect();
    let row = rows.iter().find(|row| row.contains("?ds=")).unwrap();
    let path = row.split('"').next().unwrap().replace("&amp;", "&");
    let page = there.page(&cookie, &path).await.body;
    assert!(
        page.contains("1 trong 3") && page.contains("rel=\"next\""),
        "{page}"
    );
    let page = there.page(&other, &path).await.body;
    assert!(!page.contains("trong 3"), "another's list is no list");
}

#[tokio::test]
async fn a_name_that_nobody_bears_is_paused_by_what_is_tried_at_any_server() {
    let here = Desk::at(MORNING).await;
    let there = beside(&here).await;
    here.sign_in(Role::Office).await;
    let mut said = Vec::new();
    for name in ["office", "khong-co"] {
        let mut answers = Vec::new();
        for desk in [&here, &there, &here, &there, &here, &there, &here] {
            let form = format!("username={name}&password=sai&ve=");
            answers.push(desk.form("", "/dang-nhap", &form).await.status);
        }
        said.push(answers);
    }
    assert_eq!(said[0], said[1]);
    assert_eq!(said[1].last(), Some(&429));
}

#[tokio::test]
async fn a_ballot_opened_at_one_server_is_cast_at_another() {
    let mut here = Desk::at(MORNING).await;
    let path = format!("/khao-sat/{}", rated(&here).await);
    let page = here.page("", &format!("{path}?k=mail")).await;
    here.move_to("2021-04-16T10:05");
    let there = beside(&here).await;
    let sent = format!("di=gui&a_q1=5&comment=&mo={}", opening(&page.body));
    assert_eq!(there.form("", &path, &sent).await.status, 200);
    let rows = here.rows("SELECT source, marks FROM ballot_box").await;
    assert_eq!(rows, [json!({ "source": "mail", "marks": "" })]);
}

#[tokio::test]
async fn one_told_to_end_takes_nothing_more_and_still_answers() {
    let desk = Desk::at(MORNING).await;
    assert_eq!(desk.get("", "/readyz").await.0, 200);
    desk.app
        .draining
        .store(true, std::sync::atomic::Ordering::Relaxed);
    let (status, said) = desk.get("", "/readyz").await;
    assert_eq!((status, &said["status"]), (503, &json!("ending")));
    assert_eq!(desk.get("", "/healthz").await.0, 200, "it lives");
    desk.receive(PARENT, MORNING).await;
}

#[tokio::test]
async fn a_database_that_is_away_is_said_with_a_way_on() {
    for code in ["57P01", "57P03", "08006", "25006"] {
        let said = motcua::store::words_of_engine(code, "");
        assert_eq!(said.unwrap().code, "database_away", "{code}");
    }
    let said = motcua::store::words_of_engine("57014", "").unwrap();
    assert_eq!((said.kind, said.code), (Kind::TooSlow, "too_slow"));
    let desk = Desk::at(MORNING).await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    desk.store().clone().close().await.unwrap();
    let (status, said) = desk.get("receptionist", "/api/v1/dossiers").await;
    assert_eq!((status, &said["code"]), (503, &json!("database_away")));
    let (status, said) = desk.get("", "/healthz").await;
    assert_eq!(status, 503, "{said}");
    let page = desk.page(&cookie, "/ban-lam-viec").await;
    assert_eq!(page.status, 503);
    assert!(
        page.body.contains("gửi lại sau khoảng nửa phút"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_balancer_without_a_database_behind_it_is_one_that_is_away() {
    let balancer = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = balancer.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut line, _) = balancer.accept().await.unwrap();
            // As HAProxy: what was said is read, and the line ended without an answer.
            let mut said = [0; 8];
            let _ = tokio::io::AsyncReadExt::read(&mut line, &mut said).await;
        }
    });
    for mode in ["require", "disable"] {
        let url = format!("postgres://motcua@{address}/motcua?sslmode={mode}");
        let error = motcua::store::Store::open(&url).await.unwrap_err();
        assert_eq!(error.code, "database_away", "{mode}: {error}");
    }
}
