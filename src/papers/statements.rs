//! Reports of the office that are sent or laid before a decision: the list proposed for
//! "4 tại chỗ", and the review sheet of the procedures.
use chrono::NaiveDate;

use super::{local, render, signature, watermark};
use crate::{
    app::App,
    documents::{
        statement::{self, Block, Statement, heading, table, text},
        told::Told,
    },
    domain::{share::Share, time::local_day, viet},
    error::Result,
    reports::{
        four_to_reach::{self, Candidate},
        review,
    },
    store::agencies,
};

/// What differs between one report and another.
pub struct Words {
    pub number: &'static str,
    pub title: &'static str,
    pub about: String,
    pub to: Vec<String>,
    pub blocks: Vec<Block>,
    pub wide: bool,
    /// Signed by the Office in its own name, not by the commune's head.
    pub by_office: bool,
}

/// The report as the office sends it on a day.
pub async fn frame(app: &App, agency: i64, words: Words) -> Result<Statement> {
    let (db, now) = (app.store.read(), app.clock.now());
    let today = local_day(now);
    let name = agencies::name_by(db, agency, today).await?;
    let (capacity, signer) = if words.by_office {
        (
            vec![app.settings.figures.office_signs.clone()],
            String::new(),
        )
    } else {
        let right = signature::for_agency(db, agency, today, "").await?;
        (right.capacity, right.name)
    };
    let copies = words.to.iter().cloned();
    Ok(Statement {
        above: name.parent.replace("UBND", "Ủy ban nhân dân"),
        agency: name.name.replace("UBND", "Ủy ban nhân dân"),
        number: words.number.to_owned(),
        place_and_date: format!("{}, {}", name.place, viet::date_in_words(today)),
        title: words.title.to_owned(),
        about: words.about,
        copies_to: copies.chain(["Lưu: VT.".to_owned()]).collect(),
        to: words.to,
        blocks: words.blocks,
        capacity,
        name: signer,
        wide: words.wide,
        watermark: watermark(app),
        made: local(now),
    })
}

/// The report as a file.
pub async fn file(statement: Statement, format: super::Format) -> Result<Vec<u8>> {
    render(move || match format {
        super::Format::Pdf => statement::pdf(&statement),
        super::Format::Docx => statement::docx(&statement),
    })
    .await
}

/// `12/30 = 40 %`; without a percent where there are few.
pub fn share(share: Share) -> String {
    if share.denominator == 0 {
        return "–".into();
    }
    share_of(share, &[String::new(), String::new()]).text
}

/// The same, each number with the address of its rows.
pub fn share_of(share: Share, behind: &[String; 2]) -> Told {
    if share.denominator == 0 {
        return "–".into();
    }
    let of = count(share.numerator, &behind[0])
        .and("/")
        .and(count(share.denominator, &behind[1]));
    if share.is_of_few() {
        return of;
    }
    // The sign stays with its number at the end of a line.
    of.and(format!(" = {}", share.words().replace(' ', "\u{a0}")))
}

/// A number and where its rows are; 0 has none.
pub fn count(number: u64, href: &str) -> Told {
    let words = viet::number(number);
    Told::figure(words, if number == 0 { "" } else { href })
}

/// How the list was made, for who decides.
const CHOSEN: &str = "Thủ tục đề xuất thuộc thẩm quyền UBND xã, không có bước ở cơ quan khác, và ít nhất một nửa số hồ sơ đã giải quyết được xong trong ngày nhận; thủ tục có nhiều hồ sơ làm căn cứ hơn được xếp trước. Xong trong ngày: ngày kết thúc là ngày tiếp nhận. Dưới 10 hồ sơ: không ghi phần trăm.";

/// The draft list for the decision on "4 tại chỗ", as a Word file.
pub async fn four_list(app: &App, agency: i64, report: &four_to_reach::Report) -> Result<Vec<u8>> {
    let line = |(place, one): (usize, &Candidate)| {
        vec![
            (place + 1).to_string(),
            one.code.clone(),
            one.name.clone(),
            one.field.clone(),
            share(one.within_the_day),
            share(one.on_the_spot),
            one.agencies.clone(),
            if one.within_the_day.is_of_few() {
                "Ít hồ sơ".to_owned()
            } else {
                String::new()
            },
        ]
    };
    let head = [
        ("#STT", 3),
        ("Mã thủ tục", 4),
        ("Tên thủ tục", 11),
        ("Lĩnh vực", 5),
        ("Xong trong ngày", 5),
        ("Đủ bốn dấu tại quầy", 5),
        ("Cơ quan tham gia", 4),
        ("Ghi chú", 4),
    ];
    let rows = report.candidates.iter().filter(|one| one.enough);
    let rows: Vec<Vec<String>> = rows.enumerate().map(line).collect();
    let lead = format!(
        "Tính đến {}, còn thiếu {} thủ tục để đạt tối thiểu 20 % thủ tục hành chính giải quyết theo phương châm “4 tại chỗ”. Căn cứ hồ sơ đã giải quyết từ {}, đề xuất {} thủ tục sau:",
        viet::date_in_words(report.at),
        report.missing,
        viet::date_in_words(report.from),
        rows.len()
    );
    let blocks = vec![
        text(lead),
        table(&head, rows),
        text(report.verdict()),
        text(CHOSEN),
    ];
    let words = Words {
        number: "",
        title: "DANH MỤC (DỰ THẢO)",
        about: "Thủ tục hành chính đề xuất giải quyết theo phương châm “4 tại chỗ”".into(),
        to: Vec::new(),
        blocks,
        wide: true,
        by_office: false,
    };
    let statement = frame(app, agency, words).await?;
    file(statement, super::Format::Docx).await
}

/// The review sheet of the procedures, as a Word file.
pub async fn review_sheet(app: &App, agency: i64, report: &review::Report) -> Result<Vec<u8>> {
    let days = |days: Option<u32>| days.map_or_else(|| "–".into(), |days| days.to_string());
    let head = [
        ("#STT", 3),
        ("Thủ tục", 10),
        ("Thời hạn", 4),
        ("#Hồ sơ", 3),
        ("#Trung vị, ngày", 4),
        ("#Chậm nhất 1/10, từ", 4),
        ("Phải bổ sung", 4),
        ("Giấy tờ phải bổ sung", 7),
        ("Từ chối", 4),
        ("Cơ quan tham gia", 4),
        ("Đề xuất", 7),
    ];
    let unused = report.rows.iter().filter(|row| row.dossiers == 0).count();
    let rows = report.rows.iter().enumerate().map(|(place, row)| {
        vec![
            (place + 1).to_string(),
            format!("{} ({})", row.name, row.code),
            row.limit.clone(),
            viet::number(row.dossiers),
            days(row.days.median),
            days(row.days.slowest_tenth),
            share(row.supplemented),
            row.papers_words(),
            share(row.refused),
            row.agencies_words(),
            String::new(),
        ]
    });
    let span = |from: NaiveDate, to: NaiveDate| {
        format!(
            "(từ {} đến {})",
            viet::date_in_words(from),
            viet::date_in_words(to)
        )
    };
    let blocks = vec![
        heading("Số liệu theo thủ tục"),
        table(&head, rows.collect()),
        text(format!(
            "{unused} thủ tục có hiệu lực không có hồ sơ nào trong kỳ, ghi 0 ở cột Hồ sơ. Cơ quan tham gia: theo danh mục thủ tục, và nơi khác đã giữ hồ sơ trong thực tế (số hồ sơ)."
        )),
        text(crate::reports::timeliness::DAYS),
        text(
            "Phải bổ sung: hồ sơ có ít nhất một phiếu yêu cầu bổ sung trên hồ sơ nhận trong kỳ và từ kỳ trước. Từ chối: trên hồ sơ đã giải quyết. Dưới 10 hồ sơ: không ghi phần trăm.",
        ),
    ];
    let words = Words {
        number: "",
        title: "BIỂU RÀ SOÁT, ĐÁNH GIÁ THỦ TỤC HÀNH CHÍNH",
        about: span(report.from, report.to),
        to: Vec::new(),
        blocks,
        wide: true,
        by_office: false,
    };
    let statement = frame(app, agency, words).await?;
    file(statement, super::Format::Docx).await
}
