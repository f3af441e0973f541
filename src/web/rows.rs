//! How does a dossier look in a list? Its badge counted in working days, its procedure, who holds it.
use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use maud::Markup;

use super::{
    list_columns::words_of,
    parts::{
        self, DossierGroup, DossierRow, DossierTable, LIST_COLUMNS, ListColumn, RowAct,
        dossier_table,
    },
    paths,
};
use crate::{
    app::App,
    config::AfterReappointment,
    domain::{
        dossier::{Act, Status, allowed},
        office::Office,
        procedure::Procedure,
        role::Role,
        standing::Standing,
        time::{local_day, to_local},
        viet,
    },
    error::Result,
    store::{accounts, dossiers::Dossier, procedures, register::Found},
};

/// Whether lateness is judged by the new date.
pub fn by_new_date(app: &App) -> bool {
    app.settings.figures.after_reappointment == AfterReappointment::New
}

/// What the badges of a page depend on.
pub struct Badges {
    pub office: Arc<Office>,
    pub now: DateTime<Utc>,
    by_new_date: bool,
}

impl Badges {
    /// Days are counted as one agency works.
    pub async fn load(app: &App, agency: i64) -> Result<Self> {
        Ok(Self {
            office: app.office(agency).await?,
            now: app.clock.now(),
            by_new_date: by_new_date(app),
        })
    }

    /// The badge of a dossier, where it has a standing.
    pub fn of(&self, dossier: &Dossier) -> Option<parts::Standing> {
        let standing = dossier.standing(self.by_new_date, self.now);
        if standing == Standing::Undated {
            return Some(parts::Standing::Undated);
        }
        let due = local_day(dossier.bounds(self.by_new_date)?.day);
        let today = local_day(self.now);
        let ended = dossier.judged_at.map_or(today, local_day);
        Some(match standing {
            Standing::Early => parts::Standing::Early {
                days: self.days(ended, due),
            },
            Standing::OnTime => parts::Standing::OnTime,
            Standing::Late => parts::Standing::Late {
                days: self.days(due, ended),
            },
            Standing::InTime => parts::Standing::InTime {
                days: self.days(today, due),
            },
            Standing::DueToday => parts::Standing::DueToday {
                at: dossier
                    .due_at
                    .map_or_else(Default::default, |due| to_local(due).time()),
            },
            Standing::Overdue => parts::Standing::Overdue {
                days: self.days(due, today),
            },
            Standing::Waiting => parts::Standing::Waiting,
            Standing::Undated => parts::Standing::Undated,
            Standing::None => return None,
        })
    }

    /// Working days after one day up to another; plain days where the calendar ends.
    fn days(&self, after: NaiveDate, until: NaiveDate) -> u32 {
        self.office
            .calendar
            .working_days_between(after, until)
            .unwrap_or_else(|_| u32::try_from((until - after).num_days()).unwrap_or_default())
    }
}

/// What may be done from a list by one key.
const LIST_ACTS: [(&str, &str, Act); 3] = [
    ("T", "Trả kết quả", Act::ReturnResult),
    ("B", "Yêu cầu bổ sung", Act::RequestSupplement),
    ("X", "Xin lỗi, hẹn lại", Act::DraftApology),
];

/// Rows to be shown, with what they name.
pub struct Listed {
    badges: Badges,
    procedures: HashMap<i64, Procedure>,
    holders: HashMap<i64, String>,
}

impl Listed {
    pub async fn load<'a>(
        app: &App,
        agency: i64,
        rows: impl Iterator<Item = &'a Dossier> + Clone,
    ) -> Result<Self> {
        let mut versions: Vec<i64> = rows.clone().map(|row| row.procedure_version_id).collect();
        versions.sort_unstable();
        versions.dedup();
        let mut people: Vec<i64> = rows.filter_map(|row| row.assigned_to).collect();
        people.sort_unstable();
        people.dedup();
        let db = app.store.read();
        Ok(Self {
            badges: Badges::load(app, agency).await?,
            procedures: procedures::by_ids(db, versions).await?,
            holders: accounts::names(db, people).await?,
        })
    }

    /// Who has it now.
    pub fn holder(&self, row: &Dossier) -> String {
        let named = row
            .assigned_to
            .and_then(|id| self.holders.get(&id))
            .cloned();
        match row.status() {
            Status::Registered => "Chờ tiếp nhận".into(),
            Status::Received => named.unwrap_or_else(|| "Tại quầy".into()),
            Status::Processing if row.approved_at.is_some() => "Đã duyệt, chờ kết quả".into(),
            Status::Processing if row.appraised_at.is_some() => "Chờ lãnh đạo ký".into(),
            Status::Processing => named.unwrap_or_else(|| "Bộ phận chuyên môn".into()),
            Status::AwaitingSupplement | Status::AwaitingPayment => "Chờ người nộp".into(),
            Status::Processed => "Tại quầy, chờ trả".into(),
            ended => ended.label().to_owned(),
        }
    }

    /// The table of some groups.
    pub fn table(&self, label: &str, groups: &[Group], look: &Look) -> Markup {
        let words: Vec<Vec<Words>> = groups
            .iter()
            .map(|group| {
                let words = |row| self.words(row, &group.list, look);
                group.rows.iter().map(words).collect()
            })
            .collect();
        let acts: Vec<Vec<Vec<RowAct>>> = words
            .iter()
            .map(|rows| rows.iter().map(Words::acts).collect())
            .collect();
        let shown: Vec<DossierGroup> = groups
            .iter()
            .zip(&words)
            .zip(&acts)
            .map(|((group, words), acts)| DossierGroup {
                title: &group.title,
                total: usize::try_from(group.total).unwrap_or(usize::MAX),
                rows: group
                    .rows
                    .iter()
                    .zip(words)
                    .zip(acts)
                    .map(|((row, words), acts)| DossierRow {
                        standing: self.badges.of(row),
                        status: row.status().label(),
                        code: &row.code,
                        href: &words.href,
                        applicant: &row.applicant_name,
                        procedure: self
                            .procedures
                            .get(&row.procedure_version_id)
                            .map_or("", |procedure| procedure.name.as_str()),
                        holder: &words.holder,
                        due: &words.due,
                        put_off: &words.put_off,
                        acts,
                        more: &words.more,
                        version: row.version,
                    })
                    .collect(),
            })
            .collect();
        dossier_table(&DossierTable {
            label,
            columns: &look.columns,
            choose: look.choose,
            groups: &shown,
        })
    }

    fn words(&self, row: &Dossier, list: &str, look: &Look) -> Words {
        let act = |act: Act| paths::in_list(&paths::dossier_act(&row.code, act.code()), list);
        let procedure = self.procedures.get(&row.procedure_version_id);
        Words {
            href: paths::in_list(&paths::dossier(&row.code), list),
            holder: self.holder(row),
            due: row
                .original_due_at
                .or(row.due_at)
                .map(|due| parts::near(local_day(due), local_day(self.badges.now)))
                .unwrap_or_default(),
            put_off: row
                .appointed_day
                .map(|day| parts::near(local_day(day), local_day(self.badges.now)))
                .unwrap_or_default(),
            more: look
                .columns
                .iter()
                .map(|column| (column.name, words_of(column.name, row, procedure)))
                .collect(),
            links: LIST_ACTS
                .into_iter()
                .filter(|(_, _, act)| allowed(*act, look.role, true))
                .map(|(key, label, of)| (key, label, act(of)))
                .chain([(
                    "G",
                    "In giấy hẹn",
                    paths::dossier_letter(&row.code, "giay-hen"),
                )])
                .collect(),
        }
    }
}

/// "12.345", or "hơn 1.000" where a search was counted no further.
pub fn how_many(found: Found) -> String {
    let counted = viet::number(found.counted);
    if found.more {
        format!("hơn {counted}")
    } else {
        counted
    }
}

/// Some dossiers of a list.
pub struct Group {
    pub title: String,
    /// The true number, which may be more than the rows.
    pub total: u64,
    pub rows: Vec<Dossier>,
    /// The list that they are a part of, by its name in an address.
    pub list: String,
}

/// How a list is shown.
pub struct Look {
    /// Whose acts the rows offer.
    pub role: Role,
    pub columns: Vec<ListColumn>,
    /// Whether rows can be chosen.
    pub choose: bool,
}

impl Look {
    /// The usual columns.
    pub fn of(role: Role) -> Self {
        Self {
            role,
            columns: LIST_COLUMNS.to_vec(),
            choose: false,
        }
    }
}

/// The words of a row that the row's parts borrow.
struct Words {
    href: String,
    holder: String,
    due: String,
    put_off: String,
    more: Vec<(&'static str, String)>,
    links: Vec<(&'static str, &'static str, String)>,
}

impl Words {
    fn acts(&self) -> Vec<RowAct<'_>> {
        self.links
            .iter()
            .map(|(key, label, href)| RowAct { key, label, href })
            .collect()
    }
}
