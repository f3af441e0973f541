//! `/dang-nhap/tinh`: to the province's identity provider, and back from it.
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;

use super::{
    cookies::{Kept, cookie},
    paths,
    session::Failure,
    sign_in::{self, Back},
};
use crate::{
    actions::sign_in_by_provider,
    app::App,
    error::{Error, Kind},
    provider::{Answer, Trouble},
};

/// What binds a way to its browser.
const WAY: Kept = Kept {
    name: "way",
    path: "/",
    same_site: "Lax",
    seconds: 600,
};

/// Nowhere but where a provider is set.
fn is_on(app: &App) -> Result<(), Failure> {
    if app.settings.oidc.is_on() {
        return Ok(());
    }
    Err(Failure(Error::not_found(
        "Không có trang này. Xin xem lại địa chỉ.",
    )))
}

pub async fn begin(State(app): State<App>, Query(back): Query<Back>) -> Result<Response, Failure> {
    is_on(&app)?;
    let to = paths::back(&back.ve);
    match app.provider.begin(&app.settings, app.clock.now(), to).await {
        Ok((url, secret)) => {
            let way = AppendHeaders([WAY.set(&app, &secret)]);
            Ok((way, Redirect::to(url.as_str())).into_response())
        }
        Err(trouble) => said(&app, trouble).await,
    }
}

pub async fn finish(
    State(app): State<App>,
    jar: CookieJar,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, Failure> {
    is_on(&app)?;
    let secret = WAY.of(&app, &jar).unwrap_or_default();
    let now = app.clock.now();
    let (proven, to) = match app
        .provider
        .finish(&app.settings, now, &secret, &answer)
        .await
    {
        Ok(found) => found,
        Err(trouble) => return said(&app, trouble).await,
    };
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    match sign_in_by_provider::run(&app, &proven, agent).await {
        Ok(session) => {
            let [own] = cookie(&app, &session);
            let both = AppendHeaders([own, WAY.set(&app, "")]);
            Ok((both, Redirect::to(paths::back(&to))).into_response())
        }
        Err(error) if error.kind == Kind::Unauthenticated => {
            let page = sign_in::again(&app, &error.detail).await?;
            let way = AppendHeaders([WAY.set(&app, "")]);
            Ok((StatusCode::FORBIDDEN, way, page).into_response())
        }
        Err(error) => Err(Failure(error)),
    }
}

/// The sign-in page with what went wrong; the way by password is on it.
async fn said(app: &App, trouble: Trouble) -> Result<Response, Failure> {
    let (status, words) = match trouble {
        Trouble::Away(why) => {
            tracing::warn!(why, "the identity provider is away");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "Chưa kết nối được hệ thống đăng nhập của tỉnh. Thử lại sau ít phút, hoặc đăng nhập bằng tên đăng nhập và mật khẩu dưới đây.",
            )
        }
        Trouble::Cancelled => (
            StatusCode::UNAUTHORIZED,
            "Chưa đăng nhập: việc đăng nhập ở hệ thống của tỉnh đã bị hủy.",
        ),
        Trouble::Stale => (
            StatusCode::BAD_REQUEST,
            "Lượt đăng nhập này đã dùng, đã quá 10 phút hoặc bắt đầu ở trình duyệt khác. Mời bấm đăng nhập lại.",
        ),
        Trouble::False(why) => {
            tracing::warn!(target: crate::actions::sign_in::LOG, why, "the identity provider's answer was refused");
            (
                StatusCode::UNAUTHORIZED,
                "Không xác nhận được câu trả lời của hệ thống đăng nhập của tỉnh nên chưa cho vào. Mời bấm đăng nhập lại; nếu vẫn vậy, báo quản trị.",
            )
        }
        Trouble::Ours(error) => return Err(Failure(error)),
    };
    let page = sign_in::again(app, words).await?;
    Ok((status, AppendHeaders([WAY.set(app, "")]), page).into_response())
}
