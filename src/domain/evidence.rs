//! How sure is a share of few? 30 of 31 says more than 1 of 1.

/// The lowest share, in hundredths of a percent, that so many of so many leave likely
/// (Wilson, 95 %); 0 where nothing was counted.
///
/// ```
/// use motcua::domain::evidence::sure_at_least;
/// assert!(sure_at_least(30, 31) > sure_at_least(1, 1));
/// assert!(sure_at_least(31, 31) > sure_at_least(30, 31));
/// assert_eq!((sure_at_least(0, 0), sure_at_least(0, 9)), (0, 0));
/// ```
pub fn sure_at_least(part: u64, whole: u64) -> u64 {
    const Z: f64 = 1.96;
    if whole == 0 || part == 0 {
        return 0;
    }
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts of a commune lie far below 2^53, and the bound between 0 and 10 000"
    )]
    {
        let (n, p) = (whole as f64, part as f64 / whole as f64);
        let middle = p + Z * Z / (2.0 * n);
        let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let low = (middle - spread) / (1.0 + Z * Z / n);
        (low * 10_000.0).round().clamp(0.0, 10_000.0) as u64
    }
}
