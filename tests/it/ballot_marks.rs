//! What is odd about a ballot is marked by whatever face it comes, from what the server
//! itself saw; it counts all the same.
use motcua::domain::role::Role;
use serde_json::json;

use crate::{harness::Desk, survey::rated};

/// What comes with an opened questionnaire, to go back with its answers.
pub fn opening(page: &str) -> String {
    let field = page.split("name=\"mo\" value=\"").nth(1).unwrap();
    field.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_odd_is_marked_and_counts() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.set(|settings| settings.survey.fastest_seconds = 20);
    let path = format!("/khao-sat/{}", rated(&desk).await);
    let page = desk.page("", &format!("{path}?k=slip")).await;
    desk.move_to("2021-04-16T10:00:05");
    // What a browser says of its time and of its way is not asked.
    let sent = "di=gui&a_q1=1&luc=1000000000&k=mail&comment=";
    let sent = format!("{sent}&mo={}", opening(&page.body));
    let low = desk.form("", &path, &sent).await;
    assert_eq!((low.status, low.location.as_str()), (200, ""));
    assert!(low.body.contains("muốn được gọi lại"), "{}", low.body);
    let path = format!("/khao-sat/{}", rated(&desk).await);
    let page = desk.page("", &format!("{path}?k=mail")).await;
    desk.move_to("2021-04-16T10:01");
    // It rides from question to question.
    let sent = format!("cau=0&answer=5&mo={}", opening(&page.body));
    let next = desk.form("", &path, &sent).await;
    let sent = format!("di=gui&a_q1=5&comment=&mo={}", opening(&next.body));
    let high = desk.form("", &path, &sent).await;
    assert!(high.status == 200 && !high.body.contains("gọi lại"));
    let rows = desk
        .rows("SELECT source, marks FROM ballot_box ORDER BY source")
        .await;
    assert_eq!(
        rows,
        [
            json!({ "source": "mail", "marks": "" }),
            json!({ "source": "slip", "marks": "speeder" })
        ]
    );
    let (_, report) = desk
        .get(
            "office",
            "/api/v1/reports/satisfaction?from=2021-04-01&to=2021-04-30",
        )
        .await;
    assert_eq!(report["ballots"], 2);
}

/// A ballot over the API, from an address, with more headers.
async fn over_api(desk: &Desk, token: &str, opened: &str, headers: &[(&str, &str)]) -> u16 {
    use axum::{body::Body, extract::ConnectInfo, http::Request};
    let mut request = Request::post(format!("/api/v1/survey/{token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = json!({ "answers": { "q1": 5 }, "opened": opened }).to_string();
    let mut request = request.body(Body::from(body)).unwrap();
    let from: std::net::SocketAddr = "10.1.2.3:50000".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(from));
    desk.send(request).await.0.as_u16()
}

/// The marks of the only ballot in the box, which is emptied.
async fn marks(desk: &Desk) -> String {
    let rows = desk.rows("SELECT marks FROM ballot_box").await;
    desk.run("DELETE FROM ballot_box").await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0]["marks"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_api_is_no_way_around_the_marks() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let staff = desk.sign_in(Role::Receptionist).await;
    let mut tokens = Vec::new();
    for _ in 0..8 {
        tokens.push(rated(&desk).await);
    }
    let open = async |desk: &Desk, token: &str| {
        let path = format!("/api/v1/survey/{token}");
        let (status, answer) = desk.get("", &path).await;
        assert_eq!(status, 200);
        answer["opened"].as_str().unwrap().to_owned()
    };
    assert_eq!(over_api(&desk, &tokens[0], "", &[]).await, 201);
    assert_eq!(marks(&desk).await, "unopened");
    // What was opened for another ballot is not this one's.
    let others = open(&desk, &tokens[2]).await;
    desk.move_to("2021-04-16T11:30");
    assert_eq!(over_api(&desk, &tokens[1], &others, &[]).await, 201);
    assert_eq!(marks(&desk).await, "unopened");
    let mut opened = Vec::new();
    for token in &tokens {
        // A ballot that was cast has none to open.
        let has = !tokens[..2].contains(token);
        opened.push(if has {
            open(&desk, token).await
        } else {
            String::new()
        });
    }
    let cast = async |desk: &Desk, place: usize, headers: &[(&str, &str)]| {
        over_api(desk, &tokens[place], &opened[place], headers).await
    };
    assert_eq!(cast(&desk, 2, &[]).await, 201);
    assert_eq!(marks(&desk).await, "speeder,duplicate");
    desk.move_to("2021-04-16T11:31");
    assert_eq!(cast(&desk, 3, &[("cookie", &staff)]).await, 403);
    assert!(desk.rows("SELECT id FROM ballot_box").await.is_empty());
    let bearer = [("authorization", "Bearer receptionist")];
    assert_eq!(cast(&desk, 3, &bearer).await, 201);
    assert_eq!(marks(&desk).await, "program,duplicate");
    let stranger = [("authorization", "Bearer ai")];
    assert_eq!(cast(&desk, 4, &stranger).await, 201);
    assert_eq!(marks(&desk).await, "duplicate");
    assert_eq!(cast(&desk, 5, &[]).await, 201);
    assert_eq!(marks(&desk).await, "burst,duplicate");
    desk.move_to("2021-04-16T12:00");
    assert_eq!(cast(&desk, 6, &[]).await, 201);
    assert_eq!(marks(&desk).await, "", "slow, alone, opened");
}

#[tokio::test]
async fn a_burst_from_one_device_is_marked() {
    use motcua::{devices::Devices, domain::survey::Mark, domain::time::parse_moment};
    let rules = motcua::config::Settings::load(None).unwrap().survey;
    let devices = Devices::default();
    let at = |minute: u32| parse_moment(&format!("2021-04-16T10:{minute:02}")).unwrap();
    let marks = |minute, answers| devices.cast("máy 1", at(minute), answers, &rules);
    assert!(marks(0, "a").is_empty());
    assert_eq!(marks(1, "a"), [Mark::Duplicate]);
    assert!(marks(2, "b").is_empty());
    assert!(marks(3, "c").is_empty());
    assert_eq!(marks(4, "d"), [Mark::Burst], "the fifth within ten minutes");
    assert!(devices.cast("máy 2", at(4), "d", &rules).is_empty());
    assert!(marks(20, "d").is_empty(), "it is forgotten");
}
