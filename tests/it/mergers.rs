//! The merger of 1 July 2025: what is owed goes over with an event, nothing is lost or
//! counted twice, old books stay.
use chrono::NaiveDate;
use motcua::{
    actions::{actor::Actor, close_period, join_agency, merge_agencies},
    domain::{period::Period, role::Role},
    store::{agencies, complaints},
    upkeep::{sealer, verify},
};
use serde_json::{Value, json};

use crate::{
    feedback::{KEY, said},
    harness::Desk,
    many_agencies::{figures, lodged, province, receive},
};

fn july() -> NaiveDate {
    "2025-07-01".parse().unwrap()
}

/// A table without the word whether it is closed.
fn uncounted(report: &Value) -> Value {
    let mut report = report.clone();
    for row in report["rows"].as_array_mut().unwrap() {
        row["closed"] = Value::Null;
    }
    report
}

/// Who leads an agency.
pub async fn actor_of(desk: &Desk, key: &str) -> Actor {
    Actor {
        agency: agencies::by_key(desk.store().read(), key).await.unwrap(),
        role: Role::Leader,
        name: "Chủ tịch".into(),
        account: None,
        key_owner: "t".into(),
    }
}

pub async fn close(desk: &Desk, key: &str, period: Period) {
    let actor = actor_of(desk, key).await;
    close_period::run(&desk.app, &actor, period, async { Ok(Vec::new()) })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_merger_moves_what_is_owed_with_an_event_and_loses_and_doubles_nothing() {
    let mut desk = province("2025-06-20T10:00").await;
    let lodged = lodged(&desk).await;
    // One is finished and handed over before: it stays.
    let done = &lodged[3].1;
    for act in ["appraise", "approve", "process", "return_result"] {
        let (_, one) = desk
            .get("admin@quang-cong", &format!("/api/v1/dossiers/{done}"))
            .await;
        let body = json!({ "action": act, "expected_version": one["version"] });
        let path = format!("/api/v1/dossiers/{done}/actions");
        let (status, answer) = desk.post("admin@quang-cong", &path, &body).await;
        assert_eq!(status, 200, "{answer}");
    }
    sealer::run(&desk.app).await.unwrap();
    let keys = ["quang-cong".to_owned(), "phong-hai".to_owned()];
    let merge = async |desk: &Desk| {
        merge_agencies::run(&desk.app, &keys, "quang-ngan", july(), "thử").await
    };
    let why = merge(&desk).await.unwrap_err();
    assert!(why.detail.contains("chưa đến"), "{}", why.detail);
    desk.move_to("2025-07-01T07:30");
    let before = figures(&desk, "office@hue").await;
    // One month of one of them is closed, one of the heir's too; it makes no difference.
    let june = Period::new("2025-05-15".parse().unwrap(), "2025-06-14".parse().unwrap()).unwrap();
    for key in ["quang-cong", "quang-ngan"] {
        close(&desk, key, june).await;
    }
    let early = merge_agencies::run(
        &desk.app,
        &keys,
        "quang-ngan",
        "2025-06-05".parse().unwrap(),
        "thử",
    );
    let why = early.await.unwrap_err();
    assert!(why.detail.contains("còn tiếp nhận"), "{}", why.detail);
    assert_eq!(
        uncounted(&figures(&desk, "office@hue").await),
        uncounted(&before)
    );
    let merged = merge(&desk).await.unwrap();
    assert_eq!(
        (merged.dossiers, merged.staff.len(), merged.tokens),
        (5, 0, 10)
    );

    // Every dossier is in one agency; what is owed is the heir's, what is done is not.
    for (of, code) in &lodged {
        let stays = code == done;
        let path = format!("/api/v1/dossiers/{code}");
        let (heir, _) = desk.get("admin", &path).await;
        assert_eq!(heir, if stays { 404 } else { 200 }, "{code}");
        if let Some((_, key)) = of.split_once('@') {
            let (old, _) = desk.get(&format!("admin@{key}"), &path).await;
            assert_eq!(old, if stays { 200 } else { 404 }, "{code}");
        }
    }
    let moved = &lodged[4].1;
    let (_, one) = desk
        .get("admin", &format!("/api/v1/dossiers/{moved}"))
        .await;
    let last = one["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        last["action"].as_str().or(last["act"].as_str()),
        Some("move_agency"),
        "{one}"
    );
    let page = desk.page("", &format!("/tra-cuu?code={moved}")).await;
    assert_eq!(page.status, 200, "the receipt's code still opens it");
    // Merged into by that day's order, the heir has its new name from that day.
    assert!(page.body.contains("UBND phường Phong Quảng"));

    // Work goes on at the heir, and the chains hold.
    let body = json!({ "action": "appraise", "expected_version": one["version"] });
    let (status, answer) = desk
        .post("admin", &format!("/api/v1/dossiers/{moved}/actions"), &body)
        .await;
    assert_eq!(status, 200, "{answer}");
    sealer::run(&desk.app).await.unwrap();
    let found = verify::run(desk.store(), None).await.unwrap();
    assert!(found.broken.is_none() && found.unsealed == 0, "{found:?}");

    // June as it was counted, row by row, closed or not; over July nobody is lost or doubled.
    let after = figures(&desk, "office@hue").await;
    assert_eq!(uncounted(&before), uncounted(&after));
    let path = "/api/v1/reports/agencies?from=2025-06-15&to=2025-07-14";
    let (_, july) = desk.get("office@hue", path).await;
    let of = |key: &str| {
        let rows = july["rows"].as_array().unwrap();
        rows.iter().find(|row| row["key"] == key).unwrap()["received"]["total"].clone()
    };
    // Done was handed over on 20/6: it ended where it was.
    assert_eq!(
        (of("quang-ngan"), of("quang-cong"), of("phong-hai")),
        (json!(8), json!(1), json!(0))
    );
    assert_eq!(july["total"]["received"]["total"], 9, "{july}");

    // Whoever closes that month afterwards closes what the open table counted.
    desk.move_to("2025-07-20T08:00");
    let month = Period::new("2025-06-15".parse().unwrap(), "2025-07-14".parse().unwrap()).unwrap();
    let (_, open) = desk.get("office@hue", path).await;
    for key in ["quang-cong", "quang-ngan"] {
        close(&desk, key, month).await;
    }
    let (_, closed) = desk.get("office@hue", path).await;
    assert_eq!(uncounted(&open), uncounted(&closed));

    // Of what ended at the old agency its heir is told; who complained there of what moved
    // complained of the heir's dossier.
    let form = said("conduct", "Hẹn ba lần", KEY);
    let page = desk
        .form("", "/phan-anh", &format!("{form}{done}&agency=quang-ngan"))
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    let named = "SELECT d.code FROM feedback f JOIN dossier d ON d.id = f.dossier_id";
    assert_eq!(desk.rows(named).await, [json!({ "code": done })]);
    let agency = async |key: &str| agencies::by_key(desk.store().read(), key).await.unwrap();
    let (old, heir) = (agency("quang-cong").await, agency("quang-ngan").await);
    desk.run(&format!("UPDATE feedback SET agency_id = {old}, dossier_id = (SELECT id FROM dossier WHERE code = '{moved}')")).await;
    let now = desk.app.clock.now() + chrono::TimeDelta::days(1);
    for agency in [old, heir] {
        let all = complaints::before(desk.store().read(), agency, now).await;
        assert_eq!(all.unwrap().len(), 1);
    }

    // Nobody is received at the old agency from that day on; an old entry still may be.
    let body = json!({
        "procedure_code": "1.004873", "channel": "desk", "documents": [],
        "applicant": { "name": "Lê Thị Mới", "kind": "citizen" },
    });
    let (status, answer) = desk
        .post("receptionist@phong-hai", "/api/v1/dossiers", &body)
        .await;
    assert!(
        status == 409 && answer["detail"].as_str().unwrap().contains("sáp nhập"),
        "{answer}"
    );
    // Nor on a day before it: nothing would move that one any more.
    let mut late = body.clone();
    late["received_at"] = "2025-06-30T15:00".into();
    let (status, answer) = desk
        .post("receptionist@phong-hai", "/api/v1/dossiers", &late)
        .await;
    assert_eq!(status, 409, "{answer}");
    receive(&desk, "receptionist", "Sổ cũ", "2025-06-30T15:00").await;
    assert!(merge(&desk).await.is_err(), "once is enough");
}

#[tokio::test]
async fn staff_go_along_and_keep_their_place_in_the_old_agency() {
    let desk = province("2025-07-01T07:30").await;
    let cookie = desk.sign_in(Role::Specialist).await;
    desk.sign_in(Role::Leader).await;
    desk.sign_in(Role::Receptionist).await;
    join_agency::run(
        &desk.app,
        "receptionist",
        "phong-hai",
        Role::Leader,
        "Chủ tịch",
    )
    .await
    .unwrap();
    let keys = ["quang-ngan".to_owned()];
    let merged = merge_agencies::run(&desk.app, &keys, "phong-hai", july(), "thử")
        .await
        .unwrap();
    // Who signs at the old agency does not sign at the new one by that alone; who does, does.
    let roles: Vec<_> = (merged.staff.iter())
        .map(|(name, was, is)| (name.as_str(), *was, *is))
        .collect();
    assert_eq!(
        roles,
        [
            ("specialist", Role::Specialist, Role::Specialist),
            ("leader", Role::Leader, Role::Office),
            ("receptionist", Role::Receptionist, Role::Leader),
        ]
    );
    let page = desk.page(&cookie, "/tai-khoan").await;
    assert!(
        page.body.contains("Chuyển sang UBND") && page.body.contains("UBND phường Phong Hải"),
        "{}",
        page.body
    );
    assert_eq!(desk.page(&cookie, "/ban-lam-viec").await.status, 200);
    let back = desk
        .form(&cookie, "/tai-khoan/co-quan", "agency=quang-ngan")
        .await;
    assert_eq!(back.status, 303, "the old books stay open to them");
    assert_eq!(desk.page(&cookie, "/ho-so").await.status, 200);
}
