//! What will be late before it is: from how long the steps still to come took others.

/// Fewer cases than this say nothing: nothing is guessed below ten.
pub const FEWEST: usize = 10;

/// How long a step took, in seconds of the limit's own kind of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Experience {
    sorted: Vec<i64>,
}

impl Experience {
    /// ```
    /// use motcua::domain::foresight::Experience;
    /// let ten = Experience::new((1..=10).collect());
    /// assert_eq!((ten.cases(), ten.median(), ten.ninth_decile()), (10, Some(5), Some(9)));
    /// let nine = Experience::new((1..=9).collect());
    /// assert_eq!((nine.cases(), nine.median()), (9, None), "nothing is guessed below ten cases");
    /// ```
    pub fn new(mut seconds: Vec<i64>) -> Self {
        seconds.sort_unstable();
        Self { sorted: seconds }
    }

    pub fn cases(&self) -> usize {
        self.sorted.len()
    }

    /// Half of the cases took no longer (nearest rank).
    pub fn median(&self) -> Option<i64> {
        self.rank(50)
    }

    /// Nine of ten took no longer (nearest rank).
    pub fn ninth_decile(&self) -> Option<i64> {
        self.rank(90)
    }

    fn rank(&self, percent: usize) -> Option<i64> {
        if self.sorted.len() < FEWEST {
            return None;
        }
        let rank = (self.sorted.len() * percent).div_ceil(100).max(1);
        self.sorted.get(rank - 1).copied()
    }
}

/// A step still to be done: what it took others, its share, and how long the dossier was
/// held in it already (also in a step ahead, when it was sent back from there).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    pub experience: Experience,
    pub allotted_seconds: Option<i64>,
    pub held_seconds: i64,
}

/// What is foreseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreseen {
    /// A step has fewer than ten cases.
    Unknown,
    /// Nine of ten would still be in time.
    InTime,
    /// As usual in time; late where the steps take what the slowest tenth took.
    MayBeLate { step: usize },
    /// Late where the steps take what they usually take.
    LikelyLate { step: usize },
}

/// Whether a dossier with so many seconds left will be late, and the step that causes
/// it: the one expected to go furthest beyond its share.
///
/// ```
/// use motcua::domain::foresight::{foresee, Ahead, Experience, Foreseen};
/// let took = |each: i64| Ahead { experience: Experience::new(vec![each; 10]), allotted_seconds: Some(60), held_seconds: 0 };
/// let ahead = [took(50), took(100)];
/// assert_eq!(foresee(&ahead, 150), Foreseen::InTime, "exactly in time");
/// assert_eq!(foresee(&ahead, 149), Foreseen::LikelyLate { step: 1 }, "the second takes 40 beyond its share");
/// let few = Ahead { experience: Experience::new(vec![1; 9]), ..took(1) };
/// assert_eq!(foresee(&[few], 0), Foreseen::Unknown);
/// ```
pub fn foresee(ahead: &[Ahead], seconds_left: i64) -> Foreseen {
    let expected = |of: fn(&Experience) -> Option<i64>| -> Option<Vec<i64>> {
        ahead
            .iter()
            .map(|step| Some((of(&step.experience)? - step.held_seconds).max(0)))
            .collect()
    };
    let (Some(usual), Some(slow)) = (
        expected(Experience::median),
        expected(Experience::ninth_decile),
    ) else {
        return Foreseen::Unknown;
    };
    let causes = |still: &[i64]| {
        let beyond = |place: usize| {
            let step = &ahead[place];
            step.held_seconds + still[place] - step.allotted_seconds.unwrap_or(0)
        };
        // The first of equals: what can be mended soonest.
        (0..ahead.len())
            .rev()
            .max_by_key(|place| beyond(*place))
            .unwrap_or(0)
    };
    if usual.iter().sum::<i64>() > seconds_left {
        Foreseen::LikelyLate {
            step: causes(&usual),
        }
    } else if slow.iter().sum::<i64>() > seconds_left {
        Foreseen::MayBeLate {
            step: causes(&slow),
        }
    } else {
        Foreseen::InTime
    }
}
