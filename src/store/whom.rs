//! Whom is feedback about? Whoever staff chose, and whoever its words name: kept away
//! until it is answered.
use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait as _},
};

use super::{
    Reader, Write,
    accounts::{self, Account},
    feedback::Feedback,
    memberships,
    tables::{
        feedback::{feedback as table, feedback_about as chosen, feedback_event},
        staff::account,
    },
};
use crate::{
    domain::{
        feedback::{self, Act, Kind, Source},
        role::Role,
    },
    error::Result,
};

/// Who looks: decides which rows there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub agency: i64,
    pub account: Option<i64>,
    pub role: Role,
    pub name: String,
}

impl Viewer {
    /// The rows about them, or about somebody of their name. None are about a program.
    fn concerned(&self) -> Condition {
        let Some(id) = self.account else {
            return Condition::any().add(table::Column::Id.is_null());
        };
        let same = account::Entity::find()
            .select_only()
            .column(account::Column::Id)
            .filter(memberships::works_in(self.agency))
            .filter(account::Column::Name.eq(&self.name));
        let about = chosen::Entity::find()
            .select_only()
            .column(chosen::Column::FeedbackId)
            .filter(
                Condition::any()
                    .add(chosen::Column::AccountId.eq(id))
                    .add(chosen::Column::AccountId.in_subquery(same.into_query())),
            );
        let named = feedback::sought(&self.name);
        Condition::any()
            .add(table::Column::Id.in_subquery(about.into_query()))
            // Folded words are letters, digits and spaces: no wildcard is among them.
            .add_option(named.map(|name| table::Column::Words.like(format!("%{name}%"))))
    }

    pub(super) fn sees(&self) -> Condition {
        let answered = table::Column::AnsweredAt.is_not_null();
        let all = Condition::all()
            .add(table::Column::AgencyId.eq(self.agency))
            .add(
                Condition::any()
                    .add(self.concerned().not())
                    .add(answered.clone()),
            );
        if feedback::handles(self.role) {
            return all;
        }
        // The sender's own word for what it is about is nobody's yet: until one of those
        // who handle it has looked, an officer called by half a name might read on.
        // That the calendar moved its limits is nobody's look.
        let done = feedback_event::Entity::find()
            .select_only()
            .column(feedback_event::Column::Id)
            .filter(
                Expr::col((feedback_event::Entity, feedback_event::Column::FeedbackId))
                    .equals((table::Entity, table::Column::Id)),
            )
            .filter(
                feedback_event::Column::Act.is_not_in([Act::Receive.code(), Act::Redate.code()]),
            );
        let touched = Condition::all()
            .add(table::Column::Version.gt(1))
            .add(Expr::exists(done.into_query()));
        let looked_at = Condition::any()
            .add(touched)
            .add(table::Column::Source.is_in([Source::Paper.code(), Source::Phone.code()]));
        let sorted = Condition::all()
            .add(table::Column::Kind.ne(Kind::Conduct.code()))
            .add(looked_at);
        all.add(Condition::any().add(sorted).add(answered))
    }

    /// Of complaints about their agency's dossiers (whoever asks sees to that): also those sent
    /// to another, where a dossier came from or whose heir it is. For those who handle feedback.
    pub(super) fn hears_of(&self) -> Condition {
        if !feedback::handles(self.role) {
            return self.sees();
        }
        Condition::any()
            .add(self.concerned().not())
            .add(table::Column::AnsweredAt.is_not_null())
    }

    /// Whether they learn who sent it: those who handle it, and nobody whom it is about.
    pub fn told_sender(&self, row: &Feedback, concerned: &BTreeSet<i64>) -> bool {
        !concerned.contains(&row.id)
            && (feedback::handles(self.role) || row.kind() != Kind::Conduct)
    }
}

/// Which of these rows are about the viewer.
pub async fn concerning(
    db: &impl Reader,
    viewer: &Viewer,
    rows: &[Feedback],
) -> Result<BTreeSet<i64>> {
    // A range, not a list: a list as long as an export is too long for the databases.
    let ids = || rows.iter().map(|row| row.id);
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else {
        return Ok(BTreeSet::new());
    };
    let found: Vec<i64> = table::Entity::find()
        .select_only()
        .column(table::Column::Id)
        .filter(table::Column::Id.between(first, last))
        .filter(viewer.concerned())
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// Whom staff chose, in the order of their user names.
pub async fn chosen(db: &impl Reader, row: i64) -> Result<Vec<Account>> {
    let ids = chosen::Entity::find()
        .select_only()
        .column(chosen::Column::AccountId)
        .filter(chosen::Column::FeedbackId.eq(row));
    Ok(account::Entity::find()
        .filter(account::Column::Id.in_subquery(ids.into_query()))
        .order_by_asc(account::Column::Username)
        .all(db)
        .await?)
}

/// The names of all whom it is about: chosen, or named in its words.
pub async fn names(db: &impl Reader, row: &Feedback) -> Result<BTreeSet<String>> {
    let chosen = chosen(db, row.id).await?.into_iter();
    let staff = account::Entity::find()
        .filter(memberships::works_in(row.agency_id))
        .all(db)
        .await?;
    let named = staff
        .into_iter()
        .filter(|one| feedback::names(&row.words, &one.name));
    Ok(chosen.chain(named).map(|one| one.name).collect())
}

/// How many unanswered rows of each agency nobody may handle: all who would are concerned.
pub async fn without_handler(db: &impl Reader) -> Result<usize> {
    let mut staff = HashMap::new();
    let open = table::Entity::find()
        .filter(table::Column::AnsweredAt.is_null())
        .filter(table::Column::HandledAt.is_null())
        .all(db)
        .await?;
    let mut alone = 0;
    for row in open {
        let concerned = names(db, &row).await?;
        let there = match staff.entry(row.agency_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(accounts::enabled(db, row.agency_id).await?),
        };
        let mut handlers = there
            .iter()
            .filter(|one| feedback::handles(one.role()) && !concerned.contains(&one.name));
        alone += usize::from(handlers.next().is_none());
    }
    Ok(alone)
}

/// Row numbers of the chosen, by feedback, in order: what a seal holds of them.
pub(super) async fn by_feedback(
    db: &impl Reader,
    ids: Vec<i64>,
) -> Result<HashMap<i64, BTreeSet<i64>>> {
    let mut found: HashMap<i64, BTreeSet<i64>> = HashMap::new();
    let rows = chosen::Entity::find()
        .filter(chosen::Column::FeedbackId.is_in(ids))
        .all(db)
        .await?;
    for row in rows {
        found
            .entry(row.feedback_id)
            .or_default()
            .insert(row.account_id);
    }
    Ok(found)
}

impl Write {
    /// It is about these accounts, and no others.
    pub async fn choose(&self, row: i64, accounts: &BTreeSet<i64>) -> Result<()> {
        chosen::Entity::delete_many()
            .filter(chosen::Column::FeedbackId.eq(row))
            .exec(&self.tx)
            .await?;
        let rows = accounts.iter().map(|account| chosen::ActiveModel {
            id: NotSet,
            feedback_id: Set(row),
            account_id: Set(*account),
        });
        for row in rows {
            chosen::Entity::insert(row).exec(&self.tx).await?;
        }
        Ok(())
    }

    /// Folds what was written down before words were kept; answers how many.
    pub async fn fold_feedback(&self) -> Result<usize> {
        let rows = table::Entity::find()
            .filter(table::Column::Words.eq(""))
            .all(&self.tx)
            .await?;
        for row in &rows {
            table::Entity::update_many()
                .col_expr(
                    table::Column::Words,
                    Expr::value(feedback::words(&row.content)),
                )
                .filter(table::Column::Id.eq(row.id))
                .exec(&self.tx)
                .await?;
        }
        Ok(rows.len())
    }
}
