//! How does the count of a deadline become lines on a page? From its trace alone.
use super::parts::{Day, TraceLine};
use crate::domain::{
    deadline::{DayRole, Deadline, TraceDay},
    viet,
};

/// The lines of a trace.
pub fn lines(deadline: &Deadline) -> Vec<TraceLine> {
    deadline.trace.iter().map(line).collect()
}

/// One of them.
pub fn line(day: &TraceDay) -> TraceLine {
    TraceLine {
        date: day.date,
        day: match day.role {
            DayRole::Received => Day::Received,
            DayRole::Counted => Day::Counted,
            DayRole::Off => Day::Off,
            DayRole::Holiday => Day::Holiday,
            DayRole::Paused => Day::Paused,
            DayRole::Due => Day::Due,
        },
        number: day.number,
        text: viet::sentence(&day.text),
        note: match day.role {
            DayRole::Holiday => short_name(&day.text).into(),
            _ => String::new(),
        },
    }
}

/// Whether each line is a day of its own, one after another: what a ruler can show.
pub fn is_daily(deadline: &Deadline) -> bool {
    deadline
        .trace
        .windows(2)
        .all(|pair| pair[0].date.succ_opt() == Some(pair[1].date))
}

/// The law and the calendar behind the count.
pub fn basis(deadline: &Deadline) -> String {
    format!(
        "Bộ luật Dân sự 2015, Điều 147, 148: không tính ngày đầu; ngày cuối là ngày nghỉ thì dời sang ngày làm việc tiếp theo. Lịch nghỉ bản {}{}.",
        deadline.calendar_version,
        if deadline.provisional {
            ", có năm chưa công bố"
        } else {
            ""
        }
    )
}

/// The word that fits a cell of the ruler.
fn short_name(text: &str) -> &'static str {
    if text.contains("Giỗ Tổ") {
        "Giỗ Tổ"
    } else if text.contains("Tết Nguyên đán") || text.contains("Tết Âm lịch") {
        "Tết"
    } else if text.contains("bù") {
        "nghỉ bù"
    } else {
        "lễ"
    }
}
