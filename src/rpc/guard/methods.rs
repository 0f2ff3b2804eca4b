//! The methods that there are, from the descriptors that reflection serves, so that a path that somebody made up makes no
//! series of its own.

use crate::rpc::pb;
use crate::telemetry::metric_name::OTHER;
use prost::Message as _;
use prost_types::FileDescriptorSet;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    [
        pb::DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ]
    .into_iter()
    .filter_map(|bytes| FileDescriptorSet::decode(bytes).ok())
    .flat_map(|set| set.file)
    .flat_map(|file| {
        let package = file.package().to_owned();
        let methods = file.service.into_iter().flat_map(move |service| {
            let name = format!("{package}.{}", service.name());
            service
                .method
                .into_iter()
                .map(move |method| format!("{name}/{}", method.name()))
        });
        methods.collect::<Vec<_>>()
    })
    .collect()
});

/// The method's own name if there is such a method, else `_OTHER`.
pub(super) fn known(method: &str) -> &'static str {
    KNOWN.get(method).map_or(OTHER, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_that_is_served_is_known_and_no_other() {
        for method in [
            "testgen.v1.TestGen/StreamTestCases",
            "testgen.v1.TestGen/CancelGeneration",
            "grpc.health.v1.Health/Check",
            "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        ] {
            assert_eq!(known(method), method);
        }
        assert_eq!(known("testgen.v1.TestGen/Nonsense"), OTHER);
        assert_eq!(known(""), OTHER);
    }
}
