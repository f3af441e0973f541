//! The plan: tasks, money and values by hand against a recount of what was entered; the
//! Office's report holds the figures of the other pages.
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use motcua::domain::role::Role;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::{harness::Desk, paper::Paper};

async fn json_of(desk: &Desk, cookie: &str, path: &str) -> Value {
    let page = desk.page(cookie, path).await;
    assert_eq!(page.status, 200, "{path}");
    serde_json::from_str(&page.body).unwrap()
}

/// One thing that was entered, as the test remembers it.
struct Entered {
    item: String,
    kind: &'static str,
    on: NaiveDate,
    amount: u64,
}

#[tokio::test]
async fn the_plan_is_the_sum_of_what_was_entered() {
    let mut desk = Desk::at("2021-12-20T09:00").await;
    desk.set(|settings| settings.security.session_hours = 10_000);
    let office = desk.sign_in(Role::Office).await;
    let plan = json_of(&desk, &office, "/ke-hoach?dang=json").await;
    let items: Vec<(String, NaiveDate)> = plan["rows"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["items"].as_array().unwrap().clone())
        .map(|item| {
            (
                item["item"].as_str().unwrap().to_owned(),
                item["last"].as_str().unwrap().parse().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        (plan["rows"].as_array().unwrap().len(), items.len()),
        (19, 25)
    );
    assert_eq!(plan["budget"], 42_100_000);
    let mut rng = StdRng::seed_from_u64(7);
    let start: NaiveDate = "2021-01-04".parse().unwrap();
    let mut all: Vec<Entered> = Vec::new();
    for _ in 0..40 {
        let (item, _) = &items[rng.random_range(0..items.len())];
        let kind = ["done", "spent", "remark"][rng.random_range(0..3)];
        let on = start + Days::new(rng.random_range(0..350));
        let amount = if kind == "spent" {
            rng.random_range(1..9_000_000)
        } else {
            0
        };
        let form = format!(
            "item={item}&kind={kind}&amount={amount}&on_day={}&evidence=Phi%E1%BA%BFu",
            on.format("%d/%m/%Y")
        );
        assert_eq!(desk.form(&office, "/ke-hoach", &form).await.status, 303);
        all.push(Entered {
            item: item.clone(),
            kind,
            on,
            amount,
        });
    }
    for at in [
        "2021-01-31",
        "2021-02-01",
        "2021-04-05",
        "2021-09-30",
        "2021-12-20",
    ] {
        let at: NaiveDate = at.parse().unwrap();
        let day = at.format("%d/%m/%Y");
        let plan = json_of(&desk, &office, &format!("/ke-hoach?ngay={day}&dang=json")).await;
        let (mut done, mut overdue, mut soon) = (0, 0, 0);
        for (item, last) in &items {
            let finished = all
                .iter()
                .any(|e| e.kind == "done" && e.item == *item && e.on <= at);
            let left = (*last - at).num_days();
            done += u64::from(finished);
            overdue += u64::from(!finished && left < 0);
            soon += u64::from(!finished && (0..=15).contains(&left));
        }
        let spent: u64 = all.iter().filter(|e| e.on <= at).map(|e| e.amount).sum();
        assert_eq!(
            (
                &plan["done"],
                &plan["overdue"],
                &plan["soon"],
                &plan["spent"]
            ),
            (&json!(done), &json!(overdue), &json!(soon), &json!(spent)),
            "{at}"
        );
    }
}

#[tokio::test]
async fn a_value_by_hand_stands_from_its_day() {
    let mut desk = Desk::at("2021-10-20T09:00").await;
    desk.set(|settings| settings.security.session_hours = 10_000);
    let office = desk.sign_in(Role::Office).await;
    for (on, numerator, denominator) in [("30/6/2021", 90, 100), ("30/9/2021", 191, 200)] {
        let form = format!(
            "item=papers_by_network&numerator={numerator}&denominator={denominator}&on_day={on}&evidence=s%E1%BB%95"
        );
        assert_eq!(desk.form(&office, "/chi-tieu", &form).await.status, 303);
    }
    let at = async |day: &str| {
        let report = json_of(&desk, &office, &format!("/chi-tieu?ngay={day}&dang=json")).await;
        let all = report["targets"].as_array().unwrap().clone();
        let row = all
            .into_iter()
            .find(|row| row["code"] == "papers_by_network")
            .unwrap();
        (
            row["value"]["numerator"].clone(),
            row["met"].clone(),
            row["before"]["numerator"].clone(),
        )
    };
    assert_eq!(
        at("29/6/2021").await,
        (json!(0), Value::Null, json!(0)),
        "nothing entered yet"
    );
    assert_eq!(at("30/6/2021").await, (json!(90), json!(false), json!(0)));
    assert_eq!(
        at("20/10/2021").await,
        (json!(191), json!(true), json!(191))
    );
    assert_eq!(
        at("1/10/2021").await,
        (json!(191), json!(true), json!(90)),
        "95,5 % is above 95"
    );
    let wrong = desk
        .form(
            &office,
            "/chi-tieu",
            "item=four_on_the_spot&numerator=1&denominator=0&evidence=",
        )
        .await;
    assert_eq!(wrong.status, 422);
    for words in [
        "Kế hoạch không có mục này",
        "Mẫu số phải lớn hơn 0",
        "Căn cứ",
    ] {
        assert!(wrong.body.contains(words), "{words}");
    }
    let objective = "label=%C4%90%C3%BAng+h%E1%BA%B9n&goal_percent=98&formula=on_time_with_overdue&officer=Ban+ISO&source=Q%C4%90+1";
    assert_eq!(
        desk.form(&office, "/chi-tieu/muc-tieu", objective)
            .await
            .status,
        303
    );
    let report = json_of(&desk, &office, "/chi-tieu?dang=json").await;
    assert_eq!(report["objectives"][0]["goal"]["numerator"], 98);
    let specialist = desk.sign_in(Role::Specialist).await;
    assert_eq!(
        desk.form(&specialist, "/chi-tieu/muc-tieu", objective)
            .await
            .status,
        403
    );
    assert_eq!(
        desk.form(
            &specialist,
            "/ke-hoach",
            "item=I.2@2021&kind=done&evidence=x"
        )
        .await
        .status,
        403
    );
}

#[tokio::test]
async fn the_offices_report_holds_the_figures_of_the_pages() {
    let desk = Desk::of_demo(200, 12).await;
    let office = desk.sign_in_demo("office").await;
    let table = json_of(&desk, &office, "/bao-cao/giai-quyet?ky=2021-Q3&dang=json").await;
    let total = &table["total"];
    let said = format!(
        "Tổng số hồ sơ tiếp nhận {} (trong kỳ {}, từ kỳ trước {}); đã giải quyết {}",
        total["received"]["total"],
        total["received"]["online"].as_u64().unwrap()
            + total["received"]["direct"].as_u64().unwrap(),
        total["received"]["carried_over"],
        total["processed"]["total"],
    );
    let page = desk.page(&office, "/bao-cao/quy?ky=2021-Q3").await;
    assert_eq!(page.status, 200);
    // Its figures are links; the words are the same.
    let read: String = page
        .body
        .split('<')
        .filter_map(|part| part.split_once('>'))
        .map(|(_, words)| words)
        .collect();
    assert!(read.contains(&said), "{said}");
    let paper = Paper::of(&desk.pdf(&office, "/bao-cao/quy?ky=2021-Q3&dang=pdf").await);
    let text = paper.text();
    for words in ["BÁO CÁO", "quý III năm 2021", "Kính gửi", "đã giải quyết"] {
        assert!(text.contains(words), "{words}");
    }
    let bytes = desk
        .file(&office, "/bao-cao/quy?ky=2021-Q3&dang=docx")
        .await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("word/document.xml").unwrap(), &mut xml)
        .unwrap();
    assert!(
        xml.contains(&said) && xml.contains("12436D"),
        "text and bars"
    );
    desk.pdf(&office, "/chi-tieu/muc-tieu/bao-cao?dang=pdf")
        .await;
    let by_code: BTreeMap<String, Value> =
        json_of(&desk, &office, "/chi-tieu?dang=json").await["objectives"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                (
                    row["label"].as_str().unwrap().to_owned(),
                    row["value"].clone(),
                )
            })
            .collect();
    assert_eq!(by_code.len(), 3);
}
