//! The scenarios that come with the program: `simulations/*.pkt`, embedded.

use super::{Scenario, ScenarioError, read};

/// A scenario of `simulations/`.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its stable name: the file's, without the ending.
    pub id: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($id:literal)*) => {
        /// All of them, in the order in which they are best looked at.
        pub const SHIPPED: &[Shipped] =
            &[$(Shipped { id: $id, text: include_str!(concat!("../../../../simulations/", $id, ".pkt")) }),*];
    };
}

shipped!["handshake"];

/// The scenario with this id.
pub fn find(id: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.id == id)
}

impl Shipped {
    /// Reads it.
    ///
    /// # Errors
    /// Never, as a test makes sure.
    pub fn read(&self) -> Result<Scenario, ScenarioError> {
        read(self.text)
    }
}
