//! Draws up the list of dossiers whose time is over by the rules of the settings; nothing
//! is erased by it.
use super::actor::Actor;
use crate::{
    app::App,
    domain::{role::Role, tombstone},
    error::{Error, Result},
    store::{
        Reader,
        erasures::{self, Line, List},
    },
};

/// Who draws it up.
pub const MAY: [Role; 2] = [Role::Office, Role::Admin];

/// What would stand on a list drawn up now.
pub async fn lines(app: &App, db: &impl Reader, agency: i64) -> Result<Vec<Line>> {
    let now = app.clock.now();
    let mut lines = Vec::new();
    for (procedure, years) in &app.settings.retention.years {
        let over = erasures::over(db, agency, procedure, now).await?;
        let over = over
            .into_iter()
            .filter(|one| tombstone::from(one.ended_at, *years).is_some_and(|from| from <= now));
        lines.extend(over.map(|one| Line {
            id: 0,
            list_id: 0,
            dossier_id: one.id,
            code: one.code,
            procedure_code: procedure.clone(),
            years: i32::try_from(*years).unwrap_or(i32::MAX),
            ended_at: one.ended_at,
        }));
    }
    Ok(lines)
}

/// Keeps the list and answers its row.
pub async fn run(app: &App, actor: &Actor) -> Result<i64> {
    if !MAY.contains(&actor.role) {
        return Err(actor.refused("Lập danh sách xóa dữ liệu", &MAY));
    }
    let write = app.store.write_alone().await?;
    let lines = lines(app, write.reader(), actor.agency).await?;
    if lines.is_empty() {
        let detail = "Chưa có hồ sơ nào hết thời gian lưu theo cài đặt [retention.years]. Không lập danh sách trống.";
        return Err(Error::conflict("nothing_over", detail));
    }
    let list = List {
        id: 0,
        agency_id: actor.agency,
        made_at: app.clock.now(),
        made_by: actor.name.clone(),
        digest: erasures::digest(&lines),
        number: None,
        year: None,
        signed_at: None,
        signed_by: None,
        dropped_at: None,
        dropped_by: None,
        erased_at: None,
        erased_by: None,
    };
    let id = write.insert_erasure_list(list, lines).await?;
    write.commit().await?;
    Ok(id)
}
