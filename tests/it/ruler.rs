//! The days under the promised date, as they stand today: a clock that stands, a promise
//! that broke, a new day after an apology.
use motcua::{
    actions::{
        add_account,
        change_calendar::By,
        change_office::{self, Decided},
        merge_agencies,
    },
    domain::{
        calendar::{DayKind, OwnDay},
        role::Role,
    },
    store::own_days::OwnChange,
};
use serde_json::json;

use crate::{harness::Desk, many_agencies::province, own_days::receive};

/// Nhận cha, mẹ, con: 3 working days.
const PARENT: &str = "1.001022";

/// "19/4 counted 1" for each cell.
fn cells(body: &str) -> Vec<String> {
    let ruler = body.split("<ol class=\"ruler").nth(1).unwrap();
    let ruler = ruler.split("</ol>").next().unwrap();
    ruler
        .split("<li class=\"")
        .skip(1)
        .map(|cell| {
            let class = cell.split([' ', '"']).next().unwrap();
            let word = |name: &str| {
                let mark = format!("<span class=\"{name}\" aria-hidden=\"true\">");
                let text = cell.split(&mark).nth(1)?.split('<').next()?;
                Some(text.to_owned())
            };
            let said = word("n").or_else(|| word("note")).unwrap();
            format!("{} {class} {said}", word("dm").unwrap())
        })
        .collect()
}

#[tokio::test]
async fn while_the_clock_stands_no_day_is_firm() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-19T09:00");
    desk.done("specialist", &code, json!({ "action": "appraise" }))
        .await;
    let pay = json!({ "action": "request_payment", "amount": 8000, "reason": "Lệ phí" });
    desk.done("specialist", &code, pay).await;
    desk.move_to("2021-04-22T09:00");
    let cookie = desk.sign_in(Role::Receptionist).await;
    let page = desk.page(&cookie, &format!("/ho-so/{code}")).await;
    assert!(page.body.contains("Hẹn trả kết quả (tạm tính)"));
    assert!(page.body.contains("Đồng hồ dừng từ "), "{}", page.body);
    assert!(page.body.contains("hẹn trước khi dừng: "));
    assert!(page.body.contains("ngày tính lại khi đồng hồ chạy tiếp"));
    let shown = cells(&page.body);
    assert_eq!(shown[3], "19/4 counted 1");
    assert_eq!(shown[4], "20/4 paused dừng");
    assert_eq!(shown[7], "23/4 counted 2", "{shown:?}");
    assert!(shown.last().unwrap().starts_with("26/4 due"), "{shown:?}");
    assert!(page.body.contains("due d1 maybe"), "the day is dashed");
    // Papers start the limit anew: the wait stands before the count.
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "payment_received" }),
    )
    .await;
    let ask = json!({ "action": "request_supplement", "items": ["Giấy chứng sinh"],
                      "reason": "thiếu", "legal_basis": "Luật Hộ tịch 2014 Điều 25" });
    desk.done("specialist", &code, ask).await;
    desk.move_to("2021-04-27T09:00");
    let cookie = desk.sign_in(Role::Specialist).await;
    let page = desk.page(&cookie, &format!("/ho-so/{code}")).await;
    let shown = cells(&page.body);
    assert_eq!(shown[0], "22/4 paused dừng", "{shown:?}");
    assert!(shown[5].starts_with("27/4 received"), "{shown:?}");
}

#[tokio::test]
async fn a_broken_promise_runs_on_to_today() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    desk.move_to("2021-04-28T09:00");
    let cookie = desk.sign_in(Role::Receptionist).await;
    let page = desk.page(&cookie, &format!("/ho-so/{code}")).await;
    let shown = cells(&page.body);
    // Due 22/4 (21/4 was a holiday): the four days of the badge.
    let late: Vec<&str> = shown
        .iter()
        .map(String::as_str)
        .filter(|cell| cell.contains(" late "))
        .collect();
    assert_eq!(
        late,
        [
            "23/4 late quá 1",
            "26/4 late quá 2",
            "27/4 late quá 3",
            "28/4 late quá 4"
        ]
    );
    assert!(
        page.body.contains("Quá hạn 4 ngày"),
        "the badge says as many"
    );
    assert!(page.body.contains("Quá hẹn trả kết quả"));
    assert!(
        !page.body.contains("Dự kiến "),
        "a day that passed is not foreseen"
    );
    assert!(!page.body.contains("không tính. Quá hẹn"));
}

#[tokio::test]
async fn what_came_from_another_agency_is_shown_as_it_was_counted_there() {
    let mut desk = province("2025-06-26T08:00").await;
    let code = receive(&desk, "receptionist@quang-cong", PARENT, "2025-06-25T10:00").await;
    let off = Decided::Days(vec![OwnChange {
        day: OwnDay {
            date: "2025-06-27".parse().unwrap(),
            kind: Some(DayKind::CompensatoryOff),
            name: "nghỉ bão".into(),
        },
        shared: false,
    }]);
    let by = By {
        name: "Người thử",
        role: "office",
        source: "thử",
    };
    change_office::run(&desk.app, by, 3, &off, None)
        .await
        .unwrap();
    desk.move_to("2025-07-01T08:00");
    let heir = "2025-07-01".parse().unwrap();
    let from = ["quang-cong".into()];
    merge_agencies::run(&desk.app, &from, "phong-hai", heir, "Người thử")
        .await
        .unwrap();
    let input = add_account::Input {
        username: "quay.phonghai".into(),
        name: "Người Phong Hải".into(),
        title: String::new(),
        password: "mot cau de nho".into(),
        email: String::new(),
    };
    add_account::run(&desk.app, 4, Role::Receptionist, &input, None)
        .await
        .unwrap();
    let form = "username=quay.phonghai&password=mot+cau+de+nho&ve=";
    let cookie = desk.form("", "/dang-nhap", form).await.cookie;
    let page = desk.page(&cookie, &format!("/ho-so/{code}")).await;
    let shown = cells(&page.body);
    let last = shown.last().unwrap();
    assert!(last.starts_with("01/7 due"), "{shown:?}");
    assert!(
        shown.iter().any(|cell| cell.starts_with("27/6 holiday")),
        "{shown:?}"
    );
}
