//! What a request costs the services behind it, added up while it is answered.
//!
//! Whoever makes a call that is paid for adds its price here, and [`wrap`](crate::middleware::wrap) writes the sum into
//! the request's line in the log. The sum belongs to the request's task: what is awaited or joined within the request
//! counts, a future given to `tokio::spawn` does not. Outside of a request nothing is added.

use std::cell::Cell;

/// Request units of a database (DynamoDB developer guide, "On-demand capacity mode"). Halves exist.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Consumption {
    /// Read request units.
    pub read: f64,
    /// Write request units.
    pub write: f64,
}

tokio::task_local! {
    static REQUEST: Cell<Consumption>;
}

/// Adds read request units to the current request's.
pub fn add_read(units: f64) {
    add(|sum| sum.read += units);
}

/// Adds write request units to the current request's.
pub fn add_write(units: f64) {
    add(|sum| sum.write += units);
}

fn add(change: impl FnOnce(&mut Consumption)) {
    // Without a request there is nobody to tell.
    let _ = REQUEST.try_with(|cell| {
        let mut sum = cell.get();
        change(&mut sum);
        cell.set(sum);
    });
}

/// Runs a request, whose consumption begins at nothing.
pub(crate) fn of_request<F: Future>(request: F) -> impl Future<Output = F::Output> {
    REQUEST.scope(Cell::default(), request)
}

/// What the current request has consumed so far; nothing outside of one.
pub(crate) fn so_far() -> Consumption {
    REQUEST.try_with(Cell::get).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn futures_of_a_request_add_up_and_requests_do_not_mix() {
        let request = |units: f64| {
            of_request(async move {
                let call = async {
                    tokio::task::yield_now().await;
                    add_read(units);
                };
                tokio::join!(call, async {
                    add_write(2.0 * units);
                    tokio::task::yield_now().await;
                    add_read(0.5);
                });
                so_far()
            })
        };
        let (one, other) = tokio::join!(request(1.0), request(10.0));
        assert_eq!((one.read, one.write), (1.5, 2.0));
        assert_eq!((other.read, other.write), (10.5, 20.0));
    }

    #[tokio::test]
    async fn what_is_given_up_keeps_what_it_consumed() {
        let sum = of_request(async {
            let slow = async {
                add_read(3.0);
                std::future::pending::<()>().await;
            };
            let patience = std::time::Duration::from_millis(1);
            assert!(tokio::time::timeout(patience, slow).await.is_err());
            so_far()
        });
        assert_eq!(sum.await.read, 3.0);
    }

    #[tokio::test]
    async fn outside_of_a_request_nothing_is_added() {
        add_read(1.0);
        assert_eq!(so_far(), Consumption::default());
        let spawned = of_request(async {
            let task = tokio::spawn(async { add_write(1.0) });
            task.await.unwrap();
            so_far()
        });
        assert_eq!(spawned.await, Consumption::default());
    }
}
