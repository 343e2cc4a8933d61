//! Files as the tools write them, whole and damaged. `flate2` and `zstd` write them here; the bytes of what they
//! cannot write follow RFC 1952 and RFC 8878.

use std::io::{Read, Write};

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, BufReader};

use super::*;
use shared::damage::{Damage, MAX_WINDOW_BYTES};

/// What `echo` and `gzip -9` would be given: text that compresses, but not to nothing.
fn text(lines: u64) -> Vec<u8> {
    (0..lines)
        .flat_map(|row| {
            format!("2024-01-01,{}.{:04}\n", row % 40, row.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 50)
                .into_bytes()
        })
        .collect()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// `zstd --long=WINDOW`, with the check sum that the command line writes.
fn zstd_with_window(text: &[u8], window_log: u32) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.window_log(window_log).unwrap();
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &[u8]) -> Vec<u8> {
    zstd_with_window(text, 21)
}

/// A frame with `content` that is to be skipped.
fn skippable(content: &[u8]) -> Vec<u8> {
    [&[0x5A, 0x2A, 0x4D, 0x18][..], &(content.len() as u32).to_le_bytes(), content].concat()
}

/// The text, and the damage, when the bytes arrive in pieces of `piece`.
fn read_in(bytes: &[u8], compression: Compression, piece: usize) -> (Vec<u8>, Option<Damage>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let bytes = BufReader::with_capacity(piece, io::Cursor::new(bytes.to_vec()));
        let mut text = Vec::new();
        let read = decompress(Box::pin(bytes), compression).read_to_end(&mut text).await;
        (text, read.err().map(|error| Damage::of(&error).unwrap().clone()))
    })
}

fn read(bytes: &[u8], compression: Compression) -> (Vec<u8>, Option<Damage>) {
    read_in(bytes, compression, 8 << 10)
}

#[test]
fn every_member_is_read() {
    let (a, b) = (text(9_000), b"temperature\n".to_vec());
    let whole = [&a[..], &b].concat();
    assert_eq!(read(&whole, Compression::None), (whole.clone(), None));
    for (one, two, nothing, compression) in [
        (gzip(&a), gzip(&b), gzip(b""), Compression::Gzip),
        (zstd(&a), zstd(&b), zstd(b""), Compression::Zstd),
    ] {
        let several = [&nothing[..], &one, &nothing, &nothing, &two, &nothing].concat();
        for piece in [1, 7, 1 << 20] {
            assert_eq!(read_in(&several, compression, piece), (whole.clone(), None), "{compression:?}");
        }
    }
}

/// Every part that a header can have; written by hand, as `gzip` leaves out most of them.
#[test]
fn a_header_of_gzip_may_hold_more() {
    let plain = gzip(b"temperature\n1.5\n");
    let mut header = vec![0x1F, 0x8B, 8, 2 + 4 + 8 + 16, 1, 2, 3, 4, 0, 255, 3, 0, b'x', 0, b'y'];
    header.extend(b"plot 7.csv\0remark\0");
    let mut crc = flate2::Crc::new();
    crc.update(&header);
    header.extend(&crc.sum().to_le_bytes()[..2]);
    let bytes = [&header[..], &plain[10..]].concat();
    for piece in [1, 1 << 20] {
        assert_eq!(read_in(&bytes, Compression::Gzip, piece), (b"temperature\n1.5\n".to_vec(), None));
    }
    let mut wrong = bytes.clone();
    wrong[13] = b'z';
    assert_eq!(read(&wrong, Compression::Gzip), (Vec::new(), Some(Damage::Broken)));
}

#[test]
fn frames_that_are_to_be_skipped_are_skipped() {
    let parts = [
        skippable(b"0123"),
        zstd(b"a\n"),
        skippable(&[7; 70_000]),
        skippable(b""),
        zstd(b"1\n"),
        skippable(b"z"),
    ];
    for piece in [1, 5, 1 << 20] {
        assert_eq!(read_in(&parts.concat(), Compression::Zstd, piece), (b"a\n1\n".to_vec(), None));
    }
    let cut = [&parts[1][..], &parts[2][..60_000]].concat();
    assert_eq!(read(&cut, Compression::Zstd), (b"a\n".to_vec(), Some(Damage::CutShort)));
}

#[test]
fn zeros_behind_gzip_fill_a_tape() {
    let bytes = gzip(b"1\n");
    for zeros in [1, 9, 10, 11, 10_240] {
        let padded = [&bytes[..], &vec![0; zeros]].concat();
        assert_eq!(read(&padded, Compression::Gzip), (b"1\n".to_vec(), None), "{zeros}");
        let more = [&padded[..], &bytes].concat();
        let stray = Damage::Trailing(bytes.len() as u64);
        assert_eq!(read(&more, Compression::Gzip), (b"1\n".to_vec(), Some(stray)), "{zeros}");
    }
}

#[test]
fn what_is_no_compressed_data_is_told_from_damage() {
    for (bytes, compression) in [(gzip(b"1\n"), Compression::Gzip), (zstd(b"1\n"), Compression::Zstd)] {
        for stray in [&b"\n"[..], b"more text\n", b"\x1F\x8B\x09", b"\x28\xB5\x00", b"PK\x03\x04"] {
            let with = [&bytes[..], &bytes, stray].concat();
            let damage = Damage::Trailing(2 * bytes.len() as u64);
            assert_eq!(read(&with, compression), (b"1\n1\n".to_vec(), Some(damage)), "{stray:?}");
        }
    }
}

#[test]
fn a_check_sum_that_does_not_match_is_called_that() {
    let text = text(9_000);
    for (mut bytes, from_end, compression) in [
        (gzip(&text), 5, Compression::Gzip),
        (gzip(&text), 1, Compression::Gzip),
        (zstd(&text), 1, Compression::Zstd),
    ] {
        let at = bytes.len() - from_end;
        bytes[at] ^= 1;
        assert_eq!(read(&bytes, compression), (text.clone(), Some(Damage::Checksum)));
    }
}

#[test]
fn data_cut_anywhere_are_cut_short() {
    let text = text(300);
    for (bytes, compression) in [(gzip(&text), Compression::Gzip), (zstd(&text), Compression::Zstd)] {
        for length in 1..bytes.len() {
            let (read, damage) = read(&bytes[..length], compression);
            assert_eq!(damage, Some(Damage::CutShort), "{length} of {}", bytes.len());
            assert!(text.starts_with(&read));
        }
        let (read, _) = read(&bytes[..bytes.len() - 1], compression);
        assert_eq!(read, text, "only the check sum is missing");
    }
}

#[test]
fn a_window_up_to_the_limit_is_read() {
    let text = text(100);
    for (window_log, damage) in [(23, None), (24, Some(1 << 24)), (27, Some(1 << 27))] {
        let expected = damage.map_or((text.clone(), None), |bytes| (Vec::new(), Some(Damage::Window(bytes))));
        assert_eq!(read(&zstd_with_window(&text, window_log), Compression::Zstd), expected);
    }
    // One eighth above, and the largest that the header can name: exponent and mantissa count.
    let mut bytes = zstd_with_window(&text, 23);
    assert_eq!(bytes[5], (23 - 10) << 3);
    bytes[5] |= 1;
    assert_eq!(read(&bytes, Compression::Zstd).1, Some(Damage::Window(MAX_WINDOW_BYTES / 8 * 9)));
    bytes[5] = 0xFF;
    assert_eq!(read(&bytes, Compression::Zstd).1, Some(Damage::Window((1 << 41) / 8 * 15)));
    // A frame further back.
    let two = [zstd(b"1\n"), zstd_with_window(&text, 27)].concat();
    assert_eq!(read(&two, Compression::Zstd), (b"1\n".to_vec(), Some(Damage::Window(1 << 27))));
}

#[test]
fn a_frame_of_one_segment_is_a_window_of_its_own() {
    // Headers alone: size of the text in one, two, four and eight bytes.
    for (header, window) in [
        (&[0x20, 200][..], None),
        (&[0x60, 0xFF, 0xFF], None),
        (&[0xA0, 0, 0, 0x80, 0], None),
        (&[0xA0, 1, 0, 0x80, 0], Some(MAX_WINDOW_BYTES + 1)),
        (&[0xE0, 0, 0, 0, 0, 1, 0, 0, 0], Some(1 << 32)),
    ] {
        let bytes = [&[0x28, 0xB5, 0x2F, 0xFD][..], header].concat();
        let expected = window.map_or(Damage::CutShort, Damage::Window);
        assert_eq!(read(&bytes, Compression::Zstd), (Vec::new(), Some(expected)), "{header:?}");
    }
}

#[test]
fn a_dictionary_is_called_that() {
    let bytes = [0x28, 0xB5, 0x2F, 0xFD, 0x21, 7, 3];
    assert_eq!(read(&bytes, Compression::Zstd), (Vec::new(), Some(Damage::Dictionary)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// The text before the damage is the same, however the bytes arrive.
    #[test]
    fn damage_is_met_at_the_same_place(zstandard in any::<bool>(), at in any::<prop::sample::Index>(), flip in 1_u8.., pieces in prop::collection::vec(1_usize..20_000, 3)) {
        let text = text(12_000);
        let (mut bytes, compression) =
            if zstandard { (zstd(&text), Compression::Zstd) } else { (gzip(&text), Compression::Gzip) };
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let whole = read_in(&bytes, compression, 1 << 20);
        for piece in pieces {
            let again = read_in(&bytes, compression, piece);
            // Without the text itself, which is long.
            prop_assert!(again == whole, "{} and {} bytes of text", again.0.len(), whole.0.len());
        }
        // Other tools read no more before they give up.
        if let (false, (_, Some(Damage::Broken))) = (zstandard, &whole) {
            let mut other = Vec::new();
            let _ = flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut other);
            prop_assert!(whole.0.starts_with(&other));
        }
    }
}
