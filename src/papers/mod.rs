//! Which words stand on which paper? Each is put together once for page, mail and command line.
use hidden::{Hidden, shown};
pub use names::{from_path, mail_name, path};
use source::{Found, Source};

use crate::{
    actions::print_paper::{self, Live},
    app::App,
    documents::{
        control_sheet::{self as control_sheet_pdf, ControlSheet},
        letter::{self as letter_file, Letter},
        receipt::{self as receipt_pdf, Copies, Receipt},
    },
    domain::{
        dossier::{ApplicantKind, Status},
        paper::PaperKind,
        time::to_local,
    },
    error::{Error, Result},
    store::dossiers::Dossier,
};

pub mod apology;
pub mod batch;
mod control_sheet;
pub mod hidden;
mod names;
pub mod notice_board;
pub mod notice_slip;
pub mod plan_reminder;
pub mod processing;
pub mod quarterly;
mod quarterly_figures;
mod receipt;
pub mod register;
pub mod result_slip;
pub mod signature;
mod slips;
mod source;
pub mod statements;
pub mod telling;
mod transfer;

/// What is said where a paper is wanted as Word that has no such file.
pub const PDF_ALONE: &str = "Giấy này chỉ có bản PDF.";

/// As which file a paper is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Pdf,
    /// Letters and slips only, for a secretary to edit.
    Docx,
}

impl Format {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }
}

/// What is wanted of a dossier's papers.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub kind: PaperKind,
    /// The event that made it; the last one of its kind where none is named.
    pub event_seq: Option<i32>,
    pub format: Format,
    pub copies: Copies,
}

impl Wanted {
    pub fn pdf(kind: PaperKind) -> Self {
        Self {
            kind,
            event_seq: None,
            format: Format::Pdf,
            copies: Copies::One,
        }
    }
}

/// A paper in words, as it is kept.
enum Words {
    Letter(Letter),
    Receipt(Receipt),
    ControlSheet(ControlSheet),
}

/// A paper in words, before it leaves.
struct Ready {
    words: Words,
    /// Printed before: it is a reprint.
    again: bool,
    /// What is to be kept of it when it leaves for the first time.
    to_keep: Option<Live>,
}

/// A paper as a file, printed by a person. A paper that is final is kept as it is
/// now; a later print says the same and that it is a reprint.
pub async fn print(app: &App, dossier: &Dossier, wanted: Wanted, by: &str) -> Result<Vec<u8>> {
    // A file to be edited is no print.
    let printed = wanted.format == Format::Pdf;
    leave(app, dossier, wanted, printed.then_some(by)).await
}

/// The same for the citizen it was sent to, who asks for it on the page: no print.
pub async fn for_citizen(app: &App, dossier: &Dossier, wanted: Wanted) -> Result<Vec<u8>> {
    leave(app, dossier, wanted, None).await
}

/// The page is set while its words are written down, and handed out when they are. Where
/// somebody else had kept others meanwhile, those are set.
async fn leave(app: &App, dossier: &Dossier, wanted: Wanted, by: Option<&str>) -> Result<Vec<u8>> {
    let ready = ready(app, dossier, wanted).await?;
    let marked = |again: bool| again && by.is_some();
    let page = file(app, ready.words, wanted, marked(ready.again));
    let Some(live) = ready.to_keep else {
        return page.await;
    };
    let (page, kept) = tokio::join!(page, keep(app, dossier, wanted, &live, by));
    match kept? {
        None => page,
        Some((words, again)) => file(app, words, wanted, marked(again)).await,
    }
}

/// The same on its way into a mail, which is no print.
pub async fn for_mail(
    app: &App,
    dossier: &Dossier,
    kind: PaperKind,
    event_seq: Option<i32>,
) -> Result<Vec<u8>> {
    let wanted = Wanted {
        event_seq,
        ..Wanted::pdf(kind)
    };
    for_citizen(app, dossier, wanted).await
}

/// A letter as it would be printed now, for the screen.
pub async fn letter(app: &App, dossier: &Dossier, kind: PaperKind) -> Result<Letter> {
    let found = Found::of(app, dossier, Wanted::pdf(kind)).await?;
    let source = found.source(app, dossier).await?;
    match assemble(&source, kind).await? {
        (Words::Letter(letter), _) => Ok(letter),
        _ => Err(Error::not_found("Giấy này không phải là thư.")),
    }
}

/// The words of a paper that leaves now, and whether they did before.
async fn kept(
    app: &App,
    dossier: &Dossier,
    wanted: Wanted,
    by: Option<&str>,
) -> Result<(Words, bool)> {
    let ready = ready(app, dossier, wanted).await?;
    let others = match ready.to_keep {
        Some(live) => keep(app, dossier, wanted, &live, by).await?,
        None => None,
    };
    Ok(others.unwrap_or((ready.words, ready.again)))
}

async fn ready(app: &App, dossier: &Dossier, wanted: Wanted) -> Result<Ready> {
    let kind = wanted.kind;
    let found = Found::of(app, dossier, wanted).await?;
    // What was printed says what it said, whatever could be said now.
    if let Some(body) = found
        .row()
        .filter(|row| row.printed_at.is_some())
        .and_then(|row| row.body.as_deref())
    {
        return Ok(Ready {
            words: Words::read(kind, &shown(app, dossier, body)?)?,
            again: true,
            to_keep: None,
        });
    }
    let source = found.source(app, dossier).await?;
    let (words, last) = assemble(&source, kind).await?;
    let to_keep = if last {
        Some(Live {
            event_seq: source.event.seq,
            number: source.drawn(),
            text: words.to_be_kept(app, dossier)?,
        })
    } else {
        None
    };
    Ok(Ready {
        words,
        again: false,
        to_keep,
    })
}

/// Keeps what is said; answers what was kept before where that is something else.
async fn keep(
    app: &App,
    dossier: &Dossier,
    wanted: Wanted,
    live: &Live,
    by: Option<&str>,
) -> Result<Option<(Words, bool)>> {
    let kind = wanted.kind;
    let Some(printed) = print_paper::run(app, dossier, kind, live, by).await? else {
        // It is put together anew, under its next number.
        return Box::pin(kept(app, dossier, wanted, by)).await.map(Some);
    };
    if printed.body == live.text && !printed.again {
        return Ok(None);
    }
    let words = Words::read(kind, &shown(app, dossier, &printed.body)?)?;
    Ok(Some((words, printed.again)))
}

/// The words, and whether they are the last ones: a draft and the control sheet
/// of a dossier on its way go on changing.
async fn assemble(source: &Source<'_>, kind: PaperKind) -> Result<(Words, bool)> {
    Ok(match kind {
        PaperKind::Receipt => (Words::Receipt(receipt::data(source).await?), true),
        PaperKind::Supplement => (Words::Letter(slips::supplement(source)?), true),
        PaperKind::Payment => (Words::Letter(slips::payment(source)?), true),
        PaperKind::Refusal => (Words::Letter(slips::refusal(source)), true),
        PaperKind::Stop => (Words::Letter(slips::stop(source).await?), true),
        PaperKind::Transfer => (Words::Letter(transfer::data(source).await?), true),
        PaperKind::Apology => {
            let letter = source.letter.as_ref().ok_or_else(|| not_yet(kind))?;
            let signed = letter.signed_at.is_some();
            (Words::Letter(apology::data(source, letter).await?), signed)
        }
        PaperKind::ControlSheet => {
            let status = source.dossier.status();
            let over = !status.is_open() && status != Status::Processed;
            (
                Words::ControlSheet(control_sheet::data(source).await?),
                over,
            )
        }
    })
}

/// "05/PXL-UBND"; room for the pen where there is no number yet.
fn numbered(app: &App, kind: PaperKind, number: Option<i32>) -> String {
    let forms = &app.settings.forms;
    let symbol = match kind {
        PaperKind::Supplement => &forms.supplement_symbol,
        PaperKind::Payment => &forms.payment_symbol,
        PaperKind::Refusal => &forms.refusal_symbol,
        PaperKind::Apology => &forms.apology_symbol,
        PaperKind::Stop => &forms.stop_symbol,
        PaperKind::Transfer => &forms.transfer_symbol,
        PaperKind::Receipt | PaperKind::ControlSheet => return String::new(),
    };
    match number {
        Some(number) => format!("{number:02}/{symbol}"),
        None => format!("        /{symbol}"),
    }
}

impl Words {
    /// What is no part of what a paper says, as it is on the day of printing: whether it
    /// was printed before, the size of the sheet, and that it comes from the demo.
    fn on_paper(mut self, app: &App, kind: PaperKind, again: bool) -> Self {
        let (remark, demo) = match &mut self {
            Self::Letter(letter) => {
                letter.paper = sheet(app, kind);
                (&mut letter.remark, &mut letter.watermark)
            }
            Self::Receipt(receipt) => (&mut receipt.remark, &mut receipt.watermark),
            Self::ControlSheet(paper) => {
                paper.paper = sheet(app, kind);
                (&mut paper.remark, &mut paper.watermark)
            }
        };
        if again {
            AGAIN.clone_into(remark);
        }
        *demo = watermark(app);
        self
    }

    fn read(kind: PaperKind, body: &str) -> Result<Self> {
        Ok(match kind {
            PaperKind::Receipt => Self::Receipt(serde_json::from_str(body)?),
            PaperKind::ControlSheet => Self::ControlSheet(serde_json::from_str(body)?),
            _ => Self::Letter(serde_json::from_str(body)?),
        })
    }

    fn to_be_kept(&self, app: &App, dossier: &Dossier) -> Result<String> {
        Ok(match self {
            Self::Letter(letter) => serde_json::to_string(letter)?,
            Self::Receipt(receipt) => {
                let hidden = Hidden::of(&app.secret_of(dossier)?);
                hidden.take_out(&serde_json::to_string(receipt)?)
            }
            Self::ControlSheet(sheet) => serde_json::to_string(sheet)?,
        })
    }
}

const AGAIN: &str = "(bản in lại)";

/// The size of the sheet is as set now: it is no part of what a paper says.
fn sheet(app: &App, kind: PaperKind) -> String {
    match kind {
        PaperKind::Apology | PaperKind::Stop | PaperKind::Transfer => app.settings.apology.paper,
        _ => app.settings.forms.paper,
    }
    .typst()
    .into()
}

async fn file(app: &App, words: Words, wanted: Wanted, again: bool) -> Result<Vec<u8>> {
    match (words.on_paper(app, wanted.kind, again), wanted.format) {
        (Words::Letter(letter), Format::Pdf) => render(move || letter_file::pdf(&letter)).await,
        (Words::Letter(letter), Format::Docx) => render(move || letter_file::docx(&letter)).await,
        (_, Format::Docx) => Err(Error::not_found(PDF_ALONE)),
        (Words::Receipt(receipt), Format::Pdf) => {
            render(move || receipt_pdf::pdf(&receipt, wanted.copies)).await
        }
        (Words::ControlSheet(paper), Format::Pdf) => {
            render(move || control_sheet_pdf::pdf(&paper)).await
        }
    }
}

/// Off the async threads: a page costs milliseconds of layout.
async fn render<F>(work: F) -> Result<Vec<u8>>
where
    F: FnOnce() -> Result<Vec<u8>, crate::documents::DocumentError> + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)
}

fn watermark(app: &App) -> Option<String> {
    app.demo.as_ref().map(|_| "BẢN DÙNG THỬ".to_owned())
}

fn address(app: &App, path: &str) -> String {
    let public = app.settings.server.public_url.trim_end_matches('/');
    format!("{public}{path}")
}

/// Why a paper is not there yet, and which act makes it.
fn not_yet(kind: PaperKind) -> Error {
    let detail = format!(
        "Hồ sơ chưa có giấy này. Cần “{}” trước.",
        kind.act().label()
    );
    Error::not_found(detail)
}

/// "Ông (bà) " before a citizen's name, nothing before an organisation's.
fn addressee(dossier: &Dossier) -> &'static str {
    match ApplicantKind::from_code(&dossier.applicant_kind) {
        None | Some(ApplicantKind::Citizen) => "Ông (bà) ",
        Some(_) => "",
    }
}

/// How the text speaks to the applicant.
fn spoken_to(dossier: &Dossier) -> &'static str {
    if addressee(dossier).is_empty() {
        "quý cơ quan, đơn vị"
    } else {
        "ông (bà)"
    }
}

/// The local moment of a stored one.
fn local(at: chrono::DateTime<chrono::Utc>) -> chrono::NaiveDateTime {
    to_local(at)
}
