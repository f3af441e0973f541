//! Complaints about what ended before its agency became part of another: its heir alone can be
//! written to, and knows what they are about.
use motcua::{
    actions::{
        actor::Actor,
        merge_agencies,
        receive_feedback::{self, Entry, Input},
    },
    domain::role::Role,
    store::{agencies, complaints, four, whom::Viewer},
};
use serde_json::json;

use crate::{
    feedback::{KEY, form},
    harness::{Desk, Page},
    many_agencies::{province, receive},
};

/// July: Quảng Công, where a dossier ended in June, is part of Phong Hải, and that of Quảng
/// Ngạn. Answers the code of that dossier too.
async fn in_july() -> (Desk, String) {
    after(&["appraise", "approve", "process", "return_result"]).await
}

/// The same after some acts on that dossier.
async fn after(acts: &[&str]) -> (Desk, String) {
    let mut desk = province("2025-06-20T10:00").await;
    let clerk = "receptionist@quang-cong";
    let code = receive(&desk, clerk, "Trần Văn Ẩn", "2025-06-03T08:30").await;
    let path = format!("/api/v1/dossiers/{code}");
    for act in acts {
        let (_, one) = desk.get("admin@quang-cong", &path).await;
        let body = json!({ "action": act, "expected_version": one["version"] });
        let path = format!("{path}/actions");
        let (status, answer) = desk.post("admin@quang-cong", &path, &body).await;
        assert_eq!(status, 200, "{answer}");
    }
    desk.move_to("2025-07-01T07:30");
    for (from, into) in [("quang-cong", "phong-hai"), ("phong-hai", "quang-ngan")] {
        let day = "2025-07-01".parse().unwrap();
        merge_agencies::run(&desk.app, &[from.to_owned()], into, day, "thử")
            .await
            .unwrap();
    }
    if acts.contains(&"return_result") {
        let (old, _) = desk.get("admin@quang-cong", &path).await;
        assert_eq!(old, 200, "what ended there stays there");
    }
    (desk, code)
}

/// A citizen complains, with a code.
async fn sent(desk: &Desk, agency: &str, code: &str, key: &str) -> Page {
    let typed = form(&[
        ("key", &key.repeat(32)),
        ("kind", "rule"),
        ("content", "Chờ lâu"),
        ("dossier_code", code),
        ("agency", agency),
    ]);
    desk.form("", "/phan-anh", &typed).await
}

/// Who got each complaint, and the dossier that it is about.
async fn kept(desk: &Desk) -> Vec<(String, Option<String>)> {
    let rows = desk
        .rows(
            "SELECT a.key AS agency, d.code AS about FROM feedback f \
             JOIN agency a ON a.id = f.agency_id LEFT JOIN dossier d ON d.id = f.dossier_id \
             ORDER BY f.id",
        )
        .await;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    rows.iter()
        .map(|row| (text(&row["agency"]).unwrap(), text(&row["about"])))
        .collect()
}

#[tokio::test]
async fn a_complaint_about_what_ended_before_a_merger_is_the_heirs() {
    let (desk, code) = in_july().await;
    let page = sent(&desk, "quang-ngan", &code, "a").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(
        kept(&desk).await,
        [("quang-ngan".to_owned(), Some(code.clone()))]
    );
    // Who reads it there is told the code, and led to no page that is not theirs.
    let office = desk.sign_in(Role::Office).await;
    let number = desk.rows("SELECT code FROM feedback").await;
    let number = number[0]["code"].as_str().unwrap();
    let page = desk
        .page(&office, &format!("/phan-anh/danh-sach/{number}"))
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains(&code) && !page.body.contains(&format!("/ho-so/{code}")));
    // Whoever wrote to another learns whose it is, as the look-up tells them.
    let page = sent(&desk, "hue", &code, "b").await;
    let day = "2025-07-01".parse().unwrap();
    let heir = agencies::name_by(desk.store().read(), 1, day)
        .await
        .unwrap();
    let words = format!("Hồ sơ này do {} giải quyết", heir.name);
    assert!(
        page.status == 422 && page.body.contains(&words),
        "{words}: {}",
        page.body
    );
    let page = sent(&desk, "hue", "000.01.00.H57-250603-0099", "c").await;
    assert!(page.status == 422 && page.body.contains("Không tìm thấy hồ sơ với mã này"));
    assert_eq!(kept(&desk).await.len(), 1);
}

#[tokio::test]
async fn where_a_code_alone_opens_nothing_nobody_is_told_whose_it_is() {
    let (mut desk, code) = in_july().await;
    desk.set(|settings| settings.lookup.by_code_alone = false);
    let unknown = "000.01.00.H57-250603-0099";
    for (agency, code, key) in [
        ("quang-ngan", code.as_str(), "a"),
        ("hue", code.as_str(), "b"),
        ("hue", unknown, "c"),
    ] {
        let page = sent(&desk, agency, code, key).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(!page.body.contains(code), "{}", page.body);
    }
    assert_eq!(
        kept(&desk).await,
        [
            ("quang-ngan".to_owned(), Some(code.clone())),
            ("hue".to_owned(), None),
            ("hue".to_owned(), None)
        ]
    );
    // Nor the staff of an agency that has nothing to do with it.
    let actor = Actor {
        agency: agencies::by_key(desk.store().read(), "hue").await.unwrap(),
        role: Role::Office,
        name: "Văn phòng".into(),
        account: None,
        key_owner: "t".into(),
    };
    let entry = Entry {
        input: Input {
            kind: "rule".into(),
            content: "Chờ lâu".into(),
            dossier_code: Some(code),
            ..Input::default()
        },
        source: "phone".into(),
        ..Entry::default()
    };
    let why = receive_feedback::by_staff(&desk.app, &actor, &entry, KEY)
        .await
        .unwrap_err();
    let message = &why.errors[0].message;
    assert!(message.contains("Không tìm thấy hồ sơ"), "{message}");
}

#[tokio::test]
async fn who_handles_feedback_sees_the_rows_of_every_complaint_that_is_counted() {
    let (desk, code) = in_july().await;
    sent(&desk, "quang-ngan", &code, "a").await;
    let db = desk.store().read();
    let before = agencies::by_key(db, "quang-cong").await.unwrap();
    let until = desk.app.clock.now() + chrono::TimeDelta::days(1);
    let mut viewer = Viewer {
        agency: before,
        account: None,
        role: Role::Office,
        name: "Văn phòng".into(),
    };
    // It was sent to the heir, and is about what ended where the dossier was.
    let counted = complaints::before(db, before, until).await.unwrap();
    assert_eq!(counted.len(), 1);
    let seen = async |viewer: &Viewer| {
        complaints::seen(db, viewer.agency, Some(viewer), until)
            .await
            .unwrap()
    };
    assert_eq!(seen(&viewer).await, counted);
    viewer.role = Role::Receptionist;
    assert_eq!(seen(&viewer).await, [], "nobody has looked at it");
    // To the heir it is no dossier of the week: that is another's, and opens nothing there.
    let office = desk.sign_in(Role::Office).await;
    let page = desk.page(&office, "/bao-cao/cham-diem").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(!page.body.contains(&code), "{}", page.body);
}

#[tokio::test]
async fn of_two_mergers_on_one_day_only_the_first_had_it_before() {
    // Finished, and still to be fetched: it goes along, twice.
    let (desk, code) = after(&["appraise", "approve", "process"]).await;
    let db = desk.store().read();
    let (from, at) = ("2025-06-01".parse().unwrap(), "2025-06-30".parse().unwrap());
    let mut finished = Vec::new();
    for key in ["quang-cong", "phong-hai", "quang-ngan"] {
        let agency = agencies::by_key(db, key).await.unwrap();
        let all = four::finished(db, agency, from, at).await.unwrap();
        finished.extend(all.into_iter().map(|one| (key, one.code)));
    }
    assert_eq!(finished, [("quang-cong", code)]);
}
