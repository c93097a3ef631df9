//! What a start says to the person who made it.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

use crate::contract;

/// How the owner signs in.
#[derive(Debug)]
pub enum SignIn<'a> {
    /// With a password that was made just now; shown this once.
    Generated(&'a str),
    /// With the password of the settings.
    Settings,
    /// With the password of an earlier start.
    Kept,
}

/// The banner: where everything is.
#[derive(Debug)]
pub struct Banner<'a> {
    /// Where the server listens.
    pub address: SocketAddr,
    /// The folder of the database; none where it is elsewhere.
    pub data: Option<&'a Path>,
    /// The owner's email address, and how the password was set.
    pub owner: Option<(&'a str, SignIn<'a>)>,
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = format!("http://{}", reachable(self.address));
        writeln!(formatter, "{} {}", contract::TITLE, contract::VERSION)?;
        writeln!(formatter, "  API       {base}{}", contract::BASE_PATH)?;
        writeln!(formatter, "  Docs      {base}/docs")?;
        if let Some(folder) = self.data {
            writeln!(formatter, "  Data      {}", folder.display())?;
        }
        if let Some((email, sign_in)) = &self.owner {
            writeln!(formatter, "  Owner     {email}")?;
            match sign_in {
                SignIn::Generated(password) => writeln!(
                    formatter,
                    "  Password  {password}   (generated; shown only now. OWNER_PASSWORD sets another)"
                )?,
                SignIn::Settings => writeln!(formatter, "  Password  as OWNER_PASSWORD says")?,
                SignIn::Kept => writeln!(
                    formatter,
                    "  Password  as before (OWNER_PASSWORD sets another)"
                )?,
            }
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
