//! An operator-precedence parser (V. Pratt, "Top Down Operator Precedence",
//! 1973). From loose to tight: `or`, `xor`, `and`, `not`, comparisons, `&`,
//! `+ -`, `* / %`, the sign; wireshark-filter(4), "Logical expressions".

use std::ops::Range;

use super::Filter;
use super::error::{FilterError, FilterErrorKind};
use super::lexer::{Symbol, Token, TokenKind, operator_words, tokens};
use super::nearest::nearest;
use super::slice;
use super::syntax::{Arithmetic, Element, Join, Node, NodeKind, Quantifier, Relation};

/// How tightly an operator holds what is on its right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Power {
    Or,
    Xor,
    And,
    Not,
    Comparison,
    Mask,
    Sum,
    Product,
    Sign,
}

/// What an operator between two operands does.
#[derive(Clone, Copy)]
enum Infix {
    Join(Join),
    Relation(Relation),
    /// `in`, `not in`.
    Within {
        negated: bool,
    },
    Arithmetic(Arithmetic),
}

impl Infix {
    const fn power(self) -> Power {
        match self {
            Self::Join(Join::Or) => Power::Or,
            Self::Join(Join::Xor) => Power::Xor,
            Self::Join(Join::And) => Power::And,
            Self::Relation(_) | Self::Within { .. } => Power::Comparison,
            Self::Arithmetic(Arithmetic::Mask) => Power::Mask,
            Self::Arithmetic(Arithmetic::Add | Arithmetic::Subtract) => Power::Sum,
            Self::Arithmetic(Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::Remainder) => Power::Product,
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    at: usize,
    /// Levels of recursion.
    depth: usize,
}

/// The tree of a text; nothing if it is blank.
pub(super) fn parse(text: &str) -> Result<Option<Node<'_>>, FilterError> {
    let mut parser = Parser { text, tokens: tokens(text), at: 0, depth: 0 };
    if parser.peek() == &TokenKind::End {
        return Ok(None);
    }
    let node = parser.expression(Power::Or)?;
    if parser.peek() == &TokenKind::End { Ok(Some(node)) } else { Err(parser.expected_operator()) }
}

type Parsed<'t> = Result<Node<'t>, FilterError>;

impl<'t> Parser<'t> {
    /// The last token stays the next one for ever.
    fn token(&self) -> &Token<'t> {
        static END: Token<'static> = Token { kind: TokenKind::End, span: 0..0 };
        self.tokens.get(self.at).or_else(|| self.tokens.last()).unwrap_or(&END)
    }

    fn peek(&self) -> &TokenKind<'t> {
        &self.token().kind
    }

    fn next(&mut self) -> Token<'t> {
        let token = self.token().clone();
        self.at += 1;
        token
    }

    fn accept(&mut self, symbol: Symbol) -> Option<Range<usize>> {
        (self.peek() == &TokenKind::Symbol(symbol)).then(|| self.next().span)
    }

    fn written(&self, span: &Range<usize>) -> &'t str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Everything that holds together at least as tightly as `least`.
    fn expression(&mut self, least: Power) -> Parsed<'t> {
        self.depth += 1;
        if self.depth > Filter::DEEPEST {
            return Err(too_deep(self.token().span.clone()));
        }
        let mut left = self.operand()?;
        while let Some((infix, length)) = self.infix().filter(|(infix, _)| infix.power() >= least) {
            let operator = self.token().span.clone();
            self.at += length;
            left = match infix {
                Infix::Join(join) => self.join(join, left, &operator)?,
                Infix::Relation(relation) => self.compare(relation, left, &operator)?,
                Infix::Within { negated } => self.within(negated, left)?,
                Infix::Arithmetic(arithmetic) => {
                    // Those of the same power go from left to right.
                    let tighter = match arithmetic {
                        Arithmetic::Mask => Power::Sum,
                        Arithmetic::Add | Arithmetic::Subtract => Power::Product,
                        Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::Remainder => Power::Sign,
                    };
                    let right = self.right(tighter, &operator)?;
                    let span = left.span.start..right.span.end;
                    let height = left.height.max(right.height) + 1;
                    bounded(NodeKind::Calculated(arithmetic, Box::new(left), Box::new(right)), span, height)?
                }
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    /// The operator that comes next, and how many tokens it takes.
    fn infix(&self) -> Option<(Infix, usize)> {
        let TokenKind::Symbol(symbol) = self.peek() else { return None };
        let relation = |relation| Some((Infix::Relation(relation), 1));
        let arithmetic = |arithmetic| Some((Infix::Arithmetic(arithmetic), 1));
        match symbol {
            Symbol::And => Some((Infix::Join(Join::And), 1)),
            Symbol::Or => Some((Infix::Join(Join::Or), 1)),
            Symbol::Xor => Some((Infix::Join(Join::Xor), 1)),
            Symbol::AllEqual => relation(Relation::AllEqual),
            Symbol::AnyUnequal => relation(Relation::AnyUnequal),
            Symbol::Equal => relation(Relation::Equal),
            Symbol::Unequal => relation(Relation::Unequal),
            Symbol::GreaterEqual => relation(Relation::GreaterEqual),
            Symbol::LessEqual => relation(Relation::LessEqual),
            Symbol::Greater => relation(Relation::Greater),
            Symbol::Less => relation(Relation::Less),
            Symbol::Contains => relation(Relation::Contains),
            Symbol::Matches => relation(Relation::Matches),
            Symbol::In => Some((Infix::Within { negated: false }, 1)),
            Symbol::Not => {
                let next = self.tokens.get(self.at + 1).map(|token| &token.kind);
                (next == Some(&TokenKind::Symbol(Symbol::In))).then_some((Infix::Within { negated: true }, 2))
            }
            Symbol::Mask => arithmetic(Arithmetic::Mask),
            Symbol::Add => arithmetic(Arithmetic::Add),
            Symbol::Subtract => arithmetic(Arithmetic::Subtract),
            Symbol::Multiply => arithmetic(Arithmetic::Multiply),
            Symbol::Divide => arithmetic(Arithmetic::Divide),
            Symbol::Remainder => arithmetic(Arithmetic::Remainder),
            Symbol::Any
            | Symbol::All
            | Symbol::Open
            | Symbol::Close
            | Symbol::OpenBrace
            | Symbol::CloseBrace
            | Symbol::Comma
            | Symbol::Range => None,
        }
    }

    /// What stands on the right of an operator.
    fn right(&mut self, least: Power, operator: &Range<usize>) -> Parsed<'t> {
        if self.peek() == &TokenKind::End {
            return Err(self.missing(Some(operator)));
        }
        self.expression(least)
    }

    /// `a and b and c` is one node, however long it gets.
    fn join(&mut self, join: Join, left: Node<'t>, operator: &Range<usize>) -> Parsed<'t> {
        let (next, tighter) = match join {
            Join::Or => (Symbol::Or, Power::Xor),
            Join::Xor => (Symbol::Xor, Power::And),
            Join::And => (Symbol::And, Power::Not),
        };
        let mut span = left.span.clone();
        let mut height = left.height;
        let mut parts = vec![left];
        let mut operator = Some(operator.clone());
        while let Some(before) = operator {
            let part = self.right(tighter, &before)?;
            span.end = part.span.end;
            height = height.max(part.height);
            parts.push(part);
            operator = self.accept(next);
        }
        bounded(NodeKind::Joined(join, parts), span, height + 1)
    }

    /// `a < b < c` is one node.
    fn compare(&mut self, relation: Relation, left: Node<'t>, operator: &Range<usize>) -> Parsed<'t> {
        let mut span = left.span.clone();
        let mut height = left.height;
        let mut rest = Vec::new();
        let mut next = Some((relation, operator.clone()));
        while let Some((relation, operator)) = next {
            let right = self.right(Power::Mask, &operator)?;
            span.end = right.span.end;
            height = height.max(right.height);
            rest.push((relation, right));
            next = match self.infix() {
                Some((Infix::Relation(relation), _)) => Some((relation, self.next().span)),
                Some((Infix::Join(_) | Infix::Within { .. } | Infix::Arithmetic(_), _)) | None => None,
            };
        }
        bounded(NodeKind::Compared { quantifier: None, first: Box::new(left), rest }, span, height + 1)
    }

    /// `{80, 443, 8000..8080}`. The commas may be left out, as they were in
    /// Wireshark before 4.0.
    fn within(&mut self, negated: bool, of: Node<'t>) -> Parsed<'t> {
        let Some(brace) = self.accept(Symbol::OpenBrace) else {
            let found = self.found()?;
            let kind = FilterErrorKind::ExpectedSet { found: found.to_owned() };
            return Err(self.wrong(kind));
        };
        let mut set = Vec::new();
        let mut height = of.height;
        let mut after_comma = false;
        let end = loop {
            let token = self.token().span.clone();
            if !after_comma && self.accept(Symbol::CloseBrace).is_some() {
                if set.is_empty() {
                    return Err(FilterError { span: brace.start..token.end, kind: FilterErrorKind::EmptySet });
                }
                break token.end;
            }
            if self.peek() == &TokenKind::End {
                return Err(FilterError { span: brace, kind: FilterErrorKind::Unclosed { opening: '{' } });
            }
            let from = self.expression(Power::Mask)?;
            height = height.max(from.height);
            set.push(match self.accept(Symbol::Range) {
                Some(range) => {
                    let to = self.right(Power::Mask, &range)?;
                    height = height.max(to.height);
                    Element::Range(from, to)
                }
                None => Element::One(from),
            });
            after_comma = self.accept(Symbol::Comma).is_some();
        };
        let span = of.span.start..end;
        bounded(NodeKind::Within { quantifier: None, negated, of: Box::new(of), set }, span, height + 1)
    }

    /// What an expression may start with, and the slices behind it.
    fn operand(&mut self) -> Parsed<'t> {
        let Token { kind, span } = self.token().clone();
        let mut node = match kind {
            TokenKind::Word(word) => {
                self.at += 1;
                match self.accept(Symbol::Open) {
                    Some(open) => self.call(word, span, open)?,
                    None => bounded(NodeKind::Word(word), span, 1)?,
                }
            }
            TokenKind::Text { inside, raw } => {
                self.at += 1;
                bounded(NodeKind::Text { inside, raw }, span, 1)?
            }
            TokenKind::Character(inside) => {
                self.at += 1;
                bounded(NodeKind::Character(inside), span, 1)?
            }
            TokenKind::Symbol(symbol) => self.prefixed(symbol, &span)?,
            TokenKind::Slice(_) => return Err(self.expected_operand()),
            TokenKind::End => return Err(self.missing(None)),
            TokenKind::Bad(kind) => return Err(FilterError { span, kind }),
        };
        while let TokenKind::Slice(inside) = *self.peek() {
            let token = self.next();
            let slices = slice::parse(inside).map_err(|kind| FilterError { span: token.span.clone(), kind })?;
            let (span, height) = (node.span.start..token.span.end, node.height + 1);
            node = bounded(NodeKind::Sliced { of: Box::new(node), slices, inside }, span, height)?;
        }
        Ok(node)
    }

    fn prefixed(&mut self, symbol: Symbol, span: &Range<usize>) -> Parsed<'t> {
        match symbol {
            Symbol::Not => {
                self.at += 1;
                let of = self.right(Power::Not, span)?;
                let (whole, height) = (span.start..of.span.end, of.height + 1);
                bounded(NodeKind::Not(Box::new(of)), whole, height)
            }
            Symbol::Subtract => {
                self.at += 1;
                let of = self.right(Power::Sign, span)?;
                let (whole, height) = (span.start..of.span.end, of.height + 1);
                bounded(NodeKind::Negative(Box::new(of)), whole, height)
            }
            Symbol::Any => self.quantified(Quantifier::Any, span),
            Symbol::All => self.quantified(Quantifier::All, span),
            Symbol::Open => self.bracketed(span, Power::Or, Symbol::Close, '('),
            Symbol::OpenBrace => self.bracketed(span, Power::Mask, Symbol::CloseBrace, '{'),
            Symbol::Close => Err(self.unopened(')')),
            Symbol::CloseBrace => Err(self.unopened('}')),
            Symbol::AllEqual
            | Symbol::AnyUnequal
            | Symbol::Equal
            | Symbol::Unequal
            | Symbol::GreaterEqual
            | Symbol::LessEqual
            | Symbol::Greater
            | Symbol::Less
            | Symbol::Contains
            | Symbol::Matches
            | Symbol::In
            | Symbol::And
            | Symbol::Or
            | Symbol::Xor
            | Symbol::Mask
            | Symbol::Add
            | Symbol::Multiply
            | Symbol::Divide
            | Symbol::Remainder
            | Symbol::Comma
            | Symbol::Range => Err(self.expected_operand()),
        }
    }

    /// `any` and `all` belong to the comparison that follows.
    fn quantified(&mut self, quantifier: Quantifier, span: &Range<usize>) -> Parsed<'t> {
        self.at += 1;
        let mut node = self.right(Power::Comparison, span)?;
        if let NodeKind::Compared { quantifier: of, .. } | NodeKind::Within { quantifier: of, .. } = &mut node.kind
            && of.is_none()
        {
            *of = Some(quantifier);
            node.span.start = span.start;
            return Ok(node);
        }
        Err(FilterError { span: span.clone(), kind: FilterErrorKind::QuantifierAlone { word: quantifier.name() } })
    }

    /// Parentheses; braces around a calculation.
    fn bracketed(&mut self, span: &Range<usize>, least: Power, closing: Symbol, opening: char) -> Parsed<'t> {
        self.at += 1;
        if self.peek() == &TokenKind::End {
            return Err(FilterError { span: span.clone(), kind: FilterErrorKind::Unclosed { opening } });
        }
        let mut node = self.expression(least)?;
        match self.accept(closing) {
            Some(end) => {
                node.span = span.start..end.end;
                Ok(node)
            }
            None => Err(self.unclosed(span, opening)),
        }
    }

    fn call(&mut self, function: &'t str, name: Range<usize>, open: Range<usize>) -> Parsed<'t> {
        let mut arguments = Vec::new();
        let mut height = 0;
        let mut end = self.accept(Symbol::Close);
        while end.is_none() {
            if self.peek() == &TokenKind::End {
                return Err(FilterError { span: open, kind: FilterErrorKind::Unclosed { opening: '(' } });
            }
            let argument = self.expression(Power::Mask)?;
            height = height.max(argument.height);
            arguments.push(argument);
            end = self.accept(Symbol::Close);
            if end.is_none() && self.accept(Symbol::Comma).is_none() {
                return Err(self.unclosed(&open, '('));
            }
        }
        let span = name.start..end.map_or(name.end, |end| end.end);
        bounded(NodeKind::Call { function, name, arguments }, span, height + 1)
    }

    /// The next token as it is written, if it could be read at all.
    fn found(&self) -> Result<&'t str, FilterError> {
        let Token { kind, span } = self.token();
        match kind {
            TokenKind::Bad(kind) => Err(FilterError { span: span.clone(), kind: kind.clone() }),
            TokenKind::Word(_)
            | TokenKind::Text { .. }
            | TokenKind::Character(_)
            | TokenKind::Slice(_)
            | TokenKind::Symbol(_)
            | TokenKind::End => Ok(self.written(span)),
        }
    }

    /// Something is wrong with the next token.
    fn wrong(&self, kind: FilterErrorKind) -> FilterError {
        FilterError { span: self.token().span.clone(), kind }
    }

    fn missing(&self, after: Option<&Range<usize>>) -> FilterError {
        self.wrong(FilterErrorKind::MissingOperand { after: after.map(|after| self.written(after).to_owned()) })
    }

    fn expected_operand(&self) -> FilterError {
        match self.found() {
            Ok(found) => self.wrong(FilterErrorKind::ExpectedOperand { found: found.to_owned() }),
            Err(error) => error,
        }
    }

    fn expected_operator(&self) -> FilterError {
        for (symbol, closing) in [(Symbol::Close, ')'), (Symbol::CloseBrace, '}')] {
            if self.peek() == &TokenKind::Symbol(symbol) {
                return self.wrong(FilterErrorKind::Unopened { closing });
            }
        }
        match self.found() {
            Ok(found) => {
                let nearest = nearest(found, operator_words()).first().copied();
                self.wrong(FilterErrorKind::ExpectedOperator { found: found.to_owned(), nearest })
            }
            Err(error) => error,
        }
    }

    /// A bracket is open, and what comes is not its end.
    fn unclosed(&self, span: &Range<usize>, opening: char) -> FilterError {
        if self.peek() == &TokenKind::End {
            return FilterError { span: span.clone(), kind: FilterErrorKind::Unclosed { opening } };
        }
        self.expected_operator()
    }

    /// A bracket closes where an operand is expected: it is out of place only
    /// if none is open.
    fn unopened(&self, closing: char) -> FilterError {
        if self.depth == 1 && self.at == 0 {
            return self.wrong(FilterErrorKind::Unopened { closing });
        }
        self.expected_operand()
    }
}

fn bounded(kind: NodeKind<'_>, span: Range<usize>, height: usize) -> Parsed<'_> {
    if height > Filter::DEEPEST { Err(too_deep(span)) } else { Ok(Node { kind, span, height }) }
}

const fn too_deep(span: Range<usize>) -> FilterError {
    FilterError { span, kind: FilterErrorKind::TooDeep { most: Filter::DEEPEST } }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree in full parentheses.
    fn tree(text: &str) -> String {
        parse(text).unwrap().unwrap().to_string()
    }

    fn wrong(text: &str) -> (Range<usize>, FilterErrorKind) {
        let error = parse(text).unwrap_err();
        (error.span, error.kind)
    }

    #[test]
    fn operators_bind_as_wireshark_says() {
        assert_eq!(
            tree("A and B or not C or D and not E or F"),
            "((A) and (B)) or (not (C)) or ((D) and (not (E))) or (F)"
        );
        assert_eq!(tree("a or b xor c and d"), "(a) or ((b) xor ((c) and (d)))");
        assert_eq!(tree("!tcp.port == 80"), "not (tcp.port == 80)");
        assert_eq!(tree("!!tcp"), "not (not (tcp))");
        assert_eq!(tree("tcp.flags & 0x12 == 0x12"), "{tcp.flags & 0x12} == 0x12");
        assert_eq!(tree("a & 1 & b + 2 * -3 - 4"), "{{a & 1} & {{b + {2 * -3}} - 4}}");
        assert_eq!(tree("1 < a <= 5 and b"), "(1 < a <= 5) and (b)");
        assert_eq!(tree("all a.b != 1 and c"), "(all a.b != 1) and (c)");
        assert_eq!(tree("a in {1 2,3..5} and b not in {4}"), "(a in {1, 2, 3 .. 5}) and (b not in {4})");
        assert_eq!(tree("not a in {-1..-2}"), "not (a in {-1 .. -2})");
        assert_eq!(tree("{a + 1} * 2 > len(b, c[1:2][3])"), "{{a + 1} * 2} > len(b, c[1:2][3])");
        assert_eq!(tree("a eq 1 or b ~ \"x\" or c any_ne r\"y\""), "(a == 1) or (b matches \"x\") or (c !== r\"y\")");
    }

    #[test]
    fn errors_point_at_the_place() {
        use FilterErrorKind as Kind;
        let text = |text: &str| text.to_owned();
        assert_eq!(wrong("tcp.port == "), (12..12, Kind::MissingOperand { after: Some(text("==")) }));
        assert_eq!(wrong("tcp and"), (7..7, Kind::MissingOperand { after: Some(text("and")) }));
        assert_eq!(wrong("(tcp"), (0..1, Kind::Unclosed { opening: '(' }));
        assert_eq!(wrong("("), (0..1, Kind::Unclosed { opening: '(' }));
        assert_eq!(wrong("len(tcp"), (3..4, Kind::Unclosed { opening: '(' }));
        assert_eq!(wrong("tcp)"), (3..4, Kind::Unopened { closing: ')' }));
        assert_eq!(wrong(")"), (0..1, Kind::Unopened { closing: ')' }));
        assert_eq!(wrong("()"), (1..2, Kind::ExpectedOperand { found: text(")") }));
        assert_eq!(wrong("a in {}"), (5..7, Kind::EmptySet));
        assert_eq!(wrong("a in {1,}"), (8..9, Kind::ExpectedOperand { found: text("}") }));
        assert_eq!(wrong("a in {1"), (5..6, Kind::Unclosed { opening: '{' }));
        assert_eq!(wrong("a in 80"), (5..7, Kind::ExpectedSet { found: text("80") }));
        assert_eq!(wrong("tcp AND udp"), (4..7, Kind::ExpectedOperator { found: text("AND"), nearest: Some("and") }));
        assert_eq!(wrong("tcp tcp"), (4..7, Kind::ExpectedOperator { found: text("tcp"), nearest: None }));
        assert_eq!(wrong("a or and b"), (5..8, Kind::ExpectedOperand { found: text("and") }));
        assert_eq!(wrong("any tcp"), (0..3, Kind::QuantifierAlone { word: "any" }));
        assert_eq!(wrong("a = 1 and ("), (2..3, Kind::HalfOperator { found: '=', whole: "==" }));
    }

    #[test]
    fn depth_is_bounded_and_length_is_not() {
        let deep = |open: &str, close: &str| open.repeat(10_000) + "a" + &close.repeat(10_000);
        for text in [deep("(", ")"), deep("!", ""), deep("-", ""), deep("{", "}"), deep("f(", ")"), deep("", " + a")] {
            assert!(matches!(wrong(&text).1, FilterErrorKind::TooDeep { .. }), "{text:.20}");
        }
        assert!(matches!(wrong(&deep("", "[0]")).1, FilterErrorKind::TooDeep { .. }));
        for word in [" and a", " or a", " xor a", " == a"] {
            assert_eq!(parse(&deep("", word)).unwrap().unwrap().height, 2);
        }
    }
}
