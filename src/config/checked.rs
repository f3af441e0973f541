//! Is what was set of any use? What can be read and yet cannot work is refused at the start,
//! not at the first paper or the first mail.
use std::net::SocketAddr;

use super::Settings;
use crate::upkeep::lock;

/// Whether a program that listens at one of them keeps another from listening at the other.
fn is_same_place(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (one.parse::<SocketAddr>(), other.parse::<SocketAddr>()) else {
        return one == other;
    };
    let is_any = one.ip().is_unspecified() || other.ip().is_unspecified();
    // At port 0 the system gives each its own.
    one.port() == other.port() && one.port() != 0 && (is_any || one.ip() == other.ip())
}

/// The first setting that is zero or less where nothing would work then.
fn nothing_at(settings: &Settings) -> Option<&'static str> {
    let (server, security, lookup) = (&settings.server, &settings.security, &settings.lookup);
    let works = [
        ("server.head_seconds", server.head_seconds > 0),
        ("server.answer_seconds", server.answer_seconds > 0),
        ("trial.idle_minutes", settings.trial.idle_minutes > 0),
        ("lookup.per_minute", lookup.per_minute > 0),
        ("lookup.proofs_per_hour", lookup.proofs_per_hour > 0),
        ("survey.burst_ballots", settings.survey.burst_ballots > 0),
        ("security.session_hours", security.session_hours > 0),
        (
            "security.session_idle_minutes",
            security.session_idle_minutes > 0,
        ),
        (
            "security.sessions_per_account",
            security.sessions_per_account > 0,
        ),
        ("security.confirm_minutes", security.confirm_minutes > 0),
        ("security.lockout_failures", security.lockout_failures > 0),
        ("security.lockout_minutes", security.lockout_minutes > 0),
        (
            "security.sign_ins_per_minute",
            security.sign_ins_per_minute > 0,
        ),
        ("security.forms_per_minute", security.forms_per_minute > 0),
    ];
    works.iter().find(|(_, works)| !works).map(|(key, _)| *key)
}

/// Whether a browser could open it.
fn is_web_address(address: &str) -> bool {
    url::Url::parse(address)
        .is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
}

/// The sentence for the first setting that cannot work.
pub(super) fn wrong(settings: &Settings) -> Option<String> {
    let said = |words: &str| Some(format!("Cấu hình sai: {words}"));
    if !(1..=28).contains(&settings.figures.period_start_day) {
        return said("figures.period_start_day phải từ 1 đến 28.");
    }
    let mut years = settings.retention.years.iter();
    if let Some((code, _)) = years.find(|(_, years)| !(1..=200).contains(*years)) {
        return said(&format!("retention.years “{code}” phải từ 1 đến 200 năm."));
    }
    // A sender must give up before another may take its row.
    if !(1..=80).contains(&settings.mail.timeout_seconds) {
        return said("mail.timeout_seconds phải từ 1 đến 80.");
    }
    if settings
        .mail
        .from
        .parse::<lettre::message::Mailbox>()
        .is_err()
    {
        return said(&format!(
            "mail.from “{}” không phải địa chỉ thư. Ví dụ: Bộ phận Một cửa <mot-cua@xa.gov.vn>.",
            settings.mail.from
        ));
    }
    let addresses = [
        ("server.public_url", &settings.server.public_url),
        ("trial.public_url", &settings.trial.public_url),
    ];
    for (key, address) in addresses {
        if !address.is_empty() && !is_web_address(address) {
            return said(&format!(
                "{key} “{address}” không phải địa chỉ trang. Ghi đủ http:// hoặc https://, ví dụ https://motcua.xa.gov.vn."
            ));
        }
    }
    if settings.notices.has_gateway() && settings.notices.gateway_key.len() < 16 {
        return said("notices.gateway_key phải có ít nhất 16 ký tự khi có gateway_url.");
    }
    if let Some(key) = nothing_at(settings) {
        return said(&format!("{key} phải từ 1 trở lên."));
    }
    // Longer, and the system would end it in the middle of its last work.
    if settings.server.drain_seconds > 40 {
        return said(
            "server.drain_seconds phải từ 0 đến 40 (motcua.service cho 90 giây để dừng, TimeoutStopSec).",
        );
    }
    if !settings.deadline.hours.is_in_order() {
        return said(
            "deadline.hours phải theo thứ tự: sáng mở, sáng nghỉ (morning), chiều mở, chiều đóng (afternoon).",
        );
    }
    if settings.trial.is_on() && is_same_place(&settings.trial.listen, &settings.server.listen) {
        return said(&format!(
            "trial.listen “{}” trùng với server.listen. Đặt cổng khác, hoặc để trống trial.listen để không có bản dùng thử.",
            settings.trial.listen
        ));
    }
    if let Err(wrong) = lock::recipients(&settings.backup.recipients) {
        return Some(wrong.detail);
    }
    settings.oidc.wrong().map(str::to_owned)
}
