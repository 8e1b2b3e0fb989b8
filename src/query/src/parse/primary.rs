//! What expressions are made of: names, texts, numbers, calls, what stands in parentheses.

use super::Parser;
use crate::error::{QueryError, Warning};
use crate::function::{ELSEWHERE, Function};
use crate::grammar::{Aggregate, Expression};
use crate::period::{Period, Unit};
use crate::value::Value;

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Result<Expression, QueryError> {
        self.cursor.skip();
        let at = self.cursor.at();
        match self.cursor.peek() {
            Some('(') => {
                self.cursor.next();
                let inner = self.expression()?;
                self.close(at)?;
                Ok(inner)
            }
            Some('"' | '\'') => {
                let text = self.cursor.quoted()?;
                Ok(Self::constant(Value::Text(text.into())))
            }
            Some('0'..='9' | '.') => self.number(),
            Some('/') => Err(self.cursor.error_here(
                "a regular expression stands on its own",
                "write `filter @message like /expression/`",
            )),
            Some('*') => Err(self.cursor.error_here(
                "`*` stands on its own",
                "name the fields; `*` stands in `count(*)` only",
            )),
            Some(_) | None => self.named(at),
        }
    }

    /// A name, or a call of a function.
    fn named(&mut self, at: usize) -> Result<Expression, QueryError> {
        let quoted = self.cursor.peek() == Some('`');
        let name = self.name()?;
        let after = self.cursor.at();
        if !quoted && self.cursor.take("(") {
            return self.call(&name, at);
        }
        self.cursor.rewind(after);
        if !quoted && (name.eq_ignore_ascii_case("true") || name.eq_ignore_ascii_case("false")) {
            return Ok(Self::constant(Value::truth(name.eq_ignore_ascii_case("true"))));
        }
        if let Some(gathering) = &mut self.gathering
            && !gathering.inside
        {
            // Whether it is there is known only after `by`.
            let slot = self.names.read(&name);
            gathering.outside.push((slot, at, name));
            return Ok(Expression::Name(slot));
        }
        Ok(Expression::Name(self.read(&name, at)?))
    }

    /// A name as it is written: letters, digits, `_`, `.`, `@`, `$`, `:`; anything in backticks.
    pub(super) fn name(&mut self) -> Result<String, QueryError> {
        if self.cursor.peek() == Some('`') {
            return self.cursor.quoted();
        }
        let name = self
            .cursor
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '$' | ':'));
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(self.cursor.error_here(
                format!("expected a field, found {}", self.cursor.found()),
                "fields are named as in the lines, `@message`, `order.total`; others stand in backticks",
            ));
        }
        Ok(name)
    }

    fn number(&mut self) -> Result<Expression, QueryError> {
        let at = self.cursor.at();
        let mut text = self.cursor.take_while(|c| c.is_ascii_digit() || c == '.');
        let mark = self.cursor.at();
        if matches!(self.cursor.peek(), Some('e' | 'E')) {
            text.extend(self.cursor.next());
            if matches!(self.cursor.peek(), Some('+' | '-')) {
                text.extend(self.cursor.next());
            }
            let digits = self.cursor.take_while(|c| c.is_ascii_digit());
            if digits.is_empty() {
                self.cursor.rewind(mark);
                text.truncate(mark - at);
            }
            text.push_str(&digits);
        }
        match crate::number::parse(&text) {
            Some(number) => Ok(Self::constant(Value::Number(number))),
            None => Err(self.cursor.error(at, "not a number", "write `12`, `0.5` or `1e3`")),
        }
    }

    fn call(&mut self, name: &str, at: usize) -> Result<Expression, QueryError> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "bin" => {
                let period = self.period()?;
                self.close(at)?;
                return self.bin(period, at);
            }
            "datefloor" | "dateceil" => {
                let of = self.expression()?;
                if !self.cursor.take(",") {
                    return Err(self.cursor.error_here(
                        format!("expected `,` and a period, found {}", self.cursor.found()),
                        format!("write `{name}(@timestamp, 1h)`"),
                    ));
                }
                let period = self.period()?;
                self.close(at)?;
                return Ok(Expression::Round { of: Box::new(of), period, up: lower == "dateceil" });
            }
            _ => {}
        }
        if let Some(aggregate) = Aggregate::named(name) {
            return self.aggregate(aggregate, name, at);
        }
        let Some((function, least, most)) = Function::named(name) else {
            return Err(self.no_function(name, &lower, at));
        };
        let mut arguments = Vec::new();
        if !self.cursor.take(")") {
            loop {
                arguments.push(self.expression()?);
                if !self.cursor.take(",") {
                    break;
                }
            }
            self.close(at)?;
        }
        if !(least..=most).contains(&arguments.len()) {
            let takes =
                if least == most { least.to_string() } else { format!("{least} to {most}") };
            return Err(self.cursor.error(
                at,
                format!("`{name}` takes {takes} arguments, not {}", arguments.len()),
                "texts stand in quotes, arguments are parted by commas",
            ));
        }
        Ok(Expression::Call(function, arguments))
    }

    fn no_function(&self, name: &str, lower: &str, at: usize) -> QueryError {
        if ELSEWHERE.contains(&lower) {
            let hint = "only AWS itself can run it: send the query to Logs Insights";
            return self
                .cursor
                .error(at, format!("`{name}` cannot be run here"), hint)
                .for_aws_alone();
        }
        let hint = match lower {
            "round" => "write `floor(x + 0.5)`".to_owned(),
            _ => Function::like(name).map_or_else(
                || "the functions are listed in docs/query.md".to_owned(),
                |like| format!("did you mean `{like}`"),
            ),
        };
        self.cursor.error(at, format!("there is no function `{name}`"), hint)
    }

    /// `bin(5m)`: the line's time, rounded down.
    fn bin(&mut self, period: Period, at: usize) -> Result<Expression, QueryError> {
        let slot = self.names.read("@timestamp");
        if !self.names.is_visible(slot) {
            return Err(self.cursor.error(
                at,
                "`bin` needs `@timestamp`, which is gone after `stats`",
                "write `datefloor(column, period)` with a column that holds a time",
            ));
        }
        if let Some(gathering) = &mut self.gathering
            && !gathering.inside
        {
            gathering.outside.push((slot, at, "@timestamp".to_owned()));
        }
        let of = Box::new(Expression::Name(slot));
        Ok(Expression::Round { of, period, up: false })
    }

    /// A number and a unit.
    fn period(&mut self) -> Result<Period, QueryError> {
        self.cursor.skip();
        let at = self.cursor.at();
        let digits = self.cursor.take_while(|c| c.is_ascii_digit());
        let name = self.cursor.word();
        let here = self.cursor.at();
        self.cursor.rewind(here + name.chars().count());
        let count = digits.parse::<i64>().ok().filter(|count| *count > 0);
        let (Some(count), Some(unit)) = (count, Unit::named(&name)) else {
            return Err(self.cursor.error(
                at,
                "not a period",
                "a number and a unit: `30s`, `5m`, `1h`, `1d`, `1w`, `1mo`, `1q`, `1y`",
            ));
        };
        if let Some((cap, larger)) = unit.cap()
            && count > cap
        {
            let meant = count / cap;
            self.warnings.push(Warning {
                message: format!("AWS takes at most {cap} of `{name}`; write `{meant}{larger}`"),
                at,
            });
        }
        Ok(Period { count, unit })
    }

    pub(super) fn close(&mut self, opened: usize) -> Result<(), QueryError> {
        if self.cursor.take(")") {
            return Ok(());
        }
        Err(self.cursor.error_here(
            format!("expected `)`, found {}", self.cursor.found()),
            format!("what was opened at character {} is not closed", opened + 1),
        ))
    }
}
