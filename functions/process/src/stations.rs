//! The stations of a split.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Bytes of a name that tell it from most others.
const KEY: usize = 16;
/// Places for names that are found without hashing all of them; a power of two.
const REMEMBERED: usize = 1 << 12;

/// The stations found so far. A station is its name's bytes as the file has them.
pub struct Stations {
    /// Those found last, each in one of the two places that its first bytes and its length give it.
    remembered: Box<[Remembered; REMEMBERED]>,
    positions: HashTable<u32>,
    hasher: RandomState,
    /// All names, one behind the other, and where each ends.
    names: Vec<u8>,
    ends: Vec<usize>,
    /// For each station, how it was written last, and which one came next.
    met: Vec<Met>,
    /// The station of the row before.
    before: u32,
    /// So many batches are read without a guess, after one of stations in no order.
    shuffled: u32,
}

/// How a station was written, and the position of the one behind it.
#[derive(Clone, Copy)]
struct Met {
    key: u128,
    length: u32,
    next: u32,
}

/// Wrong guesses of a batch that say nothing, unless they are a quarter of it.
const MOST_WRONG: usize = 16;
/// Batches for which nothing is guessed then.
const UNGUESSED: u32 = 100;

#[derive(Clone, Copy)]
struct Remembered {
    key: u128,
    length: u32,
    position: u32,
}

/// An empty place: no name is that long, so it is never taken for one.
const NOTHING: Remembered = Remembered { key: 0, length: u32::MAX, position: 0 };

impl Default for Stations {
    fn default() -> Self {
        Stations {
            remembered: Box::new([NOTHING; REMEMBERED]),
            positions: HashTable::new(),
            hasher: RandomState::default(),
            names: Vec::new(),
            ends: Vec::new(),
            met: Vec::new(),
            before: 0,
            shuffled: 0,
        }
    }
}

impl Stations {
    /// Positions of the stations whose names are at `spans` of `text`, as [`Self::find`] tells each.
    ///
    /// Where stations come in the same order again and again, or each many times, the one before tells which one comes.
    // Not inlined: the loop has the registers for itself.
    #[inline(never)]
    pub fn find_all(
        &mut self,
        text: &[u8],
        spans: impl Iterator<Item = (usize, usize)>,
        positions: &mut [u32],
    ) {
        let all = positions.iter_mut().zip(spans);
        if self.shuffled > 0 {
            self.shuffled -= 1;
            all.for_each(|(position, (start, end))| *position = self.find(text, start, end) as u32);
            return;
        }
        let (mut wrong, mut before) = (0, self.before);
        for (position, (start, end)) in all {
            let (key, length) = (key(text, start, end), end - start);
            let likely = self.met.get(before as usize).map_or(0, |before| before.next);
            let is_it = |met: &Met| met.key == key && met.length as usize == length && length <= KEY;
            before = if self.met.get(likely as usize).is_some_and(is_it) {
                likely
            } else {
                wrong += 1;
                let found = self.find_cold(text, start, end);
                self.meet(before, found, key, length);
                found
            };
            *position = before;
        }
        self.before = before;
        if wrong > MOST_WRONG.max(positions.len() / 4) {
            self.shuffled = UNGUESSED;
        }
    }

    /// Remembers how a station was written, and that it came behind another.
    #[cold]
    fn meet(&mut self, before: u32, found: u32, key: u128, length: usize) {
        // Stations are numbered as they are found.
        self.met.resize(self.ends.len(), Met { key: 0, length: u32::MAX, next: 0 });
        if let Some(before) = self.met.get_mut(before as usize) {
            before.next = found;
        }
        if let Some(met) = self.met.get_mut(found as usize) {
            (met.key, met.length) = (key, u32::try_from(length).unwrap_or(u32::MAX));
        }
    }

    #[cold]
    fn find_cold(&mut self, text: &[u8], start: usize, end: usize) -> u32 {
        self.find(text, start, end) as u32
    }

    /// Position of the station whose name is `text[start..end]`, blanks around it aside.
    #[inline(always)]
    pub fn find(&mut self, text: &[u8], start: usize, end: usize) -> usize {
        let (key, length) = (key(text, start, end), end - start);
        let place = place(key, length);
        let known = &self.remembered[place];
        if known.key == key && known.length as usize == length && length <= KEY {
            return known.position as usize;
        }
        self.find_elsewhere(place, key, &text[start..end])
    }

    /// What is remembered of a name are its bytes with the blanks around it: they are the same in most rows.
    fn find_elsewhere(&mut self, place: usize, key: u128, name: &[u8]) -> usize {
        let is_it = |known: &Remembered| {
            known.key == key
                && known.length as usize == name.len()
                && (name.len() <= KEY || self.name(known.position as usize) == without_blanks(name))
        };
        for place in [place, place ^ 1] {
            if is_it(&self.remembered[place]) {
                return self.remembered[place].position as usize;
            }
        }
        self.remember(place, key, name)
    }

    #[cold]
    fn remember(&mut self, place: usize, key: u128, name: &[u8]) -> usize {
        let position = self.look_up(without_blanks(name));
        // Lines are shorter than that, and so are names.
        let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
        let is_taken = self.remembered[place].length != u32::MAX;
        let other_is_free = self.remembered[place ^ 1].length == u32::MAX;
        let place = if is_taken && other_is_free { place ^ 1 } else { place };
        self.remembered[place] = Remembered { key, length, position: position as u32 };
        position
    }

    fn look_up(&mut self, name: &[u8]) -> usize {
        let hash = self.hasher.hash_one(name);
        let (names, ends) = (&self.names, &self.ends);
        if let Some(position) =
            self.positions.find(hash, |position| slice(names, ends, *position as usize) == name)
        {
            return *position as usize;
        }
        let position = self.ends.len();
        self.names.extend_from_slice(name);
        self.ends.push(self.names.len());
        let (names, ends, hasher) = (&self.names, &self.ends, &self.hasher);
        self.positions.insert_unique(hash, position as u32, |other| {
            hasher.hash_one(slice(names, ends, *other as usize))
        });
        position
    }

    /// The name of the station at `position`.
    pub fn name(&self, position: usize) -> &[u8] {
        slice(&self.names, &self.ends, position)
    }

    /// Number of stations.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        self.names.len() + self.ends.len() * (size_of::<usize>() + 2 * size_of::<u32>() + size_of::<Met>())
    }

    /// Forgets all of them; the memory stays.
    pub fn clear(&mut self) {
        self.remembered.fill(NOTHING);
        self.positions.clear();
        self.names.clear();
        self.ends.clear();
        self.met.clear();
        self.before = 0;
    }
}

#[inline]
fn slice<'a>(names: &'a [u8], ends: &[usize], position: usize) -> &'a [u8] {
    let start = position.checked_sub(1).map_or(0, |before| ends[before]);
    &names[start..ends[position]]
}

fn without_blanks(mut name: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] | [rest @ .., b' '] = name {
        name = rest;
    }
    name
}

/// The first bytes of `text[start..end]`, with zeros behind a shorter name.
#[inline(always)]
fn key(text: &[u8], start: usize, end: usize) -> u128 {
    let length = (end - start).min(KEY);
    let bytes = match text[start..].first_chunk() {
        Some(bytes) => *bytes,
        None => {
            let mut bytes = [0; KEY];
            bytes[..length].copy_from_slice(&text[start..start + length]);
            bytes
        }
    };
    u128::from_le_bytes(bytes) & FIRST[length]
}

/// By their number, the lowest bytes of a key.
const FIRST: [u128; KEY + 1] = {
    let mut masks = [u128::MAX; KEY + 1];
    let mut length = 0;
    while length < KEY {
        masks[length] = (1 << (8 * length)) - 1;
        length += 1;
    }
    masks
};

/// The first of the two places of a name.
#[inline(always)]
fn place(key: u128, length: usize) -> usize {
    let folded = (key as u64) ^ ((key >> 64) as u64).rotate_left(29) ^ length as u64;
    // Knuth's multiplicative hash: the highest bits depend on all bits of the key.
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - REMEMBERED.trailing_zeros())) as usize % REMEMBERED
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Names are told apart by every byte but the blanks around them, whatever else stands there, and keep the position they got first.
        #[test]
        fn a_name_is_one_station_and_another_name_another(
            names in prop::collection::vec("[ab\0 ]{0,3}|[ab]{15,18}| {0,2}[ab ]{15,18}", 1..40), tail in 0_usize..20,
        ) {
            let mut text: Vec<u8> = names.concat().into_bytes();
            text.extend(vec![b'a'; tail]);
            let (mut stations, mut start, mut first) = (Stations::default(), 0, Vec::<&str>::new());
            for name in &names {
                let bare = name.trim_matches(' ');
                let expected = first.iter().position(|known| *known == bare).unwrap_or_else(|| {
                    first.push(bare);
                    first.len() - 1
                });
                prop_assert_eq!(stations.find(&text, start, start + name.len()), expected);
                start += name.len();
            }
            let found: Vec<_> = (0..stations.len()).map(|at| stations.name(at)).collect();
            prop_assert_eq!(found, first.into_iter().map(str::as_bytes).collect::<Vec<_>>());
        }

        /// In whatever order names come and batches are cut, they are the stations that they are one by one.
        #[test]
        fn guesses_change_nothing(
            names in prop::collection::vec("[ab]{0,2}| {0,2}[ab ]{15,18}", 1..30), times in 1_usize..20,
            shuffled in prop::collection::vec(any::<prop::sample::Index>(), 0..300), batch in 1_usize..80,
        ) {
            let ordered = std::iter::repeat_n(&names, times).flatten();
            let others = shuffled.iter().map(|at| at.get(&names));
            let all: Vec<&String> = ordered.clone().chain(others).chain(ordered.clone()).collect();
            let (mut text, mut spans) = (Vec::new(), Vec::new());
            for name in &all {
                spans.push((text.len(), text.len() + name.len()));
                text.extend_from_slice(name.as_bytes());
            }
            let (mut guessing, mut plain) = (Stations::default(), Stations::default());
            for spans in spans.chunks(batch) {
                let mut positions = vec![0; spans.len()];
                guessing.find_all(&text, spans.iter().copied(), &mut positions);
                for ((start, end), position) in spans.iter().zip(positions) {
                    prop_assert_eq!(plain.find(&text, *start, *end), position as usize);
                }
            }
        }
    }
}
