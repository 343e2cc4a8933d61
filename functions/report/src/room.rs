//! Room in memory for small tables, so that however many there are they take no more.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::Bytes;

/// A table of at most so many bytes is held in memory.
const SMALL_TABLE_BYTES: u64 = 1 << 20;
/// Bytes of all tables there.
const TABLES_BYTES: u64 = 4 << 20;

/// What is taken of the room.
#[derive(Default)]
pub struct Room(Arc<AtomicU64>);

impl Room {
    /// Takes enough for any small table; `None` where there is less.
    pub fn take(&self) -> Option<Taken> {
        let add =
            |taken: u64| (taken + SMALL_TABLE_BYTES <= TABLES_BYTES).then_some(taken + SMALL_TABLE_BYTES);
        self.0.fetch_update(Relaxed, Relaxed, add).ok()?;
        Some(Taken { room: Arc::clone(&self.0), bytes: SMALL_TABLE_BYTES })
    }
}

/// A part of the room, given back when it is dropped.
pub struct Taken {
    room: Arc<AtomicU64>,
    bytes: u64,
}

impl Taken {
    /// How much it is.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// A table of these bytes, which gives their room back when it is dropped.
    pub fn hold(mut self, bytes: Bytes) -> impl Read + Send {
        self.keep(bytes.len() as u64);
        Held { bytes: Cursor::new(bytes), _taken: self }
    }

    /// Gives back all but `bytes`.
    fn keep(&mut self, bytes: u64) {
        let kept = bytes.min(self.bytes);
        self.room.fetch_sub(self.bytes - kept, Relaxed);
        self.bytes = kept;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.keep(0);
    }
}

struct Held {
    bytes: Cursor<Bytes>,
    _taken: Taken,
}

impl Read for Held {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_taken_than_there_is_and_what_is_given_back_is_there_again() {
        let room = Room::default();
        let mut all: Vec<Taken> = std::iter::from_fn(|| room.take()).collect();
        assert_eq!(all.iter().map(Taken::bytes).sum::<u64>(), TABLES_BYTES);
        all[0].keep(3);
        assert!(room.take().is_none(), "three bytes of a table's room are still taken");
        all.truncate(1);
        let again: Vec<Taken> = std::iter::from_fn(|| room.take()).collect();
        assert_eq!(again.len() as u64, (TABLES_BYTES - 3) / SMALL_TABLE_BYTES);
        drop((all, again));
        assert_eq!(room.0.load(Relaxed), 0);
    }
}
