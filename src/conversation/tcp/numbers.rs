//! Relative numbers, and why each number in a segment is what it is.

use super::super::earlier::swap;
use super::super::{End, Ends};
use super::shown::Shown;
use crate::model::{SeqNumber, WindowScale, WindowSize};

/// How far a number moved and by what: RFC 9293 §3.4 counts every byte, a SYN
/// and a FIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The relative number it started from.
    pub from: u32,
    /// Payload bytes since.
    pub bytes: u32,
    /// A SYN since.
    pub syn: bool,
    /// A FIN since.
    pub fin: bool,
}

impl Sum {
    /// What it adds up to.
    pub const fn total(self) -> u32 {
        self.from.wrapping_add(self.bytes).wrapping_add(self.syn as u32).wrapping_add(self.fin as u32)
    }
}

/// One reason why a number in a segment is what it is. All numbers are
/// relative unless the name says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A SYN brings its sender's initial sequence number, shown as 0.
    SeqInitial {
        /// As it stands in the header.
        raw: u32,
    },
    /// The sequence number follows from what its sender had sent.
    SeqNext(Sum),
    /// Nothing was sent since: the number of the byte that would come next.
    SeqUnmoved {
        /// The number.
        seq: u32,
    },
    /// The numbers were used before: it is sent again.
    SeqAgain {
        /// The number.
        seq: u32,
        /// What would have come next.
        next: u32,
    },
    /// Numbers are skipped: bytes that this capture does not hold.
    SeqAhead {
        /// The number.
        seq: u32,
        /// How many are missing.
        missing: u32,
    },
    /// The first segment of a connection whose beginning was not captured.
    SeqFirstSeen {
        /// As it stands in the header.
        raw: u32,
    },
    /// A reset without ACK in the segment it answers, or from no connection:
    /// its number is 0, or the one it was asked to have (RFC 9293 §3.10.7.1).
    SeqOfReset {
        /// As it stands in the header.
        raw: u32,
    },
    /// What is acknowledged has grown.
    AckNext(Sum),
    /// Nothing new arrived since the last ACK.
    AckUnmoved {
        /// The number.
        ack: u32,
    },
    /// A number lower than before: an older segment, or one that was overtaken.
    AckBack {
        /// The number.
        ack: u32,
        /// The highest before.
        highest: u32,
    },
    /// It acknowledges what this capture does not hold.
    AckUnseen {
        /// The number.
        ack: u32,
    },
    /// The ACK bit is not set: there is nothing to acknowledge yet.
    AckAbsent,
    /// A window in a SYN is in bytes, never scaled (RFC 7323 §2.2).
    WindowUnscaled {
        /// Bytes.
        bytes: u32,
    },
    /// A window times the factor that the sender's SYN announced.
    WindowScaled {
        /// As it stands in the header.
        raw: u16,
        /// 1 to 16384.
        factor: u32,
        /// Bytes.
        bytes: u32,
    },
    /// The SYN was not captured: the factor is not known.
    WindowUnknown {
        /// As it stands in the header.
        raw: u16,
    },
}

/// What a direction's SYN said about the scale of its later windows.
#[derive(Clone, Copy, Debug, Default)]
enum AnnouncedScale {
    /// No SYN was seen.
    #[default]
    Unseen,
    /// It had no such option: windows are never scaled.
    Absent,
    /// It announced this.
    Shift(WindowScale),
}

/// What has been seen of one direction.
#[derive(Clone, Debug, Default)]
struct Half {
    /// What relative numbers are counted from.
    base: Option<SeqNumber>,
    /// Its SYN, if seen.
    syn: Option<SeqNumber>,
    /// It has sent a SYN without ACK, and no SYN+ACK yet.
    asks: bool,
    /// Its FIN, if seen.
    fin: Option<SeqNumber>,
    /// The number behind the last one used.
    next: Option<SeqNumber>,
    /// Where the last segment that used numbers started.
    last_start: Option<SeqNumber>,
    /// The highest acknowledgment number it sent.
    acknowledged: Option<SeqNumber>,
    /// What its SYN said about its windows.
    scale: AnnouncedScale,
    /// Which segments used which numbers: start, end, index.
    used: Vec<(SeqNumber, SeqNumber, usize)>,
}

/// What the numbers of one segment amount to.
pub(in super::super) struct Numbered {
    pub(in super::super) relative_seq: u32,
    pub(in super::super) relative_ack: Option<u32>,
    pub(in super::super) window_size: Option<WindowSize>,
    pub(in super::super) repeats: Option<usize>,
    pub(in super::super) why: Vec<Why>,
}

/// Both directions' numbers.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Numbers {
    halves: Ends<Half>,
}

impl Numbers {
    /// Forgets which segments used which numbers, but not how far they went.
    pub(in super::super) fn forget(&mut self) {
        self.halves.client.used.clear();
        self.halves.server.used.clear();
    }

    /// What was the client's is the server's.
    pub(in super::super) const fn swap(&mut self) {
        swap(&mut self.halves);
    }

    /// Takes in the next segment, the `index`-th of its conversation.
    pub(in super::super) fn segment(&mut self, from: End, tcp: &Shown, index: usize) -> Numbered {
        let (own, peer) = self.halves.pair_mut(from);
        // As tshark counts: without its SYN a direction starts at 1.
        let base = *own.base.get_or_insert(if tcp.flags.syn() { tcp.seq } else { tcp.seq - 1 });
        if tcp.flags.syn() {
            own.base = Some(tcp.seq);
            own.syn = Some(tcp.seq);
            own.scale = tcp.window_scale.map_or(AnnouncedScale::Absent, AnnouncedScale::Shift);
        }
        let base = own.base.unwrap_or(base);
        // Where the SYNs cross, each end sends its own once more with the ACK
        // of the other's: an answer, not a repeat (RFC 9293 §3.5, figure 7).
        let answers = own.asks && tcp.flags.syn() && tcp.flags.ack();
        let peer_base = tcp.ack.map(|ack| *peer.base.get_or_insert(ack - 1));
        let relative = |seq: SeqNumber, base: SeqNumber| seq.raw().wrapping_sub(base.raw());

        let mut why = vec![if answers { Why::SeqInitial { raw: tcp.seq.raw() } } else { own.why_seq(tcp, base) }];
        match (tcp.ack, peer_base) {
            (Some(ack), Some(base)) => why.push(own.why_ack(peer, ack, base)),
            _ => why.push(Why::AckAbsent),
        }
        let (window, window_size) = own.window(peer, tcp);
        why.push(window);

        let end = tcp.seq + tcp.length + tcp.flags.sequence_length();
        // Most segments go on where the last one ended: nothing to search.
        let maybe = !answers && own.next.is_some_and(|next| tcp.seq.before(next));
        let mut used = own.used.iter().filter(|_| maybe);
        let repeats = used
            .find(|(start, used_end, _)| tcp.seq.before(*used_end) && start.before(end))
            .map(|(_, _, index)| *index);
        own.note_sent(tcp, end, index);
        if let Some(ack) = tcp.ack {
            own.acknowledged = Some(own.acknowledged.map_or(ack, |highest| highest.latest(ack)));
        }
        Numbered {
            relative_seq: relative(tcp.seq, base),
            relative_ack: tcp.ack.zip(peer_base).map(|(ack, base)| relative(ack, base)),
            window_size,
            repeats,
            why,
        }
    }
}

impl Half {
    fn note_sent(&mut self, tcp: &Shown, end: SeqNumber, index: usize) {
        if tcp.flags.rst() {
            return;
        }
        if end != tcp.seq {
            self.used.push((tcp.seq, end, index));
            if self.next.is_none_or(|next| next.before(end)) {
                self.last_start = Some(tcp.seq);
            }
        }
        if tcp.flags.syn() {
            self.asks = !tcp.flags.ack();
        }
        if tcp.flags.fin() {
            self.fin.get_or_insert(end - 1);
        }
        self.next = Some(self.next.map_or(end, |next| next.latest(end)));
    }

    /// The numbers between `start` and `end` of this direction, by kind.
    fn sum(&self, start: SeqNumber, end: SeqNumber, base: SeqNumber) -> Sum {
        let within = |seq: Option<SeqNumber>| seq.is_some_and(|seq| start.before_or_at(seq) && seq.before(end));
        let (syn, fin) = (within(self.syn), within(self.fin));
        let total = end.raw().wrapping_sub(start.raw());
        Sum {
            from: start.raw().wrapping_sub(base.raw()),
            bytes: total.wrapping_sub(u32::from(syn)).wrapping_sub(u32::from(fin)),
            syn,
            fin,
        }
    }

    fn why_seq(&self, tcp: &Shown, base: SeqNumber) -> Why {
        let seq = tcp.seq.raw().wrapping_sub(base.raw());
        match (self.next, self.last_start) {
            _ if tcp.flags.rst() && self.next.is_none() => Why::SeqOfReset { raw: tcp.seq.raw() },
            _ if tcp.flags.syn() && self.next.is_none_or(|_| seq != 0) => Why::SeqInitial { raw: tcp.seq.raw() },
            (None, _) => Why::SeqFirstSeen { raw: tcp.seq.raw() },
            (Some(next), _) if tcp.seq.before(next) => Why::SeqAgain { seq, next: next.raw().wrapping_sub(base.raw()) },
            (Some(next), _) if tcp.seq.after(next) => {
                Why::SeqAhead { seq, missing: tcp.seq.raw().wrapping_sub(next.raw()) }
            }
            (Some(_), Some(start)) => Why::SeqNext(self.sum(start, tcp.seq, base)),
            (Some(_), None) => Why::SeqUnmoved { seq },
        }
    }

    /// Why `self` acknowledges `ack` of what `peer` sent.
    fn why_ack(&self, peer: &Self, ack: SeqNumber, base: SeqNumber) -> Why {
        let relative = ack.raw().wrapping_sub(base.raw());
        match (self.acknowledged, peer.next) {
            (_, next) if next.is_none_or(|next| ack.after(next)) => Why::AckUnseen { ack: relative },
            (Some(highest), _) if ack == highest => Why::AckUnmoved { ack: relative },
            (Some(highest), _) if ack.before(highest) => {
                Why::AckBack { ack: relative, highest: highest.raw().wrapping_sub(base.raw()) }
            }
            (highest, _) => Why::AckNext(peer.sum(highest.unwrap_or(base), ack, base)),
        }
    }

    fn window(&self, peer: &Self, tcp: &Shown) -> (Why, Option<WindowSize>) {
        let raw = tcp.window.0;
        let (own, other) =
            if tcp.flags.syn() { (AnnouncedScale::Absent, AnnouncedScale::Absent) } else { (self.scale, peer.scale) };
        match (own, other) {
            // Both SYNs must carry the option (RFC 7323 §2.2).
            (AnnouncedScale::Shift(scale), AnnouncedScale::Shift(_)) => {
                let size = tcp.window.scaled(scale);
                (Why::WindowScaled { raw, factor: scale.factor(), bytes: size.bytes() }, Some(size))
            }
            (AnnouncedScale::Absent, _) | (_, AnnouncedScale::Absent) => {
                (Why::WindowUnscaled { bytes: raw.into() }, Some(tcp.window.scaled(WindowScale::default())))
            }
            (AnnouncedScale::Unseen, _) | (_, AnnouncedScale::Unseen) => (Why::WindowUnknown { raw }, None),
        }
    }
}
