//! How often may one address ask?
use std::{net::IpAddr, num::NonZeroU32, sync::Arc};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// So many a minute for each address.
#[derive(Clone, Debug)]
pub struct PerMinute(Arc<DefaultKeyedRateLimiter<IpAddr>>);

impl PerMinute {
    pub fn new(most: u32) -> Self {
        let most = NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN);
        Self(Arc::new(RateLimiter::keyed(Quota::per_minute(most))))
    }

    /// Counts one, and says whether it is still within the limit.
    pub fn allow(&self, from: IpAddr) -> bool {
        // Addresses that went quiet are forgotten, so that memory does not grow.
        if self.0.len() > 10_000 {
            self.0.retain_recent();
        }
        self.0.check_key(&from).is_ok()
    }
}
