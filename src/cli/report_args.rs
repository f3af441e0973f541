//! What may be said to `motcua report …`: which days, which dossiers, in which form.
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, builder::TypedValueParser};
use serde::Serialize;

use super::{print_bytes, usage, write_file};
use crate::{
    app::App,
    documents::sheet::Sheet,
    domain::{dossier::Channel, period::Period},
    error::Result,
    reports::{
        accountability,
        cut::Cut,
        file::{self, Kind},
        processing,
    },
    store::agencies,
};

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

pub fn table_by() -> impl TypedValueParser<Value = processing::By> {
    codes(processing::By::ALL, |by| by.code())
}

pub fn hands_by() -> impl TypedValueParser<Value = accountability::By> {
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
    pub at: NaiveDate,
    /// Từ ngày (mặc định: đầu năm báo cáo)
    #[arg(long)]
    pub from: Option<NaiveDate>,
}

/// Which dossiers alone.
#[derive(Args, Debug)]
pub struct Of {
    /// Chỉ lĩnh vực này, ghi như trong danh mục, ví dụ: Hộ tịch
    #[arg(long, default_value = "")]
    field: String,
    /// Chỉ thủ tục có mã này
    #[arg(long, default_value = "")]
    procedure: String,
    /// Chỉ cán bộ này: họ và tên như ở staff list; cùng tên thì “Họ và tên (tên đăng nhập)”, với accountability thì @tên-đăng-nhập
    #[arg(long, default_value = "")]
    officer: String,
    /// Chỉ hình thức nộp này
    #[arg(long, value_parser = channel())]
    channel: Option<Channel>,
}

impl Of {
    /// The period, and which of its dossiers; refused where they are nobody's and of nothing.
    pub async fn over(&self, app: &App, agency: i64, between: &Between) -> Result<(Period, Cut)> {
        self.checked(app, agency, between, false).await
    }

    /// The same, where an officer is who held a dossier.
    pub async fn by_hand(
        &self,
        app: &App,
        agency: i64,
        between: &Between,
    ) -> Result<(Period, Cut)> {
        self.checked(app, agency, between, true).await
    }

    async fn checked(
        &self,
        app: &App,
        agency: i64,
        between: &Between,
        by_hand: bool,
    ) -> Result<(Period, Cut)> {
        let (period, cut) = (between.period(app)?, self.cut());
        cut.is_of_something(app, agency, period, by_hand).await?;
        Ok((period, cut))
    }

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
    pub fn period(&self, app: &App) -> Result<Period> {
        processing::period(app, self.from, self.to, self.period.as_deref())
    }
}

/// In which form, and where to.
#[derive(Args, Debug)]
pub struct Out {
    #[arg(long, default_value = "json")]
    pub format: String,
    /// Tệp ghi ra (mặc định: màn hình)
    #[arg(long = "out", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Cơ quan (mặc định: cơ quan đầu tiên)
    #[arg(long)]
    agency: Option<String>,
}

impl Out {
    pub fn write(&self, app: &App, report: &impl Serialize, sheet: &Sheet) -> Result<()> {
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

    pub fn put(&self, bytes: &[u8]) -> Result<()> {
        match &self.file {
            Some(file) => write_file(file, bytes),
            None => print_bytes(bytes),
        }
    }

    pub async fn agency(&self, app: &App) -> Result<i64> {
        agencies::of(app.store.read(), self.agency.as_deref()).await
    }
}
