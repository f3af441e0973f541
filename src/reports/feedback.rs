//! Is feedback handled in time? Counted by kind; a row that is late, or overdue and
//! still open, counts against it.
use crate::{
    app::App,
    domain::{
        feedback::{Kind, Standing},
        period::Period,
        share::Share,
    },
    error::Result,
    store::feedback::{self, Counted, Filter, Viewer},
};

/// One kind, or all of them together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Due in the period and handled before the limit lapsed.
    pub in_time: u64,
    pub late: u64,
    pub overdue: u64,
    /// Still within their limit, of any period.
    pub open: u64,
}

impl Line {
    /// Handled in time ÷ due in the period.
    pub fn share(&self) -> Share {
        Share::new(self.in_time, self.due())
    }

    pub fn due(&self) -> u64 {
        self.in_time + self.late + self.overdue
    }

    fn count(&mut self, standing: Standing) {
        match standing {
            Standing::InTime => self.in_time += 1,
            Standing::Late => self.late += 1,
            Standing::Overdue => self.overdue += 1,
            Standing::Open => self.open += 1,
            Standing::Undated => {}
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub period: Period,
    /// In the order of [`Kind::ALL`].
    pub kinds: Vec<(Kind, Line)>,
    pub total: Line,
}

/// Of a period. The figure of the agency counts every row; a viewer's counts the
/// rows that viewer may open.
pub async fn build(
    app: &App,
    agency: i64,
    viewer: Option<&Viewer>,
    period: Period,
) -> Result<Report> {
    let (db, now) = (app.store.read(), app.clock.now());
    let due = Filter {
        due: Some(period),
        ..Filter::default()
    };
    let open = Filter {
        standing: Some(Standing::Open),
        ..Filter::default()
    };
    let mut rows: Vec<Counted> = feedback::counted(db, agency, viewer, &due, now).await?;
    rows.extend(feedback::counted(db, agency, viewer, &open, now).await?);
    let mut kinds: Vec<(Kind, Line)> = Kind::ALL
        .iter()
        .map(|kind| (*kind, Line::default()))
        .collect();
    let mut total = Line::default();
    for row in rows {
        total.count(row.standing);
        if let Some((_, line)) = kinds.iter_mut().find(|(kind, _)| *kind == row.kind) {
            line.count(row.standing);
        }
    }
    Ok(Report {
        period,
        kinds,
        total,
    })
}
