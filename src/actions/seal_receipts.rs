//! Seals the secrets of receipts that a version before stored as they are printed; at each
//! start, for an upgrade or a restored copy may have brought some along.
use crate::{
    app::App,
    error::Result,
    papers::hidden::Hidden,
    secret,
    store::{
        Write,
        receipts::{self, Open},
    },
    vault,
};

/// As many in one transaction.
const AT_ONCE: u64 = 500;

/// Answers how many were sealed.
pub async fn run(app: &App) -> Result<usize> {
    let mut sealed = 0;
    loop {
        let write = app.store.note().await?;
        let open = receipts::open(write.reader(), AT_ONCE).await?;
        if open.is_empty() {
            return Ok(sealed);
        }
        for one in &open {
            seal(app, &write, one).await?;
        }
        write.commit().await?;
        sealed += open.len();
    }
}

async fn seal(app: &App, write: &Write, one: &Open) -> Result<()> {
    let hidden = Hidden::of(&one.secret);
    for (id, body) in receipts::papers_with(write.reader(), one.dossier, hidden.words()).await? {
        write
            .keep_paper_without(id, &hidden.take_out(&body))
            .await?;
    }
    let kept = vault::seal(&app.settings, &one.code, &one.secret)?;
    write
        .seal_receipt(one.dossier, &kept, &secret::hash(&one.secret))
        .await
}
