//! Values that never print: no `Debug` of the content, no `Serialize`, no `Clone`.

use std::fmt;

use zeroize::Zeroizing;

/// A secret text, wiped when dropped. It can be lent to the one call that needs it, and nothing else.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text into keeping.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Lends the text to `use_it`.
    pub fn reveal_to<T>(&self, use_it: impl FnOnce(&str) -> T) -> T {
        use_it(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new("hunter2".into());
        assert_eq!(format!("{secret:?}"), "Secret(redacted)");
        assert_eq!(secret.reveal_to(str::len), 7);
    }
}
