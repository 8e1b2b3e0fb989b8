//! The veil: secrets that a plan needs, kept in memory, and the words that stand for them wherever anything is shown, written
//! down, hashed or compared. Only who calls AWS lifts it, and only for that one call.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use watchdeck_domain::Secret;

use crate::canonical::hex;

/// What every word that stands for a secret begins with.
const LEAD: &str = "veiled-";

/// How many hexadecimal digits of the keyed digest such a word ends with.
const DIGITS: usize = 16;

/// The fewest characters of a secret. What is shorter stands in other texts by chance, and could be guessed.
pub const SHORTEST_SECRET: usize = 8;

/// Secrets of one account, by the words that stand for them. Two texts have one word only where they are the same; the key of
/// the digest is drawn for this process, and never leaves it.
pub struct Veil {
    key: Option<[u8; 32]>,
    kept: Mutex<BTreeMap<String, Secret>>,
}

impl Default for Veil {
    fn default() -> Self {
        let mut key = [0; 32];
        let drawn = getrandom::fill(&mut key).is_ok();
        Self { key: drawn.then_some(key), kept: Mutex::default() }
    }
}

impl fmt::Debug for Veil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Veil(redacted)")
    }
}

impl Veil {
    /// Takes a secret into keeping, and gives the word that stands for it.
    ///
    /// # Errors
    /// Says why it cannot be kept, without telling anything of it.
    pub fn keep(&self, name: &str, secret: Secret) -> Result<String, &'static str> {
        let Some(key) = &self.key else {
            return Err("there is no randomness to keep a secret by");
        };
        let (length, odd) = secret.reveal_to(|text| {
            (text.chars().count(), text.chars().any(char::is_control) || text.trim() != text)
        });
        if length < SHORTEST_SECRET {
            return Err("a secret has 8 characters at least");
        }
        if odd {
            return Err("a secret holds no control character, and no blank at its ends");
        }
        let inner = secret.reveal_to(|text| {
            Sha256::new().chain_update(key).chain_update(name).chain_update([0]).chain_update(text)
        });
        let digest = Sha256::new().chain_update(key).chain_update(inner.finalize()).finalize();
        let digest = hex(&digest);
        let digits = digest.get(..DIGITS).unwrap_or_default();
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let name: String = name.chars().map(plain).collect();
        let word = format!("{LEAD}{name}-{digits}");
        self.kept().insert(word.clone(), secret);
        Ok(word)
    }

    /// Takes a secret into keeping again, for a word of an earlier process. Whether it is the same nobody can tell: what it is
    /// used for is to be compared with what is there.
    pub fn keep_again(&self, word: &str, secret: Secret) {
        self.kept().insert(word.to_owned(), secret);
    }

    /// Whether nothing is kept: then nothing needs to be covered.
    pub fn is_empty(&self) -> bool {
        self.kept().is_empty()
    }

    /// The first word in these values that stands for a secret which is not known here.
    pub fn unknown<'a>(&self, values: impl IntoIterator<Item = &'a Value>) -> Option<String> {
        let kept = self.kept();
        let mut words = Vec::new();
        for value in values {
            each_text(value, &mut |text| words.extend(stand_ins(text).map(str::to_owned)));
        }
        words.into_iter().find(|word| !kept.contains_key(word))
    }

    /// A value with the secrets in the places of their words.
    ///
    /// # Errors
    /// Names a word whose secret is not known here.
    pub fn lift(&self, value: &Value) -> Result<Value, String> {
        if let Some(word) = self.unknown([value]) {
            return Err(word);
        }
        let kept = self.kept();
        Ok(map_texts(value, &|text| {
            kept.iter().fold(text.to_owned(), |text, (word, secret)| {
                secret.reveal_to(|secret| text.replace(word, secret))
            })
        }))
    }

    /// A value with words in the places of the secrets.
    pub fn cover(&self, value: &Value) -> Value {
        map_texts(value, &|text| self.cover_text(text))
    }

    /// A text with words in the places of the secrets, as they are and as JSON writes them.
    pub fn cover_text(&self, text: &str) -> String {
        self.kept().iter().fold(text.to_owned(), |text, (word, secret)| {
            secret.reveal_to(|secret| {
                let quoted = Value::String(secret.to_owned()).to_string();
                text.replace(secret, word).replace(quoted.trim_matches('"'), word)
            })
        })
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Secret>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a whole text is a word that stands for a secret.
pub fn is_veiled(text: &str) -> bool {
    stand_ins(text).next() == Some(text)
}

/// The words in a text that stand for secrets.
fn stand_ins(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(LEAD).filter_map(|(at, _)| {
        let rest = text.get(at..)?;
        let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let word = rest.get(..end)?;
        let (_, digits) = word.rsplit_once('-')?;
        let is_digest = digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit());
        (is_digest && word.len() > LEAD.len() + DIGITS).then_some(word)
    })
}

fn each_text(value: &Value, take: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => take(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, take)),
        Value::Object(members) => members.iter().for_each(|(name, item)| {
            take(name);
            each_text(item, take);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn map_texts(value: &Value, change: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(text)),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| map_texts(item, change)).collect())
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, it)| (change(name), map_texts(it, change)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kept(veil: &Veil, text: &str) -> String {
        veil.keep("api_key", Secret::new(text.into())).unwrap()
    }

    #[test]
    fn a_secret_is_lifted_where_it_is_used_and_covered_where_it_is_met() {
        let veil = Veil::default();
        assert!(veil.is_empty());
        let word = kept(&veil, "s3cr\"t-canary");
        assert!(word.starts_with("veiled-api-key-") && is_veiled(&word), "{word}");
        let sent = json!({ "reason": format!("by {word}!"), "n": 1, "more": [word] });
        let lifted = veil.lift(&sent).unwrap();
        assert_eq!(lifted["reason"], "by s3cr\"t-canary!");
        assert_eq!(veil.cover(&lifted), sent);
        let told = veil.cover_text(r#"{"reason":"s3cr\"t-canary"} and s3cr"t-canary"#);
        assert!(!told.contains("canary") && told.matches(&word).count() == 2, "{told}");
        assert!(!format!("{veil:?}").contains("canary"));
    }

    #[test]
    fn one_text_has_one_word_and_another_process_gives_it_another() {
        let (veil, other) = (Veil::default(), Veil::default());
        let word = kept(&veil, "a long secret");
        assert_eq!(word, kept(&veil, "a long secret"));
        assert_ne!(word, kept(&veil, "another secret"));
        assert_ne!(word, kept(&other, "a long secret"));
        let draft = json!({ "reason": word });
        assert_eq!(Veil::default().lift(&draft), Err(word.clone()), "it is asked for again");
        other.keep_again(&word, Secret::new("a long secret".into()));
        assert_eq!(other.lift(&draft).unwrap()["reason"], "a long secret");
    }

    #[test]
    fn what_is_short_or_cannot_be_typed_is_no_secret() {
        let veil = Veil::default();
        for text in ["", "1234567", " blank-first", "a\nline of it"] {
            assert!(veil.keep("key", Secret::new(text.into())).is_err(), "{text:?}");
        }
        for text in ["veiled-", "veiled-key-0123", "veiled-0123456789abcdef", "unveiled"] {
            assert!(!is_veiled(text), "{text}");
        }
    }
}
