//! What would lift the declared share past the target? The procedures of the commune's
//! own authority that are not declared, those with the best evidence first; and how the
//! three shares moved through the year.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{four_on_the_spot as four_report, months};
use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        evidence::sure_at_least, period::Period, procedure::Procedure, share::Share,
        time::local_day,
    },
    error::Result,
    store::{four, procedures, review},
};

/// Where a procedure may be touched besides the commune.
pub const HERE: &str = "xã";

/// A procedure that could be declared.
#[derive(Clone, Debug, Serialize)]
pub struct Candidate {
    pub code: String,
    pub name: String,
    pub field: String,
    /// Finished within the day they were received ÷ finished.
    pub within_the_day: Share,
    /// The same with all four stamps at the desk.
    pub on_the_spot: Share,
    /// The agencies that the catalogue names.
    pub agencies: String,
    pub elsewhere: bool,
    /// Lowest likely share finished within the day, hundredths of a percent.
    pub sure_at_least: u64,
    /// Proposed: among the first with evidence, up to what is missing.
    pub enough: bool,
}

/// The three shares at the end of a month.
#[derive(Clone, Debug, Serialize)]
pub struct Month {
    pub label: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub declared: Share,
    pub practised: Share,
    pub dossiers: Share,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub at: NaiveDate,
    pub from: NaiveDate,
    /// Declared procedures still missing to the target.
    pub missing: u64,
    /// The declared share today, and with the proposed ones.
    pub declared: Share,
    pub with_proposed: Share,
    pub candidates: Vec<Candidate>,
}

/// The candidates on a day, by dossiers finished since another.
pub async fn build(
    app: &App,
    agency: i64,
    at: NaiveDate,
    from: Option<NaiveDate>,
) -> Result<Report> {
    let four = four_report::build(app, agency, at, from).await?;
    let from = four.from;
    let mut counted: BTreeMap<String, (u64, u64, u64, u64)> = BTreeMap::new();
    for one in four::finished(app.store.read(), agency, from, at).await? {
        let sums = counted.entry(one.procedure_code).or_default();
        let same_day = local_day(one.received_at) == local_day(one.ended_at);
        sums.0 += 1;
        sums.1 += u64::from(same_day);
        sums.2 += u64::from(one.on_the_spot.is_some());
        sums.3 += u64::from(one.on_the_spot == Some(true));
    }
    let been: std::collections::BTreeSet<String> =
        review::elsewhere(app.store.read(), agency, Period { from, to: at })
            .await?
            .into_iter()
            .map(|one| one.procedure_code)
            .collect();
    let candidate = |procedure: Procedure| {
        let (all, same_day, stamped, spot) = counted.get(&procedure.code).copied()?;
        Some(Candidate {
            within_the_day: Share::new(same_day, all),
            on_the_spot: Share::new(spot, stamped),
            elsewhere: procedure.involves_agencies.trim() != HERE || been.contains(&procedure.code),
            agencies: procedure.involves_agencies,
            sure_at_least: sure_at_least(same_day, all),
            enough: false,
            code: procedure.code,
            name: procedure.name,
            field: procedure.field,
        })
    };
    let mut seen = std::collections::BTreeSet::new();
    let catalogue = procedures::search(app.store.read(), "", None, at).await?;
    let office = app.office(agency).await?;
    let mut candidates: Vec<Candidate> = office
        .offered(catalogue, at)
        .into_iter()
        .filter(|procedure| procedure.own_authority() && !procedure.declared(at))
        .filter(|procedure| seen.insert(procedure.code.clone()))
        .filter_map(candidate)
        .collect();
    candidates.sort_by(|a, b| {
        let key = |one: &Candidate| (one.elsewhere, std::cmp::Reverse(one.sure_at_least));
        key(a).cmp(&key(b)).then(a.code.cmp(&b.code))
    });
    let missing = usize::try_from(four.missing).unwrap_or(usize::MAX);
    let sound = |one: &&mut Candidate| !one.elsewhere && one.within_the_day.reaches(5_000);
    for one in candidates.iter_mut().filter(sound).take(missing) {
        one.enough = true;
    }
    Ok(Report {
        at,
        from,
        missing: four.missing,
        declared: four.declared.share,
        with_proposed: Share::new(
            four.declared.share.numerator
                + candidates.iter().filter(|one| one.enough).count() as u64,
            four.declared.share.denominator,
        ),
        candidates,
    })
}

/// The shares month by month, up to the one of a day.
pub async fn over_time(app: &App, agency: i64, at: NaiveDate) -> Result<Vec<Month>> {
    let day = Period { from: at, to: at };
    let mut all = Vec::new();
    for month in day.months_before(12, app.settings.figures.period_start_day) {
        let until = month.to.min(at);
        let four = four_report::build(app, agency, until, Some(month.from)).await?;
        all.push(Month {
            label: months::label(month),
            from: month.from,
            to: until,
            declared: four.declared.share,
            practised: four.practised.share,
            dossiers: four.dossiers,
        });
    }
    Ok(all)
}

/// How the list is ordered.
pub const ORDER: &str = "Thủ tục thuộc thẩm quyền UBND xã, chưa vào diện 4 tại chỗ, có hồ sơ xong; không có bước ở cơ quan khác đứng trước, rồi theo tỷ lệ xong trong ngày thấp nhất có thể tin (khoảng tin cậy Wilson 95 %): 30/31 đứng trên 1/1. Đưa vào dự thảo: ít nhất một nửa số hồ sơ xong trong ngày, không có bước ở cơ quan khác, đủ số còn thiếu thì dừng.";

impl Report {
    /// What the proposed ones make of the share, and whether that is enough.
    pub fn verdict(&self) -> String {
        let proposed = self.with_proposed.numerator - self.declared.numerator;
        let goal = four_report::GOAL.hundredths().unwrap_or_default();
        let still = self.missing.saturating_sub(proposed);
        let end = if self.with_proposed.denominator > 0 && self.with_proposed.reaches(goal) {
            "đạt chỉ tiêu 20 %".to_owned()
        } else {
            format!("chưa đạt chỉ tiêu 20 %, còn thiếu {still} thủ tục chưa có đủ căn cứ từ hồ sơ")
        };
        let of = |share: Share| {
            format!(
                "{}/{} = {}",
                share.numerator,
                share.denominator,
                share.words()
            )
        };
        format!(
            "Hiện có {} thủ tục; thêm {proposed} thủ tục đề xuất thành {}: {end}.",
            of(self.declared),
            of(self.with_proposed)
        )
    }

    /// The draft list for the decision, the column for it empty.
    pub fn sheet(&self) -> Sheet {
        let yes = |is: bool| if is { "có" } else { "không" };
        Sheet {
            head: vec![
                "Mã thủ tục",
                "Tên thủ tục",
                "Lĩnh vực",
                "Xong trong ngày",
                "Hồ sơ xong",
                "Tỷ lệ (%)",
                "Xong tại chỗ",
                "Cơ quan tham gia",
                "Có bước ở cơ quan khác",
                "Đưa vào dự thảo",
                "Quyết định",
            ],
            rows: self
                .candidates
                .iter()
                .map(|one| {
                    vec![
                        one.code.clone().into(),
                        one.name.clone().into(),
                        one.field.clone().into(),
                        one.within_the_day.numerator.into(),
                        one.within_the_day.denominator.into(),
                        Cell::Percent(one.within_the_day),
                        one.on_the_spot.numerator.into(),
                        one.agencies.clone().into(),
                        yes(one.elsewhere).into(),
                        yes(one.enough).into(),
                        "".into(),
                    ]
                })
                .collect(),
            definitions: vec![
                define("Kết quả", self.verdict()),
                define("Thứ tự", ORDER),
                define(
                    "Xong trong ngày",
                    "Ngày kết thúc là ngày tiếp nhận; hồ sơ có kết quả hoặc từ chối.",
                ),
            ],
        }
    }
}
