//! Who asks for what: the assumptions.

use super::Function;

/// An operation's part in the traffic.
pub(super) struct Operation {
    /// Its `operationId`.
    pub(super) name: &'static str,
    /// Of all requests.
    pub(super) share: f64,
    /// What it costs in request units: the row of the budget test.
    pub(super) row: &'static str,
    /// What goes out, with headers and compressed.
    pub(super) bytes: f64,
    /// Items that it leaves in the table until they expire.
    pub(super) marks: f64,
}

const fn operation(name: &'static str, share: f64, row: &'static str, bytes: f64) -> Operation {
    Operation {
        name,
        share,
        row,
        bytes,
        marks: 0.0,
    }
}

const fn marking(name: &'static str, share: f64, row: &'static str) -> Operation {
    Operation {
        marks: 1.0,
        ..operation(name, share, row, 600.0)
    }
}

const LIST: &str = "list of 20 among 1000: /blog/posts";

/// Readers: a page is a list or an item, most pages count a visit and a view, and half of the visits are new ones. Lists are
/// of 20 among 1,000 published items, the most expensive ones that the budget test knows. The owner is one in a thousand.
pub(super) const MIX: [Operation; 15] = [
    operation("listBlogPosts", 0.18, LIST, 9_000.0),
    operation("listProjects", 0.10, LIST, 9_000.0),
    operation("listCertifications", 0.05, LIST, 9_000.0),
    operation("listBlogCategories", 0.05, "categories among 1000", 800.0),
    operation("getBlogPost", 0.20, "get blog", 2_500.0),
    operation("getProject", 0.06, "get project", 2_500.0),
    operation("getVisitorCount", 0.05, "count of visits", 500.0),
    operation("getContentViewCount", 0.05, "views of blog", 600.0),
    marking("trackVisit", 0.06, "new visit"),
    operation("trackVisit", 0.06, "repeated visit", 500.0),
    marking("trackContentView", 0.07, "new view of blog"),
    operation("trackContentView", 0.069, "repeated view of blog", 500.0),
    operation("updateBlogPost", 0.0004, "update blog", 2_500.0),
    operation("publishBlogPost", 0.0001, "publish blog", 2_500.0),
    operation(
        "getDailyVisitorTrends",
        0.0005,
        "90 days of trends",
        1_500.0,
    ),
];

/// Of the function: the template's memory, and an **assumed** duration, of which most is waiting for DynamoDB (two calls of
/// some 4 ms). The handling itself is under 1 ms. Read what is billed in a deployment's logs and try it with the flags.
pub(super) const FUNCTION: Function = Function {
    duration_ms: 12.0,
    memory_mb: 256.0,
};

/// Of requests, answered with 4xx.
pub(super) const CLIENT_ERRORS: f64 = 0.01;

/// Bytes that CloudWatch adds to each event it stores ("PutLogEvents").
const EVENT: f64 = 26.0;
/// A request's line with metrics by operation, as long as the server writes it.
pub(super) const FUNCTION_LINE: f64 = 590.0 + EVENT;
/// Lambda's own lines of an invocation, start and report, by the guide's examples ("Lambda Telemetry API").
pub(super) const PLATFORM_LINES: f64 = 170.0 + 560.0 + 2.0 * EVENT;
/// API Gateway's access log in the template's format, filled in.
pub(super) const ACCESS_LINE: f64 = 560.0 + EVENT;
/// How long logs are kept.
pub(super) const LOGS_MONTHS: f64 = 1.0;

/// A thousand items of some KB, their index, and the counters.
pub(super) const CONTENT_GB: f64 = 0.01;
/// An item that says that a visit or view was counted, its keys, and what DynamoDB adds (100 bytes). It expires within days:
/// a month is more than it is kept.
pub(super) const MARK: f64 = 250.0;

/// DynamoDB asks for the table's key every five minutes at most ("DynamoDB encryption at rest: usage notes").
pub(super) const KEY_CALLS: f64 = 730.0 * 12.0;
