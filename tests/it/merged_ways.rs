//! A merger of two agencies that do a procedure by other steps: refused, looked at, mapped;
//! the dossier goes on in the heir's way and the seal holds.
use chrono::NaiveDate;
use motcua::{
    actions::{
        merge_agencies::{self, Wanted},
        set_workflow,
    },
    domain::role::Role,
    upkeep::{sealer, verify},
};
use serde_json::json;

use crate::{harness::Desk, many_agencies::province};

const WAY: &str = r#"
[[workflow]]
procedure = "1.001022"
steps = [
  { duty = "receive", name = "Nhận hồ sơ", share = "0,5" },
  { duty = "appraise", name = "Thẩm tra", share = "1" },
  { duty = "appraise", name = "Soạn dự thảo", share = "0,5" },
  { duty = "approve", name = "Chủ tịch ký", share = "0,5" },
  { duty = "return", name = "Đóng dấu, trả", share = "0,5" },
]
"#;

async fn act(desk: &Desk, token: &str, code: &str, act: &str) {
    let path = format!("/api/v1/dossiers/{code}");
    let (_, one) = desk.get(token, &path).await;
    let body = json!({ "action": act, "expected_version": one["version"] });
    let (status, answer) = desk.post(token, &format!("{path}/actions"), &body).await;
    assert_eq!(status, 200, "{act}: {answer}");
}

#[tokio::test]
async fn steps_that_are_others_there_are_looked_at_and_mapped() {
    let mut desk = province("2025-06-27T09:00").await;
    set_workflow::load(&desk.app, 3, "thử", WAY).await.unwrap();
    let mut codes = Vec::new();
    for name in ["Trần Thị Sen", "Lê Văn Ba"] {
        let body = json!({
            "procedure_code": "1.001022", "channel": "desk", "documents": [],
            "applicant": { "name": name, "kind": "citizen" },
        });
        let (status, made) = desk
            .post("receptionist@quang-cong", "/api/v1/dossiers", &body)
            .await;
        assert_eq!(status, 201, "{made}");
        codes.push(made["code"].as_str().unwrap().to_owned());
    }
    for _ in 0..2 {
        act(&desk, "specialist@quang-cong", &codes[0], "appraise").await;
    }
    sealer::run(&desk.app).await.unwrap();
    desk.move_to("2025-07-01T08:00");
    let on: NaiveDate = "2025-07-01".parse().unwrap();
    let keys = ["quang-cong".to_owned()];
    let merge = async |desk: &Desk, wanted: Wanted| {
        merge_agencies::run_as(&desk.app, &keys, "quang-ngan", on, "thử", wanted).await
    };
    let why = merge(&desk, Wanted::default()).await.unwrap_err();
    for words in ["1.001022", "--preview", "--map-steps"] {
        assert!(why.detail.contains(words), "{}", why.detail);
    }
    let looked = Wanted {
        preview: true,
        ..Wanted::default()
    };
    let seen = merge(&desk, looked).await.unwrap();
    assert_eq!((seen.dossiers, seen.ways.len()), (2, 1));
    let way = &seen.ways[0];
    assert_eq!((way.code.as_str(), way.dossiers), ("1.001022", 2));
    let steps = way.steps.as_ref().unwrap();
    assert_eq!(steps.len(), 5);
    assert_eq!(steps[1].0, "Thẩm tra");
    assert_eq!(
        steps[1].1, steps[2].1,
        "both go on at the one appraisal of the heir"
    );
    let before = desk.rows("SELECT agency_id FROM dossier").await;
    assert_eq!(
        before,
        vec![json!({ "agency_id": 3 }); 2],
        "a look keeps nothing"
    );
    let steps = desk
        .rows("SELECT step FROM holding WHERE ended_at IS NULL ORDER BY step DESC")
        .await;
    let was = steps[0]["step"].as_i64().unwrap();

    let mapped = Wanted {
        map_steps: true,
        ..Wanted::default()
    };
    let done = merge(&desk, mapped).await.unwrap();
    assert_eq!(done.ways, seen.ways);
    let now = desk
        .rows("SELECT step FROM holding WHERE ended_at IS NULL ORDER BY step DESC")
        .await;
    assert_eq!(now[0]["step"].as_i64().unwrap(), was - 1);
    // Both go on to their end where they are now.
    let leader = desk.sign_in(Role::Leader).await;
    act(&desk, "specialist", &codes[1], "appraise").await;
    for code in &codes {
        let page = desk.page(&leader, &format!("/ho-so/{code}")).await;
        assert_eq!(page.status, 200);
        for (token, does) in [
            ("leader", "approve"),
            ("specialist", "process"),
            ("receptionist", "return_result"),
        ] {
            act(&desk, token, code, does).await;
        }
    }
    sealer::run(&desk.app).await.unwrap();
    let verified = verify::run(desk.store(), None).await.unwrap();
    assert!(verified.broken.is_none(), "{:?}", verified.broken);
}
