//! A year's plan from a table: the tasks, or the targets, under the headings under which
//! the pages give them out as Excel. What was done and spent there is not read back.
use super::{
    plan::{Due, Task, Tasks},
    row::{Row, RowError, Table},
    target::{Formula, OBJECTIVE, Plan, Target},
    viet::{amount, fold},
};

/// The headings of the tasks, in their order.
pub const TASKS: [&str; 9] = [
    "TT",
    "Nội dung",
    "Nhiệm vụ",
    "Sản phẩm đầu ra",
    "Công chức tham mưu",
    "Phối hợp thực hiện",
    "Thời gian hoàn thành",
    "Kỳ phải có sản phẩm",
    "Dự trù kinh phí (đồng)",
];

/// The headings of the targets, in their order.
pub const TARGETS: [&str; 6] = ["Năm", "Mã", "Chỉ tiêu", "Cần (%)", "Cách tính", "Nguồn"];

fn name(year: &str) -> String {
    format!("Kế hoạch cải cách hành chính năm {year}")
}

/// The tasks of a year.
///
/// # Errors
/// The first wrong row, with its column and a way on.
///
/// ```
/// use motcua::domain::plan_sheet::{TASKS, tasks};
/// let head = TASKS.join(",");
/// let text = format!("{head}\nI.1,I. Thể chế,Rà soát văn bản,Báo cáo,Văn phòng,,Quý I,Quý I/2027,1.000.000\n");
/// let plan = tasks(&text).unwrap();
/// assert_eq!((plan.version.as_str(), plan.tasks[0].budget), ("2027", Some(1_000_000)));
/// assert_eq!(tasks(&text.replace("2027", "27")).unwrap_err().column, "Kỳ phải có sản phẩm");
/// ```
pub fn tasks(text: &str) -> Result<Tasks, RowError> {
    let mut table = Table::open(text, &TASKS)?;
    let mut all: Vec<Task> = Vec::new();
    let mut years = Vec::new();
    while let Some(row) = table.next_row()? {
        let code = unique(&row, "TT", |code| all.iter().any(|one| one.code == code))?;
        let dues = row.get("Kỳ phải có sản phẩm").split(';');
        let dues: Vec<&str> = dues.map(str::trim).filter(|due| !due.is_empty()).collect();
        let wrong = |why| row.wrong("Kỳ phải có sản phẩm", why);
        if dues.is_empty() {
            return Err(wrong(
                "Chưa có kỳ; ví dụ Tháng 1/2027; Quý II/2027; Trong năm 2027.".to_owned(),
            ));
        }
        let read = dues.into_iter().map(Due::read);
        let due = read.collect::<Result<Vec<Due>, String>>().map_err(wrong)?;
        years.extend(due.iter().map(|due| (due.year(), row.line)));
        let products = row.get("Sản phẩm đầu ra").split(';');
        all.push(Task {
            section: needed(&row, "Nội dung")?,
            task: needed(&row, "Nhiệm vụ")?,
            products: products
                .map(|one| one.trim().to_owned())
                .filter(|one| !one.is_empty())
                .collect(),
            officer: needed(&row, "Công chức tham mưu")?,
            with: row.get("Phối hợp thực hiện").to_owned(),
            due_words: row.get("Thời gian hoàn thành").to_owned(),
            budget: money(&row, "Dự trù kinh phí (đồng)")?,
            code,
            due,
        });
    }
    let last = years.iter().map(|(year, _)| *year).max();
    let year = last.ok_or_else(|| empty("TT"))?;
    // Some of it is prepared in December of the year before.
    if let Some((other, line)) = years.into_iter().find(|(other, _)| *other < year - 1) {
        return Err(RowError {
            line,
            column: "Kỳ phải có sản phẩm".into(),
            reason: format!("Kế hoạch năm {year} có kỳ của năm {other}. Xin xem lại năm."),
        });
    }
    let version = year.to_string();
    Ok(Tasks {
        name: name(&version),
        version,
        tasks: all,
    })
}

/// The targets of a year.
///
/// # Errors
/// The first wrong row, with its column and a way on.
///
/// ```
/// use motcua::domain::plan_sheet::{TARGETS, targets};
/// let head = TARGETS.join(",");
/// let text = format!("{head}\n2027,papers,Văn bản qua mạng,trên 95 %,\"ghi bằng tay, có căn cứ\",Mục VI.2\n");
/// let plan = targets(&text).unwrap();
/// assert!(plan.targets[0].above && plan.targets[0].goal_percent == 95 && plan.version == "2027");
/// assert_eq!(targets(&text.replace("95", "chín mươi")).unwrap_err().column, "Cần (%)");
/// ```
pub fn targets(text: &str) -> Result<Plan, RowError> {
    let mut table = Table::open(text, &TARGETS)?;
    let mut all: Vec<Target> = Vec::new();
    let mut version = String::new();
    while let Some(row) = table.next_row()? {
        // Quality objectives stand in the same sheet and are kept apart.
        if row.get("Mã").starts_with(OBJECTIVE) {
            continue;
        }
        let code = unique(&row, "Mã", |code| all.iter().any(|one| one.code == code))?;
        let year = row.get("Năm");
        if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(row.wrong("Năm", format!("“{year}” không phải là năm; ví dụ 2027.")));
        }
        if !version.is_empty() && version != year {
            return Err(row.wrong("Năm", "Một tệp là chỉ tiêu của một năm."));
        }
        year.clone_into(&mut version);
        let (above, goal_percent) = goal(&row, "Cần (%)")?;
        all.push(Target {
            label: needed(&row, "Chỉ tiêu")?,
            formula: formula(&row, "Cách tính")?,
            source: needed(&row, "Nguồn")?,
            code,
            goal_percent,
            above,
        });
    }
    if all.is_empty() {
        return Err(empty("Mã"));
    }
    Ok(Plan {
        name: name(&version),
        version,
        targets: all,
    })
}

fn empty(column: &str) -> RowError {
    RowError {
        line: 2,
        column: column.to_owned(),
        reason: "Tệp không có dòng nào dưới đầu bảng.".into(),
    }
}

fn needed(row: &Row, column: &str) -> Result<String, RowError> {
    match row.get(column) {
        "" => Err(row.wrong(column, "Chưa ghi.")),
        text => Ok(text.to_owned()),
    }
}

fn unique(row: &Row, column: &str, known: impl Fn(&str) -> bool) -> Result<String, RowError> {
    let code = needed(row, column)?;
    if known(&code) {
        return Err(row.wrong(column, format!("“{code}” có hai lần.")));
    }
    Ok(code)
}

/// Nothing where the cell is empty.
fn money(row: &Row, column: &str) -> Result<Option<u64>, RowError> {
    let text = row.get(column);
    if text.is_empty() {
        return Ok(None);
    }
    let read = amount(text).and_then(|dong| u64::try_from(dong).ok());
    let wrong = || {
        row.wrong(
            column,
            format!("“{text}” không phải số tiền; ví dụ 1.250.000."),
        )
    };
    read.map(Some).ok_or_else(wrong)
}

/// `95`, `95.00`, `95 %` or `trên 95 %`.
fn goal(row: &Row, column: &str) -> Result<(bool, u64), RowError> {
    let text = fold(row.get(column));
    let above = text.starts_with("tren") || text.starts_with('>');
    let number = text.trim_start_matches("tren").trim_start_matches('>');
    let number = number.trim_end_matches('%').trim();
    let number = number.strip_suffix(".00").unwrap_or(number);
    let goal = number.parse().ok().filter(|goal| (1..=1000).contains(goal));
    let wrong = || {
        row.wrong(
            column,
            "Xin ghi phần trăm cần đạt, số nguyên từ 1 đến 1000; ví dụ 20, hoặc trên 95.",
        )
    };
    Ok((above, goal.ok_or_else(wrong)?))
}

/// By its words, as the sheet gives them, or by its code.
fn formula(row: &Row, column: &str) -> Result<Formula, RowError> {
    let text = row.get(column);
    let known = Formula::ALL
        .iter()
        .find(|one| one.code() == text || fold(one.label()) == fold(text));
    known.copied().ok_or_else(|| {
        let labels: Vec<String> = Formula::ALL
            .iter()
            .map(|one| format!("“{}”", one.label()))
            .collect();
        row.wrong(
            column,
            format!("Xin chọn một trong: {}.", labels.join("; ")),
        )
    })
}
