//! What a token, a role and a password given a moment ago open, and no more.
use motcua::{domain::role::Role, secret, store::accounts::Token};
use serde_json::json;

use crate::harness::Desk;

const MORNING: &str = "2021-04-16T10:00";
const RIGHT: &str = "mot+cau+de+nho";

#[tokio::test]
async fn a_token_does_what_it_was_made_for_until_it_ends() {
    let mut desk = Desk::at(MORNING).await;
    let code = desk.receive("1.001193", "2021-04-16T09:00").await;
    let write = desk.store().write().await.unwrap();
    for (name, days) in [("all", Some(1)), ("read", None), ("figures", None)] {
        let token = Token {
            id: 0,
            agency_id: 1,
            name: name.into(),
            role: "admin".into(),
            token_hash: secret::hash(name),
            created_at: desk.app.clock.now(),
            revoked_at: None,
            note: None,
            expires_at: days.map(|days| desk.app.clock.now() + chrono::TimeDelta::days(days)),
            scope: name.into(),
        };
        write.insert_token(token).await.unwrap();
    }
    write.commit().await.unwrap();
    let body = json!({
        "procedure_code": "1.001193", "channel": "desk", "documents": [],
        "applicant": { "name": "An", "kind": "citizen" },
    });
    let one = format!("/api/v1/dossiers/{code}");
    let report = "/api/v1/reports/targets?at=2021-04-16";
    for (name, reads, writes, figures) in [
        ("all", 200, 201, 200),
        ("read", 200, 403, 200),
        ("figures", 403, 403, 200),
    ] {
        assert_eq!(desk.get(name, &one).await.0, reads, "{name}");
        assert_eq!(
            desk.post(name, "/api/v1/dossiers", &body).await.0,
            writes,
            "{name}"
        );
        assert_eq!(desk.get(name, report).await.0, figures, "{name}");
    }
    desk.move_to("2021-04-17T10:01");
    assert_eq!(desk.get("all", &one).await.0, 401, "it is over");
    assert_eq!(desk.get("read", &one).await.0, 200);
}

#[tokio::test]
async fn reports_are_for_those_who_measure_on_every_face() {
    let desk = Desk::at(MORNING).await;
    for role in Role::ALL {
        let cookie = desk.sign_in(role).await;
        let page = desk.page(&cookie, "/bao-cao/giai-quyet").await.status;
        for path in [
            "processing?from=2021-04-01&to=2021-04-16",
            "four-on-the-spot?at=2021-04-16",
            "satisfaction?from=2021-04-01&to=2021-04-16",
            "apologies?from=2021-04-01&to=2021-04-16",
            "targets?at=2021-04-16",
        ] {
            let path = format!("/api/v1/reports/{path}");
            assert_eq!(
                desk.get(role.code(), &path).await.0,
                page,
                "{path} {role:?}"
            );
        }
        assert_eq!(page, if role.measures() { 200 } else { 403 });
    }
}

#[tokio::test]
async fn a_period_is_closed_with_the_password_again() {
    let mut desk = Desk::at(MORNING).await;
    let office = desk.sign_in(Role::Office).await;
    desk.move_to("2021-04-16T10:16");
    let page = desk.page(&office, "/bao-cao/chot-so").await;
    assert!(page.body.contains("/xac-nhan?ve=%2Fbao-cao%2Fchot-so"));
    let form = "tu=15/3/2021&den=14/4/2021";
    assert_eq!(
        desk.form(&office, "/bao-cao/chot-so", form).await.status,
        403
    );
    let right = format!("password={RIGHT}&ve=/bao-cao/chot-so");
    let right = desk.form(&office, "/xac-nhan", &right).await;
    assert_eq!(right.status, 303);
    let office = right.cookie;
    assert_eq!(
        desk.form(&office, "/bao-cao/chot-so", form).await.status,
        303
    );
}
