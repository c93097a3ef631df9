//! Who is calling: the client's network address, and which proxies may speak for it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use http::HeaderMap;

/// The address of the client that sent a request, as a request extension.
///
/// The middleware sets it from the connection, or from `X-Forwarded-For` if the connection comes from a
/// trusted proxy. A front end that knows the client by other means (a gateway's event) sets the extension
/// before the middleware runs, and the middleware keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address of a client that nothing is known of: all such clients count as one.
    pub const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

    /// The address that limits are counted by: an IPv4 address as it is (also when it is written as an
    /// IPv4-mapped IPv6 address), an IPv6 address as its /64.
    ///
    /// Within a /64 a client takes whatever address it likes (RFC 4291, section 2.5.4). A site, also a home, should be
    /// given more than one (RFC 6177, which leaves open how many), and who is has each limit as often: 256 times with a
    /// /56, 65,536 times with a /48. It is a /64 all the same because a mobile network gives each phone's connection one
    /// of its own (RFC 6459, section 5.2), as a rule no more, and the next ones are strangers': counted by more, they
    /// would lock each other out.
    pub fn network(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V6(address) => {
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
            }
            v4 => v4,
        }
    }
}

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A network in CIDR notation, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// Leading bits that count, 0..=32 or 0..=128.
    prefix: u8,
}

impl Network {
    /// Whether `address` lies in this network. IPv4-mapped IPv6 addresses count as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.prefix);
                let mask = u32::MAX.checked_shl(shift).unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.prefix);
                let mask = u128::MAX.checked_shl(shift).unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

/// Why a text is not a [`Network`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotANetwork(String);

impl fmt::Display for NotANetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is neither an IP address nor a network such as 10.0.0.0/8",
            self.0
        )
    }
}

impl std::error::Error for NotANetwork {}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let refuse = || NotANetwork(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address = address.parse::<IpAddr>().map_err(|_| refuse())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(prefix) => prefix
                .parse::<u8>()
                .ok()
                .filter(|prefix| *prefix <= longest)
                .ok_or_else(refuse)?,
        };
        Ok(Self { address, prefix })
    }
}

/// The proxies whose `X-Forwarded-For` is believed. None by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    /// Believes the proxies in these networks and no other.
    pub fn new(networks: impl IntoIterator<Item = Network>) -> Self {
        Self(networks.into_iter().collect())
    }

    /// Whether `address` is one of the proxies.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// The client of a request that came over a connection from `peer`.
    ///
    /// Every proxy appends the address that it was called from, so the header is believed from its right
    /// end for as long as the addresses are proxies of ours: the first that is not is the client. What
    /// stands further left was written by that client and is worth nothing. An entry that is no address
    /// ends the walk too, and the proxy that passed it on stands for the client.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let mut known = peer.to_canonical();
        if self.0.is_empty() || !self.trusts(known) {
            return ClientAddress(known);
        }
        let hops = headers
            .get_all("x-forwarded-for")
            .into_iter()
            .rev()
            .flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
        for hop in hops {
            match std::str::from_utf8(hop).ok().and_then(forwarded_address) {
                None => break,
                Some(address) => {
                    known = address;
                    if !self.trusts(address) {
                        break;
                    }
                }
            }
        }
        ClientAddress(known)
    }
}

/// One entry of `X-Forwarded-For`: an address, which some proxies give a port or, if IPv6, brackets.
fn forwarded_address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop
        .strip_prefix('[')
        .and_then(|hop| hop.strip_suffix(']'))
        .unwrap_or(hop);
    bare.parse::<IpAddr>()
        .or_else(|_| hop.parse::<std::net::SocketAddr>().map(|hop| hop.ip()))
        .ok()
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn forwarded(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn networks_hold_their_addresses_and_no_other() {
        for (net, address, inside) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.1.2.3/8", "10.9.9.9", true),
            ("192.168.1.1", "192.168.1.1", true),
            ("192.168.1.1", "192.168.1.2", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db8::1", true),
        ] {
            assert_eq!(
                network(net).contains(ip(address)),
                inside,
                "{address} in {net}"
            );
        }
    }

    #[test]
    fn a_text_that_is_no_network_is_refused() {
        for text in [
            "",
            "*",
            "10.0.0.0/33",
            "::1/129",
            "10.0.0.0/-1",
            "10.0.0.0/",
            "proxy",
            "10.0.0/8",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        assert_eq!(
            "proxy".parse::<Network>().unwrap_err().to_string(),
            "\"proxy\" is neither an IP address nor a network such as 10.0.0.0/8"
        );
    }

    #[test]
    fn a_forwarded_address_is_not_believed_from_a_stranger() {
        let headers = forwarded(&["198.51.100.7"]);
        let peer = ip("203.0.113.9");
        assert_eq!(
            TrustedProxies::default().client(peer, &headers),
            ClientAddress(peer)
        );
        let proxies = TrustedProxies::new([network("10.0.0.0/8")]);
        assert_eq!(proxies.client(peer, &headers), ClientAddress(peer));
    }

    #[test]
    fn the_right_most_address_that_is_no_proxy_is_the_client() {
        let proxies = TrustedProxies::new([network("10.0.0.0/8"), network("2001:db8::/32")]);
        for (values, client) in [
            (&["198.51.100.7"][..], "198.51.100.7"),
            (&["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
            (&["1.1.1.1, 198.51.100.7, 10.0.0.2"], "198.51.100.7"),
            (&["1.1.1.1", "198.51.100.7,10.0.0.2"], "198.51.100.7"),
            (&["198.51.100.7:4711"], "198.51.100.7"),
            (
                &["[2001:470::1]:4711, [2001:db8::5], 2001:db8::6"],
                "2001:470::1",
            ),
            (&["::ffff:198.51.100.7"], "198.51.100.7"),
            (&["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            (&["198.51.100.7, unknown, 10.0.0.2"], "10.0.0.2"),
            (&[""], "10.0.0.1"),
            (&[], "10.0.0.1"),
        ] {
            assert_eq!(
                proxies.client(ip("::ffff:10.0.0.1"), &forwarded(values)),
                ClientAddress(ip(client)),
                "{values:?}"
            );
        }
    }

    #[test]
    fn limits_count_ipv6_by_its_64_bit_network() {
        assert_eq!(
            ClientAddress(ip("2001:db8:1:2:3:4:5:6")).network(),
            ip("2001:db8:1:2::")
        );
        assert_eq!(
            ClientAddress(ip("203.0.113.9")).network(),
            ip("203.0.113.9")
        );
        assert_eq!(
            ClientAddress(ip("::ffff:203.0.113.9")).network(),
            ip("203.0.113.9")
        );
    }
}
