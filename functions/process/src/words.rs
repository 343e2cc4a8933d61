//! 64 bytes of text compared at once, with the widest instructions that the processor has.

use wide::u8x64;

/// Bytes that are looked at together.
pub const WORD: usize = 64;

/// What a processor compares words of 64 bytes with.
pub trait Compare: Copy {
    /// Bytes where they are compared.
    type Word: Copy;
    /// What came of comparing each of them.
    type Mask: Copy;

    /// Takes the bytes there.
    fn load(self, bytes: &[u8; WORD]) -> Self::Word;

    /// Of each byte whether it is `byte`.
    fn same(self, word: Self::Word, byte: u8) -> Self::Mask;

    /// Of each byte whether one of both holds.
    fn either(self, one: Self::Mask, other: Self::Mask) -> Self::Mask;

    /// A bit for each byte, the first the lowest.
    fn bits(self, mask: Self::Mask) -> u64;

    /// A bit for each byte, the first the lowest: whether it is `byte`.
    #[inline(always)]
    fn equal(self, word: Self::Word, byte: u8) -> u64 {
        self.bits(self.same(word, byte))
    }

    /// The bits of both.
    fn or(self, one: Self::Word, other: Self::Word) -> Self::Word;

    /// A bit for each byte: whether it is none of ASCII.
    fn not_ascii(self, word: Self::Word) -> u64;

    /// Puts the positions of the bits set in `bits`, each and `base` together, into `positions`; what is behind them there
    /// may be written over.
    #[inline(always)]
    fn positions(self, mut bits: u64, base: u32, positions: &mut [u32; WORD]) {
        // Eight at a time without looking whether there are as many.
        for eight in positions.chunks_exact_mut(8).take(bits.count_ones().div_ceil(8) as usize) {
            for position in eight {
                *position = base + bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
            }
        }
    }
}

/// What every processor of its kind has: SSE2, or NEON.
#[derive(Clone, Copy, Debug)]
pub struct Baseline;

impl Compare for Baseline {
    type Word = u8x64;
    type Mask = u8x64;

    #[inline(always)]
    fn load(self, bytes: &[u8; WORD]) -> u8x64 {
        u8x64::new(*bytes)
    }

    #[inline(always)]
    fn same(self, word: u8x64, byte: u8) -> u8x64 {
        word.simd_eq(u8x64::splat(byte))
    }

    #[inline(always)]
    fn either(self, one: u8x64, other: u8x64) -> u8x64 {
        one | other
    }

    #[inline(always)]
    fn bits(self, mask: u8x64) -> u64 {
        mask.to_bitmask()
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

    /// For each byte the places of its bits, the lowest first; behind them zeros.
    static PLACES: [[u8; 8]; 256] = {
        let mut places = [[0; 8]; 256];
        let mut byte = 0;
        while byte < places.len() {
            let (mut bit, mut at) = (0, 0);
            while bit < 8 {
                if byte >> bit & 1 == 1 {
                    places[byte][at] = bit;
                    at += 1;
                }
                bit += 1;
            }
            byte += 1;
        }
        places
    };

    /// Half a word in a register.
    #[inline(always)]
    fn half(bytes: [u8; WORD / 2]) -> __m256i {
        pulp::cast(bytes)
    }

    impl Compare for Avx2 {
        type Word = [__m256i; 2];
        type Mask = [__m256i; 2];

        #[inline(always)]
        fn load(self, bytes: &[u8; WORD]) -> Self::Word {
            let [low, high]: [[u8; WORD / 2]; 2] = pulp::cast(*bytes);
            [half(low), half(high)]
        }

        #[inline(always)]
        fn same(self, word: Self::Word, byte: u8) -> Self::Mask {
            let wanted = self.0.avx._mm256_set1_epi8(byte.cast_signed());
            word.map(|half| self.0.avx2._mm256_cmpeq_epi8(half, wanted))
        }

        #[inline(always)]
        fn either(self, one: Self::Mask, other: Self::Mask) -> Self::Mask {
            self.or(one, other)
        }

        #[inline(always)]
        fn bits(self, mask: Self::Mask) -> u64 {
            let [low, high] = mask.map(|half| self.0.avx2._mm256_movemask_epi8(half) as u32);
            u64::from(high) << 32 | u64::from(low)
        }

        #[inline(always)]
        fn or(self, one: Self::Word, other: Self::Word) -> Self::Word {
            [self.0.avx2._mm256_or_si256(one[0], other[0]), self.0.avx2._mm256_or_si256(one[1], other[1])]
        }

        #[inline(always)]
        fn not_ascii(self, word: Self::Word) -> u64 {
            self.bits(word)
        }

        #[inline(always)]
        fn positions(self, bits: u64, base: u32, positions: &mut [u32; WORD]) {
            let eight = self.0.avx._mm256_set1_epi32(8);
            let mut base = self.0.avx._mm256_set1_epi32(base.cast_signed());
            let mut at = 0;
            // Eight for each byte, whether there are as many or not: nothing is to be guessed.
            for byte in bits.to_le_bytes() {
                let places =
                    self.0.avx2._mm256_cvtepu8_epi32(pulp::cast([PLACES[usize::from(byte)], [0; 8]]));
                let found: [u32; 8] = pulp::cast(self.0.avx2._mm256_add_epi32(places, base));
                if let Some(free) = positions[at..].first_chunk_mut() {
                    *free = found;
                }
                base = self.0.avx2._mm256_add_epi32(base, eight);
                at += byte.count_ones() as usize;
            }
        }
    }
}

/// Newer processors for servers: all bytes at once, and the positions of bits without counting them out.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub struct Avx512(pub pulp::x86::V4);

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::__m512i;

    use super::{Avx512, Compare, WORD};

    /// Positions that are in a register.
    const LANES: usize = 16;

    impl Compare for Avx512 {
        type Word = __m512i;
        type Mask = u64;

        #[inline(always)]
        fn load(self, bytes: &[u8; WORD]) -> __m512i {
            pulp::cast(*bytes)
        }

        #[inline(always)]
        fn same(self, word: __m512i, byte: u8) -> u64 {
            let wanted = self.0.avx512f._mm512_set1_epi8(byte.cast_signed());
            self.0.avx512bw._mm512_cmpeq_epi8_mask(word, wanted)
        }

        #[inline(always)]
        fn either(self, one: u64, other: u64) -> u64 {
            one | other
        }

        #[inline(always)]
        fn bits(self, mask: u64) -> u64 {
            mask
        }

        #[inline(always)]
        fn or(self, one: __m512i, other: __m512i) -> __m512i {
            self.0.avx512f._mm512_or_si512(one, other)
        }

        #[inline(always)]
        fn not_ascii(self, word: __m512i) -> u64 {
            self.0.avx512bw._mm512_movepi8_mask(word)
        }

        #[inline(always)]
        fn positions(self, bits: u64, base: u32, positions: &mut [u32; WORD]) {
            let mut at = 0;
            for lanes in 0..WORD / LANES {
                let first = lanes * LANES;
                let bits = (bits >> first) as u16;
                let all: [u32; LANES] = std::array::from_fn(|lane| base + (first + lane) as u32);
                let found = self.0.avx512f._mm512_maskz_compress_epi32(bits, pulp::cast(all));
                positions[at..at + LANES].copy_from_slice(&pulp::cast::<_, [u32; LANES]>(found));
                at += bits.count_ones() as usize;
            }
        }
    }
}

/// The instructions that are used.
#[derive(Clone, Copy, Debug)]
pub enum Processor {
    /// See [`Baseline`].
    Baseline,
    /// See [`Avx2`].
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// See [`Avx512`].
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

/// Work that compares words.
pub trait Work {
    /// What comes of it.
    type Output;

    /// Does it. Only what is inlined into it is compiled for the processor at hand.
    fn with<C: Compare>(self, compare: C) -> Self::Output;
}

impl Processor {
    /// What this processor has, the widest last.
    pub fn all() -> impl Iterator<Item = Processor> {
        #[cfg(target_arch = "x86_64")]
        let wider = [
            pulp::x86::V3::try_new().map(|found| Processor::Avx2(Avx2(found))),
            pulp::x86::V4::try_new().map(|found| Processor::Avx512(Avx512(found))),
        ];
        #[cfg(not(target_arch = "x86_64"))]
        let wider = [];
        [Some(Processor::Baseline)].into_iter().chain(wider).flatten()
    }

    /// The widest that this processor has.
    pub fn detect() -> Self {
        Processor::all().last().unwrap_or(Processor::Baseline)
    }

    /// Does `work` with its instructions.
    #[inline]
    pub fn run<W: Work>(self, work: W) -> W::Output {
        match self {
            Processor::Baseline => work.with(Baseline),
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(compare) => compare.0.vectorize(Vectorized(work, compare)),
            #[cfg(target_arch = "x86_64")]
            Processor::Avx512(compare) => compare.0.vectorize(Vectorized(work, compare)),
        }
    }
}

#[cfg(target_arch = "x86_64")]
struct Vectorized<W, C>(W, C);

#[cfg(target_arch = "x86_64")]
impl<W: Work, C: Compare> pulp::NullaryFnOnce for Vectorized<W, C> {
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
        type Output = ([u64; 3], Vec<u32>);

        fn with<C: Compare>(self, compare: C) -> Self::Output {
            let word = compare.load(self.0);
            let equal = compare.equal(word, self.1);
            let either = compare.bits(compare.either(compare.same(word, self.1), compare.same(word, b'\n')));
            let mut positions = [u32::MAX; WORD];
            compare.positions(equal, 1000, &mut positions);
            let positions = positions[..equal.count_ones() as usize].to_vec();
            ([equal, either, compare.not_ascii(compare.or(compare.load(&[0; WORD]), word))], positions)
        }
    }

    proptest! {
        /// Every processor sees the same bits, those of the bytes one by one.
        #[test]
        fn bits_are_those_of_the_bytes(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b','), Just(b'\n')], WORD), byte in prop_oneof![any::<u8>(), Just(b',')]) {
            let bytes: [u8; WORD] = bytes.try_into().unwrap();
            let bits = |is: &dyn Fn(u8) -> bool| (0..WORD).map(|at| u64::from(is(bytes[at])) << at).sum::<u64>();
            let either = bits(&|other| other == byte || other == b'\n');
            let masks = [bits(&|other| other == byte), either, bits(&|other| other >= 0x80)];
            let positions: Vec<u32> = (0..).zip(bytes).filter(|(_, other)| *other == byte).map(|(at, _)| 1000 + at).collect();
            for processor in Processor::all() {
                prop_assert_eq!(processor.run(Masks(&bytes, byte)), (masks, positions.clone()));
            }
        }
    }
}
