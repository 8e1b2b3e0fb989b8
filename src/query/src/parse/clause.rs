//! The two commands with clauses of their own: `stats .. by ..`, and `parse .. as ..`.

use super::{MAX_STATS, Parser};
use crate::error::{QueryError, Warning};
use crate::grammar::{Aggregate, Command, Expression, Extraction, Gathered, Item, Parse, Stats};

/// The most stars in a glob.
const MAX_STARS: usize = 50;

/// What a `stats` that is being parsed gathers.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    gathered: Vec<Gathered>,
    /// Whether an aggregate's argument is being parsed.
    pub(super) inside: bool,
    /// Names that stand outside of aggregates: slot, place, and how they are written.
    pub(super) outside: Vec<(usize, usize, String)>,
}

impl Parser<'_> {
    /// An aggregate function, of which name and parenthesis were taken.
    pub(super) fn aggregate(
        &mut self,
        aggregate: Aggregate,
        name: &str,
        at: usize,
    ) -> Result<Expression, QueryError> {
        let Some(gathering) = &mut self.gathering else {
            return Err(self.cursor.error(
                at,
                format!("`{name}` stands outside of `stats`"),
                format!("aggregate first: `stats {name}(..) as x`, then use `x`"),
            ));
        };
        if gathering.inside {
            return Err(self.cursor.error(
                at,
                format!("`{name}` stands inside another aggregate"),
                "aggregate in a first `stats`, name the result with `as`, and aggregate that in a second",
            ));
        }
        gathering.inside = true;
        let of = self.argument(aggregate, name, at);
        if let Some(gathering) = &mut self.gathering {
            gathering.inside = false;
        }
        let of = of?;
        let aggregate = self.rank(aggregate, name)?;
        self.close(at)?;
        let Some(gathering) = &mut self.gathering else {
            return Err(self.cursor.error(at, "an aggregate stands outside of `stats`", ""));
        };
        gathering.gathered.push(Gathered { aggregate, of });
        Ok(Expression::Gathered(gathering.gathered.len() - 1))
    }

    fn argument(
        &mut self,
        aggregate: Aggregate,
        name: &str,
        at: usize,
    ) -> Result<Option<Expression>, QueryError> {
        if self.cursor.take("*") || {
            self.cursor.skip();
            self.cursor.peek() == Some(')')
        } {
            if aggregate == Aggregate::Count {
                return Ok(None);
            }
            return Err(self.cursor.error(
                at,
                format!("`{name}` needs a field"),
                "only `count(*)` counts lines as such",
            ));
        }
        self.expression().map(Some)
    }

    /// The rank of `pct(field, 95)`.
    fn rank(&mut self, aggregate: Aggregate, name: &str) -> Result<Aggregate, QueryError> {
        let Aggregate::Percentile(_) = aggregate else { return Ok(aggregate) };
        self.cursor.take(",");
        self.cursor.skip();
        let at = self.cursor.at();
        let digits = self.cursor.take_while(|c| c.is_ascii_digit() || c == '.');
        match crate::number::parse(&digits) {
            Some(rank) if (0.0..=100.0).contains(&rank) => Ok(Aggregate::Percentile(rank)),
            Some(_) | None => Err(self.cursor.error(
                at,
                format!("`{name}` takes a field and a rank from 0 to 100"),
                format!("write `{name}(@duration, 95)`"),
            )),
        }
    }

    /// `stats`, of which the word was taken.
    pub(super) fn aggregation(&mut self, at: usize) -> Result<Command, QueryError> {
        if self.stats == MAX_STATS {
            return Err(self.cursor.error(
                at,
                format!("more than {MAX_STATS} `stats`"),
                "AWS takes two; filter and sort what the second gives",
            ));
        }
        if let Some((word, at)) = self.ordered.take() {
            if self.stats > 0 {
                return Err(self.cursor.error(
                    at,
                    format!("`{word}` stands before the last `stats`"),
                    "with two `stats`, AWS wants `sort` and `limit` after the second",
                ));
            }
            self.warnings.push(Warning {
                message: format!(
                    "`{word}` before `stats`: what it leaves is gathered; AWS may ignore it"
                ),
                at,
            });
        }
        self.gathering = Some(Gathering::default());
        let mut items: Vec<(Expression, Option<String>, String, usize)> = Vec::new();
        loop {
            self.cursor.skip();
            let from = self.cursor.at();
            let expression = self.expression()?;
            let written = self.cursor.written(from);
            let alias = if self.cursor.take_word("as") {
                self.cursor.skip();
                Some(self.name()?)
            } else {
                None
            };
            items.push((expression, alias, written, from));
            if !self.cursor.take(",") {
                break;
            }
        }
        let gathering = self.gathering.take().unwrap_or_default();
        let keys = if self.cursor.take_word("by") { self.items()? } else { Vec::new() };
        self.outside_is_there(&gathering, &items, &keys)?;
        self.names.narrow(keys.iter().map(|key| key.slot));
        let items: Vec<Item> = items
            .into_iter()
            .map(|(expression, alias, written, _)| {
                let slot = match (alias, &expression) {
                    (Some(alias), _) => self.names.define(&alias),
                    (None, Expression::Name(slot)) => *slot,
                    (None, _) => self.names.define_written(&written),
                };
                Item { expression, slot }
            })
            .collect();
        self.stats += 1;
        self.columns = super::Columns { counted: true, ..super::Columns::default() };
        self.columns.ask(&keys);
        self.columns.ask(&items);
        Ok(Command::Stats(Stats { gathered: gathering.gathered, items, keys }))
    }

    /// A name outside of aggregates is a key of `by`, or what an earlier column of the same `stats` is called.
    fn outside_is_there(
        &mut self,
        gathering: &Gathering,
        items: &[(Expression, Option<String>, String, usize)],
        keys: &[Item],
    ) -> Result<(), QueryError> {
        for (slot, at, name) in &gathering.outside {
            let earlier =
                items.iter().any(|(_, alias, _, from)| alias.as_ref() == Some(name) && from < at);
            if !earlier && !keys.iter().any(|key| key.slot == *slot) {
                return Err(self.cursor.error(
                    *at,
                    format!("`{name}` stands outside of an aggregate"),
                    format!("write `max({name})` or `latest({name})`, or group `by {name}`"),
                ));
            }
        }
        Ok(())
    }

    /// `parse`, of which the word was taken.
    pub(super) fn extraction(&mut self) -> Result<Command, QueryError> {
        self.cursor.skip();
        let at = self.cursor.at();
        let from = if matches!(self.cursor.peek(), Some('"' | '\'' | '/')) {
            Expression::Name(self.read("@message", at)?)
        } else {
            let name = self.name()?;
            Expression::Name(self.read(&name, at)?)
        };
        self.cursor.skip();
        let at = self.cursor.at();
        let (how, slots) = match self.cursor.peek() {
            Some('/') => self.groups(at)?,
            Some('"' | '\'') => self.glob(at)?,
            _ => {
                return Err(self.cursor.error_here(
                    format!(
                        "expected a text or a regular expression, found {}",
                        self.cursor.found()
                    ),
                    "write `parse @message \"user=* took *\" as user, took` or `/(?<user>..)/`",
                ));
            }
        };
        for slot in &slots {
            if !self.columns.parsed.contains(slot) {
                self.columns.parsed.push(*slot);
            }
        }
        Ok(Command::Parse(Parse { from, how, slots }))
    }

    fn groups(&mut self, at: usize) -> Result<(Extraction, Vec<usize>), QueryError> {
        let regex = self.regex()?;
        let names: Vec<String> = regex.capture_names().flatten().map(str::to_owned).collect();
        if names.is_empty() {
            return Err(self.cursor.error(
                at,
                "the regular expression names no group",
                "name what is to be taken: `/user=(?<user>\\S+)/`",
            ));
        }
        let slots = names.iter().map(|name| self.names.define(name)).collect();
        Ok((Extraction::Regex(regex, names), slots))
    }

    fn glob(&mut self, at: usize) -> Result<(Extraction, Vec<usize>), QueryError> {
        let text = self.cursor.quoted()?;
        let literals: Vec<String> = text.split('*').map(str::to_owned).collect();
        let stars = literals.len() - 1;
        if stars == 0 || stars > MAX_STARS {
            return Err(self.cursor.error(
                at,
                format!("a glob holds 1 to {MAX_STARS} stars"),
                "each `*` takes what stands there: `\"user=* took *\"`",
            ));
        }
        if !self.cursor.take_word("as") {
            return Err(self.cursor.error_here(
                format!("expected `as`, found {}", self.cursor.found()),
                "name what each star takes: `as user, took`",
            ));
        }
        let mut slots = Vec::new();
        loop {
            slots.push(self.new_name()?);
            if !self.cursor.take(",") {
                break;
            }
        }
        if slots.len() != stars {
            return Err(self.cursor.error(
                at,
                format!("{stars} stars and {} names", slots.len()),
                "each `*` wants a name after `as`",
            ));
        }
        Ok((Extraction::Glob(literals), slots))
    }
}
