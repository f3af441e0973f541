//! Does anything leave this machine in clear? What is reached over a network is reached by
//! TLS, unless the office says that its network is as good.
use super::Settings;

/// A setting, its value, whether such an address is reached by TLS, and how it would be.
type Address<'a> = (&'a str, &'a str, fn(&url::Url) -> bool, &'a str);

/// Whether an address is this machine itself: a name for it, an address of its own, a
/// socket; or a name without a dot, which the machine's own containers or its file of
/// hosts give out, not the network's names.
fn is_here(url: &url::Url) -> bool {
    // As PostgreSQL reads it, a host of the query goes before the one of the address.
    let asked = url.query_pairs().filter(|(name, _)| name == "host");
    let asked = asked.map(|(_, host)| host.into_owned()).last();
    let host = asked.or_else(|| url.host_str().map(str::to_owned));
    let Some(host) = host.filter(|host| !host.is_empty()) else {
        return true;
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let socket = bare.starts_with('/') || bare.to_lowercase().starts_with("%2f");
    let own = bare.parse::<std::net::IpAddr>();
    socket || own.map_or_else(|_| !bare.contains('.'), |ip| ip.is_loopback())
}

fn says(url: &url::Url, name: &str, values: &[&str]) -> bool {
    url.query_pairs()
        .any(|(key, value)| key == name && values.contains(&&*value))
}

fn refused(settings: &Settings) -> Option<String> {
    if settings.security.allow_without_tls {
        return None;
    }
    let sealed: [Address<'_>; 5] = [
        (
            "database.url",
            &settings.database.url,
            |url| {
                !url.scheme().starts_with("postgres")
                    || says(url, "sslmode", &["require", "verify-ca", "verify-full"])
            },
            "thêm ?sslmode=verify-full",
        ),
        (
            "database.pooler_url",
            &settings.database.pooler_url,
            |url| says(url, "sslmode", &["require", "verify-ca", "verify-full"]),
            "thêm ?sslmode=verify-full",
        ),
        (
            "mail.smtp_url",
            &settings.mail.smtp_url,
            |url| url.scheme() == "smtps" || says(url, "tls", &["required", "wrapper"]),
            "dùng smtps://… hoặc thêm ?tls=required",
        ),
        (
            "notices.gateway_url",
            &settings.notices.gateway_url,
            |url| url.scheme() == "https",
            "dùng https://…",
        ),
        (
            "oidc.issuer",
            &settings.oidc.issuer,
            |url| url.scheme() == "https",
            "dùng https://…",
        ),
    ];
    let plain = sealed.iter().find(|(_, address, by_tls, _)| {
        // What cannot be read is named by whoever opens it.
        url::Url::parse(address).is_ok_and(|url| !is_here(&url) && !by_tls(&url))
    });
    plain.map(|(key, _, _, way)| {
        format!(
            "Cấu hình sai: {key} ở máy khác mà không qua TLS: {way}. Nếu đường mạng giữa hai máy đã an toàn, đặt security.allow_without_tls = true."
        )
    })
}

impl Settings {
    /// The sentence for the first address that is not reached by TLS; nothing where all is
    /// well, or the office says that its network is.
    ///
    /// ```
    /// use motcua::config::Settings;
    /// let mut settings = Settings::load(None).unwrap();
    /// settings.database.url = "postgres://motcua:x@10.0.0.5/motcua".into();
    /// assert!(settings.not_by_tls().unwrap().contains("database.url"));
    /// settings.database.url += "?sslmode=verify-full";
    /// assert_eq!(settings.not_by_tls(), None);
    /// ```
    pub fn not_by_tls(&self) -> Option<String> {
        refused(self)
    }
}
