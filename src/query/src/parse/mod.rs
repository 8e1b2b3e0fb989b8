//! Text to tree. Names become slots on the way, so that a name that cannot be is told where it stands.

mod clause; // stats and parse
mod cursor;
mod expression;
mod names;
mod primary; // names, literals, calls

use crate::error::{QueryError, Warning};
use crate::grammar::{Command, Expression, Item, Name, SortKey};
use crate::value::Value;

use self::cursor::Cursor;
use self::names::Names;

/// The most a `limit` may ask for.
const MAX_LIMIT: usize = 100_000;
/// As many `stats` as AWS takes.
const MAX_STATS: usize = 2;

const COMMANDS: &str =
    "commands are `fields`, `filter`, `parse`, `stats`, `sort`, `dedup`, `display` and `limit`";

/// What AWS can do and this program cannot.
const ELSEWHERE: [&str; 13] = [
    "pattern",
    "anomaly",
    "diff",
    "unnest",
    "lookup",
    "join",
    "unmask",
    "filterindex",
    "source",
    "addtotals",
    "subquery",
    "append",
    "fillnull",
];

/// A query, taken apart.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) commands: Vec<Command>,
    pub(crate) names: Vec<Name>,
    /// The slots of the columns to be shown, if the query says which.
    pub(crate) columns: Vec<usize>,
    pub(crate) warnings: Vec<Warning>,
}

/// Takes a query apart. `pointing` adds the column `@ptr`, where a row is a line.
pub(crate) fn parse(source: &str, pointing: bool) -> Result<Parsed, QueryError> {
    let mut parser = Parser {
        cursor: Cursor::new(source),
        names: Names::default(),
        warnings: Vec::new(),
        gathering: None,
        depth: 0,
        stats: 0,
        deduplicated: false,
        ordered: None,
        columns: Columns::default(),
    };
    let commands = parser.commands()?;
    let mut columns = parser.columns.shown(&mut parser.names);
    if pointing && !parser.columns.counted {
        let slot = parser.names.read("@ptr");
        columns.retain(|shown| *shown != slot);
        columns.push(slot);
    }
    Ok(Parsed { commands, names: parser.names.list, columns, warnings: parser.warnings })
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    names: Names,
    warnings: Vec<Warning>,
    /// What the `stats` being parsed gathers; none outside of one.
    gathering: Option<clause::Gathering>,
    depth: usize,
    stats: usize,
    deduplicated: bool,
    /// The first `sort` or `limit`, and where it stands.
    ordered: Option<(String, usize)>,
    columns: Columns,
}

/// Which columns the commands ask for.
#[derive(Default)]
struct Columns {
    asked: Vec<usize>,
    parsed: Vec<usize>,
    displayed: Option<Vec<usize>>,
    counted: bool,
}

impl Columns {
    /// The columns to be shown: the last `display`, else all that `fields`, `stats` and `parse` name.
    fn shown(&self, names: &mut Names) -> Vec<usize> {
        let mut shown = match &self.displayed {
            Some(displayed) => return displayed.clone(),
            None => self.asked.clone(),
        };
        if shown.is_empty() && !self.counted {
            shown = ["@timestamp", "@message"].map(|name| names.read(name)).to_vec();
        }
        for slot in &self.parsed {
            if !shown.contains(slot) {
                shown.push(*slot);
            }
        }
        shown
    }

    fn ask(&mut self, items: &[Item]) {
        for item in items {
            if !self.asked.contains(&item.slot) {
                self.asked.push(item.slot);
            }
        }
    }
}

impl Parser<'_> {
    fn commands(&mut self) -> Result<Vec<Command>, QueryError> {
        let mut commands = Vec::new();
        self.cursor.skip();
        if self.cursor.peek().is_none() {
            return Err(self.cursor.error_here("there is no query", COMMANDS));
        }
        loop {
            let command = self.command()?;
            commands.extend(command);
            self.cursor.skip();
            if self.cursor.peek().is_none() {
                return Ok(commands);
            }
            if !self.cursor.take("|") {
                return Err(self.cursor.error_here(
                    format!("expected `|` or the end, found {}", self.cursor.found()),
                    "commands are joined by `|`, texts stand in quotes",
                ));
            }
        }
    }

    fn command(&mut self) -> Result<Option<Command>, QueryError> {
        let word = self.cursor.word();
        let at = self.cursor.at();
        let name = word.to_ascii_lowercase();
        if self.deduplicated && !word.is_empty() && name != "limit" {
            return Err(self.cursor.error(
                at,
                format!("`{word}` stands after `dedup`"),
                "only `limit` may follow `dedup`; put it before",
            ));
        }
        if matches!(name.as_str(), "sort" | "limit") && self.ordered.is_none() {
            self.ordered = Some((name.clone(), at));
        }
        self.cursor.rewind(at + word.chars().count());
        match name.as_str() {
            "fields" => {
                let items = self.items()?;
                self.columns.ask(&items);
                Ok(Some(Command::Compute(items)))
            }
            "display" => {
                let items = self.items()?;
                self.columns.displayed = Some(items.iter().map(|item| item.slot).collect());
                Ok(Some(Command::Compute(items)))
            }
            "filter" => Ok(Some(Command::Filter(self.expression()?))),
            "parse" => self.extraction().map(Some),
            "stats" => self.aggregation(at).map(Some),
            "sort" => self.sort().map(Some),
            "dedup" => self.dedup().map(Some),
            "limit" => self.limit().map(Some),
            _ => Err(self.unknown(&word, &name, at)),
        }
    }

    fn unknown(&self, word: &str, name: &str, at: usize) -> QueryError {
        if ELSEWHERE.contains(&name) {
            let hint = "only AWS itself can run it: send the query to Logs Insights";
            return self
                .cursor
                .error(at, format!("`{word}` cannot be run here"), hint)
                .for_aws_alone();
        }
        match name {
            "" => self.cursor.error(
                at,
                format!("expected a command, found {}", self.cursor.found()),
                COMMANDS,
            ),
            "head" | "tail" => self.cursor.error(
                at,
                format!("`{word}` is no longer a command"),
                "write `sort @timestamp desc | limit 20`",
            ),
            "where" | "select" => self.cursor.error(
                at,
                format!("`{word}` is not a command"),
                "this is Logs Insights, not SQL: `filter` picks lines, `fields` picks columns",
            ),
            _ => self.cursor.error(at, format!("`{word}` is not a command"), COMMANDS),
        }
    }

    /// `a, abs(b) as c, ..`
    fn items(&mut self) -> Result<Vec<Item>, QueryError> {
        let mut items = vec![self.item()?];
        while self.cursor.take(",") {
            items.push(self.item()?);
        }
        Ok(items)
    }

    fn item(&mut self) -> Result<Item, QueryError> {
        self.cursor.skip();
        let from = self.cursor.at();
        let expression = self.titled(from)?;
        let written = self.cursor.written(from);
        if self.cursor.take_word("as") {
            let slot = self.new_name()?;
            return Ok(Item { expression, slot });
        }
        let slot = if let Expression::Name(slot) = &expression {
            *slot
        } else {
            self.names.define_written(&written)
        };
        Ok(Item { expression, slot })
    }

    /// An expression; where it is written as the title of a column that is there, that column.
    fn titled(&mut self, from: usize) -> Result<Expression, QueryError> {
        let plain = self.cursor.word();
        let before = self.cursor.at();
        if !plain.is_empty() && self.stats > 0 && self.gathering.is_none() {
            let ends = 2 * self.names.longest_title();
            for end in (before + 1..=before + ends).rev() {
                self.cursor.rewind(end);
                let written = self.cursor.written(from);
                if let Some(slot) = self.names.written(&written)
                    && self.ends_expression()
                {
                    self.cursor.rewind(end);
                    return Ok(Expression::Name(slot));
                }
            }
            self.cursor.rewind(before);
        }
        self.expression()
    }

    /// Whether an expression may end here.
    fn ends_expression(&mut self) -> bool {
        let word = self.cursor.word();
        self.cursor.peek().is_none_or(|c| matches!(c, ',' | '|' | ')'))
            || ["as", "asc", "desc", "by"].iter().any(|end| word.eq_ignore_ascii_case(end))
    }

    /// The name after `as`.
    fn new_name(&mut self) -> Result<usize, QueryError> {
        self.cursor.skip();
        let name = self.name()?;
        Ok(self.names.define(&name))
    }

    fn sort(&mut self) -> Result<Command, QueryError> {
        self.cursor.take_word("by");
        let mut keys = Vec::new();
        loop {
            self.cursor.skip();
            let from = self.cursor.at();
            let expression = self.titled(from)?;
            let descending = self.cursor.take_word("desc");
            if !descending {
                self.cursor.take_word("asc");
            }
            keys.push(SortKey { expression, descending });
            if !self.cursor.take(",") {
                return Ok(Command::Sort(keys));
            }
        }
    }

    fn dedup(&mut self) -> Result<Command, QueryError> {
        let mut slots = Vec::new();
        loop {
            self.cursor.skip();
            let at = self.cursor.at();
            let name = self.name()?;
            slots.push(self.read(&name, at)?);
            if !self.cursor.take(",") {
                self.deduplicated = true;
                return Ok(Command::Dedup(slots));
            }
        }
    }

    fn limit(&mut self) -> Result<Command, QueryError> {
        self.cursor.skip();
        let at = self.cursor.at();
        let digits = self.cursor.take_while(|c| c.is_ascii_digit());
        match digits.parse::<usize>() {
            Ok(rows) if (1..=MAX_LIMIT).contains(&rows) => Ok(Command::Limit(rows)),
            Ok(_) | Err(_) => Err(self.cursor.error(
                at,
                "`limit` takes a whole number of rows",
                format!("from 1 to {MAX_LIMIT}"),
            )),
        }
    }

    /// The slot of a name that is read at a place; after `stats` only its columns are there.
    fn read(&mut self, name: &str, at: usize) -> Result<usize, QueryError> {
        let slot = self.names.read(name);
        if self.names.is_visible(slot) {
            return Ok(slot);
        }
        Err(self.cursor.error(
            at,
            format!("`{name}` is gone after `stats`"),
            "only what `stats` names is left: its aggregates and its keys after `by`",
        ))
    }

    /// A constant text or number.
    fn constant(value: Value<'static>) -> Expression {
        Expression::literal(value)
    }
}
