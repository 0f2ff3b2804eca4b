# syntax=docker/dockerfile:1
# One binary that runs as nobody, without a shell beside it. The proto is compiled in pure Rust: no protoc, and no C library
# but libc.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
# Dependencies first, around an empty program, so that a change of our own code does not build them again.
COPY Cargo.toml Cargo.lock build.rs ./
COPY proto proto
COPY benches benches
RUN mkdir src && echo 'fn main() {}' > src/main.rs && touch src/lib.rs \
    && cargo build --release --locked --bin testgen \
    && rm -rf src
COPY data data
COPY src src
RUN touch src/lib.rs src/main.rs && cargo build --release --locked --bin testgen

# libc, the authorities that https trusts, and nothing else; its user is 65532.
FROM gcr.io/distroless/cc-debian12:nonroot
ARG SERVICE_VERSION=
LABEL org.opencontainers.image.title="TestGen" \
      org.opencontainers.image.description="Test cases from user stories, streamed over gRPC" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${SERVICE_VERSION}"
COPY --from=build /src/target/release/testgen /usr/local/bin/testgen
USER 65532:65532
# Inside a container loopback reaches nobody; docker-compose.yml publishes the ports on the host's loopback only.
ENV TESTGEN_SERVER_LISTEN=0.0.0.0:50051 \
    TESTGEN_SERVER_OPERATOR_LISTEN=0.0.0.0:9464
EXPOSE 50051 9464
HEALTHCHECK --interval=10s --timeout=6s --start-period=5s \
    CMD ["/usr/local/bin/testgen", "check", "--server", "http://127.0.0.1:50051"]
ENTRYPOINT ["/usr/local/bin/testgen"]
CMD ["serve"]
