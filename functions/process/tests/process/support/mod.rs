//! Splits made of any bytes, and the laws that hold for each of them. The property tests and the fuzz target
//! share it.
//!
//! | module | subject |
//! |---|---|
//! | [`source`] | bytes as a series of choices |
//! | [`shape`] | a task: layout, columns, dialect |
//! | [`text`] | the text of a split, and its fields |
//! | [`case`] | all of that, and how the text is cut |
//! | [`read`] | what is learned of a text: carefully, in pieces, in splits |
//! | [`laws`] | what must hold |

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod case;
pub mod laws;
pub mod read;
pub mod shape;
pub mod source;
pub mod text;
