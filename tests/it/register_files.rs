//! The register as a file: as many rows as the screen counts, formulas kept as text.
use axum::{body::Body, http::Request};
use motcua::reports::{register::For, register_file::Text};

use crate::{harness::Desk, imports::exported};

#[tokio::test]
async fn the_count_on_the_screen_is_the_count_of_the_file() {
    use calamine::{Data, Reader};
    let desk = Desk::of_demo(300, 11).await;
    let cookie = desk.sign_in_demo("office").await;
    for query in [
        "",
        "standing=late",
        "status=returned&from=1/3/2021&to=31/5/2021",
        "q=khai+sinh",
    ] {
        // Words are posted; the address of their list holds them covered.
        let query = if query.starts_with("q=") {
            let list = desk.form(&cookie, "/ho-so", query).await.location;
            list.trim_start_matches("/ho-so?").to_owned()
        } else {
            query.to_owned()
        };
        let page = desk.page(&cookie, &format!("/ho-so?{query}")).await.body;
        let shown = page
            .split("<p><b>")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .replace('.', "");
        let shown: usize = shown.parse().unwrap();
        let csv = desk
            .page(&cookie, &format!("/ho-so/tep?{query}&dang=csv"))
            .await
            .body;
        let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        assert_eq!(reader.records().count(), shown, "{query}");
        let json = desk
            .page(&cookie, &format!("/ho-so/tep?{query}&dang=json"))
            .await
            .body;
        let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        assert_eq!(rows.len(), shown, "{query}");
        let request =
            Request::get(format!("/ho-so/tep?{query}&dang=xlsx")).header("cookie", &cookie);
        let (status, bytes) = desk.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, 200);
        if std::env::var_os("MOTCUA_LONG").is_some() {
            let said = crate::paper::office_text("xlsx", &bytes);
            assert_eq!(
                said.lines().filter(|line| line.contains("H57-")).count(),
                shown,
                "{said}"
            );
        }
        let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(range.rows().count(), shown + 1, "{query}");
        let typed = range
            .rows()
            .skip(1)
            .all(|row| matches!(row[9], Data::DateTime(_)));
        assert!(typed, "a date is a date");
        let definitions = book.worksheet_range_at(1).unwrap().unwrap();
        assert!(definitions.rows().count() > 20);
    }
}

#[tokio::test]
async fn a_formula_in_a_name_stays_a_name() {
    let desk = Desk::at("2021-04-16T09:00").await;
    let body = serde_json::json!({
        "procedure_code": "1.001022", "channel": "desk", "documents": [],
        "applicant": { "name": "=HYPERLINK(\"http://x\")", "kind": "citizen", "phone": "+84 912 345 678" },
    });
    assert_eq!(
        desk.post("receptionist", "/api/v1/dossiers", &body).await.0,
        201
    );
    let file = exported(&desk, Text::Csv, For::Machine).await;
    assert!(
        file.contains("\"'=HYPERLINK") && file.contains(",+84 912 345 678,"),
        "{file}"
    );
}
