//! A serving program that reaches its database through a pooler in transaction mode: nothing
//! it prepared or set is there with the next statement. On PostgreSQL through a `PgBouncer`
//! of two connections; on SQLite by the same way of asking.
use std::{net::TcpStream, path::Path, process::Child, time::Duration};

use motcua::{
    actions::{actor::Actor, close_period},
    config::Database,
    domain::{period::Period, role::Role},
    store::Store,
    upkeep::sealer,
};
use serde_json::json;

use crate::harness::{Desk, together};

/// Ended when it is dropped.
struct Pooler(Child);

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Between us and the server of this address; answers the same address through it.
fn before(url: &str, folder: &Path) -> (Pooler, String) {
    use std::os::unix::fs::PermissionsExt as _;
    let (server, name) = url.rsplit_once('/').unwrap();
    let (whole, port) = server.rsplit_once(':').unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let own = free.local_addr().unwrap().port();
    drop(free);
    let file = folder.join("pgbouncer.ini");
    let text = format!(
        "[databases]\n* = host=127.0.0.1 port={port} user=motcua\n[pgbouncer]\n\
         listen_addr = 127.0.0.1\nlisten_port = {own}\nunix_socket_dir =\nauth_type = any\n\
         pool_mode = transaction\ndefault_pool_size = 2\n"
    );
    std::fs::write(&file, text).unwrap();
    // It runs as nobody of importance, who must be able to read it.
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder, open).unwrap();
    let mut command = std::process::Command::new("/usr/sbin/pgbouncer");
    let root = std::fs::metadata("/proc/self").unwrap();
    if std::os::unix::fs::MetadataExt::uid(&root) == 0 {
        command.args(["-u", "nobody"]);
    }
    let log = std::fs::File::create(folder.join("pgbouncer.log")).unwrap();
    let child = command.arg(&file).stderr(log).spawn().unwrap();
    let pooler = Pooler(child);
    let reached = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        TcpStream::connect(("127.0.0.1", own)).is_ok()
    });
    assert!(reached, "pgbouncer does not listen");
    (pooler, format!("{whole}:{own}/{name}"))
}

#[tokio::test]
async fn a_day_at_the_desk_goes_through_a_pooler() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let folder = tempfile::tempdir().unwrap();
    let direct = desk.app.settings.database.url.clone();
    let (_pooler, url) = if desk.store().is_postgres() {
        let (pooler, url) = before(&direct, folder.path());
        (Some(pooler), url)
    } else {
        (None, direct.clone())
    };
    let database = Database {
        url: direct,
        pooler_url: url,
        connections: 12,
        statement_seconds: 60,
    };
    desk.app.store = Store::open_to_serve(&database).await.unwrap();
    desk.move_to("2021-04-16T10:00");
    let postgres = desk.store().is_postgres();
    // Many at once: more than the pooler has connections, so that each is another's a moment
    // later.
    let day = async |n: u32| {
        let mut codes = Vec::new();
        for m in 0..4 {
            let at = format!("2021-04-16T08:{:02}", n + m);
            let code = desk.receive("1.001022", &at).await;
            let note = json!({ "action": "appraise", "note": format!("lần {n}.{m}") });
            desk.done("specialist", &code, note).await;
            let (status, found) = desk
                .get("office", &format!("/api/v1/dossiers?q={code}"))
                .await;
            assert_eq!((status, &found["total"]), (200, &json!(1)), "{found}");
            codes.push(code);
        }
        codes
    };
    let all = together((0..12).map(day)).await;
    let codes: std::collections::BTreeSet<String> = all.into_iter().flatten().collect();
    assert_eq!(codes.len(), 48, "each its own code");
    let office = desk.sign_in(Role::Office).await;
    let pages = [
        "/bao-cao",
        "/ho-so",
        "/bao-cao/giai-quyet?ky=2021-Q2",
        "/danh-muc",
    ];
    let asked = pages.iter().cycle().take(24);
    for page in together(asked.map(|path| desk.page(&office, path))).await {
        assert_eq!(page.status, 200);
    }
    let file = desk.file(&office, "/ho-so/tep?dang=csv").await;
    let text = String::from_utf8_lossy(&file);
    assert_eq!(text.matches("1.001022").count(), 48, "{text}");
    let figures = desk
        .get(
            "office",
            "/api/v1/reports/processing?from=2021-04-01&to=2021-04-30",
        )
        .await
        .1;
    assert_eq!(figures["total"]["received"]["total"], 48, "{figures}");
    // The sealer looks in snapshots; whoever closes a period is alone with it.
    let events = desk.rows("SELECT id FROM event").await.len();
    assert_eq!(sealer::run(&desk.app).await.unwrap(), events);
    desk.move_to("2021-05-20T10:00");
    let actor = Actor {
        agency: 1,
        role: Role::Office,
        name: "Văn phòng".into(),
        account: None,
        key_owner: "x".into(),
    };
    let period = Period::parse("2021-05", 15).unwrap();
    close_period::run(&desk.app, &actor, period, async { Ok(Vec::new()) })
        .await
        .unwrap();
    let closed = desk.rows("SELECT body FROM closed_period").await;
    let body = closed[0]["body"].as_str().unwrap();
    let held = codes.iter().filter(|code| body.contains(code.as_str()));
    assert_eq!((closed.len(), held.count()), (1, 48));
    // It is sealed after all that was.
    assert_eq!(sealer::run(&desk.app).await.unwrap(), 1);
    if postgres {
        // The limit that no connection could keep is set with each question.
        let database = Database {
            statement_seconds: 1,
            ..database
        };
        let store = Store::open_to_serve(&database).await.unwrap();
        let slow = sea_orm::Statement::from_string(
            sea_orm::DbBackend::Postgres,
            "SELECT CAST(pg_sleep(20) AS text)",
        );
        let asked = sea_orm::ConnectionTrait::query_one_raw(store.read(), slow).await;
        assert!(asked.is_err(), "it was not cut short");
        store.ping().await.unwrap();
    }
}
