//! A province and its communes under one roof: data apart, figures summed, staff of more
//! than one agency.
use motcua::{
    actions::{add_agency, join_agency, place_agency},
    config::FirstAgency,
    domain::role::Role,
    secret,
    store::{
        accounts::{self, Token},
        leaves::{self, Leave},
    },
};
use serde_json::{Value, json};

use crate::harness::Desk;

pub fn agency(key: &str, name: &str, identifier: &str) -> FirstAgency {
    let text = format!(
        "key = \"{key}\"\n[[version]]\nvalid_from = \"2018-01-01\"\nname = \"{name}\"\nlevel = \"xã\"\n\
         parent = \"UBND thành phố Huế\"\nplace = \"Huế\"\nidentifier = \"{identifier}\"\nidentifier_confirmed = false\n\
         [[signatory]]\nvalid_from = \"2018-01-01\"\ncapacity = \"TM. ỦY BAN NHÂN DÂN\\nCHỦ TỊCH\"\nname = \"\"\n"
    );
    FirstAgency::read("thử", &text).unwrap()
}

/// The commune of the desk under a province, with two more beside it; a token of every
/// role in each, called `role@key`.
pub async fn province(now: &str) -> Desk {
    let desk = Desk::at(now).await;
    for (key, name, identifier, above) in [
        ("hue", "UBND thành phố Huế", "H57", None),
        (
            "quang-cong",
            "UBND xã Quảng Công",
            "000.01.00.H57",
            Some("hue"),
        ),
        (
            "phong-hai",
            "UBND phường Phong Hải",
            "000.02.00.H57",
            Some("hue"),
        ),
    ] {
        let id = add_agency::run(&desk.app, &agency(key, name, identifier), above)
            .await
            .unwrap();
        let write = desk.store().write().await.unwrap();
        for role in Role::ALL {
            let name = format!("{}@{key}", role.code());
            let token = Token {
                id: 0,
                agency_id: id,
                token_hash: secret::hash(&name),
                name,
                role: role.code().into(),
                created_at: desk.app.clock.now(),
                revoked_at: None,
                note: None,
                expires_at: None,
                scope: "all".into(),
            };
            write.insert_token(token).await.unwrap();
        }
        write.commit().await.unwrap();
    }
    place_agency::run(&desk.app, "quang-ngan", Some("hue"))
        .await
        .unwrap();
    desk
}

pub async fn receive(desk: &Desk, token: &str, name: &str, at: &str) -> String {
    let body = json!({
        "procedure_code": "1.004873", "channel": "desk", "documents": [], "received_at": at,
        "applicant": { "name": name, "kind": "citizen" },
    });
    let (status, answer) = desk.post(token, "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{answer}");
    answer["code"].as_str().unwrap().to_owned()
}

/// Some in each, of which one is late and one is done.
pub async fn lodged(desk: &Desk) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for (token, count) in [
        ("receptionist", 3),
        ("receptionist@quang-cong", 4),
        ("receptionist@phong-hai", 2),
    ] {
        for n in 0..count {
            let day = 3 + n;
            let at = format!("2025-06-0{day}T08:30");
            let name = format!("Trần Văn Ẩn {n}");
            all.push((token, receive(desk, token, &name, &at).await));
        }
    }
    all
}

pub async fn figures(desk: &Desk, token: &str) -> Value {
    let path = "/api/v1/reports/agencies?from=2025-05-15&to=2025-06-14";
    let (status, answer) = desk.get(token, path).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

#[tokio::test]
async fn what_is_anothers_is_not_there_and_the_sum_is_the_sum() {
    let desk = province("2025-06-20T10:00").await;
    let lodged = lodged(&desk).await;
    let codes: std::collections::BTreeSet<_> = lodged.iter().map(|(_, code)| code).collect();
    assert_eq!(
        codes.len(),
        lodged.len(),
        "codes of two agencies never meet"
    );

    for (key, token, own) in [
        ("quang-ngan", "admin", 3),
        ("quang-cong", "admin@quang-cong", 4),
        ("phong-hai", "admin@phong-hai", 2),
        ("hue", "admin@hue", 0),
    ] {
        let (_, list) = desk.get(token, "/api/v1/dossiers").await;
        assert_eq!(list["total"], own, "{key}: {list}");
        for (of, code) in &lodged {
            let mine =
                (*of == "receptionist" && key == "quang-ngan") || of.ends_with(&format!("@{key}"));
            let (status, _) = desk.get(token, &format!("/api/v1/dossiers/{code}")).await;
            assert_eq!(status, if mine { 200 } else { 404 }, "{key} {code}");
        }
    }

    // The level above sums what each counts of itself; a commune sees itself alone.
    let all = figures(&desk, "office@hue").await;
    let rows = all["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 4, "{all}");
    assert_eq!(
        (&rows[0]["key"], &rows[0]["depth"]),
        (&json!("hue"), &json!(0))
    );
    let mut received = 0;
    for (token, key) in [
        ("office", "quang-ngan"),
        ("office@quang-cong", "quang-cong"),
        ("office@phong-hai", "phong-hai"),
    ] {
        let path = "/api/v1/reports/processing?from=2025-05-15&to=2025-06-14";
        let (_, own) = desk.get(token, path).await;
        let row = rows.iter().find(|row| row["key"] == key).unwrap();
        for part in ["received", "processed", "pending", "on_time"] {
            assert_eq!(row[part], own["total"][part], "{key} {part}");
        }
        assert_eq!(row["under"], "hue");
        received += own["total"]["received"]["total"].as_u64().unwrap();
        let alone = figures(&desk, token).await;
        assert_eq!(alone["rows"].as_array().unwrap().len(), 1, "{alone}");
    }
    assert_eq!(all["total"]["received"]["total"], received);
    assert_eq!(received, 9);
    let (status, _) = desk
        .get(
            "receptionist@hue",
            "/api/v1/reports/agencies?period=2025-06",
        )
        .await;
    assert_eq!(status, 403);

    // A citizen needs no agency: a code alone finds its dossier, wherever it is.
    for (of, code) in &lodged {
        let page = desk.page("", &format!("/tra-cuu?code={code}")).await;
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains(code.as_str()) && page.body.contains("trễ hẹn"),
            "{code}"
        );
        let office = match *of {
            "receptionist" => "UBND xã Quảng Ngạn",
            "receptionist@quang-cong" => "UBND xã Quảng Công",
            _ => "UBND phường Phong Hải",
        };
        assert!(
            page.body.contains(office),
            "{code}: the office that has it speaks"
        );
        assert!(!page.body.contains("Trần Văn Ẩn"));
    }
}

#[tokio::test]
async fn a_number_opens_its_dossiers_for_the_level_above_without_a_name() {
    let desk = province("2025-06-20T10:00").await;
    lodged(&desk).await;
    let office = desk.sign_in(Role::Office).await;
    let path = "/bao-cao/don-vi?tu=15/5/2025&den=14/6/2025";
    let behind =
        |key: &str| format!("/bao-cao/don-vi/{key}/ho-so?tu=15/5/2025&den=14/6/2025&o=received");
    // The commune: itself, and no other.
    let page = desk.page(&office, path).await;
    assert!(page.body.contains("UBND xã Quảng Ngạn") && !page.body.contains("Quảng Công"));
    assert_eq!(desk.page(&office, &behind("quang-cong")).await.status, 404);
    assert_eq!(desk.page(&office, &behind("hue")).await.status, 404);
    assert_eq!(desk.page(&office, &behind("nowhere")).await.status, 404);
    // The same person at the level above.
    join_agency::run(&desk.app, "office", "hue", Role::Office, "")
        .await
        .unwrap();
    let moved = desk.form(&office, "/tai-khoan/co-quan", "agency=hue").await;
    assert_eq!(moved.status, 303, "{}", moved.body);
    let page = desk.page(&office, path).await;
    for name in ["thành phố Huế", "Quảng Công", "Phong Hải", "Quảng Ngạn"] {
        assert!(page.body.contains(name), "{name}");
    }
    let rows = desk.page(&office, &behind("quang-cong")).await;
    assert_eq!(rows.status, 200);
    assert_eq!(
        rows.body.matches("000.01.00.H57-</span>").count(),
        4,
        "{}",
        rows.body
    );
    assert!(!rows.body.contains("Trần Văn Ẩn"), "{}", rows.body);
    let csv = desk
        .file(&office, &format!("{}&dang=csv", behind("quang-cong")))
        .await;
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.lines().count() == 5 && !csv.contains("Trần"), "{csv}");
}

#[tokio::test]
async fn who_works_in_two_agencies_is_in_one_at_a_time_with_the_role_of_there() {
    let desk = province("2025-06-20T10:00").await;
    lodged(&desk).await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let refused = desk
        .form(&cookie, "/tai-khoan/co-quan", "agency=quang-cong")
        .await;
    assert_eq!(refused.status, 403, "not one of theirs");
    assert!(
        !desk
            .page(&cookie, "/tai-khoan")
            .await
            .body
            .contains("Cơ quan đang làm việc")
    );

    join_agency::run(
        &desk.app,
        "receptionist",
        "quang-cong",
        Role::Leader,
        "Phó Chủ tịch",
    )
    .await
    .unwrap();
    let page = desk.page(&cookie, "/tai-khoan").await;
    assert!(page.body.contains("UBND xã Quảng Công") && page.body.contains("Phó Chủ tịch"));
    let list = desk.page(&cookie, "/ho-so").await.body;
    assert!(list.contains("000.00.00.H57-2506") && !list.contains("000.01.00.H57-2506"));
    desk.form(&cookie, "/tai-khoan/co-quan", "agency=quang-cong")
        .await;
    let list = desk.page(&cookie, "/ho-so").await.body;
    assert!(!list.contains("000.00.00.H57-2506") && list.contains("000.01.00.H57-2506"));
    // A leader there measures; a receptionist at home does not.
    assert_eq!(desk.page(&cookie, "/bao-cao/giai-quyet").await.status, 200);
    desk.form(&cookie, "/tai-khoan/co-quan", "agency=quang-ngan")
        .await;
    assert_eq!(desk.page(&cookie, "/bao-cao/giai-quyet").await.status, 403);
    // Who has left is at home at the next page.
    desk.form(&cookie, "/tai-khoan/co-quan", "agency=quang-cong")
        .await;
    join_agency::leave(&desk.app, "receptionist", "quang-cong")
        .await
        .unwrap();
    let list = desk.page(&cookie, "/ho-so").await.body;
    assert!(list.contains("000.00.00.H57-2506") && !list.contains("000.01.00.H57-2506"));
}

#[tokio::test]
async fn an_agency_is_refused_where_codes_would_meet_or_it_would_stand_under_itself() {
    let desk = province("2025-06-20T10:00").await;
    let same = agency("khac", "UBND xã Khác", "000.01.00.H57");
    let why = add_agency::run(&desk.app, &same, None).await.unwrap_err();
    assert!(why.detail.contains("UBND xã Quảng Công"), "{}", why.detail);
    let taken = agency("hue", "UBND", "H99");
    assert!(add_agency::run(&desk.app, &taken, None).await.is_err());
    // Codes of these would be found by nobody, or look like another's.
    for identifier in ["h57", " H57.9", "", "H57/9", "H57-9"] {
        let odd = agency("le", "UBND xã Lẻ", identifier);
        let why = add_agency::run(&desk.app, &odd, Some("hue")).await;
        let why = why.unwrap_err().detail;
        assert!(why.contains("in hoa không dấu"), "{identifier}: {why}");
    }
    let nameless = agency("le", " ", "H57.9");
    let why = add_agency::run(&desk.app, &nameless, Some("hue")).await;
    assert!(why.unwrap_err().detail.contains("còn trống"));
    let mut twice = agency("le", "UBND xã Lẻ", "H57.9");
    twice.version.push(twice.version[0].clone());
    let why = add_agency::run(&desk.app, &twice, Some("hue")).await;
    assert!(why.unwrap_err().detail.contains("01/01/2018"));
    let mut backwards = agency("le", "UBND xã Lẻ", "H57.9");
    backwards.version[0].valid_to = Some("2017-12-31".parse().unwrap());
    let why = add_agency::run(&desk.app, &backwards, Some("hue")).await;
    assert!(why.unwrap_err().detail.contains("hết hiệu lực"));
    for key in ["-", "le-", "Lẻ", ""] {
        let odd = agency(key, "UBND xã Lẻ", "H57.9");
        let why = add_agency::run(&desk.app, &odd, Some("hue")).await;
        assert!(why.unwrap_err().detail.contains("Khóa"), "{key}");
    }
    let ring = place_agency::run(&desk.app, "hue", Some("phong-hai")).await;
    assert!(ring.unwrap_err().detail.contains("dưới chính nó"));
    assert!(
        place_agency::run(&desk.app, "hue", Some("hue"))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn what_one_agency_does_ends_at_its_door() {
    let desk = province("2025-06-20T10:00").await;
    let admin = desk.sign_in(Role::Admin).await;
    let specialist = desk.sign_in(Role::Specialist).await;
    // Who works elsewhere too is not handed out by one of the two.
    join_agency::run(&desk.app, "specialist", "quang-cong", Role::Leader, "")
        .await
        .unwrap();
    let reset = desk.form(&admin, "/nhan-su/specialist/mat-khau", "").await;
    assert_eq!(reset.status, 403, "{}", reset.body);
    // What was opened in an agency that one has left since is not written into another.
    desk.form(&specialist, "/tai-khoan/co-quan", "agency=quang-cong")
        .await;
    join_agency::leave(&desk.app, "specialist", "quang-cong")
        .await
        .unwrap();
    let late = desk
        .form(&specialist, "/tai-khoan/nhac-viec", "email=&wanted=")
        .await;
    assert_eq!(late.status, 409, "{}", late.body);
    assert_eq!(desk.page(&specialist, "/ban-lam-viec").await.status, 200);
}

#[tokio::test]
async fn a_leave_is_one_of_an_agency_and_a_member_can_be_given_work() {
    let desk = province("2025-06-20T10:00").await;
    let specialist = desk.sign_in(Role::Specialist).await;
    desk.sign_in(Role::Leader).await;
    for user in ["specialist", "leader"] {
        join_agency::run(&desk.app, user, "quang-cong", Role::Specialist, "Tư pháp")
            .await
            .unwrap();
    }
    let code = receive(
        &desk,
        "receptionist@quang-cong",
        "Trần Văn Ẩn",
        "2025-06-19T08:30",
    )
    .await;
    let (_, one) = desk
        .get("admin@quang-cong", &format!("/api/v1/dossiers/{code}"))
        .await;
    let body =
        json!({ "action": "assign", "to": "specialist", "expected_version": one["version"] });
    let path = format!("/api/v1/dossiers/{code}/actions");
    let (status, answer) = desk.post("leader@quang-cong", &path, &body).await;
    assert_eq!(status, 200, "{answer}");
    // Away from the desk of the one agency, not from that of the other.
    let db = desk.store().read();
    let ids: Vec<i64> = [1, 3].to_vec();
    let of = |name: &'static str| async move {
        accounts::by_username(db, name).await.unwrap().unwrap().id
    };
    let (away, other) = (of("specialist").await, of("leader").await);
    let write = desk.store().write().await.unwrap();
    write
        .insert_leave(Leave {
            id: 0,
            agency_id: ids[0],
            account_id: away,
            stand_in_id: other,
            from_day: "2025-06-20".parse().unwrap(),
            to_day: "2025-06-21".parse().unwrap(),
            note: String::new(),
            set_by: "t".into(),
            set_at: desk.app.clock.now(),
            cancelled_at: None,
        })
        .await
        .unwrap();
    write.commit().await.unwrap();
    let day = "2025-06-20".parse().unwrap();
    for agency in ids {
        let stand_in = leaves::stand_in(db, agency, away, day).await.unwrap();
        assert_eq!(stand_in, (agency == 1).then_some(other));
    }
    assert_eq!(desk.page(&specialist, "/ban-lam-viec").await.status, 200);
}
