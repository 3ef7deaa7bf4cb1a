//! A segment's options explained: what each does, what both ends agreed on,
//! and whether it is in force; IP's options and extension headers by name.

use super::Scene;
use super::arithmetic::{announced, factor, options};
use crate::conversation::{End, TcpConversation};
use crate::decode::{Field, FieldId, TcpHeaderOptions};
use crate::model::SeqNumber;
use crate::words::{Words, grouped};

/// One option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Explained {
    /// Its name and value.
    pub(super) title: String,
    /// What it does, and what became of it, a sentence each.
    pub(super) sentences: Vec<String>,
}

/// The options of a segment of a connection.
pub(super) fn of_segment(scene: &Scene<'_>, tcp: &TcpConversation, index: usize, headers: &[Field]) -> Vec<Explained> {
    let Some(segment) = tcp.segments.get(index) else { return Vec::new() };
    let Some(found) = options(scene, segment.frame) else { return Vec::new() };
    let syns = [End::Client, End::Server].map(|end| announced(scene, tcp, end).map(|(_, options)| options));
    let story = Story { words: scene.words, from: segment.from, found, syns, syn: segment.flags.syn() };
    let mut explained = Vec::new();
    explained.extend(story.segment_size());
    explained.extend(story.scale());
    explained.extend(story.permitted());
    explained.extend(story.selective(tcp, index));
    explained.extend(story.timestamps());
    explained.extend(others(headers, scene.words));
    explained
}

struct Story<'a> {
    words: &'a Words,
    from: End,
    found: TcpHeaderOptions,
    /// What the client's and the server's SYN had; `None` where it was not
    /// captured.
    syns: [Option<TcpHeaderOptions>; 2],
    syn: bool,
}

impl Story<'_> {
    fn syn_of(&self, end: End) -> Option<&TcpHeaderOptions> {
        let [client, server] = &self.syns;
        match end {
            End::Client => client.as_ref(),
            End::Server => server.as_ref(),
        }
    }

    /// Whether something takes both SYNs, and both have it.
    fn in_force(&self, has: impl Fn(&TcpHeaderOptions) -> bool) -> String {
        let words = self.words;
        let without = End::BOTH.into_iter().find(|end| self.syn_of(*end).is_some_and(|options| !has(options)));
        let unseen = End::BOTH.into_iter().find(|end| self.syn_of(*end).is_none());
        match (without, unseen) {
            (Some(end), _) => words.say("option-not-in-force", &[("who", &words.end(end))]),
            (None, Some(end)) => words.say("option-unseen", &[("who", &words.end(end))]),
            (None, None) => words.word("option-in-force"),
        }
    }

    fn segment_size(&self) -> Option<Explained> {
        let words = self.words;
        let size = self.found.maximum_segment_size?;
        let (who, peer) = (words.end(self.from), words.end(self.from.peer()));
        let mut sentences = vec![words.say("option-mss", &[("who", &who), ("peer", &peer), ("size", &size)])];
        let of = |end| self.syn_of(end).and_then(|options| options.maximum_segment_size);
        if let (Some(client), Some(server)) = (of(End::Client), of(End::Server)) {
            sentences.push(words.say("option-mss-both", &[("client", &client), ("server", &server)]));
        }
        Some(Explained { title: format!("MSS {size}"), sentences })
    }

    fn scale(&self) -> Option<Explained> {
        let words = self.words;
        let shift = self.found.window_scale?;
        let who = words.end(self.from);
        let mut sentences =
            vec![words.say("option-scale", &[("who", &who), ("shift", &shift), ("factor", &factor(shift))])];
        sentences.push(self.in_force(|options| options.window_scale.is_some()));
        let largest = u64::from(u16::MAX) * u64::from(factor(shift));
        sentences.push(words.say("option-scale-largest", &[("bytes", &grouped(largest))]));
        Some(Explained { title: format!("WS {shift}: × {}", factor(shift)), sentences })
    }

    fn permitted(&self) -> Option<Explained> {
        let words = self.words;
        self.found.sack_permitted.then(|| {
            let who = words.end(self.from);
            let sentences = vec![
                words.say("option-sack-permitted", &[("who", &who)]),
                self.in_force(|options| options.sack_permitted),
            ];
            Explained { title: words.field_name(FieldId::TCP_OPTIONS_SACK_PERM), sentences }
        })
    }

    /// The blocks, and the holes before and between them.
    fn selective(&self, tcp: &TcpConversation, index: usize) -> Option<Explained> {
        let words = self.words;
        let segment = tcp.segments.get(index)?;
        let (ack, relative) = (segment.ack?, segment.relative_ack?);
        let count = usize::from(self.found.sack_blocks);
        let blocks = self.found.sack.get(..count).filter(|blocks| !blocks.is_empty())?;
        let base = ack - relative;
        let number = |seq: SeqNumber| seq.raw().wrapping_sub(base.raw());
        let mut sentences = vec![words.say("option-sack", &[("who", &words.end(self.from))])];
        let mut received: Vec<(SeqNumber, SeqNumber)> = Vec::new();
        for (place, (left, right)) in blocks.iter().enumerate() {
            let (left, right) = (SeqNumber::new(*left), SeqNumber::new(*right));
            // RFC 2883: a first block below the ACK, or inside the second one,
            // tells what came twice.
            let twice = place == 0
                && (left.before(ack)
                    || blocks.get(1).is_some_and(|(from, to)| {
                        SeqNumber::new(*from).before_or_at(left) && right.before_or_at(SeqNumber::new(*to))
                    }));
            let key = if twice { "option-sack-twice" } else { "option-sack-block" };
            let bytes = right.raw().wrapping_sub(left.raw());
            let arguments: [(&str, &dyn std::fmt::Display); 3] =
                [("from", &number(left)), ("to", &number(right)), ("bytes", &bytes)];
            sentences.push(words.say(key, &arguments));
            if !twice {
                received.push((left, right));
            }
        }
        received.sort_by_key(|(left, _)| left.offset_from(ack));
        let mut at = ack;
        for (left, right) in received {
            if at.before(left) {
                let bytes = left.raw().wrapping_sub(at.raw());
                let arguments: [(&str, &dyn std::fmt::Display); 3] =
                    [("from", &number(at)), ("to", &number(left)), ("bytes", &bytes)];
                sentences.push(words.say("option-sack-hole", &arguments));
            }
            at = at.latest(right);
        }
        Some(Explained { title: words.say("option-sack-title", &[("count", &count)]), sentences })
    }

    fn timestamps(&self) -> Option<Explained> {
        let words = self.words;
        let (value, echoed) = self.found.timestamps?;
        let who = words.end(self.from);
        let mut sentences = vec![words.say("option-timestamps", &[("who", &who)])];
        sentences.push(self.in_force(|options| options.timestamps.is_some()));
        if self.syn && echoed == 0 {
            sentences.push(words.word("option-timestamps-first"));
        }
        Some(Explained {
            title: format!("TSval {} · TSecr {}", grouped(value.into()), grouped(echoed.into())),
            sentences,
        })
    }
}

/// Options that are told in full above, and those that say nothing.
const TOLD: [FieldId; 7] = [
    FieldId::TCP_OPTIONS_MSS,
    FieldId::TCP_OPTIONS_WSCALE,
    FieldId::TCP_OPTIONS_SACK_PERM,
    FieldId::TCP_OPTIONS_SACK,
    FieldId::TCP_OPTIONS_TIMESTAMP,
    FieldId::TCP_OPTIONS_NOP,
    FieldId::TCP_OPTIONS_EOL,
];

/// The options and extension headers of a frame that have a name and a
/// meaning.
pub(super) fn others(headers: &[Field], words: &Words) -> Vec<Explained> {
    let mut explained = Vec::new();
    collect(headers, words, &mut explained);
    explained
}

fn collect(fields: &[Field], words: &Words, explained: &mut Vec<Explained>) {
    for field in fields {
        let name = field.id.name();
        let extension = [
            FieldId::IPV6_HOPOPTS,
            FieldId::IPV6_DSTOPTS,
            FieldId::IPV6_ROUTING,
            FieldId::IPV6_FRAGHDR,
            FieldId::AH,
            FieldId::MPTCP,
        ];
        let option = name.starts_with("tcp.options.") && name.matches('.').count() == 2 && !field.children.is_empty();
        let ip = name.starts_with("ip.options.");
        let empty = matches!(field.id, FieldId::IP_OPTIONS_NOP | FieldId::IP_OPTIONS_EOL);
        if extension.contains(&field.id) || ((option || ip) && !TOLD.contains(&field.id) && !empty) {
            explained
                .push(Explained { title: words.field_name(field.id), sentences: vec![words.field_meaning(field.id)] });
        }
        // What an error message quotes is explained where it was sent.
        if !matches!(field.id, FieldId::ICMP | FieldId::ICMPV6) {
            collect(&field.children, words, explained);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{conversations, story::story};
    use crate::words::Language;

    #[test]
    fn sack_blocks_tell_what_is_missing_and_what_came_twice() {
        let trace = story("0 > S 0 - 0\n 1 < S. 0 1 0\n 2 > . 1 1 0\n 3 < . 1 11 0");
        let all = conversations(&trace);
        let (tcp, words) = (&all.tcp[0], Words::new(Language::English));
        let base = crate::conversation::story::CLIENT_ISN;
        let mut found = TcpHeaderOptions { sack_blocks: 2, ..TcpHeaderOptions::default() };
        found.sack[0] = ((base + 21).raw(), (base + 31).raw());
        found.sack[1] = ((base + 41).raw(), (base + 61).raw());
        let story = Story { words: &words, from: End::Server, found, syns: [None, None], syn: false };
        let told = story.selective(tcp, 3).unwrap();
        assert_eq!(told.title, "SACK, 2 blocks");
        let sentences = &told.sentences[1..];
        assert_eq!(sentences, ["has 21–31 (10 B)", "has 41–61 (20 B)", "misses 11–21 (10 B)", "misses 31–41 (10 B)"]);

        // Below the ACK: it came twice, and nothing is missing.
        let mut found = TcpHeaderOptions { sack_blocks: 1, ..TcpHeaderOptions::default() };
        found.sack[0] = ((base + 1).raw(), (base + 6).raw());
        let story = Story { found, ..story };
        let told = story.selective(tcp, 3).unwrap();
        assert_eq!(told.sentences[1..], ["received twice: 1–6 (5 B; D-SACK, RFC 2883)"]);
    }

    #[test]
    fn an_option_is_in_force_where_both_syns_have_it() {
        let words = Words::new(Language::English);
        let with = TcpHeaderOptions { window_scale: Some(7), sack_permitted: true, ..TcpHeaderOptions::default() };
        let without = TcpHeaderOptions::default();
        let story =
            |client, server| Story { words: &words, from: End::Client, found: with, syns: [client, server], syn: true };
        let last = |story: Story<'_>| story.scale().unwrap().sentences[1].clone();
        assert_eq!(last(story(Some(with), Some(with))), "In force: both SYNs have it.");
        assert_eq!(last(story(Some(with), Some(without))), "Not in force: the server's SYN does not have it.");
        assert!(last(story(Some(with), None)).starts_with("Whether it is in force cannot be told"));
    }
}
