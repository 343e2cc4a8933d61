//! Whose buckets the requests are for.

use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;

/// Says with every request which account its bucket belongs to, so that S3 refuses it where a bucket of that name
/// has become somebody else's. [Its documentation](https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html)
/// names the headers. In one place, for no request to be forgotten.
#[derive(Debug)]
pub(crate) struct BucketOwner {
    account: String,
}

impl BucketOwner {
    pub fn new(account: String) -> Self {
        BucketOwner { account }
    }
}

impl Intercept for BucketOwner {
    fn name(&self) -> &'static str {
        "BucketOwner"
    }

    // Before signing, which the headers have to be part of.
    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request_mut().headers_mut();
        let is_copy = headers.contains_key("x-amz-copy-source");
        headers.try_insert("x-amz-expected-bucket-owner", self.account.clone())?;
        if is_copy {
            headers.try_insert("x-amz-source-expected-bucket-owner", self.account.clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "owner_tests.rs"]
mod tests;
