//! Frames of `application/vnd.amazon.eventstream`.

use bytes::{BufMut as _, Bytes, BytesMut};

/// The type of a header that holds a string.
const TEXT: u8 = 7;

/// Writes one frame: prelude, headers, payload, and their checksums.
pub(crate) fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Bytes {
    let mut head = BytesMut::new();
    for (name, value) in headers {
        head.put_u8(u8::try_from(name.len()).unwrap_or(u8::MAX));
        head.put_slice(name.as_bytes());
        head.put_u8(TEXT);
        head.put_u16(u16::try_from(value.len()).unwrap_or(u16::MAX));
        head.put_slice(value.as_bytes());
    }
    let total = head.len() + payload.len() + 16;
    let mut out = BytesMut::with_capacity(total);
    out.put_u32(u32::try_from(total).unwrap_or(u32::MAX));
    out.put_u32(u32::try_from(head.len()).unwrap_or(u32::MAX));
    out.put_u32(crc32fast::hash(&out));
    out.put_slice(&head);
    out.put_slice(payload);
    out.put_u32(crc32fast::hash(&out));
    out.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_cover_prelude_and_message() {
        let frame =
            frame(&[(":message-type", "event"), (":event-type", "initial-response")], b"{}");
        let word = |at: usize| u32::from_be_bytes(frame[at..at + 4].try_into().unwrap());
        assert_eq!(word(0) as usize, frame.len());
        assert_eq!(word(8), crc32fast::hash(&frame[..8]));
        assert_eq!(word(frame.len() - 4), crc32fast::hash(&frame[..frame.len() - 4]));
        assert_eq!(&frame[frame.len() - 6..frame.len() - 4], b"{}");
        assert_eq!(word(4) as usize, frame.len() - 16 - 2);
    }

    /// The empty message of the event-stream specification.
    #[test]
    fn an_empty_message_is_the_published_one() {
        let published = [0, 0, 0, 0x10, 0, 0, 0, 0, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff];
        assert_eq!(frame(&[], b"").as_ref(), published);
    }
}
