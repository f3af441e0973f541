//! Two at once, each at a server of their own: a rule that looks at several rows holds as if
//! they came one after the other.
use motcua::{
    actions::{
        add_account, add_agency, disable_account, import_catalogue, join_agency, merge_agencies,
        place_agency, second_factor, take_leave,
    },
    domain::{period::Period, role::Role},
    error::{Kind, Result},
    store::{accounts, agencies},
};
use serde_json::json;

use crate::{
    erasure::later,
    harness::{Desk, together},
    many_agencies::{agency, lodged, province},
    mergers::actor_of,
    servers::beside,
};

async fn merge(desk: &Desk, from: &str, into: &str, on: &str) -> Result<merge_agencies::Merged> {
    let keys = [from.to_owned()];
    merge_agencies::run(&desk.app, &keys, into, on.parse().unwrap(), "thử").await
}

/// Dossiers that an agency still owes though it has become part of another.
async fn left_behind(desk: &Desk) -> usize {
    let ask = "SELECT id FROM dossier WHERE ended_at IS NULL \
               AND agency_id IN (SELECT id FROM agency WHERE merged_into IS NOT NULL)";
    desk.rows(ask).await.len()
}

/// How many of two went through.
fn done<T, U>(one: &Result<T>, other: &Result<U>) -> usize {
    usize::from(one.is_ok()) + usize::from(other.is_ok())
}

#[tokio::test]
async fn who_comes_while_an_agency_goes_is_taken_along_or_sent_on() {
    let desk = province("2025-07-01T07:30").await;
    let other = beside(&desk).await;
    lodged(&desk).await;
    let body = json!({
        "procedure_code": "1.004873", "channel": "desk", "documents": [],
        "received_at": "2025-06-30T15:00",
        "applicant": { "name": "Trần Văn Ẩn", "kind": "citizen" },
    });
    let lanes = (0..4).map(async |_| {
        let mut said = Vec::new();
        for _ in 0..6 {
            let answer = other
                .post("receptionist@quang-cong", "/api/v1/dossiers", &body)
                .await;
            said.push((answer.0, answer.1["code"].to_string()));
        }
        said
    });
    let (merged, said) = tokio::join!(
        merge(&desk, "quang-cong", "quang-ngan", "2025-07-01"),
        together(lanes)
    );
    merged.unwrap();
    assert_eq!(left_behind(&desk).await, 0, "{said:?}");
    for (status, code) in said.into_iter().flatten() {
        assert!(
            status == 201 || (status, &*code) == (409, "\"merged\""),
            "{status} {code}"
        );
    }
}

#[tokio::test]
async fn of_two_mergers_that_rule_each_other_out_one_is_refused() {
    for (first, second) in [
        (("quang-cong", "phong-hai"), ("phong-hai", "quang-cong")),
        (("quang-cong", "phong-hai"), ("quang-cong", "quang-ngan")),
    ] {
        let desk = province("2025-07-01T07:30").await;
        let other = beside(&desk).await;
        lodged(&desk).await;
        let (one, two) = tokio::join!(
            merge(&desk, first.0, first.1, "2025-07-01"),
            merge(&other, second.0, second.1, "2025-07-01")
        );
        assert_eq!(done(&one, &two), 1, "{one:?} {two:?}");
        assert_eq!(left_behind(&desk).await, 0);
    }
    // One goes to another that goes on itself: in this order or in that one.
    let desk = province("2025-07-01T07:30").await;
    let other = beside(&desk).await;
    lodged(&desk).await;
    let (one, two) = tokio::join!(
        merge(&desk, "quang-cong", "phong-hai", "2025-07-01"),
        merge(&other, "phong-hai", "quang-ngan", "2025-07-01")
    );
    assert!(two.is_ok(), "{one:?} {two:?}");
    assert_eq!(left_behind(&desk).await, 0, "{one:?} {two:?}");
}

#[tokio::test]
async fn no_dossier_is_in_two_closed_periods_that_a_merger_lies_between() {
    let desk = province("2025-06-20T10:00").await;
    let other = beside(&desk).await;
    let all = lodged(&desk).await;
    let june = Period::new("2025-05-15".parse().unwrap(), "2025-06-14".parse().unwrap()).unwrap();
    let old = actor_of(&desk, "quang-cong").await;
    let (closed, merged) = tokio::join!(
        motcua::actions::close_period::run(&desk.app, &old, june, async { Ok(Vec::new()) }),
        merge(&other, "quang-cong", "phong-hai", "2025-06-10")
    );
    assert!(closed.is_ok() || merged.is_ok(), "{closed:?} {merged:?}");
    crate::mergers::close(&desk, "phong-hai", june).await;
    let bodies = desk.rows("SELECT body FROM closed_period").await;
    for (_, code) in all {
        let holding = bodies
            .iter()
            .filter(|row| row["body"].as_str().unwrap().contains(&code));
        assert!(holding.count() < 2, "{code}: {closed:?} {merged:?}");
    }
}

#[tokio::test]
async fn no_promise_is_made_by_a_calendar_that_has_just_changed() {
    let desk = Desk::at("2021-04-19T10:00").await;
    let other = beside(&desk).await;
    let office = desk.sign_in(Role::Office).await;
    let lanes = (0..4).map(async |_| {
        for _ in 0..6 {
            other.receive("1.001022", "2021-04-19T09:00").await;
        }
    });
    let storm = "ngay=20/4/2021&loai=compensatory_off&ten=Nghỉ+tránh+bão&lam-bu=&ban=1";
    let (saved, _) = tokio::join!(desk.form(&office, "/lich/thay-doi", storm), together(lanes));
    // Nor is it refused because desks go on meanwhile.
    assert_eq!(saved.status, 303, "{}", saved.body);
    desk.receive("1.001022", "2021-04-19T09:00").await;
    let dues = desk.rows("SELECT DISTINCT due_at FROM dossier").await;
    assert_eq!(dues.len(), 1, "{dues:?}");
}

#[tokio::test]
async fn a_calendar_changes_while_officers_go_on() {
    let desk = Desk::at("2021-04-19T10:00").await;
    let other = beside(&desk).await;
    let office = desk.sign_in(Role::Office).await;
    let mut codes = Vec::new();
    for _ in 0..12 {
        codes.push(desk.receive("1.001022", "2021-04-19T09:00").await);
    }
    // Whoever comes after the change is told that the dossier is another now.
    let lanes = codes.iter().map(async |code| {
        let (status, answer) = other
            .act("specialist", code, json!({ "action": "appraise" }))
            .await;
        let late = (status, answer["code"].as_str()) == (409, Some("stale_version"));
        assert!(status == 200 || late, "{status} {answer}");
    });
    let storm = "ngay=20/4/2021&loai=compensatory_off&ten=Nghỉ+tránh+bão&lam-bu=&ban=1";
    let (saved, _) = tokio::join!(desk.form(&office, "/lich/thay-doi", storm), together(lanes));
    assert_eq!(saved.status, 303, "{}", saved.body);
    let dues = desk.rows("SELECT DISTINCT due_at FROM dossier").await;
    assert_eq!(dues.len(), 1, "{dues:?}");
}

#[tokio::test]
async fn agencies_share_no_identifier_and_stand_in_no_circle() {
    let desk = province("2025-06-20T10:00").await;
    let other = beside(&desk).await;
    for number in 1..4 {
        let identifier = format!("000.1{number}.00.H57");
        let new = |word: &str| {
            let name = format!("UBND xã {word} {number}");
            agency(
                &format!("{}-{number}", word.to_lowercase()),
                &name,
                &identifier,
            )
        };
        let (first, second) = (new("Mai"), new("Lan"));
        let (one, two) = tokio::join!(
            add_agency::run(&desk.app, &first, Some("hue")),
            add_agency::run(&other.app, &second, Some("hue"))
        );
        assert_eq!(done(&one, &two), 1, "{one:?} {two:?}");
    }
    let (one, two) = tokio::join!(
        place_agency::run(&desk.app, "quang-cong", Some("phong-hai")),
        place_agency::run(&other.app, "phong-hai", Some("quang-cong"))
    );
    assert_eq!(done(&one, &two), 1, "{one:?} {two:?}");
}

fn account(username: &str) -> add_account::Input {
    add_account::Input {
        username: username.into(),
        name: "Trần Thị Quản".into(),
        title: "Công chức".into(),
        password: "nang-som-ben-pha-tam-giang".into(),
        email: String::new(),
    }
}

#[tokio::test]
async fn an_administrator_stays_and_a_name_is_given_once() {
    let desk = Desk::at("2021-04-19T10:00").await;
    let other = beside(&desk).await;
    for name in ["mot", "hai"] {
        add_account::run(&desk.app, 1, Role::Admin, &account(name), None)
            .await
            .unwrap();
    }
    let (one, two) = tokio::join!(
        disable_account::run(&desk.app, "mot"),
        disable_account::run(&other.app, "hai")
    );
    assert_eq!(done(&one, &two), 1, "{one:?} {two:?}");
    let refused = one.err().or(two.err()).unwrap();
    assert_eq!(refused.code, "last_admin");
    let given = account("ba");
    let (one, two) = tokio::join!(
        add_account::run(&desk.app, 1, Role::Office, &given, None),
        add_account::run(&other.app, 1, Role::Office, &given, None)
    );
    assert_eq!(done(&one, &two), 1, "{one:?} {two:?}");
    let refused = one.err().or(two.err()).unwrap();
    assert_eq!(refused.kind, Kind::Invalid);
    assert_eq!(refused.errors[0].field, "username");
}

/// What only an index stops is said in words as well, and is no fault of the program.
#[tokio::test]
async fn two_who_write_the_same_at_once_are_told_so() {
    let desk = Desk::at("2021-04-19T10:00").await;
    let other = beside(&desk).await;
    let reception = desk.sign_in(Role::Receptionist).await;
    for number in 0..4 {
        let form = format!("ten=Ca+sang+{number}&standing=overdue");
        let (one, two) = tokio::join!(
            desk.form(&reception, "/ho-so/loc", &form),
            other.form(&reception, "/ho-so/loc", &form)
        );
        for page in [one, two] {
            let told = page.status == 303 || page.body.contains("Vừa có người khác ghi");
            assert!(told, "{} {}", page.status, page.body);
        }
    }
    let march = Period::new("2021-02-15".parse().unwrap(), "2021-03-14".parse().unwrap()).unwrap();
    let actor = actor_of(&desk, "quang-ngan").await;
    let (one, two) = tokio::join!(
        motcua::actions::close_period::run(&desk.app, &actor, march, async { Ok(Vec::new()) }),
        motcua::actions::close_period::run(&other.app, &actor, march, async { Ok(Vec::new()) })
    );
    assert_eq!(done(&one, &two), 1, "{one:?} {two:?}");
    assert_eq!(one.err().or(two.err()).unwrap().code, "already_closed");
}

#[tokio::test]
async fn by_a_list_that_is_dropped_nobody_is_erased() {
    let desk = later().await;
    let other = beside(&desk).await;
    let office = desk.sign_in_demo("office").await;
    let leader = desk.sign_in_demo("leader").await;
    for (who, path) in [(&office, "/xoa-du-lieu"), (&leader, "/xoa-du-lieu/1/ky")] {
        assert_eq!(desk.form(who, path, "").await.status, 303);
    }
    let (erased, dropped) = tokio::join!(
        desk.form(&office, "/xoa-du-lieu/1/xoa", ""),
        other.form(&leader, "/xoa-du-lieu/1/bo", "")
    );
    let gone = desk.rows("SELECT dossier_id FROM tombstone").await.len();
    let list = desk
        .rows("SELECT dropped_at, erased_at FROM erasure_list")
        .await;
    let (was_dropped, was_erased) = (
        !list[0]["dropped_at"].is_null(),
        !list[0]["erased_at"].is_null(),
    );
    assert_eq!(
        (dropped.status == 303, erased.status == 303),
        (was_dropped, was_erased)
    );
    assert!(was_dropped != was_erased, "{list:?}");
    assert_eq!(gone > 0, was_erased, "{gone} {list:?}");
}

#[tokio::test]
async fn nobody_is_away_twice_on_a_day() {
    let desk = Desk::at("2021-04-19T10:00").await;
    let other = beside(&desk).await;
    for name in ["mot", "hai", "ba"] {
        add_account::run(&desk.app, 1, Role::Specialist, &account(name), None)
            .await
            .unwrap();
    }
    let actor = actor_of(&desk, "quang-ngan").await;
    let leave = |stand_in: &str| take_leave::Input {
        who: "mot".into(),
        stand_in: stand_in.into(),
        from: "20/4/2021".into(),
        to: "21/4/2021".into(),
        note: String::new(),
    };
    let (first, second) = (leave("hai"), leave("ba"));
    let (one, two) = tokio::join!(
        take_leave::run(&desk.app, &actor, &first),
        take_leave::run(&other.app, &actor, &second)
    );
    assert_eq!(done(&one, &two), 1, "{one:?} {two:?}");
}

/// Whoever is moved home by a merger while he joins the agency that it goes to, works there once.
#[tokio::test]
async fn who_joins_where_a_merger_moves_him_is_there_once() {
    let desk = province("2025-07-01T07:30").await;
    let other = beside(&desk).await;
    let home = agencies::by_key(desk.store().read(), "quang-cong")
        .await
        .unwrap();
    add_account::run(&desk.app, home, Role::Specialist, &account("bon"), None)
        .await
        .unwrap();
    let (merged, joined) = tokio::join!(
        merge(&desk, "quang-cong", "quang-ngan", "2025-07-01"),
        join_agency::run(&other.app, "bon", "quang-ngan", Role::Leader, "")
    );
    assert!(merged.is_ok(), "{merged:?} {joined:?}");
    let twice = "SELECT a.id FROM account a JOIN membership m ON m.account_id = a.id AND m.agency_id = a.agency_id";
    assert!(desk.rows(twice).await.is_empty(), "{joined:?}");
}

/// Of two catalogues that are loaded at once, in whichever order they come, the later version
/// ends the earlier.
#[tokio::test]
async fn of_two_catalogues_at_once_one_version_holds_on_a_day() {
    let desk = Desk::at("2021-04-19T10:00").await;
    let other = beside(&desk).await;
    let head = "code,name,field,time_limit,unit,fee_vnd,fee_note,legal_basis,involves_agencies,four_on_the_spot,four_reason,online_level,required_documents,confidence,era,authority,source_notes,valid_from";
    let row = |from: &str| {
        let version = format!(
            "1.001022,Đăng ký nhận cha,Hộ tịch,3,ngay_lam_viec,,,,xã,unknown,,unknown,,high,2021,UBND cấp xã,,{from}"
        );
        format!("{head}\n{version}\n")
    };
    let now = desk.app.clock.now();
    let (july, october) = (row("2021-07-01"), row("2021-10-01"));
    let (one, two) = tokio::join!(
        import_catalogue::run(desk.store(), now, "bay.csv", &july),
        import_catalogue::run(other.store(), now, "muoi.csv", &october)
    );
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    let open = "SELECT id FROM procedure_version WHERE code = '1.001022' AND valid_to IS NULL";
    assert_eq!(desk.rows(open).await.len(), 1);
}

#[tokio::test]
async fn a_receipt_is_kept_once_and_a_secret_shown_once() {
    let desk = Desk::at("2021-04-19T10:00").await;
    let other = beside(&desk).await;
    let reception = desk.sign_in(Role::Receptionist).await;
    for _ in 0..4 {
        let code = desk.receive("1.001022", "2021-04-19T09:00").await;
        let path = format!("/ho-so/{code}/in/giay-hen");
        let (one, two) = tokio::join!(desk.pdf(&reception, &path), other.pdf(&reception, &path));
        assert!(one != two, "one of them is the first");
    }
    assert_eq!(desk.rows("SELECT id FROM paper").await.len(), 4);
    add_account::run(&desk.app, 1, Role::Admin, &account("mot"), None)
        .await
        .unwrap();
    let found = accounts::by_username(desk.store().read(), "mot").await;
    let account = found.unwrap().unwrap();
    let (one, two) = tokio::join!(
        second_factor::begin(&desk.app, &account),
        second_factor::begin(&other.app, &account)
    );
    assert_eq!(one.unwrap(), two.unwrap());
}
