//! Every number of every report page that is a link, on a simulated year: followed, and
//! compared with the number of rows that stand behind it.
use std::collections::BTreeSet;

use crate::harness::Desk;

/// The pages, and at least how many numbers each leads on from.
const PAGES: [(&str, usize); 23] = [
    ("/bao-cao?ky=2021", 40),
    ("/bao-cao?ky=2021-Q3&linh-vuc=H%E1%BB%99%20t%E1%BB%8Bch", 8),
    ("/bao-cao/giai-quyet?ky=2021-Q3", 20),
    ("/bao-cao/giai-quyet?ky=2021&theo=officer&kenh=online", 10),
    ("/bao-cao/dung-han?ky=2021", 60),
    ("/bao-cao/dung-han?ky=2021-Q2&kenh=desk", 20),
    ("/bao-cao/4-tai-cho", 8),
    ("/bao-cao/4-tai-cho/de-xuat", 20),
    ("/bao-cao/xin-loi?ky=2021", 15),
    ("/bao-cao/xin-loi?ky=2021&kenh=desk", 10),
    ("/bao-cao/trach-nhiem?ky=2021", 12),
    ("/bao-cao/trach-nhiem?ky=2021&theo=step", 10),
    ("/bao-cao/trach-nhiem?ky=2021&theo=agency&kenh=online", 4),
    ("/bao-cao/cham-diem?ky=2021", 15),
    ("/bao-cao/nhip?ky=2021", 60),
    ("/bao-cao/nhip?ky=2021-Q3&thu-tuc=2.000815", 4),
    ("/bao-cao/ra-soat?ky=2021", 40),
    ("/bao-cao/ra-soat?ky=2021&kenh=post", 2),
    ("/bao-cao/quy?ky=2021-Q3", 40),
    ("/bao-cao/don-vi?ky=2021-Q3", 28),
    ("/chi-tieu", 5),
    ("/bao-cao/hai-long?ky=2021", 0),
    ("/ke-hoach", 3),
];

/// What is counted, as the page of rows says it.
const NOUNS: [&str; 6] = ["hồ sơ", "thủ tục", "lượt giữ", "lần dừng", "phản ánh", "kỳ"];

/// Links whose words are one number, within the page's main part: address and number.
fn numbers(page: &str) -> BTreeSet<(String, u64)> {
    let main = page.split("<main").nth(1).unwrap();
    main.split("<a ")
        .skip(1)
        .filter_map(|link| {
            let (head, rest) = link.split_once('>')?;
            let words = rest.split_once("</a>")?.0;
            let address = head.split("href=\"").nth(1)?.split_once('"')?.0;
            let number = words.replace('.', "").parse().ok()?;
            Some((address.replace("&amp;", "&"), number))
        })
        // Pages of a list are numbered too.
        .filter(|(address, _)| !address.contains("&trang=") && !address.contains("?trang="))
        .collect()
}

/// The rows of the first table of a page.
fn rows(page: &str) -> usize {
    let table = page.split("<tbody").nth(1).unwrap_or_default();
    let table = table.split("</tbody>").next().unwrap_or_default();
    table.matches("<tr").count()
}

#[tokio::test]
async fn every_number_is_the_count_of_the_rows_behind_it() {
    let desk = Desk::of_demo(250, 6).await;
    let cookie = desk.sign_in_demo("office").await;
    // All of them when there is time; else every so many.
    let most = if std::env::var_os("MOTCUA_LONG").is_some() {
        usize::MAX
    } else {
        50
    };
    let mut followed = BTreeSet::new();
    for (path, least) in PAGES {
        let page = desk.page(&cookie, path).await;
        assert_eq!(page.status, 200, "{path}");
        let all = numbers(&page.body);
        assert!(
            all.len() >= least,
            "{path}: only {} numbers lead on",
            all.len()
        );
        let step = all.len().div_ceil(most).max(1);
        for (address, shown) in all.into_iter().step_by(step) {
            if !followed.insert((address.clone(), shown)) {
                continue;
            }
            let behind = desk.page(&cookie, &address).await;
            assert_eq!(behind.status, 200, "{path}: {address}");
            let said = format!("<b>{}</b> ", motcua::domain::viet::number(shown));
            let counted = NOUNS
                .iter()
                .any(|noun| behind.body.contains(&format!("{said}{noun}")));
            assert!(counted, "{path} shows {shown}, not so {address}");
            // What is no longer than a page stands there row by row.
            if shown <= 50 && address.starts_with("/bao-cao") {
                assert_eq!(rows(&behind.body) as u64, shown, "{path}: {address}");
            }
        }
    }
    assert!(followed.len() > 300, "{} numbers followed", followed.len());
    println!("numbers followed to their rows: {}", followed.len());
}
