//! What the functions need of AWS: S3, settings, logs and metrics. The domain is in `shared`, which knows none of it.
//!
//! | module | subject |
//! |---|---|
//! | [`storage`] | objects, read at one version and written with a content type |
//! | `current` | objects that several runs may write: compared, replaced, copied |
//! | [`upload`] | objects that are written piece by piece |
//! | [`body`] | an answer's bytes as a stream |
//! | [`parts`] | a range of an object, read by several requests at a time |
//! | [`text`] | an object's text: decompression as a stream; [`zstd`], `gzip`, `bzip2` and `zip` are its formats |
//! | `error` | what S3's answers mean |
//! | `owner` | whose buckets the requests are for |
//! | [`settings`] | what functions take from their environment |
//! | [`telemetry`] | logs; [`metrics`] in CloudWatch's embedded format |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod body;
mod bzip2;
mod current;
mod error;
mod gzip;
pub mod metrics;
mod owner;
pub mod parts;
pub mod settings;
pub mod spool;
pub mod storage;
pub mod telemetry;
pub mod text;
pub mod upload;
mod zip;
pub mod zstd;

pub use parts::{Parts, Reading};
pub use storage::Storage;
pub use upload::Upload;
