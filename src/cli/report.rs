//! `motcua report`: the figures, as files.
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, builder::TypedValueParser};
use serde::Serialize;

use super::{print_bytes, usage};
use crate::{
    app::App,
    documents::sheet::Sheet,
    domain::{dossier::Channel, period::Period},
    error::Result,
    papers,
    reports::{
        accountability, apologies,
        cut::Cut,
        file::{self, Kind},
        foresight, four_on_the_spot, four_to_reach, index_766, plan, processing, radar, review,
        rhythm, satisfaction, service_score, targets, timeliness,
    },
    store::{agencies, hands::Whose},
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

/// The codes of a list, each as its value.
fn codes<T: Clone + Send + Sync + 'static>(
    all: &[T],
    code: fn(&T) -> &'static str,
) -> impl TypedValueParser<Value = T> + use<T> {
    let known: Vec<(&'static str, T)> = all.iter().map(|one| (code(one), one.clone())).collect();
    let names: Vec<&'static str> = known.iter().map(|(name, _)| *name).collect();
    clap::builder::PossibleValuesParser::new(names).try_map(move |name| {
        let found = known.iter().find(|(code, _)| *code == name);
        found.map(|(_, one)| one.clone()).ok_or("unknown")
    })
}

fn table_by() -> impl TypedValueParser<Value = processing::By> {
    codes(processing::By::ALL, |by| by.code())
}

fn hands_by() -> impl TypedValueParser<Value = accountability::By> {
    codes(accountability::By::ALL, |by| by.code())
}

fn channel() -> impl TypedValueParser<Value = Channel> {
    codes(Channel::ALL, |channel| channel.code())
}

/// As of a day.
#[derive(Args, Debug)]
pub struct Day {
    /// Ngày tính
    #[arg(long)]
    at: NaiveDate,
    /// Từ ngày (mặc định: đầu năm báo cáo)
    #[arg(long)]
    from: Option<NaiveDate>,
}

/// Which dossiers alone.
#[derive(Args, Debug)]
pub struct Of {
    /// Chỉ lĩnh vực này
    #[arg(long, default_value = "")]
    field: String,
    /// Chỉ thủ tục có mã này
    #[arg(long, default_value = "")]
    procedure: String,
    /// Chỉ cán bộ này
    #[arg(long, default_value = "")]
    officer: String,
    /// Chỉ hình thức nộp này
    #[arg(long, value_parser = channel())]
    channel: Option<Channel>,
}

impl Of {
    fn cut(&self) -> Cut {
        Cut {
            field: self.field.clone(),
            procedure: self.procedure.clone(),
            officer: self.officer.clone(),
            channel: self.channel.map_or("", Channel::code).to_owned(),
        }
    }
}

/// From one day to another, or a period by its name.
#[derive(Args, Debug)]
pub struct Between {
    #[arg(long, requires = "to")]
    from: Option<NaiveDate>,
    #[arg(long, requires = "from")]
    to: Option<NaiveDate>,
    /// Tên kỳ: 2021-Q1, 2021-H1, 2021-9M, 2021-04, 2021
    #[arg(long, conflicts_with_all = ["from", "to"])]
    period: Option<String>,
}

impl Between {
    fn period(&self, app: &App) -> Result<Period> {
        processing::period(app, self.from, self.to, self.period.as_deref())
    }
}

/// In which form, and where to.
#[derive(Args, Debug)]
pub struct Out {
    #[arg(long, default_value = "json")]
    format: String,
    /// Tệp ghi ra (mặc định: màn hình)
    #[arg(long = "out", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Cơ quan (mặc định: cơ quan đầu tiên)
    #[arg(long)]
    agency: Option<String>,
}

impl Out {
    fn write(&self, app: &App, report: &impl Serialize, sheet: &Sheet) -> Result<()> {
        let kind = Kind::from_code(&self.format).ok_or_else(|| {
            usage(format!(
                "Không có dạng “{}”. Dùng --format json, csv hoặc xlsx; biểu II.06a còn có pdf.",
                self.format
            ))
        })?;
        let mut bytes = file::bytes(app, kind, report, sheet)?;
        if kind == Kind::Json {
            bytes.push(b'\n');
        }
        self.put(&bytes)
    }

    fn put(&self, bytes: &[u8]) -> Result<()> {
        match &self.file {
            Some(file) => Ok(std::fs::write(file, bytes)?),
            None => print_bytes(bytes),
        }
    }

    async fn agency(&self, app: &App) -> Result<i64> {
        agencies::of(app.store.read(), self.agency.as_deref()).await
    }
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
            let period = between.period(app)?;
            let report = processing::build(app, agency, period, by, &of.cut()).await?;
            if out.format == "pdf" {
                return out.put(&papers::processing::pdf(app, agency, &report).await?);
            }
            out.write(app, &report, &report.sheet())
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
            put!(
                app,
                out,
                apologies::build(app, agency, between.period(app)?, &of.cut())
            )
        }
        Command::OnTime { between, of, out } => {
            put!(
                app,
                out,
                timeliness::build(app, agency, between.period(app)?, &of.cut())
            )
        }
        Command::Review { between, of, out } => {
            put!(
                app,
                out,
                review::build(app, agency, between.period(app)?, &of.cut())
            )
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
                index_766::build(app, agency, between.period(app)?)
            )
        }
        Command::Radar { between, out } => {
            put!(app, out, radar::build(app, agency, between.period(app)?))
        }
        Command::Rhythm { between, of, out } => {
            put!(
                app,
                out,
                rhythm::build(app, agency, between.period(app)?, &of.cut())
            )
        }
        Command::Accountability {
            between,
            by,
            at_agency,
            of,
            out,
        } => {
            let (period, cut) = (between.period(app)?, of.cut());
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
        Command::Foresight { out } => put!(app, out, foresight::build(app, agency, None)),
        Command::Targets { at, out } => put!(app, out, targets::build(app, agency, at)),
        Command::Plan { at, out } => put!(app, out, plan::build(app, agency, at)),
    }
}

impl Command {
    fn out(&self) -> &Out {
        match self {
            Self::Processing { out, .. }
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
