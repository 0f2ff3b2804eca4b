//! The gRPC door. It holds no logic: it converts what came in, calls the app, and converts what comes out.

pub mod pb;
pub mod service;
pub mod from_proto;
pub mod to_proto;
pub mod code;
pub mod status;
pub(crate) mod trailers;
pub mod guard;
