//! The lines that the benchmarks of the store hold.

/// A line of a function that logs JSON: some 270 bytes, of which the ids are chance.
pub(crate) fn message(nth: usize) -> String {
    let level = if nth.is_multiple_of(50) { "ERROR" } else { "INFO" };
    let mut rng = fastrand::Rng::with_seed(nth as u64);
    let (id, trace) = (rng.u128(..), rng.u128(..) >> 32);
    let (millis, seconds, minutes) = (nth % 1000, nth / 1000 % 60, nth / 60_000 % 60);
    format!(
        r#"{{"time":"2026-11-22T03:{minutes:02}:{seconds:02}.{millis:03}Z","level":"{level}","service":"orders-writer","requestId":"{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}","xrayTraceId":"1-6921{:04x}-{trace:024x}","message":"order {nth} written in {} ms","table":"orders","status":{},"durationMs":{}}}"#,
        id >> 96,
        id >> 80 & 0xffff,
        id >> 68 & 0xfff,
        id >> 56 & 0xfff,
        id & 0xffff_ffff_ffff,
        nth / 1000,
        rng.u8(..),
        if rng.u8(..) == 0 { 500 } else { 200 },
        rng.u16(..)
    )
}
