//! Ids that one seed always gives again: uuids, hex strings, shuffled numbers.

/// Mixes two numbers into one that looks random (splitmix64).
pub(crate) const fn mix(a: u64, b: u64) -> u64 {
    let mut z = a ^ b.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x2545_F491_4F6C_DD1D);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Mixes a text into a number.
pub(crate) fn mix_text(a: u64, text: &str) -> u64 {
    text.bytes().fold(mix(a, 0x5EED), |h, b| mix(h, u64::from(b)))
}

/// A version-4 uuid.
pub(crate) fn uuid(key: u64) -> String {
    let (a, b) = (mix(key, 1), mix(key, 2));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | ((b >> 48) & 0x3fff),
        b & 0xffff_ffff_ffff
    )
}

/// This many lower-case hex digits.
pub(crate) fn hex(key: u64, digits: usize) -> String {
    let mut out = String::with_capacity(digits + 16);
    let mut n = 0;
    while out.len() < digits {
        for nibble in (0..16).rev().map(|at| (mix(key, 100 + n) >> (at * 4)) & 0xf) {
            out.extend(u32::try_from(nibble).ok().and_then(|nibble| char::from_digit(nibble, 16)));
        }
        n += 1;
    }
    out.truncate(digits);
    out
}

/// This many upper-case letters and digits, as in access key ids.
pub(crate) fn letters(key: u64, length: u64) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    (0..length)
        .map(|n| {
            let index = usize::try_from(mix(key, 200 + n) % 32).unwrap_or(0);
            char::from(ALPHABET.get(index).copied().unwrap_or(b'A'))
        })
        .collect()
}

/// A number between 0 and 1.
pub(crate) fn unit(key: u64) -> f64 {
    f64::from(u32::try_from(mix(key, 3) >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shape_aws_gives_them() {
        assert_eq!(uuid(7), uuid(7));
        assert_ne!(uuid(7), uuid(8));
        assert_eq!(uuid(7).len(), 36);
        assert_eq!(uuid(7).as_bytes()[14], b'4');
        assert_eq!(hex(7, 24).len(), 24);
        assert_eq!(letters(7, 16).len(), 16);
        assert!((0.0..=1.0).contains(&unit(7)));
    }
}
