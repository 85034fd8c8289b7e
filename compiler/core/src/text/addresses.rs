//! Addresses as numbers, and lists of ranges of them.

use std::net::IpAddr;
use std::ops::RangeInclusive;

/// An address as a number.
pub fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The ranges of a list, each from its first address to its last; none when one
/// can't be read.
pub fn ranges(list: &str) -> Option<Vec<RangeInclusive<u128>>> {
    list.split(',')
        .map(|range| {
            let range = range.trim();
            if let Some((address, prefix)) = range.split_once('/') {
                let address = address.trim().parse::<IpAddr>().ok()?;
                let bits: u32 = if address.is_ipv4() { 32 } else { 128 };
                let host = bits.checked_sub(prefix.trim().parse::<u32>().ok()?)?;
                let last = 1_u128.checked_shl(host).map_or(u128::MAX, |size| size - 1);
                let first = number(address) & !last;
                Some(first..=first | last)
            } else if let Some((first, last)) = range.split_once('-') {
                let (first, last): (IpAddr, IpAddr) =
                    (first.trim().parse().ok()?, last.trim().parse().ok()?);
                let both = number(first)..=number(last);
                (first.is_ipv4() == last.is_ipv4() && !both.is_empty()).then_some(both)
            } else {
                let address = number(range.parse().ok()?);
                Some(address..=address)
            }
        })
        .collect()
}
