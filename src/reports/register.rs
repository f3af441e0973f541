//! The register as a file: every dossier of a filter, as many as there are.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tokio::task::JoinSet;

use crate::{
    app::App,
    config::AfterReappointment,
    documents::sheet::{Cell, Definition, Head, define},
    domain::{mask::last_four, procedure::Procedure, time::to_local},
    error::{Error, Result},
    store::{
        accounts, procedures,
        register::Filter,
        register_lines::{self, Line},
    },
};

/// A column: its name in our own files, its words for people, what it means, its width.
pub struct Column {
    pub name: &'static str,
    pub label: &'static str,
    pub says: &'static str,
    width: f64,
}

const fn column(name: &'static str, label: &'static str, width: f64, says: &'static str) -> Column {
    Column {
        name,
        label,
        says,
        width,
    }
}

/// In the order of `dossiers import`, so that a file that went out comes in again.
pub const COLUMNS: [Column; 22] = [
    column(
        "code",
        "Mã hồ sơ",
        28.0,
        "Mã số hồ sơ như đã cấp, hoặc của hệ thống khác với hồ sơ nhập.",
    ),
    column(
        "procedure_code",
        "Mã thủ tục",
        22.0,
        "Mã thủ tục hành chính quốc gia.",
    ),
    column(
        "applicant_name",
        "Người nộp",
        28.0,
        "Họ tên cá nhân hoặc tên tổ chức.",
    ),
    column(
        "applicant_kind",
        "Loại người nộp",
        16.0,
        "citizen: cá nhân; enterprise: doanh nghiệp; household_business: hộ kinh doanh; organisation: tổ chức.",
    ),
    column(
        "id_number",
        "Số giấy tờ",
        16.0,
        "Số căn cước hoặc số đăng ký như đã nộp.",
    ),
    column("phone", "Điện thoại", 15.0, "Số điện thoại người nộp."),
    column("email", "Thư điện tử", 24.0, "Địa chỉ nhận thông báo."),
    column("address", "Địa chỉ", 32.0, "Địa chỉ người nộp."),
    column(
        "channel",
        "Hình thức nộp",
        13.0,
        "desk: trực tiếp; online: trực tuyến; post: bưu chính công ích.",
    ),
    column(
        "received_at",
        "Nhận lúc",
        17.0,
        "Lúc tiếp nhận (lúc gửi, với hồ sơ chờ tiếp nhận), giờ Việt Nam.",
    ),
    column(
        "due_at",
        "Hẹn trả",
        17.0,
        "Hẹn đang có hiệu lực: hẹn lại nếu đã xin lỗi và hẹn lại.",
    ),
    column(
        "processed_at",
        "Có kết quả lúc",
        17.0,
        "Lúc kết thúc giải quyết: có kết quả, từ chối, rút hoặc dừng.",
    ),
    column(
        "returned_at",
        "Trả lúc",
        17.0,
        "Lúc trả kết quả cho người nộp.",
    ),
    column(
        "status",
        "Trạng thái",
        20.0,
        "Trạng thái theo mã của chương trình (registered … returned).",
    ),
    column(
        "outcome",
        "Kết quả",
        12.0,
        "granted: giải quyết; refused: từ chối; withdrawn: rút; stopped: dừng; rejected: không tiếp nhận.",
    ),
    column(
        "officer",
        "Cán bộ",
        22.0,
        "Người đang giữ hồ sơ, nếu đã phân công.",
    ),
    column("note", "Ghi chú", 30.0, "Ghi chú khi tiếp nhận."),
    column(
        "original_due_at",
        "Hẹn lần đầu",
        17.0,
        "Hẹn theo thời hạn; số liệu đúng hạn, quá hạn tính theo cột này.",
    ),
    column(
        "waiting_since",
        "Chờ bổ sung từ",
        17.0,
        "Lúc bắt đầu chờ người nộp bổ sung hoặc nộp phí, nếu đang chờ hoặc kết thúc trong lúc chờ.",
    ),
    column(
        "external_code",
        "Mã hệ thống khác",
        24.0,
        "Mã do hệ thống khác cấp, ghi bên cạnh.",
    ),
    column(
        "procedure_name",
        "Tên thủ tục",
        44.0,
        "Tên thủ tục trong danh mục của ngày nhận.",
    ),
    column(
        "standing",
        "Tình trạng",
        18.0,
        "So với hẹn: trước hạn, đúng hạn, quá hạn, trong hạn, hẹn hôm nay, quá hạn chưa xong, chờ bổ sung.",
    ),
];

/// For whom the head is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// The names of `dossiers import`.
    Machine,
    /// Vietnamese words.
    People,
    /// The same, of numbers of identity their end alone.
    Desk,
}

/// Which columns, as places in [`COLUMNS`]; always in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen(Vec<usize>);

impl Chosen {
    pub fn all() -> Self {
        Self((0..COLUMNS.len()).collect())
    }

    /// Those of these names; a name that is none of ours is passed over.
    pub fn named<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let names: Vec<&str> = names.collect();
        let known =
            |(place, column): (usize, &Column)| names.contains(&column.name).then_some(place);
        Self(COLUMNS.iter().enumerate().filter_map(known).collect())
    }

    pub fn has(&self, name: &str) -> bool {
        self.columns().any(|column| column.name == name)
    }

    pub fn columns(&self) -> impl Iterator<Item = &'static Column> {
        self.0.iter().filter_map(|place| COLUMNS.get(*place))
    }

    /// Their cells out of a whole row.
    fn of(&self, row: Vec<Cell>) -> Vec<Cell> {
        row.into_iter()
            .enumerate()
            .filter(|(place, _)| self.0.contains(place))
            .map(|(_, cell)| cell)
            .collect()
    }
}

pub fn heads(reader: For, chosen: &Chosen) -> Vec<Head> {
    chosen
        .columns()
        .map(|column| Head {
            label: match reader {
                For::Machine => column.name,
                For::People | For::Desk => column.label,
            }
            .to_owned(),
            width: column.width,
        })
        .collect()
}

pub fn definitions(app: &App, chosen: &Chosen) -> Vec<Definition> {
    let judged = app.settings.figures.after_reappointment.label();
    chosen
        .columns()
        .map(|column| define(column.label, column.says))
        .chain([define("Cách tính trễ", format!("So với {judged}; thời hạn tính bằng ngày được giữ đến hết ngày hẹn (Bộ luật Dân sự 2015, Điều 148.6)."))])
        .collect()
}

/// Reads the register batch by batch, the next one while the last is written.
pub struct Reading {
    app: App,
    filter: Filter,
    chosen: Chosen,
    by_new_date: bool,
    now: DateTime<Utc>,
    procedures: HashMap<i64, Procedure>,
    officers: HashMap<i64, String>,
    /// The batch that is on its way; ends with whoever waits for it.
    ahead: JoinSet<Result<Vec<Line>>>,
    /// Whether numbers of identity are shown whole.
    whole: bool,
}

/// How many dossiers are in memory at a time, twice.
const BATCH: usize = 1000;

impl Reading {
    pub async fn open(app: &App, filter: Filter, reader: For, chosen: Chosen) -> Result<Self> {
        let db = app.store.read();
        let all = procedures::all(db).await?;
        let people = accounts::all(db).await?;
        let mut reading = Self {
            app: app.clone(),
            filter,
            chosen,
            by_new_date: app.settings.figures.after_reappointment == AfterReappointment::New,
            now: app.clock.now(),
            procedures: all.into_iter().map(|p| (p.id, p)).collect(),
            officers: people.into_iter().map(|a| (a.id, a.name)).collect(),
            ahead: JoinSet::new(),
            whole: reader != For::Desk,
        };
        reading.fetch(None);
        Ok(reading)
    }

    /// Sends for what comes after that row.
    fn fetch(&mut self, after_id: Option<i64>) {
        let filter = Filter {
            after_id,
            ..self.filter.clone()
        };
        let (app, by_new_date, now) = (self.app.clone(), self.by_new_date, self.now);
        self.ahead.spawn(async move {
            let db = app.store.read();
            register_lines::after(db, &filter, by_new_date, now, BATCH as u64).await
        });
    }

    /// The next rows; none when all were read.
    pub async fn next(&mut self) -> Result<Option<Vec<Vec<Cell>>>> {
        let Some(batch) = self.ahead.join_next().await else {
            return Ok(None);
        };
        let batch = batch.map_err(Error::internal)??;
        if batch.len() == BATCH {
            self.fetch(batch.last().map(|line| line.id));
        }
        let rows = batch
            .into_iter()
            .map(|line| self.chosen.of(self.cells(line)));
        Ok(Some(rows.collect()))
    }

    /// Every column of a dossier.
    fn cells(&self, line: Line) -> Vec<Cell> {
        let text = |value: Option<String>| Cell::Text(value.unwrap_or_default());
        let at = |value: Option<DateTime<Utc>>| Cell::Moment(value.map(to_local));
        let procedure = self.procedures.get(&line.procedure_version_id);
        let of =
            |get: fn(&Procedure) -> &String| procedure.map(get).cloned().unwrap_or_default().into();
        let held_by = line
            .assigned_to
            .and_then(|id| self.officers.get(&id))
            .cloned();
        let received_at = line.course.received_at;
        let standing = line.course.standing(self.by_new_date, self.now);
        vec![
            line.code.into(),
            of(|p| &p.code),
            line.applicant_name.into(),
            line.applicant_kind.into(),
            match line.id_number {
                Some(number) if !self.whole => last_four(&number).into(),
                number => text(number),
            },
            Cell::Phone(line.phone.unwrap_or_default()),
            text(line.email),
            text(line.address),
            line.channel.into(),
            at(Some(received_at.unwrap_or(line.registered_at))),
            at(line.due_at.filter(|_| received_at.is_some())),
            at(line.ended_at),
            at(line.returned_at),
            line.status.into(),
            text(line.outcome),
            text(held_by.or(line.officer)),
            line.note.into(),
            at(line.original_due_at.filter(|_| received_at.is_some())),
            at(line.course.wait_from),
            text(line.external_code),
            of(|p| &p.name),
            standing.label().into(),
        ]
    }
}
