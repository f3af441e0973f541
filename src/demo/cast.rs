//! Who plays: staff named after the roles, applicants with generated names.
use rand::{Rng, RngExt};

use super::PASSWORD;
use crate::{
    actions::{actor::Actor, add_account, applicant::ApplicantInput, charge},
    app::App,
    domain::{role::Role, time::local_day},
    error::{Error, Result},
    store::{accounts, dossiers, holdings},
};

const NAMES: &str = include_str!("../../config/demo/names.csv");
const VILLAGES: &str = include_str!("../../config/demo/villages.csv");

/// Username, name, title, role. None is meant to be a real person.
const STAFF: [(&str, &str, &str, Role); 8] = [
    (
        "receptionist",
        "Hoàng Thị Kim Hoa",
        "Tiếp nhận · Quầy 1",
        Role::Receptionist,
    ),
    (
        "specialist",
        "Trương Đức Huy",
        "Tư pháp – Hộ tịch",
        Role::Specialist,
    ),
    (
        "specialist-dc",
        "Phan Văn Lợi",
        "Địa chính – Xây dựng",
        Role::Specialist,
    ),
    (
        "specialist-vh",
        "Đặng Thị Kim Hằng",
        "Văn hóa – Xã hội",
        Role::Specialist,
    ),
    (
        "leader",
        "Văn Bá Hùng",
        "Phó Chủ tịch UBND xã",
        Role::Leader,
    ),
    (
        "leader-ct",
        "Trần Đình Ngữ",
        "Chủ tịch UBND xã",
        Role::Leader,
    ),
    (
        "office",
        "Hồ Ngọc Hằng",
        "Văn phòng – Thống kê",
        Role::Office,
    ),
    ("admin", "Quản trị bản dùng thử", "Quản trị", Role::Admin),
];

/// The staff of the demo, ready to act.
pub struct Cast {
    actors: Vec<(String, Actor)>,
    people: Vec<Person>,
    villages: Vec<String>,
}

struct Person {
    name: String,
    ascii: String,
    born: u32,
}

impl Cast {
    /// Adds the accounts and reads the names.
    pub async fn hire(app: &App) -> Result<Self> {
        for (username, name, title, role) in STAFF {
            let input = add_account::Input {
                username: username.into(),
                name: name.into(),
                title: title.into(),
                password: PASSWORD.into(),
                email: format!("{username}@example.com"),
            };
            add_account::run(app, 1, role, &input, None).await?;
        }
        let mut actors = Vec::new();
        for account in accounts::all(app.store.read()).await? {
            actors.push((
                account.username.clone(),
                Actor {
                    agency: account.agency_id,
                    role: account.role(),
                    key_owner: format!("account:{}", account.id),
                    name: account.name,
                    account: Some(account.id),
                },
            ));
        }
        Ok(Self {
            actors,
            people: people()?,
            villages: column(VILLAGES, "village")?,
        })
    }

    pub fn actor(&self, username: &str) -> Result<&Actor> {
        self.actors
            .iter()
            .find(|(name, _)| name == username)
            .map(|(_, actor)| actor)
            .ok_or_else(|| Error::internal(format!("no demo account {username}")))
    }

    /// That one, or the colleague who has the dossier now: it came to a stand-in, or stayed
    /// with one.
    pub async fn in_charge(&self, app: &App, username: &str, code: &str) -> Result<&Actor> {
        let actor = self.actor(username)?;
        let db = app.store.read();
        let dossier = dossiers::by_code(db, actor.agency, code).await?;
        let today = local_day(app.clock.now());
        if charge::elsewhere(db, actor, &dossier, today)
            .await?
            .is_none()
        {
            return Ok(actor);
        }
        let open = holdings::open_of(db, [dossier.id]).await?;
        let holder = open.get(&dossier.id).and_then(|row| row.account_id);
        let holder = holder.or(dossier.assigned_to);
        let has = |other: &&(String, Actor)| other.1.account == holder;
        Ok(self
            .actors
            .iter()
            .find(has)
            .map_or(actor, |(_, other)| other))
    }

    /// Who works on a field.
    pub fn specialist_of(field: &str) -> &'static str {
        match field {
            "Hộ tịch" | "Chứng thực" | "Nuôi con nuôi" => "specialist",
            "Đất đai" | "Môi trường" | "Xây dựng" | "Nông nghiệp" | "Trồng trọt" => {
                "specialist-dc"
            }
            _ => "specialist-vh",
        }
    }

    /// Someone who comes to the desk.
    pub fn applicant(&self, rng: &mut impl Rng) -> ApplicantInput {
        let person = &self.people[rng.random_range(0..self.people.len())];
        let village = &self.villages[rng.random_range(0..self.villages.len())];
        let number = format!(
            "046{}{:02}{:06}",
            rng.random_range(0..4),
            person.born % 100,
            rng.random_range(0..1_000_000)
        );
        ApplicantInput {
            name: person.name.clone(),
            kind: "citizen".into(),
            id_number: rng.random_bool(0.9).then_some(number),
            phone: rng.random_bool(0.7).then(|| {
                format!(
                    "09{:02} {:03} {:03}",
                    rng.random_range(0..100),
                    rng.random_range(0..1000),
                    rng.random_range(0..1000)
                )
            }),
            email: rng.random_bool(0.2).then(|| {
                format!(
                    "{}@example.com",
                    person.ascii.to_lowercase().replace(' ', ".")
                )
            }),
            address: Some(format!("thôn {village}, xã Quảng Ngạn")),
            notify: None,
        }
    }
}

fn people() -> Result<Vec<Person>> {
    let names = column(NAMES, "full_name")?;
    let ascii = column(NAMES, "ascii")?;
    let born = column(NAMES, "birth_year")?;
    Ok(names
        .into_iter()
        .zip(ascii)
        .zip(born)
        .map(|((name, ascii), born)| Person {
            name,
            ascii,
            born: born.parse().unwrap_or(1980),
        })
        .collect())
}

fn column(file: &str, name: &str) -> Result<Vec<String>> {
    // These files carry a remark with commas of its own; rows of another width are kept.
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(file.as_bytes());
    let place = reader
        .headers()
        .map_err(Error::internal)?
        .iter()
        .position(|head| head == name)
        .ok_or_else(|| Error::internal(format!("no column {name}")))?;
    let mut cells = Vec::new();
    for row in reader.records() {
        let row = row.map_err(Error::internal)?;
        cells.extend(
            row.get(place)
                .filter(|cell| !cell.is_empty())
                .map(str::to_owned),
        );
    }
    Ok(cells)
}
