//! Whose case is it, and who may act on it?
//!
//! The one rule of own work; `tests/data/objects.csv` is what it comes to, act by act.
//!
//! | role | one's own case | a colleague's case |
//! |---|---|---|
//! | receptionist | every act of the desk | the same: the desk is one, whoever sits at it |
//! | specialist | every act of the specialist | reads it, which is noted; does nothing to it |
//! | leader | every act of the leader | the same: whoever leads answers for all |
//! | office, admin | every act of theirs | the same |
//!
//! A case is a specialist's from when it was given to him (`assign`, `hand_over`), or he
//! took or appraised it, until it is given to another; who stands in for somebody on leave
//! has his cases too. What was given to nobody in particular is everyone's whose role it
//! asks for. A program with a token is no person: its role alone decides, and its name
//! stands in the event. Another agency's case is there for nobody.
use super::role::Role;

/// To whom a case was given, as far as specialists go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// Who holds it, or is in charge of it where no specialist's step is under way.
    pub account: Option<i64>,
    /// Given to nobody in particular: to whoever bears this title; empty: to all.
    pub title: String,
}

/// Who asks: a specialist's own account, those it stands in for today, its title.
#[derive(Clone, Debug)]
pub struct Asker {
    pub accounts: Vec<i64>,
    pub title: String,
}

impl Charge {
    /// Whether the case is theirs to act on, as far as the role's acts go. No asker: a
    /// program.
    ///
    /// ```
    /// use motcua::domain::{charge::{Asker, Charge}, role::Role};
    /// let given = |account, title: &str| Charge { account, title: title.into() };
    /// let asker = |accounts: &[i64]| Some(Asker { accounts: accounts.to_vec(), title: "Địa chính".into() });
    /// let may = |charge: Charge, asker: Option<Asker>| charge.open_to(Role::Specialist, asker.as_ref());
    /// assert!(may(given(Some(7), ""), asker(&[7])));
    /// assert!(may(given(Some(7), ""), asker(&[8, 7])), "stands in for 7");
    /// assert!(!may(given(Some(7), ""), asker(&[8])));
    /// assert!(may(given(None, ""), asker(&[8])) && may(given(None, "Địa chính"), asker(&[8])));
    /// assert!(!may(given(None, "Tư pháp"), asker(&[8])), "another title's");
    /// assert!(may(given(Some(7), ""), None), "a program");
    /// assert!(given(Some(7), "").open_to(Role::Leader, asker(&[8]).as_ref()));
    /// ```
    pub fn open_to(&self, role: Role, asker: Option<&Asker>) -> bool {
        let Some(asker) = asker.filter(|_| role == Role::Specialist) else {
            return true;
        };
        match self.account {
            Some(account) => asker.accounts.contains(&account),
            None => self.title.is_empty() || self.title == asker.title,
        }
    }
}
