//! A host by itself: frames come and go as bytes, in whatever time its caller
//! has. What is at the other end of the cable may be a kernel.

use std::net::IpAddr;
use std::sync::Arc;

use super::host::Host;
use super::record;
use crate::model::{self, SocketState};
use crate::source::simulator::tcp::{Effect, Knobs, SocketId, Stack};
use crate::source::simulator::{Ethernet, Moment, Unreadable};

/// A host with one interface.
pub struct Alone {
    host: Host,
}

impl Alone {
    /// Switches it on.
    pub fn new(host: &model::Host, knobs: Knobs) -> Self {
        Self { host: Host::new(host, knobs) }
    }

    /// Its TCP.
    pub const fn stack(&self) -> &Stack {
        &self.host.stack
    }

    /// Its TCP, for calls.
    pub const fn stack_mut(&mut self) -> &mut Stack {
        &mut self.host.stack
    }

    /// The address from which it would send to `destination`.
    pub fn source_address(&self, destination: IpAddr) -> Option<IpAddr> {
        self.host.source_address(destination)
    }

    /// What is known of a connection, exactly.
    pub fn socket_state(&self, socket: SocketId, now: Moment) -> Option<SocketState> {
        record::socket_state(&self.host.stack, socket, now)
    }

    /// A frame has arrived.
    ///
    /// # Errors
    /// [`Unreadable`]: it holds what a host of this kind does not speak, or is
    /// damaged; nothing has happened.
    pub fn arrives(&mut self, now: Moment, frame: &[u8]) -> Result<(), Unreadable> {
        self.host.receive(now, 0, Arc::new(Ethernet::parse(frame)?));
        Ok(())
    }

    /// When time will do something, if it will.
    pub fn deadline(&self) -> Option<Moment> {
        self.host.deadline()
    }

    /// Does what is due.
    pub fn pass(&mut self, now: Moment) {
        self.host.pass(now);
    }

    /// Takes the frames that are to be sent now. What TCP did is told first.
    pub fn take(&mut self, now: Moment, tell: &mut impl FnMut(&Effect)) -> Vec<Vec<u8>> {
        while let Some(effect) = self.host.stack.take_effect() {
            tell(&effect);
            self.host.send_effect(now, effect);
        }
        std::mem::take(&mut self.host.out).into_iter().map(|(_, frame)| frame.bytes()).collect()
    }
}
