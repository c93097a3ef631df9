//! Attempts whose answers were lost: what they asked for may have been done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::interceptors::FinalizerInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;

/// Listens to the attempts of one call, which the SDK makes by itself: its interceptor. Clones listen for the same call.
///
/// Who answers a refused condition with "refused" must ask it first: the condition may be refused because an attempt whose
/// answer was lost has been carried out, and another write came after it; or such an attempt may still arrive.
#[derive(Debug, Clone, Default)]
pub struct LostAnswers(Arc<AtomicBool>);

impl LostAnswers {
    /// Whether an attempt ended without an answer, or with one that does not say what was done: a status from 500 on, or a
    /// success that broke off before its end and that the SDK tries again like any other.
    pub fn any(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Intercept for LostAnswers {
    fn name(&self) -> &'static str {
        "LostAnswers"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let refused = |response: &HttpResponse| response.status().is_client_error();
        let is_settled = context.response().is_some_and(refused)
            || context
                .output_or_error()
                .is_some_and(|result| result.is_ok());
        if !is_settled {
            self.0.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}
