//! What nobody would write, for everything that is read: no parser breaks, hangs, or
//! refuses without a word. Each says how many inputs it was given; `MOTCUA_LONG` gives more.
use std::{collections::BTreeMap, panic::catch_unwind, time::Instant};

use axum::{body::Body, http::Request};
use motcua::{
    actions::import_dossiers::columns,
    documents::workbook,
    domain::{
        calendar, code,
        deadline::TimeLimit,
        frozen,
        period::Period,
        plan, procedure, survey, target,
        time::{parse_date, parse_moment},
        viet, workflow_file,
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{harness::Desk, routes::of};

fn cases() -> usize {
    if std::env::var_os("MOTCUA_LONG").is_some() {
        40_000
    } else {
        1_500
    }
}

/// What breaks readers: signs of formats, signs nobody sees, numbers too long, years far off.
const PIECES: [&str; 40] = [
    "",
    " ",
    "\0",
    "\n",
    "\r\n",
    "\t",
    ",",
    ";",
    "\"",
    "\"\"",
    "'",
    "=",
    "[",
    "]",
    "{",
    "}",
    "[[",
    "\\",
    "\\u0000",
    "\u{feff}",
    "\u{202e}",
    "\u{200b}",
    "e\u{302}\u{301}",
    "đ",
    "😀",
    "-1",
    "0",
    "99999999999999999999",
    "1e308",
    "NaN",
    "2021-02-30",
    "9999-12-31",
    "+262142-12-31",
    "24:00:00",
    "ngày làm việc",
    "<script>",
    "%",
    "%zz",
    "null",
    "true",
];

/// A sample bent: pieces cut, doubled, moved, put in; sometimes cut short or left whole.
fn bent(rng: &mut StdRng, sample: &str) -> String {
    let mut signs: Vec<char> = sample.chars().collect();
    for _ in 0..rng.random_range(0..6) {
        let at = rng.random_range(0..=signs.len());
        let end = (at + rng.random_range(0..12)).min(signs.len());
        match rng.random_range(0..6) {
            0 => drop(signs.drain(at..end)),
            1 => {
                let again: Vec<char> = signs[at..end].to_vec();
                signs.splice(at..at, again);
            }
            2 => signs.truncate(at),
            3 => {
                let random = char::from_u32(rng.random_range(0..0x3000)).unwrap_or('x');
                signs.splice(at..at, std::iter::once(random));
            }
            _ => {
                let piece = PIECES[rng.random_range(0..PIECES.len())];
                signs.splice(at..end, piece.chars());
            }
        }
    }
    if rng.random_range(0..200) == 0 {
        return signs.iter().collect::<String>().repeat(20);
    }
    signs.into_iter().collect()
}

/// Gives a reader bent samples; what it refuses it must say something about.
fn give(
    name: &str,
    samples: &[&str],
    read: impl Fn(&str) -> Result<(), String> + std::panic::RefUnwindSafe,
) {
    let mut rng = StdRng::seed_from_u64(7);
    let (mut refused, mut slowest) = (0, 0);
    for place in 0..cases() {
        let text = bent(&mut rng, samples[place % samples.len()]);
        let begun = Instant::now();
        match catch_unwind(|| read(&text)) {
            Err(why) => panic!("{name} breaks on {text:?}: {why:?}"),
            Ok(Err(why)) => {
                assert!(!why.trim().is_empty(), "{name} is silent on {text:?}");
                refused += 1;
            }
            Ok(Ok(())) => {}
        }
        slowest = slowest.max(begun.elapsed().as_millis());
    }
    assert!(slowest < 5_000, "{name}: {slowest} ms");
    println!(
        "{name}: {} inputs, {refused} refused, slowest {slowest} ms",
        cases()
    );
}

#[test]
fn no_reader_of_words_breaks() {
    let today = parse_date("2021-04-16").unwrap();
    give(
        "time limits",
        &[
            "5 ngày làm việc",
            "8 giờ",
            "trong ngày",
            "1 tháng",
            "24 giờ liên tục",
            "15 ngày",
        ],
        |text| TimeLimit::parse(text).map(drop),
    );
    give(
        "codes",
        &["000.00.00.H57-210416-0001", "H57.210416.1"],
        |text| {
            let typed = code::typed(text);
            assert!(!typed.contains(char::is_whitespace), "{text:?}");
            Ok(())
        },
    );
    give(
        "dates as typed",
        &["16/4", "16/4/2021", "2021-04-16", "hôm nay"],
        |text| viet::read_date(text, today).map(drop),
    );
    give("times as typed", &["8:30", "17h", "17h30"], |text| {
        viet::read_time(text).map(drop)
    });
    give(
        "moments",
        &["2021-04-16T10:00:00+07:00", "2021-04-16T10:00"],
        |text| parse_moment(text).map(drop),
    );
    give("days", &["2021-04-16"], |text| parse_date(text).map(drop));
    give(
        "periods",
        &["2021-Q1", "2021-H1", "2021-9M", "2021-04", "2021"],
        |text| {
            Period::parse(text, 15)
                .map(drop)
                .map_err(|why| why.to_string())
        },
    );
    give("searches", &["nguyễn thị đào", "khai sinh"], |text| {
        assert!(viet::search_words(text).len() <= 40);
        Ok(())
    });
}

#[test]
fn no_reader_of_files_breaks() {
    let head = |text: &'static str| text.lines().take(12).collect::<Vec<_>>().join("\n");
    let catalogue = head(include_str!("../../config/catalogue.csv"));
    let days = head(include_str!("../../config/calendar.csv"));
    give("catalogue files", &[&catalogue], |text| {
        procedure::read(text)
            .map(drop)
            .map_err(|why| why.to_string())
    });
    give("calendar files", &[&days], |text| {
        calendar::read(text)
            .map(drop)
            .map_err(|why| why.to_string())
    });
    give("questionnaires", &[survey::SHIPPED], |text| {
        survey::read(text).map(drop)
    });
    give(
        "workflow files",
        &[include_str!("../../config/workflows.toml")],
        |text| workflow_file::read(text).map(drop),
    );
    give(
        "targets",
        &[include_str!("../../config/targets.toml")],
        |text| target::read(text).map(drop),
    );
    give(
        "plans",
        &[include_str!("../../config/plan-2021.toml")],
        |text| plan::read(text).map(drop),
    );
    give(
        "closed periods",
        &["{\"agency\":\"x\",\"from\":\"2021-01-01\"}\n{}"],
        |text| {
            frozen::read(text)
                .map(drop)
                .map_err(|_| "unreadable".to_owned())
        },
    );
    let register = "code,procedure_code,applicant_name,received_at,due_at,status\n\
                    1,1.001022,Nguyễn An,16/04/2021 8:00,2021-04-20,returned\n";
    give(
        "register files",
        &[register, "Mã hồ sơ;Họ tên\n1;An"],
        |text| {
            let grid = workbook::read(text.as_bytes()).map_err(|why| why.0)?;
            columns::find(&grid, &BTreeMap::new());
            workbook::text(&grid);
            Ok(())
        },
    );
}

/// Workbooks with bytes changed within their parts, not only in the wrapping.
#[test]
fn no_workbook_breaks() {
    use std::io::{Read as _, Write as _};
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in ["code", "applicant_name", "received_at"].iter().enumerate() {
        sheet
            .write_string(0, u16::try_from(column).unwrap(), *text)
            .unwrap();
    }
    sheet.write_number(1, 0, 7.0).unwrap();
    sheet.write_formula(1, 1, "=1+1").unwrap();
    let whole = book.save_to_buffer().unwrap();
    let mut parts = Vec::new();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&whole)).unwrap();
    for place in 0..zip.len() {
        let mut part = zip.by_index(place).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        parts.push((part.name().unwrap().into_owned(), text));
    }
    let mut rng = StdRng::seed_from_u64(8);
    let count = cases() / 5;
    let mut refused = 0;
    for _ in 0..count {
        let hit = rng.random_range(0..parts.len());
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (place, (name, text)) in parts.iter().enumerate() {
            out.start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            let text = if place == hit {
                bent(&mut rng, text)
            } else {
                text.clone()
            };
            out.write_all(text.as_bytes()).unwrap();
        }
        let bytes = out.finish().unwrap().into_inner();
        match catch_unwind(|| workbook::read(&bytes).map(|grid| workbook::text(&grid))) {
            Err(why) => panic!("a workbook breaks the reader: {}: {why:?}", parts[hit].0),
            Ok(Err(why)) => {
                assert!(!why.0.is_empty());
                refused += 1;
            }
            Ok(Ok(_)) => {}
        }
    }
    println!("workbooks: {count} inputs, {refused} refused");
}

/// Percent signs, doubled names, words of every kind, on every address that is read by GET.
#[tokio::test]
async fn no_query_string_breaks_a_page() {
    let desk = Desk::at("2021-04-16T10:00").await;
    desk.receive("1.001022", "2021-04-16T09:00").await;
    let cookie = desk.sign_in(motcua::domain::role::Role::Admin).await;
    let mut all = of(&motcua::web::router());
    all.extend(of(&motcua::api::router()));
    all.retain(|(method, path)| {
        method == "GET" && !path.contains('{') && !path.contains("niem-yet")
    });
    let samples = [
        "q=dao&standing=overdue&status=received&from=1/4&to=16/4",
        "tu=1/4/2021&den=16/4/2021&ky=2021-Q1&theo=field&o=received_total&dang=csv",
        "from=2021-04-01&to=2021-04-16&by=field&at=2021-04-16&period=2021-Q1&format=csv&limit=5&cursor=1",
        "thu-tuc=1.001022&name=An&received=16/4&muc=den&trang=1&nam=2021&loai=apology&truoc=5&code=1",
    ];
    let mut rng = StdRng::seed_from_u64(9);
    let count = cases() / 2;
    for place in 0..count {
        let (_, path) = &all[place % all.len()];
        let sample = samples[rng.random_range(0..samples.len())];
        let query = bent(&mut rng, sample);
        // Signs that no address may hold are written as browsers write them.
        let query: String = query
            .chars()
            .map(|c| match c {
                '%' if rng.random_range(0..4) == 0 => "%".to_owned(),
                c if c.is_ascii_graphic() && c != '#' && c != '%' => c.to_string(),
                c => motcua::web::paths::encode(&c.to_string()),
            })
            .collect();
        let request = Request::get(format!("{path}?{query}"))
            .header("cookie", &cookie)
            .header("authorization", "Bearer admin");
        let Ok(request) = request.body(Body::empty()) else {
            continue;
        };
        let (status, body) = desk.send(request).await;
        assert!(
            status.as_u16() < 500,
            "{path}?{query}: {status} {}",
            String::from_utf8_lossy(&body)
        );
    }
    println!("query strings: {count} inputs over {} addresses", all.len());
}

#[tokio::test]
async fn no_json_body_breaks_the_api() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive("1.001022", "2021-04-16T09:00").await;
    let act = format!("/api/v1/dossiers/{code}/actions");
    let samples = [
        (
            "/api/v1/dossiers",
            r#"{"procedure_code":"1.001193","applicant":{"name":"An","kind":"citizen","id_number":"046085001234","phone":"0912345678"},"channel":"desk","documents":[{"name":"Tờ khai","form":"original","copies":1}],"sets":1,"received_at":"2021-04-16T09:00:00+07:00"}"#,
        ),
        (
            act.as_str(),
            r#"{"action":"request_supplement","expected_version":1,"items":["Tờ khai"],"reason":"thiếu","at":"2021-04-16T09:30"}"#,
        ),
        (
            "/api/v1/deadlines",
            r#"{"received_at":"2021-04-16T10:00","limit":5,"unit":"ngay_lam_viec","clock":"pause","pauses":[{"from":"2021-04-17T10:00","to":"2021-04-18T10:00"}]}"#,
        ),
        (
            "/api/v1/feedback",
            r#"{"kind":"rule","content":"Chờ lâu","name":"An","contact":"0912345678"}"#,
        ),
        (
            "/api/v1/survey/x",
            r#"{"answers":{"q1":5,"q2":null},"comment":"tốt"}"#,
        ),
        ("/api/v1/notices/1", r#"{"state":"delivered"}"#),
    ];
    let mut rng = StdRng::seed_from_u64(10);
    let (count, mut taken) = (cases() / 2, 0);
    for place in 0..count {
        let (path, sample) = samples[place % samples.len()];
        let body = bent(&mut rng, sample);
        let (status, answer) = desk.post_with("admin", path, &[], body.clone()).await;
        assert!(status < 500, "{path} {body}: {answer}");
        if status >= 400 {
            let detail = answer["detail"].as_str().unwrap_or_default();
            assert!(!detail.is_empty(), "{path} {body}: {answer}");
        } else {
            taken += 1;
        }
    }
    println!("JSON bodies: {count} inputs, {taken} taken");
}
