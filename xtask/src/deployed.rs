//! What is deployed, and how it is built.

/// The function's package.
pub(crate) const PACKAGE: &str = "portfolio-server";

/// Its features, as server/Cargo.toml tells cargo-lambda: neither database nor identity provider inside.
pub(crate) const FEATURES: [&str; 3] = ["--no-default-features", "--features", "docs"];

/// What cargo is told to build it.
pub(crate) fn arguments() -> Vec<&'static str> {
    [&["--package", PACKAGE][..], &FEATURES].concat()
}
