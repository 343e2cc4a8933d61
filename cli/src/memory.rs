//! The allocator's settings, so that memory stays the same whatever the size of a file.

/// Lets all threads share one heap.
///
/// glibc otherwise gives each thread a heap of its own and keeps what was freed in it. Threads come and
/// go with the splits, so the peak would grow with the number of blocks read. Small files have no such blocks, and their
/// runs would wait for each other: see `docs/decisions/0005-one-heap.md`.
#[cfg(target_env = "gnu")]
#[allow(unsafe_code)]
pub fn share_one_heap() {
    // SAFETY: `mallopt` takes two integers and keeps no pointer; it is called before the first thread is started.
    // It answers 0 if it does not know the setting; then memory is only used less sparingly.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
}

/// The setting is glibc's own; elsewhere the allocator is left as it is.
#[cfg(not(target_env = "gnu"))]
pub fn share_one_heap() {}
