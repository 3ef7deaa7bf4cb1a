use memchr::memmem::Finder;
use regex::bytes::RegexBuilder;

use super::super::error::{FilterError, FilterErrorKind, ValueType};
use super::super::evaluate::{Ask, Order, Predicate, Source, Test};
use super::super::literal::{self, BadEscape, Network, NoAddress};
use super::super::syntax::{Element, Node, NodeKind, Quantifier, Relation};
use super::super::time;
use super::{Checked, Checker, Value, ask, no_field, unknown};
use crate::decode::FieldId;

/// A regular expression takes at most so much memory, in bytes; so does what
/// it remembers while it is at work.
const LARGEST_PATTERN: usize = 1 << 20;

/// What a value in the filter stands for.
pub(super) enum Constant {
    Integer(i128),
    Bytes(Vec<u8>),
}

impl Constant {
    pub(super) fn source(self) -> Source {
        match self {
            Self::Integer(value) => Source::Integer(value),
            Self::Bytes(bytes) => Source::Bytes(bytes.into()),
        }
    }
}

impl<'t> Checker<'t> {
    /// What a relation asks of a value, given what stands on its other side.
    pub(super) fn predicate(&self, relation: Relation, value: &Value, node: &Node<'_>) -> Checked<Predicate> {
        let Some(ask) = ask(relation) else {
            // A part of an address is only bytes.
            let of = if value.of == ValueType::Mac { ValueType::Bytes } else { value.of };
            let needle = match self.constant(&Value::new(Source::Integer(0), of), node)? {
                Constant::Bytes(bytes) => bytes,
                Constant::Integer(_) => Vec::new(),
            };
            return Ok(Predicate::Contains(Box::new(Finder::new(&needle).into_owned())));
        };
        if let Some(Network { address, mask: Some(mask) }) = self.network(value.of, node)? {
            let network: Box<[u8]> = address.iter().zip(&mask).map(|(byte, mask)| byte & mask).collect();
            return Ok(Predicate::Network(ask, network, mask.into()));
        }
        Ok(exactly(ask, value, self.constant(value, node)?))
    }

    /// `in {…}`.
    pub(super) fn within(
        &mut self,
        quantifier: Option<Quantifier>,
        negated: bool,
        of: &Node<'t>,
        set: &[Element<'t>],
    ) -> Checked<Test> {
        let Some(value) = self.value(of)? else { return Err(no_field(of.span.clone())) };
        self.applicable(Relation::Equal, of, value.of)?;
        let any_of = set.iter().map(|element| self.element(&value, element)).collect::<Checked<Vec<_>>>()?;
        let quantifier = quantifier.unwrap_or(Quantifier::Any);
        let test = Test::Is { of: value.source, quantifier, predicate: Predicate::OneOf(any_of) };
        // As in Wireshark, with `all` too: what is not there is not in it.
        Ok(if negated { Test::Not(Box::new(test)) } else { test })
    }

    fn element(&self, value: &Value, element: &Element<'_>) -> Checked<Predicate> {
        match element {
            Element::One(node) => {
                self.plain(node)?;
                self.predicate(Relation::Equal, value, node)
            }
            Element::Range(from, to) => {
                self.plain(from)?;
                self.plain(to)?;
                let span = from.span.start..to.span.end;
                let empty = FilterErrorKind::EmptyRange { found: self.written(&span) };
                let empty = FilterError { span, kind: empty };
                match (self.constant(value, from)?, self.constant(value, to)?) {
                    (Constant::Integer(from), Constant::Integer(to)) if from <= to => Ok(Predicate::Integers(from, to)),
                    (Constant::Bytes(from), Constant::Bytes(to)) if order(value.of).of(&from, &to).is_le() => {
                        Ok(Predicate::BytesBetween(order(value.of), from.into(), to.into()))
                    }
                    _ => Err(empty),
                }
            }
        }
    }

    /// A set holds values as they are written, nothing else.
    fn plain(&self, node: &Node<'_>) -> Checked<()> {
        let of_field = node.signed_word().is_some_and(|(word, _)| FieldId::named(word).is_some());
        let plain = node.is_plain() && !of_field;
        let kind = || FilterErrorKind::FieldInSet { found: self.written(&node.span) };
        if plain { Ok(()) } else { Err(FilterError { span: node.span.clone(), kind: kind() }) }
    }

    /// What a value as it is written stands for beside `value`.
    pub(super) fn constant(&self, value: &Value, node: &Node<'_>) -> Checked<Constant> {
        let constant = match value.of {
            ValueType::Number => match self.integer(node)? {
                Some(number) if !(value.least..=value.most).contains(&number) => {
                    let (least, most, found) = (value.least, value.most, self.written(&node.span));
                    let kind = FilterErrorKind::OutOfRange { found, least, most };
                    return Err(FilterError { span: node.span.clone(), kind });
                }
                number => number.map(Constant::Integer),
            },
            ValueType::Boolean => node.word().and_then(literal::boolean).map(Constant::Integer),
            ValueType::Span => {
                let span = node.signed_word().and_then(|(word, negative)| Some((literal::span(word)?, negative)));
                span.map(|(span, negative)| Constant::Integer(if negative { -span } else { span }))
            }
            ValueType::Moment => {
                let quoted = if let NodeKind::Text { inside, .. } = node.kind { Some(inside) } else { None };
                node.word().or(quoted).and_then(time::moment).map(Constant::Integer)
            }
            ValueType::Ipv4 | ValueType::Ipv6 => {
                let network = self.network(value.of, node)?;
                network.filter(|network| network.mask.is_none()).map(|network| Constant::Bytes(network.address))
            }
            ValueType::Mac => {
                node.word().and_then(literal::bytes).filter(|bytes| bytes.len() == 6).map(Constant::Bytes)
            }
            ValueType::Bytes => match node.word() {
                Some(word) => literal::bytes(word).map(Constant::Bytes),
                None => self.text_of(node, false)?.map(Constant::Bytes),
            },
            ValueType::Text => match node.word().filter(|word| !has_known_header(word)) {
                Some(word) => Some(Constant::Bytes(word.as_bytes().to_vec())),
                None => self.text_of(node, false)?.map(Constant::Bytes),
            },
            ValueType::Nothing => None,
        };
        constant.ok_or_else(|| self.wrong_value(value.of, node))
    }

    fn wrong_value(&self, expected: ValueType, node: &Node<'_>) -> FilterError {
        if let Some(word) = node.word().filter(|word| has_known_header(word)) {
            return unknown(word, node.span.clone());
        }
        let kind = FilterErrorKind::WrongValue { found: self.written(&node.span), expected };
        FilterError { span: node.span.clone(), kind }
    }

    /// An address with or without a prefix; `None` for other kinds.
    fn network(&self, of: ValueType, node: &Node<'_>) -> Checked<Option<Network>> {
        let read = match of {
            ValueType::Ipv4 => literal::ipv4,
            ValueType::Ipv6 => literal::ipv6,
            ValueType::Number
            | ValueType::Boolean
            | ValueType::Span
            | ValueType::Moment
            | ValueType::Mac
            | ValueType::Bytes
            | ValueType::Text
            | ValueType::Nothing => return Ok(None),
        };
        let Some(word) = node.word() else { return Err(self.wrong_value(of, node)) };
        match read(word) {
            Ok(network) => Ok(Some(network)),
            Err(NoAddress::Address) => Err(self.wrong_value(of, node)),
            Err(NoAddress::Prefix { found, most }) => {
                let span = node.span.end - found.len()..node.span.end;
                Err(FilterError { span, kind: FilterErrorKind::BadPrefix { found, most } })
            }
        }
    }

    /// The bytes of a text or of a character; `None` for anything else.
    fn text_of(&self, node: &Node<'_>, pattern: bool) -> Checked<Option<Vec<u8>>> {
        if let NodeKind::Character(inside) = node.kind {
            return self.character(inside, node).map(|byte| Some(vec![byte]));
        }
        let NodeKind::Text { inside, raw } = node.kind else { return Ok(None) };
        literal::unescape(inside, raw, pattern).map(Some).map_err(|BadEscape { at, found }| {
            // Only a text without `r` has escapes: one quote is before it.
            let at = node.span.start + 1 + at;
            FilterError { span: at..at + found.len(), kind: FilterErrorKind::BadEscape { found } }
        })
    }

    /// A whole number with its sign.
    fn integer(&self, node: &Node<'_>) -> Checked<Option<i128>> {
        if let NodeKind::Character(inside) = node.kind {
            return self.character(inside, node).map(|byte| Some(byte.into()));
        }
        if let NodeKind::Negative(of) = &node.kind
            && node.is_plain()
        {
            return Ok(self.integer(of)?.map(|number| -number));
        }
        Ok(node.word().and_then(literal::number))
    }

    fn character(&self, inside: &str, node: &Node<'_>) -> Checked<u8> {
        literal::character(inside).ok_or_else(|| {
            let kind = FilterErrorKind::BadCharacter { found: self.written(&node.span) };
            FilterError { span: node.span.clone(), kind }
        })
    }

    /// The regular expression behind `matches`.
    pub(super) fn pattern(&self, of: ValueType, node: &Node<'_>) -> Checked<Predicate> {
        let wrong = |kind| FilterError { span: node.span.clone(), kind };
        let NodeKind::Text { .. } = &node.kind else {
            return Err(wrong(FilterErrorKind::PatternNotQuoted { found: self.written(&node.span) }));
        };
        let bytes = self.text_of(node, true)?.unwrap_or_default();
        let mut pattern = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            pattern.push_str(chunk.valid());
            pattern.extend(chunk.invalid().iter().map(|byte| format!("(?-u:\\x{byte:02x})")));
        }
        let pattern = RegexBuilder::new(&pattern)
            .case_insensitive(true)
            // A dot is one character of a text, one byte of bytes.
            .unicode(of == ValueType::Text)
            .size_limit(LARGEST_PATTERN)
            .dfa_size_limit(LARGEST_PATTERN)
            .build();
        pattern.map(Predicate::Matches).map_err(|error| match error {
            regex::Error::CompiledTooBig(most) => wrong(FilterErrorKind::PatternTooLarge { most }),
            // The last line says what is wrong, those before it where.
            error @ (regex::Error::Syntax(_) | _) => {
                let text = error.to_string();
                let last = text.lines().next_back().unwrap_or_default();
                let reason = last.strip_prefix("error: ").unwrap_or(last).to_owned();
                wrong(FilterErrorKind::BadPattern { reason })
            }
        })
    }
}

/// A comparison with a value.
fn exactly(ask: Ask, value: &Value, constant: Constant) -> Predicate {
    match constant {
        Constant::Integer(constant) => Predicate::Integer(ask, constant),
        Constant::Bytes(bytes) => Predicate::Bytes(ask, order(value.of), bytes.into()),
    }
}

/// Whether a word that names no field looks like one of a known header.
fn has_known_header(word: &str) -> bool {
    let header = word.split_once('.').map(|(header, _)| header);
    header.is_some_and(|header| {
        header.starts_with(|first: char| first.is_ascii_alphabetic()) && FieldId::named(header).is_some()
    })
}

/// How values of a kind are put in order.
pub(super) const fn order(of: ValueType) -> Order {
    if matches!(of, ValueType::Text) { Order::Text } else { Order::Length }
}
