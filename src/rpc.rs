//! The gRPC door. It holds no logic: it converts what came in, calls the app, and converts what comes out.

pub mod pb;
