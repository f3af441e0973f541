//! A person's own data, handed out whole to them who ask, to nobody else, and noted.
use motcua::domain::role::Role;
use serde_json::{Value, json};

use crate::{harness::Desk, seal::verified};

#[tokio::test]
async fn a_person_gets_all_that_is_held_about_them_and_nothing_of_others() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    let receptionist = desk.sign_in(Role::Receptionist).await;
    let receive = async |name: &str, id: &str, phone: &str| {
        let body = json!({
            "procedure_code": "1.001193", "channel": "desk", "documents": [{ "name": "Tờ khai", "form": "original" }],
            "applicant": { "name": name, "kind": "citizen", "id_number": id, "phone": phone, "address": "Thôn 4" },
            "note": "đi cùng con",
        });
        let (status, one) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
        assert_eq!(status, 201, "{one}");
        one["code"].as_str().unwrap().to_owned()
    };
    let mine = receive("Trần Thị Tím", "046085001234", "0912 345 678").await;
    let by_phone = receive("TRẦN THỊ TÍM", "", "0912345678").await;
    let namesake = receive("Trần Thị Tím", "", "0999999999").await;
    let other = receive("Lê Văn Xanh", "046085009999", "0912345678").await;
    let said = json!({ "kind": "rule", "content": "Chờ lâu", "name": "Tím", "dossier_code": mine });
    assert_eq!(desk.post("", "/api/v1/feedback", &said).await.0, 201);
    let ask =
        "id_number=046085001234&name=tran+thi+tim&phone=0912345678&request=Đơn+ngày+16/4&dang=json";
    assert_eq!(
        desk.form(&receptionist, "/du-lieu-ca-nhan", ask)
            .await
            .status,
        403
    );
    let file = desk.form(&office, "/du-lieu-ca-nhan", ask).await;
    assert_eq!(file.status, 200, "{}", file.body);
    let told: Value = serde_json::from_str(&file.body).unwrap();
    let codes: Vec<&str> = told["dossiers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, [mine.as_str(), by_phone.as_str()]);
    for not in [&namesake, &other] {
        assert!(!file.body.contains(not.as_str()));
    }
    for word in [
        "046085001234",
        "Thôn 4",
        "đi cùng con",
        "Chờ lâu",
        "Tờ khai",
    ] {
        assert!(file.body.contains(word), "{word}");
    }
    // Noted, on which request, for every dossier handed out; and the next file says so.
    let noted = desk
        .rows("SELECT about FROM read_log WHERE face = 'request'")
        .await;
    assert_eq!(noted.len(), 2);
    assert_eq!(noted[0]["about"], "Đơn ngày 16/4");
    let log = desk.page(&office, "/nhat-ky/xem").await;
    assert!(log.body.contains("Đơn ngày 16/4"), "{}", log.body);
    let excel = desk
        .form(&office, "/du-lieu-ca-nhan", &ask.replace("json", "xlsx"))
        .await;
    assert!(excel.status == 200 && excel.body.starts_with("PK"));
    // A name alone is anybody's; without a reason nothing is handed out.
    for wrong in [
        "name=Trần+Thị+Tím&request=x",
        "id_number=046085001234",
        "id_number=000000000000&request=x",
    ] {
        let refused = desk.form(&office, "/du-lieu-ca-nhan", wrong).await;
        assert_eq!(refused.status, 422, "{wrong}");
    }
    desk.move_to("2021-04-16T10:30");
    let again = desk.form(&office, "/du-lieu-ca-nhan", ask).await;
    assert_eq!(again.status, 403, "the password again");
    assert_eq!(verified(&desk).await.broken, None);
}
