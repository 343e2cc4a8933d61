//! The fast path, the careful path, pieces and splits, held against each other over whatever the fuzzer thinks of.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../functions/process/tests/process/support/mod.rs"]
mod support;

fuzz_target!(|bytes: &[u8]| support::laws::hold(&support::case::Case::of_bytes(bytes)));
