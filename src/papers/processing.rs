//! Table II.06a of a period as it is signed and sent.
use super::{local, render, signature, watermark};
use crate::{
    app::App,
    documents::processing::{self, Row, Table},
    domain::{
        period::Period,
        scoring::{Column, Tally},
        time::local_day,
        viet,
    },
    error::{Error, Result},
    reports::{
        closed::Overlap,
        processing::{BY_OFFICER, By, Report},
    },
    store::agencies,
};

/// Columns (3) to (13) in the order of the form.
pub const OFFICIAL: [Column; 11] = [
    Column::Received,
    Column::Online,
    Column::Direct,
    Column::CarriedOver,
    Column::Processed,
    Column::Early,
    Column::OnTime,
    Column::Late,
    Column::Pending,
    Column::InTime,
    Column::Overdue,
];

/// The two cells for what has no promised date; in no column of the form.
pub const UNDATED: [Column; 2] = [Column::ProcessedUndated, Column::PendingUndated];

pub async fn pdf(app: &App, agency: i64, report: &Report) -> Result<Vec<u8>> {
    let db = app.store.read();
    let now = app.clock.now();
    let today = local_day(now);
    if report.from > today {
        let why = "Kỳ này chưa bắt đầu, chưa có số liệu để in. Xin chọn kỳ khác.";
        return Err(Error::invalid("ky", why));
    }
    let span = format!(
        "từ {} đến {}",
        viet::date_in_words(report.from),
        viet::date_in_words(report.to)
    );
    let period = Period {
        from: report.from,
        to: report.to,
    };
    let name = agencies::name_by(db, agency, report.to).await?;
    let right = signature::for_agency(db, agency, report.to, "").await?;
    let undated = UNDATED.iter().any(|column| report.total.count(*column) > 0);
    let columns: Vec<Column> = OFFICIAL
        .into_iter()
        .chain(UNDATED.into_iter().filter(|_| undated))
        .collect();
    let row = |label: &str, tally: &Tally| Row {
        label: label.to_owned(),
        counts: columns
            .iter()
            .map(|column| viet::number(tally.count(*column)))
            .collect(),
    };
    let data = Table {
        number: app.settings.figures.report_number.clone(),
        period: match period.named(app.settings.figures.period_start_day) {
            Some(title) => format!("{title} ({span})"),
            None => span,
        },
        cut: (!report.cut.is_whole()).then(|| report.cut.words()),
        rows_are: rows_are(report.by).to_owned(),
        reporter: name.name.clone(),
        receiver: name.parent.clone(),
        rows: report
            .rows
            .iter()
            .map(|line| row(&line.label, &line.tally))
            .collect(),
        total: row("Tổng cộng", &report.total),
        undated,
        notes: notes(app, report),
        place_and_date: format!("{}, {}", name.place, viet::date_in_words(local_day(now))),
        capacity: right.capacity,
        watermark: watermark(app),
        made: local(now),
    };
    render(move || processing::pdf(&data)).await
}

/// The head of column (2).
pub fn rows_are(by: By) -> &'static str {
    match by {
        By::Field => "Lĩnh vực, công việc giải quyết theo cấp",
        By::Procedure => "Thủ tục hành chính",
        By::Officer => "Cán bộ phụ trách",
        By::Channel => "Hình thức nộp hồ sơ",
        By::Agency => "Cơ quan, đơn vị",
    }
}

/// Until when the figures are: the period's end, or today while it runs.
pub fn as_of(app: &App, period: Period) -> String {
    let today = local_day(app.clock.now());
    if period.to < today {
        "Số liệu tại 24 giờ ngày cuối kỳ".to_owned()
    } else {
        format!(
            "KỲ CHƯA KẾT THÚC, số liệu đến {}",
            viet::moment(local(app.clock.now()))
        )
    }
}

/// How the columns are judged, as the form itself cannot say.
pub const JUDGED: &str = "Trước hạn: xong trước ngày hẹn; đúng hạn: xong trong ngày hẹn; thời hạn tính bằng ngày giữ đến hết ngày hẹn (Bộ luật Dân sự 2015, Điều 148.6), tính bằng giờ giữ đến đúng lúc hẹn. Trong hạn: ngày hẹn chưa qua, hoặc đang chờ bổ sung, chờ nộp phí và chưa quá hạn khi bắt đầu chờ. Hồ sơ kết thúc trong lúc chờ được xét theo ngày bắt đầu chờ.";

/// The sum rules, the rates, how lateness is judged, what was put where.
fn notes(app: &App, report: &Report) -> Vec<String> {
    let percent = |share: crate::domain::share::Share| match share.hundredths() {
        Some(_) if share.is_of_few() => format!("{}/{}", share.numerator, share.denominator),
        Some(h) => format!(
            "{}/{} = {},{:02} %",
            share.numerator,
            share.denominator,
            h / 100,
            h % 100
        ),
        None => "chưa có hồ sơ".into(),
    };
    let judged = app.settings.figures.after_reappointment.label();
    let n = report.notes;
    let period = Period {
        from: report.from,
        to: report.to,
    };
    let mut notes = vec![
        format!(
            "Trước và đúng hạn trên hồ sơ đã giải quyết có ngày hẹn: {}. Tính cả hồ sơ quá hạn chưa xong: {}.",
            percent(report.total.on_time),
            percent(report.total.on_time_with_overdue)
        ),
        "(3) = (4) + (5) + (6) = (7) + (11); (7) = (8) + (9) + (10); (11) = (12) + (13); hồ sơ không có ngày hẹn đứng ở cột riêng, nằm trong (7) và (11).".into(),
        format!(
            "{}; quá hạn tính theo {judged}. {} hồ sơ đang chờ bổ sung hoặc nộp phí, {} rút, {} dừng, {} từ chối giải quyết.",
            as_of(app, period),
            viet::number(n.waiting),
            viet::number(n.withdrawn),
            viet::number(n.stopped),
            viet::number(n.refused)
        ),
        JUDGED.into(),
    ];
    if report.by == By::Officer {
        notes.push(BY_OFFICER.into());
    }
    notes.extend(report.overlaps.iter().map(Overlap::words));
    if let Some(closed) = &report.closed {
        notes.push(format!(
            "Đã chốt lúc {} bởi {}; dấu niêm phong của cả biểu, SHA-256 {}{}; đầu chuỗi nhật ký: {}. Điều chỉnh sau khi chốt: {} hồ sơ.",
            closed.at_words,
            closed.by,
            closed.seal,
            if closed.seal_holds { "" } else { " (KHÔNG khớp nội dung đã lưu)" },
            closed.chain_head.as_deref().unwrap_or("chưa có"),
            viet::number(closed.adjustments.len())
        ));
    }
    notes
}
