//! What has happened to a dossier, in words: the timeline of its events.
use chrono::{DateTime, Utc};
use maud::Markup;

use super::parts::{self, Event, EventState, timeline};
use crate::{
    actions::{cancel_number, merge_agencies},
    domain::{
        dossier::{Act, Status},
        time::{format_moment, local_day, parse_moment, to_local},
        tombstone, viet,
    },
    store::dossiers::{self, Dossier},
};

/// Newest first, with what is foreseen above it.
pub fn timeline_of(dossier: &Dossier, all: &[dossiers::Event], now: DateTime<Utc>) -> Markup {
    let mut words: Vec<(EventState, String, Option<String>, String, String)> = Vec::new();
    words.extend(foreseen(dossier, now));
    words.extend(all.iter().rev().map(|event| {
        let act = Act::from_code(&event.act);
        let at = to_local(event.at);
        (
            look(act),
            format!("{}, {}", parts::day_month(at.date()), at.format("%H:%M")),
            Some(format_moment(event.at)),
            title(event, act),
            detail(event),
        )
    }));
    let lines: Vec<Event> = words
        .iter()
        .map(|(state, when, datetime, title, detail)| Event {
            state: *state,
            when,
            datetime: datetime.as_deref(),
            title,
            detail,
        })
        .collect();
    timeline(&lines)
}

/// The result that is still to be handed out. A day that has passed is not foreseen, and
/// while the clock stands nobody knows the day.
fn foreseen(
    dossier: &Dossier,
    now: DateTime<Utc>,
) -> Option<(EventState, String, Option<String>, String, String)> {
    let due = dossier.due_at?;
    let open = dossier.returned_at.is_none() && dossier.rejected_at.is_none();
    let ready = dossier.status() == Status::Processed;
    if !open || (dossier.ended_at.is_some() && !ready) {
        return None;
    }
    let promise = dossier.appointed_lapse_at.or(dossier.lapse_at);
    let day = parts::day_month(to_local(due).date());
    let hand_out = "Trả kết quả tại Bộ phận Một cửa".to_owned();
    Some(if dossier.wait_from.is_some() {
        let title = "Trả kết quả, ngày tính lại khi đồng hồ chạy tiếp".to_owned();
        (EventState::Ahead, String::new(), None, title, String::new())
    } else if ready {
        (
            EventState::Ahead,
            String::new(),
            None,
            hand_out,
            String::new(),
        )
    } else if promise.is_some_and(|lapse| lapse <= now) {
        (
            EventState::Bad,
            day,
            None,
            "Quá hẹn trả kết quả".to_owned(),
            String::new(),
        )
    } else {
        (EventState::Ahead, day, None, hand_out, String::new())
    })
}

fn look(act: Option<Act>) -> EventState {
    match act {
        Some(Act::RequestSupplement | Act::RequestPayment) => EventState::Paused,
        Some(Act::Reject | Act::Refuse | Act::Withdraw | Act::Stop) => EventState::Bad,
        _ => EventState::Done,
    }
}

/// What was done, in words; what it did to the clock belongs to it.
fn title(event: &dossiers::Event, act: Option<Act>) -> String {
    match act {
        None if event.act == cancel_number::ACT => "Hủy số giấy, lấy số mới".into(),
        None if event.act == "import" => "Nhập từ sổ cũ".into(),
        None if event.act == merge_agencies::ACT => "Sáp nhập cơ quan, hồ sơ chuyển sang".into(),
        None if event.act == "redate" => "Lịch nghỉ đổi, ngày hẹn tính lại".into(),
        None if event.act == tombstone::ACT => "Xóa dữ liệu cá nhân".into(),
        None => "Nộp trực tuyến".into(),
        Some(Act::Receive | Act::Accept) if event.at_desk => "Tiếp nhận tại quầy".into(),
        Some(Act::RequestSupplement) => "Yêu cầu bổ sung, đồng hồ dừng".into(),
        Some(Act::RequestPayment) => "Yêu cầu nộp phí, đồng hồ dừng".into(),
        Some(Act::SupplementReceived) => "Nhận đủ giấy tờ bổ sung, đồng hồ chạy lại".into(),
        Some(Act::PaymentReceived) => "Đã nộp phí, đồng hồ chạy lại".into(),
        Some(act) => act.label().into(),
    }
}

/// Who, where, why, and what the event kept.
fn detail(event: &dossiers::Event) -> String {
    let data: serde_json::Value = serde_json::from_str(&event.data).unwrap_or_default();
    let text = |name: &str| data[name].as_str().map(str::to_owned);
    let day = |name: &str| {
        let at = parse_moment(data[name].as_str()?).ok()?;
        Some(parts::day(local_day(at)))
    };
    let mut said = vec![event.actor.clone()];
    if event.at_desk && !matches!(event.act.as_str(), "receive" | "accept") {
        said.push("tại quầy".into());
    }
    // Said to have been done long before it was entered.
    if (event.recorded_at - event.at).num_minutes() > 30 && event.act != "import" {
        let entered = viet::moment(to_local(event.recorded_at));
        said.push(format!("nhập lúc {entered}"));
    }
    said.extend(
        data["line"]
            .as_i64()
            .map(|line| format!("dòng {line} của tệp")),
    );
    let agreed = if event.act == Act::Approve.code() {
        "người ký"
    } else {
        "lãnh đạo đồng ý"
    };
    let unknown = data["signer_without_account"].as_bool() == Some(true);
    said.extend(text("approved_by").map(|who| {
        let mark = if unknown {
            ", không có tài khoản lãnh đạo"
        } else {
            ""
        };
        format!("{agreed}: {who}{mark}")
    }));
    said.extend(text("legal_basis").map(|basis| format!("căn cứ: {basis}")));
    said.extend(text("to").map(|who| format!("giao cho {who}")));
    said.extend(text("receiver").map(|who| format!("người nhận: {who}")));
    said.extend(
        data["number"]
            .as_i64()
            .map(|number| format!("số {number:02}")),
    );
    said.extend(day("due_at").map(|due| format!("hẹn {due}")));
    said.extend(day("new_due_at").map(|due| format!("hẹn lại {due}")));
    if let Some(amount) = data["amount"].as_i64() {
        said.push(format!("{}\u{a0}đ", viet::number(amount)));
    }
    if let Some(items) = data["items"].as_array() {
        let items: Vec<&str> = items.iter().filter_map(|item| item.as_str()).collect();
        said.push(items.join("; "));
    }
    if !event.note.is_empty() {
        said.push(event.note.clone());
    }
    said.join(" · ")
}
