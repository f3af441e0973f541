//! How often may one ask? So many times for each key: an address, a dossier's code.
use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::app::App;

/// So many keys are never too many.
const FEW: usize = 10_000;

/// So many in a while for each key.
#[derive(Clone, Debug)]
pub struct Limit<K: Clone + Eq + Hash>(Arc<Keys<K>>);

#[derive(Debug)]
struct Keys<K: Clone + Eq + Hash> {
    limiter: DefaultKeyedRateLimiter<K>,
    /// At how many keys those that went quiet are looked for.
    sweep_at: AtomicUsize,
}

impl<K: Clone + Eq + Hash> Limit<K> {
    pub fn per_minute(most: u32) -> Self {
        Self::new(Quota::per_minute(at_least_one(most)))
    }

    pub fn per_hour(most: u32) -> Self {
        Self::new(Quota::per_hour(at_least_one(most)))
    }

    fn new(quota: Quota) -> Self {
        Self(Arc::new(Keys {
            limiter: RateLimiter::keyed(quota),
            sweep_at: AtomicUsize::new(FEW),
        }))
    }

    /// Counts one, and says whether it is still within the limit.
    pub fn allow(&self, key: &K) -> bool {
        let Keys { limiter, sweep_at } = &*self.0;
        // Keys that went quiet are forgotten, so that memory does not grow; where most did
        // not, they are looked for only when there are twice as many.
        if limiter.len() > sweep_at.load(Ordering::Relaxed) {
            self.sweep();
        }
        limiter.check_key(key).is_ok()
    }

    /// Forgets keys that went quiet: also when nobody new comes after a flood.
    pub fn sweep(&self) {
        let Keys { limiter, sweep_at } = &*self.0;
        limiter.retain_recent();
        limiter.shrink_to_fit();
        sweep_at.store((2 * limiter.len()).max(FEW), Ordering::Relaxed);
    }
}

fn at_least_one(most: u32) -> NonZeroU32 {
    NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN)
}

/// Whose limit it is, where the server knows: an address, of IPv6 the network of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker(pub Option<IpAddr>);

impl Asker {
    /// Counts one against a limit of addresses, and says whether that was too many.
    pub fn too_often(self, limit: &Limit<IpAddr>) -> bool {
        self.0.is_some_and(|address| !limit.allow(&address))
    }

    /// Which device asks, by its address and what its browser calls itself; nothing where
    /// the address is not known.
    pub fn device(self, headers: &HeaderMap) -> Option<String> {
        let agent = headers.get(header::USER_AGENT);
        let agent = agent
            .and_then(|agent| agent.to_str().ok())
            .unwrap_or_default();
        self.0.map(|address| format!("{address} {agent}"))
    }
}

impl FromRequestParts<App> for Asker {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let proxies = &app.settings.server.proxies;
        Ok(Self(peer.map(|ConnectInfo(peer)| {
            line(asker(peer.ip(), proxies, &parts.headers))
        })))
    }
}

/// One line has 2⁶⁴ addresses of IPv6 to ask from: it is one asker. An address of IPv4
/// written as one of IPv6 is what it is.
fn line(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// A proxy on this machine, or one that the settings name, names last who asked it: the asker,
/// or the next such proxy, which named its own before. A name given by anyone else is not
/// believed.
fn asker(peer: IpAddr, proxies: &[IpAddr], headers: &HeaderMap) -> IpAddr {
    let believed = |address: IpAddr| address.is_loopback() || proxies.contains(&address);
    let mut asker = peer.to_canonical();
    // A proxy may add to the line that is there, or a line of its own below it.
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    for name in lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(',')) {
        if !believed(asker) {
            break;
        }
        let Ok(named) = name.trim().parse::<IpAddr>() else {
            break;
        };
        asker = named.to_canonical();
    }
    asker
}
