use std::ops::Range;

use super::collected::Wanted;
use super::error::{FilterError, FilterErrorKind, ValueType};
use super::evaluate::{Ask, Order, Pair, Predicate, Source, Test};
use super::nearest::nearest_fields;
use super::syntax::{Arithmetic, Join, Node, NodeKind, Quantifier, Relation};
use crate::decode::{FieldId, Kind};

/// Functions and calculations.
mod calls;
/// Values that stand in the filter.
mod constants;

pub(super) use calls::FUNCTIONS;

/// Makes a tree into a test, and says which fields that asks for.
pub(super) fn compile(text: &str, node: &Node<'_>) -> Result<(Test, Wanted), FilterError> {
    let mut checker = Checker { text, wanted: Wanted::default() };
    let compiled = checker.test(node)?;
    Ok((compiled, checker.wanted))
}

struct Checker<'t> {
    text: &'t str,
    wanted: Wanted,
}

/// Where values come from, and what they are.
struct Value {
    source: Source,
    of: ValueType,
    /// For numbers: the smallest and the largest there can be.
    least: i128,
    most: i128,
}

impl Value {
    /// Without bounds.
    const fn new(source: Source, of: ValueType) -> Self {
        Self { source, of, least: i128::MIN, most: i128::MAX }
    }
}

type Checked<T> = Result<T, FilterError>;

impl<'t> Checker<'t> {
    fn written(&self, span: &Range<usize>) -> String {
        self.text.get(span.clone()).unwrap_or_default().to_owned()
    }

    fn test(&mut self, node: &Node<'t>) -> Checked<Test> {
        match &node.kind {
            NodeKind::Not(of) => Ok(Test::Not(Box::new(self.test(of)?))),
            NodeKind::Joined(join, parts) => {
                let tests = parts.iter().map(|part| self.test(part)).collect::<Checked<Vec<Test>>>()?;
                Ok(match join {
                    Join::And => Test::All(tests),
                    Join::Or => Test::Any(tests),
                    Join::Xor => Test::Odd(tests),
                })
            }
            NodeKind::Compared { quantifier, first, rest } => {
                let mut tests = Vec::new();
                let mut left: &Node<'t> = first;
                for (relation, right) in rest {
                    tests.push(self.compare(*quantifier, left, *relation, right)?);
                    left = right;
                }
                let only = if tests.len() == 1 { tests.pop() } else { None };
                Ok(only.unwrap_or(Test::All(tests)))
            }
            NodeKind::Within { quantifier, negated, of, set } => self.within(*quantifier, *negated, of, set),
            NodeKind::Word(word) => match FieldId::named(word) {
                Some(field) => {
                    self.wanted.insert(field, false);
                    Ok(Test::There(field))
                }
                None if is_name(word) => Err(unknown(word, node.span.clone())),
                None => Err(self.no_test(node)),
            },
            NodeKind::Sliced { .. } => self.is(node, Predicate::There),
            NodeKind::Calculated(Arithmetic::Mask, ..) => self.is(node, Predicate::NonZero),
            NodeKind::Calculated(..) | NodeKind::Negative(_) | NodeKind::Call { .. } => {
                self.value(node)?;
                Err(self.no_test(node))
            }
            NodeKind::Text { .. } | NodeKind::Character(_) => Err(self.no_test(node)),
        }
    }

    fn is(&mut self, node: &Node<'t>, predicate: Predicate) -> Checked<Test> {
        let of = self.value(node)?.ok_or_else(|| self.no_test(node))?.source;
        Ok(Test::Is { of, quantifier: Quantifier::Any, predicate })
    }

    fn no_test(&self, node: &Node<'_>) -> FilterError {
        let found = self.written(&node.span);
        let name = FieldId::named(found.trim_matches('"')).map(FieldId::name);
        FilterError { span: node.span.clone(), kind: FilterErrorKind::NotATest { found, name } }
    }

    /// A node that has values. `None` for one that is only a value as it is
    /// written: what it means depends on what it is compared with.
    fn value(&mut self, node: &Node<'t>) -> Checked<Option<Value>> {
        match &node.kind {
            NodeKind::Word(word) => match FieldId::named(word) {
                Some(field) => Ok(Some(self.field(field))),
                None if is_name(word) => Err(unknown(word, node.span.clone())),
                None => Ok(None),
            },
            NodeKind::Text { .. } | NodeKind::Character(_) => Ok(None),
            NodeKind::Sliced { of, slices, .. } => {
                let Some(value) = self.value(of)? else { return Err(no_field(node.span.clone())) };
                if !value.of.is_bytes() {
                    return Err(self.inapplicable("[…]", of, value.of));
                }
                let source = Source::Sliced(Box::new(value.source), slices.clone());
                Ok(Some(Value::new(source, ValueType::Bytes)))
            }
            NodeKind::Call { function, name, arguments } => {
                self.call(function, name.clone(), arguments, &node.span).map(Some)
            }
            NodeKind::Calculated(arithmetic, left, right) => self.calculated(*arithmetic, left, right).map(Some),
            NodeKind::Negative(of) => self.negative(of),
            NodeKind::Not(_) | NodeKind::Joined(..) | NodeKind::Compared { .. } | NodeKind::Within { .. } => {
                let found = self.written(&node.span);
                Err(FilterError { span: node.span.clone(), kind: FilterErrorKind::NotAValue { found } })
            }
        }
    }

    /// The same on the right of an operator, where any word that names no field
    /// may be a value.
    fn right_value(&mut self, node: &Node<'t>) -> Checked<Option<Value>> {
        match node.word() {
            Some(word) if FieldId::named(word).is_none() => Ok(None),
            _ => self.value(node),
        }
    }

    fn field(&mut self, field: FieldId) -> Value {
        let of = ValueType::of(field.kind());
        self.wanted.insert(field, true);
        let (least, most) = bounds(field);
        Value { source: Source::Field(field), of, least, most }
    }

    fn compare(
        &mut self,
        quantifier: Option<Quantifier>,
        left: &Node<'t>,
        relation: Relation,
        right: &Node<'t>,
    ) -> Checked<Test> {
        let quantifier = quantifier.unwrap_or(relation.quantifier());
        let span = left.span.start..right.span.end;
        let left_value = match self.value(left)? {
            Some(value) => {
                self.applicable(relation, left, value.of)?;
                if relation == Relation::Matches {
                    let predicate = self.pattern(value.of, right)?;
                    return Ok(Test::Is { of: value.source, quantifier, predicate });
                }
                Some(value)
            }
            None => None,
        };
        // Beside a value, a word must name a field.
        let right_value = if left_value.is_some() { self.right_value(right)? } else { self.value(right)? };
        match (left_value, right_value, relation.turned()) {
            (Some(value), None, _) => {
                let predicate = self.predicate(relation, &value, right)?;
                Ok(Test::Is { of: value.source, quantifier, predicate })
            }
            (Some(left_value), Some(right_value), _) => {
                self.applicable(relation, right, right_value.of)?;
                let order = self.compatible(left, &left_value, right, &right_value)?;
                let pair = ask(relation).map_or(Pair::Contains, |ask| Pair::Ask(ask, order));
                Ok(Test::Compared { left: left_value.source, right: right_value.source, quantifier, pair })
            }
            (None, Some(value), Some(turned)) => {
                self.applicable(relation, right, value.of)?;
                let predicate = self.predicate(turned, &value, left)?;
                Ok(Test::Is { of: value.source, quantifier, predicate })
            }
            (None, Some(_), None) => Err(no_field(left.span.clone())),
            (None, None, _) => Err(no_field(span)),
        }
    }

    /// Whether a relation makes sense of values of this kind.
    fn applicable(&self, relation: Relation, node: &Node<'_>, of: ValueType) -> Checked<()> {
        let makes_sense = match relation {
            Relation::Contains | Relation::Matches => {
                matches!(of, ValueType::Bytes | ValueType::Text | ValueType::Mac)
            }
            Relation::AllEqual
            | Relation::AnyUnequal
            | Relation::Equal
            | Relation::Unequal
            | Relation::GreaterEqual
            | Relation::LessEqual
            | Relation::Greater
            | Relation::Less => of != ValueType::Nothing,
        };
        if makes_sense { Ok(()) } else { Err(self.inapplicable(relation.sign(), node, of)) }
    }

    fn inapplicable(&self, operation: &'static str, operand: &Node<'_>, found: ValueType) -> FilterError {
        let kind = FilterErrorKind::Inapplicable { operation, operand: self.written(&operand.span), found };
        FilterError { span: operand.span.clone(), kind }
    }

    /// How two values are compared, if they can be.
    fn compatible(&self, left: &Node<'_>, left_value: &Value, right: &Node<'_>, right_value: &Value) -> Checked<Order> {
        use ValueType::{Boolean, Bytes, Mac, Number, Text};
        let order = match (left_value.of, right_value.of) {
            (Text, Text | Bytes) | (Bytes, Text) => Some(Order::Text),
            (Number | Boolean, Number | Boolean) | (Mac, Bytes) | (Bytes, Mac) => Some(Order::Length),
            (left, right) => (left == right).then_some(Order::Length),
        };
        order.ok_or_else(|| FilterError {
            span: right.span.clone(),
            kind: FilterErrorKind::Incompatible {
                left: self.written(&left.span),
                left_type: left_value.of,
                right: self.written(&right.span),
                right_type: right_value.of,
            },
        })
    }
}

/// What a relation asks, if it asks for an order.
const fn ask(relation: Relation) -> Option<Ask> {
    match relation {
        Relation::Equal | Relation::AllEqual => Some(Ask::Equal),
        Relation::Unequal | Relation::AnyUnequal => Some(Ask::Unequal),
        Relation::Greater => Some(Ask::Greater),
        Relation::GreaterEqual => Some(Ask::GreaterEqual),
        Relation::Less => Some(Ask::Less),
        Relation::LessEqual => Some(Ask::LessEqual),
        Relation::Contains | Relation::Matches => None,
    }
}

/// Whether a word that names no field was meant to: values begin with a digit
/// or have colons.
fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphabetic()) && !word.contains(':')
}

fn unknown(word: &str, span: Range<usize>) -> FilterError {
    let kind = FilterErrorKind::UnknownName { name: word.to_owned(), nearest: nearest_fields(word) };
    FilterError { span, kind }
}

const fn no_field(span: Range<usize>) -> FilterError {
    FilterError { span, kind: FilterErrorKind::NoField }
}

/// The smallest and the largest number that a field can hold.
fn bounds(field: FieldId) -> (i128, i128) {
    let bits = |bits: u8| (0, (1_i128 << bits) - 1);
    match field.kind() {
        Kind::Hex(digits) => bits(digits.saturating_mul(4).min(64)),
        Kind::Signed => (i64::MIN.into(), i64::MAX.into()),
        Kind::Frame => bits(32),
        Kind::Number => {
            let name = field.name();
            match name.rsplit('.').next().unwrap_or_default() {
                "port" | "srcport" | "dstport" | "window_size_value" | "urgent_pointer" | "plen" | "mss_val" => {
                    bits(16)
                }
                "ttl" if name != "dns.resp.ttl" => bits(8),
                "proto" | "hlim" | "nxt" => bits(8),
                "type" | "code" if name.starts_with("icmp") => bits(8),
                "len" if name.starts_with("ip.") => bits(16),
                "length" if name.starts_with("udp.") => bits(16),
                _ => bits(64),
            }
        }
        Kind::Protocol
        | Kind::Boolean
        | Kind::Mac
        | Kind::Ipv4
        | Kind::Ipv6
        | Kind::Bytes
        | Kind::Text
        | Kind::Span
        | Kind::Moment
        | Kind::Date
        | Kind::Present => (i128::MIN, i128::MAX),
    }
}
