//! Metric math, the part that compares and combines series: numbers, ids, `+ - * /`, brackets, `FILL(m, n)`.

use std::collections::BTreeMap;

/// A series by time, or one number for every time.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Math {
    Number(f64),
    Series(BTreeMap<i64, f64>),
}

/// Works an expression out over the series known by their ids; the error says what is wrong with it.
pub(super) fn work_out(text: &str, known: &BTreeMap<String, Math>) -> Result<Math, String> {
    let mut reader = Reader { rest: text.trim(), known, times: times(known) };
    let result = reader.sum()?;
    if reader.rest.is_empty() { Ok(result) } else { Err(format!("unexpected `{}`", reader.rest)) }
}

struct Reader<'a> {
    rest: &'a str,
    known: &'a BTreeMap<String, Math>,
    times: Vec<i64>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, wanted: char) -> bool {
        let taken = self.rest.strip_prefix(wanted);
        if let Some(rest) = taken {
            self.rest = rest.trim_start();
        }
        taken.is_some()
    }

    fn word(&mut self, part: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word
    }

    fn sum(&mut self) -> Result<Math, String> {
        let mut left = self.product()?;
        loop {
            if self.take('+') {
                left = combine(&left, &self.product()?, |a, b| Some(a + b));
            } else if self.take('-') {
                left = combine(&left, &self.product()?, |a, b| Some(a - b));
            } else {
                return Ok(left);
            }
        }
    }

    fn product(&mut self) -> Result<Math, String> {
        let mut left = self.atom()?;
        loop {
            if self.take('*') {
                left = combine(&left, &self.atom()?, |a, b| Some(a * b));
            } else if self.take('/') {
                // A division by zero gives no datapoint.
                left = combine(&left, &self.atom()?, |a, b| (b != 0.0).then(|| a / b));
            } else {
                return Ok(left);
            }
        }
    }

    fn atom(&mut self) -> Result<Math, String> {
        if self.take('(') {
            let inner = self.sum()?;
            return if self.take(')') { Ok(inner) } else { Err("a `)` is missing".to_owned()) };
        }
        if self.take('-') {
            return Ok(combine(&Math::Number(-1.0), &self.atom()?, |a, b| Some(a * b)));
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            let number = self.word(|c| c.is_ascii_digit() || c == '.');
            return number
                .parse()
                .map(Math::Number)
                .map_err(|_| format!("`{number}` is no number"));
        }
        let name = self.word(|c| c.is_ascii_alphanumeric() || c == '_');
        if name == "FILL" && self.take('(') {
            let series = self.sum()?;
            if !self.take(',') {
                return Err("FILL takes a metric and a value".to_owned());
            }
            let fill = self.sum()?;
            return match (series, fill, self.take(')')) {
                (Math::Series(mut series), Math::Number(fill), true) => {
                    for &time in &self.times {
                        series.entry(time).or_insert(fill);
                    }
                    Ok(Math::Series(series))
                }
                _ => Err("FILL takes a metric and a number here".to_owned()),
            };
        }
        match self.known.get(name) {
            Some(known) => Ok(known.clone()),
            None if name.is_empty() => Err("the expression ends too early".to_owned()),
            None if self.rest.starts_with('(') => {
                Err(format!("the function `{name}` is not served by the simulated account"))
            }
            None => Err(format!("unknown id `{name}`")),
        }
    }
}

fn times(known: &BTreeMap<String, Math>) -> Vec<i64> {
    let mut times: Vec<i64> = known
        .values()
        .filter_map(|math| match math {
            Math::Series(series) => Some(series.keys().copied()),
            Math::Number(_) => None,
        })
        .flatten()
        .collect();
    times.sort_unstable();
    times.dedup();
    times
}

fn combine(left: &Math, right: &Math, with: impl Fn(f64, f64) -> Option<f64>) -> Math {
    match (left, right) {
        (Math::Number(a), Math::Number(b)) => Math::Number(with(*a, *b).unwrap_or(f64::NAN)),
        (Math::Series(series), Math::Number(b)) => Math::Series(
            series.iter().filter_map(|(time, a)| Some((*time, with(*a, *b)?))).collect(),
        ),
        (Math::Number(a), Math::Series(series)) => Math::Series(
            series.iter().filter_map(|(time, b)| Some((*time, with(*a, *b)?))).collect(),
        ),
        (Math::Series(left), Math::Series(right)) => Math::Series(
            left.iter()
                .filter_map(|(time, a)| Some((*time, with(*a, *right.get(time)?)?)))
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_worked_out_where_both_series_have_data() {
        let known = BTreeMap::from([
            ("errors".to_owned(), Math::Series(BTreeMap::from([(0, 2.0), (60, 1.0)]))),
            ("calls".to_owned(), Math::Series(BTreeMap::from([(0, 8.0), (60, 0.0), (120, 4.0)]))),
        ]);
        assert_eq!(
            work_out("100 * (errors / calls)", &known),
            Ok(Math::Series(BTreeMap::from([(0, 25.0)])))
        );
        assert_eq!(
            work_out("FILL(errors, 0) + calls - 1", &known),
            Ok(Math::Series(BTreeMap::from([(0, 9.0), (60, 0.0), (120, 3.0)])))
        );
        assert!(work_out("errors /", &known).unwrap_err().contains("too early"));
        assert!(work_out("SUM(METRICS())", &known).unwrap_err().contains("SUM"));
        assert!(work_out("nothing", &known).unwrap_err().contains("unknown id"));
    }
}
