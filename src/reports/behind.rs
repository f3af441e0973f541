//! Which of the counted dossiers does a number stand for, where its column alone does not
//! say it? The reports count by the same tests.
use std::collections::BTreeSet;

use super::{
    days::{Ruler, Taken},
    processing::Counted,
};
use crate::{
    app::App,
    domain::{
        dossier::{Outcome, codes},
        period::Period,
        time::day_end,
    },
    error::Result,
    store::{complaints, review, whom::Viewer},
};

codes! {
    /// What the dossiers have in common.
    Trait {
        Supplemented = "supplemented", "phải bổ sung ít nhất một lần";
        Refused = "refused", "từ chối giải quyết";
        Withdrawn = "withdrawn", "công dân rút";
        Stopped = "stopped", "dừng giải quyết";
        Gone = "gone", "công dân rút hoặc dừng giải quyết";
        Waiting = "waiting", "đang chờ bổ sung hoặc nộp phí";
        WithDays = "with_days", "có số ngày đã dùng";
        OverDays = "over_days", "dùng quá số ngày được phép";
        Complained = "complained", "có phản ánh, kiến nghị";
    }
}

/// Those of them that have it.
pub async fn only(
    app: &App,
    viewer: &Viewer,
    period: Period,
    which: Trait,
    mut all: Vec<Counted>,
) -> Result<Vec<Counted>> {
    let agency = viewer.agency;
    let outcome = |one: &Counted, wanted| one.outcome(app, period) == Some(wanted);
    match which {
        Trait::Refused => all.retain(|one| outcome(one, Outcome::Refused)),
        Trait::Withdrawn => all.retain(|one| outcome(one, Outcome::Withdrawn)),
        Trait::Stopped => all.retain(|one| outcome(one, Outcome::Stopped)),
        Trait::Gone => {
            all.retain(|one| outcome(one, Outcome::Withdrawn) || outcome(one, Outcome::Stopped));
        }
        Trait::Waiting => all.retain(|one| one.cell.waiting),
        Trait::Supplemented => {
            let asked = review::supplements(app.store.read(), agency, period).await?;
            let asked: BTreeSet<String> = asked.into_iter().map(|one| one.code).collect();
            all.retain(|one| asked.contains(&one.dossier.code));
        }
        Trait::Complained => {
            let until = day_end(period.to);
            let said = complaints::seen(app.store.read(), agency, Some(viewer), until).await?;
            let said: BTreeSet<String> = said.into_iter().map(|one| one.code).collect();
            all.retain(|one| said.contains(&one.dossier.code));
        }
        Trait::WithDays | Trait::OverDays => {
            let ruler = Ruler::of(app, agency, period).await?;
            all.retain(|one| match ruler.taken(one) {
                taken @ Taken::Days { .. } => which == Trait::WithDays || taken.over(),
                _ => false,
            });
        }
    }
    Ok(all)
}
