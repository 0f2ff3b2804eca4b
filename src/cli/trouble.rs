//! How a command ends when it does not end well: what is said on standard error, and the exit code.

use crate::config::Mistakes;
use std::io;
use std::process::ExitCode;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// Why a command does not end with 0.
#[derive(Debug)]
pub enum Trouble {
    /// The input or a setting is wrong; the caller has to change it.
    Wrong(String),
    /// It could not be done.
    Failed(String),
    /// There are test cases, but not all; what is missing was said already.
    Partial,
    /// The story leaves open what to test; the questions were shown already.
    Blocked,
    /// The service stopped while generations ran, and the time for draining did not do; the log says how many.
    CutShort,
    /// Ctrl-C.
    Interrupted,
    /// A gate of an evaluation is not passed.
    GateFailed,
    /// Whoever read the output has seen enough.
    PipeClosed,
}

impl Trouble {
    /// What the shell is told.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::PipeClosed => 0,
            Self::Failed(_) => 1,
            Self::Wrong(_) => 2,
            Self::Partial => 3,
            Self::Blocked => 4,
            Self::CutShort => 5,
            Self::GateFailed => 6,
            Self::Interrupted => 130,
        })
    }

    /// What a person is told; nothing where nothing is wrong.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Wrong(message) | Self::Failed(message) => Some(message),
            Self::Partial
            | Self::Blocked
            | Self::CutShort
            | Self::GateFailed
            | Self::Interrupted
            | Self::PipeClosed => None,
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            _ => Self::Failed(format!("the output cannot be written: {error}")),
        }
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(format!("{error:#}"))
    }
}

impl From<Mistakes> for Trouble {
    fn from(mistakes: Mistakes) -> Self {
        Self::Wrong(mistakes.to_string())
    }
}

impl Trouble {
    /// What a running service answered, with its address: who did not answer is what a person has to know first.
    /// `setting` is what changes how long it is waited for.
    #[must_use]
    pub fn of_service(url: &str, status: Status, setting: &str) -> Self {
        // The service's own words come with details; the transport's come without.
        let ours = status.get_error_details().error_info().is_some();
        match status.code() {
            Code::Cancelled | Code::DeadlineExceeded if !ours => {
                Self::Failed(format!("{url} did not answer in time ({setting})"))
            }
            code if !ours && code != Code::InvalidArgument => Self::Failed(format!(
                "{url}: {}",
                match status.message() {
                    "" => status.code().description(),
                    message => message,
                }
            )),
            _ => status.into(),
        }
    }
}

/// The same words for a local generation and for a running service, since both end with a status.
impl From<Status> for Trouble {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        if status.code() == Code::InvalidArgument {
            let fields = details
                .bad_request()
                .map(|bad| bad.field_violations.as_slice())
                .unwrap_or_default();
            if fields.is_empty() {
                return Self::Wrong(status.message().to_owned());
            }
            let lines: Vec<String> = fields
                .iter()
                .map(|field| format!("\n  {}: {}", field.field, field.description))
                .collect();
            return Self::Wrong(format!("the request is wrong:{}", lines.concat()));
        }
        let mut message = match status.message() {
            "" => status.code().description().to_owned(),
            message => message.to_owned(),
        };
        if let Some(info) = details.error_info() {
            message = format!("{message} ({})", info.reason);
        }
        if let Some(after) = details.retry_info().and_then(|retry| retry.retry_delay) {
            message = format!("{message}; try again in {} s", after.as_secs().max(1));
        }
        Self::Failed(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tonic_types::ErrorDetails;

    #[test]
    fn wrong_fields_are_listed_by_name() {
        let mut details = ErrorDetails::new();
        details.add_bad_request_violation("user_story", "is too short");
        details.add_bad_request_violation("context", "is too long");
        let trouble = Trouble::from(Status::with_error_details(Code::InvalidArgument, "x", details));
        assert_eq!(trouble.exit_code(), ExitCode::from(2));
        assert_eq!(
            trouble.message(),
            Some("the request is wrong:\n  user_story: is too short\n  context: is too long")
        );
    }

    #[test]
    fn a_failure_says_its_reason_and_when_to_try_again() {
        let mut details = ErrorDetails::new();
        details.set_error_info("MODEL_SERVER_BUSY", "testgen.v1", std::collections::HashMap::new());
        details.set_retry_info(Some(Duration::from_secs(5)));
        let trouble = Trouble::from(Status::with_error_details(Code::ResourceExhausted, "busy", details));
        assert_eq!(trouble.exit_code(), ExitCode::from(1));
        assert_eq!(trouble.message(), Some("busy (MODEL_SERVER_BUSY); try again in 5 s"));
    }

    #[test]
    fn a_service_that_does_not_answer_is_named_with_what_changes_the_wait() {
        let said = |status| {
            let trouble = Trouble::of_service("http://far:50051", status, "--timeout sets how long");
            trouble.message().unwrap_or_default().to_owned()
        };
        let waited = "http://far:50051 did not answer in time (--timeout sets how long)";
        assert_eq!(said(Status::cancelled("Timeout expired")), waited);
        assert_eq!(said(Status::deadline_exceeded("")), waited);
        assert_eq!(said(Status::unimplemented("not gRPC")), "http://far:50051: not gRPC");
        assert_eq!(said(Status::unavailable("tcp closed")), "http://far:50051: tcp closed");
        let mut details = ErrorDetails::new();
        details.set_error_info("OUT_OF_TIME", "testgen.v1", std::collections::HashMap::new());
        let own = Status::with_error_details(Code::DeadlineExceeded, "the time is up", details);
        assert_eq!(said(own), "the time is up (OUT_OF_TIME)");
    }

    #[test]
    fn a_closed_pipe_and_ctrl_c_are_silent() {
        let closed = Trouble::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((closed.message(), closed.exit_code()), (None, ExitCode::SUCCESS));
        assert_eq!(Trouble::Interrupted.message(), None);
    }
}
