//! Codes that an old register brings in: no other agency is stopped by them, and nobody is
//! turned away at the desk.
use std::{sync::Arc, time::Duration};

use motcua::{
    actions::{
        import_dossiers::{self, Fate},
        merge_agencies,
    },
    store::dossiers,
};
use tokio::sync::Notify;

use crate::{
    harness::Desk,
    imports::{office, plan},
    many_agencies::{province, receive},
};

/// A register with these codes, received on a day.
fn register(codes: &[&str], day: &str) -> Vec<u8> {
    let mut text = String::from("code,procedure_code,applicant_name,received_at\n");
    for code in codes {
        text.push_str(&format!("{code},1.004873,Lê Thị Đào,{day}\n"));
    }
    text.into_bytes()
}

#[tokio::test]
async fn numbers_that_another_agency_gives_are_refused_until_it_is_part_of_this_one() {
    let mut desk = province("2025-06-20T10:00").await;
    let theirs = "000.01.00.H57-250620-0001";
    let codes = [
        theirs,
        "000.00.00.H57-250619-0001",
        // Nobody gave numbers under that identifier in 2017.
        "000.01.00.H57-170620-0001",
        "SO-CU-1",
    ];
    let looked_at = plan(&desk, &register(&codes, "2025-06-19")).await;
    assert_eq!(
        (looked_at.wrong(), looked_at.new_ones()),
        (1, 3),
        "{:?}",
        looked_at.lines
    );
    let Fate::Wrong(wrong) = &looked_at.lines[0].fate else {
        panic!("{:?}", looked_at.lines[0]);
    };
    let (column, why) = &wrong[0];
    assert!(
        *column == "code" && why.contains("000.01.00.H57") && why.contains("UBND xã Quảng Công"),
        "{column}: {why}"
    );
    let refused = import_dossiers::run(&desk.app, &office(), looked_at, false, |_| ())
        .await
        .unwrap_err();
    assert!(
        refused.detail.contains("Dòng 2, cột code"),
        "{}",
        refused.detail
    );
    let clerk = "receptionist@quang-cong";
    let first = receive(&desk, clerk, "Lê Thị Mới", "2025-06-20T09:00").await;
    assert_eq!(first, theirs);
    // Its old books are this one's to bring in once it is part of it.
    desk.move_to("2025-07-01T07:30");
    let day = "2025-07-01".parse().unwrap();
    merge_agencies::run(
        &desk.app,
        &["quang-cong".to_owned()],
        "quang-ngan",
        day,
        "thử",
    )
    .await
    .unwrap();
    let codes = ["000.01.00.H57-250619-0007", "000.02.00.H57-250619-0007"];
    let after = plan(&desk, &register(&codes, "2025-06-19")).await;
    assert_eq!((after.new_ones(), after.wrong()), (1, 1));
    assert!(matches!(after.lines[0].fate, Fate::New(_)));
}

#[tokio::test]
async fn a_number_that_was_brought_in_is_passed_over_at_the_desk() {
    let mut desk = Desk::at("2021-04-16T09:00").await;
    // Numbers of a day to come: the import raises no counter for them.
    let codes = [
        "000.00.00.H57-210419-0001",
        "000.00.00.H57-210419-0002",
        "000.00.00.H57-210419-0004",
    ];
    let looked_at = plan(&desk, &register(&codes, "2021-04-16")).await;
    import_dossiers::run(&desk.app, &office(), looked_at, false, |_| ())
        .await
        .unwrap();
    desk.move_to("2021-04-19T09:00");
    for number in ["0003", "0005", "0006"] {
        let code = desk.receive("1.004873", "2021-04-19T08:30").await;
        assert_eq!(code, format!("000.00.00.H57-210419-{number}"));
        // The receipt is one of this number, and the search finds it.
        let row = dossiers::by_code(desk.store().read(), 1, &code)
            .await
            .unwrap();
        assert!(desk.app.secret_of(&row).is_ok(), "{code}");
        assert!(row.search.contains(number), "{}", row.search);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_of_today_are_brought_in_while_the_desk_gives_some() {
    let desk = Desk::at("2021-04-19T09:00").await;
    let codes = ["000.00.00.H57-210419-0001", "000.00.00.H57-210419-0003"];
    let looked_at = plan(&desk, &register(&codes, "2021-04-19")).await;
    let (app, written) = (desk.app.clone(), Arc::new(Notify::new()));
    let is_written = written.clone();
    let import = tokio::spawn(async move {
        // The rows are there, and not yet kept: somebody is served at the desk meanwhile.
        let waits = |_| {
            is_written.notify_one();
            std::thread::sleep(Duration::from_millis(300));
        };
        import_dossiers::run(&app, &office(), looked_at, false, waits).await
    });
    written.notified().await;
    let code = desk.receive("1.004873", "2021-04-19T08:30").await;
    assert_eq!(import.await.unwrap().unwrap(), 2);
    assert_eq!(code, "000.00.00.H57-210419-0004");
}
