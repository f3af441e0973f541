//! What is said to whoever is told of a change? The same words by mail, as a message
//! to a telephone, and on the slip that the desk prints.
use serde_json::Value;

use super::{
    address, addressee, apology, plan_reminder, result_slip::survey_address, source::had_it,
};
use crate::{
    app::App,
    domain::{
        dossier::{Act, ApplicantKind, Channel as Way},
        feedback,
        notice::Kind,
        paper::PaperKind,
        survey::Source,
        time::{parse_moment, to_local},
        viet,
    },
    error::{Error, Result},
    secret,
    store::{
        agencies::{self, AgencyName},
        dossiers::{self, Dossier},
        feedback as rows,
        outbox::Outgoing,
    },
    web::paths,
};

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub subject: String,
    /// "Kính gửi ông/bà …,"
    pub greeting: String,
    pub to: Addressed,
    pub paragraphs: Vec<String>,
    /// For a telephone: one sentence and where to look.
    pub short: String,
    /// "UBND xã Quảng Ngạn"
    pub from: String,
    /// Whose state is looked up where.
    pub look: Option<String>,
    /// Where the service is rated, once it is over.
    pub rate: Option<String>,
    /// The page on which this is stopped.
    pub stop: Option<String>,
    /// The paper that belongs to it, and the event that made it.
    pub paper: Option<(PaperKind, Option<i32>)>,
    pub dossier: Option<Dossier>,
}

/// Whom it is for, as a slip says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addressed {
    /// "Ông (bà) "
    pub before: String,
    pub name: String,
    /// What a slip calls it, and what it is.
    pub reached: (&'static str, String),
    /// The number of the dossier or feedback.
    pub code: String,
}

/// The words of one row.
pub async fn words(app: &App, row: &Outgoing) -> Result<Words> {
    let kind = row
        .kind()
        .ok_or_else(|| Error::internal(format!("no notice of kind {}", row.kind)))?;
    let facts: Value = serde_json::from_str(&row.payload).unwrap_or_default();
    let day = moment(&facts, "at").unwrap_or_else(|| to_local(row.queued_at));
    let db = app.store.read();
    // What lay here while its dossier went over tells what the agency before did.
    let teller = match row.dossier_id {
        Some(id) => had_it(row.agency_id, &dossiers::events(db, id).await?, |moved| {
            moved.recorded_at > row.queued_at
        }),
        None => row.agency_id,
    };
    let agency = agencies::name_by(db, teller, day.date()).await?;
    match (kind, row.dossier_id, row.feedback_id) {
        (Kind::Digest, ..) => Ok(digest(app, &facts, &agency)),
        (Kind::Plan, ..) => Ok(plan_reminder::words(app, &facts, &agency)),
        (Kind::Feedback, _, Some(id)) => of_feedback(app, id, &facts, &agency).await,
        (_, Some(id), _) => of_dossier(app, id, kind, &facts, &agency).await,
        _ => Err(Error::internal("a notice about nothing")),
    }
}

pub fn moment(facts: &Value, name: &str) -> Option<chrono::NaiveDateTime> {
    parse_moment(facts[name].as_str()?).ok().map(to_local)
}

pub fn text<'a>(facts: &'a Value, name: &str) -> &'a str {
    facts[name].as_str().unwrap_or_default()
}

async fn of_dossier(
    app: &App,
    id: i64,
    kind: Kind,
    facts: &Value,
    agency: &AgencyName,
) -> Result<Words> {
    let db = app.store.read();
    let dossier = dossiers::by_id(db, id).await?;
    let procedure = app.procedure_of(&dossier).await?;
    let code = &dossier.code;
    let at =
        moment(facts, "at").map_or_else(String::new, |at| format!(" lúc {}", viet::moment(at)));
    let due = moment(facts, "due_at").map(viet::hour_and_day_in_words);
    let note = text(facts, "note");
    let refused = text(facts, "act") == Act::Refuse.code();
    let seq = facts["seq"]
        .as_i64()
        .and_then(|seq| i32::try_from(seq).ok());
    let mut paper = None;
    let (subject, short, mut paragraphs) = match kind {
        Kind::Received => {
            let promised = due.map_or_else(
                || "Ngày hẹn trả kết quả ghi trên giấy hẹn.".to_owned(),
                |due| format!("Hẹn trả kết quả: {due}."),
            );
            let short = format!("đã tiếp nhận hồ sơ {code}. {promised}");
            (
                "Đã tiếp nhận hồ sơ",
                short,
                vec![
                    format!("{} đã tiếp nhận hồ sơ mã {code}{at}.", agency.name),
                    promised,
                ],
            )
        }
        Kind::Rejected => {
            paper = Some((PaperKind::Refusal, seq));
            (
                "Không tiếp nhận hồ sơ",
                format!("không tiếp nhận hồ sơ {code}. Lý do: {note}."),
                vec![
                    format!("{} không tiếp nhận hồ sơ mã {code}.", agency.name),
                    format!("Lý do: {note}."),
                ],
            )
        }
        Kind::Supplement => {
            paper = Some((PaperKind::Supplement, seq));
            let items: Vec<String> =
                serde_json::from_value(facts["items"].clone()).unwrap_or_default();
            let short = format!("hồ sơ {code} cần bổ sung: {}.", items.join("; "));
            let mut lines = vec![format!("Hồ sơ mã {code} cần bổ sung:")];
            lines.extend(items.iter().map(|item| format!("– {item}")));
            lines.push(format!("Lý do: {note}."));
            lines.push("Thời gian chờ ông/bà bổ sung không tính vào thời hạn giải quyết.".into());
            ("Cần bổ sung giấy tờ", short, lines)
        }
        Kind::Ready if refused => {
            paper = Some((PaperKind::Refusal, seq));
            ("Hồ sơ không đủ điều kiện giải quyết", format!("hồ sơ {code} không đủ điều kiện giải quyết. Mời đến Bộ phận Một cửa nhận trả lời."), vec![
                format!("Hồ sơ mã {code} không đủ điều kiện giải quyết."),
                format!("Lý do: {note}."),
                "Mời ông/bà đến Bộ phận Tiếp nhận và Trả kết quả nhận văn bản trả lời và giấy tờ đã nộp.".into(),
            ])
        }
        Kind::Ready => {
            let short = format!("hồ sơ {code} đã có kết quả. Mời mang giấy hẹn đến nhận.");
            (
                "Đã có kết quả",
                short,
                vec![
                    format!("Hồ sơ mã {code} đã có kết quả{at}."),
                    where_to(&dossier),
                ],
            )
        }
        Kind::Apology => {
            let letter = apology::latest(app, &dossier).await?;
            let again = if letter.after_end {
                String::new()
            } else {
                let new = viet::hour_and_day_in_words(to_local(letter.new_due_at));
                format!("Hẹn lại: {new}.")
            };
            paper = Some((PaperKind::Apology, None));
            let reason = letter.reason.trim_end_matches(['.', ';']);
            (
                "Xin lỗi và hẹn lại ngày trả kết quả",
                format!("xin lỗi ông/bà: hồ sơ {code} không có kết quả đúng hẹn. {again}")
                    .trim_end()
                    .to_owned(),
                [
                    format!(
                        "{} xin lỗi ông/bà vì hồ sơ mã {code} không có kết quả đúng hẹn.",
                        agency.name
                    ),
                    format!("Lý do: {reason}."),
                    again,
                    "Phiếu xin lỗi kèm theo thư này.".into(),
                ]
                .into_iter()
                .filter(|line| !line.is_empty())
                .collect(),
            )
        }
        Kind::Redated => {
            let before = moment(facts, "before").map(viet::hour_and_day_in_words);
            // A slip may lie for days: what it names is the promise as it is now.
            let promised = dossier.due_at.map(to_local);
            let after = promised.map(viet::hour_and_day_in_words).or(due);
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            (
                "Ngày hẹn trả kết quả thay đổi",
                format!("lịch làm việc thay đổi, hồ sơ {code} hẹn lại: {after}."),
                vec![
                    format!(
                        "Lịch làm việc của cơ quan thay đổi nên ngày hẹn trả kết quả hồ sơ mã {code} được tính lại."
                    ),
                    format!("Hẹn trước đây: {before}."),
                    format!("Hẹn mới: {after}."),
                ],
            )
        }
        Kind::Feedback | Kind::Digest | Kind::Plan => {
            return Err(Error::internal("a notice of another kind"));
        }
    };
    // Below what it is about, but not between a list and its head.
    let place = usize::from(kind != Kind::Supplement);
    paragraphs.insert(place, format!("Thủ tục: {}.", procedure.name));
    // Without the key there is no link, but the news must not wait for it.
    let own = app.secret_of(&dossier).ok();
    let look = own.as_ref().map(|own| {
        let look = paths::with_query(paths::LOOKUP, &[("code", code), ("s", own)]);
        address(app, &look)
    });
    let rate = (kind == Kind::Ready).then(|| survey_address(app, &dossier, Source::Mail).ok());
    let stop = own.map(|own| {
        let token = secret::notice_token(&own);
        address(app, &paths::stop_notices(&token))
    });
    Ok(Words {
        subject: format!("{subject}, hồ sơ {code}"),
        greeting: greeting(&dossier.applicant_name, addressee(&dossier).is_empty()),
        to: Addressed {
            before: addressee(&dossier).into(),
            name: dossier.applicant_name.clone(),
            reached: ("Địa chỉ", dossier.address.clone().unwrap_or_default()),
            code: code.clone(),
        },
        paragraphs,
        short: format!("{}: {short}", agency.name),
        from: agency.name.clone(),
        look,
        rate: rate.flatten(),
        stop,
        paper,
        dossier: Some(dossier),
    })
}

fn greeting(name: &str, organisation: bool) -> String {
    if organisation {
        format!("Kính gửi {name},")
    } else {
        format!("Kính gửi ông/bà {name},")
    }
}

fn where_to(dossier: &Dossier) -> String {
    match Way::from_code(&dossier.result_channel) {
        Some(Way::Post) => "Kết quả được gửi đến ông/bà qua dịch vụ bưu chính công ích.".into(),
        Some(Way::Online) => "Kết quả được trả trực tuyến.".into(),
        _ if dossier.applicant_kind == ApplicantKind::Citizen.code() => {
            "Mời ông/bà mang giấy hẹn và căn cước đến nhận tại Bộ phận Tiếp nhận và Trả kết quả. Người nhận thay mang thêm giấy ủy quyền.".into()
        }
        _ => "Mời mang giấy hẹn và giấy giới thiệu đến nhận tại Bộ phận Tiếp nhận và Trả kết quả.".into(),
    }
}

async fn of_feedback(app: &App, id: i64, facts: &Value, agency: &AgencyName) -> Result<Words> {
    let row = rows::by_id(app.store.read(), id).await?;
    let code = &row.code;
    let note = text(facts, "note");
    let (state, mut paragraphs) = match feedback::Act::from_code(text(facts, "act")) {
        Some(feedback::Act::Forward) => (
            "đã được chuyển",
            vec![format!(
                "Phản ánh, kiến nghị số {code} không thuộc thẩm quyền của {}, đã được chuyển đến: {note}.",
                agency.name
            )],
        ),
        Some(feedback::Act::Reject) => (
            "không được tiếp nhận",
            vec![
                format!("Phản ánh, kiến nghị số {code} không được tiếp nhận."),
                format!("Lý do: {note}."),
            ],
        ),
        Some(feedback::Act::AskMore) => (
            "cần thêm thông tin",
            vec![
                format!("Để xử lý phản ánh, kiến nghị số {code}, xin ông/bà cho biết thêm:"),
                note.to_owned(),
            ],
        ),
        _ => {
            let mut lines = vec![format!(
                "{} đã trả lời phản ánh, kiến nghị số {code}:",
                agency.name
            )];
            let answer = row.answer.as_deref().unwrap_or_default();
            lines.extend(
                answer
                    .lines()
                    .filter(|line| !line.is_empty())
                    .map(str::to_owned),
            );
            ("đã được trả lời", lines)
        }
    };
    paragraphs.push("Xem lại bất cứ lúc nào bằng số phản ánh và mã bí mật đã nhận khi gửi.".into());
    let look = address(app, paths::FEEDBACK_FOLLOW);
    Ok(Words {
        subject: format!("Phản ánh, kiến nghị số {code} {state}"),
        greeting: row
            .name
            .as_deref()
            .map_or_else(|| "Kính gửi ông/bà,".into(), |name| greeting(name, false)),
        to: Addressed {
            before: "Ông (bà) ".into(),
            name: row.name.clone().unwrap_or_default(),
            reached: ("Liên hệ", row.contact.clone().unwrap_or_default()),
            code: code.clone(),
        },
        paragraphs,
        short: format!("{}: phản ánh số {code} {state}.", agency.name),
        from: agency.name.clone(),
        look: Some(look),
        rate: None,
        stop: Some(address(
            app,
            &paths::stop_notices(&secret::notice_token(&row.secret_hash)),
        )),
        paper: None,
        dossier: None,
    })
}

/// For staff: codes and days, no names of applicants.
fn digest(app: &App, facts: &Value, agency: &AgencyName) -> Words {
    let day = moment(facts, "at").map_or_else(String::new, |at| viet::date(at.date()));
    let mut paragraphs = Vec::new();
    let mut counts = Vec::new();
    for (name, title) in [("overdue", "Quá hạn"), ("due", "Đến hạn")] {
        let rows = facts[name]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        if rows.is_empty() {
            continue;
        }
        let count = viet::number(rows.len());
        counts.push(format!("{count} {}", title.to_lowercase()));
        paragraphs.push(format!("{title}: {count} hồ sơ"));
        paragraphs.extend(rows.iter().map(|row| {
            let agency = match text(row, "agency") {
                "" => String::new(),
                name => format!(" ({name})"),
            };
            format!(
                "– {}, hẹn {}: {}{agency}",
                text(row, "code"),
                text(row, "due"),
                text(row, "procedure")
            )
        }));
    }
    Words {
        subject: format!("Hồ sơ ngày {day}: {}", counts.join(", ")),
        greeting: format!("Chào {},", text(facts, "name")),
        to: Addressed::default(),
        paragraphs,
        short: String::new(),
        from: agency.name.clone(),
        look: Some(address(app, paths::DESK)),
        rate: None,
        stop: Some(address(app, paths::ACCOUNT)),
        paper: None,
        dossier: None,
    }
}
