//! The whole journey on one page: the only module that knows the order of the stages.

pub mod event;
pub mod log;
