//! For tests: contracts to try the generator with, and what must hold of each.
//!
//! The generator's own tests, fuzzing (`codegen/fuzz/`) and the commands that write its golden files share it. [`edited`]
//! makes contracts of any bytes, [`property`] is what holds of every text that is given as a contract, [`fuzzed`] is what
//! each fuzz target tries, and [`gateway`] is how the golden definition of an API gateway is made.
//!
//! The judge (`codegen/judge/`) knows nothing of the generator, and so has no room for it.

mod bases;
pub mod edited;
pub mod fuzzed;
pub mod gateway;
pub mod property;
