//! All letters of a list as one PDF, in the order of the list.
use super::{Wanted, Words, kept, render};
use crate::{
    app::App,
    documents::letter,
    domain::paper::PaperKind,
    error::{Error, Result},
    store::dossiers,
};

/// The signed apologies of those dossiers; `said` is told after each how many are put together.
pub async fn apologies(
    app: &App,
    agency: i64,
    codes: &[String],
    by: &str,
    said: impl Fn(usize),
) -> Result<Vec<u8>> {
    let mut letters = Vec::with_capacity(codes.len());
    for code in codes {
        let dossier = dossiers::by_code(app.store.read(), agency, code).await?;
        let wanted = Wanted::pdf(PaperKind::Apology);
        let (words, again) = kept(app, &dossier, wanted, Some(by)).await?;
        let Words::Letter(mut words) = words else {
            return Err(Error::internal("an apology that is no letter"));
        };
        if again {
            super::AGAIN.clone_into(&mut words.remark);
        }
        letters.push(words);
        said(letters.len());
    }
    if letters.is_empty() {
        return Err(Error::not_found("Danh sách không có phiếu nào để in."));
    }
    render(move || letter::batch(&letters)).await
}
