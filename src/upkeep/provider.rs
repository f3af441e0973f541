//! Can people sign in by the province's identity provider?
use super::doctor::{Check, Grade, check};
use crate::app::App;

const NAME: &str = "Đăng nhập của tỉnh";

/// What is set, and with `reach` whether the provider answers as one.
#[cfg(feature = "oidc")]
pub async fn check_of(app: &App, reach: bool) -> Check {
    let oidc = &app.settings.oidc;
    let issuer = &oidc.issuer;
    if let Err(error) = oidc.secret() {
        return check(NAME, Grade::Bad, error.detail);
    }
    if reach
        && let Err(why) = app
            .provider
            .metadata(&app.settings, app.clock.now(), true)
            .await
    {
        tracing::warn!(?why, "the identity provider is away");
        let words = format!(
            "Không tới được {issuer}, hoặc ở đó không trả lời đúng chuẩn OpenID Connect. Cán bộ vẫn đăng nhập bằng mật khẩu."
        );
        return check(NAME, Grade::Bad, words);
    }
    let back = crate::provider::redirect(&app.settings);
    check(
        NAME,
        Grade::Good,
        format!("{issuer}; địa chỉ quay về đã khai ở đó phải là {back}."),
    )
}

/// A program that cannot ask says so.
#[cfg(not(feature = "oidc"))]
#[expect(clippy::unused_async, reason = "asks where it can")]
pub async fn check_of(_: &App, _: bool) -> Check {
    check(
        NAME,
        Grade::Warn,
        "Có oidc.issuer nhưng bản chương trình này không kèm đăng nhập của tỉnh. Dùng bản dựng với --features oidc.",
    )
}
