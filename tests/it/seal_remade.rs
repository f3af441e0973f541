//! Whoever knows the program and can open the database: makes the chain anew, lets the next
//! act put the change under its own seal, takes the guards off.
use motcua::{
    actions::{actor::Actor, cancel_number, handle_feedback},
    domain::{chain::Fault, paper::PaperKind, role::Role},
    upkeep::{backup, doctor, sealer, verify},
};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::{
    harness::Desk,
    seal::{behind_its_back, more, sealed_desk, verified},
};

/// Takes the whole chain off, changes an event, and lets the sealer seal it all anew.
async fn remake(desk: &Desk) {
    behind_its_back(desk, "seal", "DELETE FROM seal")
        .await
        .unwrap();
    desk.run("DELETE FROM seal_head").await;
    behind_its_back(
        desk,
        "event",
        "UPDATE event SET actor = 'Kẻ khác' WHERE id = 1",
    )
    .await
    .unwrap();
    assert!(sealer::run(&desk.app).await.unwrap() > 0);
}

#[tokio::test]
async fn a_chain_made_anew_lacks_what_a_closed_period_was_printed_with() {
    let (desk, _) = sealed_desk().await;
    more(&desk).await;
    remake(&desk).await;
    let broken = verified(&desk).await.broken.unwrap();
    assert_eq!(broken.fault, Fault::Head, "{broken}");
}

#[tokio::test]
async fn a_chain_made_anew_lacks_what_a_copy_has_noted() {
    let (mut desk, _) = sealed_desk().await;
    let folder = tempfile::tempdir().unwrap();
    desk.set(|settings| settings.backup.folder = folder.path().display().to_string());
    assert!(backup::run(&desk.app, "nightly").await.unwrap().good);
    desk.receive("1.001193", "2021-04-16T09:30").await;
    sealer::run(&desk.app).await.unwrap();
    assert_eq!(verified(&desk).await.broken, None);
    remake(&desk).await;
    let broken = verified(&desk).await.broken.unwrap();
    assert_eq!(broken.fault, Fault::Copied, "{broken}");
}

#[tokio::test]
async fn late_seals_and_missing_guards_are_named() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.receive("1.001193", "2021-04-16T09:00").await;
    sealer::run(&desk.app).await.unwrap();
    assert_eq!(verified(&desk).await.warnings, Vec::<String>::new());
    desk.receive("1.001193", "2021-04-16T09:00").await;
    desk.move_to("2021-04-17T10:01");
    let seal = async |desk: &Desk| {
        let checks = doctor::run(&desk.app, false).await.unwrap();
        let seal = checks
            .into_iter()
            .find(|check| check.name == "Niêm phong sổ");
        seal.unwrap()
    };
    let waiting = seal(&desk).await;
    assert_eq!(waiting.grade, doctor::Grade::Bad, "{}", waiting.words);
    assert!(waiting.words.contains("hơn một phút"), "{}", waiting.words);
    sealer::run(&desk.app).await.unwrap();
    assert_eq!(seal(&desk).await.grade, doctor::Grade::Good);
    let found = verified(&desk).await;
    assert_eq!(found.broken, None);
    let said = found.warnings.join("\n");
    assert!(
        said.contains("1 việc được niêm phong muộn") && said.contains("mắt số 2"),
        "{said}"
    );
    behind_its_back(
        &desk,
        "seal",
        "UPDATE seal SET number = number WHERE number = 0",
    )
    .await
    .unwrap();
    let said = verified(&desk).await.warnings.join("\n");
    assert!(
        said.contains("seal_no_delete") || said.contains("seal_only_added"),
        "{said}"
    );
    assert_eq!(seal(&desk).await.grade, doctor::Grade::Bad);
}

fn office() -> Actor {
    Actor {
        agency: 1,
        role: Role::Office,
        name: "Văn phòng".into(),
        account: None,
        key_owner: "test".into(),
    }
}

#[tokio::test]
async fn the_next_act_puts_no_change_under_its_own_seal() {
    let (desk, code) = sealed_desk().await;
    let back = json!({ "action": "supplement_received" });
    let id = format!("SELECT id FROM dossier WHERE code = '{code}'");
    desk.run(&format!(
        "UPDATE dossier SET applicant_name = 'X' WHERE id = ({id})"
    ))
    .await;
    let (status, said) = desk.act("receptionist", &code, back.clone()).await;
    assert_eq!(
        (status, &said["code"]),
        (409, &json!("changed_behind")),
        "{said}"
    );
    assert!(
        said["detail"]
            .as_str()
            .unwrap()
            .contains("ngoài chương trình"),
        "{said}"
    );
    // Nor does a number cancelled.
    let again = cancel_number::run(
        &desk.app,
        &office(),
        PaperKind::Supplement,
        2021,
        1,
        "In hỏng",
    )
    .await;
    assert_eq!(again.unwrap_err().code, "changed_behind");
    sealer::run(&desk.app).await.unwrap();
    let broken = verified(&desk).await.broken.unwrap();
    assert_eq!(
        (broken.fault, broken.what.as_str()),
        (Fault::State, code.as_str())
    );
    // Put back, the work goes on; what is not sealed yet holds nobody up.
    desk.run(&format!(
        "UPDATE dossier SET applicant_name = 'Nguyễn Thị Đào' WHERE id = ({id})"
    ))
    .await;
    desk.done("receptionist", &code, back).await;
    let wait = json!({ "action": "request_supplement", "items": ["Bản vẽ"], "reason": "thiếu", "law": "Luật Đất đai" });
    desk.act("specialist", &code, wait).await;
    sealer::run(&desk.app).await.unwrap();
    assert_eq!(verified(&desk).await.broken, None);
}

#[tokio::test]
async fn nor_does_the_next_act_on_feedback() {
    let (desk, _) = sealed_desk().await;
    let row = desk
        .rows("SELECT code, version FROM feedback")
        .await
        .remove(0);
    let answer = handle_feedback::Input {
        action: "answer".into(),
        answer: "Đã kê thêm ghế.".into(),
        expected_version: row["version"].as_i64(),
        ..handle_feedback::Input::default()
    };
    desk.run("UPDATE feedback SET content = 'x'").await;
    let code = row["code"].as_str().unwrap();
    let refused = handle_feedback::run(&desk.app, &office(), code, &answer).await;
    assert_eq!(refused.unwrap_err().code, "changed_behind");
    let broken = verified(&desk).await.broken.unwrap();
    assert_eq!(broken.fault, Fault::State);
}

#[tokio::test]
async fn an_event_written_by_hand_is_one_too_many() {
    let (desk, _) = sealed_desk().await;
    desk.run(
        "INSERT INTO event (dossier_id, seq, at, recorded_at, act, actor, role, at_desk, from_status, to_status, note, data) \
         SELECT dossier_id, seq + 1, at, recorded_at, 'note', actor, role, at_desk, to_status, to_status, 'x', '{}' \
         FROM event WHERE id = (SELECT max(id) FROM event WHERE dossier_id = 2)",
    )
    .await;
    assert_eq!(verified(&desk).await.broken.unwrap().fault, Fault::Count);
    sealer::run(&desk.app).await.unwrap();
    assert_eq!(verified(&desk).await.broken.unwrap().fault, Fault::Count);
}

#[tokio::test]
async fn a_guard_that_was_made_anew_or_hollowed_out_is_named() {
    let postgres = std::env::var_os("MOTCUA_TEST_DATABASE").is_some();
    let hollow = [
        "CREATE OR REPLACE FUNCTION refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "CREATE OR REPLACE TRIGGER seal_only_added BEFORE UPDATE ON seal FOR EACH ROW EXECUTE FUNCTION refuse_always()",
        "CREATE OR REPLACE TRIGGER seal_only_added BEFORE UPDATE OR DELETE ON seal FOR EACH ROW WHEN (OLD.number > 99) EXECUTE FUNCTION refuse_always()",
        "CREATE TRIGGER aside BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION refuse_always()",
    ];
    let rewritten = [
        "DROP TRIGGER event_no_update; CREATE TRIGGER event_no_update BEFORE UPDATE ON event WHEN 0 BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END",
        "DROP TRIGGER seal_no_delete; CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal BEGIN SELECT 1; END",
        "DROP TRIGGER seal_no_delete; CREATE TRIGGER seal_no_delete BEFORE DELETE ON feedback_event BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END",
        "CREATE TRIGGER aside AFTER INSERT ON event BEGIN UPDATE dossier SET note = ''; END",
    ];
    let names = if postgres {
        [
            "event_only_added",
            "seal_only_added",
            "seal_only_added",
            "aside",
        ]
    } else {
        [
            "event_no_update",
            "seal_no_delete",
            "seal_no_delete",
            "aside",
        ]
    };
    for (sql, name) in (if postgres { hollow } else { rewritten })
        .iter()
        .zip(names)
    {
        let desk = Desk::at("2021-04-16T10:00").await;
        assert_eq!(verified(&desk).await.warnings, Vec::<String>::new());
        desk.run(sql).await;
        let warnings = verified(&desk).await.warnings;
        assert!(
            warnings.len() == 1 && warnings[0].contains(name),
            "{sql}: {warnings:?}"
        );
        let checks = doctor::run(&desk.app, false).await.unwrap();
        let seal = checks
            .iter()
            .find(|check| check.name == "Niêm phong sổ")
            .unwrap();
        assert!(
            seal.grade == doctor::Grade::Bad && seal.words.contains(name),
            "{}",
            seal.words
        );
    }
}

/// Somebody who may switch the database's own watch off takes a dossier out, and leaves
/// what was done with it.
#[tokio::test]
async fn a_dossier_taken_out_past_the_foreign_keys_is_named() {
    for (table, number) in [("dossier", 3), ("feedback", 6)] {
        let (desk, _) = sealed_desk().await;
        let url = &desk.app.settings.database.url;
        let mut options = sea_orm::ConnectOptions::new(url);
        options.max_connections(1);
        let db = sea_orm::Database::connect(options).await.unwrap();
        let postgres = db.get_database_backend() == sea_orm::DbBackend::Postgres;
        let unwatched = if postgres {
            "SET session_replication_role = replica"
        } else {
            "PRAGMA foreign_keys = OFF"
        };
        let removal = format!("DELETE FROM {table} WHERE id = (SELECT MAX(id) FROM {table})");
        for sql in [unwatched, &removal] {
            db.execute_unprepared(sql).await.unwrap();
        }
        db.close().await.unwrap();
        if postgres {
            let broken = verified(&desk).await.broken.expect(table);
            assert_eq!((broken.fault, broken.number), (Fault::Gone, Some(number)));
        } else {
            // The engine finds it itself.
            let error = verify::run(desk.store(), None).await.unwrap_err();
            assert!(
                error.to_string().contains("trỏ tới dòng không có"),
                "{error}"
            );
        }
    }
}
