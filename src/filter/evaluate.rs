use std::cmp::Ordering;
use std::net::{Ipv4Addr, Ipv6Addr};

use memchr::memmem::Finder;
use regex::bytes::Regex;

use super::collected::{Collected, Held};
use super::slice::Slice;
use super::syntax::{Arithmetic, Quantifier};
use crate::decode::{FieldId, MacAddress};

/// A filter that has been compiled: a question about one frame.
pub(super) enum Test {
    All(Vec<Self>),
    Any(Vec<Self>),
    /// `xor`: an odd number of them.
    Odd(Vec<Self>),
    Not(Box<Self>),
    /// The field is there.
    There(FieldId),
    /// Some or all of the values pass.
    Is {
        of: Source,
        quantifier: Quantifier,
        predicate: Predicate,
    },
    /// Some or all of the pairs pass.
    Compared {
        left: Source,
        right: Source,
        quantifier: Quantifier,
        pair: Pair,
    },
}

/// Where values come from: none, one or many.
pub(super) enum Source {
    Field(FieldId),
    Integer(i128),
    Bytes(Box<[u8]>),
    /// The slices of a value, one behind the other.
    Sliced(Box<Self>, Vec<Slice>),
    Uppercase(Box<Self>),
    Lowercase(Box<Self>),
    Length(Box<Self>),
    /// How many values; none if there are none.
    Count(Box<Self>),
    /// As a person writes it.
    Shown(Box<Self>, Shown),
    Least(Vec<Self>, Order),
    Most(Vec<Self>, Order),
    Absolute(Box<Self>),
    Negative(Box<Self>),
    Calculated(Arithmetic, Box<Self>, Box<Self>),
}

/// What `string()` writes.
#[derive(Clone, Copy)]
pub(super) enum Shown {
    Number,
    Ipv4,
    Ipv6,
    Mac,
}

/// What is asked of one value.
pub(super) enum Predicate {
    /// Nothing: it is there.
    There,
    /// A bit of it is set.
    NonZero,
    Integer(Ask, i128),
    /// From the first to the second, and with both.
    Integers(i128, i128),
    Bytes(Ask, Order, Box<[u8]>),
    BytesBetween(Order, Box<[u8]>, Box<[u8]>),
    /// Its part under the mask.
    Network(Ask, Box<[u8]>, Box<[u8]>),
    Contains(Box<Finder<'static>>),
    Matches(Regex),
    OneOf(Vec<Self>),
}

/// What is asked of two values.
#[derive(Clone, Copy)]
pub(super) enum Pair {
    Ask(Ask, Order),
    Contains,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Equal,
    Unequal,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
}

/// Which of two byte strings is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The shorter one; of the same length, the first smaller byte decides.
    Length,
    /// As in a dictionary.
    Text,
}

impl Ask {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Unequal => ordering.is_ne(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterEqual => ordering.is_ge(),
            Self::Less => ordering.is_lt(),
            Self::LessEqual => ordering.is_le(),
        }
    }
}

impl Order {
    pub(super) fn of(self, left: &[u8], right: &[u8]) -> Ordering {
        match self {
            Self::Length => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
            Self::Text => left.cmp(right),
        }
    }
}

impl Predicate {
    fn holds(&self, value: Held<'_>) -> bool {
        match (self, value) {
            (Self::There, _) => true,
            (Self::OneOf(any), value) => any.iter().any(|predicate| predicate.holds(value)),
            (Self::NonZero, Held::Integer(value)) => value != 0,
            (Self::Integer(ask, constant), Held::Integer(value)) => ask.holds(value.cmp(constant)),
            (Self::Integers(from, to), Held::Integer(value)) => (*from..=*to).contains(&value),
            (Self::NonZero, Held::Bytes(bytes)) => bytes.iter().any(|byte| *byte != 0),
            (Self::Bytes(ask, order, constant), Held::Bytes(bytes)) => ask.holds(order.of(bytes, constant)),
            (Self::BytesBetween(order, from, to), Held::Bytes(bytes)) => {
                order.of(bytes, from).is_ge() && order.of(bytes, to).is_le()
            }
            (Self::Network(ask, network, mask), Held::Bytes(bytes)) => {
                ask.holds(bytes.iter().zip(mask).map(|(byte, mask)| byte & mask).cmp(network.iter().copied()))
            }
            (Self::Contains(finder), Held::Bytes(bytes)) => finder.find(bytes).is_some(),
            (Self::Matches(pattern), Held::Bytes(bytes)) => pattern.is_match(bytes),
            // A value that says nothing passes no question about it.
            _ => false,
        }
    }
}

impl Pair {
    fn holds(self, left: Held<'_>, right: Held<'_>) -> bool {
        match (self, left, right) {
            (Self::Ask(ask, _), Held::Integer(left), Held::Integer(right)) => ask.holds(left.cmp(&right)),
            (Self::Ask(ask, order), Held::Bytes(left), Held::Bytes(right)) => ask.holds(order.of(left, right)),
            (Self::Contains, Held::Bytes(left), Held::Bytes(right)) => memchr::memmem::find(left, right).is_some(),
            _ => false,
        }
    }
}

/// Whether enough values pass. `each` hands them over until it is told to stop,
/// and says whether it was.
fn enough(
    quantifier: Quantifier,
    each: impl FnOnce(&mut dyn FnMut(Held<'_>) -> bool) -> bool,
    passes: impl Fn(Held<'_>) -> bool,
) -> bool {
    match quantifier {
        Quantifier::Any => each(&mut |value| passes(value)),
        Quantifier::All => {
            let mut some = false;
            let failed = each(&mut |value| {
                some = true;
                !passes(value)
            });
            some && !failed
        }
    }
}

impl Test {
    /// What an empty filter asks.
    pub(super) const ALWAYS: Self = Self::All(Vec::new());

    /// Whether the answer is yes.
    pub(super) fn holds(&self, frame: &Collected) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(frame)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(frame)),
            Self::Odd(tests) => tests.iter().fold(false, |odd, test| odd ^ test.holds(frame)),
            Self::Not(test) => !test.holds(frame),
            Self::There(field) => frame.count(*field) > 0,
            // What nearly every filter asks, without a detour.
            Self::Is { of: Source::Field(field), quantifier, predicate } => {
                let mut values = frame.values(*field).peekable();
                match quantifier {
                    Quantifier::Any => values.any(|value| predicate.holds(value)),
                    Quantifier::All => values.peek().is_some() && values.all(|value| predicate.holds(value)),
                }
            }
            Self::Is { of, quantifier, predicate } => {
                enough(*quantifier, |pass| of.each(frame, pass), |value| predicate.holds(value))
            }
            Self::Compared { left, right, quantifier, pair } => enough(
                *quantifier,
                |pass| left.each(frame, pass),
                |left| enough(*quantifier, |pass| right.each(frame, pass), |right| pair.holds(left, right)),
            ),
        }
    }
}

/// A value that is in no frame.
enum Own {
    Integer(i128),
    Bytes(Vec<u8>),
}

impl Own {
    fn of(value: Held<'_>) -> Option<Self> {
        match value {
            Held::Present => None,
            Held::Integer(value) => Some(Self::Integer(value)),
            Held::Bytes(bytes) => Some(Self::Bytes(bytes.to_vec())),
        }
    }

    fn held(&self) -> Held<'_> {
        match self {
            Self::Integer(value) => Held::Integer(*value),
            Self::Bytes(bytes) => Held::Bytes(bytes),
        }
    }
}

impl Source {
    /// Hands over each value until `stop` says so; whether it did.
    fn each(&self, frame: &Collected, stop: &mut dyn FnMut(Held<'_>) -> bool) -> bool {
        match self {
            Self::Field(field) => frame.values(*field).any(stop),
            Self::Integer(value) => stop(Held::Integer(*value)),
            Self::Bytes(bytes) => stop(Held::Bytes(bytes)),
            Self::Sliced(of, slices) => of.each(frame, &mut |value| match (value, slices.as_slice()) {
                (Held::Bytes(bytes), [slice]) => slice.of(bytes).is_some_and(|piece| stop(Held::Bytes(piece))),
                (Held::Bytes(bytes), slices) => {
                    let pieces: Option<Vec<&[u8]>> = slices.iter().map(|slice| slice.of(bytes)).collect();
                    pieces.is_some_and(|pieces| stop(Held::Bytes(&pieces.concat())))
                }
                (Held::Present | Held::Integer(_), _) => false,
            }),
            Self::Uppercase(of) => of.each_bytes(frame, &mut |bytes| stop(Held::Bytes(&bytes.to_ascii_uppercase()))),
            Self::Lowercase(of) => of.each_bytes(frame, &mut |bytes| stop(Held::Bytes(&bytes.to_ascii_lowercase()))),
            Self::Length(of) => {
                let mut length = |length| i128::try_from(length).is_ok_and(|length| stop(Held::Integer(length)));
                // A header is as long as it is, not as what it carries.
                if let Self::Field(field) = **of {
                    return frame.lengths(field).any(length);
                }
                of.each_bytes(frame, &mut |bytes| length(bytes.len()))
            }
            Self::Count(of) => {
                let mut count = 0;
                of.each(frame, &mut |_| {
                    count += 1;
                    false
                });
                count > 0 && stop(Held::Integer(count))
            }
            Self::Shown(of, shown) => {
                of.each(frame, &mut |value| shown.text(value).is_some_and(|text| stop(Held::Bytes(text.as_bytes()))))
            }
            Self::Least(of, order) => Self::best(of, frame, *order, Ordering::Less, stop),
            Self::Most(of, order) => Self::best(of, frame, *order, Ordering::Greater, stop),
            Self::Absolute(of) => {
                of.each_integer(frame, &mut |value| value.checked_abs().is_some_and(|value| stop(Held::Integer(value))))
            }
            Self::Negative(of) => {
                of.each_integer(frame, &mut |value| value.checked_neg().is_some_and(|value| stop(Held::Integer(value))))
            }
            Self::Calculated(arithmetic, left, right) => left.each(frame, &mut |left| {
                right.each(frame, &mut |right| arithmetic.of(left, right).is_some_and(|value| stop(value.held())))
            }),
        }
    }

    fn each_bytes(&self, frame: &Collected, stop: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        self.each(frame, &mut |value| match value {
            Held::Bytes(bytes) => stop(bytes),
            Held::Present | Held::Integer(_) => false,
        })
    }

    fn each_integer(&self, frame: &Collected, stop: &mut dyn FnMut(i128) -> bool) -> bool {
        self.each(frame, &mut |value| match value {
            Held::Integer(value) => stop(value),
            Held::Present | Held::Bytes(_) => false,
        })
    }

    /// The one of all values that comes first or last in order.
    fn best(
        of: &[Self],
        frame: &Collected,
        order: Order,
        wanted: Ordering,
        stop: &mut dyn FnMut(Held<'_>) -> bool,
    ) -> bool {
        let mut best: Option<Own> = None;
        for source in of {
            source.each(frame, &mut |value| {
                let better = match (best.as_ref().map(Own::held), value) {
                    (Some(Held::Integer(best)), Held::Integer(value)) => value.cmp(&best) == wanted,
                    (Some(Held::Bytes(best)), Held::Bytes(value)) => order.of(value, best) == wanted,
                    (before, _) => before.is_none(),
                };
                if better {
                    best = Own::of(value);
                }
                false
            });
        }
        best.is_some_and(|best| stop(best.held()))
    }
}

impl Shown {
    fn text(self, value: Held<'_>) -> Option<String> {
        Some(match (self, value) {
            (Self::Number, Held::Integer(value)) => value.to_string(),
            (Self::Ipv4, Held::Bytes(bytes)) => Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).to_string(),
            (Self::Ipv6, Held::Bytes(bytes)) => Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string(),
            (Self::Mac, Held::Bytes(bytes)) => MacAddress(bytes.try_into().ok()?).to_string(),
            _ => return None,
        })
    }
}

impl Arithmetic {
    /// Nothing where the numbers have no result; bytes are masked only where
    /// the mask is as long as they are.
    fn of(self, left: Held<'_>, right: Held<'_>) -> Option<Own> {
        match (self, left, right) {
            (Self::Mask, Held::Bytes(left), Held::Bytes(right)) if left.len() == right.len() => {
                Some(Own::Bytes(left.iter().zip(right).map(|(left, right)| left & right).collect()))
            }
            (_, Held::Integer(left), Held::Integer(right)) => match self {
                Self::Mask => Some(left & right),
                Self::Add => left.checked_add(right),
                Self::Subtract => left.checked_sub(right),
                Self::Multiply => left.checked_mul(right),
                Self::Divide => left.checked_div(right),
                Self::Remainder => left.checked_rem(right),
            }
            .map(Own::Integer),
            _ => None,
        }
    }
}
