//! Is the installation well? Each check in words, with the way on.
use std::{fmt::Write as _, net::ToSocketAddrs as _, path::Path, time::Duration};

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::{backup, copy, keys, lock};
use crate::{
    app::App,
    domain::{
        time::{local_day, to_local},
        viet,
    },
    error::Result,
    private,
    store::{clocks, copies, guards, outbox, seals, search},
    system_error,
};

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    Good,
    Warn,
    Bad,
}

impl Grade {
    pub fn label(self) -> &'static str {
        match self {
            Self::Good => "tốt",
            Self::Warn => "nên xem",
            Self::Bad => "phải sửa",
        }
    }
}

/// The checks that a new office looks at one by one.
pub const MAIL: &str = "Thư điện tử";
pub const CALENDAR: &str = "Lịch nghỉ";

pub const SEARCH: &str = "Tìm hồ sơ";

/// What is said where the database could not be given its index of words.
const NO_INDEX: &str = "Cơ sở dữ liệu chưa có chỉ mục pg_trgm nên tìm theo tên phải đọc cả sổ, sổ càng dày càng chậm. Nhờ người quản trị PostgreSQL chạy trong cơ sở dữ liệu này: CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE INDEX CONCURRENTLY ix_dossier_search ON dossier USING gin (search gin_trgm_ops);";

/// One thing looked at.
#[derive(Clone, Debug)]
pub struct Check {
    pub name: &'static str,
    pub grade: Grade,
    pub words: String,
}

pub(super) fn check(name: &'static str, grade: Grade, words: impl Into<String>) -> Check {
    Check {
        name,
        grade,
        words: words.into(),
    }
}

/// All of them; `reach` also knocks at the mail server.
pub async fn run(app: &App, reach: bool) -> Result<Vec<Check>> {
    let mut all = vec![settings(app), address(app)];
    all.extend(disks(app));
    all.push(super::work::check_of(&app.settings));
    if reach && app.store.is_postgres() {
        all.push(super::postgres::check_of(app).await?);
    }
    if !search::has_index(app.store.read()).await? {
        all.push(check(SEARCH, Grade::Warn, NO_INDEX));
    }
    all.push(clock(app).await?);
    all.push(mail(app, reach).await?);
    all.push(calendar(app).await?);
    all.push(backups(app).await?);
    all.push(seal(app, !reach).await?);
    all.push(keys::run(app).await?);
    all.push(super::rights::check(&app.settings));
    if let Some(at) = copies::crossed(app.store.read()).await? {
        let words = format!(
            "Sổ này đã được chép sang nơi khác lúc {} (motcua copy). Nếu nơi mới đang chạy thì dừng ở đây: hai nơi cùng tiếp nhận sẽ cấp trùng mã hồ sơ.",
            viet::moment(to_local(at))
        );
        all.push(check("Bản sổ", Grade::Bad, words));
    }
    all.extend(super::complaints::check_of(app).await?);
    if !app.settings.oidc.issuer.is_empty() {
        all.push(super::provider::check_of(app, reach).await);
    }
    Ok(all)
}

fn settings(app: &App) -> Check {
    let name = "Cấu hình";
    match lock::recipients(&app.settings.backup.recipients) {
        Err(error) => check(name, Grade::Bad, error.detail),
        Ok(_) => check(name, Grade::Good, "Đọc được, không có khóa lạ."),
    }
}

/// What citizens type, and whether it is under TLS.
fn address(app: &App) -> Check {
    let name = "Địa chỉ, chứng thư số";
    let url = &app.settings.server.public_url;
    let shown_to_all = !app.settings.server.listen.starts_with("127.");
    if url.starts_with("https://") && app.settings.server.certificate.is_empty() {
        let words = format!(
            "{url}: chứng thư số do máy chủ trung gian giữ. Đặt server.certificate là tệp chứng thư (PEM) để được nhắc trước khi hết hạn."
        );
        check(name, Grade::Good, words)
    } else if url.starts_with("https://") {
        let (grade, words) = super::certificate::standing(
            Path::new(&app.settings.server.certificate),
            app.clock.now(),
        );
        check(name, grade, format!("{url}: {words}"))
    } else if shown_to_all {
        let words = format!(
            "{url} không có TLS mà máy chủ mở ra ngoài ({}): mật khẩu đi không mã hóa. Đặt sau Caddy hoặc nginx, rồi đặt server.public_url là https://….",
            app.settings.server.listen
        );
        check(name, Grade::Bad, words)
    } else {
        let words = format!(
            "{url} không phải https: mã QR trên giấy hẹn và cookie cần địa chỉ https mà người dân gõ (server.public_url)."
        );
        check(name, Grade::Warn, words)
    }
}

fn disks(app: &App) -> Vec<Check> {
    const MEGA: u64 = 1024 * 1024;
    const COPIES: &str = "Ổ đĩa của bản sao lưu";
    let register = copy::sqlite_file(&app.settings.database.url);
    let places = [
        (
            "Ổ đĩa của cơ sở dữ liệu",
            register.as_deref().and_then(Path::parent),
        ),
        (COPIES, Some(Path::new(&app.settings.backup.folder))),
    ];
    let mut all = Vec::new();
    for (name, place) in places {
        let Some(mut place) = place else { continue };
        // The register's own was written to just now.
        if name == COPIES
            && let Err(why) = private::can_write(place)
        {
            let why = system_error::words(&why);
            let words = format!(
                "Không ghi được vào {} ({why}): không làm được bản sao lưu nào. Cho tài khoản chạy motcua ghi vào thư mục ấy, hoặc đặt backup.folder ở nơi khác.",
                place.display()
            );
            all.push(check(name, Grade::Bad, words));
            continue;
        }
        // A folder that is made at the first copy stands on its parent's disk.
        while !place.as_os_str().is_empty() && !place.exists() {
            place = place.parent().unwrap_or(Path::new(""));
        }
        let place = if place.as_os_str().is_empty() {
            Path::new(".")
        } else {
            place
        };
        all.push(match fs4::available_space(place) {
            Err(why) => check(
                name,
                Grade::Bad,
                format!(
                    "Không xem được {}: {}.",
                    place.display(),
                    system_error::words(&why)
                ),
            ),
            Ok(free) => {
                let grade = match free / MEGA {
                    0..200 => Grade::Bad,
                    200..1024 => Grade::Warn,
                    _ => Grade::Good,
                };
                let free = viet::number(free / MEGA);
                check(name, grade, format!("Còn trống {free} MB."))
            }
        });
    }
    all
}

/// How far the clock stands before what was recorded, where it does.
pub async fn clock_is_behind(app: &App) -> Result<Option<DateTime<Utc>>> {
    let db = app.store.read();
    let last = clocks::last_recorded(db).await?;
    // Until a later copy says otherwise.
    let copied = copies::recent(db, 1).await?.pop();
    let last = last.max(copied.map(|run| run.started_at));
    let now = app.clock.now();
    Ok(last.filter(|last| *last - now > TimeDelta::minutes(2)))
}

async fn clock(app: &App) -> Result<Check> {
    let name = "Đồng hồ máy chủ";
    let now = viet::moment(to_local(app.clock.now()));
    if let Some(last) = clock_is_behind(app).await? {
        let last = viet::moment(to_local(last));
        let words = format!(
            "Đồng hồ máy chủ ({now}) chậm hơn việc đã ghi gần nhất ({last}). Chỉnh lại giờ, bật đồng bộ (NTP); mã hồ sơ không bị trùng, giờ của việc mới được lấy không sớm hơn việc trước."
        );
        return Ok(check(name, Grade::Bad, words));
    }
    if let Some(apart) = clocks::apart_from_engine(&app.store, app.clock.now()).await?
        && app.demo.is_none()
        && apart.abs() > TimeDelta::minutes(2)
    {
        let words = format!(
            "Lệch {} giây so với máy chủ PostgreSQL. Bật đồng bộ giờ (NTP) ở cả hai máy.",
            apart.num_seconds()
        );
        return Ok(check(name, Grade::Bad, words));
    }
    Ok(check(name, Grade::Good, format!("{now}, giờ Việt Nam.")))
}

async fn mail(app: &App, reach: bool) -> Result<Check> {
    let name = MAIL;
    let counts = outbox::counts(app.store.read(), app.clock.now()).await?;
    let url = &app.settings.mail.smtp_url;
    if url.is_empty() {
        let folder = &app.settings.mail.folder;
        if let Err(why) = private::can_write(Path::new(folder)) {
            let why = system_error::words(&why);
            let words = format!(
                "Chưa đặt mail.smtp_url, mà cũng không ghi được thư vào {folder} ({why}). Cho tài khoản chạy motcua ghi vào thư mục ấy, hoặc đặt mail.folder ở nơi khác."
            );
            return Ok(check(name, Grade::Bad, words));
        }
        let words = format!("Chưa đặt mail.smtp_url: thư không gửi đi mà ghi vào {folder}.");
        return Ok(check(name, Grade::Warn, words));
    }
    if counts.given_up > 0 {
        let words = format!(
            "{} thư không gửi được, đã thôi thử; {} thư đang chờ.",
            viet::number(counts.given_up),
            viet::number(counts.waiting)
        );
        return Ok(check(name, Grade::Warn, words));
    }
    if reach && let Err(why) = knock(url).await {
        return Ok(check(
            name,
            Grade::Bad,
            format!("Không tới được máy chủ thư: {why}."),
        ));
    }
    Ok(check(
        name,
        Grade::Good,
        format!("{} thư đang chờ gửi.", viet::number(counts.waiting)),
    ))
}

/// Whether the mail server's door opens.
async fn knock(url: &str) -> Result<(), String> {
    let url = url::Url::parse(url).map_err(|why| why.to_string())?;
    let host = url.host_str().ok_or("thiếu tên máy")?.to_owned();
    let port = url
        .port()
        .unwrap_or(if url.scheme() == "smtps" { 465 } else { 25 });
    let tried = tokio::task::spawn_blocking(move || {
        let all = (host.as_str(), port)
            .to_socket_addrs()
            .map_err(|why| why.to_string())?;
        let mut last = "không có địa chỉ".to_owned();
        for address in all {
            match std::net::TcpStream::connect_timeout(&address, Duration::from_secs(5)) {
                Ok(_) => return Ok(()),
                Err(why) => last = why.to_string(),
            }
        }
        Err(last)
    });
    tried.await.map_err(|why| why.to_string())?
}

async fn calendar(app: &App) -> Result<Check> {
    let name = CALENDAR;
    let calendar = app.calendar().await?;
    let today = local_day(app.clock.now());
    let known = |year: i32| {
        calendar.exceptions().any(|day| day.date.year() == year) && !calendar.is_provisional(year)
    };
    Ok(if !known(today.year()) {
        let words = format!(
            "Lịch năm {} chưa công bố hoặc chưa nạp: mọi ngày hẹn là tạm tính. Nạp: motcua calendar import TỆP.csv.",
            today.year()
        );
        check(name, Grade::Bad, words)
    } else if known(today.year() + 1) {
        check(
            name,
            Grade::Good,
            format!("Đã có lịch năm {}.", today.year() + 1),
        )
    } else {
        let grade = if today.month() >= 11 {
            Grade::Warn
        } else {
            Grade::Good
        };
        let words = format!(
            "Lịch năm {} chưa công bố: ngày hẹn rơi vào năm đó là tạm tính. Nạp khi có thông báo: motcua calendar import TỆP.csv.",
            today.year() + 1
        );
        check(name, grade, words)
    })
}

async fn backups(app: &App) -> Result<Check> {
    let name = "Sao lưu";
    let (standing, last) = backup::standing(app).await?;
    let at = last
        .as_ref()
        .map_or_else(String::new, |run| viet::moment(to_local(run.started_at)));
    let why = last.map_or_else(String::new, |run| run.message);
    Ok(match standing {
        backup::Standing::None if app.settings.backup.nightly => check(
            name,
            Grade::Warn,
            format!(
                "Chưa có bản nào; bản đầu tiên lúc {} đêm nay.",
                app.settings.backup.at.format("%H:%M")
            ),
        ),
        backup::Standing::Never => check(
            name,
            Grade::Bad,
            "Sổ đã mở quá hai đêm mà chưa có bản sao lưu nào. Bấm “Sao lưu ngay”, xem vì sao ban đêm không sao lưu được.",
        ),
        backup::Standing::None => check(
            name,
            Grade::Bad,
            "Chưa có bản nào, và sao lưu hằng đêm đang tắt (backup.nightly).",
        ),
        backup::Standing::Good if app.settings.backup.recipients.is_empty() => check(
            name,
            Grade::Warn,
            format!(
                "{at}: {why} Bản sao chưa mã hóa: tạo khóa bằng motcua key new, đặt backup.recipients."
            ),
        ),
        backup::Standing::Good => check(name, Grade::Good, format!("{at}: {why}")),
        backup::Standing::Bad => check(
            name,
            Grade::Bad,
            format!("Bản sao lưu gần nhất không dùng được ({at}): {why}"),
        ),
        backup::Standing::Old => check(
            name,
            Grade::Bad,
            format!("Bản sao lưu gần nhất đã quá hai đêm ({at})."),
        ),
    })
}

async fn seal(app: &App, serving: bool) -> Result<Check> {
    let name = "Niêm phong sổ";
    let db = app.store.read();
    let open = seals::open(db, &app.floors).await?;
    let sealed = seals::count(db).await?;
    let mut words = format!(
        "{} việc đã niêm phong, {} việc đang chờ.",
        viet::number(sealed),
        viet::number(open)
    );
    let mut grade = Grade::Good;
    let waits = seals::oldest_open(db, &app.floors).await?;
    if waits.is_some_and(|since| app.clock.now() - since > TimeDelta::minutes(1)) {
        // A command looks also where no server runs that would seal.
        grade = if serving { Grade::Bad } else { Grade::Warn };
        words.push_str(" Có việc ghi đã hơn một phút mà chưa niêm phong: xem máy chủ motcua có đang chạy và nhật ký của nó.");
    }
    let guards = guards::wrong(db).await?;
    if !guards.is_empty() {
        grade = Grade::Bad;
        let all = guards.join(", ");
        let _ = write!(
            words,
            " Chốt chặn sửa, xóa việc đã ghi không như chương trình đặt: {all}. Chạy motcua verify."
        );
    }
    Ok(check(name, grade, words))
}
