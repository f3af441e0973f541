//! Is what was set of any use? What can be read and yet cannot work is refused at the start,
//! not at the first paper or the first mail.
use super::Settings;

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
    if settings.security.sessions_per_account == 0 {
        return said("security.sessions_per_account phải từ 1 trở lên.");
    }
    settings.oidc.wrong().map(str::to_owned)
}
