//! The stations of a split, and the sums of each.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use shared::Summary;

/// Bytes of a name that tell it from most others.
const KEY: usize = 16;
/// Names that are found without hashing all of them; a power of two.
const REMEMBERED: usize = 1 << 11;

/// Sums by station. A station is its name's bytes as the file has them.
pub struct Stations {
    /// Those found last, each in the one place that its first bytes and its length give it.
    remembered: Vec<Remembered>,
    positions: HashMap<Box<[u8]>, usize, RandomState>,
    names: Vec<Box<[u8]>>,
    summaries: Vec<Summary>,
}

#[derive(Clone, Copy)]
struct Remembered {
    key: u128,
    length: usize,
    position: usize,
}

impl Default for Stations {
    fn default() -> Self {
        Stations {
            // No name is that long, so an empty place is never taken for a name.
            remembered: vec![Remembered { key: 0, length: usize::MAX, position: 0 }; REMEMBERED],
            positions: HashMap::default(),
            names: Vec::new(),
            summaries: Vec::new(),
        }
    }
}

impl Stations {
    /// Position of the station whose name is `text[start..end]`.
    #[inline]
    pub fn find(&mut self, text: &[u8], start: usize, end: usize) -> usize {
        let (key, length) = (key(text, start, end), end - start);
        let place = place(key, length);
        let known = self.remembered[place];
        if known.key == key
            && known.length == length
            && (length <= KEY || *self.names[known.position] == text[start..end])
        {
            return known.position;
        }
        let position = self.look_up(&text[start..end]);
        self.remembered[place] = Remembered { key, length, position };
        position
    }

    fn look_up(&mut self, name: &[u8]) -> usize {
        if let Some(position) = self.positions.get(name) {
            return *position;
        }
        self.names.push(name.into());
        self.summaries.push(Summary::default());
        self.positions.insert(name.into(), self.names.len() - 1);
        self.names.len() - 1
    }

    /// The sums of the station at `position`.
    #[inline]
    pub fn summary(&mut self, position: usize) -> &mut Summary {
        &mut self.summaries[position]
    }

    /// The stations' names and sums, in the order in which they were found.
    pub fn finish(self) -> impl Iterator<Item = (Box<[u8]>, Summary)> {
        self.names.into_iter().zip(self.summaries)
    }
}

/// The first bytes of `text[start..end]`, with zeros behind a shorter name.
#[inline]
fn key(text: &[u8], start: usize, end: usize) -> u128 {
    let length = end - start;
    let bytes = match text.get(start..start + KEY).map(<[u8; KEY]>::try_from) {
        Some(Ok(bytes)) => bytes,
        _ => {
            let mut bytes = [0; KEY];
            let name = &text[start..end.min(start + KEY)];
            bytes[..name.len()].copy_from_slice(name);
            bytes
        }
    };
    let key = u128::from_le_bytes(bytes);
    if length < KEY { key & ((1 << (8 * length)) - 1) } else { key }
}

#[inline]
fn place(key: u128, length: usize) -> usize {
    let folded = (key as u64) ^ ((key >> 64) as u64).rotate_left(29) ^ length as u64;
    // Knuth's multiplicative hash: the highest bits depend on all bits of the key.
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - REMEMBERED.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Names are told apart by every byte, whatever stands around them, and keep the position they got first.
        #[test]
        fn a_name_is_one_station_and_another_name_another(
            names in prop::collection::vec("[ab\0]{0,3}|[ab]{15,18}", 1..40), tail in 0_usize..20,
        ) {
            let mut text: Vec<u8> = names.concat().into_bytes();
            text.extend(vec![b'a'; tail]);
            let (mut stations, mut start, mut first) = (Stations::default(), 0, Vec::<&String>::new());
            for name in &names {
                let expected = first.iter().position(|known| *known == name).unwrap_or_else(|| {
                    first.push(name);
                    first.len() - 1
                });
                prop_assert_eq!(stations.find(&text, start, start + name.len()), expected);
                start += name.len();
            }
            let found: Vec<_> = stations.finish().map(|(name, _)| String::from_utf8(name.into()).unwrap()).collect();
            prop_assert_eq!(found, first.into_iter().cloned().collect::<Vec<_>>());
        }
    }
}
