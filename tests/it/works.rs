//! Long work: a page with a bar that follows it, its end told also after a restart, and by
//! nobody but who began it.
use std::{
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use motcua::{
    actions::{
        begin_work,
        import_dossiers::{Plan, columns::Layout},
        join_agency,
    },
    app::App,
    domain::role::Role,
    error::Kind,
    jobs::{self, Asked, Done, Made},
    nightly,
};
use tokio::sync::Notify;

use crate::{
    harness::Desk,
    import_pages::upload,
    many::ended,
    many_agencies::{province, receive},
    paper::Paper,
};

const PARENT: &str = "1.001022";

/// The server started anew over the same register.
fn restart(desk: &mut Desk) {
    let settings = (*desk.app.settings).clone();
    desk.app = App::over(desk.app.store.clone(), settings, desk.app.clock);
    desk.set(|_| ());
}

pub fn asked(same: &str) -> Asked {
    Asked {
        agency: 1,
        title: format!("Việc thử {same}"),
        unit: "dòng",
        back: "/ho-so".into(),
        back_words: "Về danh sách",
        same: same.into(),
    }
}

#[tokio::test]
async fn what_takes_long_has_a_bar_of_its_own_and_a_restart_is_told() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let other = desk.sign_in(Role::Specialist).await;
    let accounts = desk
        .rows("SELECT id FROM account WHERE username = 'receptionist'")
        .await;
    let account = accounts[0]["id"].as_i64().unwrap();
    let go = Arc::new(Notify::new());
    let held = go.clone();
    let (name, job) = begin_work::run(&desk.app, account, asked("một"), |job| async move {
        job.of(40);
        job.tell(10);
        held.notified().await;
        Ok(Done {
            said: "Đã xong 40 dòng.".into(),
            made: None,
        })
    })
    .await
    .unwrap();
    while job.so_far() != (10, 40) {
        tokio::task::yield_now().await;
    }
    let page = desk.page(&cookie, &format!("/viec/{name}")).await;
    for shown in [
        "role=\"progressbar\" aria-label=\"Việc thử một\"",
        "aria-valuenow=\"10\"",
        "aria-valuemax=\"40\"",
        "Đã xong 10 / 40 dòng.",
        "<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>",
    ] {
        assert!(page.body.contains(shown), "{shown} in {}", page.body);
    }
    let foreign = desk.page(&other, &format!("/viec/{name}")).await;
    assert_eq!(foreign.status, 404, "another's work");

    // Asked for again it is the same; more than three at a time wait.
    let idle = async |same: &str| {
        let never = |_| std::future::pending();
        begin_work::run(&desk.app, account, asked(same), never).await
    };
    assert_eq!(idle("một").await.unwrap().0, name);
    let second = idle("hai").await.unwrap().0;
    idle("ba").await.unwrap();
    assert_eq!(idle("bốn").await.unwrap_err().kind, Kind::TooMany);

    go.notify_one();
    job.ended_within(std::time::Duration::from_secs(20)).await;
    let page = desk.page(&cookie, &format!("/viec/{name}")).await.body;
    assert!(page.contains("Đã xong 40 dòng."), "{page}");
    assert!(!page.contains("http-equiv=\"refresh\""), "it has ended");
    // Its end is written down a moment later.
    while desk
        .rows("SELECT id FROM work WHERE ended_at IS NOT NULL")
        .await
        .is_empty()
    {
        tokio::task::yield_now().await;
    }

    restart(&mut desk);
    // Whoever had it in hand is dead for a minute.
    desk.move_to("2021-04-16T10:02");
    let page = desk.page(&cookie, &format!("/viec/{name}")).await.body;
    assert!(page.contains("Đã xong 40 dòng."), "{page}");
    let page = desk.page(&cookie, &format!("/viec/{second}")).await.body;
    assert!(
        page.contains("bị ngắt giữa chừng vì máy chủ khởi động lại"),
        "{page}"
    );
    assert!(page.contains("href=\"/ho-so\""), "the way to do it again");
    let list = desk.page(&cookie, "/viec").await.body;
    assert!(
        list.contains("Việc thử một") && list.contains("Bị ngắt"),
        "{list}"
    );
    let none = desk.page(&other, "/viec").await.body;
    assert!(!none.contains("Việc thử"), "{none}");
}

#[tokio::test]
async fn an_export_and_an_import_that_take_long_leave_their_pages() {
    let mut desk = Desk::of_demo(120, 4).await;
    let cookie = desk.sign_in_demo("receptionist").await;
    let at_once = desk.page(&cookie, "/ho-so/tep?dang=csv").await;
    assert_eq!(at_once.status, 200, "what is quick is answered at once");
    desk.set(|settings| settings.files.at_once_ms = 0);
    for kind in ["csv", "xlsx"] {
        let started = desk.page(&cookie, &format!("/ho-so/tep?dang={kind}")).await;
        let page = ended(&desk, &cookie, &started).await;
        assert!(page.contains("Đã xuất 120 hồ sơ."), "{page}");
        let file = format!("{}/tep", started.location);
        let bytes = desk.file(&cookie, &file).await;
        if kind == "csv" {
            assert_eq!(bytes, at_once.body.as_bytes());
        }
        assert_eq!(desk.file(&cookie, &file).await, bytes, "fetched twice");
        let office = desk.sign_in_demo("office").await;
        assert_eq!(desk.page(&office, &file).await.status, 404);
    }
    let reads = desk
        .rows("SELECT id FROM read_log WHERE face = 'export'")
        .await;
    assert!(!reads.is_empty(), "a look at all is noted");
}

#[tokio::test]
async fn receipts_of_chosen_dossiers_are_one_file() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(desk.receive(PARENT, "2021-04-16T10:00").await);
    }
    let cookie = desk.sign_in(Role::Receptionist).await;
    let list = desk.page(&cookie, "/ho-so").await.body;
    assert!(list.contains("formaction=\"/in\" formnovalidate"), "{list}");
    let chosen = |of: &[&String]| {
        let rows: Vec<String> = of.iter().map(|code| format!("&hs={code}%3A1")).collect();
        rows.concat()
    };
    let two = chosen(&[&codes[2], &codes[0]]);
    for (paper, title) in [
        ("giay-hen", "VÀ HẸN TRẢ KẾT QUẢ"),
        ("kiem-soat", "PHIẾU KIỂM SOÁT"),
    ] {
        let form = format!("viec=&giay={paper}{two}");
        let started = desk.form(&cookie, "/in", &form).await;
        let page = ended(&desk, &cookie, &started).await;
        assert!(page.contains("Đã xong 2 hồ sơ"), "{page}");
        let pdf = desk
            .pdf(&cookie, &format!("{}/tep", started.location))
            .await;
        let paper = Paper::of(&pdf);
        let text = paper.text();
        assert_eq!(text.matches(title).count(), 2, "{text}");
        let place = |code: &str| text.find(code).unwrap();
        assert!(
            place(&codes[2]) < place(&codes[0]),
            "in the order of the list"
        );
        assert!(!text.contains(&codes[1]), "{text}");
        assert!(
            paper.info().contains("Pages:           2"),
            "{}",
            paper.info()
        );
    }
    // Nobody apologised to any of them.
    let form = format!("giay=xin-loi{two}");
    let started = desk.form(&cookie, "/in", &form).await;
    let page = ended(&desk, &cookie, &started).await;
    assert!(
        page.contains("Không hồ sơ nào trong danh sách có giấy này"),
        "{page}"
    );
    for (form, why) in [
        ("giay=giay-hen".to_owned(), "Chưa chọn hồ sơ nào"),
        (format!("giay=gi-do{two}"), "Chưa chọn loại giấy"),
        (
            "giay=giay-hen&hs=000.00.00.H57-210416-0009%3A1".to_owned(),
            "Không",
        ),
    ] {
        let refused = desk.form(&cookie, "/in", &form).await;
        assert!(refused.status >= 400 && refused.status < 500, "{form}");
        assert!(refused.body.contains(why), "{why} in {}", refused.body);
    }
}

#[tokio::test]
async fn who_asks_for_the_same_right_after_its_end_begins_it_anew() {
    let desk = Desk::at("2021-04-16T10:00").await;
    desk.sign_in(Role::Receptionist).await;
    let accounts = desk
        .rows("SELECT id FROM account WHERE username = 'receptionist'")
        .await;
    let account = accounts[0]["id"].as_i64().unwrap();
    for time in 0..20 {
        let (_, job) = begin_work::run(&desk.app, account, asked("lại"), |_| async move {
            let said = format!("lần {time}");
            Ok(Done { said, made: None })
        })
        .await
        .unwrap();
        let outcome = job.ended_within(std::time::Duration::from_mins(1)).await;
        let done = outcome.map(|done| done.as_ref().unwrap().said.clone());
        assert_eq!(done, Some(format!("lần {time}")));
    }
}

#[tokio::test]
async fn a_file_goes_after_an_hour_though_nobody_begins_anything_else() {
    let desk = Desk::at("2021-04-16T16:30").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let accounts = desk
        .rows("SELECT id FROM account WHERE username = 'receptionist'")
        .await;
    let account = accounts[0]["id"].as_i64().unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all("sổ của thứ sáu".as_bytes()).unwrap();
    let place = file.path().to_owned();
    let (name, job) = begin_work::run(&desk.app, account, asked("tệp"), |_| async move {
        let made = Made {
            file,
            content_type: "text/csv; charset=utf-8",
            save_as: Some("so.csv".into()),
        };
        let said = "Đã xong.".into();
        Ok(Done {
            said,
            made: Some(made),
        })
    })
    .await
    .unwrap();
    assert!(job.ended_within(Duration::from_mins(1)).await.is_some());
    drop(job);
    let path = format!("/viec/{name}");
    nightly::let_go(&desk.app, Instant::now() + jobs::KEPT / 2);
    let page = desk.page(&cookie, &path).await.body;
    assert!(page.contains("Tải tệp"), "{page}");
    assert!(place.exists());
    nightly::let_go(&desk.app, Instant::now() + jobs::KEPT);
    // The task that did it may hold it for a moment more.
    for _ in 0..200 {
        if !place.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!place.exists(), "the register still lies there");
    let page = desk.page(&cookie, &path).await.body;
    assert!(!page.contains("Tải tệp"), "{page}");
}

#[tokio::test]
async fn a_preview_goes_by_itself_and_with_its_import() {
    let desk = Desk::at("2021-06-01T09:00").await;
    let previews = &desk.app.previews;
    let layout = Layout::default();
    previews.keep(7, layout.clone(), Plan::default());
    let read = Arc::downgrade(&previews.of(7, &layout).unwrap());
    let minutes = |many| Instant::now() + Duration::from_mins(many);
    nightly::let_go(&desk.app, minutes(5));
    assert!(read.upgrade().is_some());
    nightly::let_go(&desk.app, minutes(10));
    assert!(read.upgrade().is_none(), "nobody asked for another");

    let cookie = desk.sign_in(Role::Office).await;
    let file = "code,procedure_code,applicant_name,received_at\nA-1,1.001022,Đào,16/04/2021\n";
    let (status, page, _) = upload(&desk, &cookie, "dossiers", file.as_bytes()).await;
    assert_eq!(status, 303);
    let id: i64 = page.rsplit('/').next().unwrap().parse().unwrap();
    previews.keep(id, layout.clone(), Plan::default());
    let run = format!("{page}/nhap");
    let done = desk.form(&cookie, &run, "lam=nhap").await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(previews.of(id, &layout).is_none(), "it was carried out");
    let shown = desk.page(&cookie, &done.location).await.body;
    assert!(shown.contains("Đã nhập 1 hồ sơ"), "{shown}");
}

/// The name of work that does not end, begun in an agency or found under way there.
async fn begun(desk: &Desk, account: i64, agency: i64) -> String {
    let asked = Asked {
        agency,
        ..asked("một")
    };
    let never = |_| std::future::pending();
    let begun = begin_work::run(&desk.app, account, asked, never).await;
    begun.unwrap().0
}

#[tokio::test]
async fn a_file_of_one_agency_is_not_there_in_another() {
    let mut desk = province("2025-06-20T10:00").await;
    receive(&desk, "receptionist", "Trần Văn Ẩn", "2025-06-19T08:30").await;
    let cookie = desk.sign_in(Role::Office).await;
    join_agency::run(&desk.app, "office", "quang-cong", Role::Specialist, "")
        .await
        .unwrap();
    let change_over = async |desk: &Desk, to: &str| {
        let form = format!("agency={to}");
        let moved = desk.form(&cookie, "/tai-khoan/co-quan", &form).await;
        assert_eq!(moved.status, 303, "{}", moved.body);
    };
    desk.set(|settings| settings.files.at_once_ms = 0);
    let started = desk.page(&cookie, "/ho-so/tep?dang=csv").await;
    ended(&desk, &cookie, &started).await;
    let page = started.location;
    let file = format!("{page}/tep");
    let exports = "SELECT agency_id FROM read_log WHERE face = 'export'";
    // By the server that did it, and by one that reads what was written down.
    for again in [false, true] {
        if again {
            restart(&mut desk);
        }
        change_over(&desk, "quang-cong").await;
        for path in [&page, &file] {
            let refused = desk.page(&cookie, path).await;
            assert_eq!(refused.status, 404, "{path}: {}", refused.body);
        }
        let list = desk.page(&cookie, "/viec").await.body;
        assert!(!list.contains(&page), "{list}");
        let notes = desk.rows(exports).await;
        assert_eq!(notes.len(), usize::from(again), "{notes:?}");
        change_over(&desk, "quang-ngan").await;
        let list = desk.page(&cookie, "/viec").await.body;
        assert!(list.contains(&page), "{list}");
        let csv = desk.page(&cookie, &file).await;
        assert_eq!(csv.status, 200);
        assert!(csv.body.contains("Trần Văn Ẩn"), "{}", csv.body);
        let here = serde_json::json!({ "agency_id": 1 });
        assert_eq!(desk.rows(exports).await, [here]);
    }
    // What a server wrote down that knew no agencies of work is its account's everywhere.
    desk.run("UPDATE work SET same = 'e3b0c442'").await;
    change_over(&desk, "quang-cong").await;
    assert_eq!(desk.page(&cookie, &page).await.status, 200);

    // The same asked for in another agency is other work.
    let accounts = desk
        .rows("SELECT id FROM account WHERE username = 'office'")
        .await;
    let account = accounts[0]["id"].as_i64().unwrap();
    let here = begun(&desk, account, 1).await;
    let there = begun(&desk, account, 3).await;
    assert_ne!(here, there);
    restart(&mut desk);
    assert_eq!(begun(&desk, account, 1).await, here);
    assert_eq!(begun(&desk, account, 3).await, there);
}
