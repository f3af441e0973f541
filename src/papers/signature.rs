//! Who signs for the agency, and under which words?
use chrono::NaiveDate;

use crate::{
    documents::letter::Signature,
    domain::viet::fold,
    error::Result,
    store::{
        Reader,
        accounts::{self, Account},
        agencies,
    },
};

/// Signing for the committee (NĐ 30/2020/NĐ-CP, Điều 13).
pub const CHAIRMAN: &str = "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH";
/// A deputy, in the chairman's place.
pub const DEPUTY: &str = "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH";

/// A leader signs by his own name, a deputy as one; for whoever else wrote it down, it is
/// signed as entered for the day.
pub async fn for_agency(
    db: &impl Reader,
    agency: i64,
    day: NaiveDate,
    signer: &str,
) -> Result<Signature> {
    let leader = async {
        match signer {
            "" => Ok(None),
            _ => accounts::leader_named(db, agency, signer).await,
        }
    };
    let (leader, (capacity, name)) = tokio::try_join!(leader, entered(db, agency, day))?;
    if let Some(leader) = leader {
        return Ok(of_leader(&leader, &capacity));
    }
    let name = if name.is_empty() {
        signer.to_owned()
    } else {
        name
    };
    Ok(signature(&capacity, name))
}

/// As it stands when this leader signs.
pub async fn by_leader(
    db: &impl Reader,
    agency: i64,
    day: NaiveDate,
    leader: &Account,
) -> Result<Signature> {
    let (capacity, _) = entered(db, agency, day).await?;
    Ok(of_leader(leader, &capacity))
}

fn of_leader(leader: &Account, entered: &str) -> Signature {
    let title = fold(&leader.title);
    let capacity = if title.starts_with("pho chu tich") {
        DEPUTY
    } else if title.starts_with("chu tich") && entered == DEPUTY {
        // A deputy was entered for the day, and the chairman signs himself.
        CHAIRMAN
    } else {
        entered
    };
    signature(capacity, leader.name.clone())
}

async fn entered(db: &impl Reader, agency: i64, day: NaiveDate) -> Result<(String, String)> {
    let found = agencies::signatory_on(db, agency, day).await?;
    Ok(found.map_or_else(
        || (CHAIRMAN.to_owned(), String::new()),
        |signatory| (signatory.capacity, signatory.name),
    ))
}

fn signature(capacity: &str, name: String) -> Signature {
    Signature {
        capacity: capacity.lines().map(str::to_owned).collect(),
        note: "(Ký tên, đóng dấu)".into(),
        name,
    }
}
