//! How do citizens answer in the year? By the codes on their papers, by mail, on paper,
//! at the counter's screen; some write a line, now and then with a name in it.
use chrono::{Datelike, NaiveDateTime, TimeDelta};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{Wanted, cast::Cast, year::first_day};
use crate::{
    actions::{
        cast_ballot::{self, Input, Voter},
        empty_ballot_box,
        key_paper_ballot::{self, Keying},
    },
    app::App,
    domain::{
        calendar::Calendar,
        survey::Source,
        time::{to_local, to_utc},
    },
    error::Result,
    secret,
    store::paper_sheets,
};

const LINES: [&str; 8] = [
    "Cán bộ hướng dẫn tận tình, hẹn sao trả vậy.",
    "Chị Hoa ở quầy 1 rất nhiệt tình.",
    "Phải chờ lâu buổi sáng thứ Hai.",
    "Mong được nhắn tin khi có kết quả, số của tôi 0905 123 456.",
    "Nơi chờ sạch sẽ, có nước uống.",
    "Tôi là Trần Văn Bình, thôn 3, xin góp ý: tờ khai khó điền.",
    "Hồ sơ đất đai nên ghi rõ các bước.",
    "Không phải đi lại nhiều lần như trước.",
];

/// Draws of its own for each dossier, so that the year of a seed stays as it is.
fn apart(code: &str) -> StdRng {
    let hash = secret::hash(&format!("ballot {code}"));
    StdRng::seed_from_u64(u64::from_str_radix(&hash[..15], 16).unwrap_or_default())
}

fn line(rng: &mut StdRng) -> Option<String> {
    let line = LINES[rng.random_range(0..LINES.len())];
    rng.random_bool(0.12).then(|| line.to_owned())
}

/// By the token of the dossier's papers.
pub async fn by_token(app: &App, code: &str, receipt: &str, mut input: Input) -> Result<()> {
    let mut rng = apart(code);
    input.comment = line(&mut rng);
    let source = match rng.random_range(0..10) {
        0..5 => Source::Qr,
        5..8 => Source::Slip,
        _ => Source::Mail,
    };
    let token = secret::survey_token(receipt);
    let voter = Voter::default();
    let opened = app.at(app.clock.now() - TimeDelta::seconds(rng.random_range(20..180)));
    let (_, opening) = cast_ballot::open(&opened, &token, source, &voter).await?;
    let input = Input {
        opened: Some(opening),
        ..input
    };
    cast_ballot::by_token(app, &token, &input, &voter).await
}

/// On paper: the desk keys it, the Office keys it again.
pub async fn on_paper(
    app: &App,
    cast: &Cast,
    code: &str,
    field: &str,
    mut input: Input,
) -> Result<()> {
    let mut rng = apart(code);
    input.comment = line(&mut rng);
    let today = to_local(app.clock.now());
    let batch = format!("{:02}/{}", today.month(), today.year());
    let known = paper_sheets::batches(app.store.read(), 1, 20).await?;
    let last = known.iter().find(|known| known.batch == batch);
    let counters = &app.settings.survey.counters;
    let counter = counters.get(rng.random_range(0..counters.len().max(1)));
    let keying = Keying {
        input,
        batch,
        number: Some(last.map_or(0, |known| known.last_number) + 1),
        field: field.to_owned(),
        counter: counter.cloned().unwrap_or_default(),
        cast_on: None,
        settled: false,
    };
    let key = format!("demo:{code}");
    for who in ["receptionist", "office"] {
        key_paper_ballot::run(app, cast.actor(who)?, &keying, &key).await?;
    }
    Ok(())
}

/// The taps at the counters; then the box is emptied, as it is every hour of a real year.
pub async fn simulate(
    app: &App,
    calendar: &Calendar,
    wanted: Wanted,
    opens: NaiveDateTime,
) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(wanted.seed ^ 0x4b49);
    let asked = cast_ballot::questionnaire(app.store.read()).await?;
    let mut day = first_day(wanted.year);
    // As many taps a day as fit the number of dossiers.
    let most = wanted.dossiers / 500;
    while day < opens.date() {
        let taps = if calendar.is_working_day(day).unwrap_or(false) {
            rng.random_range(0..=most)
        } else {
            0
        };
        for _ in 0..taps {
            let minute = rng.random_range(8 * 60..16 * 60 + 30);
            let at = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute);
            let then = app.at(to_utc(at));
            let counters = &app.settings.survey.counters;
            let counter = counters.get(rng.random_range(0..counters.len().max(1)));
            let counter = counter.map_or("", String::as_str);
            let value = if rng.random_bool(0.87) {
                rng.random_range(4..=5)
            } else {
                rng.random_range(1..=3)
            };
            let ballot =
                cast_ballot::at_kiosk(&then, 1, counter, value, (counter, &at.to_string())).await?;
            if rng.random_bool(0.3) {
                let factor = &asked.factors[rng.random_range(0..asked.factors.len())];
                cast_ballot::reason(&then, 1, ballot, &factor.code).await?;
            }
        }
        let Some(tomorrow) = day.succ_opt() else {
            break;
        };
        day = tomorrow;
    }
    empty_ballot_box::run(app).await?;
    Ok(())
}
