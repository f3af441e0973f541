//! Tokens that lead to one ballot each, and what all ballots say together.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};

use super::{Reader, ballot_box, tables::survey::ballot};
use crate::{domain::period::Period, error::Result};

/// A token as it is found by its hash.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Token {
    pub agency_id: i64,
    pub dossier_id: Option<i64>,
    pub counter: String,
    /// Whether it was burned.
    pub used: bool,
    /// Whether there is something to rate: its dossier ended, or it has none.
    pub ended: bool,
    /// Field of the dossier's procedure; empty without a dossier.
    pub field: Option<String>,
}

/// How often a value was given to a question, by those who came that way.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Given {
    pub question: String,
    pub factor: String,
    pub value: Option<i32>,
    pub field: String,
    pub source: String,
    pub counter: String,
    pub marks: String,
    pub times: i64,
}

/// How many ballots came that way.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Cast {
    pub field: String,
    pub source: String,
    pub counter: String,
    pub marks: String,
    pub reason: Option<String>,
    pub times: i64,
}

/// The token of that hash.
pub async fn token(db: &impl Reader, hash: &str) -> Result<Option<Token>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT t.agency_id, t.dossier_id, t.counter, (b.id IS NOT NULL) AS used, \
         (d.id IS NULL OR d.ended_at IS NOT NULL OR d.rejected_at IS NOT NULL) AS ended, p.field FROM survey_token t \
         LEFT JOIN burned_token b ON b.token_hash = t.token_hash \
         LEFT JOIN dossier d ON d.id = t.dossier_id \
         LEFT JOIN procedure_version p ON p.id = d.procedure_version_id WHERE t.token_hash = $1",
        [hash.into()],
    );
    Ok(Token::find_by_statement(ask).one(db).await?)
}

/// How many dossiers of a field came since a moment.
pub async fn of_field(
    db: &impl Reader,
    agency: i64,
    field: &str,
    since: DateTime<Utc>,
) -> Result<u64> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT COUNT(*) AS many FROM dossier d \
         JOIN procedure_version p ON p.id = d.procedure_version_id \
         WHERE d.agency_id = $1 AND p.field = $2 AND COALESCE(d.received_at, d.registered_at) >= $3",
        [agency.into(), field.into(), since.into()],
    );
    count(db, ask).await
}

async fn count(db: &impl Reader, ask: Statement) -> Result<u64> {
    let row = db.query_one_raw(ask).await?;
    let many: i64 = row.map_or(Ok(0), |row| row.try_get("", "many"))?;
    Ok(u64::try_from(many).unwrap_or_default())
}

#[derive(FromQueryResult)]
struct Answered {
    used: i64,
    had: i64,
}

/// Dossiers that ended between two moments, and how many of them have a burned token:
/// who could answer, and who did. Which answers are theirs is not known.
pub async fn answered(
    db: &impl Reader,
    agency: i64,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(u64, u64)> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        // A token is burned once.
        "SELECT COUNT(b.id) AS used, COUNT(*) AS had FROM dossier d \
         JOIN survey_token t ON t.dossier_id = d.id \
         LEFT JOIN burned_token b ON b.token_hash = t.token_hash \
         WHERE d.agency_id = $1 AND d.ended_at >= $2 AND d.ended_at < $3",
        [agency.into(), from.into(), until.into()],
    );
    let found = Answered::find_by_statement(ask).one(db).await?;
    let (used, had) = found.map_or((0, 0), |one| (one.used, one.had));
    let many = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok((many(used), many(had)))
}

fn during(period: Period) -> [sea_orm::Value; 2] {
    [period.from.to_string().into(), period.to.to_string().into()]
}

/// Every ballot of a period, counted; those still held too.
pub async fn cast(db: &impl Reader, agency: i64, period: Period) -> Result<Vec<Cast>> {
    let [from, to] = during(period);
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT field, source, counter, marks, reason, COUNT(*) AS times FROM ( \
           SELECT agency_id, cast_on, field, source, counter, marks, reason FROM ballot \
           UNION ALL \
           SELECT agency_id, cast_on, field, source, counter, marks, reason FROM ballot_box \
         ) b WHERE agency_id = $1 AND cast_on BETWEEN $2 AND $3 \
         GROUP BY field, source, counter, marks, reason \
         ORDER BY field, source, counter, marks, reason",
        [agency.into(), from, to],
    );
    Ok(Cast::find_by_statement(ask).all(db).await?)
}

/// How many ballots were cast between two days.
pub async fn ballots(db: &impl Reader, agency: i64, from: NaiveDate, to: NaiveDate) -> Result<u64> {
    let all = cast(db, agency, Period { from, to }).await?;
    let times = all.iter().map(|one| one.times).sum::<i64>();
    Ok(u64::try_from(times).unwrap_or_default())
}

/// Every answer of a period, counted; those still held too.
pub async fn answers(db: &impl Reader, agency: i64, period: Period) -> Result<Vec<Given>> {
    let [from, to] = during(period);
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT a.question, a.factor, a.value, b.field, b.source, b.counter, b.marks, \
           COUNT(*) AS times FROM answer a JOIN ballot b ON b.id = a.ballot_id \
         WHERE b.agency_id = $1 AND b.cast_on BETWEEN $2 AND $3 \
         GROUP BY a.question, a.factor, a.value, b.field, b.source, b.counter, b.marks \
         ORDER BY a.question, a.value",
        [agency.into(), from, to],
    );
    let mut all = Given::find_by_statement(ask).all(db).await?;
    for held in ballot_box::held(db, agency).await? {
        let day: Option<NaiveDate> = held.cast_on.parse().ok();
        if !day.is_some_and(|day| period.contains(day)) {
            continue;
        }
        for (question, factor, value) in held.given()? {
            all.push(Given {
                question,
                factor,
                value,
                field: held.field.clone(),
                source: held.source.clone(),
                counter: held.counter.clone(),
                marks: held.marks.clone(),
                times: 1,
            });
        }
    }
    Ok(all)
}

/// Free texts of a period, which were masked before they came here; in no order of time.
pub async fn comments(db: &impl Reader, agency: i64, period: Period) -> Result<Vec<String>> {
    let [from, to] = [period.from.to_string(), period.to.to_string()];
    let said: Vec<Option<String>> = ballot::Entity::find()
        .select_only()
        .column(ballot::Column::Comment)
        .filter(ballot::Column::AgencyId.eq(agency))
        .filter(ballot::Column::Comment.is_not_null())
        .filter(ballot::Column::CastOn.between(from, to))
        .order_by_asc(ballot::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(said.into_iter().flatten().collect())
}

/// Whether a ballot of that batch already says those words.
pub async fn said_in_batch(
    db: &impl Reader,
    agency: i64,
    batch: &str,
    comment: &str,
) -> Result<bool> {
    let many = ballot::Entity::find()
        .filter(ballot::Column::AgencyId.eq(agency))
        .filter(ballot::Column::Batch.eq(batch))
        .filter(ballot::Column::Comment.eq(comment))
        .count(db)
        .await?;
    Ok(many > 0)
}

/// Ids say nothing about the order in which ballots were cast.
pub(super) fn shuffled_id() -> i64 {
    // Positive, and exact in JavaScript.
    i64::try_from(rand::random::<u64>() >> 11).unwrap_or_default()
}
