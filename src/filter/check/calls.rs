use std::ops::Range;

use super::super::error::{FilterError, FilterErrorKind, ValueType};
use super::super::evaluate::{Shown, Source};
use super::super::syntax::{Arithmetic, Node, NodeKind};
use super::constants::order;
use super::{Checked, Checker, Value, no_field};
use crate::decode::{FieldId, Kind};

/// The functions, by name.
pub(in crate::filter) const FUNCTIONS: &[&str] = &["upper", "lower", "len", "count", "string", "max", "min", "abs"];

impl<'t> Checker<'t> {
    pub(super) fn call(
        &mut self,
        function: &str,
        name: Range<usize>,
        arguments: &[Node<'t>],
        span: &Range<usize>,
    ) -> Checked<Value> {
        let Some(function) = FUNCTIONS.iter().copied().find(|known| *known == function) else {
            let kind = FilterErrorKind::UnknownFunction { name: function.to_owned(), known: FUNCTIONS };
            return Err(FilterError { span: name, kind });
        };
        let several = matches!(function, "max" | "min");
        let Some((first, others)) = arguments.split_first().filter(|(_, others)| several || others.is_empty()) else {
            let kind = FilterErrorKind::ArgumentCount { function, least: 1, found: arguments.len() };
            return Err(FilterError { span: span.clone(), kind });
        };
        if function == "count" {
            // How often is known without the values.
            if let Some(field) = first.word().and_then(FieldId::named) {
                self.wanted.insert(field, false);
                return Ok(Value::new(Source::Count(Box::new(Source::Field(field))), ValueType::Number));
            }
        }
        let Some(value) = self.value(first)? else { return Err(no_field(first.span.clone())) };
        let of = value.of;
        let source = Box::new(value.source);
        let inapplicable = || Err(self.inapplicable(function, first, of));
        Ok(match (function, of) {
            ("count", _) => Value::new(Source::Count(source), ValueType::Number),
            ("len", of) if of.is_bytes() => Value::new(Source::Length(source), ValueType::Number),
            ("upper", ValueType::Text) => Value::new(Source::Uppercase(source), ValueType::Text),
            ("lower", ValueType::Text) => Value::new(Source::Lowercase(source), ValueType::Text),
            ("string", of) => match shown(of) {
                Some(shown) => Value::new(Source::Shown(source, shown), ValueType::Text),
                None => return inapplicable(),
            },
            ("abs", ValueType::Number | ValueType::Span) => Value::new(Source::Absolute(source), of),
            ("max" | "min", of) if of != ValueType::Nothing => {
                let mut value = Value { source: *source, ..value };
                let mut sources = Vec::new();
                for other in others {
                    let other_value = match self.right_value(other)? {
                        Some(other_value) => other_value,
                        None => Value::new(self.constant(&value, other)?.source(), of),
                    };
                    self.compatible(first, &value, other, &other_value)?;
                    value.least = value.least.min(other_value.least);
                    value.most = value.most.max(other_value.most);
                    sources.push(other_value.source);
                }
                sources.insert(0, value.source);
                let best = if function == "max" { Source::Most } else { Source::Least };
                value.source = best(sources, order(of));
                value
            }
            _ => return inapplicable(),
        })
    }

    /// `-5` is a value as it is written; `-tcp.len` is calculated.
    pub(super) fn negative(&mut self, of: &Node<'t>) -> Checked<Option<Value>> {
        let Some(value) = self.value(of)? else {
            let plain = of.word().is_some() || matches!(of.kind, NodeKind::Character(_));
            return if plain { Ok(None) } else { Err(no_field(of.span.clone())) };
        };
        if !matches!(value.of, ValueType::Number | ValueType::Span) {
            return Err(self.inapplicable("-", of, value.of));
        }
        Ok(Some(Value::new(Source::Negative(Box::new(value.source)), value.of)))
    }

    pub(super) fn calculated(&mut self, arithmetic: Arithmetic, left: &Node<'t>, right: &Node<'t>) -> Checked<Value> {
        let values = (self.value(left)?, self.right_value(right)?);
        if arithmetic == Arithmetic::Mask && (is_protocol(left) || is_protocol(right)) {
            return Err(self.half_and(left, right));
        }
        let (left_value, right_value) = match values {
            (Some(left_value), Some(right_value)) => (left_value, right_value),
            (Some(left_value), None) => {
                self.calculable(arithmetic, left, &left_value)?;
                let right_value = self.beside(arithmetic, &left_value, right)?;
                (left_value, right_value)
            }
            (None, Some(right_value)) => {
                self.calculable(arithmetic, right, &right_value)?;
                (self.beside(arithmetic, &right_value, left)?, right_value)
            }
            // `60 * 60`
            (None, None) => {
                let number = Value::new(Source::Integer(0), ValueType::Number);
                (self.beside(arithmetic, &number, left)?, self.beside(arithmetic, &number, right)?)
            }
        };
        self.calculable(arithmetic, left, &left_value)?;
        self.calculable(arithmetic, right, &right_value)?;
        self.compatible(left, &left_value, right, &right_value)?;
        let (left_source, right_source) = (Box::new(left_value.source), Box::new(right_value.source));
        Ok(Value::new(Source::Calculated(arithmetic, left_source, right_source), left_value.of))
    }

    /// `tcp & udp`.
    fn half_and(&self, left: &Node<'_>, right: &Node<'_>) -> FilterError {
        let between = left.span.end..right.span.start;
        match self.written(&between).find('&') {
            Some(at) => {
                let at = between.start + at;
                FilterError { span: at..at + 1, kind: FilterErrorKind::HalfOperator { found: '&', whole: "&&" } }
            }
            None => self.inapplicable(Arithmetic::Mask.sign(), left, ValueType::Bytes),
        }
    }

    /// A value as it is written that is calculated with.
    fn beside(&self, arithmetic: Arithmetic, value: &Value, node: &Node<'_>) -> Checked<Value> {
        // A mask wider than the field is a mistake; a larger summand is not.
        let (least, most) = match arithmetic {
            Arithmetic::Mask => (value.least, value.most),
            Arithmetic::Add
            | Arithmetic::Subtract
            | Arithmetic::Multiply
            | Arithmetic::Divide
            | Arithmetic::Remainder => (i128::MIN, i128::MAX),
        };
        let bounds = Value { source: Source::Integer(0), of: value.of, least, most };
        Ok(Value::new(self.constant(&bounds, node)?.source(), value.of))
    }

    /// Whether a calculation makes sense of values of this kind.
    fn calculable(&self, arithmetic: Arithmetic, node: &Node<'_>, value: &Value) -> Checked<()> {
        let makes_sense = match arithmetic {
            Arithmetic::Mask => value.of.is_bytes() && value.of != ValueType::Text || value.of == ValueType::Number,
            Arithmetic::Add | Arithmetic::Subtract => matches!(value.of, ValueType::Number | ValueType::Span),
            Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::Remainder => value.of == ValueType::Number,
        };
        if makes_sense { Ok(()) } else { Err(self.inapplicable(arithmetic.sign(), node, value.of)) }
    }
}

/// A protocol's name: all it carries has no length to make a mask for.
fn is_protocol(node: &Node<'_>) -> bool {
    node.word().and_then(FieldId::named).is_some_and(|field| field.kind() == Kind::Protocol)
}

/// How `string()` writes values of a kind, if it does.
const fn shown(of: ValueType) -> Option<Shown> {
    match of {
        ValueType::Number => Some(Shown::Number),
        ValueType::Ipv4 => Some(Shown::Ipv4),
        ValueType::Ipv6 => Some(Shown::Ipv6),
        ValueType::Mac => Some(Shown::Mac),
        ValueType::Boolean
        | ValueType::Span
        | ValueType::Moment
        | ValueType::Bytes
        | ValueType::Text
        | ValueType::Nothing => None,
    }
}
