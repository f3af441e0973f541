//! A rate, as it always travels: numerator, denominator, percent.
use serde::{Serialize, Serializer, ser::SerializeStruct};

/// Below so many a percent is not written.
pub const FEW: u64 = 10;

/// A share of dossiers, procedures or answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub numerator: u64,
    pub denominator: u64,
}

impl Share {
    pub fn new(numerator: u64, denominator: u64) -> Self {
        Self {
            numerator,
            denominator,
        }
    }

    /// Hundredths of a percent, rounded half up; `None` when nothing was counted.
    /// 100 % and 0 % are said only when exact, so that one late dossier in
    /// fifty thousand stays visible.
    ///
    /// ```
    /// use motcua::domain::share::Share;
    /// assert_eq!(Share::new(16, 138).hundredths(), Some(1159));
    /// assert_eq!(Share::new(0, 0).hundredths(), None);
    /// assert_eq!(Share::new(49_999, 50_000).hundredths(), Some(9999));
    /// assert_eq!(Share::new(1, 50_000).hundredths(), Some(1));
    /// ```
    pub fn hundredths(self) -> Option<u64> {
        if self.denominator == 0 {
            return None;
        }
        let (n, d) = (u128::from(self.numerator), u128::from(self.denominator));
        let rounded = (n * 20_000 + d) / (2 * d);
        let bounded = if n == 0 || n == d {
            rounded
        } else {
            rounded.clamp(1, if n < d { 9_999 } else { u128::MAX })
        };
        u64::try_from(bounded).ok()
    }

    /// The percent with two decimals, as it travels in JSON.
    pub fn percent(self) -> Option<f64> {
        #[allow(
            clippy::cast_precision_loss,
            reason = "hundredths stay far below 2^53, so the division is the nearest two-decimal number"
        )]
        self.hundredths().map(|h| h as f64 / 100.0)
    }

    /// Whether the share reaches a goal given in hundredths of a percent,
    /// compared exactly: 19,999 % is not 20 %.
    ///
    /// ```
    /// use motcua::domain::share::Share;
    /// assert!(Share::new(28, 138).reaches(2000));
    /// assert!(!Share::new(27, 138).reaches(2000));
    /// assert!(!Share::new(0, 0).reaches(0), "nothing counted reaches nothing");
    /// ```
    pub fn reaches(self, goal_hundredths: u64) -> bool {
        self.denominator > 0
            && u128::from(self.numerator) * 10_000
                >= u128::from(self.denominator) * u128::from(goal_hundredths)
    }

    /// Whether it is of so few that a percent would say more than is known.
    ///
    /// ```
    /// use motcua::domain::share::Share;
    /// assert!(Share::new(7, 9).is_of_few() && !Share::new(7, 10).is_of_few());
    /// ```
    pub fn is_of_few(self) -> bool {
        self.denominator < FEW
    }

    /// `11,59 %`, or `–` when nothing was counted.
    pub fn words(self) -> String {
        match self.hundredths() {
            None => "–".into(),
            Some(h) if h % 100 == 0 => format!("{} %", h / 100),
            Some(h) => format!("{},{:02} %", h / 100, h % 100),
        }
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Share", 3)?;
        out.serialize_field("numerator", &self.numerator)?;
        out.serialize_field("denominator", &self.denominator)?;
        out.serialize_field("percent", &self.percent())?;
        out.end()
    }
}
