//! Enters something for the plan: the value of a target, a task done, money spent, a
//! remark; or a quality objective of the year. Each with its evidence, never changed.
use chrono::NaiveDate;
use serde::Deserialize;

use super::{actor::Actor, applicant::required};
use crate::{
    app::App,
    domain::{
        dossier::codes,
        plan as tasks,
        role::Role,
        target::{self, Formula, OBJECTIVE},
        time::local_day,
        viet,
    },
    error::{Error, FieldErrors, Result},
    store::{
        data_files::{self, Kind},
        plan::{self, Entry, Objective},
    },
};

/// Who keeps the plan.
pub const MAY: [Role; 2] = [Role::Office, Role::Leader];

codes! {
    /// What is entered.
    What {
        Value = "value", "Giá trị của chỉ tiêu";
        Done = "done", "Đã hoàn thành";
        Spent = "spent", "Đã chi";
        Remark = "remark", "Ghi chú tiến độ";
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    /// A target's code, or a task's with its due: `II.2@2021-Q1`.
    pub item: String,
    pub kind: String,
    pub numerator: String,
    pub denominator: String,
    pub amount: String,
    /// Empty: today.
    pub on_day: String,
    pub evidence: String,
}

/// Enters it, or says why not. Anything entered must be for something that the plan has.
pub async fn run(app: &App, actor: &Actor, input: &Input) -> Result<()> {
    may(actor, "Nhập số liệu kế hoạch")?;
    let now = app.clock.now();
    let today = local_day(now);
    let mut errors = FieldErrors::default();
    let what = What::from_code(&input.kind);
    if what.is_none() {
        errors.add("kind", "Xin chọn việc ghi.");
    }
    let on_day = day(&mut errors, &input.on_day, today);
    // The ending year's too, where the days of the next have begun.
    let year = app.settings.figures.year_of(on_day);
    let known = known(app, actor.agency, year).await?;
    let fits = |(item, value): &(String, bool)| {
        *item == input.item && what.is_none_or(|what| *value == (what == What::Value))
    };
    if !known.iter().any(fits) {
        errors.add("item", "Kế hoạch không có mục này. Xin chọn lại.");
    }
    let evidence = required(&mut errors, "evidence", "Căn cứ", &input.evidence, 1000);
    let mut number = |field: &str, text: &str, wanted: bool| {
        if !wanted {
            return None;
        }
        let read = viet::amount(text);
        if read.is_none() {
            errors.add(field, "Xin ghi số nguyên không âm, ví dụ 1.250.");
        }
        read
    };
    let value = what == Some(What::Value);
    let numerator = number("numerator", &input.numerator, value);
    let denominator = number("denominator", &input.denominator, value);
    let amount = number("amount", &input.amount, what == Some(What::Spent));
    if value && denominator == Some(0) {
        errors.add("denominator", "Mẫu số phải lớn hơn 0.");
    }
    errors.finish()?;
    let write = app.store.write().await?;
    write
        .insert_plan_entry(Entry {
            id: 0,
            agency_id: actor.agency,
            item: input.item.clone(),
            kind: input.kind.clone(),
            numerator,
            denominator,
            amount,
            on_day,
            evidence,
            actor: actor.name.clone(),
            recorded_at: now,
        })
        .await?;
    write.commit().await
}

/// A quality objective (mục tiêu chất lượng, TCVN ISO 9001:2015) of a year.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ObjectiveInput {
    pub label: String,
    pub goal_percent: String,
    /// A figure of the program; empty: the value is entered by hand.
    pub formula: String,
    pub officer: String,
    pub source: String,
}

pub async fn objective(app: &App, actor: &Actor, input: &ObjectiveInput) -> Result<()> {
    may(actor, "Nhập mục tiêu chất lượng")?;
    let now = app.clock.now();
    let year = app.settings.figures.year_of(local_day(now));
    let mut errors = FieldErrors::default();
    let label = required(&mut errors, "label", "Mục tiêu", &input.label, 500);
    let officer = required(
        &mut errors,
        "officer",
        "Người chịu trách nhiệm",
        &input.officer,
        200,
    );
    let source = required(
        &mut errors,
        "source",
        "Văn bản ban hành",
        &input.source,
        300,
    );
    let goal = viet::amount(&input.goal_percent).and_then(|goal| i32::try_from(goal).ok());
    let goal = goal.filter(|goal| (1..=1000).contains(goal));
    if goal.is_none() {
        errors.add("goal_percent", "Xin ghi phần trăm cần đạt, từ 1 đến 1000.");
    }
    if !input.formula.is_empty() && Formula::from_code(&input.formula).is_none() {
        errors.add("formula", "Không có cách tính này. Xin chọn lại.");
    }
    errors.finish()?;
    let write = app.store.write_alone().await?;
    let before = plan::objectives(write.reader(), actor.agency, year).await?;
    write
        .insert_objective(Objective {
            id: 0,
            agency_id: actor.agency,
            year,
            code: format!("{OBJECTIVE}{year}-{}", before.len() + 1),
            label,
            goal_percent: goal.unwrap_or_default(),
            formula: Some(input.formula.clone()).filter(|formula| !formula.is_empty()),
            officer,
            source,
            actor: actor.name.clone(),
            recorded_at: now,
        })
        .await?;
    write.commit().await
}

fn may(actor: &Actor, what: &str) -> Result<()> {
    if MAY.contains(&actor.role) || actor.role == Role::Admin {
        return Ok(());
    }
    Err(actor.refused(what, &MAY))
}

fn day(errors: &mut FieldErrors, text: &str, today: NaiveDate) -> NaiveDate {
    match viet::read_date(text, today) {
        _ if text.trim().is_empty() => today,
        Ok(day) if day <= today => day,
        Ok(_) => {
            errors.add("on_day", "Ngày không được sau hôm nay.");
            today
        }
        Err(why) => {
            errors.add("on_day", why);
            today
        }
    }
}

/// What may be entered for: targets and objectives with a value by hand (`true`), and the
/// items of the tasks; of every year's plan, for December is entered in January.
async fn known(app: &App, agency: i64, year: i32) -> Result<Vec<(String, bool)>> {
    let db = app.store.read();
    let mut known = Vec::new();
    for file in data_files::of_each_year(db, Kind::Plan).await? {
        let plan = target::read(&file.body).map_err(Error::internal)?;
        let by_hand = plan
            .targets
            .into_iter()
            .filter(|t| t.formula == Formula::Entered);
        known.extend(by_hand.map(|target| (target.code, true)));
    }
    let objectives = plan::objectives(db, agency, year).await?;
    let by_hand = objectives.into_iter().filter(|one| one.formula.is_none());
    known.extend(by_hand.map(|one| (one.code, true)));
    for file in data_files::of_each_year(db, Kind::Tasks).await? {
        for task in tasks::read(&file.body).map_err(Error::internal)?.tasks {
            known.extend(
                task.due
                    .iter()
                    .map(|due| (tasks::item(&task.code, *due), false)),
            );
        }
    }
    Ok(known)
}
