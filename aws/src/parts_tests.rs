use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig};
use futures::StreamExt;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::*;

/// What a server does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    /// Answers with the range, in pieces of so many bytes.
    Serve(usize),
    /// Closes the connection after so many bytes of the range.
    Break(usize),
    /// Says that it answers with the range, and ends before it does, as if that were all.
    EndEarly(usize),
    /// Answers with the whole object, as if no range were asked for.
    IgnoreRange,
    /// Refuses.
    Status(u16),
    /// Answers with so many bytes of the range, and then does nothing more.
    Stall(usize),
}

/// A server that holds one object, and what it has seen.
#[derive(Default)]
struct Seen {
    /// What it does with the next requests; then it serves.
    deeds: VecDeque<Deed>,
    /// What it does with requests for ranges that begin here or behind, whenever they come.
    from: Option<(u64, Deed)>,
    /// Ranges that were asked for.
    asked: Vec<(u64, u64)>,
    /// Requests that were made without the object's tag.
    without_tag: usize,
    /// Connections that were closed by the other side while an answer was on its way.
    given_up: usize,
}

const TAG: &str = "\"tag\"";

/// Serves `object` on an address of this machine.
async fn serve(object: Arc<Vec<u8>>, seen: Arc<Mutex<Seen>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, Arc::clone(&object), Arc::clone(&seen)));
        }
    });
    address
}

/// Answers the requests of one connection.
async fn connection(mut stream: TcpStream, object: Arc<Vec<u8>>, seen: Arc<Mutex<Seen>>) -> io::Result<()> {
    while let Some(head) = request(&mut stream).await? {
        let range = header(&head, "range").expect("a range is asked for");
        let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
        let (first, last): (u64, u64) = (first.parse().unwrap(), last.parse().unwrap());
        let deed = {
            let mut seen = seen.lock().unwrap();
            seen.asked.push((first, last));
            seen.without_tag += usize::from(header(&head, "if-match").as_deref() != Some(TAG));
            let from = seen.from.filter(|(from, _)| first >= *from).map(|(_, deed)| deed);
            from.unwrap_or_else(|| seen.deeds.pop_front().unwrap_or(Deed::Serve(usize::MAX)))
        };
        let part = &object[first as usize..=last as usize];
        let deed = match deed {
            // One byte cannot be cut: all of it comes, or nothing.
            Deed::Break(1..) | Deed::EndEarly(1..) if part.len() == 1 => Deed::Serve(1),
            deed => deed,
        };
        let bytes = match deed {
            Deed::IgnoreRange => &object[..],
            Deed::EndEarly(bytes) => &part[..bytes.min(part.len() - 1)],
            _ => part,
        };
        let lines = match deed {
            Deed::Status(status) => {
                format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            }
            Deed::IgnoreRange => format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", bytes.len()),
            _ => format!(
                "HTTP/1.1 206 Partial\r\ncontent-length: {}\r\n\
                 content-range: bytes {first}-{last}/{}\r\n\r\n",
                bytes.len(),
                object.len()
            ),
        };
        stream.write_all(lines.as_bytes()).await?;
        match deed {
            Deed::Status(_) => return Ok(()),
            Deed::Break(bytes) => return stream.write_all(&part[..bytes.min(part.len() - 1)]).await,
            Deed::Stall(bytes) => {
                stream.write_all(&part[..bytes.min(part.len() - 1)]).await?;
                let ended = stream.read(&mut [0]).await;
                seen.lock().unwrap().given_up += usize::from(!matches!(ended, Ok(1..)));
                return Ok(());
            }
            Deed::Serve(size) => {
                for piece in bytes.chunks(size.max(1)) {
                    stream.write_all(piece).await?;
                    tokio::task::yield_now().await;
                }
            }
            Deed::IgnoreRange | Deed::EndEarly(_) => stream.write_all(bytes).await?,
        }
    }
    Ok(())
}

/// The head of the next request; `None` when there is none any more.
async fn request(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).await? == 0 {
            return Ok(None);
        }
        head.push(byte[0]);
    }
    Ok(Some(String::from_utf8(head).unwrap()))
}

fn header(head: &str, name: &str) -> Option<String> {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
}

/// S3 at `address`. It tries nothing again by itself, and waits for ever.
fn storage(address: &str) -> Storage {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "tests"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(address)
        .force_path_style(true)
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    Storage::new(Client::from_conf(config))
}

fn object(size: usize) -> ObjectRef {
    let (bucket, key) = ("bucket".into(), "key".into());
    ObjectRef { bucket, key, version_id: None, etag: TAG.trim_matches('"').into(), size: size as u64 }
}

/// Bytes of which no few neighbours are those of another place.
fn bytes(size: usize) -> Arc<Vec<u8>> {
    Arc::new((0..size).map(|at| (at * at / 7 + at / 251) as u8).collect())
}

/// A clock that goes on as soon as nobody has anything to do but to wait: pauses between attempts cost no
/// time.
fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// Waits until nothing moves any more.
async fn settle() {
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Everything that `parts` hand on, and the failure that ends it, if one does.
async fn read(mut parts: Parts) -> (Vec<u8>, Option<Failure>) {
    let mut bytes = Vec::new();
    while let Some(piece) = parts.next().await {
        match piece {
            Ok(piece) => {
                assert!(!piece.is_empty(), "an empty piece says nothing");
                bytes.extend_from_slice(&piece);
            }
            Err(failure) => return (bytes, Some(failure)),
        }
    }
    (bytes, None)
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (1_usize..40).prop_map(Deed::Serve),
        2 => (0_usize..40).prop_map(Deed::Break),
        2 => (0_usize..40).prop_map(Deed::EndEarly),
        1 => Just(Deed::IgnoreRange),
        1 => prop::sample::select(&[500, 503, 429][..]).prop_map(Deed::Status),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever breaks on the way, the bytes come whole and in order, and from no more requests than there
    /// were parts and breaks.
    #[test]
    fn bytes_come_whole_and_in_order(
        size in 1_usize..200, from in 0_usize..200, length in 0_usize..200, part_bytes in 1_u64..50,
        parts in 1_usize..=5, buffer_bytes in 0_usize..60, deeds in prop::collection::vec(deed(), 0..12),
    ) {
        let from = from % size;
        let range = from as u64..(from + length).min(size) as u64;
        // No part meets more of them in a row than it may.
        let mut fruitless = 0;
        let deeds: VecDeque<_> = deeds.into_iter().filter(|deed| {
            fruitless += u32::from(matches!(deed, Deed::Status(_) | Deed::Break(0) | Deed::EndEarly(0)));
            fruitless < ATTEMPTS || matches!(deed, Deed::Serve(_) | Deed::IgnoreRange)
        }).collect();
        let breaks = deeds.iter().filter(|deed| !matches!(deed, Deed::Serve(_) | Deed::IgnoreRange)).count();
        let whole = bytes(size);
        let seen = Arc::new(Mutex::new(Seen { deeds, ..Seen::default() }));
        let (read, failure) = runtime().block_on(async {
            let storage = storage(&serve(Arc::clone(&whole), Arc::clone(&seen)).await);
            let reading = Reading { part_bytes, parts, buffer_bytes };
            read(Parts::new(&storage, &object(size), range.clone(), reading)).await
        });
        prop_assert!(failure.is_none(), "{failure:?}");
        prop_assert_eq!(&read[..], &whole[range.start as usize..range.end as usize]);
        let seen = seen.lock().unwrap();
        prop_assert_eq!(seen.without_tag, 0, "every request is for this version of the object");
        let wanted = (range.end - range.start).div_ceil(part_bytes) as usize;
        prop_assert!((wanted..=wanted + breaks).contains(&seen.asked.len()), "{:?}", seen.asked);
        // A part that broke is asked for from there, never again as a whole.
        prop_assert!(seen.asked.iter().all(|(first, last)| last - first < part_bytes && *last < range.end));
    }
}

/// What came before the failure is handed on first; nothing behind it is.
#[test]
fn an_object_replaced_meanwhile_ends_the_range() {
    for (parts, buffer_bytes) in [(1, 10), (2, 10), (5, 10), (1, 0)] {
        let whole = bytes(100);
        let changed = Some((40, Deed::Status(412)));
        let seen = Arc::new(Mutex::new(Seen { from: changed, ..Seen::default() }));
        runtime().block_on(async {
            let storage = storage(&serve(Arc::clone(&whole), Arc::clone(&seen)).await);
            let reading = Reading { part_bytes: 10, parts, buffer_bytes };
            let mut parts = Parts::new(&storage, &object(100), 0..100, reading);
            let mut read = Vec::new();
            let failure = loop {
                match parts.next().await.expect("it does not end well") {
                    Ok(piece) => read.extend_from_slice(&piece),
                    Err(failure) => break failure,
                }
            };
            assert!(matches!(failure, Failure::ObjectChanged(_)), "{failure:?}");
            assert_eq!(read, whole[..40]);
            assert!(parts.next().await.is_none());
        });
    }
}

/// A part is given up after so many attempts that brought nothing; one that brings a byte each time never is.
#[test]
fn attempts_that_bring_nothing_are_counted() {
    let read_with = |deeds: &[Deed], buffer_bytes| {
        let deeds: VecDeque<_> = deeds.iter().copied().collect();
        let seen = Arc::new(Mutex::new(Seen { deeds, ..Seen::default() }));
        runtime().block_on(async {
            let storage = storage(&serve(bytes(30), Arc::clone(&seen)).await);
            let reading = Reading { part_bytes: 30, parts: 1, buffer_bytes };
            read(Parts::new(&storage, &object(30), 0..30, reading)).await
        })
    };
    let busy = Deed::Status(503);
    for buffer_bytes in [30, 0] {
        let (read, failure) = read_with(&[Deed::Break(7), busy, busy, busy, busy], buffer_bytes);
        assert_eq!(read, bytes(30)[..7]);
        assert!(matches!(failure, Some(Failure::Throttled(_))), "{failure:?}");
        for deeds in [&[busy; 3][..], &[Deed::Break(1); 20]] {
            let (read, failure) = read_with(deeds, buffer_bytes);
            assert!(failure.is_none() && read == bytes(30)[..], "{deeds:?}: {failure:?}");
        }
    }
}

/// Without buffers nothing is asked for before somebody wants it, and nothing of the next part beside the one at hand.
#[test]
fn without_buffers_nothing_is_read_ahead() {
    let seen = Arc::new(Mutex::new(Seen::default()));
    runtime().block_on(async {
        let storage = storage(&serve(bytes(100), Arc::clone(&seen)).await);
        let reading = Reading { part_bytes: 50, parts: 4, buffer_bytes: 0 };
        let mut parts = Parts::new(&storage, &object(100), 0..100, reading);
        settle().await;
        assert!(seen.lock().unwrap().asked.is_empty());
        assert!(!parts.next().await.unwrap().unwrap().is_empty());
        settle().await;
        assert_eq!(seen.lock().unwrap().asked, [(0, 49)]);
    });
}

/// What nobody takes waits at S3: at most `buffer_bytes` of each part, or one piece that is larger, lie here.
#[test]
fn memory_is_bounded_by_the_parts_and_their_buffers() {
    let size = 4 << 20;
    for (parts, buffer_bytes) in [(1, 1 << 10), (3, 64 << 10), (5, 300 << 10)] {
        let seen = Arc::new(Mutex::new(Seen { deeds: [Deed::Serve(4 << 10); 5].into(), ..Seen::default() }));
        runtime().block_on(async {
            let storage = storage(&serve(bytes(size), Arc::clone(&seen)).await);
            let reading = Reading { part_bytes: size as u64 / 8, parts, buffer_bytes };
            let mut reader = Parts::new(&storage, &object(size), 0..size as u64, reading);
            settle().await;
            assert_eq!(seen.lock().unwrap().asked.len(), parts);
            assert_eq!(reader.in_flight.len(), parts);
            for part in &mut reader.in_flight {
                let (mut waiting, mut permits) = (Vec::new(), Vec::new());
                while let Ok((piece, permit)) = part.pieces.try_recv() {
                    waiting.push(piece.unwrap().len());
                    permits.push(permit);
                }
                let bytes: usize = waiting.iter().sum();
                assert!(!waiting.is_empty(), "a part that is asked for arrives");
                assert!(bytes <= buffer_bytes || waiting.len() == 1, "{bytes} bytes: {waiting:?}");
            }
        });
    }
}

/// With all parts stalled, as much as there may be was asked for; dropping the reader hangs up.
#[test]
fn dropping_gives_up_the_requests() {
    let seen = Arc::new(Mutex::new(Seen { from: Some((0, Deed::Stall(3))), ..Seen::default() }));
    runtime().block_on(async {
        let storage = storage(&serve(bytes(100), Arc::clone(&seen)).await);
        let reading = Reading { part_bytes: 10, parts: 3, buffer_bytes: 10 };
        let mut parts = Parts::new(&storage, &object(100), 0..100, reading);
        assert_eq!(parts.next().await.unwrap().unwrap().len(), 3);
        settle().await;
        assert_eq!(seen.lock().unwrap().given_up, 0);
        drop(parts);
        settle().await;
        let seen = seen.lock().unwrap();
        assert_eq!((seen.asked.len(), seen.given_up), (3, 3));
    });
}
