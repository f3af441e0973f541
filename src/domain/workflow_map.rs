//! Two agencies become one: which step of the heir's way of work goes on where the old way
//! stood?
use super::workflow::Step;

/// For each step of the old way its place in the new one: the step of the same duty and name;
/// else the one of the same duty, the first for the first, the second for the second, the
/// last for all that remain. Nothing where a duty is not there at all.
///
/// ```
/// use motcua::domain::{workflow::{Duty, Step}, workflow_map::map};
/// let step = |duty, name: &str| Step { duty, name: name.into(), title: String::new(), agency: String::new(), share: Default::default() };
/// let old = [step(Duty::Receive, "Nhận"), step(Duty::Appraise, "Thẩm định"), step(Duty::Appraise, "Soạn"), step(Duty::Approve, "Ký")];
/// let new = [step(Duty::Receive, "Tiếp nhận"), step(Duty::Appraise, "Soạn"), step(Duty::Approve, "Ký")];
/// assert_eq!(map(&old, &new), Some(vec![0, 1, 1, 2]));
/// assert_eq!(map(&old, &new[..2]), None, "nobody approves there");
/// ```
pub fn map(old: &[Step], new: &[Step]) -> Option<Vec<usize>> {
    let of_duty = |step: &Step| -> Vec<usize> {
        let same = new.iter().enumerate();
        same.filter(|(_, one)| one.duty == step.duty)
            .map(|(place, _)| place)
            .collect()
    };
    old.iter()
        .enumerate()
        .map(|(place, step)| {
            let able = of_duty(step);
            let named = able.iter().find(|at| new[**at].name == step.name);
            let rank = old[..place].iter().filter(|one| one.duty == step.duty);
            let nth = able.get(rank.count()).or(able.last());
            named.or(nth).copied()
        })
        .collect()
}
