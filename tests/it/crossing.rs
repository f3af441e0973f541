//! A register goes from a commune's file to another engine and back: every row, the seal,
//! the figures, the next number. The rows are compared by the engine's own `quote()`, not
//! by the program's sums.
use std::path::Path;

use motcua::store::Store;
use sea_orm::{ConnectionTrait, FromQueryResult, JsonValue, Statement};

use crate::{
    harness::{Desk, database_url},
    server::{Server, intake, program},
};

/// Runs a command; whether it went well, and all it said.
fn run(url: &str, folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = program(url, folder).args(arguments).output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.success(),
        said(&output.stdout) + &said(&output.stderr),
    )
}

fn copy(from: &str, to: &str, folder: &Path) -> (bool, String) {
    run(from, folder, &["copy", "--from", from, "--to", to])
}

fn sqlite(folder: &Path, name: &str) -> String {
    format!("sqlite://{}/{name}?mode=rwc", folder.display())
}

async fn ask(store: &Store, sql: &str) -> Vec<JsonValue> {
    let db = store.read();
    let ask = Statement::from_string(db.get_database_backend(), sql);
    JsonValue::find_by_statement(ask).all(db).await.unwrap()
}

/// Every row of every table of an `SQLite` file, column by column, as the engine quotes it.
async fn all_rows(url: &str) -> Vec<(String, Vec<String>)> {
    let store = Store::open(url).await.unwrap();
    let names = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT IN \
         ('sqlite_schema', 'sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4', 'seaql_migrations', 'crossed') ORDER BY name";
    let mut tables = Vec::new();
    for table in ask(&store, names).await {
        let table = table["name"].as_str().unwrap().to_owned();
        let columns = ask(
            &store,
            &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY name"),
        )
        .await;
        let quoted: Vec<String> = columns
            .iter()
            .map(|column| format!("quote(\"{}\")", column["name"].as_str().unwrap()))
            .collect();
        let rows = ask(
            &store,
            &format!(
                "SELECT {} AS \"row\" FROM \"{table}\"",
                quoted.join(" || ',' || ")
            ),
        )
        .await;
        let mut rows: Vec<String> = rows
            .iter()
            .map(|row| row["row"].as_str().unwrap().to_owned())
            .collect();
        rows.sort();
        tables.push((table, rows));
    }
    store.close().await.unwrap();
    tables
}

/// A small year with things in it that a file of text would spoil.
async fn year(folder: &Path) -> String {
    let desk = Desk::of_demo(120, 7).await;
    desk.run(
        "INSERT INTO procedure_form (agency_id, procedure_code, name, file_name, content_type, body, added_by, added_at) \
         VALUES (1, '1.004873', 'Tờ khai “mẫu” \\ ''x''', 'a.pdf', 'application/pdf', x'00ff10c3285c7822', 'Đỗ Thị Ẽ', '2021-03-01T02:00:00+00:00')",
    )
    .await;
    desk.run(&format!("VACUUM INTO '{}/xa.db'", folder.display()))
        .await;
    let key = motcua::vault::key_file(&desk.app.settings);
    std::fs::copy(key, folder.join("xa.key")).unwrap();
    let url = sqlite(folder, "xa.db");
    // What waits for its link is sealed, as a server does before it stops.
    assert!(Server::start(&url, folder).end().success());
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_crosses_to_another_engine_and_back_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let from = year(folder).await;
    // On SQLite: a file like the first; a file must not be there yet.
    let to = database_url(folder).await;
    let (good, said) = copy(&from, &to, folder);
    assert!(good && said.contains("Sổ nguyên vẹn"), "{said}");
    assert!(said.contains("đã đếm và đối chiếu"), "{said}");

    assert!(said.contains("đừng mở máy chủ trên cả hai nơi"), "{said}");
    // The first knows that it went; its copy does not say that of itself.
    let doctor = |url: &str| run(url, folder, &["doctor"]).1;
    let went = "đã được chép sang nơi khác";
    assert!(doctor(&from).contains(went), "{}", doctor(&from));
    assert!(!doctor(&to).contains(went), "{}", doctor(&to));

    // Back again, and every row is what it was.
    let back = sqlite(folder, "ve.db");
    let (good, said) = copy(&to, &back, folder);
    assert!(good, "{said}");
    // The file alone is the register: it may be moved as it is.
    for name in ["ve.db-wal", "xa.db-wal", "t.db-wal"] {
        assert!(!folder.join(name).exists(), "{name}");
    }
    let (was, is) = (all_rows(&from).await, all_rows(&back).await);
    let rows: usize = was.iter().map(|(_, rows)| rows.len()).sum();
    println!("rows there and back: {rows} in {} tables", was.len());
    assert!(rows > 3_000, "{rows}");
    for (was, is) in was.iter().zip(&is) {
        assert_eq!(was, is);
    }
    assert_eq!(was.len(), is.len());

    // The same figures, the same chain.
    for arguments in [
        &[
            "report",
            "processing",
            "--period",
            "2021",
            "--format",
            "csv",
        ][..],
        &["report", "on-time", "--period", "2021", "--format", "csv"],
        &["dossiers", "export", "--format", "csv"],
        &["verify"],
    ] {
        let (here, there) = (run(&from, folder, arguments), run(&to, folder, arguments));
        assert!(here.0, "{}", here.1);
        assert_eq!(here, there, "{arguments:?}");
    }

    // Work goes on where it arrived, with the number that the first would have given.
    let next = |url: &str| {
        let (good, token) = run(
            url,
            folder,
            &["token", "add", "--name", "quầy", "--role", "receptionist"],
        );
        assert!(good, "{token}");
        let key = folder.join("xa.key").display().to_string();
        let set = [("MOTCUA__SECURITY__KEY_FILE", key.as_str())];
        let server = Server::start_with(url, folder, &set);
        intake(&server.address, token.trim(), "1").unwrap().unwrap()
    };
    assert_eq!(next(&from), next(&to));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_travel_a_few_megabytes_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let from = Store::open(&year(folder).await).await.unwrap();
    from.read()
        .execute_unprepared(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24) \
             INSERT INTO procedure_form (agency_id, procedure_code, name, file_name, content_type, body, added_by, added_at) \
             SELECT 1, '1.004873', 'Mẫu ' || i, 'a.pdf', 'application/pdf', randomblob(1000000), 'Đỗ Thị Ẽ', \
             '2021-03-01T02:00:00+00:00' FROM n",
        )
        .await
        .unwrap();
    let to = Store::open(&sqlite(folder, "den.db")).await.unwrap();
    to.migrate().await.unwrap();
    let (here, there) = (from.whole().await.unwrap(), to.filling().await.unwrap());
    let (mut rows, mut asked) = (0, 0);
    for table in there.tables().await.unwrap() {
        let before = to.statements();
        let filled = there.fill(&here, &table).await.unwrap();
        if table.name == "procedure_form" {
            (rows, asked) = (filled, to.statements() - before);
            let (was, is) = (here.contents(&table).await, there.contents(&table).await);
            assert_eq!(was.unwrap(), is.unwrap());
        }
    }
    // As hex each has two megabytes.
    assert!(rows >= 24 && asked >= 5, "{rows} rows, {asked} statements");
}

/// Whatever changes a row on its way is found by the sums, not by the count.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_arrives_otherwise_stops_all() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let from = year(folder).await;
    let url = database_url(folder).await;
    let to = Store::open(&url).await.unwrap();
    to.migrate().await.unwrap();
    // One letter of one name, by what stands in the place that is filled.
    let spoils: &[&str] = if to.is_postgres() {
        &[
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN NEW.applicant_name := lower(NEW.applicant_name); RETURN NEW; END $$",
            "CREATE TRIGGER spoil BEFORE INSERT ON dossier FOR EACH ROW WHEN (NEW.id = 7) \
             EXECUTE FUNCTION spoil()",
        ]
    } else {
        &[
            "CREATE TRIGGER spoil AFTER INSERT ON dossier WHEN NEW.id = 7 \
           BEGIN UPDATE dossier SET applicant_name = lower(applicant_name) WHERE id = 7; END",
        ]
    };
    for step in spoils {
        to.read().execute_unprepared(step).await.unwrap();
    }
    if to.is_postgres() {
        let (good, said) = copy(&from, &url, folder);
        assert!(!good && said.contains("Bảng dossier"), "{said}");
        assert!(said.contains("khác nội dung"), "{said}");
        assert!(to.is_bare().await.unwrap(), "nothing was kept");
        // What spoiled it gone, the next try goes through.
        let mended = "DROP TRIGGER spoil ON dossier";
        to.read().execute_unprepared(mended).await.unwrap();
        let (good, said) = copy(&from, &url, folder);
        return assert!(good, "{said}");
    }
    // A file that did not take it all is taken away, and the trigger with it. The sums alone,
    // then.
    let source = Store::open(&from).await.unwrap();
    let (here, there) = (source.whole().await.unwrap(), to.filling().await.unwrap());
    let mut otherwise = Vec::new();
    for table in there.tables().await.unwrap() {
        there.fill(&here, &table).await.unwrap();
        let was = here.contents(&table).await.unwrap();
        let is = there.contents(&table).await.unwrap();
        assert_eq!(was.rows, is.rows, "{}", table.name);
        if was != is {
            otherwise.push(table.name);
        }
    }
    assert_eq!(otherwise, ["dossier"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_a_copy_cut_off_left_behind_is_taken_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let from = year(folder).await;
    let half = Store::open(&sqlite(folder, "do-dang.db")).await.unwrap();
    half.migrate().await.unwrap();
    half.close().await.unwrap();
    std::fs::write(folder.join("trong.db"), "").unwrap();
    for name in ["do-dang.db", "trong.db"] {
        let (good, said) = copy(&from, &sqlite(folder, name), folder);
        assert!(good && said.contains("Sổ nguyên vẹn"), "{name}: {said}");
    }
    // What is none of ours is left as it is.
    std::fs::write(folder.join("la.db"), "ghi chú").unwrap();
    let (good, said) = copy(&from, &sqlite(folder, "la.db"), folder);
    assert!(!good && said.contains("la.db đã có dữ liệu"), "{said}");
    assert_eq!(
        std::fs::read_to_string(folder.join("la.db")).unwrap(),
        "ghi chú"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_whole_register_goes_and_only_to_an_empty_place() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let from = year(folder).await;
    let occupied = database_url(folder).await;
    let (good, said) = run(&occupied, folder, &["migrate"]);
    assert!(good, "{said}");
    let (good, said) = copy(&from, &occupied, folder);
    assert!(!good && said.contains("nơi trống"), "{said}");

    let missing = sqlite(folder, "khong-co.db");
    let (good, said) = copy(&missing, &sqlite(folder, "dich.db"), folder);
    assert!(!good && said.contains("khong-co.db"), "{said}");
    assert!(!folder.join("khong-co.db").exists(), "nothing was made");

    let (good, said) = copy("mysql://a/b", &sqlite(folder, "dich.db"), folder);
    assert!(!good && said.contains("--from"), "{said}");
    let far = "postgres://motcua:x@10.0.0.9/motcua";
    let (good, said) = copy(&from, far, folder);
    assert!(
        !good && said.contains("--to") && said.contains("TLS"),
        "{said}"
    );

    // A register of an older version is brought up by its own server first.
    let older = sqlite(folder, "cu.db");
    let store = Store::open(&older).await.unwrap();
    store.migrate_up_to(5).await.unwrap();
    store.close().await.unwrap();
    let (good, said) = copy(&older, &sqlite(folder, "dich.db"), folder);
    assert!(!good && said.contains("motcua migrate"), "{said}");

    // What was changed by hand stays where it is.
    let store = Store::open(&from).await.unwrap();
    assert!(
        !ask(&store, "SELECT head FROM seal LIMIT 1")
            .await
            .is_empty()
    );
    store
        .read()
        .execute_unprepared("UPDATE dossier SET due_at = received_at WHERE id = (SELECT MIN(id) FROM dossier WHERE due_at IS NOT NULL)")
        .await
        .unwrap();
    store.close().await.unwrap();
    let (good, said) = copy(&from, &sqlite(folder, "dich.db"), folder);
    assert!(!good && said.contains("không còn nguyên vẹn"), "{said}");
    assert!(!folder.join("dich.db").exists(), "nothing was made");
}
