//! An old register in, and out again: every shape of file, all or nothing, nothing stamped.
use std::collections::BTreeMap;

use motcua::{
    actions::{
        actor::Actor,
        import_dossiers::{self, Fate, Plan, columns},
    },
    documents::workbook,
    domain::role::Role,
    reports::{
        register::{Chosen, For},
        register_file::{self, Text},
    },
    store::register::Filter,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use rust_xlsxwriter::{Format, Workbook};

use crate::harness::Desk;

pub fn office() -> Actor {
    Actor {
        agency: 1,
        role: Role::Office,
        name: "Văn phòng".into(),
        account: None,
        key_owner: "test".into(),
    }
}

pub async fn plan(desk: &Desk, bytes: &[u8]) -> Plan {
    let grid = workbook::read(bytes).unwrap();
    let layout = columns::find(&grid, &BTreeMap::new());
    import_dossiers::plan(&desk.app, &office(), &grid, &layout)
        .await
        .unwrap()
}

pub async fn exported(desk: &Desk, kind: Text, reader: For) -> String {
    let mut whole = String::new();
    let filter = Filter {
        agency: 1,
        ..Filter::default()
    };
    register_file::text(
        &desk.app,
        filter,
        &Chosen::all(),
        kind,
        reader,
        |piece, _| {
            whole.push_str(&piece);
            std::future::ready(true)
        },
    )
    .await
    .unwrap();
    whole
}

fn wrongs(plan: &Plan) -> Vec<(usize, Vec<&'static str>)> {
    plan.lines
        .iter()
        .filter_map(|line| match &line.fate {
            Fate::Wrong(wrong) => Some((
                line.number,
                wrong.iter().map(|(column, _)| *column).collect(),
            )),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn what_went_out_comes_in_and_goes_out_the_same() {
    let source = Desk::of_demo(200, 9).await;
    let first = exported(&source, Text::Csv, For::Machine).await;
    let target = Desk::at("2021-12-10T09:00").await;
    let plan = plan(&target, first.as_bytes()).await;
    assert_eq!((plan.wrong(), plan.known()), (0, 0), "{:?}", wrongs(&plan));
    let count = import_dossiers::run(&target.app, &office(), plan, false, |_| ())
        .await
        .unwrap();
    assert_eq!(count, 200);
    let second = exported(&target, Text::Csv, For::Machine).await;
    for (one, two) in first.lines().zip(second.lines()) {
        assert_eq!(one, two);
    }
    assert_eq!(first, second, "byte by byte");
    for table in ["outbox", "apology", "survey_token", "paper", "ballot"] {
        let rows = target.rows(&format!("SELECT id FROM {table}")).await;
        assert!(rows.is_empty(), "an import writes no {table}");
    }
    let stamped = target
        .rows("SELECT id FROM dossier WHERE received_desk OR appraised_desk OR approved_desk OR returned_desk OR NOT imported")
        .await;
    assert!(stamped.is_empty());
    let events = target.rows("SELECT act FROM event").await;
    assert_eq!(events.len(), 200, "one event each");
    let again = self::plan(&target, first.as_bytes()).await;
    assert_eq!(
        (again.known(), again.new_ones()),
        (200, 0),
        "a second time it is known"
    );
}

#[tokio::test]
async fn a_register_kept_by_hand_is_understood() {
    let desk = Desk::at("2021-06-01T09:00").await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    sheet
        .merge_range(0, 0, 0, 5, "SỔ THEO DÕI HỒ SƠ NĂM 2021", &Format::new())
        .unwrap();
    let heads = [
        "TT",
        "Mã hồ sơ",
        "Tên TTHC",
        "Họ và tên",
        "Ngày nhận",
        "Ngày hẹn trả",
        "Trạng thái",
        "Ngày trả",
    ];
    for (column, head) in (0_u16..).zip(heads) {
        sheet.write_string(2, column, head).unwrap();
    }
    // NFD, an Excel date, an empty promise that is counted.
    let name = "Nguye\u{302}\u{303}n Thi\u{323} \u{110}a\u{300}o";
    let date = |y, m, d| chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap();
    sheet.write_string(3, 1, "SO-CU-001").unwrap();
    sheet
        .write_string(3, 2, "Đăng ký nhận cha, mẹ, con")
        .unwrap();
    sheet.write_string(3, 3, name).unwrap();
    sheet
        .write_datetime_with_format(3, 4, date(2021, 4, 16), &day)
        .unwrap();
    sheet.write_string(3, 6, "Đang xử lý").unwrap();
    // Text dates, a national number, returned.
    sheet.write_string(4, 1, "SO-CU-002").unwrap();
    sheet
        .write_string(4, 2, "dang ky nhan cha, me, con")
        .unwrap();
    sheet.write_string(4, 3, "=1+1").unwrap();
    sheet.write_string(4, 4, "05/01/2021").unwrap();
    sheet.write_string(4, 5, "08/01/2021 16:30").unwrap();
    sheet.write_number(4, 6, 10).unwrap();
    sheet.write_number(4, 7, 44204).unwrap();
    sheet.write_string(9, 8, " ").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let plan = plan(&desk, &bytes).await;
    assert_eq!(wrongs(&plan), []);
    import_dossiers::run(&desk.app, &office(), plan, false, |_| ())
        .await
        .unwrap();
    let rows = desk.rows("SELECT code, applicant_name, status, due_at, returned_at, due_reason FROM dossier ORDER BY code").await;
    assert_eq!(rows[0]["applicant_name"], "Nguyễn Thị Đào");
    assert_eq!(
        (&rows[0]["status"], rows[0]["due_reason"].is_null()),
        (&serde_json::json!("processing"), true)
    );
    assert!(
        rows[0]["due_at"]
            .as_str()
            .unwrap()
            .starts_with("2021-04-22"),
        "counted: {}",
        rows[0]
    );
    assert!(
        rows[1]["due_at"].as_str().unwrap().contains("2021-01-08"),
        "as given: {}",
        rows[1]
    );
    assert!(
        rows[1]["returned_at"]
            .as_str()
            .unwrap()
            .contains("2021-01-08"),
        "44204 is 8/1/2021: {}",
        rows[1]
    );
    assert_eq!(rows[1]["due_reason"], "Ngày hẹn theo sổ cũ");
    let cookie = desk.sign_in(Role::Office).await;
    let page = desk.page(&cookie, "/ho-so/SO-CU-002").await.body;
    for words in [
        "Nhập từ sổ cũ",
        "dòng 5 của tệp",
        "Ngày hẹn theo sổ cũ, không tính lại ở đây.",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert!(
        !page.contains("Từng ngày"),
        "no count of ours explains a date set elsewhere"
    );
    let (_, json) = desk.get("office", "/api/v1/dossiers/SO-CU-002").await;
    assert!(json["deadline"].is_null(), "{}", json["deadline"]);
}

#[tokio::test]
async fn every_wrong_cell_is_named_and_nothing_is_written() {
    let desk = Desk::at("2021-06-01T09:00").await;
    let file = "code,procedure_code,applicant_name,received_at,processed_at,returned_at,status\n\
        A-1,1.001022,Đào,2021-04-16,,,\n\
        A-1,1.001022,Đào,2021-04-16,,,\n\
        A-2,9.999999,Đào,2021-04-16,,,\n\
        A-3,1.001022,,32/13/2021,,,\n\
        A-4,1.001022,Đào,2021-04-16,2021-04-01,,\n\
        A-5,1.001022,Đào,2031-04-16,,,\n\
        A-6,1.001022,Đào,2021-04-16,,,lạ\n\
        A-7,1.001022,Đào,2021-04-16,,2021-04-17,processing\n\
        ,1.001022,Đào,2021-04-16,,,\n";
    let plan = plan(&desk, file.as_bytes()).await;
    assert_eq!(
        wrongs(&plan),
        [
            (3, vec!["code"]),
            (4, vec!["procedure_code"]),
            (5, vec!["applicant_name", "received_at"]),
            (6, vec!["processed_at"]),
            (7, vec!["received_at"]),
            (8, vec!["status"]),
            (9, vec!["status", "status"]),
            (10, vec!["code"]),
        ]
    );
    let error = import_dossiers::run(&desk.app, &office(), plan.clone(), false, |_| ())
        .await
        .unwrap_err();
    assert!(
        error.detail.contains("8 dòng sai") && error.detail.contains("Dòng 3"),
        "{}",
        error.detail
    );
    assert!(desk.rows("SELECT id FROM dossier").await.is_empty());
    let count = import_dossiers::run(&desk.app, &office(), plan, true, |_| ())
        .await
        .unwrap();
    assert_eq!(count, 1, "the good row alone, where asked");
    let clerk = Actor {
        role: Role::Receptionist,
        ..office()
    };
    assert!(import_dossiers::may(&clerk).is_err());
}

#[tokio::test]
async fn a_number_given_elsewhere_is_not_given_again() {
    let desk = Desk::at("2021-04-16T09:00").await;
    let file = "code,procedure_code,applicant_name,received_at\n000.00.00.H57-210416-0007,1.001022,Đào,2021-04-16 08:00\n";
    let plan = plan(&desk, file.as_bytes()).await;
    import_dossiers::run(&desk.app, &office(), plan, false, |_| ())
        .await
        .unwrap();
    assert_eq!(
        desk.receive("1.001022", "2021-04-16T09:00").await,
        "000.00.00.H57-210416-0008"
    );
}

#[test]
fn broken_files_are_refused_never_a_panic() {
    let long = std::env::var_os("MOTCUA_LONG").is_some();
    let config = Config {
        cases: if long { 20_000 } else { 400 },
        failure_persistence: None,
        ..Config::default()
    };
    let mut whole = Workbook::new();
    whole.add_worksheet().write_string(0, 0, "code").unwrap();
    let whole = whole.save_to_buffer().unwrap();
    let length = whole.len();
    let noise = vec(any::<u8>(), 0..300);
    let bent = vec((0..length, any::<u8>()), 1..20).prop_map(move |changes| {
        let mut bytes = whole.clone();
        for (place, byte) in changes {
            bytes[place] = byte;
        }
        bytes
    });
    let words = "[a-z,;\"\n\t'0-9/ ]{0,200}".prop_map(String::into_bytes);
    TestRunner::new(config)
        .run(&prop_oneof![noise, bent, words], |bytes| {
            if let Ok(grid) = workbook::read(&bytes) {
                columns::find(&grid, &BTreeMap::new());
            }
            Ok(())
        })
        .unwrap();
}

/// A file is read by thousands: it ends neither at one nor beyond it.
#[tokio::test]
async fn no_dossier_is_lost_or_doubled_where_one_thousand_ends() {
    let desk = Desk::at("2021-04-16T09:00").await;
    let mut all = 0;
    for more in [999, 1, 1000, 1] {
        let mut text = String::from("Mã hồ sơ,Mã thủ tục,Người nộp,Nhận lúc\n");
        for number in all..all + more {
            text.push_str(&format!("CU-{number:05},1.001022,Lê Thị Đào,2021-04-15\n"));
        }
        let plan = plan(&desk, text.as_bytes()).await;
        import_dossiers::run(&desk.app, &office(), plan, false, |_| ())
            .await
            .unwrap();
        all += more;
        let file = exported(&desk, Text::Csv, For::Machine).await;
        let codes: Vec<&str> = file
            .lines()
            .skip(1)
            .map(|line| line.split(',').next().unwrap())
            .collect();
        let expected: Vec<String> = (0..all).map(|number| format!("CU-{number:05}")).collect();
        assert_eq!(codes, expected, "{all} dossiers");
    }
}
