//! A province, its communes, a desk of one of them and a branch of that desk: each sees itself
//! and what is below, a number counts once however deep it lies, and each opens its dossiers.
use std::collections::{BTreeMap, BTreeSet};

use motcua::{
    actions::{add_agency, join_agency, merge_agencies},
    domain::{period::Period, role::Role},
    secret,
    store::agencies,
};
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    many_agencies::{agency, figures, lodged, province, receive},
    mergers::close,
};

/// An identifier as they are written.
fn of_key(key: &str) -> String {
    format!("{}.H57", key.to_uppercase().replace('-', "."))
}

#[tokio::test]
async fn rows_stand_as_the_agencies_do_however_many_are_read_at_a_time() {
    let desk = province("2025-06-20T10:00").await;
    lodged(&desk).await;
    // More than are read at a time, one of them a level further down.
    for (key, above) in [("xa-3", "hue"), ("xa-4", "phong-hai")] {
        let new = agency(key, "UBND xã mới", &of_key(key));
        add_agency::run(&desk.app, &new, Some(above)).await.unwrap();
    }
    let db = desk.store().read();
    let top = agencies::by_key(db, "hue").await.unwrap();
    let placed = agencies::below(db, top).await.unwrap();
    assert_eq!(placed.len(), 6);
    let all = figures(&desk, "office@hue").await;
    for (place, one) in placed.iter().enumerate() {
        let row = &all["rows"][place];
        assert_eq!(row["key"], one.agency.key, "{all}");
        assert_eq!(row["depth"], one.depth);
    }
    assert_eq!(all["rows"].as_array().unwrap().len(), placed.len());
}

/// Below the commune a desk, below that a branch; where they receive, under tokens of theirs.
async fn deep() -> Desk {
    let desk = province("2025-06-20T10:00").await;
    lodged(&desk).await;
    for (key, above, many) in [("quay", "phong-hai", 3), ("chi-nhanh", "quay", 2)] {
        let new = agency(key, &format!("Điểm {key}"), &of_key(key));
        let id = add_agency::run(&desk.app, &new, Some(above)).await.unwrap();
        for role in ["receptionist", "office"] {
            let name = format!("{role}@{key}");
            let token = secret::hash(&name);
            desk.run(&format!(
                "INSERT INTO api_token (agency_id, name, role, token_hash, created_at, scope) \
                 VALUES ({id}, '{name}', '{role}', '{token}', '2025-06-01 00:00:00+00:00', 'all')"
            ))
            .await;
        }
        for n in 0..many {
            let at = format!("2025-06-0{}T09:00", 3 + n);
            let by = format!("receptionist@{key}");
            receive(&desk, &by, &format!("Lê Văn Sâu {n}"), &at).await;
        }
    }
    desk
}

fn received(all: &Value) -> Vec<(&str, i64, i64)> {
    let rows = all["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let number = |value: &Value| value.as_i64().unwrap();
        let key = row["key"].as_str().unwrap();
        (
            key,
            number(&row["depth"]),
            number(&row["received"]["total"]),
        )
    })
    .collect()
}

#[tokio::test]
async fn each_level_sees_itself_and_what_is_below() {
    let desk = deep().await;
    for (who, expected) in [
        (
            "office@hue",
            vec![
                ("hue", 0, 0),
                ("phong-hai", 1, 2),
                ("quay", 2, 3),
                ("chi-nhanh", 3, 2),
                ("quang-cong", 1, 4),
                ("quang-ngan", 1, 3),
            ],
        ),
        (
            "office@phong-hai",
            vec![("phong-hai", 0, 2), ("quay", 1, 3), ("chi-nhanh", 2, 2)],
        ),
        ("office@quay", vec![("quay", 0, 3), ("chi-nhanh", 1, 2)]),
        ("office@chi-nhanh", vec![("chi-nhanh", 0, 2)]),
        ("office@quang-cong", vec![("quang-cong", 0, 4)]),
    ] {
        let all = figures(&desk, who).await;
        let mut rows = received(&all);
        let mut expected = expected;
        let sum: i64 = expected.iter().map(|row| row.2).sum();
        assert_eq!(all["total"]["received"]["total"], sum, "{who}: once each");
        assert_eq!(rows[0], expected[0], "{who}");
        // How those of one level follow each other is the names' business.
        rows.sort_unstable();
        expected.sort_unstable();
        assert_eq!(rows, expected, "{who}");
        let own = all["rows"][0]["key"].as_str().unwrap().to_owned();
        // Its list is its own alone: what is below is summed, not shown.
        let (_, list) = desk.get(who, "/api/v1/dossiers").await;
        let mine = rows.iter().find(|row| row.0 == own).unwrap();
        assert_eq!(list["total"], mine.2, "{who}");
    }
}

#[tokio::test]
async fn the_page_of_a_level_asks_as_often_for_what_is_deep_as_for_what_is_near() {
    let desk = deep().await;
    let cookie = desk.sign_in(Role::Office).await;
    let mut asked = Vec::new();
    for key in ["chi-nhanh", "quay", "phong-hai", "hue"] {
        join_agency::run(&desk.app, "office", key, Role::Office, "")
            .await
            .unwrap();
        let to = format!("agency={key}");
        let moved = desk.form(&cookie, "/tai-khoan/co-quan", &to).await;
        assert_eq!(moved.status, 303, "{}", moved.body);
        let at = "/bao-cao/don-vi?tu=15/5/2025&den=14/6/2025";
        let mut statements = 0;
        for _ in 0..2 {
            let before = desk.store().statements();
            let page = desk.page(&cookie, at).await;
            assert!(
                page.status == 200 && page.body.contains("chi-nhanh"),
                "{key}"
            );
            statements = desk.store().statements() - before;
        }
        asked.push(statements);
    }
    println!("statements of one, two, three and six agencies: {asked:?}");
    // The tables of each are read by statements of its own.
    let each = asked[1].saturating_sub(asked[0]);
    assert!(asked[0] <= 22 && each <= 14, "{asked:?}");
    assert!(asked[3] <= asked[0] + 5 * each, "{asked:?}");
}

/// Done with a dossier, under a token of its agency.
async fn done(desk: &Desk, token: &str, code: &str, mut body: Value) {
    let path = format!("/api/v1/dossiers/{code}");
    let (_, one) = desk.get(token, &path).await;
    body["expected_version"] = one["version"].clone();
    let (status, answer) = desk.post(token, &format!("{path}/actions"), &body).await;
    assert_eq!(status, 200, "{body}: {answer}");
}

/// Finished and handed over at the desk, at one moment.
async fn finished(desk: &Desk, token: &str, code: &str, at: &str) {
    for act in ["appraise", "approve", "process", "return_result"] {
        let body = json!({ "action": act, "at": at, "at_desk": true });
        done(desk, token, code, body).await;
    }
}

/// Of each kind that a number of the table counts, but for what comes online.
async fn of_every_kind() -> Desk {
    let desk = province("2025-07-02T10:00").await;
    let lodged = lodged(&desk).await;
    // Three working days each: one early, one late, one on the last of them; the rest stay.
    for (place, token, at) in [
        (3, "admin@quang-cong", "2025-06-05T09:00"),
        (4, "admin@quang-cong", "2025-06-12T09:00"),
        (7, "admin@phong-hai", "2025-06-06T10:00"),
    ] {
        finished(&desk, token, &lodged[place].1, at).await;
    }
    // On the spot, in either period.
    for (by, token, day) in [
        ("receptionist", "admin", "2025-06-10"),
        ("receptionist@phong-hai", "admin@phong-hai", "2025-06-24"),
    ] {
        let code = receive(&desk, by, "Lê Thị Tại", &format!("{day}T08:30")).await;
        finished(&desk, token, &code, &format!("{day}T09:00")).await;
    }
    // One that is told, one that has time still.
    let told = &lodged[5].1;
    let draft =
        json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" });
    done(&desk, "receptionist@quang-cong", told, draft).await;
    let sign = json!({ "action": "sign_apology" });
    done(&desk, "leader@quang-cong", told, sign).await;
    receive(&desk, "receptionist", "Lê Thị Mới", "2025-07-01T08:30").await;
    desk
}

/// What stands between tags.
fn words(html: &str) -> String {
    let pieces = html.split('<');
    pieces
        .map(|piece| piece.rsplit('>').next().unwrap())
        .collect()
}

/// The codes that a page of dossiers shows.
fn codes(page: &str) -> Vec<String> {
    let main = page.split("<main").nth(1).unwrap();
    let shown = main.split("class=\"code\">").skip(1);
    shown
        .map(|rest| words(rest.split("</b>").next().unwrap()))
        .collect()
}

/// Opens every number of the table: as many dossiers stand behind it, behind one of the sum
/// those of the rows in their order. Answers which columns had any.
async fn opened(desk: &Desk, cookie: &str, days: &str) -> BTreeSet<String> {
    let page = desk.page(cookie, &format!("/bao-cao/don-vi?{days}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let table = page.body.split("<table").nth(1).unwrap();
    let table = table.split("</table>").next().unwrap();
    // Under two rows of heads: four agencies and the sum.
    let rows: Vec<&str> = table.split("<tr").skip(3).collect();
    assert_eq!(rows.len(), 5, "{table}");
    let mut of_rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut summed = 0;
    for row in rows {
        let sum = row.contains("Tổng cộng");
        let cells: Vec<&str> = row.split("<td").skip(1).collect();
        assert_eq!(cells.len(), 14, "{row}");
        for cell in cells {
            // What a share is in percent opens nothing.
            let numbers = cell.split("</td>").next().unwrap();
            let numbers = numbers.split(" = ").next().unwrap();
            let mut links = numbers.split("<a ");
            let mut bare = words(links.next().unwrap());
            for link in links {
                let (head, rest) = link.split_once('>').unwrap();
                let (number, after) = rest.split_once("</a>").unwrap();
                bare.push_str(&words(after));
                let address = head.split("href=\"").nth(1).unwrap();
                let address = address.split('"').next().unwrap().replace("&amp;", "&");
                let (_, column) = address.rsplit_once("&o=").unwrap();
                let behind = desk.page(cookie, &address).await;
                assert_eq!(behind.status, 200, "{address}: {}", behind.body);
                let said = format!("<b>{number}</b> hồ sơ");
                assert!(behind.body.contains(&said), "{address}: not {number}");
                let found = codes(&behind.body);
                assert_eq!(found.len().to_string(), number, "{address}");
                if sum {
                    summed += 1;
                    assert_eq!(of_rows.get(column), Some(&found), "{address}");
                } else {
                    of_rows.entry(column.to_owned()).or_default().extend(found);
                }
            }
            let unopened = bare.contains(|sign: char| matches!(sign, '1'..='9'));
            assert!(!unopened, "{bare} opens nothing: {row}");
        }
    }
    assert_eq!(summed, of_rows.len(), "{days}");
    of_rows.into_keys().collect()
}

const JUNE: &str = "tu=15/5/2025&den=14/6/2025";
const JULY: &str = "tu=15/6/2025&den=14/7/2025";

#[tokio::test]
async fn every_number_of_a_row_and_of_the_sum_opens_its_dossiers_before_and_after_a_merger() {
    let desk = of_every_kind().await;
    let office = desk.sign_in(Role::Office).await;
    let sum = |more: &str| format!("/bao-cao/don-vi/hue/ho-so?{JUNE}&o=received&nhom={more}");
    // Of the commune none of this is.
    assert_eq!(desk.page(&office, &sum("tong-cong")).await.status, 404);
    join_agency::run(&desk.app, "office", "hue", Role::Office, "")
        .await
        .unwrap();
    let moved = desk.form(&office, "/tai-khoan/co-quan", "agency=hue").await;
    assert_eq!(moved.status, 303, "{}", moved.body);
    assert_eq!(desk.page(&office, &sum("khac")).await.status, 422);
    let file = desk.file(&office, &sum("tong-cong&dang=csv")).await;
    let file = String::from_utf8(file).unwrap();
    assert_eq!(file.lines().count(), 11, "{file}");
    for name in ["xã Quảng Công", "phường Phong Hải", "xã Quảng Ngạn"] {
        assert!(file.contains(name), "{name}: {file}");
    }
    assert!(!file.contains("Trần Văn") && !file.contains("Lê Thị"));

    let june = opened(&desk, &office, JUNE).await;
    let july = opened(&desk, &office, JULY).await;
    let all: BTreeSet<&str> = june.union(&july).map(String::as_str).collect();
    let counted = [
        "received",
        "direct",
        "carried_over",
        "processed",
        "early",
        "on_time",
        "late",
        "pending",
        "in_time",
        "overdue",
        "kept",
        "dated",
        "on_the_spot",
        "stamped",
        "apologised",
        "all_late",
    ];
    assert_eq!(all, BTreeSet::from(counted));

    let keys = ["quang-cong".to_owned(), "phong-hai".to_owned()];
    let on = "2025-07-01".parse().unwrap();
    merge_agencies::run(&desk.app, &keys, "quang-ngan", on, "thử")
        .await
        .unwrap();
    assert_eq!(opened(&desk, &office, JUNE).await, june);
    assert_eq!(opened(&desk, &office, JULY).await, july);
    // As it was closed, too.
    let days = Period::new("2025-05-15".parse().unwrap(), "2025-06-14".parse().unwrap());
    close(&desk, "quang-cong", days.unwrap()).await;
    assert_eq!(opened(&desk, &office, JUNE).await, june);
}

#[tokio::test]
async fn a_file_of_the_agencies_has_both_numbers_beside_every_rate() {
    let desk = of_every_kind().await;
    let all = figures(&desk, "office@hue").await;
    let path = "/api/v1/reports/agencies?from=2025-05-15&to=2025-06-14&format=csv";
    let (_, file) = desk.get("office@hue", path).await;
    let file = file.as_str().unwrap().trim_start_matches('\u{feff}');
    let mut rows = csv::Reader::from_reader(file.as_bytes());
    let heads = rows.headers().unwrap().clone();
    let sum = rows.records().last().unwrap().unwrap();
    assert_eq!(&sum[0], "Tổng cộng");
    let number = |head: &str| {
        let place = heads.iter().position(|one| one == head).unwrap();
        sum[place].parse::<u64>().unwrap()
    };
    let on_time = &all["total"]["on_time"];
    for (share, numerator, denominator) in [
        (on_time, "Trước và đúng hạn", "Đã giải quyết, có ngày hẹn"),
        (
            &all["on_the_spot"],
            "Hồ sơ làm tại chỗ",
            "Đã xong, thuộc thẩm quyền",
        ),
        (&all["apologised"], "Đã xin lỗi", "Hồ sơ trễ"),
    ] {
        assert_eq!(share["numerator"], number(numerator), "{file}");
        assert_eq!(share["denominator"], number(denominator), "{file}");
    }
    assert!(number("Hồ sơ làm tại chỗ") > 0 && number("Hồ sơ trễ") > 0);
}
