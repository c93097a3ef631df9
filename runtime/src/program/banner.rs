//! What a start says to the person who made it.

use std::fmt;
use std::net::SocketAddr;

use crate::description::Description;

/// The banner: where everything is.
#[derive(Debug)]
pub(super) struct Banner<'a> {
    pub(super) description: Description,
    /// Where the server listens.
    pub(super) address: SocketAddr,
    /// Whether there is a page that shows the contract.
    pub(super) docs: bool,
    /// The service's own lines.
    pub(super) lines: &'a [(&'static str, String)],
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = format!("http://{}", reachable(self.address));
        let Description {
            title,
            version,
            base_path,
            ..
        } = self.description;
        writeln!(formatter, "{title} {version}")?;
        writeln!(formatter, "  API       {base}{base_path}")?;
        if self.docs {
            writeln!(formatter, "  Docs      {base}/docs")?;
        }
        for (name, text) in self.lines {
            writeln!(formatter, "  {name:<9} {text}")?;
        }
        Ok(())
    }
}

/// An address that a browser can open: "all addresses" is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        let loopback: std::net::IpAddr = match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        };
        address.set_ip(loopback);
    }
    address
}
