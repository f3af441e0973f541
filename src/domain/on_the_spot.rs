//! Is it "4 tại chỗ"? Received, appraised, approved and returned at the desk, on one day.
use chrono::NaiveDate;

use super::share::Share;

/// The four stamps: on which local day, and whether at the desk.
pub type Stamp = Option<(NaiveDate, bool)>;

/// Whether one dossier was done on the spot: receive, appraise, approve and
/// return each stamped at the desk, all on the same local day. A decision that
/// declares the procedure is another fact and not a condition.
///
/// ```
/// use motcua::domain::on_the_spot::on_the_spot;
/// let day = chrono::NaiveDate::from_ymd_opt(2021, 4, 22);
/// let here = day.map(|d| (d, true));
/// assert!(on_the_spot([here; 4]));
/// assert!(!on_the_spot([here, here, day.map(|d| (d, false)), here]), "approved elsewhere");
/// assert!(!on_the_spot([here, here, here, None]));
/// ```
pub fn on_the_spot(stamps: [Stamp; 4]) -> bool {
    let Some((day, _)) = stamps[0] else {
        return false;
    };
    stamps.iter().all(|stamp| *stamp == Some((day, true)))
}

/// How often a procedure was done on the spot within the period looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practice {
    pub declared: bool,
    /// Finished dossiers with stamps.
    pub dossiers: u64,
    pub on_the_spot: u64,
}

impl Practice {
    /// Practised: at least one finished dossier, and at least `percent` of them on the spot.
    pub fn practised(&self, percent: u64) -> bool {
        Share::new(self.on_the_spot, self.dossiers).reaches(percent * 100)
    }
}

/// The three shares, never merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    pub declared: Share,
    pub practised: Share,
    pub dossiers: Share,
}

/// Counts the procedures of the denominator.
///
/// ```
/// use motcua::domain::on_the_spot::{shares, Practice};
/// let row = |declared, dossiers, on_the_spot| Practice { declared, dossiers, on_the_spot };
/// let all = shares(&[row(true, 0, 0), row(false, 10, 9), row(false, 10, 8)], 90);
/// assert_eq!((all.declared.numerator, all.practised.numerator, all.dossiers.numerator), (1, 1, 17));
/// ```
pub fn shares(procedures: &[Practice], practised_percent: u64) -> Shares {
    let count =
        |test: &dyn Fn(&Practice) -> bool| procedures.iter().filter(|p| test(p)).count() as u64;
    let all = procedures.len() as u64;
    Shares {
        declared: Share::new(count(&|p| p.declared), all),
        practised: Share::new(count(&|p| p.practised(practised_percent)), all),
        dossiers: Share::new(
            procedures.iter().map(|p| p.on_the_spot).sum(),
            procedures.iter().map(|p| p.dossiers).sum(),
        ),
    }
}
