//! In which order is the register read, and what stands before and after a row of it?
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order as Direction, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, SimpleExpr, Value},
};
use serde::{Deserialize, Serialize};

use super::{
    Reader,
    dossiers::Dossier,
    register::{Filter, Found, came, condition, found},
    tables::dossier::dossier as table,
};
use crate::error::Result;

/// By what rows are ordered; those that lack it come last, whichever way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// As they were entered.
    #[default]
    Entered,
    Received,
    /// The first promise, which the figures judge by.
    FirstDue,
    Due,
    /// When the promise lapses.
    Lapse,
    Ended,
    Returned,
    Waiting,
    /// As a list of persons has it: by given name.
    Name,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub by: By,
    pub down: bool,
}

impl Default for Order {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl Order {
    pub const NEWEST: Self = Self {
        by: By::Entered,
        down: true,
    };
    /// By promised moment, the most pressing first.
    pub const DUE: Self = Self {
        by: By::Lapse,
        down: false,
    };

    /// The one column that it goes by.
    fn column(self) -> Option<table::Column> {
        Some(match self.by {
            By::Entered | By::Received => return None,
            By::FirstDue => table::Column::OriginalDueAt,
            By::Due => table::Column::DueAt,
            By::Lapse => table::Column::LapseAt,
            By::Ended => table::Column::EndedAt,
            By::Returned => table::Column::ReturnedAt,
            By::Waiting => table::Column::WaitFrom,
            By::Name => table::Column::NameKey,
        })
    }

    /// The moment of a row that it is ordered by.
    fn moment(self, row: &Dossier) -> Option<DateTime<Utc>> {
        match self.by {
            By::Entered | By::Name => None,
            By::Received => Some(row.came_at()),
            By::FirstDue => row.original_due_at,
            By::Due => row.due_at,
            By::Lapse => row.lapse_at,
            By::Ended => row.ended_at,
            By::Returned => row.returned_at,
            By::Waiting => row.wait_from,
        }
    }

    /// Where a row stands, as its key is compared.
    fn of(self, row: &Dossier) -> Value {
        match self.by {
            By::Name => row.name_key.clone().into(),
            _ => self.moment(row).unwrap_or(self.none()).into(),
        }
    }

    /// A column that not every row has and that an index of its own is kept for.
    fn sparse(self) -> Option<table::Column> {
        match self.by {
            By::FirstDue | By::Due | By::Ended | By::Returned | By::Waiting => self.column(),
            By::Entered | By::Received | By::Lapse | By::Name => None,
        }
    }

    /// Stands for "none": the two databases put empty cells at different ends.
    fn none(self) -> DateTime<Utc> {
        let (year, month, day) = if self.down { (1, 1, 1) } else { (9999, 12, 31) };
        NaiveDate::from_ymd_opt(year, month, day)
            .unwrap_or_default()
            .and_time(NaiveTime::MIN)
            .and_utc()
    }

    fn key(self) -> Option<SimpleExpr> {
        if self.by == By::Received {
            return Some(came());
        }
        let column = Expr::col(self.column()?);
        Some(match self.by {
            // Never empty: as it stands, so that its index is walked.
            By::Name => column,
            _ => column.if_null(self.none()),
        })
    }
}

/// Which way a list is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Walk {
    On,
    Back,
}

fn ordered(mut rows: Select<table::Entity>, order: Order, walk: Walk) -> Select<table::Entity> {
    let direction = if order.down == (walk == Walk::On) {
        Direction::Desc
    } else {
        Direction::Asc
    };
    if let Some(key) = order.key() {
        rows = rows.order_by(key, direction.clone());
    }
    rows.order_by(table::Column::Id, direction)
}

/// The first rows in their order, after one of them. Where not every row has what they are
/// ordered by, those that have it are read along its index, then those that lack it.
pub(super) async fn first(
    db: &impl Reader,
    all: &Select<table::Entity>,
    order: Order,
    after: Option<&Dossier>,
    limit: u64,
) -> Result<Vec<Dossier>> {
    let Some(column) = order.sparse() else {
        let mut rows = ordered(all.clone(), order, Walk::On);
        if let Some(row) = after {
            rows = rows.filter(beyond(row, order, Walk::On));
        }
        return Ok(rows.limit(limit).all(db).await?);
    };
    let direction = || {
        if order.down {
            Direction::Desc
        } else {
            Direction::Asc
        }
    };
    let here = after.map(|row| (row, order.moment(row)));
    let mut rows = Vec::new();
    if !matches!(here, Some((_, None))) {
        let mut with = all.clone().filter(column.is_not_null());
        if let Some((row, Some(at))) = here {
            let further = if order.down {
                column.lt(at)
            } else {
                column.gt(at)
            };
            let beside = Condition::all().add(column.eq(at)).add(later(row, order));
            with = with.filter(Condition::any().add(further).add(beside));
        }
        let with = with
            .order_by(column, direction())
            .order_by(table::Column::Id, direction());
        rows = with.limit(limit).all(db).await?;
    }
    let left = limit.saturating_sub(rows.len() as u64);
    if left > 0 {
        let mut without = all.clone().filter(column.is_null());
        if let Some((row, None)) = here {
            without = without.filter(later(row, order));
        }
        let without = without.order_by(table::Column::Id, direction());
        rows.extend(without.limit(left).all(db).await?);
    }
    Ok(rows)
}

/// Those that were entered later, as the order goes.
fn later(row: &Dossier, order: Order) -> SimpleExpr {
    if order.down {
        table::Column::Id.lt(row.id)
    } else {
        table::Column::Id.gt(row.id)
    }
}

fn beyond(row: &Dossier, order: Order, walk: Walk) -> Condition {
    let smaller = order.down == (walk == Walk::On);
    let id = if smaller {
        table::Column::Id.lt(row.id)
    } else {
        table::Column::Id.gt(row.id)
    };
    let Some(key) = order.key() else {
        return Condition::all().add(id);
    };
    let here = order.of(row);
    let further = if smaller {
        key.clone().lt(here.clone())
    } else {
        key.clone().gt(here.clone())
    };
    Condition::any()
        .add(further)
        .add(Condition::all().add(key.eq(here)).add(id))
}

/// What stands around a dossier in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    pub before: Option<String>,
    pub after: Option<String>,
    /// Whether the dossier is (still) of the list.
    pub listed: bool,
    /// From 1; none where it is not of the list, or further than a search is counted.
    pub place: Option<u64>,
    pub total: Found,
}

/// The codes before and after a dossier in a list, whether it still belongs there or not.
pub async fn around(
    db: &impl Reader,
    filter: &Filter,
    by_new_date: bool,
    now: DateTime<Utc>,
    row: &Dossier,
) -> Result<Around> {
    let all = table::Entity::find().filter(condition(db, filter, by_new_date, now).await?);
    let next = async |walk: Walk| -> Result<Option<String>> {
        let rows = all
            .clone()
            .filter(beyond(row, filter.order, walk))
            .select_only()
            .column(table::Column::Code);
        Ok(ordered(rows, filter.order, walk)
            .limit(1)
            .into_tuple::<String>()
            .one(db)
            .await?)
    };
    let itself = all.clone().filter(table::Column::Id.eq(row.id));
    let listed = itself.count(db).await? > 0;
    let place = if listed {
        let before = all.clone().filter(beyond(row, filter.order, Walk::Back));
        let before = found(db, filter, before).await?;
        (!before.more).then_some(before.counted + 1)
    } else {
        None
    };
    Ok(Around {
        before: next(Walk::Back).await?,
        after: next(Walk::On).await?,
        listed,
        place,
        total: found(db, filter, all.clone()).await?,
    })
}
