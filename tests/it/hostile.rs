//! What nobody sends by accident: floods of words, bytes that are no text, methods
//! that are not there, names that cannot be seen.
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request},
};
use motcua::domain::role::Role;
use serde_json::json;

use crate::harness::Desk;

const MORNING: &str = "2021-04-16T10:00";

#[tokio::test]
async fn a_search_of_many_words_ends_no_process() {
    let desk = Desk::at(MORNING).await;
    let code = desk.receive("1.001022", "2021-04-16T09:00").await;
    let flood = "%20a".repeat(15_000);
    let (status, _) = desk
        .get("office", &format!("/api/v1/dossiers?q={flood}"))
        .await;
    assert_eq!(status, 200);
    for path in ["/thu-tuc?q=", "/thu-tuc/tim?q=", "/api/v1/procedures?q="] {
        assert_eq!(
            desk.page("", &format!("{path}{flood}")).await.status,
            200,
            "{path}"
        );
    }
    // A percent sign is a sign, not "anything".
    let (_, all) = desk.get("office", "/api/v1/dossiers?q=%25").await;
    assert_eq!(all["total"], 0);
    let (_, all) = desk
        .get("office", &format!("/api/v1/dossiers?q={code}"))
        .await;
    assert_eq!(all["total"], 1);
}

#[tokio::test]
async fn what_the_framework_refuses_is_said_in_our_words() {
    let desk = Desk::at(MORNING).await;
    let ask = async |method: Method, path: &str, token: &str, kind: &str, body: String| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", token)
            .header("content-type", kind)
            .body(Body::from(body))
            .unwrap();
        let answer = desk.answer(request).await;
        let kind = answer.headers().get("content-type");
        let kind = kind.map_or("", |kind| kind.to_str().unwrap()).to_owned();
        (answer.status().as_u16(), kind)
    };
    let problem = "application/problem+json".to_owned();
    for path in [
        "/api/v1/dossiers",
        "/api/v1/dossiers/x",
        "/api/v1",
        "/api/v1/",
    ] {
        let stranger = ask(Method::DELETE, path, "", "", String::new()).await;
        assert_eq!(stranger, (401, problem.clone()), "{path}");
    }
    let known = ask(
        Method::DELETE,
        "/api/v1/dossiers",
        "Bearer admin",
        "",
        String::new(),
    );
    assert_eq!(known.await, (405, problem.clone()));
    let bytes = ask(
        Method::GET,
        "/api/v1/dossiers/%ff",
        "Bearer admin",
        "",
        String::new(),
    );
    assert_eq!(bytes.await, (400, problem));
    let page = "text/html; charset=utf-8".to_owned();
    let form = "application/x-www-form-urlencoded";
    let get = |path| ask(Method::GET, path, "", "", String::new());
    assert_eq!(get("/thu-tuc/%ff").await, (400, page.clone()));
    let post = |kind, body| ask(Method::POST, "/dang-nhap", "", kind, body);
    assert_eq!(
        post("application/json", "{}".into()).await,
        (400, page.clone())
    );
    assert_eq!(post(form, "x".repeat(3_000_000)).await, (413, page.clone()));
    let put = ask(Method::PUT, "/dang-nhap", "", form, String::new());
    assert_eq!(put.await, (405, page));
}

#[tokio::test]
async fn bytes_that_no_text_holds_are_refused_by_field() {
    let desk = Desk::at(MORNING).await;
    let code = desk.receive("1.001022", "2021-04-16T09:00").await;
    let to = json!({ "action": "assign", "to": "specialist\0" });
    let (status, answer) = desk.act("office", &code, to).await;
    assert_eq!((status, &answer["errors"][0]["field"]), (422, &json!("to")));
    let items = json!({ "action": "request_supplement", "items": ["a\0b"], "reason": "thiếu" });
    let (status, answer) = desk.act("receptionist", &code, items).await;
    assert_eq!(
        (status, &answer["errors"][0]["field"]),
        (422, &json!("items"))
    );
    let receptionist = desk.sign_in(Role::Receptionist).await;
    let form = "thu-tuc=1.001022&name=An&kind=citizen&channel=desk&act=receive&key=%00";
    assert_eq!(
        desk.form(&receptionist, "/ho-so/moi", form).await.status,
        422
    );
    let ballots = desk
        .page(&receptionist, "/phieu-khao-sat?lo=%00&xong=1")
        .await;
    assert_eq!(ballots.status, 200);
    let ballot = "batch=A&cast_on=&field=&q1=5&key=%00";
    let ballot = desk.form(&receptionist, "/phieu-khao-sat", ballot).await;
    assert_eq!(ballot.status, 422);
}

#[tokio::test]
async fn a_name_is_something_to_see() {
    let desk = Desk::at(MORNING).await;
    let receive = async |name: &str| {
        let body = json!({
            "procedure_code": "1.001022", "channel": "desk", "documents": [],
            "applicant": { "name": name, "kind": "citizen" },
        });
        desk.post("receptionist", "/api/v1/dossiers", &body).await
    };
    for nothing in ["\u{200b}", "\u{feff} \u{202e}", "An\u{1}", "An\u{7f}"] {
        let (status, answer) = receive(nothing).await;
        assert_eq!(
            (status, &answer["errors"][0]["field"]),
            (422, &json!("applicant.name")),
            "{nothing:?}"
        );
    }
    // What a copy from a chat carries along is dropped, and the search finds it.
    let (status, answer) = receive("\u{feff}Nguye\u{302}\u{303}n\u{200b} \u{202e}An").await;
    assert_eq!(
        (status, &answer["applicant"]["name"]),
        (201, &json!("Nguyễn An"))
    );
    let (_, found) = desk
        .get("office", "/api/v1/dossiers?q=nguyen%E2%80%8B%20an")
        .await;
    assert_eq!(found["total"], 1);
}

#[tokio::test]
async fn many_guesses_at_once_are_counted_one_by_one() {
    let desk = Desk::at(MORNING).await;
    desk.sign_in(Role::Office).await;
    let guess = || desk.form("", "/dang-nhap", "username=office&password=sai");
    tokio::join!(
        guess(),
        guess(),
        guess(),
        guess(),
        guess(),
        guess(),
        guess()
    );
    let right = "username=office&password=mot+cau+de+nho";
    assert_eq!(desk.form("", "/dang-nhap", right).await.status, 429);
}

#[tokio::test]
async fn behind_a_proxy_each_citizen_has_a_limit_of_their_own() {
    let mut desk = Desk::at(MORNING).await;
    desk.set(|settings| settings.server.proxies = vec!["10.0.5.12".parse().unwrap()]);
    let most = desk.app.settings.lookup.per_minute;
    let ask = async |peer: &str, forwarded: &str| {
        let peer: std::net::SocketAddr = format!("{peer}:5000").parse().unwrap();
        let request = Request::get("/tra-cuu?code=X")
            .extension(ConnectInfo(peer))
            .header("x-forwarded-for", forwarded);
        let (status, _) = desk.send(request.body(Body::empty()).unwrap()).await;
        status.as_u16()
    };
    for _ in 0..most {
        assert_eq!(ask("127.0.0.1", "9.9.9.9, 203.0.113.1").await, 200);
    }
    assert_eq!(ask("127.0.0.1", "1.1.1.1, 203.0.113.1").await, 429);
    assert_eq!(
        ask("127.0.0.1", "203.0.113.2").await,
        200,
        "another citizen"
    );
    // Who comes directly cannot choose an address.
    for _ in 0..most {
        assert_eq!(ask("198.51.100.7", "203.0.113.3").await, 200);
    }
    assert_eq!(ask("198.51.100.7", "203.0.113.4").await, 429);
    // A proxy on another machine, where the settings name it.
    for citizen in 0..=most {
        let address = format!("203.0.113.{}", 10 + citizen);
        assert_eq!(ask("10.0.5.12", &address).await, 200);
    }
    assert_eq!(ask("10.0.5.12", "9.9.9.9, 203.0.113.2").await, 200);
}

#[tokio::test]
async fn behind_two_proxies_in_a_row_each_citizen_has_a_limit_too() {
    let mut desk = Desk::at(MORNING).await;
    desk.app.lookups = motcua::rate::Limit::per_minute(3);
    desk.set(|settings| {
        // A balancer of the network in front of HAProxy on one of our machines.
        let addresses = ["10.0.5.20", "10.0.5.12"];
        settings.server.proxies = addresses.map(|a| a.parse().unwrap()).to_vec();
    });
    let ask = async |peer: &str, lines: &[&str]| {
        let peer: std::net::SocketAddr = format!("{peer}:5000").parse().unwrap();
        let mut request = Request::get("/tra-cuu?code=X").extension(ConnectInfo(peer));
        for line in lines {
            request = request.header("x-forwarded-for", *line);
        }
        let (status, _) = desk.send(request.body(Body::empty()).unwrap()).await;
        status.as_u16()
    };
    for citizen in 1..=9 {
        let address = format!("203.0.113.{citizen}");
        let row = [address.as_str(), "10.0.5.20"];
        assert_eq!(ask("10.0.5.12", &row).await, 200);
    }
    // In one line or in several, and whatever the citizen wrote before.
    let one = "9.9.9.9, 198.51.100.1, 10.0.5.20, 10.0.5.12";
    for _ in 0..3 {
        assert_eq!(ask("127.0.0.1", &[one]).await, 200);
    }
    let several = ["1.1.1.1, 198.51.100.1", "10.0.5.20", "10.0.5.12"];
    assert_eq!(ask("127.0.0.1", &several).await, 429);
    // One that the settings do not name is itself the asker.
    for citizen in 1..=3 {
        let line = format!("203.0.113.{}, 10.0.5.21", 20 + citizen);
        assert_eq!(ask("10.0.5.12", &[line.as_str()]).await, 200);
    }
    let unnamed = ["203.0.113.30, 10.0.5.21"];
    assert_eq!(ask("10.0.5.12", &unnamed).await, 429);
    // Proxies alone: the first of them asks, as who looks whether all of it works.
    for _ in 0..3 {
        assert_eq!(ask("127.0.0.1", &["10.0.5.20", "10.0.5.12"]).await, 200);
    }
    assert_eq!(ask("10.0.5.12", &["10.0.5.20"]).await, 429);
    assert_eq!(ask("127.0.0.1", &["10.0.5.12"]).await, 200);
    // What is no address ends the row.
    assert_eq!(ask("127.0.0.1", &["x, 10.0.5.12"]).await, 200);
}

#[tokio::test]
async fn one_line_is_one_asker_whatever_its_address() {
    let desk = Desk::at(MORNING).await;
    let most = desk.app.settings.lookup.per_minute;
    let ask = async |forwarded: &str| {
        let peer: std::net::SocketAddr = "[::ffff:127.0.0.1]:5000".parse().unwrap();
        let request = Request::get("/tra-cuu?code=X")
            .extension(ConnectInfo(peer))
            .header("x-forwarded-for", forwarded);
        let (status, _) = desk.send(request.body(Body::empty()).unwrap()).await;
        status.as_u16()
    };
    for place in 0..most {
        let address = format!("2001:db8:1:2:{place:x}::{place:x}");
        assert_eq!(ask(&address).await, 200);
    }
    assert_eq!(ask("2001:db8:1:2:ffff::1").await, 429, "the same line");
    assert_eq!(ask("2001:db8:1:3::1").await, 200, "the neighbour");
    for _ in 0..most {
        assert_eq!(ask("::ffff:203.0.113.9").await, 200);
    }
    assert_eq!(ask("203.0.113.9").await, 429, "written otherwise");
    assert_eq!(ask("::ffff:203.0.113.10").await, 200);
}

#[tokio::test]
async fn signing_out_leaves_no_page_behind() {
    let desk = Desk::at(MORNING).await;
    let cookie = desk.sign_in(Role::Office).await;
    let request = Request::post("/dang-xuat").header("cookie", cookie);
    let answer = desk.answer(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.headers()["clear-site-data"], "\"cache\"");
}

#[tokio::test]
async fn what_was_typed_on_a_stale_page_is_not_lost() {
    let desk = Desk::at(MORNING).await;
    let code = desk.receive("1.001022", "2021-04-16T09:00").await;
    let receptionist = desk.sign_in(Role::Receptionist).await;
    desk.done("specialist", &code, json!({ "action": "appraise" }))
        .await;
    let path = format!("/ho-so/{code}/request_supplement");
    let form = "expected_version=1&items=Giấy+khai+sinh&reason=Thiếu+bản+chính";
    let stale = desk.form(&receptionist, &path, form).await;
    assert_eq!(stale.status, 409);
    for kept in ["Giấy khai sinh", "Thiếu bản chính", "test specialist"] {
        assert!(stale.body.contains(kept), "{kept}");
    }
    // Looked at, it can be sent: the form is of the version that is shown.
    assert!(
        stale.body.contains("name=\"expected_version\" value=\"2\""),
        "{}",
        stale.body
    );
    // Where the act is no longer possible, the dossier is shown instead.
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "withdraw", "reason": "xin rút" }),
    )
    .await;
    let gone = desk.form(&receptionist, &path, form).await;
    assert_eq!(gone.status, 409);
    assert!(!gone.body.contains("name=\"items\""));
}
