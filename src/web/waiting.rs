//! What waits for whom? The pills of the menu.
use super::layout::Waiting;
use crate::{
    app::App,
    domain::{role::Role, time::local_day},
    error::Result,
    store::{
        accounts::Account,
        apologies::{self, Which},
        feedback,
        holdings::{self, Hands, Hops},
        leaves, notices,
        register::{self, Filter},
    },
};

/// Letters and approvals wait for the leader, letters to be drafted for the others.
pub async fn of(app: &App, account: &Account) -> Result<Waiting> {
    let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let db = app.store.read();
    let drafts = apologies::cases(db, account.agency_id, Which::ToSign, 0)
        .await?
        .1;
    let approvals = if account.role() == Role::Leader {
        let filter = Filter {
            agency: account.agency_id,
            to_approve: true,
            ..Filter::default()
        };
        register::count(db, &filter, false, app.clock.now()).await?
    } else {
        0
    };
    let viewer = feedback::Viewer {
        agency: account.agency_id,
        account: Some(account.id),
        role: account.role(),
        name: account.name.clone(),
    };
    let feedback = feedback::waiting(db, &viewer).await?;
    // The leader's menu does not lead there.
    let notices = match account.role() {
        Role::Leader => 0,
        _ => notices::waiting(db, &viewer).await?,
    };
    let today = local_day(app.clock.now());
    let mut accounts = vec![account.id];
    accounts.extend(leaves::stood_in_for(db, account.agency_id, account.id, today).await?);
    let hands = Hands {
        agency: account.agency_id,
        role: account.role(),
        title: account.title.clone(),
        accounts,
    };
    let hand_overs = holdings::hops(db, &hands, Hops::ToTake, 0).await?.1;
    Ok(Waiting {
        approvals: few(approvals),
        apologies: few(drafts),
        feedback: few(feedback),
        notices: few(notices),
        hand_overs: few(hand_overs),
    })
}
