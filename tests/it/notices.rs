//! Who is told what: only who agreed, by every way they left, until they stop it; who
//! could not be told is on the desk's list.
use motcua::{
    domain::role::Role,
    mail::outbox::{Carrier, run_once},
};
use serde_json::{Value, json};

use crate::{feedback, harness::Desk, mail::received, smtp::Server};

/// A dossier of somebody who left this.
pub async fn of(desk: &Desk, more: &Value) -> String {
    let mut applicant = json!({ "name": "Đỗ Thị Ước", "kind": "citizen" });
    for (name, value) in more.as_object().unwrap() {
        applicant[name] = value.clone();
    }
    let body = json!({
        "procedure_code": "1.001022", "channel": "desk", "documents": [], "applicant": applicant,
    });
    let (status, dossier) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{dossier}");
    dossier["code"].as_str().unwrap().to_owned()
}

async fn ask_for_more(desk: &Desk, code: &str) {
    let ask =
        json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "Thiếu tờ khai" });
    desk.done("receptionist", code, ask).await;
}

async fn told(desk: &Desk) -> Vec<(String, String)> {
    let rows = desk
        .rows("SELECT kind, channel FROM outbox ORDER BY id")
        .await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.iter()
        .map(|row| (text(&row["kind"]), text(&row["channel"])))
        .collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

pub async fn mails(desk: &mut Desk, server: &Server) -> Vec<(String, String)> {
    desk.set(|settings| settings.mail.smtp_url = server.url());
    for carrier in Carrier::all(&desk.app).unwrap() {
        run_once(&desk.app, &carrier).await.unwrap();
    }
    server.taken()
}

/// The text of a mail as a person reads it.
pub fn read(mail: &str) -> String {
    let (head, body) = mail.split_once("\n\n").unwrap();
    if !head.contains("base64") && !body.contains("base64") {
        let joined = body.replace("=\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            if *first == b'='
                && let Some(byte) = after
                    .get(..2)
                    .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok())
            {
                bytes.push(byte);
                rest = &after[2..];
            } else {
                bytes.push(*first);
                rest = after;
            }
        }
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    body.to_owned()
}

#[tokio::test]
async fn every_stage_is_told_once() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let server = Server::start();
    let code = of(&desk, &json!({ "email": "uoc@example.vn" })).await;
    ask_for_more(&desk, &code).await;
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "supplement_received" }),
    )
    .await;
    desk.done("specialist", &code, json!({ "action": "appraise" }))
        .await;
    desk.done("leader", &code, json!({ "action": "approve" }))
        .await;
    desk.done("specialist", &code, json!({ "action": "process" }))
        .await;
    desk.done("receptionist", &code, json!({ "action": "return_result" }))
        .await;
    assert_eq!(
        told(&desk).await,
        pairs(&[
            ("received", "mail"),
            ("supplement", "mail"),
            ("ready", "mail")
        ])
    );
    let taken = mails(&mut desk, &server).await;
    assert_eq!(taken.len(), 3);
    let first = read(
        &taken
            .iter()
            .find(|(_, text)| !text.contains("multipart") && read(text).contains("đã tiếp nhận"))
            .unwrap()
            .1,
    );
    assert!(
        first.contains(&code) && first.contains("Kính gửi ông/bà Đỗ Thị Ước"),
        "{first}"
    );
    // The last one asks how it was, and its link opens the questions.
    let ready = taken.iter().map(|(_, text)| read(text));
    let ready: Vec<String> = ready
        .filter(|text| text.contains("đã có kết quả"))
        .collect();
    assert_eq!(ready.len(), 1);
    let link = ready[0]
        .split_whitespace()
        .find(|word| word.contains("k=mail"));
    let link = link.expect("a link to the survey");
    let path = &link[link.find("/khao-sat/").unwrap()..];
    let questions = desk.page("", path).await;
    assert!(questions.body.contains("Câu 1 trong"), "{}", questions.body);
    assert!(!first.contains("k=mail"), "nothing to rate yet: {first}");
    let asked = taken
        .iter()
        .find(|(_, text)| text.contains("application/pdf"))
        .unwrap();
    assert!(
        asked
            .1
            .contains(&format!("phieu-yeu-cau-bo-sung-{code}.pdf"))
    );
}

#[tokio::test]
async fn on_the_spot_nobody_is_called_to_collect() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = of(&desk, &json!({ "email": "uoc@example.vn" })).await;
    for body in [
        json!({ "action": "appraise" }),
        json!({ "action": "approve", "approved_by": "Văn Bá Hùng" }),
        json!({ "action": "process", "at_desk": true }),
        json!({ "action": "return_result" }),
    ] {
        desk.done("receptionist", &code, body).await;
    }
    assert_eq!(told(&desk).await, pairs(&[("received", "mail")]));
}

#[tokio::test]
async fn who_does_not_agree_or_left_nothing_is_told_on_paper() {
    let desk = Desk::at("2021-04-16T10:00").await;
    for left in [
        json!({ "email": "uoc@example.vn", "notify": false }),
        json!({ "phone": "0912 345 678" }),
    ] {
        let code = of(&desk, &left).await;
        ask_for_more(&desk, &code).await;
    }
    assert_eq!(
        told(&desk).await,
        pairs(&[("supplement", "slip"), ("supplement", "slip")])
    );
}

#[tokio::test]
async fn the_intake_page_asks_and_does_not_assume() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let form = |notify: &str, key: &str| {
        feedback::form(&[
            ("thu-tuc", "1.001022"),
            ("name", "Đỗ Thị Ước"),
            ("email", "uoc@example.vn"),
            ("notify", notify),
            ("key", key),
            ("act", "receive"),
            ("channel", "desk"),
        ])
    };
    let page = desk.form(&cookie, "/ho-so/moi", &form("", "a1")).await;
    assert_eq!(page.status, 303, "{}", page.body);
    assert!(told(&desk).await.is_empty());
    let page = desk.form(&cookie, "/ho-so/moi", &form("1", "a2")).await;
    assert_eq!(page.status, 303, "{}", page.body);
    assert_eq!(told(&desk).await, pairs(&[("received", "mail")]));
    let empty = desk.page(&cookie, "/ho-so/moi?thu-tuc=1.001022").await;
    let boxed = empty.body.split("name=\"notify\"").nth(1).unwrap();
    assert!(
        !boxed[..boxed.find('>').unwrap()].contains("checked"),
        "never ticked beforehand"
    );
}

#[tokio::test]
async fn the_link_under_a_mail_stops_them_and_tells_nothing() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let server = Server::start();
    let code = received(&desk, "uoc@example.vn").await;
    let taken = mails(&mut desk, &server).await;
    let head = taken[0].1.clone();
    let url = head
        .split("List-Unsubscribe: <")
        .nth(1)
        .unwrap()
        .split('>')
        .next()
        .unwrap();
    let path = url.split_once("8080").unwrap().1.to_owned();
    let secret = path.rsplit('/').next().unwrap();
    assert!(
        secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_hexdigit()),
        "{path}"
    );
    let page = desk.page("", &path).await;
    assert_eq!(page.status, 200);
    for told in [code.as_str(), "Ước", "uoc@"] {
        assert!(!page.body.contains(told), "{told}");
    }
    // Waits already when it is stopped: not sent either, but on the desk's list.
    ask_for_more(&desk, &code).await;
    let page = desk.form("", &path, "List-Unsubscribe=One-Click").await;
    assert!(
        page.status == 200 && page.body.contains("Đã ngừng"),
        "{}",
        page.body
    );
    assert_eq!(mails(&mut desk, &server).await.len(), 1);
    let cookie = desk.sign_in(Role::Receptionist).await;
    let list = desk.page(&cookie, "/thong-bao").await.body;
    assert!(
        list.contains("Người nhận đã ngừng nhận") && list.contains(&code),
        "{list}"
    );
    // From now on by paper; asked to, by mail again.
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "supplement_received" }),
    )
    .await;
    let draft =
        json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" });
    desk.done("specialist", &code, draft).await;
    desk.done("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    let page = desk.form("", &path, "again=1").await;
    assert!(page.body.contains("Đã bật lại"), "{}", page.body);
    let refuse = json!({ "action": "refuse", "reason": "Không đủ điều kiện" });
    desk.done("leader", &code, refuse).await;
    assert_eq!(
        told(&desk).await[2..],
        pairs(&[("apology", "slip"), ("ready", "mail")])
    );
    let wrong = desk
        .page("", "/ngung-thong-bao/0123456789abcdef0123456789abcdef")
        .await;
    assert_eq!(wrong.status, 404);
}

#[tokio::test]
async fn the_desk_sees_who_was_not_told_and_settles_it() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let server = Server::start();
    let code = of(&desk, &json!({ "email": "never@example.vn" })).await;
    let other = of(&desk, &json!({ "address": "thôn 1" })).await;
    desk.done("specialist", &other, json!({ "action": "appraise" }))
        .await;
    desk.done("leader", &other, json!({ "action": "approve" }))
        .await;
    desk.done("specialist", &other, json!({ "action": "process" }))
        .await;
    mails(&mut desk, &server).await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let list = desk.page(&cookie, "/thong-bao").await.body;
    for words in [&code, &other, "never@example.vn", "550", "Chờ báo"] {
        assert!(list.contains(words), "{words}: {list}");
    }
    let slip = desk.pdf(&cookie, "/thong-bao/2/phieu").await;
    assert!(slip.len() > 1000);
    let told = desk.form(&cookie, "/thong-bao/2/da-bao", "how=phieu").await;
    assert_eq!(told.status, 303);
    let twice = desk.form(&cookie, "/thong-bao/2/da-bao", "how=phieu").await;
    assert_eq!(twice.status, 409);
    let nothing = desk.form(&cookie, "/thong-bao/1/da-bao", "").await;
    assert_eq!(nothing.status, 422);
    let again = desk.form(&cookie, "/thong-bao/1/gui-lai", "").await;
    assert_eq!(again.status, 303);
    let again = desk.form(&cookie, "/thong-bao/1/gui-lai", "").await;
    assert_eq!(again.status, 409, "it waits already");
    let waiting = desk.page(&cookie, "/thong-bao?xem=cho-gui").await.body;
    assert!(waiting.contains("never@example.vn"), "{waiting}");
    let done = desk.page(&cookie, "/thong-bao?xem=da-gui").await.body;
    assert!(done.contains("đưa, gửi phiếu"), "{done}");
    let specialist = desk.sign_in(Role::Specialist).await;
    let refused = desk.form(&specialist, "/thong-bao/1/gui-lai", "").await;
    assert_eq!(refused.status, 403);
    // Collected: nobody has to be called any more.
    let third = of(&desk, &json!({})).await;
    desk.done(
        "leader",
        &third,
        json!({ "action": "refuse", "reason": "Không đủ điều kiện" }),
    )
    .await;
    assert!(desk.page(&cookie, "/thong-bao").await.body.contains(&third));
    desk.done("receptionist", &third, json!({ "action": "return_result" }))
        .await;
    assert!(!desk.page(&cookie, "/thong-bao").await.body.contains(&third));
}

#[tokio::test]
async fn an_answer_goes_to_whoever_asked_to_be_told() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let server = Server::start();
    let leader = desk.sign_in(Role::Leader).await;
    let sent = |contact: &'static str, notify: &'static str, key: String| {
        feedback::form(&[
            ("key", &key),
            ("kind", "opinion"),
            ("content", "Chờ lâu."),
            ("name", "Ngô Thị Mận"),
            ("contact", contact),
            ("notify", notify),
        ])
    };
    for (place, (contact, notify)) in [("man@example.vn", "1"), ("thu@example.vn", ""), ("", "1")]
        .into_iter()
        .enumerate()
    {
        let page = desk
            .form(
                "",
                "/phan-anh",
                &sent(contact, notify, format!("{place:032x}")),
            )
            .await;
        assert_eq!(page.status, 200, "{}", page.body);
        let code = format!("PA-2021-{:04}", place + 1);
        let answer = [("answer", "Đã thêm người trực.")];
        assert_eq!(
            feedback::act(&desk, &leader, &code, "answer", &answer)
                .await
                .status,
            303
        );
    }
    assert_eq!(
        told(&desk).await,
        pairs(&[("feedback", "mail"), ("feedback", "slip")])
    );
    let taken = mails(&mut desk, &server).await;
    assert_eq!(taken.len(), 1);
    assert!(
        read(&taken[0].1).contains("Đã thêm người trực."),
        "{}",
        taken[0].1
    );
}
