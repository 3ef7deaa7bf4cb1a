use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;

use super::*;
use crate::conversation::{Cause, Conversations, KernelReason};

/// Every key of a language with the placeholders its phrase names.
fn phrases(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let (_, sources) = language.sources();
    for source in sources {
        let resource = FluentResource::try_new(source.to_owned());
        assert!(resource.is_ok(), "{language:?}: {:?}", resource.err().map(|(_, errors)| errors));
    }
    let mut phrases = BTreeMap::new();
    let mut key = String::new();
    for line in sources.iter().flat_map(|source| source.lines()) {
        if let Some((name, _)) = line.split_once(" =")
            && line.starts_with(|first: char| first.is_ascii_lowercase())
        {
            key = name.to_owned();
            assert!(phrases.insert(key.clone(), BTreeSet::new()).is_none(), "{language:?}: {key} twice");
        }
        for piece in line.split('$').skip(1) {
            let name = piece.split(|end: char| !end.is_ascii_alphanumeric()).next().unwrap();
            phrases.get_mut(&key).unwrap().insert(name.to_owned());
        }
    }
    phrases
}

#[test]
fn both_languages_have_the_same_phrases_and_placeholders() {
    assert_eq!(phrases(Language::English), phrases(Language::Chinese));
    assert!(phrases(Language::English).len() > 100);
}

/// Phrases asked for by a key that the program puts together.
#[test]
fn every_named_thing_has_a_phrase() {
    for language in Language::ALL {
        let words = Words::new(language);
        let mut sentences: Vec<String> = Vec::new();
        sentences.extend(Opening::ALL.map(|opening| words.opening(opening)));
        sentences.extend(Closing::ALL.map(|closing| words.closing(closing)));
        let all = Conversations::default();
        let kernel = |reason| words.cause(&all, End::Server, Cause::Kernel(reason));
        sentences.extend(KernelReason::ALL.map(kernel));
        let names = [
            "eth",
            "eth.dst",
            "eth.src",
            "eth.type",
            "ip",
            "ip.version",
            "ip.hdr_len",
            "ip.dsfield",
            "ip.len",
            "ip.id",
            "ip.flags",
            "ip.frag_offset",
            "ip.ttl",
            "ip.proto",
            "ip.checksum",
            "ip.src",
            "ip.dst",
            "ip.options",
            "ipv6",
            "ipv6.version",
            "ipv6.tclass",
            "ipv6.flow",
            "ipv6.plen",
            "ipv6.nxt",
            "ipv6.hlim",
            "ipv6.src",
            "ipv6.dst",
            "tcp",
            "tcp.srcport",
            "tcp.dstport",
            "tcp.seq_raw",
            "tcp.ack_raw",
            "tcp.hdr_len",
            "tcp.flags",
            "tcp.window_size_value",
            "tcp.checksum",
            "tcp.urgent_pointer",
            "tcp.options",
            "tcp.options.nop",
            "tcp.options.mss_val",
            "tcp.options.wscale.shift",
            "tcp.options.sack_perm",
            "tcp.options.sack",
            "tcp.options.timestamp",
            "tcp.payload",
            "udp",
            "udp.srcport",
            "udp.dstport",
            "udp.length",
            "udp.checksum",
            "udp.payload",
            "icmp",
            "icmp.type",
            "icmp.code",
            "icmp.checksum",
            "icmp.data",
        ];
        sentences.extend(names.map(|name| words.field(name)));
        for sentence in sentences {
            assert!(!sentence.contains('⟨'), "{language:?}: {sentence}");
        }
    }
}

#[test]
fn placeholders_are_filled_and_plurals_chosen() {
    let words = Words::new(Language::English);
    assert_eq!(words.say("frames", &[("count", &1)]), "1 frame");
    assert_eq!(words.say("frames", &[("count", &20_000)]), "20000 frames");
    let words = Words::new(Language::Chinese);
    assert_eq!(words.say("frames", &[("count", &1)]), "1 帧");
    assert_eq!(words.word("no-such-phrase"), "⟨no-such-phrase⟩");
}

#[test]
fn languages_are_found_by_locale_and_name() {
    assert_eq!(Language::of_locale("zh_CN.UTF-8"), Language::Chinese);
    assert_eq!(Language::of_locale("C"), Language::English);
    assert_eq!("zh".parse(), Ok(Language::Chinese));
    assert!("fr".parse::<Language>().is_err());
}
