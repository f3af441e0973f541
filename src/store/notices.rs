//! What was told to whom, as the desk sees it: what did not arrive, what was done
//! about it; and the link by which its receiver stops it.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{
    Reader, Write,
    dossiers::Dossier,
    feedback::{self, Viewer},
    outbox::{Outgoing, carried, to_leave},
    tables::{
        dossier::dossier,
        feedback::feedback as complaint,
        letters::{notice_link as link, outbox as table},
    },
};
use crate::{
    domain::{
        notice::{Channel, Kind},
        tombstone,
    },
    error::{Error, Result},
};

pub use super::tables::letters::notice_link::Model as Link;

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Somebody still has to be told, by another way.
    Undelivered,
    /// On their way, or put off.
    Queued,
    /// Sent, delivered, settled, stopped.
    Done,
}

/// The receiver does not know it in any other way by now. Asked of the few rows that are
/// not over, one dossier each: a list of all that are ready is as long as the register is old.
fn still_needed() -> Condition {
    let about_feedback = table::Column::Kind.eq(Kind::Feedback.code());
    Kind::ALL
        .iter()
        .filter(|kind| !kind.needed_in().is_empty())
        .fold(Condition::any().add(about_feedback), |any, kind| {
            let states = kind.needed_in().iter().map(|state| state.code());
            let there = dossier::Entity::find()
                .select_only()
                .column(dossier::Column::Id)
                .filter(
                    Expr::col((dossier::Entity, dossier::Column::Id))
                        .equals((table::Entity, table::Column::DossierId)),
                )
                .filter(dossier::Column::Status.is_in(states));
            any.add(
                Condition::all()
                    .add(table::Column::Kind.eq(kind.code()))
                    .add(Expr::exists(there.into_query())),
            )
        })
}

/// Each way over an index of its own (`ix_outbox_given_up`, `ix_outbox_untold`), whose words
/// it repeats.
fn undelivered() -> Condition {
    let open = || table::Column::SettledAt.is_null();
    let by_hand = Condition::any()
        .add(table::Column::Channel.eq(Channel::Slip.code()))
        .add(table::Column::StoppedAt.is_not_null());
    Condition::any()
        .add(
            Condition::all()
                .add(open())
                .add(table::Column::FailedAt.is_not_null())
                .add(reachable()),
        )
        .add(
            Condition::all()
                .add(open())
                .add(table::Column::SentAt.is_null())
                .add(table::Column::OverAt.is_null())
                .add(by_hand)
                .add(still_needed()),
        )
}

/// Whoever was erased is told nothing any more.
pub(super) fn reachable() -> Expr {
    table::Column::Recipient.ne(tombstone::ERASED)
}

fn queued() -> Condition {
    to_leave().add(carried())
}

/// Of the viewer's agency; a notice about feedback is there only for whom the feedback is.
fn seen_by(viewer: &Viewer) -> Condition {
    let of_feedback = complaint::Entity::find()
        .select_only()
        .column(complaint::Column::Id)
        .filter(feedback::seen_by(viewer));
    Condition::all()
        .add(table::Column::AgencyId.eq(viewer.agency))
        .add(
            Condition::any()
                .add(table::Column::FeedbackId.is_null())
                .add(table::Column::FeedbackId.in_subquery(of_feedback.into_query())),
        )
}

/// One of them, and what it is about.
#[derive(Clone, Debug)]
pub struct Listed {
    pub row: Outgoing,
    /// Of the dossier or the feedback; empty for a digest.
    pub code: String,
    /// Whom to call; of a dossier's applicant only.
    pub name: String,
    pub phone: Option<String>,
}

/// A page of them, newest first; pages count from 0.
pub async fn page(
    db: &impl Reader,
    viewer: &Viewer,
    which: Which,
    page: u64,
    per_page: u64,
) -> Result<(Vec<Listed>, u64)> {
    let all = table::Entity::find()
        .filter(seen_by(viewer))
        .filter(match which {
            Which::Undelivered => undelivered(),
            // Found before they are put in order: else all is read from its end, for a few.
            Which::Queued => {
                let found = table::Entity::find()
                    .select_only()
                    .column(table::Column::Id)
                    .filter(queued());
                Condition::all().add(table::Column::Id.in_subquery(found.into_query()))
            }
            Which::Done => Condition::all()
                .add(undelivered().not())
                .add(queued().not()),
        });
    let total = all.clone().count(db).await?;
    let rows = all
        .order_by_desc(table::Column::Id)
        .limit(per_page)
        .offset(Ord::min(page.saturating_mul(per_page), total))
        .all(db)
        .await?;
    Ok((listed(db, rows).await?, total))
}

async fn listed(db: &impl Reader, rows: Vec<Outgoing>) -> Result<Vec<Listed>> {
    let dossiers = dossier::Entity::find()
        .filter(dossier::Column::Id.is_in(rows.iter().filter_map(|row| row.dossier_id)))
        .all(db)
        .await?;
    let feedback: Vec<(i64, String)> = complaint::Entity::find()
        .select_only()
        .columns([complaint::Column::Id, complaint::Column::Code])
        .filter(complaint::Column::Id.is_in(rows.iter().filter_map(|row| row.feedback_id)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let about = dossiers.iter().find(|one| Some(one.id) == row.dossier_id);
            let said = feedback.iter().find(|(id, _)| Some(*id) == row.feedback_id);
            let code = about.map(|one| &one.code).or(said.map(|(_, code)| code));
            Listed {
                code: code.cloned().unwrap_or_default(),
                name: about.map_or_else(String::new, |one| one.applicant_name.clone()),
                phone: about.and_then(|one| one.phone.clone()),
                row,
            }
        })
        .collect())
}

/// How many people still have to be told.
pub async fn waiting(db: &impl Reader, viewer: &Viewer) -> Result<u64> {
    Ok(table::Entity::find()
        .filter(seen_by(viewer))
        .filter(undelivered())
        .count(db)
        .await?)
}

/// One of them; what must not be seen is not there.
pub async fn by_id(db: &impl Reader, viewer: &Viewer, id: i64) -> Result<Outgoing> {
    let row = table::Entity::find_by_id(id)
        .filter(seen_by(viewer))
        .one(db)
        .await?;
    row.ok_or_else(|| Error::not_found("Không có thông báo này."))
}

/// What was told about a dossier, oldest first.
pub async fn of_dossier(db: &impl Reader, dossier: i64) -> Result<Vec<Outgoing>> {
    Ok(table::Entity::find()
        .filter(table::Column::DossierId.eq(dossier))
        .order_by_asc(table::Column::Id)
        .all(db)
        .await?)
}

/// What was told of one kind about several dossiers, oldest first.
pub async fn about(
    db: &impl Reader,
    dossiers: impl IntoIterator<Item = i64>,
    kind: Kind,
) -> Result<Vec<Outgoing>> {
    Ok(table::Entity::find()
        .filter(table::Column::DossierId.is_in(dossiers))
        .filter(table::Column::Kind.eq(kind.code()))
        .order_by_asc(table::Column::Id)
        .all(db)
        .await?)
}

/// What the token of a stop link stands for.
pub async fn link(db: &impl Reader, token_hash: &str) -> Result<Option<Link>> {
    Ok(link::Entity::find()
        .filter(link::Column::TokenHash.eq(token_hash))
        .one(db)
        .await?)
}

impl Write {
    /// The link of a dossier or a feedback, made with its first notice; says whether it was stopped.
    pub async fn put_link(&self, row: Link) -> Result<bool> {
        let hash = row.token_hash.clone();
        let mut row = link::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        link::Entity::insert(row)
            .on_conflict(
                OnConflict::column(link::Column::TokenHash)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.tx)
            .await?;
        let known = link(&self.tx, &hash).await?;
        Ok(known.is_some_and(|link| link.stopped_at.is_some()))
    }

    /// Nothing more is sent, also of what waits already; or again, from the next change on.
    pub async fn stop(&self, row: &Link, stopped_at: Option<DateTime<Utc>>) -> Result<()> {
        link::Entity::update_many()
            .col_expr(link::Column::StoppedAt, Expr::value(stopped_at))
            .filter(link::Column::Id.eq(row.id))
            .exec(&self.tx)
            .await?;
        let Some(now) = stopped_at else { return Ok(()) };
        let about = match (row.dossier_id, row.feedback_id) {
            (Some(id), _) => table::Column::DossierId.eq(id),
            (None, Some(id)) => table::Column::FeedbackId.eq(id),
            (None, None) => return Ok(()),
        };
        table::Entity::update_many()
            .col_expr(table::Column::StoppedAt, Expr::value(now))
            .filter(about)
            .filter(queued())
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// The dossier is in this state now: what was to be told of others before is over.
    pub(super) async fn outlive(&self, row: &Dossier) -> Result<()> {
        let needed = Kind::ALL.iter().filter(|kind| {
            let mut states = kind.needed_in().iter();
            states.any(|state| state.code() == row.status)
        });
        let others = table::Column::Kind.is_not_in(needed.map(|kind| kind.code()));
        self.over(row.id, others, row.last_event_at).await
    }

    /// What was to be told of this kind before is overtaken by what is told now.
    pub async fn overtake(&self, dossier: i64, kind: Kind, now: DateTime<Utc>) -> Result<()> {
        let same = table::Column::Kind.eq(kind.code());
        self.over(dossier, same, now).await
    }

    async fn over(&self, dossier: i64, which: Expr, at: DateTime<Utc>) -> Result<()> {
        table::Entity::update_many()
            .col_expr(table::Column::OverAt, Expr::value(at))
            .filter(table::Column::DossierId.eq(dossier))
            .filter(table::Column::SettledAt.is_null())
            .filter(table::Column::SentAt.is_null())
            .filter(table::Column::OverAt.is_null())
            .filter(which)
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Told in another way; `false` when that is not (or no longer) open.
    pub async fn settle(&self, id: i64, by: &str, how: &str, now: DateTime<Utc>) -> Result<bool> {
        let done = table::Entity::update_many()
            .col_expr(table::Column::SettledAt, Expr::value(now))
            .col_expr(table::Column::SettledBy, Expr::value(by))
            .col_expr(table::Column::SettledHow, Expr::value(how))
            .filter(table::Column::Id.eq(id))
            .filter(undelivered())
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// What was given up is tried anew; `false` when it was not given up.
    pub async fn send_again(&self, id: i64, now: DateTime<Utc>) -> Result<bool> {
        let done = table::Entity::update_many()
            .col_expr(table::Column::FailedAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(table::Column::SentAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(table::Column::Attempts, Expr::value(0))
            .col_expr(table::Column::DueAt, Expr::value(now))
            .filter(table::Column::Id.eq(id))
            .filter(table::Column::FailedAt.is_not_null())
            .filter(table::Column::SettledAt.is_null())
            .filter(reachable())
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// What the gateway says became of a message that it took; `false` where it took none.
    pub async fn became(&self, id: i64, failed: Option<&str>, now: DateTime<Utc>) -> Result<bool> {
        let change = table::Entity::update_many();
        let change = match failed {
            None => change
                .col_expr(table::Column::DeliveredAt, Expr::value(now))
                .col_expr(table::Column::FailedAt, Expr::value(None::<DateTime<Utc>>)),
            Some(why) => change
                .col_expr(table::Column::FailedAt, Expr::value(now))
                .col_expr(table::Column::LastError, Expr::value(why)),
        };
        let done = change
            .filter(table::Column::Id.eq(id))
            .filter(table::Column::Channel.ne(Channel::Slip.code()))
            .filter(table::Column::SentAt.is_not_null())
            // Its reason may name whoever was erased.
            .filter(reachable())
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }
}
