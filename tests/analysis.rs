//! The analysis of TCP against tshark's, and our own verdict.

#[cfg(test)]
#[path = "support/skip.rs"]
mod skip;
#[cfg(test)]
#[path = "support/traffic.rs"]
mod traffic;
#[cfg(test)]
#[path = "support/truth.rs"]
mod truth;

#[cfg(test)]
#[path = "analysis/corpus.rs"]
mod corpus;
#[cfg(test)]
#[path = "analysis/random.rs"]
mod random;
#[cfg(test)]
#[path = "analysis/speed.rs"]
mod speed;
#[cfg(test)]
#[path = "analysis/verdicts.rs"]
mod verdicts;
