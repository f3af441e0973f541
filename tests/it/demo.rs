//! The simulated year: the same for a seed, and with every kind of course in it.
use crate::harness::Desk;

const COURSE: &str = "SELECT d.code, d.status, d.original_due_at, d.ended_at, d.applicant_name, \
     e.act, e.at, e.note FROM dossier d JOIN event e ON e.dossier_id = d.id ORDER BY e.id";

#[tokio::test]
async fn a_seed_gives_one_year() {
    let (one, two, other) = (
        Desk::of_demo(60, 7).await.rows(COURSE).await,
        Desk::of_demo(60, 7).await.rows(COURSE).await,
        Desk::of_demo(60, 8).await.rows(COURSE).await,
    );
    assert!(one.len() > 120, "{} events", one.len());
    assert_eq!(one, two);
    assert_ne!(one, other);
}

#[tokio::test]
async fn a_newcomer_sees_every_kind_of_course() {
    let desk = Desk::of_demo(2000, 1).await;
    for (what, sql) in [
        (
            "late",
            "SELECT id FROM dossier WHERE ended_at IS NOT NULL AND judged_at >= lapse_at",
        ),
        (
            "a supplement",
            "SELECT id FROM event WHERE act = 'supplement_received'",
        ),
        (
            "a withdrawal",
            "SELECT id FROM event WHERE act = 'withdraw'",
        ),
        (
            "a signed apology",
            "SELECT id FROM apology WHERE signed_at IS NOT NULL",
        ),
        (
            "a draft to sign",
            "SELECT id FROM apology WHERE signed_at IS NULL",
        ),
        (
            "a ballot by phone",
            "SELECT id FROM ballot WHERE source = 'qr'",
        ),
        (
            "a ballot on paper",
            "SELECT id FROM ballot WHERE source = 'paper'",
        ),
        (
            "one carried over",
            "SELECT id FROM dossier WHERE received_at < '2020-12-14T17:00'",
        ),
        (
            "one still open",
            "SELECT id FROM dossier WHERE ended_at IS NULL AND rejected_at IS NULL",
        ),
        (
            "a mail that left in its month",
            "SELECT id FROM outbox WHERE kind = 'ready' AND sent_at < '2021-04-01'",
        ),
        (
            "somebody to be told by hand",
            "SELECT id FROM outbox WHERE channel = 'slip' AND settled_at IS NULL",
        ),
        (
            "a sender who was asked for more",
            "SELECT id FROM feedback WHERE state = 'awaiting_more'",
        ),
        (
            "one waiting",
            "SELECT id FROM dossier WHERE wait_from IS NOT NULL AND ended_at IS NULL",
        ),
    ] {
        assert!(!desk.rows(sql).await.is_empty(), "the year has {what}");
    }
    let ahead = desk
        .rows("SELECT id FROM event WHERE at > '2021-12-10T02:00:01'")
        .await;
    assert!(
        ahead.is_empty(),
        "nothing happens after the clock: {}",
        ahead.len()
    );
}
