//! A simulated year of the commune, so that a newcomer sees full pages in one
//! command. It drives the same actions as the desk does, with the clock as a
//! parameter; nothing is written past them.
mod agencies;
mod cast;
mod choice;
mod course;
mod feedback;
mod interruptions;
mod office;
mod pauses;
mod post;
mod survey;
mod year;

use std::sync::Arc;

use chrono::NaiveDate;

use crate::{
    app::App,
    clock::Clock,
    config::{SecondFactor, Settings},
    domain::{time::to_utc, viet},
    error::{Error, Kind, Result},
    store::Store,
};

/// What is simulated.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub dossiers: usize,
    pub seed: u64,
    pub year: i32,
}

/// The one password of every demo account.
pub const PASSWORD: &str = "nang-som-ben-pha";

/// The moment at which the demo opens: 09:00 on 10 December.
pub fn opens(year: i32) -> Result<chrono::NaiveDateTime> {
    NaiveDate::from_ymd_opt(year, 12, 10)
        .and_then(|day| day.and_hms_opt(9, 0, 0))
        .ok_or_else(|| Error::new(Kind::Invalid, "usage", "Năm của bản dùng thử chưa đúng."))
}

/// Builds the year in a scratch database and hands over the app that shows it.
pub async fn build(settings: Settings, folder: &std::path::Path, wanted: Wanted) -> Result<App> {
    let opens = opens(wanted.year)?;
    let alone = secluded(settings.clone(), folder);
    let store = Store::open_scratch(&alone.database.url).await?;
    let app = App::over(store, alone, Clock::Fixed(to_utc(opens)));
    app.store.migrate().await?;
    crate::actions::fill::run(&app.store, app.clock.now()).await?;
    let calendar = app.calendar().await?;
    let known = calendar.is_working_day(opens.date()).is_ok()
        && calendar
            .is_working_day(year::first_day(wanted.year))
            .is_ok();
    if !known {
        let detail = format!(
            "Lịch nghỉ không có năm {}. Dùng --year từ 2019.",
            wanted.year
        );
        return Err(Error::new(Kind::Invalid, "usage", detail));
    }
    Box::pin(year::simulate(&app, &calendar, wanted, opens)).await?;
    // A line that was opened over empty tables would go on asking as if they were empty.
    app.store.refresh_statistics().await?;
    app.store.clone().close().await?;
    open(settings, folder, wanted.year).await
}

/// The year that [`build`] left in a folder (or a copy of it), as it is shown.
pub async fn open(settings: Settings, folder: &std::path::Path, year: i32) -> Result<App> {
    let opens = opens(year)?;
    let settings = secluded(settings, folder);
    let store = Store::open_scratch(&settings.database.url).await?;
    let mut app = App::over(store, settings, Clock::starting_at(to_utc(opens)));
    let banner = format!(
        "Bản dùng thử: dữ liệu giả, ngày {}",
        viet::date(opens.date())
    );
    app.demo = Some(Arc::from(banner));
    Ok(app)
}

/// The settings with which nothing of the demo leaves the machine, and nothing of the
/// register is shared with it: neither its key nor its cookie.
fn secluded(mut settings: Settings, folder: &std::path::Path) -> Settings {
    settings.database.url = format!("sqlite://{}?mode=rwc", folder.join("demo.db").display());
    settings.database.pooler_url = String::new();
    settings.security.second_factor = SecondFactor::None;
    settings.mail.smtp_url = String::new();
    settings.notices.gateway_url = String::new();
    settings.oidc.issuer = String::new();
    settings.trial.listen = String::new();
    settings.security.key_file = String::new();
    settings.server.certificate = String::new();
    settings.server.demo = true;
    settings.backup.folder = folder.join("sao-luu").display().to_string();
    settings.mail.folder = folder.join("mail").display().to_string();
    settings
}
