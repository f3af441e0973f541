//! How far are the tasks of the plan, what is overdue or nearly due, what was spent?
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::{
    app::App,
    documents::sheet::{Cell, Sheet, define},
    domain::{
        plan::{self as tasks, Due, State, Task, state},
        plan_sheet::TASKS,
        role::Role,
        time::local_day,
    },
    error::{Error, Result},
    store::{
        accounts::{self, Account},
        data_files::{self, Kind},
        plan::{self, Entry},
    },
};

/// One due of a task.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// What an entry is kept under.
    pub item: String,
    pub due: String,
    pub last: NaiveDate,
    #[serde(skip)]
    pub state: State,
    pub state_label: &'static str,
    pub done_on: Option<NaiveDate>,
    pub evidence: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub code: String,
    pub section: String,
    pub task: String,
    pub products: Vec<String>,
    pub officer: String,
    pub with: String,
    pub due_words: String,
    pub items: Vec<Item>,
    pub done: usize,
    pub budget: Option<u64>,
    pub spent: u64,
    /// The last remark entered.
    pub remark: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub at: NaiveDate,
    pub name: String,
    /// The plan had passed before the office began with the program.
    pub over: bool,
    pub rows: Vec<Row>,
    pub items: usize,
    pub done: usize,
    pub overdue: usize,
    pub soon: usize,
    pub budget: u64,
    pub spent: u64,
}

/// As of a day: what was entered for a later day is not seen.
pub async fn build(app: &App, agency: i64, at: NaiveDate) -> Result<Report> {
    let db = app.store.read();
    let text = data_files::of_year(db, Kind::Tasks, at.year()).await?;
    let text = text.ok_or_else(|| Error::not_found("Chưa có nhiệm vụ. Chạy `motcua migrate`."))?;
    let plan = tasks::read(&text).map_err(Error::internal)?;
    let mut entries = plan::entries(db, agency).await?;
    entries.retain(|entry| entry.on_day <= at);
    let began = accounts::began(db, agency).await?.map(local_day);
    let over = plan.over_by(began.unwrap_or(at));
    let soon = app.settings.figures.remind_days;
    let rows: Vec<Row> = plan
        .tasks
        .into_iter()
        .map(|task| row(task, &entries, at, over, soon))
        .collect();
    let count = |wanted: State| {
        let items = rows.iter().flat_map(|row| &row.items);
        items.filter(|item| item.state == wanted).count()
    };
    Ok(Report {
        at,
        name: plan.name,
        over,
        items: rows.iter().map(|row| row.items.len()).sum(),
        done: count(State::Done),
        overdue: count(State::Overdue),
        soon: count(State::Soon),
        budget: rows.iter().filter_map(|row| row.budget).sum(),
        spent: rows.iter().map(|row| row.spent).sum(),
        rows,
    })
}

fn row(task: Task, entries: &[Entry], at: NaiveDate, over: bool, soon: i64) -> Row {
    // Another year's plan has tasks of the same codes; their dues tell them apart.
    let dues: Vec<String> = (task.due.iter())
        .map(|due| tasks::item(&task.code, *due))
        .collect();
    let own = |entry: &&Entry| dues.contains(&entry.item);
    let item = |due: &Due| {
        let key = tasks::item(&task.code, *due);
        let mut of_it = entries.iter().filter(|entry| entry.item == key);
        let done = of_it.find(|entry| entry.kind == "done");
        let state = state(*due, done.map(|entry| entry.on_day), at, over, soon);
        Item {
            due: due.label(),
            last: due.last(),
            state,
            state_label: state.label(),
            done_on: done.map(|entry| entry.on_day),
            evidence: done.map(|entry| entry.evidence.clone()).unwrap_or_default(),
            item: key,
        }
    };
    let items: Vec<Item> = task.due.iter().map(item).collect();
    let spent = entries.iter().filter(own).filter_map(|entry| entry.amount);
    let spent = spent.filter_map(|amount| u64::try_from(amount).ok()).sum();
    let remark = entries
        .iter()
        .filter(own)
        .rfind(|entry| entry.kind == "remark");
    Row {
        done: items
            .iter()
            .filter(|item| item.state == State::Done)
            .count(),
        items,
        spent,
        remark: remark
            .map(|entry| entry.evidence.clone())
            .unwrap_or_default(),
        code: task.code,
        section: task.section,
        task: task.task,
        products: task.products,
        officer: task.officer,
        with: task.with,
        due_words: task.due_words,
        budget: task.budget,
    }
}

/// Whoever answers for a task: those whose title the plan names, else the Office.
pub fn answering<'a>(officer: &str, people: &'a [Account]) -> Vec<&'a Account> {
    let named: Vec<&Account> = people
        .iter()
        .filter(|account| tasks::meant(officer, &account.title))
        .collect();
    if !named.is_empty() {
        return named;
    }
    let office = Role::Office.code();
    people
        .iter()
        .filter(|account| account.role == office)
        .collect()
}

impl Report {
    /// What is overdue or due soon, what is due first in front.
    pub fn chased(&self) -> Vec<(&Row, &Item)> {
        self.items_in(|state| matches!(state, State::Overdue | State::Soon))
    }

    /// The items that stand so.
    pub fn items_in(&self, test: impl Fn(State) -> bool) -> Vec<(&Row, &Item)> {
        let mut all: Vec<(&Row, &Item)> = self
            .rows
            .iter()
            .flat_map(|row| row.items.iter().map(move |item| (row, item)))
            .filter(|(_, item)| test(item.state))
            .collect();
        all.sort_by_key(|(row, item)| (item.last, row.code.clone()));
        all
    }

    pub fn sheet(&self) -> Sheet {
        let line = |row: &Row| {
            let states: Vec<String> = row
                .items
                .iter()
                .map(|item| format!("{}: {}", item.due, item.state_label))
                .collect();
            let dues: Vec<&str> = row.items.iter().map(|item| item.due.as_str()).collect();
            vec![
                row.code.clone().into(),
                row.section.clone().into(),
                row.task.clone().into(),
                row.products.join("; ").into(),
                row.officer.clone().into(),
                row.with.clone().into(),
                row.due_words.clone().into(),
                dues.join("; ").into(),
                row.budget.map_or(Cell::from(""), Cell::from),
                row.spent.into(),
                states.join("; ").into(),
                (row.done as u64).into(),
                (row.items.len() as u64).into(),
                row.remark.clone().into(),
            ]
        };
        let how_far = [
            "Đã chi (đồng)",
            "Tình trạng",
            "Kỳ đã xong",
            "Số kỳ",
            "Ghi chú",
        ];
        Sheet {
            // The first of them are read back as the plan of another year.
            head: TASKS.into_iter().chain(how_far).collect(),
            rows: self.rows.iter().map(line).collect(),
            definitions: vec![
                define(
                    "Quá hạn",
                    "Chưa ghi hoàn thành và ngày cuối của tháng, quý hoặc năm đã qua.",
                ),
                define(
                    "Kỳ đã xong",
                    "Mỗi tháng, quý hoặc năm phải có sản phẩm là một kỳ.",
                ),
            ],
        }
    }
}
