//! The fast and the careful path, held against each other over anything a split may hold.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::cases;
use crate::support::case::Case;
use crate::support::laws;

proptest! {
    #![proptest_config(cases(4096))]

    /// Whatever the table and the bytes are, and wherever pieces and splits end: both paths count the same,
    /// reading by reading, and every byte, row and reading is accounted for.
    #[test]
    fn both_paths_agree_on_anything(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        laws::hold(&Case::of_bytes(&bytes));
    }
}

/// The same with bytes that nobody chose, for as many seconds as `FUZZ_SECONDS` says: what the fuzz target
/// does where there is no fuzzer. `FUZZ_FILE` names a file that one of them has left.
#[test]
fn both_paths_agree_for_some_seconds() {
    if let Some(file) = std::env::var_os("FUZZ_FILE") {
        let case = Case::of_bytes(&std::fs::read(file).unwrap());
        eprintln!("{case:#?}\n{}", String::from_utf8_lossy(&case.text));
        return laws::hold(&case);
    }
    let seconds = std::env::var("FUZZ_SECONDS").map_or(5, |text| text.parse().unwrap());
    let begin = Instant::now();
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let (mut random, mut read) = (SplitMix(seed), 0_u64);
    while begin.elapsed() < Duration::from_secs(seconds) {
        let length = 48 + random.next() as usize % 600;
        let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        if std::panic::catch_unwind(|| laws::hold(&Case::of_bytes(&bytes))).is_err() {
            let (_, path) = tempfile::NamedTempFile::with_prefix("paths-").unwrap().keep().unwrap();
            std::fs::write(&path, &bytes).unwrap();
            panic!("the paths differ; see it again with FUZZ_FILE={}", path.display());
        }
        read += 1;
    }
    eprintln!("{read} texts in {seconds} s");
}

/// Sebastiano Vigna's SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>).
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ value >> 31
    }
}
