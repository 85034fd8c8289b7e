//! Ranges of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses, as `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug)]
struct Range {
    first: IpAddr,
    /// The length of its prefix.
    prefix: u8,
}

/// Networks that clusters give pods addresses of (RFC 1918, RFC 4193). Which of
/// them nobody knows before the cluster is there.
const OF_PODS: [Range; 4] = [
    Range { first: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), prefix: 8 },
    Range { first: IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), prefix: 12 },
    Range { first: IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), prefix: 16 },
    Range { first: IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), prefix: 7 },
];

impl Range {
    fn read(text: &str) -> Option<Self> {
        let (first, prefix) = match text.split_once('/') {
            Some((first, prefix)) => (first.parse().ok()?, Some(prefix.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let longest = longest(first);
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then_some(Self { first, prefix })
    }

    /// The first bits of an address, as a number.
    fn network(self, prefix: u8) -> u128 {
        let bits = match self.first {
            IpAddr::V4(first) => u128::from(u32::from(first)),
            IpAddr::V6(first) => u128::from(first),
        };
        let drop = u32::from(longest(self.first) - prefix.min(longest(self.first)));
        if drop >= 128 { 0 } else { bits >> drop }
    }

    /// Its first address, or its last.
    fn edge(self, last: bool) -> IpAddr {
        let free = u32::from(longest(self.first) - self.prefix);
        let network = self.network(self.prefix);
        let all = |bits: u32| if bits >= 128 { u128::MAX } else { (1 << bits) - 1 };
        let first = if free >= 128 { 0 } else { network << free };
        let bits = if last { first | all(free) } else { first };
        match self.first {
            IpAddr::V4(_) => Ipv4Addr::from(u32::try_from(bits).unwrap_or(u32::MAX)).into(),
            IpAddr::V6(_) => Ipv6Addr::from(bits).into(),
        }
    }

    /// Whether all addresses of another range are in this.
    fn contains(self, other: Self) -> bool {
        self.first.is_ipv4() == other.first.is_ipv4()
            && self.prefix <= other.prefix
            && self.network(self.prefix) == other.network(self.prefix)
    }

    /// Whether two ranges share an address.
    fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// Whether pods may have addresses of it. One address is no pod's: it has
    /// another whenever it starts.
    fn may_hold_pods(self, except: &[String]) -> bool {
        let open = |network: Self| {
            let shared = if self.contains(network) { network } else { self };
            let out = |except: &String| Self::read(except).is_some_and(|out| out.contains(shared));
            self.overlaps(network) && !except.iter().any(out)
        };
        self.prefix < longest(self.first) && OF_PODS.into_iter().any(open)
    }
}

/// The longest prefix that a range can have.
fn longest(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// Whether pods may have addresses of a range.
pub fn may_hold_pods(cidr: &str, except: &[String]) -> bool {
    Range::read(cidr).is_some_and(|range| range.may_hold_pods(except))
}

/// Whether a range is so wide that nobody means its addresses: a good part of
/// all, and those of pods among them.
pub fn is_anywhere(cidr: &str, except: &[String]) -> bool {
    Range::read(cidr).is_some_and(|range| range.prefix < 8 && range.may_hold_pods(except))
}

/// Addresses of a range that pods may have: the first and the last of each network
/// that clusters give pods addresses of.
pub fn of_pods(cidr: &str) -> Vec<IpAddr> {
    let Some(range) = Range::read(cidr).filter(|range| range.prefix < longest(range.first)) else {
        return Vec::new();
    };
    let shared = OF_PODS.into_iter().filter(|network| network.overlaps(range));
    let inner = shared.map(|network| if range.contains(network) { network } else { range });
    inner.flat_map(|range| [range.edge(false), range.edge(true)]).collect()
}

/// A range that begins in its middle, as it is written from its first address on.
pub fn beginning(cidr: &str) -> Option<String> {
    let range = Range::read(cidr)?;
    let first = range.edge(false);
    (first != range.first).then(|| format!("{first}/{}", range.prefix))
}

/// Whether all addresses of the second range are in the first.
pub fn contains(outer: &str, inner: &str) -> bool {
    Range::read(outer).zip(Range::read(inner)).is_some_and(|(outer, inner)| outer.contains(inner))
}

/// Whether two ranges share an address.
pub fn overlaps(one: &str, other: &str) -> bool {
    Range::read(one).zip(Range::read(other)).is_some_and(|(one, other)| one.overlaps(other))
}

#[cfg(test)]
mod tests {
    use super::{beginning, contains, is_anywhere, may_hold_pods, of_pods, overlaps};

    #[test]
    fn ranges_contain_ranges() {
        assert!(contains("10.0.0.0/8", "10.20.0.0/16"));
        assert!(!contains("10.20.0.0/16", "10.0.0.0/8"));
        assert!(contains("0.0.0.0/0", "192.0.2.1"));
        assert!(!contains("0.0.0.0/0", "2001:db8::/32"));
        assert!(contains("::/0", "2001:db8::/32"));
        assert!(!contains("10.0.0.0/8", "not a range"));
        assert!(overlaps("10.20.0.0/16", "10.0.0.0/8"));
        assert!(!overlaps("10.0.0.0/9", "10.128.0.0/9"));
    }

    #[test]
    fn ranges_have_ends() {
        let ends = |cidr: &str| {
            of_pods(cidr).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(ends("10.20.0.0/16"), "10.20.0.0 10.20.255.255");
        assert_eq!(ends("172.0.0.0/8"), "172.16.0.0 172.31.255.255");
        assert_eq!(ends("fd00::/8"), "fd00:: fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        assert_eq!(ends("0.0.0.0/0").split(' ').count(), 6);
        for none in ["10.0.0.1", "10.0.0.1/32", "203.0.113.0/24", "nothing"] {
            assert_eq!(ends(none), "", "{none}");
        }
        assert_eq!(beginning("10.0.0.5/8").as_deref(), Some("10.0.0.0/8"));
        assert_eq!(beginning("2001:db8::1/32").as_deref(), Some("2001:db8::/32"));
        assert_eq!(beginning("10.0.0.0/8"), None);
    }

    #[test]
    fn pods_have_private_addresses() {
        let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(str::to_owned);
        let test = ["203.0.113.0/24".to_owned()];
        assert!(may_hold_pods("10.42.0.0/16", &[]));
        assert!(may_hold_pods("0.0.0.0/0", &test));
        assert!(may_hold_pods("0.0.0.0/0", &private[..2]));
        assert!(may_hold_pods("fd00:42::/48", &[]));
        assert!(!may_hold_pods("0.0.0.0/0", &private));
        assert!(!may_hold_pods("10.42.0.0/16", &private));
        assert!(!may_hold_pods("10.0.8.15/32", &[]));
        assert!(!may_hold_pods("203.0.113.0/24", &[]));
        assert!(!may_hold_pods("not a range", &[]));
        assert!(is_anywhere("0.0.0.0/1", &[]));
        assert!(is_anywhere("0.0.0.0/0", &test));
        assert!(!is_anywhere("0.0.0.0/0", &private));
        assert!(!is_anywhere("10.0.0.0/8", &[]));
    }
}
