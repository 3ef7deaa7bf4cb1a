use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;

use super::*;
use crate::conversation::{Cause, Conversations, KernelReason};

/// Every key of a language with the placeholders its phrase names.
fn phrases(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let (_, sources) = language.sources();
    for source in sources {
        let resource = FluentResource::try_new((*source).to_owned());
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
