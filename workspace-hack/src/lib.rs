//! Nothing to call. This crate makes every package select the same features of the dependencies they share,
//! so that building a part of it alone, as `sam build` and `cargo lambda watch` do, compiles the AWS SDK
//! no second time. `scripts/check-features` tells which line is missing. `docs/decisions/0006-same-features.md` says why.
