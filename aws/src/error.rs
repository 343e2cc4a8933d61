//! What S3's answers mean: failures that the workflow can act on.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use shared::failure::{Failure, chain};
use shared::object::Location;

/// The object is not the version that the run is about.
pub(crate) fn changed(location: &Location) -> Failure {
    Failure::ObjectChanged(format!(
        "{location} was replaced while the run was reading it; the newer upload has a run of its own"
    ))
}

/// Sorts an SDK error into what the workflow can act on.
pub(crate) fn failure<E>(error: SdkError<E>, doing: &str, location: &Location) -> Failure
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    // The answer to a HEAD has no body that would say more.
    let bare = || status.map(|status| format!("HTTP {status}")).unwrap_or_default();
    let code = error.code().map_or_else(bare, str::to_owned);
    let message = || {
        let what = error.message().map_or_else(|| chain(&error), str::to_owned);
        format!("cannot {doing} {location}: {code} {what}").replace("  ", " ")
    };
    match (status, code.as_str()) {
        (Some(412), _) => changed(location),
        (_, "NoSuchKey" | "NoSuchVersion" | "NoSuchBucket") | (Some(404 | 405), _) => {
            Failure::ObjectMissing(message())
        }
        // S3 asks with 503 for fewer requests, and hands on what KMS says: <https://repost.aws/knowledge-center/s3-kms-throttlingexception-error>.
        (Some(429 | 503), _) => Failure::Throttled(message()),
        (_, code) if code == "SlowDown" || code.contains("Throttling") => Failure::Throttled(message()),
        // Of those that begin well, the answer broke off, or S3 failed while it worked. A clock that is wrong is set right.
        (Some(200..300 | 409 | 500..), _) | (_, "RequestTimeout" | "RequestTimeTooSkewed") => {
            Failure::Transient(message())
        }
        (Some(403), _) => {
            Failure::InvalidTask(format!("{}; the function's role may not {doing} it", message()))
        }
        (Some(_), _) => Failure::InvalidTask(message()),
        // No answer at all: connection refused, reset, timed out.
        (None, _) => match error {
            SdkError::ConstructionFailure(_) => Failure::InvalidTask(message()),
            _ => Failure::Transient(message()),
        },
    }
}

/// Whether there is no such object; the answer may have broken off before it says so.
pub(crate) fn is_missing<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let status = error.raw_response().map(|response| response.status().as_u16());
    error.code() == Some("NoSuchKey") || (status == Some(404) && error.code().is_none())
}

/// A failure about an object of Isotherm's own: it is not the upload that is missing, so the run must not end
/// as superseded.
pub(crate) fn own(failure: Failure) -> Failure {
    match failure {
        Failure::ObjectMissing(message) => Failure::InvalidTask(message),
        failure => failure,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::error::ErrorMetadata;
    use aws_sdk_s3::operation::get_object::GetObjectError;
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn answered(status: u16, code: &str) -> Failure {
        let meta = ErrorMetadata::builder().code(code).message("what it says").build();
        let meta = if code.is_empty() { ErrorMetadata::builder().build() } else { meta };
        let raw = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
        failure(SdkError::service_error(GetObjectError::generic(meta), raw), "read", &Location::new("b", "k"))
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
    #[test]
    fn answers_are_sorted_by_what_can_be_done() {
        for (status, code, sorted) in [
            (500, "InternalError", "Transient"),
            (501, "", "Transient"),
            (400, "RequestTimeout", "Transient"),
            (403, "RequestTimeTooSkewed", "Transient"),
            (409, "ConditionalRequestConflict", "Transient"),
            (200, "InternalError", "Transient"),
            (503, "SlowDown", "Throttled"),
            (503, "ServiceUnavailable", "Throttled"),
            (503, "", "Throttled"),
            (429, "TooManyRequests", "Throttled"),
            (200, "SlowDown", "Throttled"),
            (400, "ThrottlingException", "Throttled"),
            (400, "KMS.ThrottlingException", "Throttled"),
            (412, "PreconditionFailed", "ObjectChanged"),
            (404, "NoSuchKey", "ObjectMissing"),
            (405, "MethodNotAllowed", "ObjectMissing"),
            (403, "AccessDenied", "InvalidTask"),
            (400, "KMS.DisabledException", "InvalidTask"),
            (301, "PermanentRedirect", "InvalidTask"),
        ] {
            let failure = answered(status, code);
            assert_eq!(failure.error_type(), sorted, "{status} {code}");
            let named = if code.is_empty() { format!("HTTP {status}") } else { code.to_owned() };
            let text = failure.to_string();
            assert!(
                sorted == "ObjectChanged" || (text.contains(&named) && text.contains("s3://b/k")),
                "{text}"
            );
        }
        assert_eq!(
            answered(403, "AccessDenied").to_string(),
            "cannot read s3://b/k: AccessDenied what it says; the function's role may not read it"
        );
    }
}
