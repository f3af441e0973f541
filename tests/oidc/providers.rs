//! The identity providers of these tests, and a browser that walks through their pages.
use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use reqwest::{Client, redirect::Policy};
use serde_json::Value;

/// Where a provider sends people back to, in our pages.
pub const BACK: &str = "/dang-nhap/tinh/ve";

/// Killed when it is dropped.
pub struct Provider {
    child: Child,
    pub issuer: String,
}

impl Provider {
    pub fn start(script: &str) -> Self {
        let folder = std::env::var("MOTCUA_OIDC")
            .unwrap_or_else(|_| format!("{}/.cache/motcua-oidc", std::env::var("HOME").unwrap()));
        let mut child = Command::new("node")
            .arg(format!(
                "{}/tests/oidc/{script}",
                env!("CARGO_MANIFEST_DIR")
            ))
            .arg(format!("http://127.0.0.1:8080{BACK}"))
            .env("MOTCUA_OIDC", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let issuer = lines
            .map_while(Result::ok)
            .find(|line| line.starts_with("http://"))
            .expect("no provider: tests/run installs oidc-provider");
        Self { child, issuer }
    }

    /// What it says of people from now on.
    pub async fn set(&self, said: &Value) {
        let sent = client()
            .post(format!("{}/_set", self.issuer))
            .body(said.to_string())
            .send()
            .await
            .unwrap();
        assert!(sent.status().is_success());
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

/// A browser at the provider: its cookies, and how far it came.
#[derive(Default)]
pub struct Way {
    cookies: BTreeMap<String, String>,
}

impl Way {
    /// Signs in there as somebody and agrees; answers our path that it leads back to.
    pub async fn through(&mut self, start: &str, person: &str) -> String {
        let mut at = start.to_owned();
        for _ in 0..12 {
            if let Some(back) = at.strip_prefix("http://127.0.0.1:8080") {
                return back.to_owned();
            }
            let asked = at.contains("/interaction/") && !at.ends_with("/abort");
            let request = if asked {
                let page = self.send(client().get(&at)).await;
                let page = page.text().await.unwrap();
                let prompt = if page.contains("value=\"login\"") {
                    "login"
                } else {
                    "consent"
                };
                let action = page
                    .split("action=\"")
                    .nth(1)
                    .unwrap()
                    .split('"')
                    .next()
                    .unwrap();
                let body = format!("prompt={prompt}&login={person}&password=x");
                client()
                    .post(url::Url::parse(&at).unwrap().join(action).unwrap())
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(body)
            } else {
                client().get(&at)
            };
            let answer = self.send(request).await;
            let status = answer.status();
            let Some(to) = answer.headers().get("location") else {
                panic!("{at}: {status}");
            };
            let to = to.to_str().unwrap();
            at = url::Url::parse(&at).unwrap().join(to).unwrap().to_string();
        }
        panic!("the provider leads nowhere: {at}");
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> reqwest::Response {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = request
            .header("cookie", cookies.join("; "))
            .send()
            .await
            .unwrap();
        for set in answer.headers().get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}
