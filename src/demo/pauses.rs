//! Which clocks stand on the morning the demo opens? Papers that came and were not
//! looked at, and a second request. Nothing is drawn: the year of a seed stays as it is.
use chrono::{NaiveDateTime, TimeDelta};

use super::cast::Cast;
use crate::{
    actions::{find_standing_clocks, perform},
    app::App,
    domain::{
        dossier::{Act, Status},
        time::{to_local, to_utc},
    },
    error::Result,
    store::{
        dossiers::{self, Dossier},
        register::{self, Filter, Order},
    },
};

pub async fn simulate(app: &App, cast: &Cast, opens: NaiveDateTime) -> Result<()> {
    ask_the_day_before_yesterday(app, cast, opens).await?;
    // Yesterday morning the papers of two came; the night found their clocks standing.
    let came = opens - TimeDelta::hours(24);
    let mut left = 2;
    for dossier in of(app, Status::AwaitingSupplement).await? {
        if left > 0 && to_local(dossier.last_event_at) < came {
            act(
                app,
                cast,
                "receptionist",
                &dossier,
                came,
                perform::Input {
                    action: Act::SupplementArrived.code().into(),
                    ..perform::Input::default()
                },
            )
            .await?;
            left -= 1;
        }
    }
    let night = opens.date().and_time(chrono::NaiveTime::MIN);
    find_standing_clocks::run(&app.store, to_utc(night)).await?;
    // Half an hour ago the leader asked once more for papers.
    let asked = opens - TimeDelta::minutes(30);
    for dossier in of(app, Status::Processing).await? {
        let waits = dossiers::waits(app.store.read(), dossier.id).await?;
        if waits.len() == 1 && to_local(dossier.last_event_at) < asked {
            act(
                app,
                cast,
                "leader",
                &dossier,
                asked,
                perform::Input {
                    action: Act::RequestSupplement.code().into(),
                    reason_code: Some("appraisal".into()),
                    items: Some(vec!["Văn bản xác nhận của nơi cư trú cũ".into()]),
                    reason: Some("Khi thẩm định thấy cần xác nhận của nơi cư trú cũ".into()),
                    legal_basis: Some("Nghị định 123/2015/NĐ-CP Điều 7".into()),
                    ..perform::Input::default()
                },
            )
            .await?;
            break;
        }
    }
    Ok(())
}

/// A small year may end with nobody waiting: then three are asked for papers.
async fn ask_the_day_before_yesterday(app: &App, cast: &Cast, opens: NaiveDateTime) -> Result<()> {
    let asked = opens - TimeDelta::hours(48);
    let waiting = of(app, Status::AwaitingSupplement).await?.len();
    let mut left = 3_usize.saturating_sub(waiting);
    for dossier in of(app, Status::Processing).await? {
        let fits = to_local(dossier.last_event_at) < asked
            && dossier
                .lapse_at
                .is_some_and(|lapse| to_local(lapse) > opens);
        if left == 0 {
            break;
        }
        if !fits {
            continue;
        }
        let ask = perform::Input {
            action: Act::RequestSupplement.code().into(),
            reason_code: Some("missing".into()),
            items: Some(vec!["Bản sao giấy tờ có nội dung liên quan".into()]),
            reason: Some("Hồ sơ chưa đủ thành phần theo quy định".into()),
            legal_basis: Some("Nghị định 123/2015/NĐ-CP Điều 7".into()),
            ..perform::Input::default()
        };
        act(app, cast, "leader", &dossier, asked, ask).await?;
        left -= 1;
    }
    Ok(())
}

async fn of(app: &App, status: Status) -> Result<Vec<Dossier>> {
    let filter = Filter {
        agency: 1,
        status: Some(status),
        order: Order::DUE,
        ..Filter::default()
    };
    let (rows, _) = register::page(app.store.read(), &filter, false, app.clock.now(), 200).await?;
    Ok(rows)
}

async fn act(
    app: &App,
    cast: &Cast,
    who: &str,
    dossier: &Dossier,
    at: NaiveDateTime,
    input: perform::Input,
) -> Result<()> {
    let then = app.at(to_utc(at));
    let input = perform::Input {
        expected_version: Some(dossier.version),
        ..input
    };
    let actor = cast.in_charge(&then, who, &dossier.code).await?;
    perform::run(&then, actor, &dossier.code, &input).await
}
