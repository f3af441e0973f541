//! Who still has to be told by hand: the number beside "Báo tin", on every page of the
//! staff. It is what reading every notice gives, and no notice of long ago is read for it.
use motcua::{
    domain::{dossier::Status, notice::Kind, role::Role},
    store::{feedback::Viewer, notices},
};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;

use crate::{
    harness::Desk,
    notices::of,
    statements::{hearing, plan},
};

fn office() -> Viewer {
    Viewer {
        agency: 1,
        account: None,
        role: Role::Office,
        name: String::new(),
    }
}

async fn waiting(desk: &Desk) -> u64 {
    notices::waiting(desk.store().read(), &office())
        .await
        .unwrap()
}

/// The same, of every notice there is, by what its dossier is now.
const RECOUNT: &str = "SELECT o.id FROM outbox o LEFT JOIN dossier d ON d.id = o.dossier_id \
     WHERE o.settled_at IS NULL AND (o.failed_at IS NOT NULL OR (o.sent_at IS NULL \
     AND (o.channel = 'slip' OR o.stopped_at IS NOT NULL) \
     AND (o.kind IN ('rejected', 'feedback') \
     OR (o.kind = 'supplement' AND d.status = 'awaiting_supplement') \
     OR (o.kind = 'ready' AND d.status = 'processed') \
     OR (o.kind IN ('apology', 'redate') AND d.ended_at IS NULL))))";

/// Of a state that may hold again nothing older is over by mistake.
const OVER_AND_NEEDED: &str = "SELECT o.id FROM outbox o JOIN dossier d ON d.id = o.dossier_id \
     WHERE o.over_at IS NOT NULL AND ((o.kind = 'ready' AND d.status = 'processed') \
     OR (o.kind = 'rejected' AND d.status = 'rejected'))";

#[tokio::test]
async fn in_a_year_of_dossiers_it_is_what_reading_every_notice_gives() {
    let desk = Desk::of_demo(400, 5).await;
    let recount = desk.rows(RECOUNT).await.len() as u64;
    assert!(recount > 0, "nobody has to be told");
    assert_eq!(waiting(&desk).await, recount);
    assert!(desk.rows(OVER_AND_NEEDED).await.is_empty());
    let over = desk
        .rows("SELECT id FROM outbox WHERE over_at IS NOT NULL AND channel = 'slip'")
        .await;
    let open = desk
        .rows("SELECT id FROM outbox WHERE settled_at IS NULL AND sent_at IS NULL AND over_at IS NULL")
        .await;
    println!(
        "{recount} to tell; {} over, {} looked at",
        over.len(),
        open.len()
    );
    // What the index holds is near what is to be told, however long the register.
    assert!(over.len() > 5 * open.len(), "the index holds nearly all");
    assert!(
        open.len() as u64 <= recount + 10,
        "the index holds what is over"
    );
}

#[tokio::test]
async fn no_notice_of_long_ago_is_read() {
    let desk = Desk::of_demo(400, 5).await;
    // Some failed long ago.
    let db = desk.store().read();
    for sql in [
        "UPDATE outbox SET sent_at = NULL, failed_at = queued_at, settled_at = queued_at \
         WHERE id IN (SELECT id FROM outbox WHERE channel = 'mail' ORDER BY id LIMIT 60)",
        "ANALYZE",
    ] {
        db.execute_unprepared(sql).await.unwrap();
    }
    let (db, said) = hearing(&desk).await;
    said.lock().unwrap().clear();
    notices::waiting(&db, &office()).await.unwrap();
    let statements: Vec<Statement> = said.lock().unwrap().clone();
    assert_eq!(statements.len(), 1, "{statements:?}");
    let steps = plan(&desk, &statements[0]).await;
    let by = |index: &str| steps.iter().any(|step| step.contains(index));
    assert!(
        by("ix_outbox_untold") && (by("ix_outbox_given_up") || by("ix_outbox_agency_id_failed_at")),
        "{}\n{steps:#?}",
        statements[0].sql
    );
    let all = ["SCAN outbox", "Seq Scan on outbox"];
    assert!(
        !steps
            .iter()
            .any(|step| all.iter().any(|all| step.contains(all))),
        "{steps:#?}"
    );
}

#[tokio::test]
async fn who_is_asked_twice_for_papers_is_told_of_the_second_time() {
    let desk = Desk::at("2021-04-16T10:00").await;
    desk.sign_in(Role::Leader).await;
    let code = of(&desk, &json!({})).await;
    let mut ask =
        json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "Thiếu tờ khai" });
    desk.done("receptionist", &code, ask.clone()).await;
    assert_eq!(waiting(&desk).await, 1);
    let came = json!({ "action": "supplement_received" });
    desk.done("receptionist", &code, came).await;
    assert_eq!(waiting(&desk).await, 0);
    ask["legal_basis"] = json!("Luật Hộ tịch 2014 Điều 25");
    ask["approved_by"] = json!("leader");
    desk.done("receptionist", &code, ask).await;
    assert_eq!(waiting(&desk).await, 1, "the first one is over");
    let cookie = desk.sign_in(Role::Receptionist).await;
    let page = desk.page(&cookie, "/thong-bao").await;
    assert_eq!(page.status, 200);
    let slips = page.body.matches("/phieu\"").count();
    assert_eq!(slips, 1, "{}", page.body);
}

#[tokio::test]
async fn an_upgrade_takes_for_over_what_no_state_needs_any_more() {
    let desk = Desk::of_demo(60, 5).await;
    let db = desk.store().read();
    let mut sql = vec![
        "DELETE FROM outbox".to_owned(),
        "DROP INDEX ix_outbox_untold".into(),
        "DROP INDEX ix_outbox_given_up".into(),
        "ALTER TABLE outbox DROP COLUMN over_at".into(),
        "DROP INDEX ix_wait_arrived".into(),
        "DELETE FROM seaql_migrations WHERE version IN ('m46_untold', 'm47_arrived')".into(),
    ];
    // A dossier in each state, and a notice of each kind about it.
    let ids = desk.rows("SELECT id FROM dossier ORDER BY id").await;
    for (row, status) in ids.iter().zip(Status::ALL) {
        let (id, status) = (&row["id"], status.code());
        sql.push(format!(
            "UPDATE dossier SET status = '{status}' WHERE id = {id}"
        ));
        for kind in Kind::ALL.iter().map(|kind| kind.code()) {
            sql.push(format!(
                "INSERT INTO outbox (agency_id, dossier_id, kind, channel, recipient, payload, attempts, queued_at, due_at) \
                 SELECT agency_id, id, '{kind}', 'slip', '', '{{}}', 0, registered_at, registered_at FROM dossier WHERE id = {id}"
            ));
        }
    }
    for sql in sql {
        db.execute_unprepared(&sql).await.unwrap();
    }
    assert_eq!(desk.store().migrate().await.unwrap().len(), 2);
    let rows = desk
        .rows("SELECT o.kind, d.status, CASE WHEN o.over_at IS NULL THEN 'needed' ELSE 'over' END AS taken_for FROM outbox o JOIN dossier d ON d.id = o.dossier_id")
        .await;
    assert_eq!(rows.len(), Status::ALL.len() * Kind::ALL.len());
    for row in &rows {
        let kind = Kind::from_code(row["kind"].as_str().unwrap()).unwrap();
        let status = Status::from_code(row["status"].as_str().unwrap()).unwrap();
        let needed = row["taken_for"] == "needed";
        assert_eq!(needed, kind.needed_in().contains(&status), "{row}");
    }
}
