//! 64 bytes of text compared at once, with the widest instructions that the processor has.

use wide::u8x64;

/// Bytes that are looked at together.
pub const WORD: usize = 64;

/// What a processor compares words of 64 bytes with.
pub trait Compare: Copy {
    /// Bytes where they are compared.
    type Word: Copy;

    /// Takes the bytes there.
    fn load(self, bytes: &[u8; WORD]) -> Self::Word;

    /// A bit for each byte, the first the lowest: whether it is `byte`.
    fn equal(self, word: Self::Word, byte: u8) -> u64;

    /// The bits of both.
    fn or(self, one: Self::Word, other: Self::Word) -> Self::Word;

    /// A bit for each byte: whether it is none of ASCII.
    fn not_ascii(self, word: Self::Word) -> u64;
}

/// What every processor of its kind has: SSE2, or NEON.
#[derive(Clone, Copy, Debug)]
pub struct Baseline;

impl Compare for Baseline {
    type Word = u8x64;

    #[inline(always)]
    fn load(self, bytes: &[u8; WORD]) -> u8x64 {
        u8x64::new(*bytes)
    }

    #[inline(always)]
    fn equal(self, word: u8x64, byte: u8) -> u64 {
        word.simd_eq(u8x64::splat(byte)).to_bitmask()
    }

    #[inline(always)]
    fn or(self, one: u8x64, other: u8x64) -> u8x64 {
        one | other
    }

    #[inline(always)]
    fn not_ascii(self, word: u8x64) -> u64 {
        word.to_bitmask()
    }
}

/// x86-64 since 2013, and every such processor of AWS Lambda: 32 bytes at a time, and instructions that pick single bits.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub struct Avx2(pub pulp::x86::V3);

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::__m256i;

    use super::{Avx2, Compare, WORD};

    /// Half a word in a register.
    #[inline(always)]
    fn half(bytes: [u8; WORD / 2]) -> __m256i {
        pulp::cast(bytes)
    }

    impl Avx2 {
        #[inline(always)]
        fn bits(self, halves: [__m256i; 2]) -> u64 {
            let [low, high] = halves.map(|half| self.0.avx2._mm256_movemask_epi8(half) as u32);
            u64::from(high) << 32 | u64::from(low)
        }
    }

    impl Compare for Avx2 {
        type Word = [__m256i; 2];

        #[inline(always)]
        fn load(self, bytes: &[u8; WORD]) -> Self::Word {
            let [low, high]: [[u8; WORD / 2]; 2] = pulp::cast(*bytes);
            [half(low), half(high)]
        }

        #[inline(always)]
        fn equal(self, word: Self::Word, byte: u8) -> u64 {
            let wanted = self.0.avx._mm256_set1_epi8(byte.cast_signed());
            self.bits(word.map(|half| self.0.avx2._mm256_cmpeq_epi8(half, wanted)))
        }

        #[inline(always)]
        fn or(self, one: Self::Word, other: Self::Word) -> Self::Word {
            [self.0.avx2._mm256_or_si256(one[0], other[0]), self.0.avx2._mm256_or_si256(one[1], other[1])]
        }

        #[inline(always)]
        fn not_ascii(self, word: Self::Word) -> u64 {
            self.bits(word)
        }
    }
}

/// The widest instructions that this processor has.
#[derive(Clone, Copy, Debug)]
pub enum Processor {
    /// See [`Baseline`].
    Baseline,
    /// See [`Avx2`].
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
}

/// Work that compares words.
pub trait Work {
    /// What comes of it.
    type Output;

    /// Does it. Only what is inlined into it is compiled for the processor at hand.
    fn with<C: Compare>(self, compare: C) -> Self::Output;
}

impl Processor {
    /// This one.
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(found) = pulp::x86::V3::try_new() {
            return Processor::Avx2(Avx2(found));
        }
        Processor::Baseline
    }

    /// Does `work` with its instructions.
    #[inline]
    pub fn run<W: Work>(self, work: W) -> W::Output {
        match self {
            Processor::Baseline => work.with(Baseline),
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(compare) => compare.0.vectorize(Vectorized(work, compare)),
        }
    }
}

#[cfg(target_arch = "x86_64")]
struct Vectorized<W>(W, Avx2);

#[cfg(target_arch = "x86_64")]
impl<W: Work> pulp::NullaryFnOnce for Vectorized<W> {
    type Output = W::Output;

    #[inline(always)]
    fn call(self) -> W::Output {
        self.0.with(self.1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Masks<'a>(&'a [u8; WORD], u8);

    impl Work for Masks<'_> {
        type Output = [u64; 2];

        fn with<C: Compare>(self, compare: C) -> [u64; 2] {
            let word = compare.load(self.0);
            [compare.equal(word, self.1), compare.not_ascii(compare.or(compare.load(&[0; WORD]), word))]
        }
    }

    proptest! {
        /// Every processor sees the same bits, those of the bytes one by one.
        #[test]
        fn bits_are_those_of_the_bytes(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b',')], WORD), byte in prop_oneof![any::<u8>(), Just(b',')]) {
            let bytes: [u8; WORD] = bytes.try_into().unwrap();
            let bits = |is: &dyn Fn(u8) -> bool| (0..WORD).map(|at| u64::from(is(bytes[at])) << at).sum::<u64>();
            let expected = [bits(&|other| other == byte), bits(&|other| other >= 0x80)];
            for processor in [Processor::Baseline, Processor::detect()] {
                prop_assert_eq!(processor.run(Masks(&bytes, byte)), expected);
            }
        }
    }
}
