//! What staff open all day (the desk, a search without marks, one dossier) while the register
//! grows behind it: the middle of many requests, which the number of old dossiers must not move.
use std::time::Instant;

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Request},
    response::Response,
};
use tower::ServiceExt;

use crate::{Outcome, figures::median};

const REQUESTS: usize = 41;

/// A page of staff and its times, one for each size of the register.
pub struct Page {
    title: &'static str,
    path: String,
    milliseconds: Vec<f64>,
}

/// The pages, `code` being of a dossier that is open.
pub fn of_the_day(code: &str) -> Vec<Page> {
    [
        ("desk list", "/ban-lam-viec".to_owned()),
        ("list of all dossiers", "/ho-so".to_owned()),
        ("search without marks", "/ho-so?q=nguyen+thi+dao".to_owned()),
        ("one dossier's page", format!("/ho-so/{code}")),
    ]
    .map(|(title, path)| Page {
        title,
        path,
        milliseconds: Vec::new(),
    })
    .into()
}

impl Page {
    pub async fn measure(&mut self, router: &Router, cookie: &HeaderValue) -> Outcome<()> {
        let path = shown_at(router, cookie, &self.path).await?;
        open(router, cookie, &path).await?;
        let mut times = Vec::with_capacity(REQUESTS);
        for _ in 0..REQUESTS {
            let start = Instant::now();
            open(router, cookie, &path).await?;
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        self.milliseconds.push(median(&times));
        Ok(())
    }

    /// Its times, and the last over the first.
    pub fn print(&self) {
        let times: Vec<String> = (self.milliseconds.iter())
            .map(|time| format!("{time:>10.1}"))
            .collect();
        let (first, last) = (self.milliseconds.first(), self.milliseconds.last());
        let ratio = last
            .zip(first)
            .map_or(f64::NAN, |(last, first)| last / first);
        println!("{:>22} {} {ratio:>8.2}", self.title, times.join(" "));
    }
}

/// Where a search is shown: its words stand in no address.
async fn shown_at(router: &Router, cookie: &HeaderValue, path: &str) -> Outcome<String> {
    let answer = ask(router, cookie, path).await?;
    let to = answer.headers().get("location");
    Ok(to.map_or(Ok(path), HeaderValue::to_str)?.to_owned())
}

async fn ask(router: &Router, cookie: &HeaderValue, path: &str) -> Outcome<Response> {
    let request = Request::get(path)
        .header("cookie", cookie)
        .body(Body::empty())?;
    Ok(router.clone().oneshot(request).await?)
}

/// One request, its answer read to the end.
pub async fn open(router: &Router, cookie: &HeaderValue, path: &str) -> Outcome<()> {
    let answer = ask(router, cookie, path).await?;
    if answer.status() != 200 {
        return Err(format!("{path}: {}", answer.status()).into());
    }
    axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
    Ok(())
}
