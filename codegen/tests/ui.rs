//! What a service forgets does not compile, and the compiler says what it was.
//!
//! `TRYBUILD=overwrite cargo test -p contract-codegen --test ui` writes the messages anew.

#[test]
fn what_is_forgotten_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
