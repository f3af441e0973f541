//! Who changes a register, and beside whom?
//!
//! A file takes one change at a time. A server takes many, and each sees the others only once
//! they are kept: a rule that looks at several rows (is the agency merged, its identifier free,
//! the period closed, which calendar holds?) would be looked at by two who then both go on. So
//! whoever changes what such rules look at is alone, and all others change beside one another.
use std::time::Duration;

use sea_orm::{ConnectionTrait as _, DbErr};

use super::{Store, Write, transactions::Begin};
use crate::error::{Error, Kind, Result};

/// Begins beside others; refused at once by whoever is alone, or waits for that. The number is
/// what PostgreSQL knows the turn by. Nobody waits for a row for ever either.
pub(super) const BEGIN_BESIDE_OTHERS: &str = "BEGIN; SET LOCAL lock_timeout = '10ms'; \
     SELECT pg_advisory_xact_lock_shared(5032); SET LOCAL lock_timeout = '50s'";
/// The same where a pooler has begun it.
pub(super) const BESIDE_OTHERS: &str = "SET LOCAL lock_timeout = '10ms'; \
     SELECT pg_advisory_xact_lock_shared(5032); SET LOCAL lock_timeout = '50s'";
/// Waits for all others. Those that come later wait behind it, so it does not insist: a long
/// import would hold up the desks of a province.
const ALONE: &str = "SET LOCAL lock_timeout = '2s'; SELECT pg_advisory_xact_lock(5032); \
     SET LOCAL lock_timeout = '50s'";
/// Then it is asked for again; for so long that the page says so before its reader's proxy
/// gives up. Meanwhile no line is held, for those who only look need them.
const PAUSE: Duration = Duration::from_millis(100);
const TIMES_BESIDE: usize = 450;
/// While that lasts, others have their turn.
const PAUSE_ALONE: Duration = Duration::from_millis(500);
const TIMES_ALONE: usize = 20;

impl Store {
    /// To change: nothing is kept unless the transaction is committed.
    ///
    /// # Errors
    /// When somebody else is alone for a minute.
    pub async fn write(&self) -> Result<Write> {
        for _ in 0..TIMES_BESIDE {
            match self.changing.begin(Begin::Write).await {
                Ok(tx) => return Ok(Write { tx }),
                Err(error) if is_held(&error) => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(error.into()),
            }
        }
        Err(busy())
    }

    /// To note what no rule looks at (a page was read, a mail left): waits for nobody.
    pub async fn note(&self) -> Result<Write> {
        Ok(Write {
            tx: self.changing.begin(Begin::Note).await?,
        })
    }

    /// To change what rules of others look at: while nobody else changes anything.
    ///
    /// # Errors
    /// When others are at long work for a minute.
    pub async fn write_alone(&self) -> Result<Write> {
        if !self.is_postgres() {
            return self.write().await;
        }
        for _ in 0..TIMES_ALONE {
            let tx = self.changing.begin(Begin::Note).await?;
            match tx.execute_unprepared(ALONE).await {
                Ok(_) => return Ok(Write { tx }),
                Err(error) if is_held(&error) => tx.rollback().await?,
                Err(error) => return Err(error.into()),
            }
            tokio::time::sleep(PAUSE_ALONE).await;
        }
        Err(busy())
    }
}

/// Somebody else had it all the while.
pub(super) fn is_held(error: &DbErr) -> bool {
    super::engine_errors::code_of(error).is_some_and(|code| code == HELD)
}

/// PostgreSQL's word for a lock that did not come in time.
pub(super) const HELD: &str = "55P03";

pub(super) fn busy() -> Error {
    let detail = "Sổ đang có việc lớn chưa xong (nhập sổ cũ, đổi lịch nghỉ, sáp nhập hoặc chốt kỳ), nên chưa có gì được lưu. Sau ít phút, xin tải lại trang này và chọn gửi lại, hoặc quay lại trang trước rồi gửi.";
    Error::new(Kind::Away, "register_busy", detail)
}
