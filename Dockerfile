# A small image with one binary that runs as nobody. The proto is compiled in pure Rust: no protoc, no C library but libc.
FROM rust:1-slim-bookworm AS build
WORKDIR /src
# Dependencies first, around an empty program, so that a change of our own code does not build them again.
COPY Cargo.toml Cargo.lock build.rs ./
COPY proto proto
COPY benches benches
RUN mkdir src && echo 'fn main() {}' > src/main.rs && touch src/lib.rs \
    && cargo build --release --locked \
    && rm -rf src
COPY data data
COPY src src
RUN touch src/lib.rs src/main.rs && cargo build --release --locked --bin testgen

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin testgen
COPY --from=build /src/target/release/testgen /usr/local/bin/testgen
USER 10001:10001
# Inside a container loopback reaches nobody; docker-compose.yml publishes the port on the host's loopback only.
ENV TESTGEN_SERVER_LISTEN=0.0.0.0:50051
EXPOSE 50051
HEALTHCHECK --interval=10s --timeout=6s --start-period=5s \
    CMD ["testgen", "check", "--server", "http://127.0.0.1:50051"]
ENTRYPOINT ["testgen"]
CMD ["serve"]
