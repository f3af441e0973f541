//! Which figures besides table II.06a are kept when a period is closed, and which of them
//! would be others today?
use serde::Serialize;

use super::{
    apologies,
    closed::Closed,
    cut::Cut,
    feedback, four_on_the_spot,
    processing::{self, By},
    reading::Reading,
    satisfaction,
};
use crate::{
    app::App,
    domain::{frozen::Figure, period::Period, share::Share},
    error::Result,
};

/// The figures of a period as they are counted now; it lies within what was read.
pub async fn figures(app: &App, reading: &Reading, period: Period) -> Result<Vec<Figure>> {
    let (agency, whole) = (reading.agency, Cut::default());
    let table = processing::build_from(app, reading, period, By::Field, &whole).await?;
    let said = apologies::build_from(app, reading, period, &whole).await?;
    let four = four_on_the_spot::build(app, agency, period.to, Some(period.from)).await?;
    let satisfied = satisfaction::build_beside(app, agency, period, &table).await?;
    let heard = feedback::build(app, agency, None, period).await?;
    let all = [
        ("apologised", "Hồ sơ trễ có phiếu xin lỗi", said.apologised),
        (
            "declared",
            "Thủ tục được xếp vào diện “4 tại chỗ”",
            four.declared.share,
        ),
        (
            "practised",
            "Thủ tục làm được “4 tại chỗ” trong thực tế",
            four.practised.share,
        ),
        ("on_the_spot", "Hồ sơ xong tại chỗ", four.dossiers),
        (
            "satisfaction",
            "Câu trả lời hài lòng, mức 4 và 5",
            satisfied.index,
        ),
        (
            "ballots",
            "Phiếu khảo sát trên cỡ mẫu",
            Share::new(satisfied.ballots, satisfied.sample),
        ),
        (
            "feedback",
            "Phản ánh, kiến nghị xử lý đúng hạn",
            heard.total.share(),
        ),
    ];
    Ok(all
        .into_iter()
        .map(|(code, label, share)| Figure {
            code: code.to_owned(),
            label: label.to_owned(),
            numerator: share.numerator,
            denominator: share.denominator,
        })
        .collect())
}

/// A kept figure beside the same today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    pub label: String,
    pub was: Share,
    pub is: Share,
}

impl Kept {
    pub fn moved(&self) -> bool {
        self.was != self.is
    }

    /// `Hồ sơ xong tại chỗ: lúc chốt 252/459, nay 253/460`
    pub fn words(&self) -> String {
        format!(
            "{}: lúc chốt {}/{}, nay {}/{}",
            self.label,
            self.was.numerator,
            self.was.denominator,
            self.is.numerator,
            self.is.denominator
        )
    }
}

/// What was kept beside the table of a closed period; nothing of one that was closed before
/// these figures were kept.
pub async fn compare(app: &App, reading: &Reading, closed: &Closed) -> Result<Vec<Kept>> {
    if closed.head.beside.is_empty() {
        return Ok(Vec::new());
    }
    let now = figures(app, reading, closed.period()).await?;
    let kept = closed.head.beside.iter().map(|was| {
        let is = now.iter().find(|is| is.code == was.code);
        Kept {
            label: was.label.clone(),
            was: Share::new(was.numerator, was.denominator),
            is: is.map_or_else(Share::default, |is| {
                Share::new(is.numerator, is.denominator)
            }),
        }
    });
    Ok(kept.collect())
}
