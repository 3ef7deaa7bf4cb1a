//! The analysis of TCP against tshark's, and our own verdict.

#[path = "support/skip.rs"]
mod skip;
#[path = "support/truth.rs"]
mod truth;

#[path = "analysis/corpus.rs"]
mod corpus;
