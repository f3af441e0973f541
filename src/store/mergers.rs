//! What goes over when an agency becomes part of another, and what stays.
use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::Expr,
};

use super::{
    Reader, Write,
    accounts::Account,
    agencies::{self, AgencyName},
    dossiers::Dossier,
    memberships::Membership,
    tables::{
        dossier::dossier,
        feedback::feedback,
        office::{agency, agency_move, agency_version},
        staff::{account, api_token, membership},
    },
};
use crate::{
    domain::{dossier::Status, office::Before, role::Role, time::day_start},
    error::Result,
};

/// Rows that belong to whoever has the dossier now. Papers and their numbers stay: they
/// left under the old name.
const GO_ALONG: [&str; 5] = [
    "holding",
    "notice_link",
    "outbox",
    "transfer",
    "survey_token",
];

/// The dossiers that an agency still owes somebody: open, or with a result not handed over.
pub async fn owed(db: &impl Reader, agency: i64) -> Result<Vec<Dossier>> {
    let over = [
        Status::Returned,
        Status::Withdrawn,
        Status::Stopped,
        Status::Rejected,
    ];
    Ok(dossier::Entity::find()
        .filter(dossier::Column::AgencyId.eq(agency))
        .filter(dossier::Column::Status.is_not_in(over.map(Status::code)))
        .order_by_asc(dossier::Column::Id)
        .all(db)
        .await?)
}

/// The last that an agency received on or after a day, whatever became of it, and when.
pub async fn received_since(
    db: &impl Reader,
    agency: i64,
    day: NaiveDate,
) -> Result<Option<(String, DateTime<Utc>)>> {
    let row: Option<(String, Option<DateTime<Utc>>)> = dossier::Entity::find()
        .select_only()
        .columns([dossier::Column::Code, dossier::Column::ReceivedAt])
        .filter(dossier::Column::AgencyId.eq(agency))
        .filter(dossier::Column::ReceivedAt.gte(day_start(day)))
        .order_by_desc(dossier::Column::ReceivedAt)
        .into_tuple()
        .one(db)
        .await?;
    Ok(row.and_then(|(code, at)| Some((code, at?))))
}

/// Who works there beside an agency of their own.
pub async fn guests(db: &impl Reader, agency: i64) -> Result<Vec<Membership>> {
    Ok(membership::Entity::find()
        .filter(membership::Column::AgencyId.eq(agency))
        .all(db)
        .await?)
}

/// What stays open in the old agency: feedback without an answer, tokens of programs.
pub async fn left_open(db: &impl Reader, agency: i64) -> Result<(u64, u64)> {
    let said = feedback::Entity::find()
        .filter(feedback::Column::AgencyId.eq(agency))
        .filter(feedback::Column::AnsweredAt.is_null())
        .filter(feedback::Column::HandledAt.is_null());
    let tokens = api_token::Entity::find()
        .filter(api_token::Column::AgencyId.eq(agency))
        .filter(api_token::Column::RevokedAt.is_null());
    Ok((said.count(db).await?, tokens.count(db).await?))
}

/// The accounts whose own agency it is, disabled ones too.
pub async fn staff(db: &impl Reader, agency: i64) -> Result<Vec<Account>> {
    Ok(account::Entity::find()
        .filter(account::Column::AgencyId.eq(agency))
        .order_by_asc(account::Column::Id)
        .all(db)
        .await?)
}

/// When a dossier went from one agency to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub from_agency: i64,
    pub on_day: NaiveDate,
}

/// The moves of what an agency gave away or was given, by dossier, the latest last.
pub async fn moves(db: &impl Reader, agency: i64) -> Result<HashMap<i64, Vec<Move>>> {
    let rows = agency_move::Entity::find()
        .filter(
            Condition::any()
                .add(agency_move::Column::FromAgency.eq(agency))
                .add(agency_move::Column::ToAgency.eq(agency)),
        )
        .order_by_asc(agency_move::Column::Id)
        .all(db)
        .await?;
    let mut moves: HashMap<i64, Vec<Move>> = HashMap::new();
    for row in rows {
        moves.entry(row.dossier_id).or_default().push(Move {
            from_agency: row.from_agency,
            on_day: row.on_day,
        });
    }
    Ok(moves)
}

/// Whose these dossiers were before, by dossier, the earliest first.
pub async fn before(
    db: &impl Reader,
    dossiers: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, Vec<Before>>> {
    let rows = agency_move::Entity::find()
        .filter(agency_move::Column::DossierId.is_in(dossiers))
        .order_by_asc(agency_move::Column::Id)
        .all(db)
        .await?;
    let mut all: HashMap<i64, Vec<Before>> = HashMap::new();
    for row in rows {
        all.entry(row.dossier_id).or_default().push(Before {
            agency: row.from_agency,
            until: row.on_day,
        });
    }
    Ok(all)
}

/// Into which agency one has gone, and from which day.
pub async fn of(db: &impl Reader, agency: i64) -> Result<Option<(i64, NaiveDate)>> {
    let row = agency::Entity::find_by_id(agency).one(db).await?;
    Ok(row.and_then(|row| row.merged_into.zip(row.merged_on)))
}

/// An agency and all whose part it became, one after the other: the last is there now.
pub async fn became(db: &impl Reader, agency: i64) -> Result<Vec<i64>> {
    let mut line = vec![agency];
    let mut next = of(db, agency).await?;
    // Nobody twice, whatever a damaged row says.
    while let Some((heir, _)) = next.filter(|(heir, _)| !line.contains(heir)) {
        line.push(heir);
        next = of(db, heir).await?;
    }
    Ok(line)
}

/// Every name that bears one of these identifiers, and whether it is an agency's own or that
/// of one that became part of it.
pub async fn bearers(
    db: &impl Reader,
    agency: i64,
    identifiers: &BTreeSet<&str>,
) -> Result<Vec<(AgencyName, bool)>> {
    let mut names = agency_version::Entity::find()
        .order_by_asc(agency_version::Column::Id)
        .all(db)
        .await?;
    names.retain(|name| identifiers.contains(name.identifier.as_str()));
    let mut bearers = Vec::with_capacity(names.len());
    for name in names {
        let own = became(db, name.agency_id).await?.contains(&agency);
        bearers.push((name, own));
    }
    Ok(bearers)
}

/// What an agency's codes begin with on a day, and whose part it became.
#[derive(FromQueryResult)]
pub struct Borne {
    pub identifier: Option<String>,
    merged_into: Option<i64>,
    merged_on: Option<NaiveDate>,
}

impl Borne {
    /// The heir, and from when on.
    pub fn merged(&self) -> Option<(i64, NaiveDate)> {
        self.merged_into.zip(self.merged_on)
    }
}

/// All that an intake must know of its agency, asked for once.
pub async fn borne_on(db: &impl Reader, agency: i64, day: NaiveDate) -> Result<Borne> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT v.identifier, a.merged_into, a.merged_on FROM agency a \
         LEFT JOIN agency_version v ON v.agency_id = a.id AND v.valid_from <= $2 \
         AND (v.valid_to IS NULL OR v.valid_to >= $2) \
         WHERE a.id = $1 ORDER BY v.valid_from DESC LIMIT 1",
        [agency.into(), day.into()],
    );
    let row = Borne::find_by_statement(ask).one(db).await?;
    row.ok_or_else(|| agencies::nameless(day))
}

impl Write {
    /// Notes that a dossier is another agency's from a day on.
    pub async fn note_move(&self, dossier: i64, from: i64, to: i64, on: NaiveDate) -> Result<()> {
        let row = agency_move::ActiveModel {
            id: NotSet,
            dossier_id: Set(dossier),
            from_agency: Set(from),
            to_agency: Set(to),
            on_day: Set(on),
        };
        agency_move::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }

    /// Every stretch of a dossier stands at the step of the new way; its name stays what it
    /// was called.
    pub async fn map_steps(&self, dossier: i64, places: &[usize]) -> Result<()> {
        let cases = places.iter().enumerate();
        let cases: Vec<String> = cases
            .map(|(was, is)| format!("WHEN {was} THEN {is}"))
            .collect();
        if cases.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "UPDATE holding SET step = CASE step {} ELSE step END WHERE dossier_id = $1",
            cases.join(" ")
        );
        let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, [dossier.into()]);
        self.tx.execute_raw(ask).await?;
        Ok(())
    }

    /// What hangs on these dossiers goes to the agency that has them now.
    pub async fn take_along(&self, dossiers: &[i64], to: i64) -> Result<()> {
        for ids in dossiers.chunks(500) {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            for table in GO_ALONG {
                // Whose hands had it before is that agency's past.
                let open = if table == "holding" {
                    " AND ended_at IS NULL"
                } else {
                    ""
                };
                let sql = format!(
                    "UPDATE {table} SET agency_id = $1 WHERE dossier_id IN ({}){open}",
                    ids.join(", ")
                );
                let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, [to.into()]);
                self.tx.execute_raw(ask).await?;
            }
        }
        Ok(())
    }

    /// What stood under an agency stands under another.
    pub async fn adopt_children(&self, from: i64, to: i64) -> Result<()> {
        agency::Entity::update_many()
            .col_expr(agency::Column::ParentId, Expr::value(to))
            .filter(agency::Column::ParentId.eq(from))
            .filter(agency::Column::Id.ne(to))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// An account belongs to another agency from now on.
    pub async fn move_account(&self, id: i64, to: i64, role: Role, title: &str) -> Result<()> {
        account::Entity::update_many()
            .col_expr(account::Column::AgencyId, Expr::value(to))
            .col_expr(account::Column::Role, Expr::value(role.code()))
            .col_expr(account::Column::Title, Expr::value(title))
            .filter(account::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// An agency became part of another.
    pub async fn note_merger(&self, id: i64, into: i64, on: NaiveDate) -> Result<()> {
        agency::Entity::update_many()
            .col_expr(agency::Column::MergedInto, Expr::value(into))
            .col_expr(agency::Column::MergedOn, Expr::value(on))
            .filter(agency::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
