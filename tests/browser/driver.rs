//! One Chromium a person: chromedriver on a port of its own, gone when dropped.
//! Elements are found as a person finds them, by their words.
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    elements::Element,
    wd::{TimeoutConfiguration, WebDriverCompatibleCommand},
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::words::{plain, quoted};

/// How long anything is waited for; a wait ends as soon as it is there. Long enough for the
/// longest work of a journey on the slowest machine that runs it.
const PATIENCE: Duration = Duration::from_mins(3);

/// What kind of screen the person looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 1280 px wide, at the desk.
    Desk,
    /// 360 px wide, a citizen's telephone.
    Phone,
    /// The same telephone with scripts forbidden.
    PhoneWithoutScript,
}

impl Screen {
    pub const fn width(self) -> u64 {
        match self {
            Self::Desk => 1280,
            Self::Phone | Self::PhoneWithoutScript => 360,
        }
    }
}

pub struct Browser {
    pub client: Client,
    pub screen: Screen,
    /// How many pages were left.
    left: std::cell::Cell<u32>,
    address: String,
    driver: Child,
    port: u16,
    _profile: tempfile::TempDir,
}

/// How often chromedriver is started: the port that it finds free is at times another's
/// before it has it, and then it ends.
const STARTS: u32 = 5;

/// Starts chromedriver and reads which port it chose.
fn start_driver() -> (Child, u16) {
    let program = std::env::var("MOTCUA_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into());
    for _ in 0..STARTS {
        let mut driver = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("chromedriver is missing ({program}: {error}); Debian: apt-get install chromium chromium-driver")
            });
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let rest = line.split_once("started successfully on port ")?.1;
            rest.trim_end_matches('.').parse().ok()
        });
        if let Some(port) = port {
            // Nobody reads further; a full pipe would stop the driver.
            std::thread::spawn(move || lines.for_each(drop));
            return (driver, port);
        }
        driver.wait().unwrap();
    }
    panic!("chromedriver ended {STARTS} times before it named its port");
}

impl Drop for Browser {
    /// Ends Chromium with its driver, also when the journey failed.
    fn drop(&mut self) {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            let _ = stream.write_all(
                b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
            );
            let _ = stream.read_to_end(&mut Vec::new());
        }
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until && !matches!(self.driver.try_wait(), Ok(Some(_))) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// A fresh browser that looks at the program at this address.
    pub async fn open(address: &str, screen: Screen) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let (driver, port) = start_driver();
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,1000",
            "--lang=vi",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let mut options = json!({ "args": arguments });
        if screen != Screen::Desk {
            // With scripts forbidden, chromedriver's finger never lifts: a mouse then.
            let touch = screen == Screen::Phone;
            options["mobileEmulation"] = json!({
                "deviceMetrics": { "width": 360, "height": 740, "pixelRatio": 2.0, "touch": touch },
            });
        }
        if screen == Screen::PhoneWithoutScript {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        if let Ok(chromium) = std::env::var("MOTCUA_CHROMIUM") {
            options["binary"] = chromium.into();
        }
        let mut wanted = serde_json::Map::new();
        wanted.insert("goog:chromeOptions".into(), options);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("chromedriver could not start Chromium (Debian: apt-get install chromium)");
        // axe on a page of a thousand cells, with every core at work.
        let patience = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), None);
        client.update_timeouts(patience).await.unwrap();
        Self {
            client,
            screen,
            left: std::cell::Cell::new(0),
            address: address.to_owned(),
            driver,
            port,
            _profile: profile,
        }
    }

    /// Opens an address of the program.
    pub async fn go(&self, path: &str) {
        let to = if path.starts_with('/') {
            format!("{}{path}", self.address)
        } else {
            path.to_owned()
        };
        self.client.goto(&to).await.unwrap();
        self.settle().await;
    }

    /// Path and query of the page.
    pub async fn place(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Asks the browser's own tools: another width, the dark, paper.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let asked = Devtools(command, parameters);
        self.client.issue_cmd(asked).await.unwrap()
    }

    /// Waits until something holds, or says what was waited for and what stands there.
    pub async fn until<F: AsyncFn() -> bool>(&self, what: &str, holds: F) {
        let start = Instant::now();
        while !holds().await {
            assert!(
                start.elapsed() < PATIENCE,
                "waited for {what}; at {} stands:\n{}",
                self.place().await,
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The page is there, and its guard against a double tap of the page before is over.
    async fn settle(&self) {
        // The guard counts from when the script ran, which on a slow machine is late.
        let ready = "const [way] = performance.getEntriesByType('navigation'); \
                     return document.readyState === 'complete' \
                     && performance.now() > (way?.domContentLoadedEventEnd ?? 0) + 450";
        self.until("the page", async || {
            matches!(
                self.client.execute(ready, Vec::new()).await,
                Ok(Value::Bool(true))
            )
        })
        .await;
    }

    /// Does something that leads to another page, and waits for that page.
    pub async fn leaving<F: AsyncFnOnce()>(&self, act: F) {
        // A mark of its own: going back may bring a marked page out of the cache.
        let mark = self.left.get() + 1;
        self.left.set(mark);
        self.script(&format!("document.documentElement.dataset.left = '{mark}'"))
            .await;
        act().await;
        let gone = format!("return document.documentElement.dataset.left !== '{mark}'");
        self.until("another page", async || {
            matches!(
                self.client.execute(&gone, Vec::new()).await,
                Ok(Value::Bool(true))
            )
        })
        .await;
        self.settle().await;
    }

    /// What can be read on the page, spaces made plain.
    pub async fn text(&self) -> String {
        let body = self.client.find(Locator::Css("body")).await;
        match body {
            Ok(body) => plain(&body.text().await.unwrap_or_default()),
            Err(_) => String::new(),
        }
    }

    pub async fn shows(&self, words: &str) {
        self.until(&format!("“{words}”"), async || {
            self.text().await.contains(words)
        })
        .await;
    }

    pub async fn hides(&self, words: &str) {
        let text = self.text().await;
        assert!(
            !text.contains(words),
            "“{words}” must not be shown:\n{text}"
        );
    }

    /// The visible elements of a path.
    pub async fn visible(&self, xpath: &str) -> Vec<Element> {
        let mut seen = Vec::new();
        for element in self
            .client
            .find_all(Locator::XPath(xpath))
            .await
            .unwrap_or_default()
        {
            if element.is_displayed().await.unwrap_or(false) {
                seen.push(element);
            }
        }
        seen
    }

    /// The first visible element of a path; waits for it.
    pub async fn find(&self, what: &str, xpath: &str) -> Element {
        // What was seen is handed over: a second look may come when it is gone.
        let seen = OnceLock::new();
        self.until(what, async || match self.visible(xpath).await {
            all if all.is_empty() => false,
            mut all => seen.set(all.swap_remove(0)).is_ok(),
        })
        .await;
        seen.into_inner().expect("what was waited for")
    }

    /// The box under a label, by the words the label begins with.
    pub async fn field(&self, label: &str) -> Element {
        let words = quoted(label);
        let xpath =
            format!("//main//*[@id=//label[starts-with(normalize-space(.), {words})]/@for]");
        self.find(&format!("the field “{label}”"), &xpath).await
    }

    /// The button or link with these words.
    pub async fn button(&self, words: &str) -> Element {
        let text = quoted(words);
        let xpath = format!(
            "//*[self::a or self::button][normalize-space(.)={text} or .//text()[normalize-space(.)={text}]]"
        );
        self.find(&format!("the button “{words}”"), &xpath).await
    }

    /// Whether a button or link with these words can be seen.
    pub async fn offers(&self, words: &str) -> bool {
        let text = quoted(words);
        let xpath =
            format!("//main//*[self::a or self::button][.//text()[normalize-space(.)={text}]]");
        !self.visible(&xpath).await.is_empty()
    }

    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    pub async fn value(&self, label: &str) -> String {
        let field = self.field(label).await;
        field.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Chooses from a list by the words a person reads.
    pub async fn choose(&self, label: &str, option: &str) {
        let list = self.field(label).await;
        list.select_by_label(option).await.unwrap();
    }

    /// Presses what leads to another page.
    pub async fn press(&self, words: &str) {
        let button = self.button(words).await;
        self.leaving(async || self.click(button).await).await;
    }

    /// Scrolls there first: the legend at the foot stays above what is below it.
    pub async fn click(&self, element: Element) {
        let there = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        let target = serde_json::to_value(&element).unwrap();
        self.client.execute(there, vec![target]).await.unwrap();
        element.click().await.unwrap();
    }

    /// Signs in through the form, from wherever one is.
    pub async fn sign_in(&self, username: &str, password: &str) {
        self.go("/dang-nhap").await;
        self.fill("Tên đăng nhập", username).await;
        self.fill("Mật khẩu", password).await;
        self.press("Đăng nhập").await;
        assert_eq!(self.place().await, "/ban-lam-viec");
    }

    /// The element in focus: its name, else its text.
    pub async fn focused(&self) -> String {
        let found = self
            .script("const e = document.activeElement; return e.name || e.className || e.tagName")
            .await;
        found.as_str().unwrap_or_default().to_owned()
    }
}

/// A command of the developer tools, as chromedriver takes it.
#[derive(Debug)]
struct Devtools(&'static str, Value);

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (axum::http::Method, Option<String>) {
        let body = json!({ "cmd": self.0, "params": self.1 });
        (axum::http::Method::POST, Some(body.to_string()))
    }
}
