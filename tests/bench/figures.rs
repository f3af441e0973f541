//! Raw figures of every round, medians, and the ratio.

/// What each side did a second, round by round.
#[derive(Default)]
pub struct Figures {
    pub program: Vec<f64>,
    pub bare: Vec<f64>,
}

impl Figures {
    pub fn print(&self, title: &str) {
        println!("\n{title}");
        println!(
            "{:>8} {:>12} {:>12} {:>14}",
            "", "program/s", "bare/s", "program ÷ bare"
        );
        for (round, (program, bare)) in self.program.iter().zip(&self.bare).enumerate() {
            line(&format!("round {}", round + 1), *program, *bare);
        }
        line("median", median(&self.program), median(&self.bare));
    }
}

fn line(name: &str, program: f64, bare: f64) {
    let ratio = program / bare;
    println!("{name:>8} {program:>12.0} {bare:>12.0} {ratio:>14.3}");
}

pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = ((sorted.len() - 1) / 2, sorted.len() / 2);
    f64::midpoint(sorted[low], sorted[high])
}
