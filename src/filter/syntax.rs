use std::ops::Range;

use super::slice::Slice;

/// A part of a filter, as it was read: it may still make no sense.
#[derive(Debug, PartialEq)]
pub(super) struct Node<'t> {
    pub(super) kind: NodeKind<'t>,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    /// How many nodes deep it is, at least 1.
    pub(super) height: usize,
}

#[derive(Debug, PartialEq)]
pub(super) enum NodeKind<'t> {
    /// The name of a field, or a value without quotes.
    Word(&'t str),
    /// Between double quotes, not unescaped.
    Text {
        inside: &'t str,
        raw: bool,
    },
    /// Between single quotes, not unescaped.
    Character(&'t str),
    Not(Box<Node<'t>>),
    /// Two or more, joined alike.
    Joined(Join, Vec<Node<'t>>),
    /// `a < b < c`: each with the one before it.
    Compared {
        quantifier: Option<Quantifier>,
        first: Box<Node<'t>>,
        rest: Vec<(Relation, Node<'t>)>,
    },
    /// `a in {…}`.
    Within {
        quantifier: Option<Quantifier>,
        negated: bool,
        of: Box<Node<'t>>,
        set: Vec<Element<'t>>,
    },
    Sliced {
        of: Box<Node<'t>>,
        slices: Vec<Slice>,
        inside: &'t str,
    },
    Call {
        function: &'t str,
        name: Range<usize>,
        arguments: Vec<Node<'t>>,
    },
    Calculated(Arithmetic, Box<Node<'t>>, Box<Node<'t>>),
    Negative(Box<Node<'t>>),
}

/// What stands in a set.
#[derive(Debug, PartialEq)]
pub(super) enum Element<'t> {
    One(Node<'t>),
    Range(Node<'t>, Node<'t>),
}

/// How tests are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    And,
    Xor,
    Or,
}

/// How many of a field's values must pass; of none, none passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantifier {
    Any,
    All,
}

/// What is asked of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    AllEqual,
    AnyUnequal,
    Equal,
    Unequal,
    GreaterEqual,
    LessEqual,
    Greater,
    Less,
    Contains,
    Matches,
}

/// A calculation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Mask,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Quantifier {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }
}

impl Relation {
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::AllEqual => "===",
            Self::AnyUnequal => "!==",
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::GreaterEqual => ">=",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::Contains => "contains",
            Self::Matches => "matches",
        }
    }

    /// What it asks when its sides change places.
    pub(super) const fn turned(self) -> Option<Self> {
        match self {
            Self::AllEqual | Self::AnyUnequal | Self::Equal | Self::Unequal => Some(self),
            Self::GreaterEqual => Some(Self::LessEqual),
            Self::LessEqual => Some(Self::GreaterEqual),
            Self::Greater => Some(Self::Less),
            Self::Less => Some(Self::Greater),
            Self::Contains | Self::Matches => None,
        }
    }

    /// How many values must pass where no word says so: `!=` means that none
    /// is equal.
    pub(super) const fn quantifier(self) -> Quantifier {
        match self {
            Self::AllEqual | Self::Unequal => Quantifier::All,
            Self::AnyUnequal
            | Self::Equal
            | Self::GreaterEqual
            | Self::LessEqual
            | Self::Greater
            | Self::Less
            | Self::Contains
            | Self::Matches => Quantifier::Any,
        }
    }
}

impl Arithmetic {
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Mask => "&",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

impl<'t> Node<'t> {
    /// The name of a field, or a value without quotes.
    pub(super) const fn word(&self) -> Option<&'t str> {
        if let NodeKind::Word(word) = self.kind { Some(word) } else { None }
    }

    /// A value without quotes, and whether a minus is before it.
    pub(super) fn signed_word(&self) -> Option<(&'t str, bool)> {
        if let NodeKind::Negative(of) = &self.kind {
            of.word().map(|word| (word, true))
        } else {
            self.word().map(|word| (word, false))
        }
    }

    /// Written as it is, not calculated: a word, a text, a character, or a
    /// number with a sign.
    pub(super) fn is_plain(&self) -> bool {
        match &self.kind {
            NodeKind::Word(_) | NodeKind::Text { .. } | NodeKind::Character(_) => true,
            NodeKind::Negative(of) => matches!(of.kind, NodeKind::Word(_) | NodeKind::Character(_)),
            NodeKind::Not(_)
            | NodeKind::Joined(..)
            | NodeKind::Compared { .. }
            | NodeKind::Within { .. }
            | NodeKind::Sliced { .. }
            | NodeKind::Call { .. }
            | NodeKind::Calculated(..) => false,
        }
    }
}

/// Writes a tree so that it reads back as itself.
#[cfg(test)]
impl std::fmt::Display for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let quantified =
            |quantifier: Option<Quantifier>| quantifier.map_or(String::new(), |q| q.name().to_owned() + " ");
        match &self.kind {
            NodeKind::Word(word) => write!(f, "{word}"),
            NodeKind::Text { inside, raw } => write!(f, "{}\"{inside}\"", if *raw { "r" } else { "" }),
            NodeKind::Character(inside) => write!(f, "'{inside}'"),
            NodeKind::Not(of) => write!(f, "not ({of})"),
            NodeKind::Joined(join, of) => {
                let word = match join {
                    Join::And => " and ",
                    Join::Xor => " xor ",
                    Join::Or => " or ",
                };
                let parts: Vec<String> = of.iter().map(|part| format!("({part})")).collect();
                write!(f, "{}", parts.join(word))
            }
            NodeKind::Compared { quantifier, first, rest } => {
                write!(f, "{}{first}", quantified(*quantifier))?;
                rest.iter().try_for_each(|(relation, node)| write!(f, " {} {node}", relation.sign()))
            }
            NodeKind::Within { quantifier, negated, of, set } => {
                let not = if *negated { "not " } else { "" };
                let set: Vec<String> = set
                    .iter()
                    .map(|element| match element {
                        Element::One(node) => node.to_string(),
                        Element::Range(from, to) => format!("{from} .. {to}"),
                    })
                    .collect();
                write!(f, "{}{of} {not}in {{{}}}", quantified(*quantifier), set.join(", "))
            }
            NodeKind::Sliced { of, inside, .. } => write!(f, "{of}[{inside}]"),
            NodeKind::Call { function, arguments, .. } => {
                let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
                write!(f, "{function}({})", arguments.join(", "))
            }
            NodeKind::Calculated(arithmetic, left, right) => write!(f, "{{{left} {} {right}}}", arithmetic.sign()),
            NodeKind::Negative(of) => write!(f, "-{of}"),
        }
    }
}
