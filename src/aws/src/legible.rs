//! Legible: a byte that is not UTF-8 costs one character of an answer, not the whole page.
//!
//! AWS sends UTF-8. Proxies, emulators and agents that wrote raw bytes do not always, and the SDK refuses an answer
//! as a whole when one byte of its text cannot be read.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;
use http_body_util::BodyExt as _;

/// The client-level interceptor: what is no UTF-8 in an answer of text becomes U+FFFD, the replacement character.
#[derive(Debug)]
pub(crate) struct Legible;

#[dyn_dispatch_hint]
impl Intercept for Legible {
    fn name(&self) -> &'static str {
        "watchdeck legible"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = context.response_mut();
        // Event streams and CBOR are binary.
        let kind = answer.headers().get("content-type").unwrap_or_default();
        if kind.contains("json") || kind.contains("xml") {
            let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
            let mut repair = Repair::default();
            let repaired = body.map_frame(move |frame| frame.map_data(|data| repair.pass(data)));
            *answer.body_mut() = SdkBody::from_body_1_x(repaired);
        }
        Ok(())
    }
}

/// Bytes on their way through, in frames that may break anywhere.
#[derive(Debug, Default)]
struct Repair {
    /// The beginning of a character whose rest is in the next frame.
    begun: Vec<u8>,
}

impl Repair {
    /// The frame as text. What is text already is passed on as it is.
    fn pass(&mut self, data: Bytes) -> Bytes {
        if self.begun.is_empty() && std::str::from_utf8(&data).is_ok() {
            return data;
        }
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.extend_from_slice(&data);
        let mut text = String::with_capacity(bytes.len());
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            let invalid = chunk.invalid();
            if chunks.peek().is_none() && begins_a_character(invalid) {
                self.begun = invalid.to_vec();
            } else if !invalid.is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        text.into()
    }
}

/// Whether these bytes, at the end of a frame, may become a character with those of the next.
fn begins_a_character(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(frames: &[&[u8]]) -> String {
        let mut repair = Repair::default();
        let frames = frames.iter().map(|frame| repair.pass(Bytes::copy_from_slice(frame)));
        frames.map(|frame| String::from_utf8(frame.to_vec()).unwrap()).collect()
    }

    #[test]
    fn what_is_no_text_becomes_one_mark_and_the_rest_stays() {
        assert_eq!(passed(&[b"{\"message\":\"a\xffb\"}"]), "{\"message\":\"a\u{fffd}b\"}");
        assert_eq!(passed(&[b"\xc3(", b"\xe2\x82"]), "\u{fffd}(");
        assert_eq!(passed(&["größer 日本".as_bytes()]), "größer 日本");
    }

    #[test]
    fn a_character_that_two_frames_share_stays_whole() {
        let text = "a größer 日本 🦀 z";
        let bytes = text.as_bytes();
        for cut in 0..bytes.len() {
            for end in cut..bytes.len() {
                let frames = [&bytes[..cut], &bytes[cut..end], &bytes[end..]];
                assert_eq!(passed(&frames), text, "cut at {cut} and {end}");
            }
        }
    }
}
