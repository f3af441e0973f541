//! The service score of TT 01/2018/TT-VPCP Điều 13–15: nine indicators at 2, 1 or 0.

/// Points of dossiers, averaged to one decimal (Điều 15).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Points {
    pub sum: u64,
    pub dossiers: u64,
}

impl Points {
    pub fn add(&mut self, points: u64) {
        self.sum += points;
        self.dossiers += 1;
    }

    /// In tenths, rounded half up; `None` without a dossier.
    ///
    /// ```
    /// use motcua::domain::points::Points;
    /// assert_eq!(Points { sum: 7, dossiers: 4 }.tenths(), Some(18), "1,75 is 1,8");
    /// assert_eq!(Points::default().tenths(), None);
    /// ```
    pub fn tenths(self) -> Option<u64> {
        (self.sum * 20 + self.dossiers).checked_div(self.dossiers * 2)
    }
}

/// `1,8` from tenths.
pub fn words(tenths: u64) -> String {
    format!("{},{}", tenths / 10, tenths % 10)
}

/// Indicator 8: feedback answered in time; `dragging` is what is overdue and open.
pub fn feedback(in_time: u64, due: u64, dragging: u64) -> u64 {
    match due {
        0 => 2,
        _ if in_time == due => 2,
        _ if dragging == 0 && in_time * 100 >= due * 90 => 1,
        _ => 0,
    }
}

/// Indicator 9, as far as the register knows it: the share of online dossiers, whether any
/// of them was late, and the share of procedures offered online (mức 3, 4) where known.
///
/// ```
/// use motcua::domain::points::online;
/// assert_eq!(online(10, 100, 0, None), Some(0), "below 15 %");
/// assert_eq!(online(20, 100, 0, None), Some(1));
/// assert_eq!(online(20, 100, 1, None), Some(0), "one late");
/// assert_eq!(online(30, 100, 0, None), None, "2 needs the share offered");
/// assert_eq!(online(30, 100, 0, Some((20, 100))), Some(2));
/// assert_eq!(online(30, 100, 0, Some((0, 100))), Some(0), "none offered");
/// assert_eq!(online(0, 0, 0, None), None);
/// ```
pub fn online(online: u64, all: u64, late: u64, offered: Option<(u64, u64)>) -> Option<u64> {
    if all == 0 {
        return None;
    }
    if late > 0 || online * 100 < all * 15 || offered.is_some_and(|(some, _)| some == 0) {
        return Some(0);
    }
    if online * 100 < all * 30 {
        return Some(1);
    }
    offered.map(|(some, whole)| if some * 100 >= whole * 20 { 2 } else { 1 })
}

/// What an indicator brings at most, in tenths.
const MOST: u64 = 20;

/// The bands between which the indicators decide that nobody knows yet: Điều 15 leaves them
/// out of the sum and does not rescale its bands, so that a sum of few is no low grade.
fn between(band: fn(u64) -> &'static str, tenths: u64, missing: usize) -> String {
    let (least, most) = (band(tenths), band(tenths + MOST * missing as u64));
    if least == most {
        return least.to_owned();
    }
    format!("từ {least} đến {most}, tùy {missing} chỉ số chưa đủ dữ liệu")
}

/// The band of an agency, from the sum over its indicators in tenths (at most 180).
///
/// ```
/// use motcua::domain::points::agency_band;
/// assert_eq!(agency_band(120, 0), "tốt");
/// assert_eq!(agency_band(150, 1), "xuất sắc");
/// assert_eq!(agency_band(20, 8), "từ yếu đến xuất sắc, tùy 8 chỉ số chưa đủ dữ liệu");
/// ```
pub fn agency_band(tenths: u64, missing: usize) -> String {
    between(agency_words, tenths, missing)
}

fn agency_words(tenths: u64) -> &'static str {
    match tenths {
        150.. => "xuất sắc",
        120.. => "tốt",
        90.. => "khá",
        60.. => "trung bình",
        _ => "yếu",
    }
}

/// The band of an officer, from indicators 1, 2, 3, 4 and 7 in tenths (at most 100).
///
/// ```
/// use motcua::domain::points::officer_band;
/// assert_eq!([officer_band(50, 1), officer_band(49, 0), officer_band(35, 0), officer_band(34, 0)], [
///     "hoàn thành 100 %", "hoàn thành 70 đến dưới 100 %", "hoàn thành 70 đến dưới 100 %", "hoàn thành dưới 70 %",
/// ]);
/// assert_eq!(officer_band(34, 1), "từ hoàn thành dưới 70 % đến hoàn thành 100 %, tùy 1 chỉ số chưa đủ dữ liệu");
/// ```
pub fn officer_band(tenths: u64, missing: usize) -> String {
    between(officer_words, tenths, missing)
}

fn officer_words(tenths: u64) -> &'static str {
    match tenths {
        50.. => "hoàn thành 100 %",
        35.. => "hoàn thành 70 đến dưới 100 %",
        _ => "hoàn thành dưới 70 %",
    }
}
