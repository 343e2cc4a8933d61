//! Functions called in another order, or more often, than the workflow asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use local::states::{TaskError, Tasks};
use serde_json::Value;

/// Lets the calls of `process` end in an order that has nothing to do with the splits'.
pub struct OutOfOrder {
    functions: Arc<dyn Tasks>,
    seed: u64,
    calls: AtomicU64,
}

impl OutOfOrder {
    /// Another order for another seed.
    pub fn new(functions: &Arc<dyn Tasks>, seed: u64) -> Self {
        OutOfOrder { functions: Arc::clone(functions), seed, calls: AtomicU64::new(0) }
    }
}

#[async_trait]
impl Tasks for OutOfOrder {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        // Knuth's multiplicative hash: any fixed scramble of the order will do.
        let delay = (call + self.seed).wrapping_mul(2_654_435_761) >> 7 & 7;
        tokio::time::sleep(Duration::from_millis(delay)).await;
        self.functions.invoke(resource, input).await
    }
}

/// Calls everything twice, as a retry after a lost answer does.
pub struct Twice(pub Arc<dyn Tasks>);

#[async_trait]
impl Tasks for Twice {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        self.0.invoke(resource, input.clone()).await?;
        self.0.invoke(resource, input).await
    }
}
