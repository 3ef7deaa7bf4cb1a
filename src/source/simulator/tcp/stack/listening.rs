//! What a stack does for its listeners: SYNs, cookies, queues that are full.

use super::{Effect, Packet, SocketId, Stack};
use crate::model::SeqNumber;
use crate::source::simulator::Moment;
use crate::source::simulator::tcp::arrives::{ToListener, answer_for_nobody, judge_for_listener};
use crate::source::simulator::tcp::connection::Connection;
use crate::source::simulator::tcp::cookie::{self, Whose};
use crate::source::simulator::tcp::listener::Listener;
use crate::source::simulator::tcp::{Reason, options};

impl Stack {
    pub(super) fn arrives_for_listener(&mut self, now: Moment, packet: &Packet, iss: Option<SeqNumber>) {
        let (local, peer, segment) = (packet.to, packet.from, &packet.segment);
        let Some(listener) = self.listeners.iter().find(|(_, listener)| listener.local == local).map(|(id, _)| *id)
        else {
            return match answer_for_nobody(segment) {
                Some(reset) => self.answer(packet, reset, Reason::NoConnection),
                None => self.effects.push_back(Effect::Ignored { socket: None, why: Reason::ResetForNobody }),
            };
        };
        match judge_for_listener(segment) {
            ToListener::Ignored(why) => self.effects.push_back(Effect::Ignored { socket: Some(listener), why }),
            ToListener::Answered(reset, why) => match self.opened_cookie(now, listener, packet) {
                Some(mss) => self.arrives_with_cookie(now, listener, packet, mss),
                None => self.answer(packet, reset, why),
            },
            ToListener::Syn => {
                let (full, opens_no_more) = (self.listeners.get(&listener))
                    .map_or((false, false), |listener| (listener.is_full(), listener.opens_no_more()));
                if full {
                    self.effects.push_back(Effect::Ignored { socket: Some(listener), why: Reason::QueueFull });
                } else if opens_no_more && self.knobs.syn_cookies {
                    self.answer_with_cookie(now, listener, packet);
                } else if opens_no_more {
                    self.effects.push_back(Effect::Ignored { socket: Some(listener), why: Reason::SynQueueFull });
                } else {
                    let iss = iss.unwrap_or_else(|| self.isn(now, local, peer));
                    let connection = Connection::spawned(self.knobs_of(local.ip()), iss, segment, now);
                    self.enter(connection, local, peer, Some(listener));
                }
            }
        }
    }

    fn whose(&self, packet: &Packet, irs: SeqNumber) -> Whose {
        Whose { local: packet.to, peer: packet.from, irs, secret: self.secret() }
    }

    /// A SYN-ACK that remembers the SYN, so that nobody else has to.
    fn answer_with_cookie(&mut self, now: Moment, listener: SocketId, packet: &Packet) {
        let syn = &packet.segment;
        let mss = syn.options.mss.unwrap_or(options::DEFAULT_MSS_OPTION);
        let iss = cookie::make(&self.whose(packet, syn.seq), mss, now);
        let answer = Connection::cookie_answer(&self.knobs_of(packet.to.ip()), iss, syn);
        if let Some(listener) = self.listeners.get_mut(&listener) {
            listener.cookie_sent = Some(now);
        }
        let packet = Packet { from: packet.to, to: packet.from, segment: answer };
        self.effects.push_back(Effect::Sent { socket: Some(listener), packet, why: Reason::CookieSent });
    }

    /// The largest segment that the cookie in an ACK remembers, where the
    /// listener has sent cookies of late.
    fn opened_cookie(&self, now: Moment, listener: SocketId, packet: &Packet) -> Option<u16> {
        let sent = self.listeners.get(&listener)?.cookie_sent?;
        let segment = &packet.segment;
        if now.since(sent) > cookie::LIFE || segment.flags.syn() {
            return None;
        }
        cookie::open(&self.whose(packet, segment.seq - 1), segment.ack - 1, now)
    }

    /// An ACK that brings a cookie back makes the connection it stands for.
    fn arrives_with_cookie(&mut self, now: Moment, listener: SocketId, packet: &Packet, mss: u16) {
        if self.listeners.get(&listener).is_some_and(Listener::is_full) {
            return self.effects.push_back(Effect::Ignored { socket: Some(listener), why: Reason::QueueFull });
        }
        let connection = Connection::from_cookie(self.knobs_of(packet.to.ip()), &packet.segment, mss, now);
        let id = self.enter(connection, packet.to, packet.from, Some(listener));
        self.arrives_for(now, id, &packet.segment);
    }
}
