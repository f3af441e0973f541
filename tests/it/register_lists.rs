//! The register as a list: in the order asked, walked from dossier to dossier, under saved
//! filters, with the columns an account chose; many dossiers acted on at once.
use std::cmp::Ordering;

use motcua::domain::role::Role;
use serde_json::Value;

use crate::harness::{Desk, Page};

/// What stands between two words, everywhere.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from)
        .skip(1)
        .filter_map(|rest| rest.split(to).next())
        .collect()
}

/// The codes of a page's rows, as they are ticked.
fn codes(page: &Page) -> Vec<String> {
    between(&page.body, "name=\"hs\" value=\"", ":")
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// Every code of a list, page after page.
async fn walked(desk: &Desk, cookie: &str, path: &str) -> Vec<String> {
    let mut at = path.to_owned();
    let mut all = Vec::new();
    loop {
        let page = desk.page(cookie, &at).await;
        assert_eq!(page.status, 200, "{}", page.body);
        all.extend(codes(&page));
        let next = between(&page.body, "<p><a href=\"", "\">Xem 50")
            .first()
            .map(|href| href.replace("&amp;", "&"));
        match next {
            Some(next) => at = next,
            None => return all,
        }
    }
}

/// Ordered by a column of the database, as a person would: the empty ones last.
fn sorted(mut rows: Vec<Value>, down: bool) -> Vec<String> {
    rows.sort_by(|one, other| {
        let by_key = match (one["k"].as_str(), other["k"].as_str()) {
            (None, None) => Ordering::Equal,
            (None, _) => return Ordering::Greater,
            (_, None) => return Ordering::Less,
            (one, other) => one.cmp(&other),
        };
        let by_id = one["id"].as_i64().cmp(&other["id"].as_i64());
        let order = by_key.then(by_id);
        if down { order.reverse() } else { order }
    });
    // Among the empty ones the later entry is first when the order is turned.
    let (with, mut without): (Vec<Value>, Vec<Value>) =
        rows.into_iter().partition(|row| row["k"].is_string());
    without.sort_by_key(|row| row["id"].as_i64());
    if down {
        without.reverse();
    }
    with.into_iter()
        .chain(without)
        .map(|row| row["code"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_list_is_in_the_order_asked_and_the_empty_cells_come_last() {
    let desk = Desk::of_demo(180, 5).await;
    let cookie = desk.sign_in_demo("office").await;
    for (word, column) in [
        ("nhan", "COALESCE(received_at, registered_at)"),
        ("hen", "original_due_at"),
        ("hen-dang-co", "due_at"),
        ("xong", "ended_at"),
        ("tra", "returned_at"),
        ("cho", "wait_from"),
    ] {
        let rows = desk
            .rows(&format!("SELECT id, code, {column} AS k FROM dossier"))
            .await;
        assert!(rows.len() > 150);
        for down in [false, true] {
            let sign = if down { "-" } else { "" };
            let shown = walked(&desk, &cookie, &format!("/ho-so?sap={sign}{word}")).await;
            assert_eq!(shown, sorted(rows.clone(), down), "{sign}{word}");
        }
    }
    let newest = walked(&desk, &cookie, "/ho-so").await;
    let mut oldest = walked(&desk, &cookie, "/ho-so?sap=ma").await;
    oldest.reverse();
    assert_eq!(newest, oldest);
    let page = desk.page(&cookie, "/ho-so?sap=hen").await.body;
    assert!(page.contains("aria-sort=\"ascending\""), "{page}");
    assert!(
        page.contains("href=\"/ho-so?sap=-hen\""),
        "turned by the same head"
    );
}

/// Where a name stands among others, by the alphabet as it is taught: the given name first,
/// each word by its letters and then by its tone.
fn by_the_alphabet(name: &str) -> Vec<(Vec<usize>, usize)> {
    const TONES: [&str; 12] = [
        "aàảãáạ",
        "ăằẳẵắặ",
        "âầẩẫấậ",
        "eèẻẽéẹ",
        "êềểễếệ",
        "iìỉĩíị",
        "oòỏõóọ",
        "ôồổỗốộ",
        "ơờởỡớợ",
        "uùủũúụ",
        "ưừửữứự",
        "yỳỷỹýỵ",
    ];
    const LETTERS: &str = "&'(),-./0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";
    let mut words: Vec<&str> = name.split(' ').collect();
    words.rotate_right(1);
    let word = |word: &&str| {
        let mut tone = 0;
        let word = word.to_lowercase();
        let letters = word.chars().map(|c| {
            let vowel = TONES
                .iter()
                .find_map(|row| Some((row, row.chars().position(|v| v == c)?)));
            let plain = vowel.map_or(c, |(row, place)| {
                tone = tone.max(place);
                row.chars().next().unwrap()
            });
            LETTERS.chars().position(|letter| letter == plain).unwrap()
        });
        let letters = letters.collect::<Vec<_>>();
        (letters, tone)
    };
    words.iter().map(word).collect()
}

#[tokio::test]
async fn names_stand_as_a_vietnamese_list_of_names_has_them() {
    let desk = Desk::of_demo(180, 5).await;
    let cookie = desk.sign_in_demo("office").await;
    let mut rows = desk
        .rows("SELECT id, code, applicant_name AS name, applicant_kind AS kind FROM dossier")
        .await;
    rows.retain(|row| row["kind"] == "citizen");
    rows.sort_by_key(|row| {
        let name = row["name"].as_str().unwrap();
        (by_the_alphabet(name), row["id"].as_i64())
    });
    let wanted: Vec<&str> = rows
        .iter()
        .map(|row| row["code"].as_str().unwrap())
        .collect();
    assert!(wanted.len() > 100);
    for down in [false, true] {
        let sign = if down { "-" } else { "" };
        let mut shown = walked(&desk, &cookie, &format!("/ho-so?sap={sign}ten")).await;
        // Organisations stand between them by their whole names.
        shown.retain(|code| wanted.contains(&code.as_str()));
        if down {
            shown.reverse();
        }
        assert_eq!(shown, wanted, "{sign}ten");
    }
    // Rows of before the key are given one at the next start.
    let keys = "SELECT id, name_key FROM dossier ORDER BY id";
    let before = desk.rows(keys).await;
    desk.run("UPDATE dossier SET name_key = ''").await;
    let done = motcua::actions::fill::run(desk.store(), desk.app.clock.now()).await;
    assert!(
        done.unwrap()
            .iter()
            .any(|said| said.contains("180 hồ sơ cũ"))
    );
    assert_eq!(desk.rows(keys).await, before);
}

/// Where the arrows lead.
fn arrow(page: &Page, key: &str) -> Option<String> {
    let key = format!("\" data-key=\"{key}\"");
    let before = page
        .body
        .split(&key)
        .next()
        .filter(|_| page.body.contains(&key))?;
    before.rsplit("href=\"").next().map(str::to_owned)
}

#[tokio::test]
async fn the_next_dossier_of_a_list_is_one_key_away() {
    let desk = Desk::of_demo(180, 5).await;
    let cookie = desk.sign_in_demo("office").await;
    for path in [
        "/ho-so?status=returned&from=1/10/2021&sap=hen",
        "/ho-so?standing=late&sap=-tra",
        "/ho-so?from=1/11/2021",
    ] {
        let list = walked(&desk, &cookie, path).await;
        assert!(list.len() > 1, "{path}: {}", list.len());
        let page = desk.page(&cookie, path).await;
        let first = between(&page.body, "class=\"open\" href=\"", "\"")[0].to_owned();
        let mut at = first.clone();
        for (place, code) in list.iter().enumerate() {
            let page = desk.page(&cookie, &at).await;
            assert!(at.starts_with(&format!("/ho-so/{code}?ds=")), "{at}");
            let said = format!("{} trong {}", place + 1, list.len());
            assert!(page.body.contains(&said), "{said}");
            assert_eq!(arrow(&page, "←").is_some(), place > 0);
            match arrow(&page, "→") {
                Some(next) => at = next,
                None => assert_eq!(place + 1, list.len()),
            }
        }
        assert_eq!(arrow(&desk.page(&cookie, &first).await, "←"), None);
    }
    // Another's list, or one that was forgotten: the dossier stands alone.
    let page = desk.page(&cookie, "/ho-so").await;
    let mine = between(&page.body, "class=\"open\" href=\"", "\"")[0].to_owned();
    let other = desk.sign_in_demo("specialist").await;
    let page = desk.page(&other, &mine).await;
    assert_eq!(page.status, 200);
    assert!(arrow(&page, "→").is_none());
}

#[tokio::test]
async fn what_is_acted_on_leaves_its_list_and_the_next_is_still_one_key_away() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let mut received = Vec::new();
    for _ in 0..3 {
        received.push(desk.receive("1.001022", "2021-04-16T10:00").await);
    }
    let cookie = desk.sign_in(Role::Specialist).await;
    let page = desk.page(&cookie, "/ho-so?status=received&sap=ma").await;
    let first = between(&page.body, "class=\"open\" href=\"", "\"")[0].to_owned();
    let page = desk.page(&cookie, &first).await;
    let act = between(&page.body, "action=\"", "\"")
        .into_iter()
        .find(|action| action.contains("/appraise?ds="))
        .unwrap()
        .to_owned();
    let done = desk.form(&cookie, &act, "expected_version=1").await;
    assert_eq!(done.location, first, "{}", done.body);
    let page = desk.page(&cookie, &first).await;
    assert!(page.body.contains("còn 2 hồ sơ trong danh sách"));
    let next = arrow(&page, "→").unwrap();
    assert!(
        next.starts_with(&format!("/ho-so/{}?", received[1])),
        "{next}"
    );
}

#[tokio::test]
async fn a_filter_is_kept_under_a_name_and_its_words_stand_in_no_address() {
    let desk = Desk::of_demo(120, 5).await;
    let cookie = desk.sign_in_demo("office").await;
    let rows = desk
        .rows("SELECT applicant_name AS n FROM dossier ORDER BY id LIMIT 1")
        .await;
    let name = rows[0]["n"].as_str().unwrap().to_owned();
    let typed = name.replace(' ', "+");
    let body = format!("ten=Người+quen&q={typed}&sap=hen&la=1");
    let saved = desk.form(&cookie, "/ho-so/loc", &body).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert!(
        saved.location.starts_with("/ho-so?loc="),
        "{}",
        saved.location
    );
    let page = desk.page(&cookie, &saved.location).await;
    assert!(
        page.body.contains("<h1>Hồ sơ: Người quen</h1>"),
        "{}",
        page.body
    );
    let found = codes(&page);
    assert!(!found.is_empty());
    for address in between(&page.body, "href=\"", "\"") {
        let address = address.to_lowercase();
        assert!(!address.contains("q="), "{address}");
    }
    let all = walked(&desk, &cookie, "/ho-so").await.len();
    assert!(found.len() < all);
    // The same name again is the newer filter.
    let again = desk
        .form(&cookie, "/ho-so/loc", "ten=Người+quen&standing=late")
        .await;
    assert_eq!(again.location, saved.location);
    assert_eq!(desk.rows("SELECT id FROM saved_filter").await.len(), 1);
    let other = desk.sign_in_demo("leader").await;
    assert_eq!(desk.page(&other, &saved.location).await.status, 404);
    let drop = saved.location.replace("/ho-so?loc=", "/ho-so/loc/") + "/xoa";
    desk.form(&other, &drop, "").await;
    assert_eq!(desk.rows("SELECT id FROM saved_filter").await.len(), 1);
    desk.form(&cookie, &drop, "").await;
    assert_eq!(desk.page(&cookie, &saved.location).await.status, 404);
    let nameless = desk
        .form(&cookie, "/ho-so/loc", "ten=+&standing=late")
        .await;
    assert_eq!(nameless.status, 422, "{}", nameless.body);
    assert!(nameless.body.contains("Chưa ghi tên bộ lọc"));
}

#[tokio::test]
async fn the_columns_of_an_account_are_those_of_its_files() {
    let desk = Desk::of_demo(60, 5).await;
    let cookie = desk.sign_in_demo("office").await;
    let chosen = desk
        .form(
            &cookie,
            "/ho-so/cot",
            "ve=/ho-so%3Fstanding%3Dlate&cot=id_number&cot=returned_at&cot=standing&cot=none",
        )
        .await;
    assert_eq!(chosen.location, "/ho-so?standing=late");
    let page = desk.page(&cookie, "/ho-so").await.body;
    let heads: Vec<&str> = between(&page, "role=\"columnheader\"", "</th>")
        .iter()
        .skip(1)
        .map(|head| {
            let head = head
                .rsplit_once("class=\"sort\"")
                .map_or(*head, |(_, head)| head);
            head.split('>').nth(1).unwrap().split('<').next().unwrap()
        })
        .collect();
    assert_eq!(
        heads,
        [
            "Tình trạng",
            "Mã hồ sơ",
            "Người nộp",
            "Thủ tục",
            "Số giấy tờ",
            "Trả lúc"
        ]
    );
    let id = &desk
        .rows("SELECT id_number AS n FROM dossier WHERE id_number IS NOT NULL ORDER BY id DESC LIMIT 1")
        .await[0]["n"];
    assert!(
        !page.contains(id.as_str().unwrap()),
        "the ID number by its end"
    );
    let file = desk.page(&cookie, "/ho-so/tep?dang=csv").await.body;
    assert_eq!(
        file.trim_start_matches('\u{feff}').lines().next().unwrap(),
        "Mã hồ sơ,Người nộp,Số giấy tờ,Trả lúc,Tên thủ tục,Tình trạng"
    );
    let json = desk.page(&cookie, "/ho-so/tep?dang=json").await.body;
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(rows[0].as_object().unwrap().len(), 6);
    // Nobody else's list changed; and ours come back.
    let other = desk.sign_in_demo("leader").await;
    assert!(desk.page(&other, "/ho-so").await.body.contains(">Đang ở<"));
    desk.form(&cookie, "/ho-so/cot", "ban-dau=1&cot=note").await;
    assert!(desk.page(&cookie, "/ho-so").await.body.contains(">Đang ở<"));
    let file = desk.page(&cookie, "/ho-so/tep?dang=csv").await.body;
    assert_eq!(file.lines().next().unwrap().split(',').count(), 22);
    let away = desk
        .form(&cookie, "/ho-so/cot", "ve=https://la.vn/ho-so")
        .await;
    assert_eq!(away.location, "/ho-so");
}
