//! The language held by vectors that neither the parser nor the matcher wrote.

#![expect(clippy::unwrap_used, reason = "a vector that cannot be read is a failed test")]

use serde::Deserialize;
use watchdeck_pattern::{Pattern, Search};

#[derive(Deserialize)]
struct Vector {
    pattern: String,
    #[serde(default)]
    message: String,
    #[serde(rename = "match")]
    wanted: Option<bool>,
    error: Option<String>,
    source: String,
}

fn vectors() -> Vec<Vector> {
    include_str!("filter_pattern_vectors.jsonl")
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_vector_holds() {
    let (mut judged, mut refused, mut wrong) = (0, 0, Vec::new());
    for vector in vectors() {
        let parsed = Pattern::parse(&vector.pattern);
        match (parsed, vector.wanted, &vector.error) {
            (Ok(pattern), Some(wanted), None) => {
                judged += 1;
                if pattern.matches(&vector.message) != wanted {
                    wrong.push(format!(
                        "{} on {}: wanted {wanted} ({})",
                        vector.pattern, vector.message, vector.source
                    ));
                }
            }
            (Err(_), None, Some(_)) => refused += 1,
            (Ok(_), _, Some(why)) => wrong.push(format!("{} is accepted: {why}", vector.pattern)),
            (Err(error), _, _) => wrong.push(format!("{error}\n{}", error.caret())),
            (Ok(_), None, None) => {
                wrong.push(format!("{}: a vector without a verdict", vector.pattern));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((judged, refused), (105, 10));
}

#[test]
fn a_search_reads_every_pattern_alike() {
    for vector in vectors() {
        if let (Some(wanted), Ok(search)) = (vector.wanted, Search::parse(&vector.pattern)) {
            assert_eq!(search.matches(&vector.message), wanted, "{}", vector.pattern);
            let told = search.to_pattern().unwrap();
            assert_eq!(told.matches(&vector.message), wanted, "{} told as {told}", vector.pattern);
        }
    }
}
