//! Chance that can be repeated: the same seed gives the same numbers on every
//! machine.

/// A generator of 64-bit numbers (`SplitMix64`: Steele, Lea, Flood 2014). Not
/// for secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The generator for this seed.
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number.
    pub const fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        Self::mix(self.state)
    }

    /// A number below `bound`; 0 where that is 0.
    pub const fn below(&mut self, bound: u64) -> u64 {
        let drawn = self.draw();
        if bound == 0 { 0 } else { drawn % bound }
    }

    /// True `per_million` times in a million.
    pub const fn happens(&mut self, per_million: u32) -> bool {
        self.below(1_000_000) < per_million as u64
    }

    /// A number in which every bit of `value` has a hand.
    pub const fn mix(value: u64) -> u64 {
        let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of seed 1234567, as published with the algorithm's
    /// test vectors.
    #[test]
    fn the_numbers_are_the_published_ones() {
        let mut random = Random::new(1_234_567);
        assert_eq!(random.draw(), 6_457_827_717_110_365_317);
        assert_eq!(random.draw(), 3_203_168_211_198_807_973);
        assert_eq!(random.draw(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn a_chance_of_one_in_ten_is_one_in_ten() {
        let mut random = Random::new(7);
        let hits = (0..100_000).filter(|_| random.happens(100_000)).count();
        assert!((9_500..10_500).contains(&hits), "{hits}");
        assert_eq!(random.below(0), 0);
    }
}
