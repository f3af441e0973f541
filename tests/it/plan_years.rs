//! The plan of another year comes in by the file that the page gives out; a past year keeps
//! its own.
use motcua::{
    documents::workbook::{self, Grid},
    domain::role::Role,
    mail::plan_reminder,
};
use serde_json::Value;

use crate::{harness::Desk, import_pages::upload};

async fn json_of(desk: &Desk, cookie: &str, path: &str) -> Value {
    let page = desk.page(cookie, path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    serde_json::from_str(&page.body).unwrap()
}

/// The Office signs in once more, months later.
async fn back(desk: &Desk) -> String {
    let form = "username=office&password=mot+cau+de+nho&ve=";
    desk.form("", "/dang-nhap", form).await.cookie
}

/// The Excel of a page, with the words of one year put for those of another.
async fn rewritten(desk: &Desk, cookie: &str, path: &str, words: &[(&str, &str)]) -> Grid {
    let mut grid = workbook::read(&desk.file(cookie, path).await).unwrap();
    for cell in grid.iter_mut().skip(1).flatten() {
        for (old, new) in words {
            *cell = cell.replace(old, new);
        }
    }
    grid
}

/// Uploads a table; returns the page that shows it before it is loaded.
async fn shown(desk: &Desk, cookie: &str, kind: &str, grid: &Grid) -> (String, String) {
    let text = workbook::text(grid);
    let (status, preview, body) = upload(desk, cookie, kind, text.as_bytes()).await;
    assert_eq!(status, 303, "{body}");
    let page = desk.page(cookie, &preview).await;
    assert_eq!(page.status, 200);
    (preview, page.body)
}

async fn load(desk: &Desk, cookie: &str, preview: &str) -> String {
    let done = desk
        .form(cookie, &format!("{preview}/nhap"), "lam=nhap")
        .await;
    assert_eq!(done.status, 303, "{}", done.body);
    desk.page(cookie, &done.location).await.body
}

#[tokio::test]
async fn the_tasks_of_another_year_come_from_the_pages_own_file() {
    let mut desk = Desk::at("2021-12-20T09:00").await;
    let office = desk.sign_in(Role::Office).await;
    let entered = "item=II.2@2021-Q1&kind=done&on_day=01/04/2021&evidence=BC";
    let plan = json_of(&desk, &office, "/ke-hoach?dang=json").await;
    let item = plan["rows"][0]["items"][0]["item"].as_str().unwrap();
    let entered = entered.replace("II.2@2021-Q1", item);
    assert_eq!(desk.form(&office, "/ke-hoach", &entered).await.status, 303);
    let spent = entered.replace("kind=done", "kind=spent&amount=5000000");
    assert_eq!(desk.form(&office, "/ke-hoach", &spent).await.status, 303);
    let path = "/ke-hoach?dang=xlsx";
    let grid = rewritten(&desk, &office, path, &[("2021", "2022"), ("2020", "2021")]).await;
    let (preview, page) = shown(&desk, &office, "tasks", &grid).await;
    for words in [
        "Kế hoạch cải cách hành chính năm 2022: 19 nhiệm vụ",
        "Nạp nhiệm vụ kế hoạch năm 2022",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("thay bản ấy"), "a new year replaces nothing");
    let said = load(&desk, &office, &preview).await;
    assert!(said.contains("19 nhiệm vụ của năm 2022"), "{said}");

    let old = json_of(&desk, &office, "/ke-hoach?ngay=20/12/2021&dang=json").await;
    assert_eq!(old["rows"], {
        let mut rows = plan["rows"].clone();
        rows[0] = old["rows"][0].clone();
        rows
    });
    assert_eq!(old["rows"][0]["done"], 1, "what was entered stays");
    assert_eq!(old["spent"], 5_000_000);
    desk.move_to("2022-02-01T09:00");
    let office = back(&desk).await;
    let new = json_of(&desk, &office, "/ke-hoach?dang=json").await;
    assert_eq!(new["name"], "Kế hoạch cải cách hành chính năm 2022");
    let numbers = |plan: &Value| [&plan["items"], &plan["budget"]].map(Clone::clone);
    assert_eq!(numbers(&new), numbers(&plan));
    assert_eq!(
        (&new["done"], &new["spent"]),
        (&Value::from(0), &Value::from(0))
    );
    assert!(
        new["overdue"].as_u64().unwrap() > 0,
        "January 2022 has passed"
    );
    // December is entered in January: the old year's items are still taken.
    let again = entered.replace("01/04/2021", "31/12/2021");
    assert_eq!(desk.form(&office, "/ke-hoach", &again).await.status, 303);

    // The same year once more says that it replaces; the same file comes back as it went.
    let path = "/ke-hoach?dang=xlsx";
    let same = rewritten(&desk, &office, path, &[]).await;
    for loaded in ["2022.2", "2022.3"] {
        let (preview, page) = shown(&desk, &office, "tasks", &same).await;
        for words in ["thay bản ấy", "so-cu.csv (Người Văn phòng)"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        load(&desk, &office, &preview).await;
        // What the plan said before is not taken away.
        let kept = "SELECT version FROM data_file WHERE kind = 'tasks' ORDER BY id DESC";
        assert_eq!(desk.rows(kept).await[0]["version"], loaded);
    }
    let back = json_of(&desk, &office, "/ke-hoach?dang=json").await;
    assert_eq!(back, new);
}

#[tokio::test]
async fn the_targets_of_another_year_come_from_the_pages_own_file() {
    let mut desk = Desk::at("2021-10-20T09:00").await;
    let office = desk.sign_in(Role::Office).await;
    let value = "item=papers_by_network&kind=value&numerator=191&denominator=200&on_day=30/09/2021&evidence=Trục";
    assert_eq!(desk.form(&office, "/chi-tieu", value).await.status, 303);
    let old = json_of(&desk, &office, "/chi-tieu?dang=json").await;
    let by_network = |report: &Value| {
        let rows = report["targets"].as_array().unwrap().iter();
        let mut own = rows.filter(|row| row["code"] == "papers_by_network");
        own.next().unwrap()["value"]["denominator"].clone()
    };
    assert_eq!(by_network(&old), 200);
    let path = "/chi-tieu?dang=xlsx";
    let mut grid = rewritten(&desk, &office, path, &[("2021", "2022")]).await;
    let of = |head: &str| grid[0].iter().position(|cell| cell == head).unwrap();
    let (code, goal) = (of("Mã"), of("Cần (%)"));
    for row in grid
        .iter_mut()
        .filter(|row| row[code] == "four_on_the_spot")
    {
        row[goal] = "25 %".into();
    }
    let (preview, page) = shown(&desk, &office, "targets", &grid).await;
    assert!(page.contains("≥\u{a0}25\u{a0}%"), "{page}");
    assert!(
        page.contains("&gt;\u{a0}95\u{a0}%"),
        "more than, as it was: {page}"
    );
    load(&desk, &office, &preview).await;
    assert_eq!(json_of(&desk, &office, "/chi-tieu?dang=json").await, old);
    desk.move_to("2022-03-01T09:00");
    let office = back(&desk).await;
    let new = json_of(&desk, &office, "/chi-tieu?dang=json").await;
    assert_eq!(
        (&new["targets"][0]["goal"]["numerator"], &new["year"]),
        (&Value::from(25), &Value::from("2022"))
    );
    let codes = |report: &Value| -> Vec<Value> {
        let rows = report["targets"].as_array().unwrap().iter();
        rows.map(|row| row["code"].clone()).collect()
    };
    assert_eq!(codes(&new), codes(&old));
    assert_eq!(by_network(&new), 0, "nothing was entered for this year");
}

#[tokio::test]
async fn an_objective_is_of_the_reporting_year_that_its_figures_are_of() {
    let mut desk = Desk::at("2021-12-10T09:00").await;
    let objective = "label=Đúng+hạn&goal_percent=95&formula=on_time_with_overdue&officer=Công+chức&source=QĐ+01";
    for (now, year) in [("2021-12-10T09:00", 2021), ("2021-12-20T09:00", 2022)] {
        desk.move_to(now);
        let office = match year {
            2021 => desk.sign_in(Role::Office).await,
            _ => back(&desk).await,
        };
        let path = "/chi-tieu/muc-tieu";
        assert_eq!(desk.form(&office, path, objective).await.status, 303);
        let last = "SELECT year FROM objective ORDER BY id DESC";
        assert_eq!(desk.rows(last).await[0]["year"], year);
        let report = desk.page(&office, "/chi-tieu/muc-tieu/bao-cao").await.body;
        assert!(
            report.contains(&format!("mục tiêu chất lượng năm {year}")),
            "{report}"
        );
        // The whole of the old year can still be had.
        let path = "/chi-tieu/muc-tieu/bao-cao?den=14/12/2021";
        let report = desk.page(&office, path).await.body;
        assert!(
            report.contains("trong 1 mục tiêu chất lượng năm 2021"),
            "{report}"
        );
    }
}

#[tokio::test]
async fn what_an_objective_came_to_is_entered_for_a_day_of_its_year() {
    let mut desk = Desk::at("2021-12-10T09:00").await;
    let office = desk.sign_in(Role::Office).await;
    let objective = "label=Hài+lòng&goal_percent=95&formula=&officer=Công+chức&source=QĐ+01";
    let path = "/chi-tieu/muc-tieu";
    assert_eq!(desk.form(&office, path, objective).await.status, 303);
    let code = &desk.rows("SELECT code FROM objective").await[0]["code"];
    let code = code.as_str().unwrap();
    let value = |day: &str| {
        format!(
            "item={code}&kind=value&numerator=9&denominator=10&amount=&on_day={day}&evidence=BC"
        )
    };
    // The next reporting year has begun, and the figures of the old one come in.
    desk.move_to("2021-12-20T09:00");
    let office = back(&desk).await;
    let late = desk.form(&office, "/chi-tieu", &value("14/12/2021")).await;
    assert_eq!(late.status, 303, "{}", late.body);
    let other = desk.form(&office, "/chi-tieu", &value("15/12/2021")).await;
    assert_eq!(other.status, 422, "a day of the next year");
    let report = json_of(&desk, &office, "/chi-tieu?ngay=14/12/2021&dang=json").await;
    assert_eq!(report["objectives"][0]["value"]["numerator"], 9, "{report}");
}

#[tokio::test]
async fn a_wrong_plan_names_row_and_column_and_changes_nothing() {
    let desk = Desk::at("2021-10-20T09:00").await;
    let office = desk.sign_in(Role::Office).await;
    let before = json_of(&desk, &office, "/ke-hoach?dang=json").await;
    let path = "/ke-hoach?dang=xlsx";
    let wrong = rewritten(&desk, &office, path, &[("Tháng 1/2021", "Tháng 13/2021")]).await;
    let (preview, page) = shown(&desk, &office, "tasks", &wrong).await;
    assert!(page.contains("Dòng 2, cột Kỳ phải có sản phẩm"), "{page}");
    assert!(page.contains("/ke-hoach?dang=xlsx"), "a way on");
    let done = desk
        .form(&office, &format!("{preview}/nhap"), "lam=nhap")
        .await;
    assert_eq!(done.status, 422, "{}", done.body);
    assert_eq!(json_of(&desk, &office, "/ke-hoach?dang=json").await, before);
    // A year forgotten in one row is seen.
    let half = rewritten(&desk, &office, path, &[("2021", "2022")]).await;
    let (_, page) = shown(&desk, &office, "tasks", &half).await;
    assert!(
        page.contains("Kế hoạch năm 2022 có kỳ của năm 2020"),
        "{page}"
    );
    let same = rewritten(&desk, &office, path, &[]).await;
    let (_, page) = shown(&desk, &office, "tasks", &same).await;
    assert!(
        page.contains("từ bản kèm chương trình") && !page.contains(".toml"),
        "{page}"
    );
    let (_, page) = shown(&desk, &office, "targets", &wrong).await;
    assert!(page.contains("Thiếu cột Năm"), "{page}");
}

#[tokio::test]
async fn an_office_that_began_after_the_plan_is_chased_by_nobody() {
    let desk = Desk::at("2026-11-27T08:00").await;
    let office = desk.sign_in(Role::Office).await;
    let form = "email=vp%40example.vn&wanted=1";
    let saved = desk.form(&office, "/tai-khoan/nhac-viec", form).await;
    assert_eq!(saved.status, 303);
    let page = desk.page(&office, "/ke-hoach").await.body;
    assert!(page.contains("Kế hoạch này đã hết trước khi"), "{page}");
    let plan = json_of(&desk, &office, "/ke-hoach?dang=json").await;
    assert_eq!(
        (&plan["overdue"], &plan["items"]),
        (&Value::from(0), &Value::from(25))
    );
    assert_eq!(plan_reminder::run_once(&desk.app).await.unwrap(), 0);
}
