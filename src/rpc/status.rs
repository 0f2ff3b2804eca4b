//! The one place where failures become gRPC statuses, with details that a client can act on.

use crate::app::Refusal;
use crate::error::{FieldViolation, Kind};
use crate::generation::admission::NoPlace;
use crate::generation::event::Failure;
use crate::generation::registry::NoResume;
use std::collections::HashMap;
use std::time::Duration;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// The domain of `ErrorInfo`, as AIP-193 asks for.
const DOMAIN: &str = "testgen.v1";

/// Details travel in one header, and clients commonly cap headers at 8 KiB.
const MOST_DETAIL_BYTES: usize = 2_600;

/// The gRPC code of a kind of failure.
#[must_use]
pub fn code(kind: Kind) -> Code {
    match kind {
        Kind::InvalidArgument => Code::InvalidArgument,
        Kind::NotFound => Code::NotFound,
        Kind::AlreadyExists => Code::AlreadyExists,
        Kind::FailedPrecondition => Code::FailedPrecondition,
        Kind::ResourceExhausted => Code::ResourceExhausted,
        Kind::OutOfRange => Code::OutOfRange,
        Kind::Unavailable => Code::Unavailable,
        Kind::DeadlineExceeded => Code::DeadlineExceeded,
        Kind::Cancelled => Code::Cancelled,
        Kind::Aborted => Code::Aborted,
        Kind::Internal => Code::Internal,
    }
}

/// A status with `ErrorInfo` and, where it helps, `RetryInfo`.
#[must_use]
pub fn failed(failure: &Failure) -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info(failure.code, DOMAIN, HashMap::new());
    if let Some(after) = failure.retry_after {
        details.set_retry_info(Some(after));
    }
    Status::with_error_details(code(failure.kind), shortened(&failure.message, 1_000), details)
}

/// `INVALID_ARGUMENT` with every wrong field at once.
#[must_use]
pub fn invalid(violations: &[FieldViolation]) -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info("INVALID_REQUEST", DOMAIN, HashMap::new());
    let mut bytes = 0;
    let mut named = Vec::new();
    for violation in violations {
        bytes += violation.field.len() + violation.message.len() + 8;
        if bytes > MOST_DETAIL_BYTES {
            break;
        }
        details.add_bad_request_violation(&violation.field, &violation.message);
        named.push(format!("{}: {}", violation.field, violation.message));
    }
    let left = violations.len() - named.len();
    let mut message = named.join("; ");
    if left > 0 {
        message = format!("{}; and {left} more", shortened(&message, 700));
    }
    Status::with_error_details(Code::InvalidArgument, shortened(&message, 800), details)
}

/// When it makes sense to come back where nothing says so better.
const RETRY: Duration = Duration::from_secs(5);

/// Why a generation was not admitted.
#[must_use]
pub fn refused(refusal: &Refusal) -> Status {
    let mut details = ErrorDetails::new();
    let code = match refusal {
        Refusal::ShuttingDown => return shutting_down(),
        Refusal::OtherBody(_) => Code::AlreadyExists,
        Refusal::MemoryFull(_) => {
            details.add_quota_failure_violation("memory of all generations", "generation.max_total_bytes is reached");
            Code::ResourceExhausted
        }
        Refusal::NoPlace(NoPlace::Full { running, waiting }) => {
            let limit = format!("the limit is {running} running and {waiting} waiting");
            details.add_quota_failure_violation("generations of all callers", limit);
            Code::ResourceExhausted
        }
        Refusal::NoPlace(NoPlace::CallerFull(limit)) => {
            let limit = format!("the limit is {limit} running and waiting");
            details.add_quota_failure_violation("generations of this caller", limit);
            Code::ResourceExhausted
        }
    };
    details.set_error_info(refusal.code(), DOMAIN, HashMap::new());
    let mut message = refusal.to_string();
    if code == Code::ResourceExhausted {
        details.set_retry_info(Some(RETRY));
        message.push_str("; please try again later");
    }
    Status::with_error_details(code, message, details)
}

/// A generation that cannot be read from where the caller left it.
#[must_use]
pub fn not_resumed(why: NoResume) -> Status {
    let (code, reason) = match why {
        NoResume::Unknown => (Code::NotFound, "GENERATION_UNKNOWN"),
        NoResume::TooLate => (Code::OutOfRange, "GENERATION_EXPIRED"),
        NoResume::Ahead(_) => (Code::OutOfRange, "SEQUENCE_NOT_REACHED"),
    };
    let mut details = ErrorDetails::new();
    details.set_error_info(reason, DOMAIN, HashMap::new());
    let hint = match why {
        NoResume::Ahead(_) => "resume after a number that was received",
        _ => "please start again, without generation_id",
    };
    Status::with_error_details(code, format!("{why}; {hint}"), details)
}

/// There is no generation to cancel.
#[must_use]
pub fn no_generation() -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info("GENERATION_UNKNOWN", DOMAIN, HashMap::new());
    Status::with_error_details(Code::NotFound, "there is no generation with this id", details)
}

/// The server is shutting down.
#[must_use]
pub fn shutting_down() -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info("SHUTDOWN", DOMAIN, HashMap::new());
    details.set_retry_info(Some(RETRY));
    Status::with_error_details(
        Code::Unavailable,
        "the server is shutting down; please try again",
        details,
    )
}

/// The caller's deadline passed before the stream ended.
#[must_use]
pub fn deadline() -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info("DEADLINE_EXCEEDED", DOMAIN, HashMap::new());
    Status::with_error_details(Code::DeadlineExceeded, "the deadline of the call passed", details)
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_wrong_fields_stay_under_four_kibibytes() {
        let violations: Vec<_> = (0..50)
            .map(|n| FieldViolation::new(format!("acceptance_criteria[{n}]"), "x".repeat(200)))
            .collect();
        let status = invalid(&violations);
        assert!(
            status.details().len() + status.message().len() < 4_096,
            "{}",
            status.details().len()
        );
        assert!(
            status
                .get_error_details()
                .bad_request()
                .is_some_and(|bad| bad.field_violations.len() > 5)
        );
        assert!(status.message().ends_with("more"));
    }

    #[test]
    fn a_failure_carries_its_code_and_its_retry_hint() {
        let status = failed(&Failure {
            kind: Kind::Unavailable,
            code: "MODEL_SERVER_UNREACHABLE",
            message: "nobody there".to_owned(),
            retry_after: Some(Duration::from_secs(5)),
        });
        let details = status.get_error_details();
        assert_eq!(status.code(), Code::Unavailable);
        assert_eq!(
            details.error_info().map(|info| info.reason.as_str()),
            Some("MODEL_SERVER_UNREACHABLE")
        );
        assert_eq!(
            details.retry_info().and_then(|info| info.retry_delay),
            Some(Duration::from_secs(5))
        );
    }
}
