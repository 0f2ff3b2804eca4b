//! The few kinds of failure. Every room has its own error type; each answers `kind()` with one of these, and only the
//! doors translate a kind into a status of their protocol.

use std::fmt;

/// What kind of failure it is, as far as a caller has to act differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request itself is wrong; sending it again will not help.
    InvalidArgument,
    /// Something named in the request does not exist.
    NotFound,
    /// The same request id was used with another body.
    AlreadyExists,
    /// The server is not set up for this request, such as a model that is missing.
    FailedPrecondition,
    /// Too much at once; later it may work.
    ResourceExhausted,
    /// A resume position that is no longer kept.
    OutOfRange,
    /// A server that is needed cannot be reached; later it may work.
    Unavailable,
    /// The time ran out.
    DeadlineExceeded,
    /// The caller went away.
    Cancelled,
    /// The attempts are spent; a new request may work.
    Aborted,
    /// A fault of ours.
    Internal,
}

impl Kind {
    /// The stable name, as used in labels and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::InvalidArgument => "INVALID_ARGUMENT",
            Kind::NotFound => "NOT_FOUND",
            Kind::AlreadyExists => "ALREADY_EXISTS",
            Kind::FailedPrecondition => "FAILED_PRECONDITION",
            Kind::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Kind::OutOfRange => "OUT_OF_RANGE",
            Kind::Unavailable => "UNAVAILABLE",
            Kind::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Kind::Cancelled => "CANCELLED",
            Kind::Aborted => "ABORTED",
            Kind::Internal => "INTERNAL",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One wrong field of a request: which one, and what it accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// The field's path in the request, such as `acceptance_criteria[3]`.
    pub field: String,
    /// What is wrong and what would be accepted. Safe to show to the caller.
    pub message: String,
}

impl FieldViolation {
    /// Names a field and says what it accepts.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}
