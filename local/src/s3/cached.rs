//! What of a file the system has in its memory: read without waiting, so no thread needs to be kept for it.

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::{ahead, next};
#[cfg(target_os = "linux")]
pub(super) use linux::{ahead, next};

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::io::IoSliceMut;
    use std::num::NonZeroU64;

    use bytes::Bytes;
    use rustix::fs::{Advice, fadvise, tell};
    use rustix::io::{ReadWriteFlags, preadv2};

    /// Bytes read at a time: so few that they are still in the processor's own cache when they are worked on.
    const PIECE: usize = 256 * 1024;
    /// Bytes that the system is asked to read while others are worked on, where it had to wait for the disk.
    const AHEAD: u64 = 4 * 1024 * 1024;

    /// The next bytes of the file if they can be had at once, in the memory of `used`, if nobody else has it any more. Where
    /// nothing comes, for whatever reason, reading them the usual way tells it.
    pub(in super::super) fn next(file: &File, used: Bytes) -> Option<Bytes> {
        /// "Use and update the current file offset."
        const CURRENT: u64 = u64::MAX;
        let mut piece = used.try_into_mut().unwrap_or_default();
        piece.resize(PIECE, 0);
        let read = preadv2(file, &mut [IoSliceMut::new(&mut piece)], CURRENT, ReadWriteFlags::NOWAIT);
        piece.truncate(read.ok().filter(|read| *read > 0)?);
        Some(piece.freeze())
    }

    /// Has the system read on while others work on what was read: at most `left` bytes.
    pub(in super::super) fn ahead(file: &File, left: u64) {
        if let (Ok(at), Some(length)) = (tell(file), NonZeroU64::new(left.min(AHEAD))) {
            // Advice; whether it is taken changes no byte.
            let _ = fadvise(file, at, Some(length), Advice::WillNeed);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::fs::File;

    use bytes::Bytes;

    pub(in super::super) fn next(_: &File, _: Bytes) -> Option<Bytes> {
        None
    }

    pub(in super::super) fn ahead(_: &File, _: u64) {}
}
