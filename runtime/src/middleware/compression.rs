//! Compression of responses.

use http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, DefaultPredicate, Predicate, SizeAbove};

/// Bytes below which compression is not worth its while: they fit a packet as they are.
const SMALLEST: u16 = 1_024;

type Check = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// gzip, at a level for content made on the fly.
pub(super) fn layer() -> CompressionLayer<And<And<DefaultPredicate, SizeAbove>, Check>> {
    let check: Check = has_no_strong_tag;
    CompressionLayer::new()
        .gzip(true)
        .quality(tower_http::CompressionLevel::Fastest)
        .compress_when(
            DefaultPredicate::new()
                .and(SizeAbove::new(SMALLEST))
                .and(check),
        )
}

/// A strong entity tag names the very bytes of a response.
fn has_no_strong_tag(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers
        .get(header::ETAG)
        .is_some_and(|tag| tag.as_bytes().starts_with(b"\""))
}
