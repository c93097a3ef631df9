//! What the gateway answers by itself, without the function.

use http::StatusCode;

use super::Tree;

/// A header of an answer; the value is a mapping expression of API Gateway, text in single quotes.
type Header = (&'static str, &'static str);

/// Seconds after which a client may come again: the bucket of a throttle fills within one.
const RETRY: Header = ("Retry-After", "'1'");
/// RFC 9110, section 11.6.1. What was wrong with the token the gateway does not tell.
const CHALLENGE: Header = ("WWW-Authenticate", "'Bearer'");

/// On every answer. Pages of other origins are to read these errors as they read the function's. The gateway cannot look an
/// origin up in a list, so it names whichever asked: these texts are the same for everybody and hold nothing of anybody.
const COMMON: [Header; 7] = [
    (
        "Access-Control-Allow-Origin",
        "method.request.header.Origin",
    ),
    ("Access-Control-Allow-Credentials", "'true'"),
    (
        "Access-Control-Expose-Headers",
        "'Retry-After, WWW-Authenticate, X-Request-Id'",
    ),
    ("Cache-Control", "'no-store'"),
    ("Vary", "'origin'"),
    ("X-Content-Type-Options", "'nosniff'"),
    ("X-Request-Id", "context.requestId"),
];

const FORBIDDEN: &str = "This request is not allowed.";
const INTERNAL: &str = "Something went wrong on our side; the request id names it in our log.";
const UNAVAILABLE: &str = "The service is not available for the moment; try again soon.";
const UNKNOWN_PATH: &str = "No such path.";
const TOO_MANY: &str = "Too many requests; try again in 1 second.";

/// Every response type of a REST API (API Gateway developer guide, "Gateway response types"). The two defaults stand for
/// types yet to come, and `DEFAULT_5XX` also for a function that failed or was throttled. Statuses that contracts do not
/// declare become those that they do: an unknown path is no missing token, a gateway's timeout is no 504.
const TYPES: [(&str, u16, &str, &[Header]); 21] = [
    ("ACCESS_DENIED", 403, FORBIDDEN, &[]),
    ("API_CONFIGURATION_ERROR", 500, INTERNAL, &[]),
    ("AUTHORIZER_CONFIGURATION_ERROR", 500, INTERNAL, &[]),
    ("AUTHORIZER_FAILURE", 500, INTERNAL, &[]),
    (
        "BAD_REQUEST_BODY",
        400,
        "The body of the request is not valid.",
        &[],
    ),
    (
        "BAD_REQUEST_PARAMETERS",
        400,
        "The parameters of the request are not valid.",
        &[],
    ),
    ("DEFAULT_4XX", 400, "The request is not valid.", &[]),
    ("DEFAULT_5XX", 500, INTERNAL, &[]),
    ("EXPIRED_TOKEN", 401, "The token has expired.", &[CHALLENGE]),
    ("INTEGRATION_FAILURE", 503, UNAVAILABLE, &[RETRY]),
    ("INTEGRATION_TIMEOUT", 503, UNAVAILABLE, &[RETRY]),
    ("INVALID_API_KEY", 403, FORBIDDEN, &[]),
    ("INVALID_SIGNATURE", 403, FORBIDDEN, &[]),
    ("MISSING_AUTHENTICATION_TOKEN", 404, UNKNOWN_PATH, &[]),
    ("QUOTA_EXCEEDED", 429, TOO_MANY, &[RETRY]),
    (
        "REQUEST_TOO_LARGE",
        413,
        "The request is larger than 10 MB.",
        &[],
    ),
    ("RESOURCE_NOT_FOUND", 404, UNKNOWN_PATH, &[]),
    ("THROTTLED", 429, TOO_MANY, &[RETRY]),
    (
        "UNAUTHORIZED",
        401,
        "This operation needs a valid token.",
        &[CHALLENGE],
    ),
    (
        "UNSUPPORTED_MEDIA_TYPE",
        415,
        "Send the body as application/json.",
        &[],
    ),
    ("WAF_FILTERED", 403, FORBIDDEN, &[]),
];

/// The value of `x-amazon-apigateway-gateway-responses`.
pub(super) fn responses(error: fn(u16, &str, &str) -> String) -> Tree {
    Tree::map(TYPES.into_iter().map(|(kind, status, message, own)| {
        let reason = StatusCode::from_u16(status).ok();
        let reason = reason.and_then(|status| status.canonical_reason());
        let body = error(status, reason.unwrap_or("Error"), message);
        let mut headers: Vec<Header> = COMMON.into_iter().chain(own.iter().copied()).collect();
        headers.sort_unstable();
        let headers = headers.into_iter().map(|(name, value)| {
            let name = format!("gatewayresponse.header.{name}");
            (name, Tree::text(value))
        });
        let response = Tree::map([
            ("statusCode", Tree::text(status.to_string())),
            ("responseParameters", Tree::Map(headers.collect())),
            (
                "responseTemplates",
                Tree::map([("application/json", Tree::Text(body))]),
            ),
        ]);
        (kind, response)
    }))
}
