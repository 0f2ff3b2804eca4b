//! How a call over gRPC-Web ended. There the trailers are a part of the body by the time the guard sees it, so they are
//! read where they still are trailers: inside the layer that writes them into the body.

use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use tonic::Code;
use tower::{Layer, Service};

/// The status of a call, once its trailers were sent. The guard puts one into the request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told(Arc<OnceLock<Code>>);

impl Told {
    pub(crate) fn status(&self) -> Option<Code> {
        self.0.get().copied()
    }
}

/// Reads the trailers of calls that ask for it with a [`Told`].
#[derive(Clone, Debug)]
pub(crate) struct TrailersLayer;

impl<S> Layer<S> for TrailersLayer {
    type Service = Trailers<S>;

    fn layer(&self, inner: S) -> Trailers<S> {
        Trailers { inner }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Trailers<S> {
    inner: S,
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for Trailers<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    S::Future: Send + 'static,
{
    type Response = Response<Watched<ResBody>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let told = request.extensions().get::<Told>().cloned();
        let response = self.inner.call(request);
        Box::pin(async move { Ok(response.await?.map(|inner| Watched { inner, told })) })
    }
}

/// A body whose trailers are read as they pass.
pub(crate) struct Watched<B> {
    inner: B,
    told: Option<Told>,
}

impl<B: Body + Unpin> Body for Watched<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if let (Some(told), Some(Ok(frame))) = (&self.told, &frame)
            && let Some(status) = frame.trailers_ref().and_then(|trailers| trailers.get("grpc-status"))
        {
            // Only the first counts, and there is one.
            let _ = told.0.set(Code::from_bytes(status.as_bytes()));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
