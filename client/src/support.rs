//! What generated code calls: mostly ours, in the place of the crate `progenitor-client`, whose errors lose the operation
//! and, for a body that does not parse, the status.

// Public as far as generated code re-exports it.
#![allow(unreachable_pub)]

pub(crate) use contract_client::encode_path;
pub use progenitor_client::{ByteStream, ClientInfo};
pub(crate) use progenitor_client::{OperationInfo, QueryParam, RequestBuilderExt};

pub use crate::error::Error;
pub(crate) use crate::hooks::ClientHooks;
pub use crate::hooks::Inner;
pub use crate::nullable::Nullable;
pub(crate) use crate::nullable::present;
pub use crate::operation::Operation;
pub use crate::response::{Conditional, ResponseValue};
