//! `motcua report`: the figures, as files.
use chrono::NaiveDate;
use clap::Subcommand;

use super::report_args::{Between, Day, Of, Out, hands_by, table_by};
use crate::{
    app::App,
    error::Result,
    papers,
    reports::{
        accountability, agencies, apologies, foresight, four_on_the_spot, four_to_reach, index_766,
        plan, processing, radar, review, rhythm, satisfaction, service_score, targets, timeliness,
    },
    store::hands::Whose,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Biểu II.06a: tình hình, kết quả giải quyết
    Processing {
        #[command(flatten)]
        between: Between,
        #[arg(long, default_value = "field", value_parser = table_by())]
        by: processing::By,
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        out: Out,
    },
    /// Các đơn vị dưới cơ quan này, mỗi đơn vị một dòng
    Agencies {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        out: Out,
    },
    /// Tỷ lệ thủ tục "4 tại chỗ" so với chỉ tiêu 20 %
    FourOnTheSpot {
        #[command(flatten)]
        day: Day,
        #[command(flatten)]
        out: Out,
    },
    /// Thủ tục có thể bổ sung vào diện "4 tại chỗ", xếp theo bằng chứng
    FourToReach {
        #[command(flatten)]
        day: Day,
        #[command(flatten)]
        out: Out,
    },
    /// Mức độ hài lòng theo phiếu khảo sát
    Satisfaction {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        out: Out,
    },
    /// Hồ sơ trễ và phiếu xin lỗi
    Apologies {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        out: Out,
    },
    /// Tỷ lệ đúng hạn theo tháng, số ngày đã dùng so với thời hạn
    OnTime {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        out: Out,
    },
    /// Rà soát thủ tục
    Review {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        out: Out,
    },
    /// Chất lượng phục vụ theo TT 01/2018
    ServiceScore {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        out: Out,
    },
    /// Bộ chỉ số 766, phần Bộ phận Một cửa biết
    #[command(name = "index-766")]
    Index766 {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        out: Out,
    },
    /// Điểm cần xem lại
    Radar {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        out: Out,
    },
    /// Nhịp tiếp nhận theo thứ và giờ; đúng hạn theo lĩnh vực và tháng
    Rhythm {
        #[command(flatten)]
        between: Between,
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        out: Out,
    },
    /// Thời gian giữ hồ sơ so với phần được giao
    Accountability {
        #[command(flatten)]
        between: Between,
        #[arg(long, default_value = "officer", value_parser = hands_by())]
        by: accountability::By,
        /// Chỉ lượt giữ ở cơ quan này
        #[arg(long = "at-agency", default_value = "")]
        at_agency: String,
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        out: Out,
    },
    /// Hồ sơ có thể trễ
    Foresight {
        #[command(flatten)]
        out: Out,
    },
    /// Chỉ tiêu của kế hoạch
    Targets {
        /// Ngày tính
        #[arg(long)]
        at: NaiveDate,
        #[command(flatten)]
        out: Out,
    },
    /// Nhiệm vụ của kế hoạch
    Plan {
        /// Ngày tính
        #[arg(long)]
        at: NaiveDate,
        #[command(flatten)]
        out: Out,
    },
}

/// Assembles a report and writes it as that file.
macro_rules! put {
    ($app:ident, $out:ident, $build:expr) => {{
        let report = $build.await?;
        $out.write($app, &report, &report.sheet())
    }};
}

pub async fn run(app: &App, command: Command) -> Result<()> {
    let agency = command.out().agency(app).await?;
    match command {
        Command::Processing {
            between,
            by,
            of,
            out,
        } => {
            let (period, cut) = of.over(app, agency, &between).await?;
            let report = processing::official(app, agency, period, by, &cut).await?;
            if out.format == "pdf" {
                return out.put(&papers::processing::pdf(app, agency, &report).await?);
            }
            out.write(app, &report, &report.sheet())
        }
        Command::Agencies { between, out } => {
            put!(app, out, agencies::build(app, agency, between.period(app)?))
        }
        Command::FourOnTheSpot { day, out } => {
            put!(
                app,
                out,
                four_on_the_spot::build(app, agency, day.at, day.from)
            )
        }
        Command::FourToReach { day, out } => {
            put!(
                app,
                out,
                four_to_reach::build(app, agency, day.at, day.from)
            )
        }
        Command::Satisfaction { between, out } => {
            put!(
                app,
                out,
                satisfaction::build(app, agency, between.period(app)?)
            )
        }
        Command::Apologies { between, of, out } => {
            let (period, cut) = of.over(app, agency, &between).await?;
            put!(app, out, apologies::build(app, agency, period, &cut))
        }
        Command::OnTime { between, of, out } => {
            let (period, cut) = of.over(app, agency, &between).await?;
            put!(app, out, timeliness::build(app, agency, period, &cut))
        }
        Command::Review { between, of, out } => {
            let (period, cut) = of.over(app, agency, &between).await?;
            put!(app, out, review::build(app, agency, period, &cut))
        }
        Command::ServiceScore { between, out } => {
            put!(
                app,
                out,
                service_score::build(app, agency, between.period(app)?)
            )
        }
        Command::Index766 { between, out } => {
            put!(
                app,
                out,
                index_766::build(app, agency, None, between.period(app)?)
            )
        }
        Command::Radar { between, out } => {
            super::looked(app, agency, None, "rà xét").await?;
            put!(app, out, radar::build(app, agency, between.period(app)?))
        }
        Command::Rhythm { between, of, out } => {
            let (period, cut) = of.over(app, agency, &between).await?;
            put!(app, out, rhythm::build(app, agency, period, &cut))
        }
        Command::Accountability {
            between,
            by,
            at_agency,
            of,
            out,
        } => {
            let (period, cut) = of.by_hand(app, agency, &between).await?;
            let wanted = accountability::Asked {
                whose: &Whose::All,
                cut: &cut,
                agency: &at_agency,
            };
            put!(
                app,
                out,
                accountability::build(app, agency, period, by, &wanted)
            )
        }
        Command::Foresight { out } => {
            // It names applicants.
            super::looked(app, agency, None, "dự báo trễ").await?;
            put!(app, out, foresight::build(app, agency, None))
        }
        Command::Targets { at, out } => put!(app, out, targets::build(app, agency, at)),
        Command::Plan { at, out } => put!(app, out, plan::build(app, agency, at)),
    }
}

impl Command {
    fn out(&self) -> &Out {
        match self {
            Self::Processing { out, .. }
            | Self::Agencies { out, .. }
            | Self::FourOnTheSpot { out, .. }
            | Self::FourToReach { out, .. }
            | Self::Satisfaction { out, .. }
            | Self::Apologies { out, .. }
            | Self::OnTime { out, .. }
            | Self::Review { out, .. }
            | Self::ServiceScore { out, .. }
            | Self::Index766 { out, .. }
            | Self::Radar { out, .. }
            | Self::Rhythm { out, .. }
            | Self::Accountability { out, .. }
            | Self::Foresight { out }
            | Self::Targets { out, .. }
            | Self::Plan { out, .. } => out,
        }
    }
}
