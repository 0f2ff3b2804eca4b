//! The generated code of `proto/testgen/v1/testgen.proto`, and its descriptors for reflection and proto JSON.

#![allow(clippy::all, reason = "generated")]

tonic::include_proto!("testgen.v1");

/// The encoded `FileDescriptorSet` of the proto and of everything that it imports.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/testgen_descriptor.bin"));
