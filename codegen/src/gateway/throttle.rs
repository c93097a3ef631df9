//! How much the gateway lets through.

use crate::model::Contract;

/// A token bucket before one operation, for all clients together (API Gateway developer guide, "Throttle requests").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Throttle {
    /// The path, with the contract's base path and parameters in braces.
    pub path: String,
    /// In capitals, such as `GET`.
    pub method: &'static str,
    /// Requests a second that are let through for good.
    pub rate: u32,
    /// Requests that are let through at once.
    pub burst: u32,
}

/// One throttle for each operation with a rate limit, in the contract's order. The rate is that of so many clients at their
/// limit, rounded up; the burst lets one client use its whole window at once, as the contract does.
pub(super) fn throttles(contract: &Contract, clients: u32) -> Vec<Throttle> {
    let limited = contract.operations.iter().filter_map(|operation| {
        let limit = contract.limits.get(operation.limit?)?;
        let rate = (u64::from(limit.requests) * u64::from(clients)).div_ceil(limit.seconds.into());
        let rate = u32::try_from(rate).unwrap_or(u32::MAX).max(1);
        Some(Throttle {
            path: operation.path.clone(),
            method: operation.method,
            rate,
            burst: limit.requests.max(rate),
        })
    });
    limited.collect()
}
