//! The topologies that come with the program: `topologies/*.toml`, embedded.

use super::{TopologyError, read};
use crate::model::Topology;

/// A topology of `topologies/`.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its stable name: the file's, without the ending.
    pub id: &'static str,
    /// The file.
    pub toml: &'static str,
}

macro_rules! shipped {
    ($($id:literal),+ $(,)?) => {
        /// All of them, from the simplest on.
        pub const SHIPPED: &[Shipped] =
            &[$(Shipped { id: $id, toml: include_str!(concat!("../../../../topologies/", $id, ".toml")) }),+];
    };
}

shipped!["cable", "hub", "switch", "router", "lan-router-lan", "two-routers", "narrow", "nat", "internet"];

/// The topology with this id.
pub fn find(id: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.id == id)
}

impl Shipped {
    /// Reads it.
    ///
    /// # Errors
    /// Never, as a test makes sure.
    pub fn read(&self) -> Result<Topology, TopologyError> {
        read(self.toml)
    }
}
