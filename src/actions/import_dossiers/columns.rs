//! Which column of a file is which of ours? By our names, by our Vietnamese words,
//! by the words of old registers, or as a person said once and we remembered.
use std::collections::BTreeMap;

use crate::domain::viet::fold;

/// A column that an import understands.
pub struct Known {
    pub name: &'static str,
    pub label: &'static str,
    /// Headings seen in registers kept by hand, folded.
    also: &'static [&'static str],
}

const fn known(name: &'static str, label: &'static str, also: &'static [&'static str]) -> Known {
    Known { name, label, also }
}

pub const KNOWN: [Known; 21] = [
    known(
        "code",
        "Mã hồ sơ",
        &["ma so ho so", "so bien nhan", "so ho so"],
    ),
    known("procedure_code", "Mã thủ tục", &["ma tthc"]),
    known(
        "procedure_name",
        "Tên thủ tục",
        &[
            "ten tthc",
            "thu tuc",
            "noi dung yeu cau giai quyet",
            "thu tuc hanh chinh",
        ],
    ),
    known(
        "applicant_name",
        "Người nộp",
        &[
            "ho ten",
            "ho va ten",
            "ten ca nhan, to chuc",
            "nguoi nop ho so",
            "to chuc, ca nhan",
        ],
    ),
    known("applicant_kind", "Loại người nộp", &["doi tuong"]),
    known(
        "id_number",
        "Số giấy tờ",
        &["cccd", "cmnd", "so can cuoc", "so cccd", "so cmnd"],
    ),
    known("phone", "Điện thoại", &["so dien thoai", "sdt"]),
    known("email", "Thư điện tử", &["email", "e-mail"]),
    known("address", "Địa chỉ", &["dia chi, so dien thoai", "noi o"]),
    known("channel", "Hình thức nộp", &["hinh thuc tiep nhan", "kenh"]),
    known(
        "received_at",
        "Nhận lúc",
        &[
            "ngay nhan",
            "ngay nhan ho so",
            "nhan ho so",
            "ngay tiep nhan",
            "thoi gian nhan",
        ],
    ),
    known(
        "due_at",
        "Hẹn trả",
        &[
            "ngay hen tra",
            "hen tra ket qua",
            "ngay hen",
            "ngay hen tra ket qua",
        ],
    ),
    known(
        "processed_at",
        "Có kết quả lúc",
        &[
            "ngay co ket qua",
            "ngay giai quyet",
            "ngay xong",
            "ngay ket thuc xu ly",
        ],
    ),
    known(
        "returned_at",
        "Trả lúc",
        &["ngay tra", "tra ket qua", "ngay tra ket qua"],
    ),
    known(
        "status",
        "Trạng thái",
        &["tinh trang ho so", "trang thai ho so"],
    ),
    known("outcome", "Kết quả", &[]),
    known(
        "officer",
        "Cán bộ",
        &["can bo giai quyet", "can bo thu ly", "nguoi xu ly"],
    ),
    known("note", "Ghi chú", &[]),
    known("original_due_at", "Hẹn lần đầu", &[]),
    known("waiting_since", "Chờ bổ sung từ", &[]),
    known("external_code", "Mã hệ thống khác", &[]),
];

/// The columns without which a row is no dossier.
const NEEDED: [&str; 3] = ["code", "applicant_name", "received_at"];

/// Our column, and where it stands in the file.
pub type Places = BTreeMap<&'static str, usize>;

/// Where the head is, and what stands where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Counted from 0.
    pub head_row: usize,
    pub places: Places,
}

impl Layout {
    /// What is still missing, in our words.
    pub fn missing(&self) -> Vec<&'static str> {
        let procedure = ["procedure_code", "procedure_name"];
        let mut missing: Vec<&'static str> = KNOWN
            .iter()
            .filter(|known| NEEDED.contains(&known.name) && !self.places.contains_key(known.name))
            .map(|known| known.label)
            .collect();
        if !procedure.iter().any(|name| self.places.contains_key(name)) {
            missing.push("Mã thủ tục");
        }
        missing
    }
}

/// A column by its name.
pub fn by_name(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.name == name)
}

/// Finds the head among the first rows (titles may stand above it): the row with
/// most headings we know, or that were named before.
pub fn find(grid: &[Vec<String>], remembered: &BTreeMap<String, String>) -> Layout {
    let mut best = Layout::default();
    for (head_row, row) in grid.iter().take(30).enumerate() {
        let mut places = Places::new();
        for (place, heading) in row.iter().enumerate() {
            if let Some(name) = meaning(heading, remembered) {
                places.entry(name).or_insert(place);
            }
        }
        if places.len() > best.places.len() {
            best = Layout { head_row, places };
        }
    }
    best
}

fn meaning(heading: &str, remembered: &BTreeMap<String, String>) -> Option<&'static str> {
    let folded = fold(heading);
    if folded.is_empty() {
        return None;
    }
    if let Some(named) = remembered.get(&folded) {
        return by_name(named).map(|known| known.name);
    }
    KNOWN
        .iter()
        .find(|known| {
            known.name == folded
                || fold(known.label) == folded
                || known.also.contains(&folded.as_str())
        })
        .map(|known| known.name)
}
