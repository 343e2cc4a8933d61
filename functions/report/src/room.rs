//! Room in memory for small tables, so that however many there are they take no more.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A table of at most so many bytes is held in memory.
const SMALL_TABLE_BYTES: u32 = 1 << 20;
/// Bytes of all tables there.
const TABLES_BYTES: usize = 4 << 20;

/// What there is of it: a permit for each byte.
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Room(Arc::new(Semaphore::new(TABLES_BYTES)))
    }
}

impl Room {
    /// Takes enough for any small table; `None` where there is less.
    pub fn take(&self) -> Option<Taken> {
        Arc::clone(&self.0).try_acquire_many_owned(SMALL_TABLE_BYTES).ok().map(Taken)
    }
}

/// A part of the room, given back when it is dropped.
pub struct Taken(OwnedSemaphorePermit);

impl Taken {
    /// How much it is.
    pub fn bytes(&self) -> u64 {
        self.0.num_permits() as u64
    }

    /// A table of these bytes. What they do not need of the room is given back, and all of it when the table is dropped.
    pub fn hold(self, bytes: Bytes) -> impl Read + Send {
        let Taken(mut taken) = self;
        drop(taken.split(taken.num_permits().saturating_sub(bytes.len())));
        Held { bytes: Cursor::new(bytes), _taken: taken }
    }
}

/// A table in memory.
struct Held {
    bytes: Cursor<Bytes>,
    _taken: OwnedSemaphorePermit,
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
        assert_eq!(all.iter().map(Taken::bytes).sum::<u64>(), TABLES_BYTES as u64);
        let mut table = all.pop().unwrap().hold(Bytes::from_static(b"abc"));
        assert!(room.take().is_none(), "three bytes of a table's room are still taken");
        assert_eq!(room.0.available_permits(), SMALL_TABLE_BYTES as usize - 3);
        let mut read = Vec::new();
        table.read_to_end(&mut read).unwrap();
        assert_eq!(read, b"abc");
        drop(table);
        assert!(room.take().is_some());
        drop(all);
        assert_eq!(room.0.available_permits(), TABLES_BYTES);
    }
}
