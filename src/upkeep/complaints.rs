//! Is there feedback that nobody may handle? Told without a word of what it says, or whom of:
//! whoever reads this may be one of those it names.
use super::doctor::{Check, Grade, check};
use crate::{app::App, error::Result, store::whom};

/// Nothing where all is well: an office without feedback hears nothing of it.
pub async fn check_of(app: &App) -> Result<Option<Check>> {
    let alone = whom::without_handler(app.store.read()).await?;
    Ok((alone > 0).then(|| {
        let words = format!(
            "{alone} phản ánh, kiến nghị chưa ai xử lý được: mọi tài khoản Văn phòng, Lãnh đạo, Quản trị đều có liên quan. Quản trị thêm tài khoản Văn phòng hoặc Lãnh đạo cho một người không liên quan (trang Nhân sự, hoặc motcua staff add); người ấy sẽ thấy việc chờ mình."
        );
        check("Phản ánh, kiến nghị", Grade::Bad, words)
    }))
}
