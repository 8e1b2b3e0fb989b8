//! The condition of a rule: its selections, joined.

use super::Tree;

/// How deep parentheses may nest.
const MAX_DEPTH: usize = 32;

/// A selection by its name.
pub(super) type Named = (String, Tree);

/// What a condition asks of these selections; else what is wrong with it.
pub(super) fn parse(text: &str, selections: &[Named]) -> Result<Tree, String> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    if words.contains(&"|") {
        return Err("counting behind `|` is not supported".into());
    }
    let mut reader = Reader { words: &words, at: 0, selections };
    let tree = reader.any(0)?;
    match reader.peek() {
        None => Ok(tree),
        Some(word) => Err(format!("`{word}` was not expected")),
    }
}

struct Reader<'r> {
    words: &'r [&'r str],
    at: usize,
    selections: &'r [Named],
}

impl Reader<'_> {
    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).copied()
    }

    fn take(&mut self, word: &str) -> bool {
        let taken = self.peek().is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.at += usize::from(taken);
        taken
    }

    fn any(&mut self, depth: usize) -> Result<Tree, String> {
        let mut parts = vec![self.all(depth)?];
        while self.take("or") {
            parts.push(self.all(depth)?);
        }
        Ok(only(parts, Tree::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Tree, String> {
        let mut parts = vec![self.one(depth)?];
        while self.take("and") {
            parts.push(self.one(depth)?);
        }
        Ok(only(parts, Tree::All))
    }

    fn one(&mut self, depth: usize) -> Result<Tree, String> {
        if depth > MAX_DEPTH {
            return Err("it nests too deep".into());
        }
        if self.take("not") {
            return self.one(depth + 1).map(|inner| Tree::Not(Box::new(inner)));
        }
        if self.take("(") {
            let inner = self.any(depth + 1)?;
            return if self.take(")") { Ok(inner) } else { Err("a parenthesis is open".into()) };
        }
        let word = self.peek().ok_or("it ends too early")?.to_owned();
        self.at += 1;
        if self.take("of") {
            let join = match word.to_ascii_lowercase().as_str() {
                "1" | "any" => Tree::Any,
                "all" => Tree::All,
                _ => return Err(format!("`{word} of` is neither `1 of` nor `all of`")),
            };
            let of = self.peek().ok_or("it ends behind `of`")?.to_owned();
            self.at += 1;
            return self.several(&of).map(|parts| only(parts, join));
        }
        let named = self.selections.iter().find(|(name, _)| *name == word);
        named.map(|(_, tree)| tree.clone()).ok_or_else(|| format!("there is no selection `{word}`"))
    }

    fn several(&self, of: &str) -> Result<Vec<Tree>, String> {
        let them = of.eq_ignore_ascii_case("them");
        let is_meant = |name: &str| match of.split_once('*') {
            _ if them => !name.starts_with('_'),
            Some((before, after)) => {
                name.len() >= before.len() + after.len()
                    && name.starts_with(before)
                    && name.ends_with(after)
            }
            None => name == of,
        };
        let meant: Vec<Tree> = self
            .selections
            .iter()
            .filter(|(name, _)| is_meant(name))
            .map(|(_, tree)| tree.clone())
            .collect();
        if meant.is_empty() { Err(format!("no selection is one of `{of}`")) } else { Ok(meant) }
    }
}

fn only(mut parts: Vec<Tree>, join: impl FnOnce(Vec<Tree>) -> Tree) -> Tree {
    match (parts.len(), parts.pop()) {
        (1, Some(part)) => part,
        (_, last) => {
            parts.extend(last);
            join(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::dotted;
    use crate::sigma::FieldTest;
    use std::sync::Arc;
    use watchdeck_pattern::Segment;

    fn told(tree: &Tree) -> String {
        let all = |parts: &[Tree], word| parts.iter().map(told).collect::<Vec<_>>().join(word);
        match tree {
            Tree::All(parts) => format!("({})", all(parts, " & ")),
            Tree::Any(parts) => format!("({})", all(parts, " | ")),
            Tree::Not(inner) => format!("!{}", told(inner)),
            Tree::Field { path, .. } => match &path[..] {
                [Segment::Member(name)] => name.clone(),
                other => panic!("{other:?}"),
            },
        }
    }

    #[test]
    fn conditions_join_selections() {
        let selections: Vec<Named> = ["sel_a", "sel_b", "filter", "_off"]
            .map(|name| {
                let test = Arc::new(FieldTest { wanted: Vec::new(), all: false, other: None });
                (name.to_owned(), Tree::Field { path: dotted(name), test })
            })
            .into();
        let check = |text: &str, wanted: &str| {
            let tree = parse(text, &selections).map_or_else(|what| what, |tree| told(&tree));
            assert_eq!(tree, wanted, "{text}");
        };
        check("sel_a", "sel_a");
        check("sel_a and not filter", "(sel_a & !filter)");
        check("sel_a or sel_b and filter", "(sel_a | (sel_b & filter))");
        check("1 of sel_* and not 1 of filter*", "((sel_a | sel_b) & !filter)");
        check("ALL OF them", "(sel_a & sel_b & filter)");
        check("sel_c", "there is no selection `sel_c`");
        check("2 of them", "`2 of` is neither `1 of` nor `all of`");
        check("1 of x*", "no selection is one of `x*`");
        check("sel_a | count() > 5", "counting behind `|` is not supported");
        check("(sel_a", "a parenthesis is open");
        check("sel_a sel_b", "`sel_b` was not expected");
        check("", "it ends too early");
    }
}
