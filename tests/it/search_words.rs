//! A name that is looked for stands in no address: not on the list, not on its next page,
//! not on its file, not in the box at the top; and the way works without script.
use motcua::{domain::role::Role, vault};

use crate::harness::Desk;

/// Where the form leads.
async fn looked_for(desk: &Desk, cookie: &str, form: &str) -> String {
    let answer = desk.form(cookie, "/ho-so", form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location
}

/// The address behind a link of a page.
fn link(page: &str, start: &str) -> String {
    let from = page
        .find(&format!("href=\"{start}"))
        .unwrap_or_else(|| panic!("no link to {start}: {page}"));
    let rest = &page[from + 6..];
    rest[..rest.find('"').unwrap()].replace("&amp;", "&")
}

#[tokio::test]
async fn a_name_is_found_page_by_page_and_as_a_file_without_standing_in_an_address() {
    let desk = Desk::at("2021-04-16T10:00").await;
    for _ in 0..52 {
        desk.receive("1.001022", "2021-04-16T09:00").await;
    }
    let other = desk.receive("1.001193", "2021-04-16T09:00").await;
    desk.run(&format!(
        "UPDATE dossier SET applicant_name = 'Trần Văn Ất', search = 'tran van at' WHERE code = '{other}'"
    ))
    .await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let list = looked_for(
        &desk,
        &cookie,
        "q=Nguy%E1%BB%85n+Th%E1%BB%8B&standing=in_time",
    )
    .await;
    assert!(list.starts_with("/ho-so?tim=") && list.contains("standing=in_time"));
    let folded = list.to_lowercase();
    assert!(!folded.contains("nguy") && !folded.contains("q="), "{list}");
    let first = desk.page(&cookie, &list).await;
    assert_eq!(first.status, 200);
    // What was typed is kept, and all are counted.
    assert!(first.body.contains("value=\"Nguyễn Thị\"") && first.body.contains("<b>52</b>"));
    assert!(!first.body.contains(&other));
    // The heads of the columns lead to the same list in another order.
    let below = first.body.split("</table>").last().unwrap();
    let next = link(below, "/ho-so?tim=");
    assert!(next.contains("after="), "{next}");
    let second = desk.page(&cookie, &next).await;
    assert_eq!(second.body.matches("Nguyễn Thị Đào").count() % 2, 0);
    assert!(second.body.contains("Nguyễn Thị Đào") && !second.body.contains(&other));
    let file = link(&first.body, "/ho-so/tep?tim=").replace("xlsx", "csv");
    let rows = String::from_utf8(desk.file(&cookie, &file).await).unwrap();
    assert_eq!(rows.matches("Nguyễn Thị Đào").count(), 52);
    assert!(!rows.contains(&other));
}

#[tokio::test]
async fn a_code_opens_its_dossier_and_an_old_address_is_covered() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive("1.001022", "2021-04-16T09:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let dossier = format!("/ho-so/{code}");
    assert_eq!(
        looked_for(&desk, &cookie, &format!("q={code}")).await,
        dossier
    );
    // A scanner's way.
    let scanned = desk.page(&cookie, &format!("/ho-so?q={code}")).await;
    assert_eq!((scanned.status, scanned.location), (303, dossier));
    let old = desk.page(&cookie, "/ho-so?q=dao&status=received").await;
    assert_eq!(old.status, 303);
    assert!(old.location.starts_with("/ho-so?tim=") && !old.location.contains("dao"));
    assert!(desk.page(&cookie, &old.location).await.body.contains(&code));
    // No words: no cover.
    assert_eq!(
        looked_for(&desk, &cookie, "q=+&from=1/4/2021").await,
        "/ho-so?from=1%2F4%2F2021"
    );
}

#[tokio::test]
async fn covered_words_are_of_use_to_their_agency_alone() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Office).await;
    let settings = &desk.app.settings;
    let own = vault::cover(settings, 1, "dao").unwrap();
    assert_ne!(own, vault::cover(settings, 1, "dao").unwrap());
    assert_eq!(
        vault::uncover(settings, 1, &own).unwrap().as_deref(),
        Some("dao")
    );
    let foreign = vault::cover(settings, 2, "dao").unwrap();
    let bent = format!("{}0", &own[..own.len() - 1]);
    let bent = if bent == own {
        format!("{}1", &own[..own.len() - 1])
    } else {
        bent
    };
    for words in [foreign.as_str(), &bent, "00", "x", "%00"] {
        for path in ["/ho-so?tim=", "/ho-so/tep?dang=csv&tim="] {
            let page = desk.page(&cookie, &format!("{path}{words}")).await;
            assert_eq!(page.status, 422, "{path}{words}: {}", page.body);
            assert!(page.body.contains("Không đọc lại được từ khóa"));
        }
    }
}

/// No form that asks for a person's name or number puts it into an address.
#[tokio::test]
async fn forms_that_ask_for_persons_are_posted() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Admin).await;
    let mut forms = 0;
    for path in [
        "/ho-so",
        "/ban-lam-viec",
        "/ho-so/moi",
        "/nhan-su",
        "/du-lieu-ca-nhan",
    ] {
        let page = desk.page(&cookie, path).await.body;
        for form in page.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let tag = form.split('>').next().unwrap();
            let asks = ["name=\"q\"", "name=\"name\"", "name=\"id_number\""];
            if asks.iter().any(|field| form.contains(field)) {
                assert!(tag.contains("method=\"post\""), "{path}: {tag}");
                forms += 1;
            }
        }
    }
    assert!(forms >= 7, "{forms}");
    // The box at the top and the same person's other dossiers: in the body alone.
    for path in ["/tim?q=dao", "/ho-so/moi/trung?id_number=064123456789"] {
        assert_eq!(desk.page(&cookie, path).await.status, 405, "{path}");
    }
}
