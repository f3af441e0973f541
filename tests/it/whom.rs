//! Feedback about several officers: kept from each of them, and from nobody else, by
//! every way, until it is answered. Whom it must be kept from is told by how each text
//! was put together, not by reading it.
use std::collections::BTreeSet;

use motcua::{
    actions::{
        actor::Actor,
        add_account,
        receive_feedback::{self, Entry, Input},
    },
    domain::role::Role,
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use crate::{
    feedback::{KEY, act, form, of, send},
    harness::Desk,
};

/// Two share a name; one's name begins another's; the last is never named.
const STAFF: [(&str, &str, Role); 6] = [
    ("an1", "Trần Văn An", Role::Office),
    ("an2", "Trần Văn An", Role::Leader),
    ("binh", "Lê Thị Bình", Role::Office),
    ("binhan", "Lê Thị Bình An", Role::Leader),
    ("cuong", "Phạm Hoàng Đức Cường", Role::Office),
    ("dung", "Vũ Mai Dung", Role::Office),
];

async fn sign_in(desk: &Desk, username: &str, name: &str, role: Role) -> String {
    let input = add_account::Input {
        username: username.into(),
        name: name.into(),
        password: "mot cau de nho".into(),
        ..add_account::Input::default()
    };
    add_account::run(&desk.app, 1, role, &input, None)
        .await
        .unwrap();
    let form = format!("username={username}&password=mot+cau+de+nho&ve=");
    desk.form("", "/dang-nhap", &form).await.cookie
}

/// A name as people write it.
fn written(rng: &mut StdRng, name: &str) -> String {
    match rng.random_range(0..5) {
        0 => name.to_uppercase(),
        1 => name.replace(' ', "\n"),
        2 => name.replace('Đ', "D").replace(['ứ'], "u"),
        3 => name.replace(' ', " - "),
        _ => name.to_owned(),
    }
}

/// Whom a written name keeps away.
fn called(name: &str) -> BTreeSet<&'static str> {
    let all: &[&str] = match name {
        "Trần Văn An" => &["an1", "an2"],
        "Lê Thị Bình" => &["binh"],
        "Lê Thị Bình An" => &["binh", "binhan"],
        "Phạm Hoàng Đức Cường" => &["cuong"],
        _ => &[],
    };
    all.iter().copied().collect()
}

/// The numbers that stand in a page.
fn numbers(body: &str, of: &BTreeSet<String>) -> BTreeSet<String> {
    of.iter()
        .filter(|code| body.contains(*code))
        .cloned()
        .collect()
}

#[tokio::test]
async fn every_officer_is_kept_away_and_nobody_else() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let mut cookies = Vec::new();
    for (username, name, role) in STAFF {
        cookies.push(sign_in(&desk, username, name, role).await);
    }
    let reader = cookies.last().unwrap().clone();
    let dossier = desk.receive("1.001022", "2021-04-16T09:00").await;
    let actor = Actor {
        agency: 1,
        role: Role::Receptionist,
        name: "Người tiếp nhận".into(),
        account: None,
        key_owner: "t".into(),
    };
    let mut rng = StdRng::seed_from_u64(20_210_416);
    let mut all: Vec<(String, BTreeSet<&str>)> = Vec::new();
    for place in 0..36 {
        let mut away = BTreeSet::new();
        let mut words = String::from("Hẹn nhiều lần. ");
        for _ in 0..rng.random_range(0..4) {
            let (_, name, _) = STAFF[rng.random_range(0..5)];
            away.extend(called(name));
            words = format!("{words} Gặp {}, rồi về.", written(&mut rng, name));
        }
        let mut about = Vec::new();
        for _ in 0..[0, 0, 1, 2].choose(&mut rng).copied().unwrap() {
            let (username, _, _) = STAFF[rng.random_range(0..5)];
            about.push(username.to_owned());
            // Whoever is called the same may be the same person.
            away.extend(match username {
                "an1" | "an2" => vec!["an1", "an2"],
                other => vec![STAFF.iter().find(|one| one.0 == other).unwrap().0],
            });
        }
        let entry = Entry {
            input: Input {
                kind: (*["conduct", "rule", "opinion"].choose(&mut rng).unwrap()).into(),
                content: words,
                dossier_code: Some(dossier.clone()),
                ..Input::default()
            },
            source: "paper".into(),
            received_on: String::new(),
            about,
        };
        let key = format!("{place:032x}");
        let taken = receive_feedback::by_staff(&desk.app, &actor, &entry, &key)
            .await
            .unwrap();
        all.push((taken.code, away));
    }
    let codes: BTreeSet<String> = all.iter().map(|(code, _)| code.clone()).collect();
    // One who opened each leaves a line in the log of looks.
    for code in &codes {
        let page = desk
            .page(&reader, &format!("/phan-anh/danh-sach/{code}"))
            .await;
        assert_eq!(page.status, 200, "{code}");
    }
    let ways = [
        "/phan-anh/danh-sach".to_owned(),
        "/phan-anh/danh-sach/tep?dang=csv".into(),
        format!("/ho-so/{dossier}"),
        "/nhat-ky?xem=phan-anh".into(),
        "/nhat-ky/xem".into(),
    ];
    for ((username, _, role), cookie) in STAFF.iter().zip(&cookies) {
        let theirs: BTreeSet<String> = all
            .iter()
            .filter(|(_, away)| !away.contains(username))
            .map(|(code, _)| code.clone())
            .collect();
        // The log of looks shows a hundred lines: those of the reader are wanted here.
        desk.run("DELETE FROM read_log WHERE actor <> 'Vũ Mai Dung' OR face <> 'feedback'")
            .await;
        for way in &ways {
            let page = desk.page(cookie, way).await;
            if way == "/nhat-ky/xem" && *role == Role::Leader {
                assert_eq!(page.status, 403, "not for the leader");
                continue;
            }
            assert_eq!(page.status, 200, "{username} {way}");
            assert_eq!(numbers(&page.body, &codes), theirs, "{username} {way}");
        }
        let list = desk.page(cookie, "/phan-anh/danh-sach").await.body;
        let counted = format!("<b>{}</b> phản ánh, kiến nghị", theirs.len());
        assert!(list.contains(&counted), "{username}: {counted} in {list}");
        for code in &codes {
            let one = desk
                .page(cookie, &format!("/phan-anh/danh-sach/{code}"))
                .await;
            assert_eq!(
                one.status == 200,
                theirs.contains(code),
                "{username} {code} {}",
                one.status
            );
        }
    }
    let (most, away) = all.iter().max_by_key(|(_, away)| away.len()).unwrap();
    assert!(away.len() > 2, "several officers in one: {away:?}");
    let answered = act(&desk, &reader, most, "answer", &[("answer", "Đã nhắc.")]).await;
    assert_eq!(answered.status, 303, "{}", answered.body);
    for ((username, _, _), cookie) in STAFF.iter().zip(&cookies) {
        let page = desk
            .page(cookie, &format!("/phan-anh/danh-sach/{most}"))
            .await;
        assert_eq!(page.status, 200, "{username}: answered");
        let close = act(&desk, cookie, most, "close", &[("reason", "")]).await;
        let may = if away.contains(username) { 403 } else { 422 };
        assert_eq!(close.status, may, "{username} handles nothing of their own");
    }
    motcua::upkeep::sealer::run(&desk.app).await.unwrap();
    let verified = motcua::upkeep::verify::run(desk.store(), None)
        .await
        .unwrap();
    assert!(verified.broken.is_none(), "{verified:?}");
    // The seal holds whom it is about.
    desk.run("DELETE FROM feedback_about").await;
    let broken = motcua::upkeep::verify::run(desk.store(), None)
        .await
        .unwrap();
    assert!(broken.broken.is_some(), "{broken:?}");
}

#[tokio::test]
async fn staff_choose_several_and_choose_anew() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let mut cookies = Vec::new();
    for (username, name, role) in STAFF {
        cookies.push(sign_in(&desk, username, name, role).await);
    }
    let [.., binh, binhan, cuong, dung] = cookies.as_slice() else {
        panic!("six of them");
    };
    let entry = form(&[
        ("key", KEY),
        ("kind", "conduct"),
        ("content", "Hai người ở quầy 2 hẹn ba lần."),
        ("source", "phone"),
        ("about", "binh"),
        ("about", "cuong"),
    ]);
    let page = desk.page(dung, "/phan-anh/nhap").await.body;
    assert!(page.contains("type=\"checkbox\" name=\"about\" value=\"binh\""));
    let wrong = desk
        .form(
            dung,
            "/phan-anh/nhap",
            &entry.replace("source=phone", "source="),
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert_eq!(
        wrong.body.matches("name=\"about\" value=\"").count(),
        6,
        "{}",
        wrong.body
    );
    assert_eq!(
        wrong.body.matches(" checked").count(),
        3,
        "kept as ticked: {}",
        wrong.body
    );
    let kept = desk.form(dung, "/phan-anh/nhap", &entry).await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    let path = "/phan-anh/danh-sach/PA-2021-0001";
    let sees = async |cookie: &str| desk.page(cookie, path).await.status == 200;
    assert!(!sees(binh).await && !sees(cuong).await);
    assert!(sees(binhan).await && sees(dung).await);
    let sorted = act(
        &desk,
        dung,
        "PA-2021-0001",
        "classify",
        &[
            ("kind", "conduct"),
            ("officer", "cuong"),
            ("officer", "binhan"),
        ],
    )
    .await;
    assert_eq!(sorted.status, 303, "{}", sorted.body);
    assert!(sees(binh).await && !sees(cuong).await && !sees(binhan).await);
    let page = desk.page(dung, path).await.body;
    assert!(
        page.contains("Lê Thị Bình An, Phạm Hoàng Đức Cường"),
        "{page}"
    );
    assert_eq!(of(&desk, "PA-2021-0001").await["state"], "received");
}

#[tokio::test]
async fn who_is_named_is_kept_away_whenever_they_came() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let office = sign_in(&desk, "dung", "Vũ Mai Dung", Role::Office).await;
    let (code, secret) = send(&desk, "conduct", "Ông Trần Văn An và bà Lê Thị Bình.", KEY).await;
    let path = format!("/phan-anh/danh-sach/{code}");
    let an = sign_in(&desk, "an", "Trần Văn An", Role::Leader).await;
    assert_eq!(
        desk.page(&an, &path).await.status,
        404,
        "the account is newer"
    );
    // A sorting that chooses nobody does not bring it back to them.
    act(&desk, &office, &code, "classify", &[("kind", "rule")]).await;
    assert_eq!(desk.page(&an, &path).await.status, 404);
    let cuong = sign_in(&desk, "cuong", "Phạm Hoàng Đức Cường", Role::Office).await;
    assert_eq!(desk.page(&cuong, &path).await.status, 200);
    let asked = act(&desk, &office, &code, "ask_more", &[("reason", "Ai nữa?")]).await;
    assert_eq!(asked.status, 303);
    desk.move_to("2021-04-16T11:00");
    let more = form(&[
        ("code", &code),
        ("secret", &secret),
        ("more", "Cả ông PHẠM HOÀNG ĐỨC CƯỜNG."),
    ]);
    let added = desk.form("", "/phan-anh/bo-sung", &more).await;
    assert!(added.status < 400, "{} {}", added.status, added.body);
    assert_eq!(desk.page(&cuong, &path).await.status, 404, "named later");
    assert_eq!(desk.page(&an, &path).await.status, 404, "and before");
    assert_eq!(desk.page(&office, &path).await.status, 200);
}

#[tokio::test]
async fn no_report_lists_the_dossier_to_whom_the_complaint_is_about() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let an = sign_in(&desk, "an", "Trần Văn An", Role::Office).await;
    let dung = sign_in(&desk, "dung", "Vũ Mai Dung", Role::Office).await;
    let dossier = desk.receive("1.001022", "2021-04-16T09:00").await;
    let said = form(&[
        ("key", KEY),
        ("kind", "conduct"),
        (
            "content",
            "Ông Trần Văn An và ông Phạm Hoàng Đức Cường hẹn ba lần.",
        ),
        ("dossier_code", &dossier),
    ]);
    assert_eq!(desk.form("", "/phan-anh", &said).await.status, 200);
    for way in [
        "/bao-cao/cham-diem",
        "/bao-cao/cham-diem?theo=766&dang=json",
    ] {
        let seen = desk.page(&dung, way).await.body;
        assert!(seen.contains(&dossier), "{way}: {seen}");
        let hidden = desk.page(&an, way).await;
        assert!(
            hidden.status == 200 && !hidden.body.contains(&dossier),
            "{way}: {}",
            hidden.body
        );
    }
}

#[tokio::test]
async fn what_nobody_has_sorted_yet_is_seen_by_those_who_handle_it_alone() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let officer = sign_in(&desk, "huy", "Trương Đức Huy", Role::Specialist).await;
    let office = sign_in(&desk, "dung", "Vũ Mai Dung", Role::Office).await;
    // Called an opinion by its sender, and the officer by half his name.
    let words = "Anh Huy tư pháp hẹn tôi ba lần";
    let (code, _) = send(&desk, "opinion", words, KEY).await;
    let list = async |cookie: &str| desk.page(cookie, "/phan-anh/danh-sach").await.body;
    assert!(!list(&officer).await.contains(&code));
    assert!(list(&office).await.contains(&code));
    let sorted = act(&desk, &office, &code, "classify", &[("kind", "opinion")]).await;
    assert_eq!(sorted.status, 303, "{}", sorted.body);
    assert!(list(&officer).await.contains(&code));
}
