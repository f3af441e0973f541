//! What does a reminder of the plan's tasks say? To one officer: overdue first, then what
//! is due soon.
use serde_json::Value;

use super::{
    address,
    telling::{Addressed, Words, moment, text},
};
use crate::{app::App, domain::viet, store::agencies::AgencyName, web::paths};

pub fn words(app: &App, facts: &Value, agency: &AgencyName) -> Words {
    let day = moment(facts, "at").map_or_else(String::new, |at| viet::date(at.date()));
    let mut paragraphs = Vec::new();
    let mut counts = Vec::new();
    for (name, title) in [("overdue", "Quá hạn"), ("soon", "Sắp đến hạn")] {
        let items = facts[name]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        if items.is_empty() {
            continue;
        }
        counts.push(format!("{} {}", items.len(), title.to_lowercase()));
        paragraphs.push(format!("{title}: {} kỳ", items.len()));
        paragraphs.extend(items.iter().map(|item| {
            format!(
                "– {} {} ({}, đến hết ngày {})",
                text(item, "code"),
                text(item, "task"),
                text(item, "due"),
                text(item, "last")
            )
        }));
    }
    paragraphs.push("Việc đã xong thì ghi vào kế hoạch để không nhắc nữa.".into());
    Words {
        subject: format!("Nhiệm vụ kế hoạch, ngày {day}: {}", counts.join(", ")),
        greeting: format!("Chào {},", text(facts, "name")),
        to: Addressed::default(),
        paragraphs,
        short: String::new(),
        from: agency.name.clone(),
        look: Some(address(app, paths::PLAN)),
        rate: None,
        stop: Some(address(app, paths::ACCOUNT)),
        paper: None,
        dossier: None,
    }
}
