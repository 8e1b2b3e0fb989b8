//! Expressions: `or`, `and`, `not`, comparisons, arithmetic, each binding closer than the one before.

use regex::{Regex, RegexBuilder};

use super::Parser;
use crate::error::{QueryError, Warning};
use crate::grammar::{Comparison, Expression, Needle, Operator};

/// How deep expressions may nest. AWS states no limit; ours keeps the stack small.
const MAX_DEPTH: usize = 64;

const COMPARISONS: [(&str, Comparison); 6] = [
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("=", Comparison::Equal),
];

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Result<Expression, QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.cursor.error_here(
                format!("the expression nests deeper than {MAX_DEPTH}"),
                "`and` binds closer than `or`; most parentheses can go",
            ));
        }
        let first = self.conjunction()?;
        let mut parts = vec![first];
        while self.cursor.take_word("or") {
            parts.push(self.conjunction()?);
        }
        self.depth -= 1;
        Ok(only(parts, Expression::Any))
    }

    fn conjunction(&mut self) -> Result<Expression, QueryError> {
        let mut parts = vec![self.negation()?];
        while self.cursor.take_word("and") {
            parts.push(self.negation()?);
        }
        Ok(only(parts, Expression::All))
    }

    fn negation(&mut self) -> Result<Expression, QueryError> {
        let mut negated = false;
        while self.cursor.take_word("not") {
            negated = !negated;
        }
        Ok(negate(self.comparison()?, negated))
    }

    fn comparison(&mut self) -> Result<Expression, QueryError> {
        let left = self.sum()?;
        self.cursor.skip();
        let at = self.cursor.at();
        let negated = self.cursor.take_word("not");
        if self.cursor.take_word("like") || self.cursor.take("=~") {
            let needle = self.needle()?;
            return Ok(negate(Expression::Like(Box::new(left), needle), negated));
        }
        if self.cursor.take_word("in") {
            let list = self.list()?;
            return Ok(negate(Expression::In(Box::new(left), list), negated));
        }
        if negated {
            self.cursor.rewind(at);
            return Err(self.cursor.error_here(
                "`not` stands behind a value",
                "write `not` before the condition, or `not like`, `not in`",
            ));
        }
        if self.cursor.take_word("is") {
            let negated = self.cursor.take_word("not");
            if !self.cursor.take_word("null") {
                return Err(self.cursor.error_here(
                    format!("expected `null`, found {}", self.cursor.found()),
                    "write `is null`, `is not null`, or `ispresent(name)`",
                ));
            }
            return Ok(negate(Expression::IsNull(Box::new(left)), negated));
        }
        if self.cursor.take("==") {
            return Err(self.cursor.error(at, "`==` is no comparison", "write `=`"));
        }
        for (symbol, comparison) in COMPARISONS {
            if self.cursor.take(symbol) {
                let right = self.sum()?;
                return Ok(Expression::Compare(Box::new(left), comparison, Box::new(right)));
            }
        }
        Ok(left)
    }

    /// What stands after `like`.
    fn needle(&mut self) -> Result<Needle, QueryError> {
        self.cursor.skip();
        match self.cursor.peek() {
            Some('/') => Ok(Needle::Regex(self.regex()?)),
            Some('"' | '\'') => Ok(Needle::Text(self.cursor.quoted()?)),
            _ => Err(self.cursor.error_here(
                format!("expected a text or a regular expression, found {}", self.cursor.found()),
                "write `like \"text\"` or `like /expression/`",
            )),
        }
    }

    /// Takes `/../`.
    pub(super) fn regex(&mut self) -> Result<Regex, QueryError> {
        let at = self.cursor.at();
        let source = self.cursor.quoted()?;
        RegexBuilder::new(&source)
            .size_limit(1 << 20)
            .dfa_size_limit(1 << 20)
            .nest_limit(64)
            .build()
            .map_err(|error| {
                let text = error.to_string();
                let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
                let (message, hint) = if matches!(error, regex::Error::CompiledTooBig(_)) {
                    ("the regular expression is too large", "shorten its repetitions")
                } else {
                    (last, "check brackets and repetitions; what looks ahead or behind is not supported here")
                };
                let error = self.cursor.error(at, message, hint);
                // AWS's expressions look around, those of Rust do not.
                if last.contains("look-around") { error.for_aws_alone() } else { error }
            })
    }

    /// `[a, b, ..]` after `in`.
    fn list(&mut self) -> Result<Vec<Expression>, QueryError> {
        if !self.cursor.take("[") {
            let hint = if self.cursor.peek() == Some('(') {
                "values stand in brackets: `in [1, 2]`; only AWS itself can run a subquery"
            } else {
                "write `in [1, 2]`"
            };
            let error = self
                .cursor
                .error_here(format!("expected `[`, found {}", self.cursor.found()), hint);
            let subquery = self.cursor.peek() == Some('(');
            return Err(if subquery { error.for_aws_alone() } else { error });
        }
        let mut list = Vec::new();
        if self.cursor.take("]") {
            return Ok(list);
        }
        loop {
            list.push(self.sum()?);
            if self.cursor.take("]") {
                return Ok(list);
            }
            if !self.cursor.take(",") {
                return Err(self.cursor.error_here(
                    format!("expected `,` or `]`, found {}", self.cursor.found()),
                    "values are parted by commas",
                ));
            }
        }
    }

    fn sum(&mut self) -> Result<Expression, QueryError> {
        let mut left = self.product()?;
        let mut links = 0;
        loop {
            let before = self.cursor.at();
            self.cursor.skip();
            let at = self.cursor.at();
            let operator = match self.cursor.peek() {
                Some('+') => Operator::Plus,
                Some('-') => Operator::Minus,
                _ => return Ok(left),
            };
            self.cursor.next();
            links += 1;
            self.bounded(links, at)?;
            let hugs = before == at && self.cursor.peek().is_some_and(char::is_alphabetic);
            let right = self.product()?;
            if operator == Operator::Minus
                && hugs
                && matches!((&left, &right), (Expression::Name(_), Expression::Name(_)))
            {
                self.warnings.push(Warning {
                    message: "read as one field minus another; a field with a hyphen stands in backticks: `a-b`".to_owned(),
                    at,
                });
            }
            left = Expression::Arithmetic(Box::new(left), operator, Box::new(right));
        }
    }

    fn product(&mut self) -> Result<Expression, QueryError> {
        let mut left = self.power()?;
        let mut links = 0;
        loop {
            self.cursor.skip();
            let at = self.cursor.at();
            let operator = match self.cursor.peek() {
                Some('*') => Operator::Times,
                Some('/') => Operator::Divide,
                Some('%') => Operator::Remainder,
                _ => return Ok(left),
            };
            self.cursor.next();
            links += 1;
            self.bounded(links, at)?;
            let right = self.power()?;
            left = Expression::Arithmetic(Box::new(left), operator, Box::new(right));
        }
    }

    fn power(&mut self) -> Result<Expression, QueryError> {
        let mut left = self.unary()?;
        let mut links = 0;
        while self.cursor.take("^") {
            links += 1;
            let at = self.cursor.at();
            self.bounded(links, at)?;
            let right = self.unary()?;
            left = Expression::Arithmetic(Box::new(left), Operator::Power, Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, QueryError> {
        let mut minus = false;
        while self.cursor.take("-") {
            minus = !minus;
        }
        let of = self.primary()?;
        Ok(if minus { Expression::Minus(Box::new(of)) } else { of })
    }

    /// A chain of operators nests as deep as it is long.
    fn bounded(&self, links: usize, at: usize) -> Result<(), QueryError> {
        if links <= MAX_DEPTH {
            return Ok(());
        }
        Err(self.cursor.error(
            at,
            format!("more than {MAX_DEPTH} operators in a row"),
            "split it over several `fields`",
        ))
    }
}

fn negate(of: Expression, negated: bool) -> Expression {
    if negated { Expression::Not(Box::new(of)) } else { of }
}

fn only(
    mut parts: Vec<Expression>,
    join: impl FnOnce(Vec<Expression>) -> Expression,
) -> Expression {
    if parts.len() > 1 {
        return join(parts);
    }
    parts.pop().unwrap_or_else(|| join(Vec::new()))
}
