//! What is blotted out of the rows that hang on a dossier whose person is erased?
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Write, dossiers,
    erasures::{BlottedOut, List},
    seal_events::{of_event, of_feedback_event},
    states,
    tables::{
        dossier::{event, wait},
        feedback::{feedback, feedback_event},
        letters::{apology, outbox},
        lists::batch_row,
        papers::paper,
        seal::tombstone,
        staff::read_log,
        workflow::transfer,
    },
};
use crate::{
    domain::{mask::mask, tombstone as rule},
    error::{Error, Result},
};

impl Write {
    /// Blots the person out of everything that hangs on a dossier but its own row and
    /// answers what its events said before and after, by their digests.
    pub async fn blot_out(
        &self,
        dossier: &dossiers::Dossier,
        list: &List,
        now: DateTime<Utc>,
    ) -> Result<BlottedOut> {
        let mut out = BlottedOut::default();
        let standing = states::of_dossier_ids(&self.tx, vec![dossier.id]).await?;
        out.rests.dossier = standing
            .get(&dossier.id)
            .map(|one| one.wide.clone())
            .unwrap_or_default();
        let stone = tombstone::ActiveModel {
            id: NotSet,
            dossier_id: sea_orm::ActiveValue::Set(dossier.id),
            list_id: sea_orm::ActiveValue::Set(list.id),
            erased_at: sea_orm::ActiveValue::Set(now),
            signed_by: sea_orm::ActiveValue::Set(list.signed_by.clone().unwrap_or_default()),
        };
        stone.insert(&self.tx).await?;
        let name = dossier.applicant_name.as_str();
        for before in dossiers::events(&self.tx, dossier.id).await? {
            let mut after = before.clone();
            after.note = String::new();
            after.data = rule::kept(&before.data, name);
            event::Entity::update_many()
                .col_expr(event::Column::Note, Expr::value(after.note.as_str()))
                .col_expr(event::Column::Data, Expr::value(after.data.as_str()))
                .filter(event::Column::Id.eq(before.id))
                .exec(&self.tx)
                .await?;
            let (was, is) = (of_event(&before), of_event(&after));
            let id = before.id.to_string();
            out.rests.events.insert(id.clone(), was.rest);
            out.events.insert(id, (was.one, is.one));
        }
        self.blot_papers(dossier.id).await?;
        self.blot_mails(outbox::Column::DossierId.eq(dossier.id), now)
            .await?;
        self.blot_looks(dossier.id, name).await?;
        self.blot_feedback(dossier.id, list, now, &mut out).await?;
        Ok(out)
    }

    /// What was written to an erased person: nobody stands in it, and what has not left has
    /// nobody to go to any more. What the other side answered may name the person as well.
    async fn blot_mails(&self, whose: Expr, now: DateTime<Utc>) -> Result<()> {
        let none = || Expr::value(Option::<String>::None);
        outbox::Entity::update_many()
            .col_expr(outbox::Column::Recipient, Expr::value(rule::ERASED))
            .col_expr(outbox::Column::Payload, Expr::value("{}"))
            .col_expr(outbox::Column::LastError, none())
            .filter(whose.clone())
            .exec(&self.tx)
            .await?;
        let first = |column: outbox::Column| Expr::col(column).if_null(now);
        outbox::Entity::update_many()
            .col_expr(outbox::Column::StoppedAt, first(outbox::Column::StoppedAt))
            .col_expr(outbox::Column::OverAt, first(outbox::Column::OverAt))
            .filter(whose)
            .filter(outbox::Column::SentAt.is_null())
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Letters, slips, questions to other agencies.
    async fn blot_papers(&self, dossier: i64) -> Result<()> {
        let none = || Expr::value(Option::<String>::None);
        apology::Entity::update_many()
            .col_expr(apology::Column::Reason, Expr::value(rule::ERASED))
            .filter(apology::Column::DossierId.eq(dossier))
            .exec(&self.tx)
            .await?;
        wait::Entity::update_many()
            .col_expr(wait::Column::Reason, none())
            .filter(wait::Column::DossierId.eq(dossier))
            .exec(&self.tx)
            .await?;
        paper::Entity::update_many()
            .col_expr(paper::Column::Body, none())
            .filter(paper::Column::DossierId.eq(dossier))
            .exec(&self.tx)
            .await?;
        transfer::Entity::update_many()
            .col_expr(transfer::Column::Content, Expr::value(rule::ERASED))
            .col_expr(transfer::Column::Answer, none())
            .filter(transfer::Column::DossierId.eq(dossier))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// What was said of it by acts on many, and of looks at it: without the name.
    async fn blot_looks(&self, dossier: i64, name: &str) -> Result<()> {
        let acts = batch_row::Entity::find()
            .filter(batch_row::Column::DossierId.eq(dossier))
            .filter(batch_row::Column::Said.ne(""))
            .all(&self.tx)
            .await?;
        for row in acts {
            batch_row::Entity::update_many()
                .col_expr(
                    batch_row::Column::Said,
                    Expr::value(mask(&row.said, &[name])),
                )
                .filter(batch_row::Column::Id.eq(row.id))
                .exec(&self.tx)
                .await?;
        }
        let looks = read_log::Entity::find()
            .filter(read_log::Column::DossierId.eq(dossier))
            .filter(read_log::Column::About.ne(""))
            .all(&self.tx)
            .await?;
        for row in looks {
            read_log::Entity::update_many()
                .col_expr(
                    read_log::Column::About,
                    Expr::value(mask(&row.about, &[name])),
                )
                .filter(read_log::Column::Id.eq(row.id))
                .exec(&self.tx)
                .await?;
        }
        Ok(())
    }

    /// Feedback about the dossier: who sent it and what was written; what was published
    /// had no name in it and stays.
    async fn blot_feedback(
        &self,
        dossier: i64,
        list: &List,
        now: DateTime<Utc>,
        out: &mut BlottedOut,
    ) -> Result<()> {
        let rows = feedback::Entity::find()
            .filter(feedback::Column::DossierId.eq(dossier))
            .all(&self.tx)
            .await?;
        let ids = rows.iter().map(|row| row.id).collect();
        for (id, one) in states::of_feedback_ids(&self.tx, ids).await? {
            out.rests.feedback.insert(id.to_string(), one.wide);
        }
        for mut row in rows {
            let events = feedback_event::Entity::find()
                .filter(feedback_event::Column::FeedbackId.eq(row.id))
                .order_by_asc(feedback_event::Column::Seq)
                .all(&self.tx)
                .await?;
            let seq = events.last().map_or(1, |last| last.seq + 1);
            for before in events {
                let mut after = before.clone();
                after.note = String::new();
                feedback_event::Entity::update_many()
                    .col_expr(feedback_event::Column::Note, Expr::value(""))
                    .filter(feedback_event::Column::Id.eq(before.id))
                    .exec(&self.tx)
                    .await?;
                let (was, is) = (of_feedback_event(&before), of_feedback_event(&after));
                let id = before.id.to_string();
                out.rests.feedback_events.insert(id.clone(), was.rest);
                out.feedback_events.insert(id, (was.one, is.one));
            }
            self.blot_mails(outbox::Column::FeedbackId.eq(row.id), now)
                .await?;
            let name = row.name.take().unwrap_or_default();
            row.contact = None;
            row.notify = false;
            row.content = rule::ERASED.into();
            // What names are looked for in is made anew from it at the next start.
            row.words = String::new();
            row.answer = row.answer.as_deref().map(|answer| mask(answer, &[&name]));
            row.reason = row.reason.as_deref().map(|reason| mask(reason, &[&name]));
            let (id, agency_id, state) = (row.id, row.agency_id, row.state.clone());
            if !self.update_feedback(row).await? {
                return Err(Error::conflict(
                    "stale_version",
                    "Phản ánh của hồ sơ vừa đổi. Làm lại.",
                ));
            }
            self.append_feedback_event(super::feedback::Event {
                id: 0,
                agency_id,
                feedback_id: id,
                seq,
                at: now,
                act: rule::ACT.into(),
                actor: list.signed_by.clone().unwrap_or_default(),
                role: "leader".into(),
                from_state: Some(state.clone()),
                to_state: state,
                note: String::new(),
            })
            .await?;
        }
        Ok(())
    }
}
