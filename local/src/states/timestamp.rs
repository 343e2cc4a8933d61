//! Timestamps: RFC 3339 with an uppercase `T` and, without a numeric offset, an uppercase `Z`,
//! as Amazon States Language wants them.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Nanoseconds since 1970, or `None` if `text` is not a timestamp.
pub(super) fn parse(text: &str) -> Option<i128> {
    if text.bytes().any(|b| b.is_ascii_lowercase()) {
        return None;
    }
    DateTime::from_str(text, Format::DateTimeWithOffset).ok().map(|time| time.as_nanos())
}

/// Nanoseconds since 1970.
pub(super) fn nanoseconds(time: SystemTime) -> i128 {
    DateTime::from(time).as_nanos()
}

/// To the millisecond, as Step Functions writes the times of its context object.
pub(super) fn format(time: SystemTime) -> String {
    let milliseconds = nanoseconds(time) / 1_000_000;
    i64::try_from(milliseconds)
        .ok()
        .and_then(|ms| DateTime::from_millis(ms).fmt(Format::DateTime).ok())
        .unwrap_or_default()
}
