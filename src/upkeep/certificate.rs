//! When does the certificate end that citizens' browsers are shown?
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use x509_cert::Certificate;

use super::doctor::Grade;
use crate::{
    domain::{time::to_local, viet},
    system_error,
};

/// So long before its end somebody should look: a renewal by itself is done by then.
const SOON: TimeDelta = TimeDelta::days(21);

/// How it stands, in words; of a chain the one that ends first.
pub fn standing(file: &Path, now: DateTime<Utc>) -> (Grade, String) {
    let shown = file.display();
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(why) => {
            let why = system_error::words(&why);
            return (
                Grade::Bad,
                format!("không đọc được tệp chứng thư {shown} ({why})."),
            );
        }
    };
    let Some(end) = end(&bytes) else {
        return (
            Grade::Bad,
            format!("tệp {shown} không phải chứng thư dạng PEM."),
        );
    };
    let until = viet::moment(to_local(end));
    if end <= now {
        (
            Grade::Bad,
            format!(
                "chứng thư số đã hết hạn lúc {until}; trình duyệt của người dân báo không an toàn. Gia hạn ngay."
            ),
        )
    } else if end - now < SOON {
        let days = (end - now).num_days();
        (
            Grade::Warn,
            format!("chứng thư số hết hạn lúc {until}, còn {days} ngày. Kiểm tra việc tự gia hạn."),
        )
    } else {
        (Grade::Good, format!("chứng thư số dùng đến {until}."))
    }
}

/// The first moment at which one of the chain has ended.
fn end(pem: &[u8]) -> Option<DateTime<Utc>> {
    let chain = Certificate::load_pem_chain(pem).ok()?;
    let ends = chain.iter().map(|one| {
        let until = one.tbs_certificate.validity.not_after.to_unix_duration();
        i64::try_from(until.as_secs()).ok()
    });
    let first = ends.collect::<Option<Vec<i64>>>()?.into_iter().min()?;
    DateTime::from_timestamp(first, 0)
}
