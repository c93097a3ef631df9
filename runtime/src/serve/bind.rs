//! Why a server cannot listen.

use std::fmt;
use std::io;

/// Why a server cannot have its address.
#[derive(Debug)]
#[non_exhaustive]
pub enum BindError {
    /// Somebody else listens there.
    InUse(String),
    /// This user may not listen there: a port below 1024, as a rule.
    NotPermitted(String),
    /// The host is not a name or address of this machine.
    BadHost(String, io::Error),
    /// Anything else.
    Other(String, io::Error),
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(address) => {
                write!(f, "{address} is in use by another process")
            }
            Self::NotPermitted(address) => write!(f, "no permission to listen on {address}"),
            Self::BadHost(address, cause) => {
                write!(f, "{address} is not an address of this machine: {cause}")
            }
            Self::Other(address, cause) => write!(f, "cannot listen on {address}: {cause}"),
        }
    }
}

impl std::error::Error for BindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::BadHost(_, cause) | Self::Other(_, cause) => Some(cause),
            Self::InUse(_) | Self::NotPermitted(_) => None,
        }
    }
}
