//! The catalogue: procedures in their versions.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, Condition, DbBackend, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Statement, sea_query::Expr,
};

use super::{Reader, Write, search::holding, tables::office::procedure_version as table};
use crate::{
    domain::{
        deadline::{ClockPolicy, TimeLimit, Unit},
        procedure::{FourFlag, Procedure},
        viet::{self, fold, search_words},
    },
    error::{Error, Result},
};

fn in_force(day: NaiveDate) -> Condition {
    Condition::all().add(table::Column::ValidFrom.lte(day)).add(
        Condition::any()
            .add(table::Column::ValidTo.is_null())
            .add(table::Column::ValidTo.gte(day)),
    )
}

/// What is said of a code that has no version in force.
pub fn unknown_code() -> Error {
    Error::not_found("Không có thủ tục mã này trong danh mục đang có hiệu lực.")
}

/// How many versions there are in all.
pub async fn count(db: &impl Reader) -> Result<u64> {
    Ok(table::Entity::find().count(db).await?)
}

/// Every version, in the order of the catalogue.
pub async fn all(db: &impl Reader) -> Result<Vec<Procedure>> {
    let rows = table::Entity::find()
        .order_by_asc(table::Column::Position)
        .order_by_asc(table::Column::Id);
    rows.all(db).await?.into_iter().map(procedure).collect()
}

/// What is in force on a day and holds every word, with or without marks.
pub async fn search(
    db: &impl Reader,
    words: &str,
    field: Option<&str>,
    day: NaiveDate,
) -> Result<Vec<Procedure>> {
    let mut rows = table::Entity::find()
        .filter(in_force(day))
        .order_by_asc(table::Column::Position);
    for word in search_words(words) {
        rows = rows.filter(table::Column::Search.like(holding(&word)));
    }
    if let Some(field) = field {
        rows = rows.filter(table::Column::Field.eq(field));
    }
    rows.all(db).await?.into_iter().map(procedure).collect()
}

/// What a box finds while one types: by words, by code, or by the first letters
/// of the words ("ctbs" finds "Chứng thực bản sao"); names that begin so first.
pub async fn find(db: &impl Reader, typed: &str, day: NaiveDate) -> Result<Vec<Procedure>> {
    let folded = fold(typed);
    let mut found = search(db, typed, None, day).await?;
    found.sort_by_key(|procedure| !fold(&procedure.name).starts_with(&folded));
    if found.is_empty() && folded.len() >= 2 && !folded.contains(' ') {
        let initials = |name: &str| -> String {
            fold(name)
                .split(|mark: char| !mark.is_alphanumeric())
                .filter_map(|word| word.chars().next())
                .collect()
        };
        found = search(db, "", None, day).await?;
        found.retain(|procedure| initials(&procedure.name).starts_with(&folded));
    }
    Ok(found)
}

/// The versions of these rows, by row.
pub async fn by_ids(
    db: &impl Reader,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, Procedure>> {
    let rows = table::Entity::find()
        .filter(table::Column::Id.is_in(ids))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| procedure(row).map(|found| (found.id, found)))
        .collect()
}

/// What is in force on a day of these codes.
pub async fn of_codes(
    db: &impl Reader,
    codes: &[String],
    day: NaiveDate,
) -> Result<Vec<Procedure>> {
    let rows = table::Entity::find()
        .filter(in_force(day))
        .filter(table::Column::Code.is_in(codes));
    rows.all(db).await?.into_iter().map(procedure).collect()
}

/// The codes that an agency received most since a moment, the most frequent first.
pub async fn most_received(
    db: &impl Reader,
    agency: i64,
    since: DateTime<Utc>,
    most: u64,
) -> Result<Vec<String>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!(
            "SELECT p.code FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id \
             WHERE d.agency_id = $1 AND d.received_at >= $2 GROUP BY p.code \
             ORDER BY COUNT(*) DESC, p.code LIMIT {most}"
        ),
        [agency.into(), since.into()],
    );
    let rows = db.query_all_raw(ask).await?;
    rows.iter()
        .map(|row| Ok(row.try_get("", "code")?))
        .collect()
}

/// The fields that have a procedure in force on a day, in Vietnamese order.
pub async fn fields(db: &impl Reader, day: NaiveDate) -> Result<Vec<String>> {
    let mut fields: Vec<String> = table::Entity::find()
        .select_only()
        .column(table::Column::Field)
        .filter(in_force(day))
        .group_by(table::Column::Field)
        .into_tuple()
        .all(db)
        .await?;
    fields.sort_by_cached_key(|field| viet::order(field));
    Ok(fields)
}

/// The version of a code in force on a day; before its first version, that one
/// (`true` then); `None` for an unknown or an ended code.
pub async fn on(db: &impl Reader, code: &str, day: NaiveDate) -> Result<Option<(Procedure, bool)>> {
    let versions = versions(db, code).await?;
    if let Some(found) = versions.iter().rev().find(|p| p.in_force(day)) {
        return Ok(Some((found.clone(), false)));
    }
    Ok(versions
        .into_iter()
        .next()
        .filter(|first| day < first.valid_from)
        .map(|first| (first, true)))
}

/// A version that an address names.
pub async fn find_version(db: &impl Reader, id: i64) -> Result<Procedure> {
    let row = table::Entity::find_by_id(id).one(db).await?;
    procedure(row.ok_or_else(|| Error::not_found("Không có thủ tục này trong danh mục."))?)
}

/// Every version of a code, the first one first.
pub async fn versions(db: &impl Reader, code: &str) -> Result<Vec<Procedure>> {
    let rows = table::Entity::find()
        .filter(table::Column::Code.eq(code))
        .order_by_asc(table::Column::ValidFrom);
    rows.all(db).await?.into_iter().map(procedure).collect()
}

/// One version.
pub async fn get(db: &impl Reader, id: i64) -> Result<Procedure> {
    let row = table::Entity::find_by_id(id).one(db).await?;
    procedure(row.ok_or_else(|| Error::internal(format!("procedure_version {id} is gone")))?)
}

fn procedure(row: table::Model) -> Result<Procedure> {
    let broken = |what: &str| Error::internal(format!("procedure_version {}: {what}", row.id));
    let limit = match (row.time_limit, row.unit.as_deref()) {
        (Some(amount), Some(unit)) => Some(TimeLimit::new(
            u32::try_from(amount).map_err(|_| broken("time_limit"))?,
            Unit::from_code(unit).ok_or_else(|| broken("unit"))?,
        )),
        _ => None,
    };
    let cut_off = row
        .cut_off
        .as_deref()
        .map(|at| chrono::NaiveTime::parse_from_str(at, "%H:%M"));
    Ok(Procedure {
        limit,
        four: FourFlag::from_code(&row.four_on_the_spot)
            .ok_or_else(|| broken("four_on_the_spot"))?,
        clock: row.clock.as_deref().and_then(ClockPolicy::from_code),
        cut_off: cut_off.transpose().map_err(|_| broken("cut_off"))?,
        id: row.id,
        code: row.code,
        name: row.name,
        field: row.field,
        fee_vnd: row.fee_vnd,
        fee_note: row.fee_note,
        legal_basis: row.legal_basis,
        involves_agencies: row.involves_agencies,
        four_reason: row.four_reason,
        four_decision: row.four_decision,
        four_from: row.four_from,
        online_level: row.online_level,
        documents: row
            .required_documents
            .split("; ")
            .filter(|d| !d.is_empty())
            .map(str::to_owned)
            .collect(),
        confidence: row.confidence,
        era: row.era,
        authority: row.authority,
        source_notes: row.source_notes,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        decision: row.decision,
        decided_on: row.decided_on,
        own: None,
    })
}

fn row(procedure: &Procedure, position: i32) -> table::ActiveModel {
    let limit = procedure.limit;
    table::ActiveModel {
        id: NotSet,
        code: Set(procedure.code.clone()),
        name: Set(procedure.name.clone()),
        field: Set(procedure.field.clone()),
        time_limit: Set(limit.and_then(|l| i32::try_from(l.amount).ok())),
        unit: Set(limit.map(|l| l.unit.code().to_owned())),
        fee_vnd: Set(procedure.fee_vnd),
        fee_note: Set(procedure.fee_note.clone()),
        legal_basis: Set(procedure.legal_basis.clone()),
        involves_agencies: Set(procedure.involves_agencies.clone()),
        four_on_the_spot: Set(procedure.four.code().to_owned()),
        four_reason: Set(procedure.four_reason.clone()),
        four_decision: Set(procedure.four_decision.clone()),
        four_from: Set(procedure.four_from),
        online_level: Set(procedure.online_level.clone()),
        required_documents: Set(procedure.documents.join("; ")),
        confidence: Set(procedure.confidence.clone()),
        era: Set(procedure.era.clone()),
        authority: Set(procedure.authority.clone()),
        source_notes: Set(procedure.source_notes.clone()),
        valid_from: Set(procedure.valid_from),
        valid_to: Set(procedure.valid_to),
        decision: Set(procedure.decision.clone()),
        decided_on: Set(procedure.decided_on),
        clock: Set(procedure.clock.map(|c| c.code().to_owned())),
        cut_off: Set(procedure.cut_off.map(|at| at.format("%H:%M").to_string())),
        search: Set(procedure.search_text()),
        position: Set(position),
    }
}

impl Write {
    /// Writes versions: a known code and first day is brought up to date, a new
    /// one added; a version that another follows ends the day before, whichever came first.
    pub async fn put_procedures(&self, procedures: &[Procedure]) -> Result<()> {
        for (place, procedure) in procedures.iter().enumerate() {
            let mut new = row(procedure, i32::try_from(place).unwrap_or(i32::MAX));
            let same = Condition::all()
                .add(table::Column::Code.eq(&procedure.code))
                .add(table::Column::ValidFrom.eq(procedure.valid_from));
            let changed = table::Entity::update_many()
                .set(new.clone())
                .filter(same)
                .exec(&self.tx)
                .await?;
            if changed.rows_affected == 0 {
                new.id = NotSet;
                table::Entity::insert(new).exec(&self.tx).await?;
            }
            let of_code = Condition::all().add(table::Column::Code.eq(&procedure.code));
            let from = procedure.valid_from;
            let earlier = of_code.clone().add(table::Column::ValidFrom.lt(from));
            self.end_versions(earlier, from).await?;
            let later = table::Entity::find()
                .filter(of_code.clone().add(table::Column::ValidFrom.gt(from)))
                .order_by_asc(table::Column::ValidFrom)
                .one(&self.tx)
                .await?;
            if let Some(next) = later {
                let this = of_code.add(table::Column::ValidFrom.eq(from));
                self.end_versions(this, next.valid_from).await?;
            }
        }
        Ok(())
    }

    /// The versions end the day before another begins, where they do not end sooner.
    async fn end_versions(&self, which: Condition, next: NaiveDate) -> Result<()> {
        let goes_on = Condition::any()
            .add(table::Column::ValidTo.is_null())
            .add(table::Column::ValidTo.gte(next));
        table::Entity::update_many()
            .col_expr(table::Column::ValidTo, Expr::value(next.pred_opt()))
            .filter(which)
            .filter(goes_on)
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
