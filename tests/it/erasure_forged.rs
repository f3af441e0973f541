//! Whoever knows the program forges an erasure, to change what stays under its cover: what
//! was erased must be gone, and what stays must be what was sealed. And an erasure takes
//! along what looks for the person.
use motcua::{
    actions::{
        actor::Actor,
        add_account, erase, join_agency, merge_agencies,
        print_paper::{self, Live},
        save_filter,
    },
    domain::{
        chain::Fault,
        notice::{Channel, Kind},
        paper::PaperKind,
        role::Role,
    },
    store::{
        accounts, dossiers,
        erasures::{self, Line, List, Proof},
        outbox::{self, Outgoing},
        seal_events,
    },
    upkeep::sealer,
};
use serde_json::json;

use crate::{
    harness::Desk,
    many_agencies::province,
    seal::{behind_its_back, verified},
};

const NAME: &str = "Trần Thị Tím";

/// A desk with one dossier that is over, and feedback about it; all under seal.
async fn over() -> Desk {
    over_at(Desk::at("2021-04-16T10:00").await).await
}

async fn over_at(desk: Desk) -> Desk {
    let body = json!({
        "procedure_code": "1.001193", "channel": "desk", "documents": [{ "name": "Tờ khai", "form": "copy" }],
        "applicant": { "name": NAME, "kind": "citizen", "id_number": "046085001234", "phone": "0912345678" },
        "received_at": "2021-04-16T08:00", "note": "nhà ở cạnh chợ",
    });
    let (_, one) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    let code = one["code"].as_str().unwrap().to_owned();
    let said = json!({ "kind": "rule", "content": "Tím hỏi", "name": NAME, "dossier_code": code });
    assert_eq!(desk.post("", "/api/v1/feedback", &said).await.0, 201);
    let wait = json!({ "action": "request_supplement", "items": ["Giấy của Trần Thị Tím"], "reason": "thiếu" });
    desk.done("receptionist", &code, wait).await;
    let out = json!({ "action": "withdraw", "reason": "Tím xin rút về quê" });
    desk.done("receptionist", &code, out).await;
    desk.run("UPDATE feedback SET handled_at = received_at")
        .await;
    sealer::run(&desk.app).await.unwrap();
    assert_eq!(verified(&desk).await.broken, None);
    desk
}

async fn erased_by_a_forged_list(desk: &Desk) {
    assert_eq!(erased_by(desk).await, 1);
}

/// A list that nobody drew up or signed, and how many are erased by it.
async fn erased_by(desk: &Desk) -> usize {
    let db = desk.store().read();
    let one = dossiers::by_id(db, 1).await.unwrap();
    let line = Line {
        id: 0,
        list_id: 0,
        dossier_id: 1,
        code: one.code,
        procedure_code: "1.001193".into(),
        years: 2,
        ended_at: one.ended_at.unwrap(),
    };
    let now = desk.app.clock.now();
    let list = List {
        id: 0,
        agency_id: 1,
        made_at: now,
        made_by: "x".into(),
        digest: erasures::digest(std::slice::from_ref(&line)),
        number: Some(1),
        year: Some(2021),
        signed_at: Some(now),
        signed_by: Some("x".into()),
        dropped_at: None,
        dropped_by: None,
        erased_at: None,
        erased_by: None,
    };
    let write = desk.store().write().await.unwrap();
    let id = write.insert_erasure_list(list, vec![line]).await.unwrap();
    write.commit().await.unwrap();
    let actor = Actor {
        agency: 1,
        role: Role::Office,
        name: "Văn phòng".into(),
        account: None,
        key_owner: "x".into(),
    };
    erase::run(&desk.app, &actor, id).await.unwrap()
}

/// Writes the proof anew over what the events say now, as a forger would.
async fn proof_made_to_fit(desk: &Desk) {
    let db = desk.store().read();
    let events = dossiers::events(db, 1).await.unwrap();
    let last = events.last().unwrap();
    let mut proof: Proof = serde_json::from_str(&last.data).unwrap();
    for event in &events {
        if let Some(digests) = proof.events.get_mut(&event.id.to_string()) {
            digests.1 = seal_events::of_event(event).one;
        }
    }
    let data = serde_json::to_string(&proof).unwrap();
    let sql = format!("UPDATE event SET data = '{data}' WHERE id = {}", last.id);
    behind_its_back(desk, "event", &sql).await.unwrap();
}

#[tokio::test]
async fn nothing_is_changed_under_the_cover_of_an_erasure() {
    let mut found = Vec::new();
    for (table, change, fault) in [
        ("event", "", None),
        (
            "event",
            "actor = 'Kẻ khác' WHERE id = 1",
            Some(Fault::Changed),
        ),
        (
            "event",
            "to_status = 'processing' WHERE id = 1",
            Some(Fault::Changed),
        ),
        (
            "event",
            "data = '{\"procedure\":\"1.001022\"}' WHERE id = 1",
            Some(Fault::Changed),
        ),
        (
            "event",
            "data = '{\"items\":[]}' WHERE act = 'request_supplement'",
            Some(Fault::Changed),
        ),
        (
            "event",
            "note = 'còn đây' WHERE id = 1",
            Some(Fault::Changed),
        ),
        (
            "dossier",
            "original_due_at = received_at",
            Some(Fault::Erased),
        ),
        ("dossier", "outcome = 'granted'", Some(Fault::Erased)),
        ("dossier", "phone = '0912345678'", Some(Fault::Erased)),
        ("wait", "to_at = from_at", Some(Fault::Erased)),
        ("feedback", "name = 'Trần Thị Tím'", Some(Fault::Erased)),
        ("feedback", "forwarded_to = 'x'", Some(Fault::Erased)),
    ] {
        let desk = over().await;
        erased_by_a_forged_list(&desk).await;
        if !change.is_empty() {
            let sql = format!("UPDATE {table} SET {change}");
            behind_its_back(&desk, table, &sql).await.unwrap();
        }
        proof_made_to_fit(&desk).await;
        sealer::run(&desk.app).await.unwrap();
        let seen = verified(&desk).await;
        assert_eq!(
            seen.broken.map(|broken| broken.fault),
            fault,
            "{table}: {change}"
        );
        assert_eq!(seen.by_old_seal, 0);
        found.push(change);
    }
    println!(
        "changes under the cover of a forged erasure, all found: {}",
        found.len() - 1
    );
}

#[tokio::test]
async fn what_was_sealed_in_one_part_is_told_apart() {
    let desk = over().await;
    // As the versions before sealed: the chain made anew over digests of one part.
    for event in dossiers::events(desk.store().read(), 1).await.unwrap() {
        let one = seal_events::of_event(&event);
        assert!(one.is(&one.one) && one.is(&one.digest()) && one.one != one.digest());
        assert!(!one.is(&seal_events::joined(&one.kept, "x")));
    }
}

#[tokio::test]
async fn what_looks_for_the_person_goes_along() {
    let desk = over().await;
    let account = {
        desk.sign_in(Role::Office).await;
        desk.rows("SELECT id FROM account").await[0]["id"]
            .as_i64()
            .unwrap()
    };
    for (name, query) in [
        ("theo tên", "?q=Tr%E1%BA%A7n+Th%E1%BB%8B+T%C3%ADm"),
        ("theo số", "?standing=late&q=0912345678"),
        ("Hồ sơ Trần Thị Tím", "?standing=late"),
        ("Quá hạn", "?standing=late"),
        ("Tên khác", "?q=Nguy%E1%BB%85n+V%C4%83n+An"),
    ] {
        save_filter::run(&desk.app, account, name, query)
            .await
            .unwrap();
    }
    desk.run("INSERT INTO read_log (agency_id, dossier_id, at, actor, role, face, about) SELECT 1, id, received_at, 'x', 'office', 'person', 'theo đơn của Trần Thị Tím' FROM dossier").await;
    erased_by_a_forged_list(&desk).await;
    let left: Vec<String> = desk
        .rows("SELECT name FROM saved_filter ORDER BY id")
        .await
        .iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(left, ["Quá hạn", "Tên khác"]);
    let all = serde_json::to_string(&crate::anonymity::dump(&desk).await).unwrap();
    for word in ["Tím", "tim hoi", "tran thi tim", "0912345678", "cạnh chợ"] {
        assert!(!all.contains(word), "{word} is left");
    }
}

#[tokio::test]
async fn whoever_works_there_looks_for_the_person_no_more_wherever_they_belong() {
    for merged in [false, true] {
        let mut desk = over_at(province("2021-04-16T10:00").await).await;
        // One of the agency, one of another who works there too, one of that other alone.
        desk.sign_in(Role::Office).await;
        for (username, name) in [("khach", "Người Khách"), ("ngoai", "Người Ngoài")] {
            let input = add_account::Input {
                username: username.into(),
                name: name.into(),
                title: String::new(),
                password: "mot cau de nho".into(),
                email: String::new(),
            };
            add_account::run(&desk.app, 3, Role::Specialist, &input, None)
                .await
                .unwrap();
        }
        join_agency::run(&desk.app, "khach", "quang-ngan", Role::Specialist, "")
            .await
            .unwrap();
        for (username, query) in [
            ("office", "?q=Tr%E1%BA%A7n+Th%E1%BB%8B+T%C3%ADm"),
            ("khach", "?q=0460"),
            ("ngoai", "?q=Tr%E1%BA%A7n+Th%E1%BB%8B+T%C3%ADm"),
        ] {
            let found = accounts::by_username(desk.store().read(), username).await;
            let account = found.unwrap().unwrap().id;
            save_filter::run(&desk.app, account, username, query)
                .await
                .unwrap();
        }
        if merged {
            // On the day after the last that was received there.
            desk.move_to("2021-04-17T10:00");
            let (keys, on) = (["quang-ngan".to_owned()], "2021-04-17".parse().unwrap());
            merge_agencies::run(&desk.app, &keys, "quang-cong", on, "thử")
                .await
                .unwrap();
        }
        erased_by_a_forged_list(&desk).await;
        let left = desk.rows("SELECT name FROM saved_filter").await;
        // A namesake, maybe, of whom they have dossiers of their own.
        assert_eq!(left, [json!({ "name": "ngoai" })], "merged: {merged}");
    }
}

#[tokio::test]
async fn a_paper_made_before_its_person_went_is_not_kept_after() {
    let desk = over().await;
    let before = dossiers::by_id(desk.store().read(), 1).await.unwrap();
    erased_by_a_forged_list(&desk).await;
    let live = Live {
        event_seq: 1,
        number: None,
        text: NAME.into(),
    };
    let print = print_paper::run(&desk.app, &before, PaperKind::Receipt, &live, Some("x"));
    assert_eq!(print.await.unwrap_err().code, "stale_version");
    for paper in desk.rows("SELECT body FROM paper").await {
        assert!(!paper.to_string().contains(NAME), "{paper}");
    }
}

/// Whoever gave feedback about a dossier since its list was drawn up is answered first.
#[tokio::test]
async fn feedback_that_came_after_the_list_is_not_erased_before_it_is_answered() {
    let desk = over().await;
    let one = dossiers::by_id(desk.store().read(), 1).await.unwrap();
    let said =
        json!({ "kind": "rule", "content": "chờ mãi", "name": NAME, "dossier_code": one.code });
    assert_eq!(desk.post("", "/api/v1/feedback", &said).await.0, 201);
    assert_eq!(erased_by(&desk).await, 0);
    assert!(desk.rows("SELECT 1 AS x FROM tombstone").await.is_empty());
    let kept = desk.rows("SELECT content FROM feedback ORDER BY id").await;
    assert_eq!(kept[1]["content"], "chờ mãi");
    desk.run("UPDATE feedback SET handled_at = received_at")
        .await;
    erased_by_a_forged_list(&desk).await;
}

/// What the mail server says of an address is not kept of a person who went meanwhile, and
/// nothing leaves to nobody, whatever it was about and however often it was tried.
#[tokio::test]
async fn mails_to_whom_was_erased_are_over_and_say_nothing() {
    let desk = over().await;
    let now = desk.app.clock.now();
    let why = "550 <tim@example.vn> rejected";
    let to = |kind| Outgoing::new(1, kind, Channel::Mail, "tim@example.vn", now);
    let write = desk.store().write().await.unwrap();
    for mail in [
        Outgoing {
            dossier_id: Some(1),
            ..to(Kind::Received)
        },
        // As an act after it leaves it: of an earlier state, and not sent yet.
        Outgoing {
            dossier_id: Some(1),
            over_at: Some(now),
            last_error: Some(why.into()),
            ..to(Kind::Received)
        },
        Outgoing {
            feedback_id: Some(1),
            last_error: Some(why.into()),
            ..to(Kind::Feedback)
        },
        Outgoing {
            dossier_id: Some(1),
            failed_at: Some(now),
            last_error: Some(why.into()),
            ..to(Kind::Ready)
        },
    ] {
        assert!(write.queue(mail).await.unwrap());
    }
    write.commit().await.unwrap();
    let due = async || {
        let due = outbox::due(desk.store().read(), Channel::Mail, now, 9).await;
        due.unwrap().len()
    };
    assert_eq!(due().await, 3);
    erased_by_a_forged_list(&desk).await;
    assert_eq!(due().await, 0);
    let left = outbox::counts(desk.store().read(), now).await.unwrap();
    assert_eq!((left.waiting, left.given_up), (0, 0));
    let write = desk.store().note().await.unwrap();
    let rows = desk
        .rows("SELECT id FROM outbox WHERE channel = 'mail'")
        .await;
    assert_eq!(rows.len(), 4);
    for row in rows {
        let id = row["id"].as_i64().unwrap();
        // A sender that had read it before.
        assert!(!write.claim(id, now).await.unwrap());
        write.not_sent(id, why, now, None).await.unwrap();
        assert!(!write.send_again(id, now).await.unwrap());
    }
    write.commit().await.unwrap();
    for row in desk.rows("SELECT last_error, recipient FROM outbox").await {
        assert!(row["last_error"].is_null(), "{row}");
        assert!(!row.to_string().contains("tim@"), "{row}");
    }
}
