//! What a segment means, in sentences.

use std::collections::BTreeMap;

use super::Words;
use crate::conversation::{
    Brief, CallIndex, CallRecord, Cause, Conversation, Conversations, Datagram, DatagramContent, End, Ends, Finding,
    KernelReason, Notice, Opening, Outside, Reaction, Segment, Sender, Sighting, StateChange, Sum, TcpConversation,
    Why,
};
use crate::decode::{Cooked, IcmpMeaning, Remark, Verdict};
use crate::model::{CallOutcome, ExitStatus, Protocol};
use crate::timeline::{Doing, Quiet};
use crate::trace::Trace;

impl Words {
    /// What happened, in one sentence.
    pub fn caption(&self, conversation: &TcpConversation, segment: &Segment) -> String {
        let who = self.end(segment.from);
        let flags = segment.flags;
        let key = if flags.rst() {
            if conversation.opening == Opening::Refused { "caption-refused" } else { "caption-rst" }
        } else if segment.repeats.is_some() {
            "caption-again"
        } else if flags.syn() {
            match (flags.ack(), segment.from) {
                (true, _) if conversation.opening == Opening::SimultaneousOpen => "caption-syn-ack-crossed",
                (true, _) => "caption-syn-ack",
                (false, End::Client) => "caption-syn",
                (false, End::Server) => "caption-syn-server",
            }
        } else if flags.fin() {
            "caption-fin"
        } else if segment.length > 0 {
            "caption-data"
        } else {
            match segment.cause {
                Cause::Kernel(KernelReason::FinishesHandshake) if segment.from == End::Client => {
                    "caption-handshake-ack"
                }
                Cause::Kernel(KernelReason::AcknowledgesFin) => {
                    let both = End::BOTH.into_iter().all(|end| {
                        let fin =
                            |other: &Segment| other.from == end && other.flags.fin() && other.frame < segment.frame;
                        conversation.segments.iter().any(fin)
                    });
                    if both { "caption-last-ack" } else { "caption-ack-of-fin" }
                }
                Cause::Kernel(KernelReason::NothingNew) => "caption-ack-nothing-new",
                Cause::Kernel(_) | Cause::Call(_) | Cause::Exit(_) | Cause::Unknown => "caption-ack",
            }
        };
        let mut sentence = self.say(key, &[("who", &who), ("bytes", &self.bytes(segment.length))]);
        if segment.length > 0 && !matches!(key, "caption-data" | "caption-again") {
            sentence.push(' ');
            sentence.push_str(&self.say("and-payload", &[("bytes", &self.bytes(segment.length))]));
        }
        sentence
    }

    /// What a datagram or an error about one does, in one sentence.
    pub fn datagram_caption(&self, datagram: &Datagram) -> String {
        let who = self.end(datagram.from);
        match datagram.content {
            DatagramContent::Data => {
                self.say("caption-datagram", &[("who", &who), ("bytes", &self.bytes(datagram.length))])
            }
            DatagramContent::Error { notice, about } => {
                let key = match notice.sender {
                    Sender::Destination => "caption-icmp",
                    Sender::Another => "caption-icmp-another",
                };
                let meaning = self.icmp_notice(&notice);
                let address = notice.address.to_string();
                let sentence = self.say(key, &[("who", &who), ("address", &address), ("meaning", &meaning)]);
                let about = about.map(|frame| self.say("caption-icmp-about", &[("frame", &frame.0)]));
                about.map_or(sentence.clone(), |about| format!("{sentence} {about}"))
            }
        }
    }

    /// What an ICMP message says.
    pub fn icmp(&self, meaning: IcmpMeaning) -> String {
        self.word(match meaning {
            IcmpMeaning::PortUnreachable => "icmp-port-unreachable",
            IcmpMeaning::HostUnreachable => "icmp-host-unreachable",
            IcmpMeaning::NetworkUnreachable => "icmp-network-unreachable",
            IcmpMeaning::Prohibited => "icmp-prohibited",
            IcmpMeaning::TooBig => "icmp-too-big",
            IcmpMeaning::TimeExceeded => "icmp-time-exceeded",
            IcmpMeaning::EchoRequest => "icmp-echo-request",
            IcmpMeaning::EchoReply => "icmp-echo-reply",
            IcmpMeaning::Other => "icmp-other",
        })
    }

    /// What an ICMP error says, with the MTU it tells.
    pub fn icmp_notice(&self, notice: &Notice) -> String {
        let meaning = match notice.meaning {
            IcmpMeaning::TooBig if notice.address.is_ipv4() => self.word("icmp-fragmentation-needed"),
            IcmpMeaning::Other => self.say("icmp-type", &[("kind", &notice.kind), ("code", &notice.code)]),
            meaning @ (IcmpMeaning::PortUnreachable
            | IcmpMeaning::HostUnreachable
            | IcmpMeaning::NetworkUnreachable
            | IcmpMeaning::Prohibited
            | IcmpMeaning::TooBig
            | IcmpMeaning::TimeExceeded
            | IcmpMeaning::EchoRequest
            | IcmpMeaning::EchoReply) => self.icmp(meaning),
        };
        let mtu = notice.mtu.map(|mtu| self.say("icmp-mtu", &[("meaning", &meaning), ("mtu", &mtu)]));
        mtu.unwrap_or(meaning)
    }

    /// The same in as few words as stand on an arrow.
    pub fn icmp_label(&self, notice: &Notice) -> String {
        match notice.mtu {
            Some(mtu) => format!("{}, MTU {mtu}", self.icmp(notice.meaning)),
            None if notice.meaning == IcmpMeaning::Other => self.icmp_notice(notice),
            None => self.icmp(notice.meaning),
        }
    }

    /// Why an ICMP error was sent, and what an end does with it.
    fn why_notice(&self, notice: &Notice) -> String {
        let key = match (notice.meaning, notice.mtu) {
            (IcmpMeaning::PortUnreachable, _) => "why-icmp-port",
            (IcmpMeaning::HostUnreachable, _) => "why-icmp-host",
            (IcmpMeaning::NetworkUnreachable, _) => "why-icmp-network",
            (IcmpMeaning::Prohibited, _) => "why-icmp-prohibited",
            (IcmpMeaning::TooBig, _) if notice.address.is_ipv6() => "why-icmp-too-big-6",
            (IcmpMeaning::TooBig, Some(_)) => "why-icmp-too-big",
            (IcmpMeaning::TooBig, None) => "why-icmp-too-big-untold",
            (IcmpMeaning::TimeExceeded, _) => "why-icmp-time",
            (IcmpMeaning::EchoRequest | IcmpMeaning::EchoReply | IcmpMeaning::Other, _) => "why-icmp",
        };
        self.word(key)
    }

    /// What the receiver of an ICMP error about a segment did with it, as far
    /// as the capture tells.
    pub fn reaction(&self, all: &Conversations, tcp: &TcpConversation, error: &Datagram) -> Option<String> {
        let who = self.end(error.from.peer());
        Some(match tcp.reaction(error, &all.links)? {
            Reaction::SendsLess { before, after } => self.say(
                "icmp-reaction-less",
                &[("who", &who), ("before", &self.bytes(before)), ("after", &self.bytes(after))],
            ),
            Reaction::Fails(call) => {
                let outcome = all.call(call).map(|record| self.outcome(record)).unwrap_or_default();
                let (name, error) = (self.call_name(all, call), outcome.trim_start_matches("= "));
                self.say("icmp-reaction-fails", &[("who", &who), ("call", &name), ("error", &error)])
            }
            Reaction::GoesOn(frame) => self.say("icmp-reaction-on", &[("who", &who), ("frame", &frame.0)]),
        })
    }

    /// Why a datagram is as long as it is.
    pub fn why_datagram(&self, datagram: &Datagram) -> Vec<String> {
        match datagram.content {
            DatagramContent::Data => {
                let total = datagram.length.saturating_add(8);
                let length = self.say("why-datagram-length", &[("total", &total), ("bytes", &datagram.length)]);
                vec![length, self.word("why-datagram-boundary"), self.word("why-datagram-no-numbers")]
            }
            DatagramContent::Error { notice, .. } => vec![self.why_notice(&notice)],
        }
    }

    /// What was found, in two or three words.
    pub fn finding(&self, finding: Finding) -> String {
        self.finding_name(finding.name)
    }

    /// Where a segment was seen, how long after its first sighting, and how it
    /// looked there; a line for each place, none for a single one.
    pub fn sightings(&self, trace: &Trace, seen_at: &[Sighting]) -> Vec<String> {
        let [first, _, ..] = seen_at else { return Vec::new() };
        let line = |seen: &Sighting| {
            let mut parts = vec![self.say(
                "seen-at",
                &[
                    ("place", &self.place(trace, seen.place)),
                    ("after", &super::span(seen.at.since(first.at))),
                    ("frame", &seen.frame.0),
                    ("ttl", &seen.ttl),
                ],
            )];
            let kind = |cooked: Cooked| if cooked.outgoing { "seen-outgoing" } else { "seen-incoming" };
            parts.extend(seen.cooked.map(|cooked| self.say(kind(cooked), &[("number", &cooked.interface)])));
            parts.extend(seen.ethernet.map(|(from, to)| format!("{from} → {to}")));
            let (from, to) = seen.sockets;
            parts.extend((seen.sockets != first.sockets).then(|| format!("{from} → {to}")));
            parts.join(" · ")
        };
        seen_at.iter().map(line).collect()
    }

    /// A finding by its name, in two or three words.
    pub fn finding_name(&self, name: &str) -> String {
        self.word(&finding_key(name))
    }

    /// What a finding means, in a sentence, and what tshark says in its place.
    pub fn finding_means(&self, finding: Finding) -> String {
        let means = self.word(&format!("{}-means", finding_key(finding.name)));
        match finding.instead_of {
            Some(name) => format!("{means} ({})", self.say("finding-instead-of", &[("name", &name)])),
            None => means,
        }
    }

    /// How a conversation went, in a few words.
    pub fn story(&self, conversation: Conversation<'_>) -> String {
        match conversation {
            Conversation::Tcp(tcp) => format!("TCP · {} · {}", self.opening(tcp.opening), self.closing(tcp.closing)),
            Conversation::Udp(_) => format!("UDP · {}", self.word("phase-datagrams")),
        }
    }

    /// The same for one in outline.
    pub fn brief_story(&self, brief: &Brief) -> String {
        match (brief.opening, brief.closing) {
            (Some(opening), Some(closing)) => format!("TCP · {} · {}", self.opening(opening), self.closing(closing)),
            _ => format!("UDP · {}", self.word("phase-datagrams")),
        }
    }

    /// How much each end sent.
    pub fn sums(&self, conversation: Conversation<'_>) -> String {
        match conversation {
            Conversation::Tcp(tcp) => self.summed_up(Protocol::Tcp, conversation.bytes(), tcp.segments.len()),
            Conversation::Udp(udp) => {
                let data = |datagram: &&Datagram| datagram.content == DatagramContent::Data;
                let count = udp.datagrams.iter().filter(data).count();
                self.summed_up(Protocol::Udp, conversation.bytes(), count)
            }
        }
    }

    fn summed_up(&self, protocol: Protocol, bytes: Ends<u64>, count: usize) -> String {
        let key = match protocol {
            Protocol::Tcp => "summary-bytes",
            Protocol::Udp => "summary-datagrams",
        };
        self.say(key, &[("client", &bytes.client), ("server", &bytes.server), ("segments", &count)])
    }

    /// Bytes with their unit.
    pub fn bytes(&self, count: u32) -> String {
        self.say("bytes", &[("count", &count)])
    }

    /// Why a number is what it is.
    pub fn why(&self, segment: &Segment, why: Why) -> String {
        let who = self.end(segment.from);
        match why {
            Why::SeqInitial { raw } => self.say("why-seq-initial", &[("who", &who), ("raw", &u64::from(raw))]),
            Why::SeqNext(sum) => self.summed("why-seq-next", sum, &who),
            Why::SeqUnmoved { seq } => self.say("why-seq-unmoved", &[("who", &who), ("seq", &seq)]),
            Why::SeqAgain { seq, next } => self.say("why-seq-again", &[("seq", &seq), ("next", &next)]),
            Why::SeqAhead { seq, missing } => self.say("why-seq-ahead", &[("seq", &seq), ("missing", &missing)]),
            Why::SeqFirstSeen { raw } => self.say("why-seq-first-seen", &[("raw", &raw)]),
            Why::SeqOfReset { raw } => self.say("why-seq-of-reset", &[("raw", &raw)]),
            Why::AckNext(sum) => self.summed("why-ack-next", sum, &who),
            Why::AckUnmoved { ack } => self.say("why-ack-unmoved", &[("ack", &ack)]),
            Why::AckBack { ack, highest } => self.say("why-ack-back", &[("ack", &ack), ("highest", &highest)]),
            Why::AckUnseen { ack } => self.say("why-ack-unseen", &[("ack", &ack)]),
            Why::AckAbsent => self.word("why-ack-absent"),
            Why::WindowUnscaled { bytes } => {
                let syn = if segment.flags.syn() { "yes" } else { "no" };
                self.say("why-window-unscaled", &[("bytes", &bytes), ("syn", &syn)])
            }
            Why::WindowScaled { raw, factor, bytes } => {
                self.say("why-window-scaled", &[("raw", &raw), ("factor", &factor), ("bytes", &bytes)])
            }
            Why::WindowUnknown { raw } => self.say("why-window-unknown", &[("raw", &raw)]),
        }
    }

    fn summed(&self, key: &str, sum: Sum, who: &str) -> String {
        let mut sentence = self.say(key, &[("total", &sum.total()), ("sum", &self.sum(sum)), ("who", &who)]);
        for (present, flag) in [(sum.syn, "SYN"), (sum.fin, "FIN")] {
            if present {
                sentence.push_str(match self.language() {
                    super::Language::English => "; ",
                    super::Language::Chinese => "；",
                });
                sentence.push_str(&self.say("counts-as-one", &[("flag", &flag)]));
            }
        }
        sentence
    }

    /// A sum as it is written: `1 + 8 B`, `0 + SYN`.
    pub fn sum(&self, sum: Sum) -> String {
        let mut terms = vec![sum.from.to_string()];
        if sum.syn {
            terms.push("SYN".to_owned());
        }
        if sum.bytes > 0 {
            terms.push(self.say("sum-bytes", &[("count", &sum.bytes)]));
        }
        if sum.fin {
            terms.push("FIN".to_owned());
        }
        terms.join(" + ")
    }

    /// Who made it be sent.
    pub fn cause(&self, all: &Conversations, from: End, cause: Cause) -> String {
        let who = self.end(from);
        match cause {
            Cause::Call(index) => self.say("cause-call", &[("who", &who), ("call", &self.call_name(all, index))]),
            Cause::Exit(_) => self.say("cause-exit", &[("who", &who)]),
            Cause::Kernel(reason) => self.word(&format!("cause-kernel-{}", reason_key(reason))),
            Cause::Unknown => self.say("cause-unknown", &[("who", &who)]),
        }
    }

    /// A call by its name, `connect()`.
    pub fn call_name(&self, all: &Conversations, index: CallIndex) -> String {
        all.call(index).map_or_else(|| self.word("unknown-end"), |record| format!("{}()", record.call.name()))
    }

    /// What a call came back with: `= 8`, `= ECONNREFUSED`, `= 0 EOF`.
    pub fn outcome(&self, record: &CallRecord) -> String {
        match &record.outcome {
            Some(CallOutcome::Received { received, .. }) if received.is_empty() && !record.datagrams => {
                format!("= 0 {}", self.word("end-of-stream"))
            }
            Some(outcome) => format!("= {outcome}"),
            None => self.word("never-returned"),
        }
    }

    /// How an end moved.
    pub fn moved(&self, end: End, change: &StateChange) -> String {
        let who = self.end(end);
        let moved = match change.from {
            Some(from) => self.say("moved", &[("who", &who), ("from", &from), ("to", &change.to)]),
            None => self.say("moved-first", &[("who", &who), ("to", &change.to)]),
        };
        format!("{moved}  ({})", self.say("rule", &[("section", &change.rule)]))
    }

    /// A long silence and what the programs did in it.
    pub fn quiet(&self, all: &Conversations, quiet: &Quiet) -> (String, Vec<String>) {
        let span = super::span(quiet.to.since(quiet.from));
        let doing = |end: End| {
            let who = self.end(end);
            match quiet.doing.of(end) {
                Doing::Waits(call) => {
                    Some(self.say("doing-waits", &[("who", &who), ("call", &self.call_name(all, *call))]))
                }
                Doing::Elsewhere => Some(self.say("doing-elsewhere", &[("who", &who)])),
                Doing::Ended => Some(self.say("doing-ended", &[("who", &who)])),
                Doing::Unknown => None,
            }
        };
        (self.say("quiet", &[("span", &span)]), End::BOTH.into_iter().filter_map(doing).collect())
    }

    /// How a program ended.
    pub fn exit(&self, status: ExitStatus) -> String {
        match status {
            ExitStatus::Code(code) => self.say("exit-code", &[("code", &code)]),
            ExitStatus::Signal(signal) => self.say("exit-signal", &[("signal", &signal_name(signal))]),
        }
    }

    /// What a checksum tells.
    pub fn verdict(&self, verdict: Verdict) -> String {
        match verdict {
            Verdict::Right => self.word("checksum-right"),
            Verdict::Wrong { expected } => self.say("checksum-wrong", &[("expected", &format!("0x{expected:04x}"))]),
            Verdict::LeftToHardware => self.word("checksum-left-to-hardware"),
            Verdict::Unverifiable => self.word("checksum-unverifiable"),
        }
    }

    /// What a reader must know about a frame.
    pub fn remark(&self, remark: &Remark) -> String {
        match remark {
            Remark::Cut { kept, wire } => self.say("remark-cut", &[("kept", kept), ("wire", wire)]),
            Remark::Malformed { layer, offset, reason } => {
                self.say("remark-malformed", &[("layer", layer), ("offset", offset), ("reason", reason)])
            }
            Remark::UnknownLink(link_type) => self.say("remark-unknown-link", &[("name", &link_type)]),
            Remark::Fragment => self.word("remark-fragment"),
            Remark::BadOption { offset } => self.say("remark-bad-option", &[("offset", offset)]),
        }
    }

    /// The frames that are in no conversation, by kind; `None` where there are
    /// none.
    pub fn outside(&self, outside: &BTreeMap<Outside, u32>) -> Option<String> {
        let list: Vec<String> = outside
            .iter()
            .map(|(kind, count)| {
                let key = match kind {
                    Outside::Icmp => "outside-icmp",
                    Outside::Arp => "outside-arp",
                    Outside::OtherProtocol => "outside-other-protocol",
                    Outside::Fragment => "outside-fragment",
                    Outside::Unreadable => "outside-unreadable",
                    Outside::UnknownLink => "outside-unknown-link",
                };
                self.say(key, &[("count", count)])
            })
            .collect();
        (!list.is_empty()).then(|| self.say("outside", &[("list", &list.join(", "))]))
    }

    /// Where a trace comes from, how much of it there is and how much was lost.
    pub fn provenance(&self, trace: &Trace) -> Vec<String> {
        self.provenance_of(trace, trace.frame_count())
    }

    /// The same of a capture with so many `frames`, of which the trace is a
    /// part.
    pub fn provenance_of(&self, trace: &Trace, frames: usize) -> Vec<String> {
        let notes = &trace.notes;
        let mut parts = vec![self.origin(notes.origin), self.say("frames", &[("count", &frames)])];
        parts.push(match notes.drops {
            Some(drops) => self.say("drops", &[("count", &drops)]),
            None => self.word("drops-unknown"),
        });
        parts.extend(notes.cores.iter().map(|(host, tcp)| {
            self.say(
                "origin-core",
                &[("host", &super::printable(host.as_bytes())), ("tcp", &super::printable(tcp.as_bytes()))],
            )
        }));
        parts.extend(notes.system.clone().map(|system| super::printable(system.as_bytes())));
        parts
    }
}

fn finding_key(name: &str) -> String {
    format!("finding-{}", name.replace(['.', '_'], "-"))
}

const fn reason_key(reason: KernelReason) -> &'static str {
    match reason {
        KernelReason::AnswersSyn => "answers-syn",
        KernelReason::AnswersCrossedSyn => "answers-crossed-syn",
        KernelReason::FinishesHandshake => "finishes-handshake",
        KernelReason::Acknowledges => "acknowledges",
        KernelReason::AcknowledgesFin => "acknowledges-fin",
        KernelReason::Refuses => "refuses",
        KernelReason::Resets => "resets",
        KernelReason::SendsAgain => "sends-again",
        KernelReason::PortClosed => "port-closed",
        KernelReason::Undelivered => "undelivered",
        KernelReason::NothingNew => "nothing-new",
    }
}

/// A signal by its name in signal(7), where it has the same number on every
/// Linux.
fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        _ => return signal.to_string(),
    };
    name.to_owned()
}
