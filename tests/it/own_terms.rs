//! What an agency decides for itself about a procedure: from a day on, for itself alone.
use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use motcua::{
    actions::{
        actor::Actor,
        set_terms::{self, Input},
    },
    domain::role::Role,
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;

use crate::{harness::Desk, many_agencies::province, oracle::Almanac};

/// Nhận cha, mẹ, con: 3 working days.
const PARENT: &str = "1.001022";
const PLACE: &str = "/danh-muc/1.001022/o-day";

async fn receive(desk: &Desk, token: &str, procedure: &str, at: &str) -> (u16, serde_json::Value) {
    let body = json!({
        "procedure_code": procedure, "channel": "desk", "documents": [], "received_at": at,
        "applicant": { "name": "Trần Thị Sen", "kind": "citizen" },
    });
    desk.post(token, "/api/v1/dossiers", &body).await
}

/// A day later one signs in anew.
async fn again(desk: &Desk) -> String {
    let form = "username=office&password=mot+cau+de+nho&ve=";
    desk.form("", "/dang-nhap", form).await.cookie
}

/// The promise of a new dossier, and the count behind it.
async fn due(desk: &Desk, token: &str, at: &str) -> String {
    let (status, made) = receive(desk, token, PARENT, at).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        made["deadline"]["due_at"], made["original_due_at"],
        "{made}"
    );
    made["original_due_at"].as_str().unwrap()[..10].to_owned()
}

#[tokio::test]
async fn a_shorter_promise_is_one_communes_from_its_day_on() {
    let mut desk = province("2025-06-09T08:00").await;
    let office = desk.sign_in(Role::Office).await;
    let page = desk.page(&office, PLACE).await;
    assert_eq!(page.status, 200);
    for words in [
        "Chung (UBND thành phố Huế)",
        "3 ngày làm việc",
        "Ngắn hơn 3 ngày làm việc",
    ] {
        assert!(page.body.contains(words), "no “{words}” in {}", page.body);
    }
    let own = "tu-ngay=10/6/2025&thoi-han=1&tai-cho=co&phi=5.000&ghi-chu-phi=một+việc&noi-nop=Nhà+văn+hóa+thôn+2&can-cu=QĐ+45&tiep-nhan=";
    let saved = desk.form(&office, PLACE, &format!("{own}&ban=0")).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    // Pressed twice: once. Another who looked at the page before is told.
    assert_eq!(
        desk.form(&office, PLACE, &format!("{own}&ban=0"))
            .await
            .status,
        303
    );
    let late = "tu-ngay=11/6/2025&thoi-han=2&can-cu=QĐ+46&ban=0";
    let late = desk.form(&office, PLACE, late).await;
    assert_eq!(late.status, 409);
    assert!(
        late.body.contains("QĐ 46") && late.body.contains("người khác sửa"),
        "{}",
        late.body
    );
    let rows = desk.rows("SELECT id FROM own_terms").await;
    assert_eq!(rows.len(), 1);
    // Today it is still the catalogue's; tomorrow each its own.
    let before = due(&desk, "receptionist", "2025-06-09T07:45").await;
    assert_eq!(before, "2025-06-12");
    desk.move_to("2025-06-10T08:30");
    let office = again(&desk).await;
    assert_eq!(
        due(&desk, "receptionist", "2025-06-10T08:00").await,
        "2025-06-11"
    );
    assert_eq!(
        due(&desk, "receptionist@quang-cong", "2025-06-10T08:00").await,
        "2025-06-13"
    );
    assert_eq!(
        due(&desk, "receptionist", "2025-06-09T08:00").await,
        "2025-06-12",
        "of the day before"
    );
    for words in [
        "riêng",
        "QĐ 45",
        "1 ngày làm việc",
        "Nhà văn hóa thôn 2",
        "Theo danh mục chung từ ngày mai",
    ] {
        let page = desk.page(&office, PLACE).await.body;
        assert!(page.contains(words), "no “{words}” in {page}");
    }
    // The citizens of this commune read it, with what is its own said to be.
    let public = desk.page("", "/thu-tuc/1.001022").await.body;
    for words in [
        "1 ngày làm việc",
        "5.000\u{a0}đ (một việc)",
        "Nhà văn hóa thôn 2",
        "Theo QĐ 45, từ 10/6/2025",
        "(QĐ 45)",
    ] {
        assert!(public.contains(words), "no “{words}” in {public}");
    }
    // By the API for whoever names the commune.
    for (query, limit) in [
        ("", 3),
        ("?agency=quang-ngan", 1),
        ("?agency=quang-cong", 3),
    ] {
        let path = format!("/api/v1/procedures/{PARENT}{query}");
        let (status, told) = desk.get("receptionist", &path).await;
        assert_eq!((status, &told["limit"]), (200, &json!(limit)), "{told}");
    }
    let (status, told) = desk
        .get("receptionist", "/api/v1/procedures?agency=khong-co")
        .await;
    assert_eq!(status, 422, "{told}");
    assert!(told.to_string().contains("quang-cong"), "{told}");
    // A promise of one day is no promise of three: nobody apologises a day ahead.
    let foreseen = desk.page(&office, "/xin-loi?muc=soan").await.body;
    assert!(!foreseen.contains("250610-"), "{foreseen}");
    let four = async |token: &str| {
        let path = "/api/v1/reports/four-on-the-spot?at=2025-06-10";
        let (_, report) = desk.get(token, path).await;
        report["declared"]["numerator"].as_i64().unwrap()
    };
    assert_eq!(four("office").await, four("office@quang-cong").await + 1);
    // And back.
    let back = "tu-ngay=11/6/2025&can-cu=Trở+lại+danh+mục+chung&ban=1";
    assert_eq!(desk.form(&office, PLACE, back).await.status, 303);
    desk.move_to("2025-06-11T08:30");
    let office = again(&desk).await;
    assert_eq!(
        due(&desk, "receptionist", "2025-06-11T08:00").await,
        "2025-06-16"
    );
    assert_eq!(
        due(&desk, "receptionist", "2025-06-10T09:00").await,
        "2025-06-11",
        "as it was then"
    );
    let page = desk.page(&office, PLACE).await.body;
    assert!(!page.contains("Theo danh mục chung từ ngày mai"), "{page}");
    assert!(
        page.contains("QĐ 45"),
        "who decided what stays to be read: {page}"
    );
}

#[tokio::test]
async fn what_is_not_offered_is_not_received_there_and_nowhere_missing_else() {
    let mut desk = province("2025-06-09T08:00").await;
    let office = desk.sign_in(Role::Office).await;
    let none = "tu-ngay=10/6/2025&tiep-nhan=khong&can-cu=QĐ+9&ban=0";
    assert_eq!(desk.form(&office, PLACE, none).await.status, 303);
    desk.move_to("2025-06-10T08:30");
    let office = again(&desk).await;
    let (status, refused) = receive(&desk, "receptionist", PARENT, "2025-06-10T08:00").await;
    assert_eq!(status, 422, "{refused}");
    let said = refused["errors"][0]["message"].as_str().unwrap();
    assert!(
        said.contains("không tiếp nhận thủ tục này (QĐ 9)"),
        "{said}"
    );
    let (status, _) = receive(&desk, "receptionist@quang-cong", PARENT, "2025-06-10T08:00").await;
    assert_eq!(status, 201);
    let found = desk.page("", "/thu-tuc?q=1.001022").await.body;
    assert!(found.contains("Không có thủ tục nào khớp"), "{found}");
    let page = desk.page("", "/thu-tuc/1.001022").await.body;
    assert!(page.contains("không tiếp nhận thủ tục này"), "{page}");
    let catalogue = desk.page(&office, "/danh-muc?q=1.001022").await.body;
    assert!(
        catalogue.contains("không tiếp nhận"),
        "the Office still sees it: {catalogue}"
    );
}

#[tokio::test]
async fn nobody_promises_more_than_the_catalogue_or_for_yesterday() {
    let desk = province("2025-06-09T08:00").await;
    let office = desk.sign_in(Role::Office).await;
    for (typed, says) in [
        (
            "tu-ngay=10/6/2025&thoi-han=3&can-cu=x",
            "ngắn hơn thời hạn chung (3 ngày làm việc): số từ 1 đến 2",
        ),
        (
            "tu-ngay=10/6/2025&thoi-han=9&can-cu=x",
            "ngắn hơn thời hạn chung",
        ),
        (
            "tu-ngay=10/6/2025&thoi-han=-1&can-cu=x",
            "ngắn hơn thời hạn chung",
        ),
        (
            "tu-ngay=9/6/2025&thoi-han=2&can-cu=x",
            "sớm nhất từ ngày mai",
        ),
        ("tu-ngay=10/6/2025&thoi-han=2&can-cu=", "Chưa ghi căn cứ"),
        (
            "tu-ngay=10/6/2025&phi=tám+nghìn&can-cu=x",
            "Mức thu là số đồng",
        ),
    ] {
        let page = desk.form(&office, PLACE, &format!("{typed}&ban=0")).await;
        assert_eq!(page.status, 422, "{typed}");
        assert!(
            page.body.contains(says),
            "{typed}: no “{says}” in {}",
            page.body
        );
    }
    for hostile in ["<script>hx()</script>", "=1+1", "ă\u{202e}b", "a\0b"] {
        let typed = format!(
            "tu-ngay=10/6/2025&noi-nop={0}&can-cu={0}&ghi-chu-phi={0}&phi=1&ban=0",
            motcua::web::paths::encode(hostile)
        );
        let page = desk.form(&office, PLACE, &typed).await;
        assert!(
            [303, 409, 422].contains(&page.status),
            "{hostile:?}: {}",
            page.status
        );
        assert!(!page.body.contains("<script>hx"), "{}", page.body);
    }
    assert!(!desk.page(&office, PLACE).await.body.contains("<script>hx"));
    let specialist = desk.sign_in(Role::Specialist).await;
    assert_eq!(desk.page(&specialist, PLACE).await.status, 403);
    assert_eq!(
        desk.form(&specialist, PLACE, "tu-ngay=10/6/2025&can-cu=x&ban=0")
            .await
            .status,
        403
    );
    assert_eq!(
        desk.page(&office, "/danh-muc/khong-co/o-day").await.status,
        404
    );
    // Who stands alone has the catalogue itself.
    let alone = Desk::at("2025-06-09T08:00").await;
    let office = alone.sign_in(Role::Office).await;
    let page = alone.page(&office, PLACE).await;
    assert!(
        page.body.contains("Danh mục chung là của cơ quan này"),
        "{}",
        page.body
    );
    let typed = "tu-ngay=10/6/2025&thoi-han=2&can-cu=x&ban=0";
    assert_eq!(alone.form(&office, PLACE, typed).await.status, 403);
    assert!(
        !alone
            .page(&office, "/danh-muc")
            .await
            .body
            .contains("o-day")
    );
}

/// Two communes decide at random about many procedures; each promise is what the slow count
/// says of the limit that the test itself kept for that commune and day.
#[tokio::test]
async fn each_promise_is_by_the_limit_of_its_commune_on_the_day_of_receipt() {
    let mut desk = province("2025-05-05T08:00").await;
    let mut rng = StdRng::seed_from_u64(41);
    let almanac = Almanac::from_file();
    let procedures = desk
        .rows("SELECT code, time_limit, unit FROM procedure_version WHERE time_limit > 1 AND valid_from <= '2025-05-05' AND valid_to IS NULL ORDER BY id LIMIT 12")
        .await;
    let agencies = [(1, "receptionist"), (3, "receptionist@quang-cong")];
    // What was decided, the newest last: from which day, and how much.
    let mut kept: HashMap<(i64, String), Vec<(NaiveDate, Option<u32>)>> = HashMap::new();
    let (mut seen, mut shorter) = (0, 0);
    for round in 0..40 {
        let today = NaiveDate::from_ymd_opt(2025, 5, 5).unwrap() + Days::new(round);
        desk.move_to(&format!("{today}T16:50"));
        for (agency, receptionist) in agencies {
            let of = &procedures[rng.random_range(0..procedures.len())];
            let code = of["code"].as_str().unwrap();
            let shared = u32::try_from(of["time_limit"].as_i64().unwrap()).unwrap();
            let day = today - Days::new(rng.random_range(0..6));
            let at = format!(
                "{day}T{:02}:{:02}",
                rng.random_range(7..16),
                rng.random_range(0..60)
            );
            let (status, made) = receive(&desk, receptionist, code, &at).await;
            assert_eq!(status, 201, "{made}");
            let decided = kept.entry((agency, code.to_owned())).or_default();
            let mut amount = shared;
            for (from, own) in decided.iter() {
                if *from <= day {
                    amount = own.unwrap_or(shared);
                }
            }
            shorter += u32::from(amount < shared);
            seen += 1;
            let received = format!("{at}:00").parse().unwrap();
            let expected =
                almanac.promise(received, amount, of["unit"].as_str().unwrap(), true, &[]);
            let expected = expected
                .unwrap()
                .due
                .format("%Y-%m-%dT%H:%M:%S+07:00")
                .to_string();
            assert_eq!(
                made["original_due_at"], expected,
                "{agency} {code} {at} {amount}"
            );
            let own = (rng.random_range(0..4) > 0).then(|| rng.random_range(1..shared));
            let from = today + Days::new(rng.random_range(1..3));
            let ban = desk
                .rows(&format!("SELECT id FROM own_terms WHERE agency_id = {agency} AND code = '{code}' ORDER BY id DESC"))
                .await;
            let input = Input {
                tu_ngay: from.format("%d/%m/%Y").to_string(),
                thoi_han: own.map(|n| n.to_string()).unwrap_or_default(),
                can_cu: format!("QĐ {round}"),
                ban: ban
                    .first()
                    .map_or_else(|| "0".into(), |row| row["id"].to_string()),
                ..Input::default()
            };
            let actor = Actor {
                agency,
                role: Role::Office,
                name: "Người thử".into(),
                account: None,
                key_owner: "thử".into(),
            };
            set_terms::run(&desk.app, &actor, code, &input)
                .await
                .unwrap();
            decided.push((from, own));
        }
    }
    assert!(seen == 80 && shorter > 8, "{shorter} of {seen}");
}

/// Two communes decide at the same moment: the lower number may be committed last.
#[tokio::test]
async fn what_is_committed_late_counts_though_its_number_is_lower() {
    let desk = province("2025-06-09T08:00").await;
    let storm = |id: i64, agency: i64| {
        format!(
            "INSERT INTO own_day (id, agency_id, date, kind, name, set_by, set_at, replaces) \
             VALUES ({id}, {agency}, '2025-06-10', 'compensatory_off', 'Bão', 'thử', '2025-06-09T01:00:00+00:00', 0)"
        )
    };
    let at = "2025-06-09T08:00";
    assert_eq!(due(&desk, "admin@quang-cong", at).await, "2025-06-12");
    desk.run(&storm(2, 3)).await;
    assert_eq!(due(&desk, "admin@quang-cong", at).await, "2025-06-13");
    assert_eq!(due(&desk, "admin@phong-hai", at).await, "2025-06-12");
    desk.run(&storm(1, 4)).await;
    assert_eq!(due(&desk, "admin@phong-hai", at).await, "2025-06-13");
}
