//! What leaves the office says what it is of: an extract is no official figure, a period
//! that runs has not ended, what was closed may have been adjusted since, few ballots say
//! nothing about who cast them, and whoever signs is the author.
use motcua::domain::role::Role;
use serde_json::{Value, json};

use crate::{harness::Desk, paper::Paper, survey::asked, workflow::hire};

async fn json_of(desk: &Desk, cookie: &str, path: &str) -> Value {
    let page = desk.page(cookie, path).await;
    serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("{path}: {}", page.body))
}

#[tokio::test]
async fn an_extract_of_the_table_says_so_and_is_not_signed() {
    let desk = Desk::at("2021-06-20T08:00").await;
    let office = desk.sign_in(Role::Office).await;
    desk.receive("1.001193", "2021-03-10T08:00").await;
    let path = "/bao-cao/giai-quyet?ky=2021-Q1&dang=pdf";
    let whole = Paper::of(&desk.pdf(&office, path).await).text();
    for words in ["Quý I năm 2021 (từ ngày", "NGƯỜI LẬP BIỂU"] {
        assert!(whole.contains(words), "no “{words}” in {whole}");
    }
    assert!(!whole.contains("Trích"), "{whole}");
    let cut = Paper::of(&desk.pdf(&office, &format!("{path}&kenh=desk")).await).text();
    assert!(
        cut.contains("Trích, không phải biểu của cả cơ quan"),
        "{cut}"
    );
    assert!(!cut.contains("NGƯỜI LẬP BIỂU"), "{cut}");
    let by = Paper::of(&desk.pdf(&office, &format!("{path}&theo=officer")).await).text();
    assert!(by.contains("Cán bộ phụ trách"), "{by}");
    assert!(by.contains("người phụ trách lúc lập biểu"), "{by}");
}

#[tokio::test]
async fn a_period_that_runs_or_has_not_begun_is_no_finished_one() {
    let desk = Desk::at("2021-03-14T16:00").await;
    let office = desk.sign_in(Role::Office).await;
    for path in [
        "/bao-cao/giai-quyet?ky=2021-Q1&dang=pdf",
        "/bao-cao/quy?ky=2021-Q1&dang=pdf",
    ] {
        let running = Paper::of(&desk.pdf(&office, path).await).text();
        assert!(running.contains("KỲ CHƯA KẾT THÚC"), "{path}: {running}");
        let future = desk.page(&office, &path.replace("Q1", "Q3")).await;
        assert_eq!(future.status, 422, "{path}");
        assert!(future.body.contains("chưa bắt đầu"), "{}", future.body);
    }
    let page = desk.page(&office, "/bao-cao/giai-quyet?ky=2020-Q4").await;
    assert!(!page.body.contains("KỲ CHƯA KẾT THÚC"), "{}", page.body);
}

#[tokio::test]
async fn the_report_to_the_commune_is_the_offices_the_one_above_is_the_communes() {
    let desk = Desk::at("2021-06-20T08:00").await;
    let office = desk.sign_in(Role::Office).await;
    let path = "/bao-cao/quy?ky=2021-Q2&dang=pdf";
    let above = Paper::of(&desk.pdf(&office, path).await).text();
    assert!(
        above.contains("/BC-UBND") && above.contains("CHỦ TỊCH"),
        "{above}"
    );
    assert!(!above.contains("Văn phòng UBND báo cáo"), "{above}");
    let own = Paper::of(&desk.pdf(&office, &format!("{path}&gui=xa")).await).text();
    for words in ["/BC-VP", "Văn phòng UBND báo cáo", "VĂN PHÒNG"] {
        assert!(own.contains(words), "no “{words}” in {own}");
    }
    assert!(!own.contains("CHỦ TỊCH"), "{own}");
}

#[tokio::test]
async fn what_was_closed_and_changed_is_told_wherever_its_days_are_counted() {
    let mut desk = Desk::at("2021-03-11T09:00").await;
    desk.set(|settings| {
        settings.security.session_hours = 10_000;
        settings.security.confirm_minutes = 60 * 24 * 30;
    });
    let office = desk.sign_in(Role::Office).await;
    let code = desk.receive("1.001022", "2021-03-10T09:00").await;
    desk.move_to("2021-03-15T08:00");
    let closed = desk.form(&office, "/bao-cao/chot-so", "ky=2021-Q1").await;
    assert_eq!(closed.status, 303, "{}", closed.body);
    let half = "/api/v1/reports/processing?period=2021-H1";
    let (_, before) = desk.get("office", half).await;
    assert_eq!(before["overlaps"], Value::Null, "nothing changed yet");
    desk.move_to("2021-03-16T09:00");
    let withdrawn =
        json!({ "action": "withdraw", "reason": "ghi bổ sung", "at": "2021-03-12T10:00" });
    desk.done("receptionist", &code, withdrawn).await;
    let (_, after) = desk.get("office", half).await;
    assert_eq!(after["overlaps"][0]["adjustments"], json!(1), "{after}");
    let page = desk.page(&office, "/bao-cao/giai-quyet?ky=2021-H1").await;
    assert!(page.body.contains("có 1 hồ sơ điều chỉnh"), "{}", page.body);
    let report = desk.page(&office, "/bao-cao/quy?ky=2021-Q1").await;
    assert!(
        report.body.contains("Điều chỉnh sau khi chốt: 1 hồ sơ"),
        "{}",
        report.body
    );
    // So do the figures that stand beside the table.
    let page = desk.page(&office, &closed.location).await.body;
    assert!(page.contains("Hồ sơ xong tại chỗ"), "{page}");
    assert!(!page.contains("đã đổi sau khi chốt"), "{page}");
    let late = desk.receive("2.000815", "2021-03-09T09:00").await;
    for (role, act, at) in [
        ("specialist", "appraise", "2021-03-09T09:10"),
        ("leader", "approve", "2021-03-09T09:20"),
        ("leader", "process", "2021-03-09T09:30"),
        ("receptionist", "return_result", "2021-03-09T09:40"),
    ] {
        desk.done(role, &late, json!({ "action": act, "at": at }))
            .await;
    }
    let page = desk.page(&office, &closed.location).await.body;
    assert!(page.contains("đã đổi sau khi chốt"), "{page}");
    let report = desk.page(&office, "/bao-cao/quy?ky=2021-Q1").await.body;
    assert!(
        report.contains("Hồ sơ xong tại chỗ: lúc chốt 0/0, nay"),
        "{report}"
    );
    // Whoever rewrites text and seal together has still the chain against him.
    let ask = async |desk: &Desk| {
        let (_, table) = desk
            .get("office", "/api/v1/reports/processing?period=2021-Q1")
            .await;
        table["closed"]["seal_holds"].clone()
    };
    motcua::upkeep::sealer::run(&desk.app).await.unwrap();
    assert_eq!(ask(&desk).await, json!(true));
    let row = desk.rows("SELECT body FROM closed_period").await;
    let body = row[0]["body"].as_str().unwrap().replace(&code, "X");
    let seal = motcua::secret::hash(&body);
    desk.run(&format!(
        "UPDATE closed_period SET body = '{}', seal = '{seal}'",
        body.replace('\'', "''")
    ))
    .await;
    assert_eq!(ask(&desk).await, json!(false));
    let page = desk.page(&office, &closed.location).await.body;
    assert!(page.contains("không khớp dấu niêm phong"), "{page}");
}

#[tokio::test]
async fn a_ballot_alone_is_shown_on_no_face() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    for _ in 0..2 {
        let token = asked(&desk).await;
        let said = json!({ "answers": { "q1": 5, "q2": 1 }, "comment": "Rất nhanh gọn" });
        let (status, _) = desk
            .post("", &format!("/api/v1/survey/{token}"), &said)
            .await;
        assert_eq!(status, 201);
    }
    let page = "/bao-cao/hai-long?tu=1/4/2021&den=30/4/2021";
    let said = json_of(&desk, &office, &format!("{page}&dang=json")).await;
    assert_eq!(said["ballots"], 2);
    assert_eq!(said["questions"], json!([]));
    for group in ["fields", "channels"] {
        for one in said[group].as_array().unwrap() {
            assert_eq!(one["index"]["denominator"], 0, "{one}");
        }
    }
    let csv = desk.page(&office, &format!("{page}&dang=csv")).await.body;
    assert!(csv.contains("index,Chung,2,2,4"), "{csv}");
    assert!(!csv.contains("q1,"), "{csv}");
    let field = csv.lines().find(|line| line.starts_with("field,")).unwrap();
    assert!(field.contains(",2,,,"), "{field}");
    let shown = desk.page(&office, page).await.body;
    assert!(shown.contains("để không lộ người trả lời"), "{shown}");
    assert!(!shown.contains("Theo câu hỏi") && !shown.contains("Rất nhanh gọn"));
}

#[tokio::test]
async fn two_officers_of_one_name_have_a_row_each() {
    let mut desk = Desk::at("2021-03-10T08:00").await;
    desk.sign_in(Role::Leader).await;
    hire(&desk, "huy", Role::Specialist, "").await;
    hire(&desk, "huy2", Role::Specialist, "").await;
    desk.run("UPDATE account SET name = 'Trương Đức Huy' WHERE username LIKE 'huy%'")
        .await;
    for to in ["huy", "huy2"] {
        let code = desk.receive("1.001193", "2021-03-10T08:00").await;
        desk.move_to("2021-03-11T08:00");
        desk.done("leader", &code, json!({ "action": "assign", "to": to }))
            .await;
    }
    let (_, table) = desk
        .get(
            "office",
            "/api/v1/reports/processing?period=2021-Q1&by=officer",
        )
        .await;
    let rows: Vec<&str> = table["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["label"].as_str().unwrap())
        .collect();
    assert_eq!(rows, ["Trương Đức Huy (huy)", "Trương Đức Huy (huy2)"]);
}

#[tokio::test]
async fn an_answer_after_the_quarter_does_not_mend_the_quarter() {
    use crate::feedback::{KEY, act, send};
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let (code, _) = send(&desk, "rule", "Bỏ giấy này", KEY).await;
    // Due on 12/5; the period ends on the thirteenth.
    desk.move_to("2021-05-20T10:00");
    let office = desk.sign_in(Role::Office).await;
    let list = async |how: &str| {
        let path = format!("/phan-anh/danh-sach?han={how}&tu=1/5/2021&den=13/5/2021");
        desk.page(&office, &path).await.body
    };
    assert!(list("overdue").await.contains("<b>1</b> phản ánh"));
    act(&desk, &office, &code, "answer", &[("answer", "Đã bỏ.")]).await;
    assert!(
        list("overdue").await.contains("<b>1</b> phản ánh"),
        "it was overdue then"
    );
    assert!(!list("late").await.contains("<b>1</b> phản ánh"));
    let period = motcua::domain::period::Period::new(
        "2021-05-01".parse().unwrap(),
        "2021-05-13".parse().unwrap(),
    )
    .unwrap();
    let report = motcua::reports::feedback::build(&desk.app, 1, None, period)
        .await
        .unwrap();
    assert_eq!((report.total.overdue, report.total.late), (1, 0));
}

#[tokio::test]
async fn the_review_names_what_nobody_came_for() {
    let desk = Desk::at("2021-06-20T08:00").await;
    let office = desk.sign_in(Role::Office).await;
    desk.receive("1.001193", "2021-03-10T08:00").await;
    let report = json_of(&desk, &office, "/bao-cao/ra-soat?ky=2021-Q1&dang=json").await;
    let rows = report["rows"].as_array().unwrap();
    let in_force = desk
        .rows("SELECT DISTINCT code FROM procedure_version WHERE valid_from <= '2021-03-14' AND (valid_to IS NULL OR valid_to >= '2021-03-14')")
        .await
        .len();
    assert_eq!(rows.len(), in_force);
    assert_eq!(
        rows.iter().filter(|row| row["dossiers"] == 0).count(),
        in_force - 1
    );
    let cut = json_of(
        &desk,
        &office,
        "/bao-cao/ra-soat?ky=2021-Q1&kenh=desk&dang=json",
    )
    .await;
    assert_eq!(cut["rows"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_draft_list_says_what_it_reaches() {
    let desk = Desk::of_demo(150, 9).await;
    let office = desk.sign_in_demo("office").await;
    let path = "/bao-cao/4-tai-cho/de-xuat";
    let report = json_of(&desk, &office, &format!("{path}?dang=json")).await;
    let four = json_of(&desk, &office, "/bao-cao/4-tai-cho?dang=json").await;
    let proposed = report["candidates"].as_array().unwrap();
    let proposed = proposed.iter().filter(|one| one["enough"] == true).count() as u64;
    let declared = four["declared"]["numerator"].as_u64().unwrap();
    let whole = four["declared"]["denominator"].as_u64().unwrap();
    assert_eq!(report["with_proposed"]["numerator"], declared + proposed);
    let reached = (declared + proposed) * 5 >= whole;
    let page = desk.page(&office, path).await.body;
    assert_eq!(
        page.contains("chưa đạt chỉ tiêu 20 %"),
        !reached,
        "{declared} + {proposed} of {whole}"
    );
}

/// Ballots and answers one by one, from their rows.
#[tokio::test]
async fn satisfaction_is_what_the_ballots_say_one_by_one() {
    let desk = Desk::of_demo(200, 12).await;
    let office = desk.sign_in_demo("office").await;
    let mut said: Vec<(String, String, Vec<(String, String, Option<i64>)>)> = Vec::new();
    let sql = "SELECT id, cast_on, field FROM ballot ORDER BY id";
    for ballot in desk.rows(sql).await {
        let sql = format!(
            "SELECT question, factor, value FROM answer WHERE ballot_id = {}",
            ballot["id"]
        );
        let answers = desk.rows(&sql).await;
        let answers = answers.iter().map(|row| {
            let word = |name: &str| row[name].as_str().unwrap().to_owned();
            (word("question"), word("factor"), row["value"].as_i64())
        });
        let word = |name: &str| ballot[name].as_str().unwrap().to_owned();
        said.push((word("cast_on"), word("field"), answers.collect()));
    }
    for held in desk
        .rows("SELECT cast_on, field, answers FROM ballot_box")
        .await
    {
        let word = |name: &str| held[name].as_str().unwrap().to_owned();
        let answers = serde_json::from_str(&word("answers")).unwrap();
        said.push((word("cast_on"), word("field"), answers));
    }
    let mut compared = 0;
    for (query, from, to) in [
        ("ky=2021", "2020-12-15", "2021-12-14"),
        ("ky=2021-Q2", "2021-03-15", "2021-06-14"),
        ("ky=2021-Q3", "2021-06-15", "2021-09-14"),
    ] {
        let path = format!("/bao-cao/hai-long?{query}&dang=json");
        let report = json_of(&desk, &office, &path).await;
        let within: Vec<_> = said
            .iter()
            .filter(|(day, ..)| from <= &day[..10] && &day[..10] <= to)
            .collect();
        assert_eq!(report["ballots"], within.len(), "{query}");
        let count = |test: &dyn Fn(&str, &str, &str) -> bool| {
            let (mut good, mut all) = (0, 0);
            for (_, field, answers) in &within {
                for (question, factor, value) in answers {
                    if let Some(value) = value.filter(|_| test(question, factor, field)) {
                        all += 1;
                        good += u64::from(value >= 4);
                    }
                }
            }
            (json!(good), json!(all))
        };
        let of = |row: &Value| (row["numerator"].clone(), row["denominator"].clone());
        assert_eq!(of(&report["index"]), count(&|_, _, _| true), "{query}");
        for row in report["factors"].as_array().unwrap() {
            let code = row["code"].as_str().unwrap();
            assert_eq!(
                of(row),
                count(&|_, factor, _| factor == code),
                "{query} {code}"
            );
        }
        for row in report["questions"].as_array().unwrap() {
            let code = row["code"].as_str().unwrap();
            assert_eq!(
                of(row),
                count(&|question, _, _| question == code),
                "{query} {code}"
            );
        }
        for row in report["fields"].as_array().unwrap() {
            let label = row["label"].as_str().unwrap();
            if row["hidden"] == true || label == "Không ghi lĩnh vực" {
                continue;
            }
            assert_eq!(
                of(&row["index"]),
                count(&|_, _, field| field == label),
                "{label}"
            );
            compared += 1;
        }
    }
    assert!(compared > 3, "{compared} fields");
}

/// Sections II to IV of the quarterly report against what the reports say.
#[tokio::test]
async fn the_quarterly_report_says_what_the_reports_say() {
    let desk = Desk::of_demo(200, 12).await;
    let office = desk.sign_in_demo("office").await;
    let ask = async |path: &str| json_of(&desk, &office, path).await;
    let survey = ask("/bao-cao/hai-long?ky=2021-Q3&dang=json").await;
    let four = ask("/bao-cao/4-tai-cho?ngay=14/9/2021&dang=json").await;
    let targets = ask("/chi-tieu?ngay=14/9/2021&dang=json").await;
    let plan = ask("/ke-hoach?ngay=14/9/2021&dang=json").await;
    let text = Paper::of(&desk.pdf(&office, "/bao-cao/quy?ky=2021-Q3&dang=pdf").await).text();
    let of = |row: &Value| format!("{}/{}", row["numerator"], row["denominator"]);
    let mut expected = vec![
        format!(
            "{} phiếu trên cỡ mẫu cần {}",
            survey["ballots"], survey["sample"]
        ),
        of(&survey["index"]),
        of(&four["declared"]),
        format!("đã xong {}", plan["done"]),
        format!("quá hạn {}", plan["overdue"]),
    ];
    expected.extend(survey["factors"].as_array().unwrap().iter().map(of));
    for row in targets["targets"].as_array().unwrap() {
        if row["value"]["denominator"] != 0 {
            expected.push(of(&row["value"]));
        }
    }
    for words in &expected {
        assert!(text.contains(words.as_str()), "no “{words}” in {text}");
    }
    assert!(expected.len() > 12, "{expected:?}");
}
