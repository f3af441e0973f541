//! One row of an old register as a dossier of ours, or every reason why it is none.
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::{
    actions::applicant::unprintable_sign,
    config::Settings,
    domain::{
        dossier::{ApplicantKind, Channel, Outcome, Status, codes},
        time::{local_day, parse_moment, to_utc},
        viet::{self, fold, tidy},
    },
};

codes! {
    /// The words of the national portal, beside our own.
    National {
        Registered = "registered", "Mới đăng ký";
        Received = "received", "Được tiếp nhận";
        Rejected = "rejected", "Không được tiếp nhận";
        Processing = "processing", "Đang xử lý";
        Supplement = "awaiting_supplement", "Yêu cầu bổ sung giấy tờ";
        Payment = "awaiting_payment", "Yêu cầu thực hiện nghĩa vụ tài chính";
        Withdrawn = "withdrawn", "Công dân yêu cầu rút hồ sơ";
        Stopped = "stopped", "Dừng xử lý";
        Processed = "processed", "Đã xử lý xong";
        Returned = "returned", "Đã trả kết quả";
    }
}

/// A column, and why its cell will not do.
pub type Wrong = (&'static str, String);

/// A row as read: all a dossier needs but its procedure's id.
#[derive(Clone, Debug)]
pub struct Read {
    pub code: String,
    pub procedure_code: String,
    pub procedure_name: String,
    pub applicant_name: String,
    pub applicant_kind: ApplicantKind,
    pub id_number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub channel: Channel,
    pub received_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub original_due_at: Option<DateTime<Utc>>,
    pub processed_at: Option<DateTime<Utc>>,
    pub returned_at: Option<DateTime<Utc>>,
    pub waiting_since: Option<DateTime<Utc>>,
    pub status: Status,
    pub outcome: Option<Outcome>,
    pub officer: Option<String>,
    pub note: String,
    pub external_code: Option<String>,
}

/// Reads a row. A day without an hour is the opening hour for a receipt and
/// closing time for what was promised or done.
pub fn read(
    cell: impl Fn(&str) -> String,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Read, Vec<Wrong>> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut text = |name: &'static str, most: usize, needed: bool| {
        let value = tidy(&cell(name));
        let length = value.chars().count();
        if value.chars().any(unprintable_sign) {
            wrong.push((name, "Có ký tự không in được.".into()));
        } else if length > most {
            wrong.push((name, format!("Dài {length} ký tự, nhiều nhất {most}.")));
        } else if needed && value.is_empty() {
            wrong.push((name, "Ô bắt buộc còn trống.".into()));
        }
        value
    };
    let code = text("code", 100, true);
    let procedure_code = text("procedure_code", 60, false);
    let procedure_name = text("procedure_name", 2000, false);
    let applicant_name = text("applicant_name", 200, true);
    let [id_number, phone, email, address, officer, external_code] = [
        ("id_number", 40),
        ("phone", 60),
        ("email", 254),
        ("address", 500),
        ("officer", 200),
        ("external_code", 100),
    ]
    .map(|(name, most)| Some(text(name, most, false)).filter(|value| !value.is_empty()));
    let note = text("note", 2000, false);
    if procedure_code.is_empty() && procedure_name.is_empty() {
        wrong.push(("procedure_code", "Chưa có mã hay tên thủ tục.".into()));
    }
    let hours = settings.deadline.hours;
    let (opening, closing) = (hours.morning.0, hours.closing());
    let mut at = |name: &'static str, hour: NaiveTime| match cell(name).trim() {
        "" => None,
        text => match moment(text, hour, local_day(now)) {
            Ok(at) => Some(at),
            Err(why) => {
                wrong.push((name, why));
                None
            }
        },
    };
    let received_at = at("received_at", opening);
    let due_at = at("due_at", closing);
    let original_due_at = at("original_due_at", closing);
    let processed = at("processed_at", closing);
    let returned_at = at("returned_at", closing);
    let waiting_since = at("waiting_since", closing);
    let status = match tidy(&cell("status")).as_str() {
        "" if returned_at.is_some() => Some(Status::Returned),
        "" if processed.is_some() => Some(Status::Processed),
        "" => Some(Status::Processing),
        word => status_of(word),
    };
    if status.is_none() {
        wrong.push((
            "status",
            "Không hiểu trạng thái này. Dùng mã 1 đến 10 hoặc tên trạng thái.".into(),
        ));
    }
    let outcome = match tidy(&cell("outcome")).as_str() {
        "" => None,
        word => {
            let found = Outcome::ALL
                .iter()
                .copied()
                .find(|o| o.code() == word || fold(o.label()) == fold(word));
            if found.is_none() {
                wrong.push((
                    "outcome",
                    "Kết quả chỉ nhận granted, refused, withdrawn, stopped, rejected.".into(),
                ));
            }
            found
        }
    };
    let applicant_kind = match tidy(&cell("applicant_kind")).as_str() {
        "" => Some(ApplicantKind::Citizen),
        word => kind_of(word),
    };
    if applicant_kind.is_none() {
        wrong.push((
            "applicant_kind",
            "Loại người nộp chỉ nhận công dân, doanh nghiệp, hộ kinh doanh, tổ chức.".into(),
        ));
    }
    let channel = match tidy(&cell("channel")).as_str() {
        "" => Some(Channel::Desk),
        word => channel_of(word),
    };
    if channel.is_none() {
        wrong.push((
            "channel",
            "Hình thức chỉ nhận trực tiếp, trực tuyến, bưu chính.".into(),
        ));
    }
    // What went home was ready before.
    let processed_at = processed.or(returned_at);
    if let (Some(received), Some(status)) = (received_at, status) {
        order(&mut wrong, received, status, processed_at, returned_at, now);
    } else if received_at.is_none() && cell("received_at").trim().is_empty() {
        wrong.push(("received_at", "Ô bắt buộc còn trống.".into()));
    }
    let (Some(received_at), Some(status), Some(applicant_kind), Some(channel), true) = (
        received_at,
        status,
        applicant_kind,
        channel,
        wrong.is_empty(),
    ) else {
        return Err(wrong);
    };
    Ok(Read {
        code,
        procedure_code,
        procedure_name,
        applicant_name,
        applicant_kind,
        id_number,
        phone,
        email,
        address,
        channel,
        received_at,
        due_at,
        original_due_at,
        processed_at,
        returned_at,
        waiting_since,
        status,
        outcome,
        officer,
        note,
        external_code,
    })
}

/// Do the days and the state tell one story?
fn order(
    wrong: &mut Vec<Wrong>,
    received: DateTime<Utc>,
    status: Status,
    processed: Option<DateTime<Utc>>,
    returned: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) {
    // A day without an hour counts as its closing time, which today may still be ahead.
    let late = |at: DateTime<Utc>| at > now && local_day(at) > local_day(now);
    if late(received) {
        wrong.push(("received_at", "Ngày nhận ở tương lai.".into()));
    }
    if let Some(processed) = processed {
        if late(processed) {
            wrong.push(("processed_at", "Ngày có kết quả ở tương lai.".into()));
        } else if local_day(processed) < local_day(received) {
            wrong.push(("processed_at", "Ngày có kết quả trước ngày nhận.".into()));
        }
        if returned.is_some_and(|returned| local_day(returned) < local_day(processed)) {
            wrong.push(("returned_at", "Ngày trả trước ngày có kết quả.".into()));
        }
    }
    let ended = matches!(
        status,
        Status::Processed | Status::Returned | Status::Withdrawn | Status::Stopped
    );
    if ended && processed.is_none() {
        wrong.push((
            "processed_at",
            "Hồ sơ đã kết thúc mà chưa có ngày kết thúc.".into(),
        ));
    }
    if status == Status::Returned && returned.is_none() {
        wrong.push(("returned_at", "Hồ sơ đã trả mà chưa có ngày trả.".into()));
    }
    if !ended && processed.is_some() {
        wrong.push((
            "status",
            "Đã có ngày kết thúc mà trạng thái là đang giải quyết.".into(),
        ));
    }
    if status != Status::Returned && returned.is_some() {
        wrong.push((
            "status",
            "Đã có ngày trả mà trạng thái chưa phải đã trả.".into(),
        ));
    }
}

/// A moment as registers write it: ISO, `05/01/2021 08:30`, `08:30 05/01/2021`,
/// a day alone, or Excel's serial number of days.
pub fn moment(text: &str, hour: NaiveTime, today: NaiveDate) -> Result<DateTime<Utc>, String> {
    let text = tidy(text);
    if let Ok(at) = parse_moment(&text) {
        return Ok(at);
    }
    if let Some(at) = serial(&text, hour) {
        return Ok(to_utc(at));
    }
    let (mut day, mut time) = (None, None);
    for word in text.split(' ') {
        if word.contains(':') || word.contains('h') {
            time = viet::read_time(word).ok();
        } else {
            day = day.or_else(|| viet::read_date(word, today).ok());
        }
    }
    let words = text.split(' ').count();
    match (day, time) {
        (Some(day), Some(time)) if words == 2 => Ok(to_utc(day.and_time(time))),
        (Some(day), None) if words == 1 => Ok(to_utc(day.and_time(hour))),
        _ => {
            let shown: String = text.chars().take(40).collect();
            Err(format!(
                "“{shown}” không phải là ngày. Ví dụ: 05/01/2021 hoặc 05/01/2021 08:30."
            ))
        }
    }
}

/// Excel's days since 30/12/1899, between 1954 and 2119: a register's years.
fn serial(text: &str, hour: NaiveTime) -> Option<NaiveDateTime> {
    let number: f64 = text
        .parse()
        .ok()
        .filter(|n| (20_000.0..80_000.0).contains(n))?;
    let base = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    #[allow(
        clippy::cast_possible_truncation,
        reason = "whole, of at most 80 000 days and 86 400 seconds"
    )]
    let (days, seconds) = (
        number.trunc() as i64,
        (number.fract() * 86_400.0).round() as i64,
    );
    let day = base.checked_add_signed(TimeDelta::days(days))?;
    Some(if seconds == 0 {
        day.and_time(hour)
    } else {
        day.and_time(NaiveTime::MIN) + TimeDelta::seconds(seconds)
    })
}

/// A state by our code, its national number, or its name here or there.
pub fn status_of(word: &str) -> Option<Status> {
    let folded = fold(word);
    Status::ALL.iter().copied().find(|status| {
        status.code() == folded
            || status.number().to_string() == folded
            || fold(status.label()) == folded
            || National::from_code(status.code()).is_some_and(|n| fold(n.label()) == folded)
    })
}

fn kind_of(word: &str) -> Option<ApplicantKind> {
    let folded = fold(word);
    ApplicantKind::ALL
        .iter()
        .copied()
        .find(|kind| kind.code() == folded || fold(kind.label()) == folded)
        .or(match folded.as_str() {
            "ca nhan" => Some(ApplicantKind::Citizen),
            "to chuc" | "co quan" => Some(ApplicantKind::Organisation),
            _ => None,
        })
}

fn channel_of(word: &str) -> Option<Channel> {
    let folded = fold(word);
    Channel::ALL
        .iter()
        .copied()
        .find(|channel| channel.code() == folded || fold(channel.label()) == folded)
        .or(match folded.as_str() {
            "1" | "tai quay" => Some(Channel::Desk),
            "2" | "truc tuyen mot phan" | "truc tuyen toan trinh" => Some(Channel::Online),
            "3" | "buu chinh" | "buu dien" => Some(Channel::Post),
            _ => None,
        })
}
