//! The analysis of TCP against tshark's, and our own verdict.

#[path = "support/skip.rs"]
mod skip;
#[path = "support/traffic.rs"]
mod traffic;
#[path = "support/truth.rs"]
mod truth;

#[path = "analysis/corpus.rs"]
mod corpus;
#[path = "analysis/random.rs"]
mod random;
#[path = "analysis/speed.rs"]
mod speed;
#[path = "analysis/verdicts.rs"]
mod verdicts;
