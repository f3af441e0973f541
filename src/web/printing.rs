//! `/in`: many papers in one file: the letters of a list, or a paper of chosen dossiers.
use std::io::Write;

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    list_columns::back_to,
    paths,
    session::{Failure, Staff},
    works,
};
use crate::{
    actions::{act_on_many, begin_work, note_read},
    app::App,
    domain::{paper::PaperKind, viet},
    error::{Error, Result},
    jobs::{Asked, Done, Made},
    papers::{self, batch},
    reports::apologies::year_start,
    store::{
        apologies::{self, Which},
        dossiers,
    },
};

/// A list that must be whole.
const NO_LIMIT: u64 = 1_000_000;

/// The papers that every received dossier can have, for those that were ticked in a list.
pub const OF_MANY: [PaperKind; 3] = [
    PaperKind::Receipt,
    PaperKind::ControlSheet,
    PaperKind::Apology,
];

/// Begins; the page of the work follows.
pub async fn start(
    State(app): State<App>,
    staff: Staff,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let of = |name: &str| {
        let named = sent.iter().filter(|(known, _)| known == name);
        named.map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    let first = |name: &str| of(name).into_iter().next().unwrap_or_default();
    // `xin-loi`: every letter signed this year; `chua-in`: those not printed yet; else the
    // paper of that name, of those that were ticked.
    let which = first("viec");
    let of_the_year = matches!(which.as_str(), "xin-loi" | "chua-in");
    let (kind, title, codes, back, back_words) = if of_the_year {
        let unprinted = which == "chua-in";
        let codes = signed(&app, &staff, unprinted).await?;
        let title = if unprinted {
            "In phiếu xin lỗi chưa in"
        } else {
            "In phiếu xin lỗi đã ký trong năm"
        };
        let back = paths::APOLOGIES.to_owned();
        (PaperKind::Apology, title.to_owned(), codes, back, "Xin lỗi")
    } else {
        let kind = papers::from_path(&first("giay"));
        let kind = kind.filter(|kind| OF_MANY.contains(kind));
        let kind = kind.ok_or_else(|| {
            Error::invalid("giay", "Chưa chọn loại giấy. Chọn một loại rồi bấm in lại.")
        })?;
        let codes = ticked(&app, &staff, &of("hs")).await?;
        let title = format!(
            "In {} của {} hồ sơ",
            kind.label().to_lowercase(),
            viet::number(codes.len())
        );
        let back = back_to(&first("ve")).to_owned();
        (kind, title, codes, back, "Về danh sách")
    };
    let asked = Asked {
        agency: staff.actor.agency,
        same: format!("{kind:?} {codes:?}"),
        title,
        unit: "hồ sơ",
        back,
        back_words,
    };
    let (agency, by, doing) = (staff.actor.agency, staff.actor.name.clone(), app.clone());
    let (name, job) = begin_work::run(&app, staff.account.id, asked, |job| async move {
        job.of(codes.len());
        let whose = (agency, by.as_str());
        let made = batch::papers(&doing, whose, kind, &codes, |done| job.tell(done)).await?;
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(&made.pdf)?;
        Ok(Done {
            said: made.said(codes.len()),
            made: Some(Made {
                file,
                content_type: "application/pdf",
                save_as: None,
            }),
        })
    })
    .await?;
    // Its page says what was left out, so it is shown also when it is ready already.
    works::at_once(&app, &job).await;
    Ok(Redirect::to(&paths::work(&name)).into_response())
}

async fn signed(app: &App, staff: &Staff, unprinted: bool) -> Result<Vec<String>> {
    let which = Which::Signed {
        since: year_start(app),
    };
    let (cases, _) =
        apologies::cases(app.store.read(), staff.actor.agency, which, NO_LIMIT).await?;
    let codes = cases
        .into_iter()
        .filter(|case| !unprinted || case.printed_at.is_none())
        .map(|case| case.code);
    Ok(codes.collect())
}

/// The codes of `code:version`, all of this agency; each look is noted as of any paper.
async fn ticked(app: &App, staff: &Staff, rows: &[String]) -> Result<Vec<String>> {
    if rows.is_empty() {
        return Err(Error::invalid(
            "hs",
            "Chưa chọn hồ sơ nào. Đánh dấu ở đầu dòng rồi làm lại.",
        ));
    }
    if rows.len() > act_on_many::MOST {
        let words = format!(
            "Mỗi lần in nhiều nhất {} hồ sơ, đang chọn {}.",
            viet::number(act_on_many::MOST),
            viet::number(rows.len())
        );
        return Err(Error::invalid("hs", words));
    }
    let mut codes = Vec::with_capacity(rows.len());
    for row in rows {
        let code = row.rsplit_once(':').map_or(row.as_str(), |(code, _)| code);
        let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, code).await?;
        note_read::run(app, &staff.actor, &dossier, "paper").await?;
        codes.push(dossier.code);
    }
    Ok(codes)
}
