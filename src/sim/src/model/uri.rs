//! The URI template of an operation, and matching a request path against it.

use std::collections::BTreeMap;

/// A path such as `/2015-03-31/functions/{FunctionName}/aliases/{Name}` with the query it fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    segments: Vec<Segment>,
    query: Vec<(String, Option<String>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Label(String),
    Greedy(String),
}

/// A request that fits a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The labels, decoded.
    pub labels: BTreeMap<String, String>,
    /// How close it fits: literal segments and fixed query parts count.
    pub closeness: usize,
}

impl Template {
    /// Reads a template of a model.
    pub fn parse(text: &str) -> Self {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let segments = split(path.strip_suffix('/').unwrap_or(path))
            .map(|segment| match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
                Some(label) => match label.strip_suffix('+') {
                    Some(label) => Segment::Greedy(label.to_owned()),
                    None => Segment::Label(label.to_owned()),
                },
                None => Segment::Literal(segment.to_owned()),
            })
            .collect();
        let query = query
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| match part.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (part.to_owned(), None),
            })
            .collect();
        Self { segments, query }
    }

    /// Fits a raw path (still percent-encoded) and a decoded query to this template.
    pub fn fit(&self, path: &str, query: &[(String, String)]) -> Option<Fit> {
        let mut closeness = 0;
        for (name, value) in &self.query {
            query.iter().find(|(n, v)| n == name && value.as_ref().is_none_or(|want| want == v))?;
            closeness += 2;
        }
        let parts: Vec<&str> = split(path).collect();
        let mut labels = BTreeMap::new();
        let mut at = 0;
        for (index, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Literal(literal) => {
                    (parts.get(at)? == literal).then_some(())?;
                    closeness += 2;
                    at += 1;
                }
                Segment::Label(name) => {
                    let value = decode(parts.get(at)?);
                    (!value.is_empty()).then_some(())?;
                    labels.insert(name.clone(), value);
                    at += 1;
                }
                Segment::Greedy(name) => {
                    let after = self.segments.len() - index - 1;
                    let end = parts.len().checked_sub(after)?;
                    let taken = parts.get(at..end).filter(|taken| !taken.is_empty())?;
                    let value = decode(&taken.join("/"));
                    (!value.is_empty()).then_some(())?;
                    labels.insert(name.clone(), value);
                    at = end;
                }
            }
        }
        // A greedy label keeps a trailing slash; elsewhere it means nothing.
        let ends = at == parts.len() || (at + 1 == parts.len() && parts.last() == Some(&""));
        ends.then_some(Fit { labels, closeness })
    }

    /// Whether the template itself has this query parameter.
    pub fn fixes(&self, name: &str) -> bool {
        self.query.iter().any(|(fixed, _)| fixed == name)
    }

    /// The path with labels filled in, percent-encoded, and the fixed query. For tests and clients of our own.
    pub fn fill(&self, label: impl Fn(&str) -> String) -> String {
        let mut path = String::new();
        for segment in &self.segments {
            path.push('/');
            match segment {
                Segment::Literal(literal) => path.push_str(literal),
                Segment::Label(name) => path.push_str(&encode(&label(name), "")),
                Segment::Greedy(name) => path.push_str(&encode(&label(name), "/")),
            }
        }
        if path.is_empty() {
            path.push('/');
        }
        for (index, (name, value)) in self.query.iter().enumerate() {
            path.push(if index == 0 { '?' } else { '&' });
            path.push_str(name);
            if let Some(value) = value {
                path.push('=');
                path.push_str(value);
            }
        }
        path
    }
}

/// The segments of a path; a trailing slash leaves one empty segment.
fn split(path: &str) -> impl Iterator<Item = &str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    (!path.is_empty()).then_some(path).into_iter().flat_map(|path| path.split('/'))
}

/// Decodes `%41`; what is no escape stays.
pub fn decode(text: &str) -> String {
    String::from_utf8_lossy(&decode_bytes(text)).into_owned()
}

fn decode_bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let ahead: Vec<u8> = bytes.clone().take(2).collect();
        let hex = std::str::from_utf8(&ahead).ok().filter(|hex| hex.len() == 2);
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                bytes = {
                    let mut rest = bytes;
                    rest.next();
                    rest.next();
                    rest
                };
            }
            None => out.push(b'%'),
        }
    }
    out
}

/// Encodes as AWS does: unreserved characters and those in `keep` stay.
pub fn encode(text: &str, keep: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-._~".contains(c) || (byte.is_ascii() && keep.contains(c))
        {
            out.push(c);
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.push(
                    char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase(),
                );
            }
        }
    }
    out
}

/// Splits a query string or form body into decoded pairs.
pub fn pairs(query: &str, plus_is_space: bool) -> Vec<(String, String)> {
    let read = |text: &str| {
        if plus_is_space { decode(&text.replace('+', " ")) } else { decode(text) }
    };
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (read(name), read(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_decoded_and_literals_must_match() {
        let alias = Template::parse("/2015-03-31/functions/{FunctionName}/aliases/{Name}");
        let fit = alias.fit("/2015-03-31/functions/arn%3Aaws%3Alambda/aliases/live", &[]).unwrap();
        assert_eq!(fit.labels.get("FunctionName").unwrap(), "arn:aws:lambda");
        assert_eq!(fit.labels.get("Name").unwrap(), "live");
        assert_eq!(alias.fit("/2015-03-31/functions//aliases/live", &[]), None);
        assert_eq!(alias.fit("/2015-03-31/functions/f/versions/live", &[]), None);
    }

    #[test]
    fn greedy_labels_take_slashes_and_fixed_queries_are_closer() {
        let object = Template::parse("/{Bucket}/{Key+}");
        assert_eq!(object.fit("/b/a/b%20c", &[]).unwrap().labels.get("Key").unwrap(), "a/b c");
        assert_eq!(object.fit("/b", &[]), None);
        let policy = Template::parse("/{Bucket}?policy");
        assert!(policy.fit("/b", &[]).is_none());
        let query = [("policy".to_owned(), String::new())];
        assert!(policy.fit("/b", &query).unwrap().closeness > 0);
        let routes = Template::parse("/v20180820/mrap/instances/{mrap+}/routes");
        assert_eq!(
            routes.fit("/v20180820/mrap/instances/a/b/routes", &[]).unwrap().labels["mrap"],
            "a/b"
        );
    }

    #[test]
    fn a_trailing_slash_means_nothing() {
        let rrset = Template::parse("/2013-04-01/hostedzone/{Id}/rrset/");
        assert!(rrset.fit("/2013-04-01/hostedzone/Z1/rrset", &[]).is_some());
        assert!(rrset.fit("/2013-04-01/hostedzone/Z1/rrset/", &[]).is_some());
        assert!(Template::parse("/").fit("/", &[]).is_some());
        assert!(Template::parse("/").fit("/bucket", &[]).is_none());
    }

    #[test]
    fn escapes_survive_a_round_trip() {
        assert_eq!(decode(&encode("a b/ü%+", "/")), "a b/ü%+");
        assert_eq!(encode("a b/ü", "/"), "a%20b/%C3%BC");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(
            pairs("a=1+2&b", true),
            [("a".into(), "1 2".into()), ("b".into(), String::new())]
        );
    }
}
