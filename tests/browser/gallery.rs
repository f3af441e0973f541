//! Every page that there is, by the table of routes: at the desk and on a telephone, full
//! and empty, looked at by axe. With `MOTCUA_GALLERY=DIR` each is kept as pictures of
//! four widths, in the dark, enlarged twice and as printed.
use std::path::PathBuf;

use crate::{
    axe::{in_the_dark, problems},
    driver::{Browser, Screen},
    house::{House, PASSWORD},
    pictures::keep,
};
use motcua::{
    actions::list_for_erasure,
    demo,
    domain::{dossier::Status, role::Role, standing::Standing},
    secret,
    store::register::{self, Filter},
};

/// No pages, or pages that another journey looks at with axe.
const LEFT_OUT: [(&str, &str); 28] = [
    ("/ban-thu", "looked at where the demo is opened"),
    ("/ho-so/nhieu/{id}", "looked at where many are acted on"),
    ("/ho-so/tep", "a file"),
    ("/ho-so/{code}/in/{letter}", "a paper"),
    ("/ho-so/{code}/phieu-tra", "a paper"),
    ("/viec/{name}", "looked at where long work is followed"),
    ("/viec/{name}/tep", "a file"),
    ("/so-theo-doi", "a paper"),
    ("/thu-tuc/niem-yet.pdf", "a paper"),
    ("/thu-tuc/{code}/niem-yet.pdf", "a paper"),
    ("/thu-tuc/{code}/to-khai/{id}", "a file"),
    ("/thong-bao/{id}/phieu", "a paper"),
    ("/phan-anh/danh-sach/tep", "a file"),
    ("/quy-trinh/tep", "a file"),
    ("/nhap/{id}/sai", "a file"),
    ("/huong-dan/hinh/{name}", "a picture"),
    ("/nhap/{id}", "looked at where files are brought in"),
    ("/nhap/{id}/doi-chieu", "a file"),
    ("/ho-so/moi/ngay-hen", "part of a page"),
    ("/thu-tuc/tim", "for a script"),
    ("/healthz", "for a machine"),
    ("/readyz", "for a machine"),
    ("/metrics", "for a machine"),
    ("/thiet-lap/{token}", "looked at by the first set-up"),
    (
        "/ngung-thong-bao/{token}",
        "looked at where notices are stopped",
    ),
    ("/dang-nhap/ma", "looked at by the first set-up"),
    ("/kiosk", "looked at by the kiosk's journey"),
    ("/tai/{key}", "leads on to a page"),
];

/// What stands for the parts of an address; a page of several states has several.
const PLACES: [(&str, &[&str]); 25] = [
    ("/xoa-du-lieu/{id}", &["/xoa-du-lieu/{erasure}"]),
    (
        "/tra-cuu",
        &[
            "/tra-cuu",
            "/tra-cuu?code={done}&s={secret}",
            "/tra-cuu?code={waiting}",
            "/tra-cuu?code=000.00.00.H57-210101-9999",
        ],
    ),
    (
        "/tinh-ngay",
        &[
            "/tinh-ngay",
            "/tinh-ngay?ngay=16/4/2021&gio=10:00&so=5&don_vi=ngay_lam_viec",
        ],
    ),
    ("/khao-sat/{token}", &["/khao-sat/{survey}"]),
    ("/ket-qua", &["/ket-qua", "/ket-qua?thang=2021-08"]),
    (
        "/thu-tuc",
        &["/thu-tuc", "/thu-tuc?q=khai+sinh", "/thu-tuc?q=khong+co"],
    ),
    (
        "/thu-tuc/{code}",
        &["/thu-tuc/1.001193", "/thu-tuc/2.000815"],
    ),
    (
        "/ho-so",
        &[
            "/ho-so",
            "/ho-so?standing=overdue",
            "/ho-so?sap=-hen&status=returned",
            "/ho-so?q=khong+ai+ten+the",
        ],
    ),
    (
        "/ho-so/moi",
        &[
            "/ho-so/moi",
            "/ho-so/moi?thu-tuc=1.001193",
            "/ho-so/moi?thu-tuc=2.002165",
        ],
    ),
    (
        "/ho-so/{code}",
        &[
            "/ho-so/{open}",
            "/ho-so/{waiting}",
            "/ho-so/{done}",
            "/ho-so/{late}",
        ],
    ),
    ("/ho-so/{code}/tai-cho", &["/ho-so/{open}/tai-cho"]),
    (
        "/ho-so/{code}/{act}",
        &[
            "/ho-so/{open}/assign",
            "/ho-so/{open}/request_supplement",
            "/ho-so/{open}/ask_agency",
            "/ho-so/{late}/draft_apology",
            "/ho-so/{open}/refuse",
        ],
    ),
    (
        "/xin-loi",
        &[
            "/xin-loi?muc=cho-ky",
            "/xin-loi?muc=soan",
            "/xin-loi?muc=tre",
            "/xin-loi?muc=lai",
            "/xin-loi?muc=da-ky",
        ],
    ),
    ("/xin-loi/{code}", &["/xin-loi/{late}"]),
    (
        "/phan-anh/danh-sach/{code}",
        &["/phan-anh/danh-sach/PA-2021-0001"],
    ),
    (
        "/phan-anh/danh-sach/{code}/{act}",
        &["/phan-anh/danh-sach/PA-2021-0016/classify"],
    ),
    ("/danh-muc/{code}/to-khai", &["/danh-muc/1.001193/to-khai"]),
    ("/danh-muc/{code}/o-day", &["/danh-muc/1.001193/o-day"]),
    (
        "/bao-cao/4-tai-cho/ho-so",
        &["/bao-cao/4-tai-cho/ho-so?thu-tuc=2.000815&tu=1/1/2021&ngay=10/12/2021"],
    ),
    (
        "/bao-cao/giai-quyet/ho-so",
        &["/bao-cao/giai-quyet/ho-so?ky=2021&o=received"],
    ),
    (
        "/bao-cao/trach-nhiem/luot",
        &["/bao-cao/trach-nhiem/luot?ky=2021&theo=step&o=all"],
    ),
    (
        "/nhan-su/{username}/tai-khoan-tinh",
        &["/nhan-su/specialist/tai-khoan-tinh"],
    ),
    ("/nhan-su/{username}/khoa", &["/nhan-su/specialist/khoa"]),
    (
        "/nhan-su/{username}/mat-khau",
        &["/nhan-su/specialist/mat-khau"],
    ),
    (
        "/so-van-ban/{kind}/{year}/{number}/huy",
        &["/so-van-ban/apology/2021/1/huy"],
    ),
];

const NAMES: [&str; 7] = [
    "{erasure}",
    "{open}",
    "{waiting}",
    "{done}",
    "{late}",
    "{secret}",
    "{survey}",
];

/// A page and who looks at it: the first of the table's roles that may.
struct Look {
    role: Option<Role>,
    path: String,
    /// Under which its pictures are kept.
    name: String,
}

/// Pages that are others for others.
const ALSO: [(Role, &str); 7] = [
    (Role::Specialist, "/ban-lam-viec"),
    (Role::Leader, "/ban-lam-viec"),
    (Role::Office, "/ban-lam-viec"),
    (Role::Admin, "/ban-lam-viec"),
    (Role::Leader, "/xin-loi"),
    (Role::Admin, "/nhan-su"),
    (Role::Office, "/bao-cao"),
];

const ROLES: [(usize, Role); 5] = [
    (3, Role::Receptionist),
    (4, Role::Specialist),
    (5, Role::Leader),
    (6, Role::Office),
    (7, Role::Admin),
];

/// Every page of the table, by role.
fn looks(samples: &[(&str, String)]) -> Vec<Look> {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/routes.csv");
    let table = std::fs::read_to_string(table).unwrap();
    let mut looks = Vec::new();
    for line in table.lines().filter(|line| line.starts_with("GET,")) {
        let cells: Vec<&str> = line.split(',').collect();
        let route = cells[1];
        if route.starts_with("/api/") || LEFT_OUT.iter().any(|(left, _)| *left == route) {
            continue;
        }
        let alone = [route];
        let known = PLACES.iter().find(|(place, _)| *place == route);
        let places = known.map_or(&alone[..], |(_, places)| places);
        let public = cells[2] == "yes";
        let mut able = ROLES.iter().find(|(cell, _)| cells[*cell] == "yes");
        if route.ends_with("{code}/{act}") {
            // The table speaks of the route; most acts are for those who decide.
            able = ROLES.last();
        }
        for place in places {
            let mut path = (*place).to_owned();
            for (name, value) in samples {
                path = path.replace(&format!("{{{name}}}"), value);
            }
            // What an empty office has none of; the full one has everything.
            if samples.is_empty() && NAMES.iter().any(|name| path.contains(name)) {
                continue;
            }
            let path = path
                .replace("/bao-cao/chot-so/{id}", "/bao-cao/chot-so/1")
                .replace("don-vi/{key}/ho-so", "don-vi/quang-ngan/ho-so?o=received")
                .replace("/quy-trinh/{version}", "/quy-trinh/1");
            assert!(
                !path.contains('{'),
                "{path} of {route} has no sample: add one, or leave it out by name"
            );
            looks.push(Look {
                role: if public {
                    None
                } else {
                    able.map(|(_, role)| *role)
                },
                name: path.clone(),
                path,
            });
        }
    }
    looks.extend(ALSO.map(|(role, path)| Look {
        role: Some(role),
        path: path.to_owned(),
        name: format!("{path}-{}", role.code()),
    }));
    looks.sort_by_key(|look| look.role.map(Role::code));
    assert!(looks.len() > 60, "{}", looks.len());
    looks
}

/// One code of each state, where the office has one.
pub async fn samples(house: &House) -> Vec<(&'static str, String)> {
    let filters = [
        (
            "open",
            Filter {
                status: Some(Status::Processing),
                ..Filter::default()
            },
        ),
        (
            "waiting",
            Filter {
                status: Some(Status::AwaitingSupplement),
                ..Filter::default()
            },
        ),
        (
            "done",
            Filter {
                status: Some(Status::Returned),
                ..Filter::default()
            },
        ),
        (
            "late",
            Filter {
                standing: Some(Standing::Overdue),
                ..Filter::default()
            },
        ),
    ];
    let mut samples = Vec::new();
    if !house.app.settings.retention.years.is_empty() {
        samples.push(("erasure", "1".to_owned()));
    }
    for (name, filter) in filters {
        let filter = Filter {
            agency: 1,
            ..filter
        };
        let now = house.app.clock.now();
        let (rows, _) = register::page(house.app.store.read(), &filter, false, now, 1)
            .await
            .unwrap();
        let Some(dossier) = rows.first() else {
            continue;
        };
        samples.push((name, dossier.code.clone()));
        if name == "done" {
            samples.push(("secret", house.app.secret_of(dossier).unwrap()));
            samples.push((
                "survey",
                secret::survey_token(&house.app.secret_of(dossier).unwrap()),
            ));
        }
    }
    samples
}

/// Looks at every page; what is wrong with any of them.
async fn walk(house: &House, screen: Screen, password: &str, folder: &str) -> usize {
    let samples = samples(house).await;
    let browser = Browser::open(&house.address, screen).await;
    let mut wrong = Vec::new();
    let mut role = None;
    let looks = looks(&samples);
    for look in &looks {
        if look.role != role {
            role = look.role;
            browser.sign_in(role.unwrap().code(), password).await;
        }
        browser.go(&look.path).await;
        let answered = browser
            .script("return performance.getEntriesByType('navigation')[0].responseStatus")
            .await;
        // An empty office says of a thing that it has none.
        if answered != 200 && !(answered == 404 && folder == "empty") {
            wrong.push(format!("{} answered {answered}", look.path));
        }
        wrong.extend(problems(&browser).await);
        wrong.extend(in_the_dark(&browser).await);
        if let Some(gallery) = std::env::var_os("MOTCUA_GALLERY") {
            keep(&browser, &PathBuf::from(gallery).join(folder), &look.name).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    looks.len()
}

async fn empty() -> House {
    let house = House::at("2021-04-16T10:00").await;
    for (_, role) in ROLES {
        house.hire(role).await;
    }
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_with_rows_in_it() {
    // So many that every state of a dossier is there.
    let mut house = House::of_the_demo(2000).await;
    // And a list of what is over by the settings, as the Office makes it.
    house.set(|settings| {
        settings.retention.years.insert("2.000815".into(), 1);
    });
    let office = house.actor(Role::Office).await;
    list_for_erasure::run(&house.app, &office).await.unwrap();
    let desk = walk(&house, Screen::Desk, demo::PASSWORD, "full");
    let phone = async {
        // The pictures of all widths are taken at the desk.
        match std::env::var_os("MOTCUA_GALLERY") {
            Some(_) => 0,
            None => walk(&house, Screen::Phone, demo::PASSWORD, "telephone").await,
        }
    };
    let (desk, phone) = tokio::join!(desk, phone);
    println!("{desk} pages at the desk, {phone} on a telephone");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_an_empty_office() {
    let house = empty().await;
    walk(&house, Screen::Desk, PASSWORD, "empty").await;
}
