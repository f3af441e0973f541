//! `motcua deadline`: one due moment, or a file of them.
use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;

use super::{print, read_file, usage};
use crate::{
    config::Settings,
    domain::{
        calendar::{self, Calendar},
        deadline::{ClockPolicy, Deadline, DeadlineRules, Pause, TimeLimit, Unit, compute},
        pause::PauseKind,
        row::{Row, Table},
        time::{format_local, parse_moment, to_local},
        viet,
    },
    error::{Error, Kind, Result},
    store::{Store, calendars},
};

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Thời điểm nhận, ví dụ 2021-02-04T09:00
    #[arg(long, required_unless_present = "csv")]
    received: Option<String>,
    /// Thời hạn, ví dụ "5 ngày làm việc"
    #[arg(long, required_unless_present = "csv")]
    limit: Option<String>,
    /// pause hoặc restart (mặc định theo cấu hình)
    #[arg(long)]
    clock: Option<String>,
    /// Lần tạm dừng TỪ..ĐẾN; lặp lại được
    #[arg(long, value_name = "FROM..TO")]
    pause: Vec<String>,
    /// In cách tính từng ngày
    #[arg(long)]
    explain: bool,
    /// Tính cả tệp CSV
    #[arg(long, value_name = "FILE", conflicts_with_all = ["received", "limit", "clock", "pause", "explain"])]
    csv: Option<PathBuf>,
}

pub async fn run(args: &Args, settings: &Settings) -> Result<u8> {
    let calendar = calendar_in_use(&settings.database.url).await?;
    let rules = settings.deadline.rules();
    if let Some(file) = &args.csv {
        return file_of_cases(file, &calendar, &rules, settings.deadline.clock);
    }
    let (Some(received), Some(limit)) = (&args.received, &args.limit) else {
        return Err(usage("Cần --received và --limit, hoặc --csv."));
    };
    let clock = match args.clock.as_deref() {
        None => settings.deadline.clock,
        Some(code) => ClockPolicy::from_code(code)
            .ok_or_else(|| usage("--clock chỉ nhận pause hoặc restart."))?,
    };
    let pauses: Result<Vec<Pause>, String> = args.pause.iter().map(|text| pause(text)).collect();
    let due = compute(
        &calendar,
        &rules,
        local(received).map_err(usage)?,
        TimeLimit::parse(limit).map_err(usage)?,
        clock,
        &pauses.map_err(usage)?,
    )
    .map_err(|error| Error::new(Kind::Invalid, "deadline", error.to_string()))?;
    print(&format!("{}\n", format_local(due.due_at)))?;
    if args.explain {
        print(&explanation(&due))?;
    }
    Ok(0)
}

/// The calendar of the database if there is one, else the one the program carries.
async fn calendar_in_use(url: &str) -> Result<Calendar> {
    let file = url
        .strip_prefix("sqlite://")
        .map(|path| path.split('?').next().unwrap_or(path));
    if file.is_none_or(|file| Path::new(file).is_file()) {
        let store = Store::open(url).await?;
        // A database without our tables has no calendar to offer.
        if let Ok(Some(version)) = calendars::current_version(store.read()).await {
            return calendars::load(store.read(), version).await;
        }
    }
    let text = crate::config::shipped_or_on_disk("calendar.csv", calendar::SHIPPED)?;
    let days = calendar::read(&text).map_err(|row| {
        Error::new(
            Kind::Invalid,
            "bad_row",
            format!("config/calendar.csv: {row}"),
        )
    })?;
    Ok(Calendar::new("kèm chương trình", days))
}

fn explanation(due: &Deadline) -> String {
    let mut out = format!("{}\n", due.rule);
    for day in &due.trace {
        out += &format!("{}  {}\n", viet::date_with_weekday(day.date), day.text);
    }
    if due.provisional {
        out += "Tạm tính: lịch nghỉ của năm này chưa công bố.\n";
    }
    out + &format!("Lịch: {}\n", due.calendar_version)
}

fn local(text: &str) -> Result<NaiveDateTime, String> {
    parse_moment(text).map(to_local)
}

fn pause(text: &str) -> Result<Pause, String> {
    let (from, to) = text
        .split_once("..")
        .ok_or_else(|| format!("Lần tạm dừng “{text}” chưa đúng. Ghi TỪ..ĐẾN."))?;
    Ok(Pause {
        kind: PauseKind::Supplement,
        from: local(from)?,
        to: local(to)?,
    })
}

fn file_of_cases(
    file: &Path,
    calendar: &Calendar,
    rules: &DeadlineRules,
    clock: ClockPolicy,
) -> Result<u8> {
    const COLUMNS: [&str; 6] = ["case", "received_at", "limit", "unit", "clock", "pauses"];
    let text = read_file(file)?;
    let bad_row = |row| {
        Error::new(
            Kind::Invalid,
            "bad_row",
            format!("{}: {row}", file.display()),
        )
    };
    let mut table = Table::open(&text, &COLUMNS).map_err(bad_row)?;
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut failed = false;
    out.write_record(COLUMNS.iter().chain(&["due_at", "provisional", "error"]))
        .map_err(Error::internal)?;
    while let Some(row) = table.next_row().map_err(bad_row)? {
        let due = case(&row, calendar, rules, clock);
        failed |= due.is_err();
        let [due_at, provisional, error] = match due {
            Ok(due) => [
                format_local(due.due_at),
                due.provisional.to_string(),
                String::new(),
            ],
            Err(error) => [String::new(), String::new(), error],
        };
        let given = COLUMNS.map(|column| row.get(column).to_owned());
        out.write_record(given.into_iter().chain([due_at, provisional, error]))
            .map_err(Error::internal)?;
    }
    let bytes = out
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))?;
    print(&String::from_utf8_lossy(&bytes))?;
    Ok(u8::from(failed))
}

fn case(
    row: &Row<'_>,
    calendar: &Calendar,
    rules: &DeadlineRules,
    default: ClockPolicy,
) -> Result<Deadline, String> {
    let received = local(row.get("received_at"))?;
    let unit = Unit::from_code(row.get("unit")).ok_or_else(|| {
        format!("Đơn vị “{}” chưa đúng. Dùng ngay_lam_viec, ngay, gio, gio_lien_tuc, thang, trong_ngay.", row.get("unit"))
    })?;
    let amount = match (row.get("limit"), unit) {
        ("", Unit::SameDay) => 0,
        (text, _) => text
            .parse()
            .map_err(|_| format!("Thời hạn “{text}” phải là số nguyên không âm."))?,
    };
    let clock = match row.get("clock") {
        "" => default,
        code => ClockPolicy::from_code(code)
            .ok_or_else(|| format!("Cách tính “{code}” chưa đúng. Dùng pause hoặc restart."))?,
    };
    let pauses: Result<Vec<Pause>, String> = row
        .get("pauses")
        .split(';')
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(pause)
        .collect();
    compute(
        calendar,
        rules,
        received,
        TimeLimit::new(amount, unit),
        clock,
        &pauses?,
    )
    .map_err(|error| error.to_string())
}
