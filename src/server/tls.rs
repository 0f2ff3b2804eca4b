//! TLS of the listener: a certificate chain and its key, both PEM files that the settings name.
//!
//! Only HTTP/2 is offered over TLS: browsers take it for gRPC-Web too. A file that cannot be used ends the start with its
//! path, rather than a service that listens and answers nobody.

use crate::config::Server;
use anyhow::{Context as _, bail};
use std::path::Path;
use std::time::Duration;
use tonic::transport::{Identity, ServerTlsConfig};

/// Bound on a handshake: a client that opens a connection and says nothing does not keep it.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What the listener needs for TLS; `None` where no certificate is set.
///
/// # Errors
/// A file that cannot be read, or that holds no certificate or no private key in PEM.
pub(super) fn of(config: &Server) -> anyhow::Result<Option<ServerTlsConfig>> {
    let (Some(cert), Some(key)) = (&config.tls_cert, &config.tls_key) else {
        return Ok(None);
    };
    // The process needs one provider of cryptography, whoever installs it first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let identity = Identity::from_pem(
        read("server.tls_cert", cert, "CERTIFICATE-----")?,
        read("server.tls_key", key, "PRIVATE KEY-----")?,
    );
    Ok(Some(ServerTlsConfig::new().identity(identity).timeout(HANDSHAKE)))
}

fn read(setting: &str, path: &Path, holds: &str) -> anyhow::Result<String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("{setting}: {shown} cannot be read"))?;
    if !text.contains(holds) {
        bail!("{setting}: {shown} holds no PEM block that ends in \"{holds}\"");
    }
    Ok(text)
}
