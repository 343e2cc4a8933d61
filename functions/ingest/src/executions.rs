//! Starting executions of the workflow.

use std::future::Future;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::StalledStreamProtectionConfig;
use aws_sdk_sfn::error::{DisplayErrorContext, ProvideErrorMetadata};
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use aws_sdk_sfn::types::ExecutionStatus;
use aws_types::SdkConfig;
use shared::Failure;

use crate::config::Config;

/// What came of starting an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It runs now.
    New,
    /// An execution of this name was there: the event was delivered before.
    Already,
}

/// Where executions are started.
pub trait Executions {
    /// Starts the execution `name` with the JSON text `input`, unless there is one of this name.
    ///
    /// The error is [`Failure::Transient`] when trying again may help.
    fn start(&self, name: &str, input: String) -> impl Future<Output = Result<Started, Failure>> + Send;

    /// How many executions run now, counted up to `most`, as far as is known: one that was just started may be missing.
    ///
    /// The error is [`Failure::Transient`] when trying again may help.
    fn running(&self, most: u32) -> impl Future<Output = Result<u32, Failure>> + Send;
}

/// A state machine of AWS Step Functions.
#[derive(Clone, Debug)]
pub struct StateMachine {
    client: Client,
    arn: String,
}

impl StateMachine {
    /// The state machine that `config` names, in the region and with the credentials of `account`.
    pub fn new(account: &SdkConfig, config: &Config) -> Self {
        // Requests and answers are of one piece: nothing can come in too slowly.
        let own = aws_sdk_sfn::config::Builder::from(account)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        StateMachine { client: Client::from_conf(own.build()), arn: config.state_machine_arn.clone() }
    }
}

impl Executions for StateMachine {
    async fn start(&self, name: &str, input: String) -> Result<Started, Failure> {
        let request = self.client.start_execution().state_machine_arn(&self.arn).name(name).input(input);
        match request.send().await {
            Ok(_) => Ok(Started::New),
            Err(error) => {
                let message = format!("cannot start the execution {name}: {}", DisplayErrorContext(&error));
                sort(error.as_service_error(), message)
            }
        }
    }

    async fn running(&self, most: u32) -> Result<u32, Failure> {
        let request = self.client.list_executions().state_machine_arn(&self.arn);
        // The service's own limit is a thousand; a longer list than `most` is not needed.
        let request =
            request.status_filter(ExecutionStatus::Running).max_results(most.min(1000).cast_signed());
        match request.send().await {
            Ok(listed) => Ok(u32::try_from(listed.executions.len()).unwrap_or(u32::MAX)),
            Err(error) => {
                let message =
                    format!("cannot count the executions that run: {}", DisplayErrorContext(&error));
                match error.as_service_error().and_then(ProvideErrorMetadata::code) {
                    Some("AccessDeniedException" | "StateMachineDoesNotExist" | "InvalidArn") => {
                        Err(Failure::InvalidTask(message))
                    }
                    _ => Err(Failure::Transient(message)),
                }
            }
        }
    }
}

/// Sorts the answer by what can be done about it; `None`: there was no answer.
fn sort(error: Option<&StartExecutionError>, message: String) -> Result<Started, Failure> {
    use StartExecutionError as E;
    match error {
        Some(E::ExecutionAlreadyExists(_)) => Ok(Started::Already),
        Some(
            E::InvalidArn(_)
            | E::InvalidName(_)
            | E::InvalidExecutionInput(_)
            | E::StateMachineDoesNotExist(_)
            | E::ValidationException(_),
        ) => Err(Failure::InvalidTask(message)),
        Some(error) if error.code() == Some("AccessDeniedException") => Err(Failure::InvalidTask(message)),
        // Throttling, a limit, the network: the event comes again, and in the end lies in the dead-letter queue.
        _ => Err(Failure::Transient(message)),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::error::ErrorMetadata;
    use aws_sdk_sfn::types::error as answers;

    use super::*;

    #[test]
    fn answers_are_sorted_by_what_can_be_done() {
        use StartExecutionError as E;
        let sorted =
            |error: Option<E>| sort(error.as_ref(), "m".to_owned()).map_err(|failure| failure.error_type());
        let generic = |code: &str| Some(E::generic(ErrorMetadata::builder().code(code).build()));
        let exists = answers::ExecutionAlreadyExists::builder().build();
        assert_eq!(sorted(Some(E::ExecutionAlreadyExists(exists))), Ok(Started::Already));
        let gone = answers::StateMachineDoesNotExist::builder().build();
        assert_eq!(sorted(Some(E::StateMachineDoesNotExist(gone))), Err("InvalidTask"));
        let full = answers::ExecutionLimitExceeded::builder().build();
        assert_eq!(sorted(Some(E::ExecutionLimitExceeded(full))), Err("Transient"));
        assert_eq!(sorted(generic("AccessDeniedException")), Err("InvalidTask"));
        assert_eq!(sorted(generic("ThrottlingException")), Err("Transient"));
        assert_eq!(sorted(None), Err("Transient"));
    }
}
