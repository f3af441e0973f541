//! The gateway says what became of a message that it took.
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    domain::viet::tidy,
    error::{Error, Result},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    Delivered,
    Failed,
}

/// Nothing of that number was ever handed over.
pub fn unknown() -> Error {
    Error::not_found("Không có thông báo nào mang số này đã giao cho cổng.")
}

pub async fn run(app: &App, id: i64, became: Became, reason: &str) -> Result<()> {
    let reason: String = tidy(reason)
        .chars()
        .filter(|c| !crate::actions::applicant::unprintable_sign(*c))
        .take(300)
        .collect();
    let why = if reason.is_empty() {
        "cổng tin nhắn báo không đến".to_owned()
    } else {
        format!("cổng tin nhắn báo: {reason}")
    };
    let failed = (became == Became::Failed).then_some(why.as_str());
    let now = app.clock.now();
    let write = app.store.write().await?;
    if !write.became(id, failed, now).await? {
        return Err(unknown());
    }
    write.commit().await
}
