//! The simulated year: the same for a seed, and with every kind of course in it.
use motcua::{
    config::Settings,
    demo::{self, Wanted},
    domain::role::Role,
};

use crate::{harness::Desk, paper::Paper};

const COURSE: &str = "SELECT d.code, d.status, d.original_due_at, d.ended_at, d.applicant_name, \
     e.act, e.at, e.note FROM dossier d JOIN event e ON e.dossier_id = d.id ORDER BY e.id";

const FEEDBACK: &str = "SELECT code, kind, source, state, received_at, handled_at, name, secret_hash \
     FROM feedback ORDER BY id";

/// What happens in a year, made here and not taken from those that are kept.
async fn course(seed: u64) -> Vec<serde_json::Value> {
    let folder = tempfile::tempdir().unwrap();
    let wanted = Wanted {
        dossiers: 60,
        seed,
        year: 2021,
    };
    let settings = Settings::load(None).unwrap();
    let built = demo::build(settings, folder.path(), wanted);
    let app = Box::pin(built).await.unwrap();
    let desk = Desk::over(app);
    let mut course = desk.rows(COURSE).await;
    let feedback = desk.rows(FEEDBACK).await;
    assert!(!feedback.is_empty());
    course.extend(feedback);
    course
}

#[tokio::test]
async fn a_seed_gives_one_year() {
    let (one, two, other) = (course(7).await, course(7).await, course(8).await);
    assert!(one.len() > 120, "{} events", one.len());
    assert_eq!(one, two);
    assert_ne!(one, other);
}

#[tokio::test]
async fn a_newcomer_sees_every_kind_of_course() {
    // A year of this size has all of them; the one that newcomers see is larger.
    let dossiers = if std::env::var_os("MOTCUA_LONG").is_some() {
        2000
    } else {
        500
    };
    let desk = Desk::of_demo(dossiers, 3).await;
    for (what, sql) in [
        (
            "late",
            "SELECT id FROM dossier WHERE ended_at IS NOT NULL AND judged_at >= lapse_at",
        ),
        (
            "a supplement",
            "SELECT id FROM event WHERE act = 'supplement_received'",
        ),
        (
            "a withdrawal",
            "SELECT id FROM event WHERE act = 'withdraw'",
        ),
        (
            "a signed apology",
            "SELECT id FROM apology WHERE signed_at IS NOT NULL",
        ),
        (
            "a draft to sign",
            "SELECT id FROM apology WHERE signed_at IS NULL",
        ),
        (
            "a ballot by phone",
            "SELECT id FROM ballot WHERE source = 'qr'",
        ),
        (
            "a ballot on paper",
            "SELECT id FROM ballot WHERE source = 'paper'",
        ),
        (
            "one carried over",
            "SELECT id FROM dossier WHERE received_at < '2020-12-14T17:00'",
        ),
        (
            "one still open",
            "SELECT id FROM dossier WHERE ended_at IS NULL AND rejected_at IS NULL",
        ),
        (
            "a mail that left in its month",
            "SELECT id FROM outbox WHERE kind = 'ready' AND sent_at < '2021-04-01'",
        ),
        (
            "somebody to be told by hand",
            "SELECT id FROM outbox WHERE channel = 'slip' AND settled_at IS NULL",
        ),
        (
            "a sender who was asked for more",
            "SELECT id FROM feedback WHERE state = 'awaiting_more'",
        ),
        (
            "one waiting",
            "SELECT id FROM dossier WHERE wait_from IS NOT NULL AND ended_at IS NULL",
        ),
    ] {
        assert!(!desk.rows(sql).await.is_empty(), "the year has {what}");
    }
    let ahead = desk
        .rows("SELECT id FROM event WHERE at > '2021-12-10T02:00:01'")
        .await;
    assert!(
        ahead.is_empty(),
        "nothing happens after the clock: {}",
        ahead.len()
    );
}

#[tokio::test]
async fn every_paper_of_the_demo_says_that_it_is_one() {
    let desk = Desk::of_demo(300, 1).await;
    let form = format!("username=office&password={}&ve=", motcua::demo::PASSWORD);
    let office = desk.form("", "/dang-nhap", &form).await.cookie;
    // The year's papers were written down while it was made, before anyone looks.
    let papers = [
        (
            "yeu-cau",
            "SELECT d.code FROM paper p JOIN dossier d ON d.id = p.dossier_id WHERE p.kind = 'supplement' AND p.body IS NOT NULL",
            "bo-sung",
        ),
        (
            "xin-loi",
            "SELECT d.code FROM apology a JOIN dossier d ON d.id = a.dossier_id WHERE a.signed_at IS NOT NULL",
            "xin-loi",
        ),
        ("giay-hen", "SELECT code FROM dossier", "giay-hen"),
        (
            "kiem-soat",
            "SELECT code FROM dossier WHERE status = 'returned'",
            "kiem-soat",
        ),
    ];
    for (what, sql, paper) in papers {
        let rows = desk.rows(sql).await;
        let code = rows.first().unwrap_or_else(|| panic!("none of {what}"))["code"]
            .as_str()
            .unwrap()
            .to_owned();
        let place = format!("/ho-so/{code}/in/{paper}");
        // As it is printed first, and again.
        for time in 1..=2 {
            let pdf = desk.pdf(&office, &place).await;
            assert!(
                Paper::of(&pdf).is_marked_as_demo(),
                "{what} {code}, time {time}"
            );
        }
        if ["bo-sung", "xin-loi"].contains(&paper) {
            let page = axum::http::Request::get(format!("{place}?dang=docx"))
                .header("cookie", &office)
                .body(axum::body::Body::empty())
                .unwrap();
            let (status, file) = desk.send(page).await;
            assert_eq!(status, 200, "{what}");
            let mut zip = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
            let mut above = String::new();
            std::io::Read::read_to_string(
                &mut zip.by_name("word/header1.xml").unwrap(),
                &mut above,
            )
            .unwrap();
            assert!(above.contains("BẢN DÙNG THỬ"), "{what}: {above}");
        }
    }
}

#[tokio::test]
async fn no_paper_of_an_office_says_so() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let code = desk.receive("1.001022", "2021-04-16T09:00").await;
    let pdf = desk
        .pdf(&cookie, &format!("/ho-so/{code}/in/giay-hen"))
        .await;
    assert!(!Paper::of(&pdf).is_marked_as_demo());
}
