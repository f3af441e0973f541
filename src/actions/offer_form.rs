//! Puts a form beside a procedure for everyone to download, or takes it off.
use super::{actor::Actor, applicant::required};
use crate::{
    app::App,
    domain::{role::Role, time::local_day},
    error::{FieldErrors, Result},
    store::{forms::Form, procedures},
};

/// Who offers forms.
pub const ROLES: [Role; 2] = [Role::Office, Role::Admin];

/// The largest file.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;

/// What may be offered: by the end of its name, how it begins, and what it is.
const KINDS: [(&str, &[u8], &str); 5] = [
    ("pdf", b"%PDF-", "application/pdf"),
    (
        "docx",
        b"PK\x03\x04",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        "xlsx",
        b"PK\x03\x04",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (
        "odt",
        b"PK\x03\x04",
        "application/vnd.oasis.opendocument.text",
    ),
    ("doc", b"\xd0\xcf\x11\xe0", "application/msword"),
];

/// A file as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// What citizens read: "Tờ khai đăng ký khai sinh".
    pub name: String,
    pub file_name: String,
    pub body: Vec<u8>,
}

fn may(actor: &Actor) -> Result<()> {
    if ROLES.contains(&actor.role) {
        Ok(())
    } else {
        Err(actor.refused("Đăng mẫu tờ khai", &ROLES))
    }
}

/// Offers a form.
pub async fn run(app: &App, actor: &Actor, code: &str, input: Input) -> Result<()> {
    may(actor)?;
    let now = app.clock.now();
    let mut errors = FieldErrors::default();
    let name = required(&mut errors, "name", "Tên tờ khai", &input.name, 200);
    let ending = input
        .file_name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let kind = KINDS.iter().find(|(known, _, _)| *known == ending);
    match kind {
        _ if input.body.is_empty() => errors.add("file", "Chưa chọn tệp."),
        _ if input.body.len() > MOST_BYTES => errors.add("file", "Tệp lớn nhất 5 MB."),
        Some((_, begins, _)) if input.body.starts_with(begins) => {}
        Some(_) => errors.add(
            "file",
            "Tệp không đúng loại của đuôi tên. Xin mở và lưu lại tệp.",
        ),
        None => errors.add("file", "Chỉ nhận tệp .pdf, .docx, .xlsx, .odt, .doc."),
    }
    errors.finish()?;
    let write = app.store.write().await?;
    if procedures::on(write.reader(), code, local_day(now))
        .await?
        .is_none()
    {
        return Err(procedures::unknown_code());
    }
    let row = Form {
        id: 0,
        agency_id: actor.agency,
        procedure_code: code.to_owned(),
        name,
        file_name: file_name(&input.file_name),
        content_type: kind
            .map_or("application/octet-stream", |kind| kind.2)
            .to_owned(),
        body: input.body,
        added_by: actor.name.clone(),
        added_at: now,
    };
    write.insert_form(row).await?;
    write.commit().await
}

/// A name that fits a header: letters, digits, dots and dashes.
fn file_name(name: &str) -> String {
    let plain = crate::domain::viet::fold(name);
    let kept = |c: char| {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '-'
        }
    };
    let short: String = plain.chars().rev().take(80).collect();
    short.chars().rev().map(kept).collect()
}

/// Takes a form off.
pub async fn withdraw(app: &App, actor: &Actor, code: &str, id: i64) -> Result<()> {
    may(actor)?;
    let write = app.store.write().await?;
    write.delete_form(actor.agency, code, id).await?;
    write.commit().await
}
