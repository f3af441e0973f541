//! What is said about the applicant and the papers, checked field by field.
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        dossier::{ApplicantKind, DocumentForm},
        viet::{tidy, tidy_lines},
    },
    error::FieldErrors,
};

/// As typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicantInput {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub kind: String,
    pub id_number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    /// Whether they agreed to be told; where nothing is said, an address was left for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
}

/// As typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentInput {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub form: String,
    pub copies: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Applicant {
    pub name: String,
    pub kind: ApplicantKind,
    pub id_number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub notify: bool,
}

/// A submitted document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub name: String,
    pub form: DocumentForm,
    pub copies: i64,
}

/// Text of at most so many characters, tidied; `None` when empty.
pub fn text(
    errors: &mut FieldErrors,
    field: &str,
    label: &str,
    value: Option<&str>,
    most: usize,
) -> Option<String> {
    let tidied = tidy(value?);
    if tidied.chars().any(unprintable_sign) {
        errors.add(field, unprintable(label));
        return None;
    }
    within(errors, field, label, tidied, most)
}

/// Signs that no paper shows: control characters, and the two that no XML may hold (a
/// DOCX or XLSX with one of them does not open).
pub fn unprintable_sign(c: char) -> bool {
    c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn unprintable(label: &str) -> String {
    format!("{label} có ký tự không in được. Xin gõ lại.")
}

/// Tidied text, unless it is too long or empty.
fn within(
    errors: &mut FieldErrors,
    field: &str,
    label: &str,
    tidied: String,
    most: usize,
) -> Option<String> {
    let length = tidied.chars().count();
    if length > most {
        errors.add(
            field,
            format!("{label} dài {length} ký tự, nhiều nhất {most}. Xin viết gọn lại."),
        );
        return None;
    }
    Some(tidied).filter(|value| !value.is_empty())
}

/// A text of several lines, which must be there.
pub fn required_lines(
    errors: &mut FieldErrors,
    field: &str,
    label: &str,
    value: &str,
    most: usize,
) -> String {
    let before = errors.count();
    if value
        .chars()
        .any(|c| unprintable_sign(c) && !matches!(c, '\n' | '\r' | '\t'))
    {
        errors.add(field, unprintable(label));
        return String::new();
    }
    let value = within(errors, field, label, tidy_lines(value), most);
    if value.is_none() && errors.count() == before {
        errors.add(field, format!("Chưa ghi {}.", label.to_lowercase()));
    }
    value.unwrap_or_default()
}

/// The same, where something must be there.
pub fn required(
    errors: &mut FieldErrors,
    field: &str,
    label: &str,
    value: &str,
    most: usize,
) -> String {
    let before = errors.count();
    let value = text(errors, field, label, Some(value), most);
    if value.is_none() && errors.count() == before {
        errors.add(field, format!("Chưa ghi {}.", label.to_lowercase()));
    }
    value.unwrap_or_default()
}

impl ApplicantInput {
    pub fn check(&self, errors: &mut FieldErrors) -> Applicant {
        let kind = match self.kind.as_str() {
            "" => Some(ApplicantKind::Citizen),
            code => ApplicantKind::from_code(code),
        };
        if kind.is_none() {
            errors.add(
                "applicant.kind",
                "Đối tượng chỉ nhận citizen, enterprise, household_business, organisation.",
            );
        }
        let kind = kind.unwrap_or(ApplicantKind::Citizen);
        let id_number = text(
            errors,
            "applicant.id_number",
            "Số giấy tờ",
            self.id_number.as_deref(),
            20,
        )
        .map(|number| number.replace([' ', '.', '-'], ""));
        if let Some(number) = &id_number {
            let digits = number.chars().all(|c| c.is_ascii_digit());
            if !number.chars().all(|c| c.is_ascii_alphanumeric()) {
                errors.add(
                    "applicant.id_number",
                    "Số giấy tờ chỉ gồm chữ số và chữ cái không dấu.",
                );
            } else if kind == ApplicantKind::Citizen && digits && ![9, 12].contains(&number.len()) {
                let have = number.len();
                errors.add(
                    "applicant.id_number",
                    format!("Số căn cước có 12 chữ số (chứng minh nhân dân 9), đang có {have}."),
                );
            }
        }
        let phone = text(
            errors,
            "applicant.phone",
            "Số điện thoại",
            self.phone.as_deref(),
            20,
        );
        if let Some(phone) = &phone {
            let digits = phone.chars().filter(char::is_ascii_digit).count();
            let known = phone
                .chars()
                .all(|c| c.is_ascii_digit() || "+ .-()".contains(c));
            if !known || !(8..=15).contains(&digits) {
                errors.add(
                    "applicant.phone",
                    "Số điện thoại có 8 đến 15 chữ số, ví dụ 0912 345 678.",
                );
            }
        }
        let email = email(errors, "applicant.email", self.email.as_deref());
        Applicant {
            name: required(
                errors,
                "applicant.name",
                "Họ tên người nộp",
                &self.name,
                200,
            ),
            kind,
            id_number,
            phone,
            email,
            address: text(
                errors,
                "applicant.address",
                "Địa chỉ",
                self.address.as_deref(),
                500,
            ),
            notify: self.notify.unwrap_or(true),
        }
    }
}

/// An address of mail.
pub fn email(errors: &mut FieldErrors, field: &str, value: Option<&str>) -> Option<String> {
    let address = text(errors, field, "Thư điện tử", value, 254)?;
    if address.parse::<lettre::Address>().is_err() {
        errors.add(
            field,
            "Địa chỉ thư điện tử chưa đúng, ví dụ an@example.com.",
        );
    }
    Some(address)
}

/// The papers handed in.
pub fn documents(errors: &mut FieldErrors, given: &[DocumentInput]) -> Vec<Document> {
    if given.len() > 100 {
        errors.add("documents", "Nhiều nhất 100 giấy tờ trong một hồ sơ.");
        return Vec::new();
    }
    let mut all = Vec::with_capacity(given.len());
    for (place, document) in given.iter().enumerate() {
        let field = |name: &str| format!("documents.{place}.{name}");
        let name = required(errors, &field("name"), "Tên giấy tờ", &document.name, 500);
        let copies = document.copies.unwrap_or(1);
        if !(0..=999).contains(&copies) {
            errors.add(&field("copies"), "Số bản từ 0 đến 999.");
        }
        let form = match document.form.as_str() {
            "" => Some(DocumentForm::Original),
            code => DocumentForm::from_code(code),
        };
        match form {
            Some(form) => all.push(Document { name, form, copies }),
            None => errors.add(
                &field("form"),
                "Dạng giấy tờ chỉ nhận original, copy, electronic, shown.",
            ),
        }
    }
    all
}
