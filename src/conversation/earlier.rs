//! What is remembered of a long conversation's frames before the part that is
//! looked at: in constant size, however many they were.

use std::net::SocketAddr;

use super::survey::{Glance, Survey};
use super::tcp::machine::Machine;
use super::tcp::numbers::Numbers;
use super::tcp::outline::{Outline, Side, Stroke};
use super::tcp::shown::Shown;
use super::{End, Ends};
use crate::decode::Carried;

/// Segments after which what can only be asked of the part itself is
/// forgotten.
const FORGET: u64 = 4096;

/// The memory of one conversation, as it is before some frame. The sender of
/// the first segment stands where the client does until the part is
/// understood.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    pub(super) survey: Survey,
    pub(super) numbers: Numbers,
    pub(super) machine: Machine,
    pub(super) outline: Outline,
    /// Who sent the first segment.
    pub(super) first: Option<SocketAddr>,
    segments: u64,
}

impl Earlier {
    /// Says that frames come from this many places.
    pub const fn set_places(&mut self, count: usize) {
        self.survey.set_places(count);
    }

    /// Takes in the next frame, which must be of the conversation.
    pub fn take(&mut self, glance: &Glance<'_>) {
        let row = self.survey.take(glance);
        let (Carried::Tcp(tcp), Some(told), None) = (&row.headers.carried, &row.tcp, row.first_seen) else { return };
        let shown = Shown::from(tcp);
        let (from, side) = if told.from_first { (End::Client, Side::First) } else { (End::Server, Side::Second) };
        if let Some(ip) = row.headers.ip {
            self.first.get_or_insert(SocketAddr::new(ip.source, tcp.source_port));
        }
        self.numbers.segment(from, &shown, 0);
        self.machine.segment(from, (&shown).into(), glance.number, glance.at);
        self.outline.take(&Stroke {
            from: side,
            flags: shown.flags,
            seq: shown.seq,
            ack: shown.ack,
            length: shown.length,
        });
        self.segments += 1;
        if self.segments.is_multiple_of(FORGET) {
            self.numbers.forget();
        }
    }

    /// The memory by client and server, where the client is known.
    pub(super) fn settle(mut self, client: SocketAddr) -> Self {
        self.numbers.forget();
        if self.first.is_some_and(|first| first != client) {
            self.numbers.swap();
            self.machine.swap();
        }
        self
    }
}

/// Changes the ends of something that was kept by the wrong ones.
pub(super) const fn swap<T>(ends: &mut Ends<T>) {
    std::mem::swap(&mut ends.client, &mut ends.server);
}
