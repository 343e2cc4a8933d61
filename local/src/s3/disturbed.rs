//! A connection to the service that does to requests and answers what is decided about them.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use futures::Stream;
use s3s::stream::DynByteStream;
use s3s::{Body, StdError};
use tokio::time::Sleep;

use super::faults::{Asked, Disturb, Fate};

#[derive(Clone)]
pub(super) struct Connector {
    pub inner: SharedHttpConnector,
    pub disturbance: Arc<dyn Disturb>,
    /// How long the client waits for the beginning of an answer. Connectors keep to it themselves.
    pub patience: Option<Duration>,
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector").finish_non_exhaustive()
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let Some(patience) = this.patience else { return this.answer(request).await };
            let late = || format!("no answer within {} s", patience.as_secs_f64());
            let answer = tokio::time::timeout(patience, this.answer(request)).await;
            answer.unwrap_or_else(|_| Err(ConnectorError::timeout(late().into())))
        })
    }
}

impl Connector {
    async fn answer(&self, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let fate = {
            let path = request.uri().split_once("localhost").map_or(request.uri(), |(_, path)| path);
            let range = request.headers().get("range").unwrap_or_default();
            self.disturbance.fate(Asked { method: request.method(), path, range })
        };
        let is_head = request.method() == "HEAD";
        match fate {
            Fate::Answered => self.inner.call(request).await,
            Fate::Late(wait) => {
                tokio::time::sleep(wait).await;
                self.inner.call(request).await
            }
            Fate::Refused(status, code, message) => refused(status, code, message, is_head),
            Fate::Reset { done } => {
                self.if_done(done, request).await?;
                Err(ConnectorError::io(reset().into()))
            }
            Fate::Stalled { done } => {
                self.if_done(done, request).await?;
                std::future::pending().await
            }
            Fate::Killed { done, told } => {
                self.if_done(done, request).await?;
                told.notify_one();
                std::future::pending().await
            }
            Fate::OtherRange => {
                let other = request.headers().get("range").and_then(other_range);
                if let Some(other) = other {
                    request.headers_mut().insert("range", other);
                }
                self.inner.call(request).await
            }
            Fate::WholeObject => {
                request.headers_mut().remove("range");
                self.inner.call(request).await
            }
            Fate::ResetInBody => self.cut(request, End::Reset).await,
            Fate::Truncated => self.cut(request, End::Clean).await,
            Fate::StalledInBody => self.cut(request, End::Stalled).await,
            Fate::Slow { piece, pause } => {
                let (answer, bytes) = self.read(request).await?;
                let pieces = (0..bytes.len()).step_by(piece.max(1));
                let pieces = pieces.map(|at| bytes.slice(at..bytes.len().min(at + piece))).collect();
                Ok(with_body(answer, Pieces { pieces, end: End::Clean, pause: Some(pause), waiting: None }))
            }
        }
    }

    async fn if_done(&self, done: bool, request: HttpRequest) -> Result<(), ConnectorError> {
        if done {
            self.inner.call(request).await?;
        }
        Ok(())
    }

    /// Answers the first half of the body only.
    async fn cut(&self, request: HttpRequest, end: End) -> Result<HttpResponse, ConnectorError> {
        let (answer, bytes) = self.read(request).await?;
        // An answer without a body has nothing to be cut, but its connection.
        if bytes.is_empty() {
            return match end {
                End::Stalled => std::future::pending().await,
                _ => Err(ConnectorError::io(reset().into())),
            };
        }
        let pieces = VecDeque::from([bytes.slice(..bytes.len() / 2)]);
        Ok(with_body(answer, Pieces { pieces, end, pause: None, waiting: None }))
    }

    /// The answer, and all of its body.
    async fn read(&self, request: HttpRequest) -> Result<(HttpResponse, Bytes), ConnectorError> {
        let mut answer = self.inner.call(request).await?;
        let body = ByteStream::new(std::mem::replace(answer.body_mut(), SdkBody::empty()));
        let bytes = body.collect().await.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
        Ok((answer, bytes))
    }
}

fn with_body(mut answer: HttpResponse, pieces: Pieces) -> HttpResponse {
    let body: DynByteStream = Box::pin(pieces);
    *answer.body_mut() = SdkBody::from_body_1_x(Body::from(body));
    answer
}

fn refused(status: u16, code: &str, message: &str, is_head: bool) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(status).map_err(|error| ConnectorError::user(error.into()))?;
    let text =
        format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>");
    Ok(HttpResponse::new(status, if is_head { SdkBody::empty() } else { SdkBody::from(text) }))
}

fn reset() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "connection reset by peer")
}

/// A range of the same object that begins elsewhere, or ends there where it begins at the first byte.
fn other_range(range: &str) -> Option<String> {
    let (start, end) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (start, end): (u64, u64) = (start.parse().ok()?, end.parse().ok()?);
    Some(match start {
        0 if end == 0 => "bytes=0-1".to_owned(),
        0 => format!("bytes=0-{}", end / 2),
        _ => format!("bytes={}-{end}", start / 2),
    })
}

/// How a body ends.
#[derive(Clone, Copy)]
enum End {
    Clean,
    Reset,
    Stalled,
}

/// A body in pieces.
struct Pieces {
    pieces: VecDeque<Bytes>,
    end: End,
    /// The pause before each piece.
    pause: Option<Duration>,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Stream for Pieces {
    type Item = Result<Bytes, StdError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(pause) = self.pause
            && !self.pieces.is_empty()
        {
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            std::task::ready!(waiting.as_mut().poll(context));
            self.waiting = None;
        }
        match (self.pieces.pop_front(), self.end) {
            (Some(piece), _) => Poll::Ready(Some(Ok(piece))),
            (None, End::Clean) => Poll::Ready(None),
            (None, End::Reset) => Poll::Ready(Some(Err(reset().into()))),
            // Nobody wakes it: nothing will ever come.
            (None, End::Stalled) => Poll::Pending,
        }
    }
}

impl s3s::stream::ByteStream for Pieces {}
