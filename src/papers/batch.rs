//! One paper of many dossiers as one PDF, in the order of the list.
use super::{Wanted, Words, kept, render};
use crate::{
    app::App,
    documents::{control_sheet, letter, receipt},
    domain::{paper::PaperKind, viet},
    error::{Error, Kind, Result},
    store::dossiers,
};

/// What was put together, and what could not be.
pub struct Batch {
    pub pdf: Vec<u8>,
    /// The code of each dossier that has no such paper, and why.
    pub without: Vec<(String, String)>,
}

impl Batch {
    /// Of so many asked for: how many are in the file, and which are not and why.
    pub fn said(&self, asked: usize) -> String {
        /// More of them than anyone reads in a sentence.
        const NAMED: usize = 10;
        let made = asked - self.without.len();
        let mut words = format!(
            "Đã xong {} hồ sơ, theo thứ tự trong danh sách.",
            viet::number(made)
        );
        if !self.without.is_empty() {
            let named: Vec<String> = self
                .without
                .iter()
                .take(NAMED)
                .map(|(code, why)| format!("{code} ({})", why.trim_end_matches('.')))
                .collect();
            let more = if self.without.len() > NAMED {
                " và các hồ sơ khác"
            } else {
                ""
            };
            words.push_str(&format!(
                " Không có giấy này: {} hồ sơ, gồm {}{more}.",
                viet::number(self.without.len()),
                named.join("; ")
            ));
        }
        words
    }
}

/// The papers of a kind of those dossiers of an agency, printed by a person; `said` is told
/// after each how many were looked at.
pub async fn papers(
    app: &App,
    (agency, by): (i64, &str),
    kind: PaperKind,
    codes: &[String],
    said: impl Fn(usize),
) -> Result<Batch> {
    let (mut letters, mut receipts, mut sheets) = (Vec::new(), Vec::new(), Vec::new());
    let mut without = Vec::new();
    for (place, code) in codes.iter().enumerate() {
        let dossier = dossiers::by_code(app.store.read(), agency, code).await?;
        let found = kept(app, &dossier, Wanted::pdf(kind), Some(by)).await;
        said(place + 1);
        let (words, again) = match found {
            Err(error) if error.kind == Kind::NotFound => {
                without.push((code.clone(), error.detail));
                continue;
            }
            found => found?,
        };
        match words.on_paper(app, kind, again) {
            Words::Letter(words) => letters.push(words),
            Words::Receipt(words) => receipts.push(words),
            Words::ControlSheet(words) => sheets.push(words),
        }
    }
    let pdf = match kind {
        PaperKind::Receipt if !receipts.is_empty() => {
            render(move || receipt::batch(&receipts)).await?
        }
        PaperKind::ControlSheet if !sheets.is_empty() => {
            render(move || control_sheet::batch(&sheets)).await?
        }
        _ if !letters.is_empty() => render(move || letter::batch(&letters)).await?,
        _ => {
            let why = without.first().map(|(_, why)| why.as_str());
            let words = format!(
                "Không hồ sơ nào trong danh sách có giấy này. {}",
                why.unwrap_or_default()
            );
            return Err(Error::not_found(words.trim_end().to_owned()));
        }
    };
    Ok(Batch { pdf, without })
}
