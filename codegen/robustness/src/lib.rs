//! For tests: what fuzzing (`cargo xtask fuzz`) and the tests that repeat its inputs share.
//!
//! [`corpus`] has the inputs that are kept, and [`fuzz_target`] makes the program that tries any. What tries the generator
//! is the feature `generator`: [`contracts`] says what an input stands for, by fuzz target, and [`property`] what holds of
//! every text that is given as a contract.
//!
//! [`golden`] is no part of that: it is how a golden file is made, which the generator's tests and `cargo xtask regen` need,
//! and it is here since this is the package that both use.

#[cfg(feature = "generator")]
mod bases;
#[cfg(feature = "generator")]
pub mod contracts;
pub mod corpus;
#[cfg(feature = "generator")]
pub mod golden;
#[doc(hidden)]
pub mod program;
#[cfg(feature = "generator")]
pub mod property;
