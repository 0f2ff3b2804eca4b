//! What must never be shown: keys, and addresses that may carry a password.
//!
//! Both are types of their own, so that no `Debug` of a settings struct, no log line and no error can print what they
//! hide: the way to the secret is a call whose name says what it gives.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use url::Url;

/// What stands in the place of a secret.
pub const MASK: &str = "********";

/// A key. It shows itself as [`MASK`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one request header that carries it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Where a server listens. A password in it is used and never shown.
///
/// ```
/// use testgen::backend::masked::ServerUrl;
///
/// let url: ServerUrl = "https://me:secret@models.example/ollama/".parse().unwrap();
/// assert_eq!(url.to_string(), "https://models.example/ollama");
/// assert_eq!(format!("{url:?}"), "https://models.example/ollama");
/// assert_eq!(url.password(), Some("secret"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl(Url);

impl ServerUrl {
    /// The URL with this appended to its path.
    #[must_use]
    pub fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let joined = format!("{}/{path}", url.path().trim_end_matches('/'));
        url.set_path(&joined);
        url
    }

    /// The same without user and password.
    #[must_use]
    pub fn without_credentials(&self) -> Self {
        let mut url = self.0.clone();
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Self(url)
    }
}

impl Deref for ServerUrl {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.0
    }
}

impl From<Url> for ServerUrl {
    fn from(url: Url) -> Self {
        Self(url)
    }
}

impl FromStr for ServerUrl {
    type Err = url::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// For people: without user, password and trailing slash.
impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.without_credentials().0.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
