//! What a setting accepts, and the field that it fills. Text becomes meaning here and nowhere else.

use super::source::Given;
use super::{AllowedOrigins, BackendChoice, Config, KeepAlive, LogFormat, PullChoice};
use crate::backend::masked::{MASK, Secret, ServerUrl};
use crate::backend::policy::{AUTO, ENSEMBLE, Profile};
use crate::backend::selection::same_model;
use crate::privacy::What;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use url::Url;

/// The way to one field of a [`Config`].
type At<T> = fn(&mut Config) -> &mut T;

/// What a setting accepts, its bounds, and the field that it fills.
#[derive(Clone, Copy, Debug)]
pub enum Field {
    /// One or more http or https URLs.
    Urls(At<Vec<ServerUrl>>),
    /// An http or https URL.
    Url(At<ServerUrl>),
    /// An http or https URL, or nothing.
    OptionalUrl(At<Option<ServerUrl>>),
    /// The path of a folder.
    Folder(At<PathBuf>),
    /// The path of a file, or nothing.
    OptionalPath(At<Option<PathBuf>>),
    /// Origins of pages, any, or none.
    Origins(At<AllowedOrigins>),
    /// An IP address and a port.
    Address(At<SocketAddr>),
    /// The same, or nothing.
    OptionalAddress(At<Option<SocketAddr>>),
    /// A decimal number from 0 to the bound.
    Amount(f64, At<f64>),
    /// A time from the first to the second bound.
    Time(Duration, Duration, At<Duration>),
    /// How long a model stays loaded.
    KeepAlive(At<KeepAlive>),
    /// A number of bytes from the first to the second bound.
    Size(usize, usize, At<NonZeroUsize>),
    /// A whole number from the first to the second bound, at least one.
    Count(usize, usize, At<NonZeroUsize>),
    /// A whole number from the first to the second bound.
    Number(usize, usize, At<usize>),
    /// True or false.
    Flag(At<bool>),
    /// A short text without control characters, not empty.
    Text(At<String>),
    /// The same, or nothing.
    OptionalText(At<String>),
    /// A key of visible characters, or nothing. It is shown nowhere.
    Secret(At<Option<Secret>>),
    /// Who words the cases.
    Backend(At<BackendChoice>),
    /// What matters where a model is chosen.
    Profile(At<Profile>),
    /// Whether a missing model is pulled.
    Pull(At<PullChoice>),
    /// What is hidden from models.
    Mask(At<What>),
    /// Words and phrases, or nothing. They are shown nowhere.
    Terms(At<Vec<String>>),
    /// The names of two models, or nothing.
    TwoModels(At<Vec<String>>),
    /// The least severe log line.
    Level(At<LevelFilter>),
    /// How log lines are written.
    Format(At<LogFormat>),
}

const LONGEST_TEXT: usize = 200;
const LONGEST_SECRET: usize = 1_000;
const MOST_TERMS: usize = 200;

impl Field {
    /// Whether a value of this kind may fill the field. A time is a text with its unit; only zero needs none.
    #[must_use]
    pub(super) fn takes(&self, given: Given) -> bool {
        match given {
            Given::Spelled => true,
            Given::Text => !matches!(
                self,
                Self::Count(..) | Self::Number(..) | Self::Amount(..) | Self::Flag(_)
            ),
            Given::Number => matches!(
                self,
                Self::Count(..)
                    | Self::Number(..)
                    | Self::Amount(..)
                    | Self::Size(..)
                    | Self::Time(..)
                    | Self::KeepAlive(_)
            ),
            Given::Truth => matches!(self, Self::Flag(_)),
            Given::List => matches!(
                self,
                Self::Origins(_) | Self::Urls(_) | Self::Terms(_) | Self::TwoModels(_)
            ),
            // As files spell a decimal number.
            Given::Other("decimal number") => matches!(self, Self::Amount(..)),
            Given::Other(_) => false,
        }
    }

    /// Whether its value is shown nowhere.
    #[must_use]
    pub(super) fn is_secret(&self) -> bool {
        matches!(self, Self::Secret(_) | Self::Terms(_))
    }

    /// Fills the field if the text is accepted; says whether it was.
    #[must_use]
    pub(super) fn set(&self, config: &mut Config, text: &str) -> bool {
        let text = text.trim();
        match *self {
            Self::Urls(at) => fill(at(config), urls(text)),
            Self::Url(at) => fill(at(config), url(text).map(ServerUrl::from)),
            Self::OptionalUrl(at) if text.is_empty() => fill(at(config), Some(None)),
            Self::OptionalUrl(at) => fill(at(config), url(text).map(|url| Some(url.into()))),
            Self::Folder(at) => fill(at(config), path(text).filter(|_| !text.is_empty())),
            Self::OptionalPath(at) if text.is_empty() => fill(at(config), Some(None)),
            Self::OptionalPath(at) => fill(at(config), path(text).map(Some)),
            Self::Origins(at) => fill(at(config), origins(text)),
            Self::Address(at) => fill(at(config), address(text)),
            Self::OptionalAddress(at) if text.is_empty() => fill(at(config), Some(None)),
            Self::OptionalAddress(at) => fill(at(config), address(text).map(Some)),
            Self::Amount(most, at) => fill(at(config), amount(text).filter(|amount| *amount <= most)),
            Self::Time(least, most, at) => fill(at(config), time(text).filter(|t| (least..=most).contains(t))),
            Self::KeepAlive(at) => fill(at(config), keep_alive(text)),
            Self::Size(least, most, at) => {
                fill(at(config), within(size(text), least, most).and_then(NonZeroUsize::new))
            }
            Self::Count(least, most, at) => {
                fill(at(config), within(whole(text), least, most).and_then(NonZeroUsize::new))
            }
            Self::Number(least, most, at) => fill(at(config), within(whole(text), least, most)),
            Self::Flag(at) => fill(at(config), flag(text)),
            Self::Text(at) => fill(at(config), plain(text).filter(|text| !text.is_empty())),
            Self::OptionalText(at) => fill(at(config), plain(text)),
            Self::Secret(at) if text.is_empty() => fill(at(config), Some(None)),
            Self::Secret(at) => fill(at(config), secret(text).map(Some)),
            Self::Backend(at) => fill(at(config), pick(text, &BACKENDS)),
            Self::Profile(at) => fill(at(config), pick(text, &PROFILES)),
            Self::Pull(at) => fill(at(config), pick(text, &PULLS)),
            Self::Mask(at) => fill(at(config), pick(text, &MASKS)),
            Self::Terms(at) => fill(at(config), terms(text)),
            Self::TwoModels(at) => fill(at(config), two_models(text)),
            Self::Level(at) => fill(at(config), level(text)),
            Self::Format(at) => fill(at(config), pick(text, &FORMATS)),
        }
    }

    /// What is accepted, as the object of "accepts".
    #[must_use]
    pub fn accepts(&self) -> String {
        match *self {
            Self::Urls(_) => {
                "an http or https URL such as http://localhost:11434, or several with commas between them".to_owned()
            }
            Self::Url(_) => "an http or https URL".to_owned(),
            Self::OptionalUrl(_) => "an http or https URL, or nothing".to_owned(),
            Self::Folder(_) => "the path of a folder".to_owned(),
            Self::OptionalPath(_) => "the path of a file, or nothing".to_owned(),
            Self::Origins(_) => {
                "origins such as https://tests.example.org with commas between them, or * for any".to_owned()
            }
            Self::Address(_) => "an IP address and a port such as 127.0.0.1:50051 or [::1]:50051".to_owned(),
            Self::OptionalAddress(_) => "an IP address and a port such as 127.0.0.1:9464, or nothing".to_owned(),
            Self::Amount(most, _) => format!("a number from 0 to {most}, such as 12.50"),
            Self::Time(least, most, _) => {
                format!(
                    "a time from {} to {} with its unit: ms, s, m or h",
                    show_time(least),
                    show_time(most)
                )
            }
            Self::KeepAlive(_) => "a time with its unit such as 5m, 0 to unload at once, or forever".to_owned(),
            Self::Size(least, most, _) => {
                format!(
                    "a number of bytes from {} to {}: B, KiB or MiB",
                    show_size(least),
                    show_size(most)
                )
            }
            Self::Count(least, most, _) | Self::Number(least, most, _) => {
                format!("a whole number from {least} to {most}")
            }
            Self::Flag(_) => "true or false".to_owned(),
            Self::Text(_) => format!("a text of 1 to {LONGEST_TEXT} characters"),
            Self::OptionalText(_) => format!("a text of at most {LONGEST_TEXT} characters, or nothing"),
            Self::Secret(_) => format!("a key of at most {LONGEST_SECRET} visible characters, or nothing"),
            Self::Backend(_) => names(&BACKENDS),
            Self::Profile(_) => names(&PROFILES),
            Self::Pull(_) => names(&PULLS),
            Self::Mask(_) => names(&MASKS),
            Self::Terms(_) => {
                format!(
                    "at most {MOST_TERMS} words or phrases with commas between them, each of 3 to {LONGEST_TEXT} characters, or nothing"
                )
            }
            Self::TwoModels(_) => {
                "the names of two models with a comma between them, neither of them auto or ensemble, or nothing"
                    .to_owned()
            }
            Self::Level(_) => names(&LEVELS),
            Self::Format(_) => names(&FORMATS),
        }
    }

    /// The field's value, in a spelling that it accepts; a password in a URL is masked.
    #[must_use]
    pub fn show(&self, config: &Config) -> String {
        // The way to a field is written once, for writing; reading goes through a copy.
        let config = &mut config.clone();
        match *self {
            Self::Urls(at) => at(config)
                .iter()
                .map(|url| show_url(url))
                .collect::<Vec<_>>()
                .join(", "),
            Self::Url(at) => show_url(at(config)),
            Self::OptionalUrl(at) => at(config).as_ref().map_or_else(String::new, |url| show_url(url)),
            Self::Folder(at) => at(config).display().to_string(),
            Self::OptionalPath(at) => at(config)
                .as_ref()
                .map_or_else(String::new, |path| path.display().to_string()),
            Self::Origins(at) => match at(config) {
                AllowedOrigins::Any => "*".to_owned(),
                AllowedOrigins::Listed(origins) => origins.join(", "),
            },
            Self::Address(at) => at(config).to_string(),
            Self::OptionalAddress(at) => at(config).map_or_else(String::new, |address| address.to_string()),
            Self::Amount(_, at) => at(config).to_string(),
            Self::Time(_, _, at) => show_time(*at(config)),
            Self::KeepAlive(at) => match *at(config) {
                KeepAlive::For(time) => show_time(time),
                KeepAlive::Forever => "forever".to_owned(),
            },
            Self::Size(_, _, at) => show_size(at(config).get()),
            Self::Count(_, _, at) => at(config).to_string(),
            Self::Number(_, _, at) => at(config).to_string(),
            Self::Flag(at) => at(config).to_string(),
            Self::Text(at) | Self::OptionalText(at) => at(config).clone(),
            Self::Secret(at) => at(config).as_ref().map_or_else(String::new, |_| MASK.to_owned()),
            Self::Backend(at) => at(config).as_str().to_owned(),
            Self::Profile(at) => at(config).as_str().to_owned(),
            Self::Pull(at) => name_of(*at(config), &PULLS),
            Self::Mask(at) => name_of(*at(config), &MASKS),
            Self::Terms(at) if at(config).is_empty() => String::new(),
            Self::Terms(_) => MASK.to_owned(),
            Self::TwoModels(at) => at(config).join(", "),
            Self::Level(at) => at(config).to_string(),
            Self::Format(at) => name_of(*at(config), &FORMATS),
        }
    }
}

fn fill<T>(field: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *field = value;
            true
        }
        None => false,
    }
}

// === choices ===

const BACKENDS: [(&str, BackendChoice); 4] = [
    ("auto", BackendChoice::Auto),
    ("ollama", BackendChoice::Ollama),
    ("openai", BackendChoice::OpenAi),
    ("rules", BackendChoice::Rules),
];

const PROFILES: [(&str, Profile); 3] = [
    ("low_latency", Profile::LowLatency),
    ("balanced", Profile::Balanced),
    ("high_quality", Profile::HighQuality),
];

const PULLS: [(&str, PullChoice); 2] = [("never", PullChoice::Never), ("missing", PullChoice::Missing)];

const MASKS: [(&str, What); 3] = [
    ("off", What::Nothing),
    ("secrets", What::Secrets),
    ("personal", What::All),
];

const FORMATS: [(&str, LogFormat); 2] = [("json", LogFormat::Json), ("text", LogFormat::Text)];

const LEVELS: [(&str, LevelFilter); 6] = [
    ("off", LevelFilter::OFF),
    ("error", LevelFilter::ERROR),
    ("warn", LevelFilter::WARN),
    ("info", LevelFilter::INFO),
    ("debug", LevelFilter::DEBUG),
    ("trace", LevelFilter::TRACE),
];

fn pick<T: Copy>(text: &str, choices: &[(&str, T)]) -> Option<T> {
    choices
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text))
        .map(|(_, choice)| *choice)
}

/// `LOG_LEVEL` is shared with other tools, some of which say `warning` or `critical`.
fn level(text: &str) -> Option<LevelFilter> {
    match text.to_ascii_lowercase().as_str() {
        "warning" => Some(LevelFilter::WARN),
        "critical" => Some(LevelFilter::ERROR),
        text => pick(text, &LEVELS),
    }
}

fn names<T>(choices: &[(&str, T)]) -> String {
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn name_of<T: Copy + PartialEq>(choice: T, choices: &[(&str, T)]) -> String {
    choices
        .iter()
        .find(|(_, other)| *other == choice)
        .map_or_else(String::new, |(name, _)| (*name).to_owned())
}

// === texts ===

/// A host without a scheme is common in `OLLAMA_SERVICE_HOST`; it means http.
fn url(text: &str) -> Option<Url> {
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let url = Url::parse(&whole).ok()?;
    let fits = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    (fits && !text.contains(char::is_whitespace)).then_some(url)
}

/// At least one, each of its own.
fn urls(text: &str) -> Option<Vec<ServerUrl>> {
    let urls: Vec<ServerUrl> = text
        .split(',')
        .map(|text| url(text.trim()).map(ServerUrl::from))
        .collect::<Option<_>>()?;
    let repeated = urls.iter().enumerate().any(|(at, url)| urls[..at].contains(url));
    (!repeated).then_some(urls)
}

/// What a header can carry.
fn secret(text: &str) -> Option<Secret> {
    let fits = text.len() <= LONGEST_SECRET && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| Secret::new(text))
}

/// The URL without a password and without the slash that stands for an empty path.
pub(super) fn show_url(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() {
        let _ = url.set_password(Some(MASK));
    }
    let text = url.to_string();
    if url.path() == "/" {
        text.trim_end_matches('/').to_owned()
    } else {
        text
    }
}

/// `localhost` is understood, since everyone writes it.
fn address(text: &str) -> Option<SocketAddr> {
    match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}").parse().ok(),
        None => text.parse().ok(),
    }
}

/// Digits with at most one point: no sign, no exponent, nothing that is no number.
fn amount(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|amount: &f64| plain && amount.is_finite())
}

fn path(text: &str) -> Option<PathBuf> {
    (!text.contains(char::is_control)).then(|| PathBuf::from(text))
}

/// Nothing but origins: a path or a user in one of them would never match what a browser sends.
fn origins(text: &str) -> Option<AllowedOrigins> {
    if text == "*" {
        return Some(AllowedOrigins::Any);
    }
    text.split(',')
        .map(str::trim)
        .filter(|origin| !origin.is_empty())
        .map(|text| {
            let url = Url::parse(text).ok()?;
            let origin = url.origin().ascii_serialization();
            let bare = matches!(url.scheme(), "http" | "https") && url.as_str() == format!("{origin}/");
            bare.then_some(origin)
        })
        .collect::<Option<Vec<String>>>()
        .map(AllowedOrigins::Listed)
}

fn plain(text: &str) -> Option<String> {
    let fits = text.chars().count() <= LONGEST_TEXT && !text.contains(char::is_control);
    fits.then(|| text.to_owned())
}

/// Words that are too short would hide half of every text.
fn terms(text: &str) -> Option<Vec<String>> {
    let terms: Vec<&str> = text.split(',').map(str::trim).filter(|term| !term.is_empty()).collect();
    let fits = |term: &&str| term.chars().count() >= 3 && plain(term).is_some();
    (terms.len() <= MOST_TERMS && terms.iter().all(fits)).then(|| terms.into_iter().map(str::to_owned).collect())
}

/// Two names of different models, or none. `a` and `a:latest` are one, and what stands for others is none.
fn two_models(text: &str) -> Option<Vec<String>> {
    let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let fits = match names[..] {
        [] => true,
        [one, other] => !same_model(one, other),
        _ => false,
    };
    let stands_for_others = |name: &&str| [AUTO, ENSEMBLE].iter().any(|known| name.eq_ignore_ascii_case(known));
    (fits && !names.iter().any(stands_for_others) && names.iter().all(|name| plain(name).is_some()))
        .then(|| names.into_iter().map(str::to_owned).collect())
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

// === numbers ===

fn within(number: Option<usize>, least: usize, most: usize) -> Option<usize> {
    number.filter(|number| (least..=most).contains(number))
}

/// Digits with optional underscores between them.
fn whole(text: &str) -> Option<usize> {
    let fits = text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(|c: char| c.is_ascii_digit());
    if fits { text.replace('_', "").parse().ok() } else { None }
}

/// Splits `10 KiB` into its number and its unit.
fn measure(text: &str) -> Option<(usize, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '_')
        .unwrap_or(text.len());
    Some((whole(&text[..end])?, text[end..].trim()))
}

fn size(text: &str) -> Option<usize> {
    let (number, unit) = measure(text)?;
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        _ => return None,
    };
    number.checked_mul(factor)
}

fn show_size(bytes: usize) -> String {
    match bytes {
        bytes if bytes >= 1 << 20 && bytes % (1 << 20) == 0 => format!("{} MiB", bytes >> 20),
        bytes if bytes >= 1 << 10 && bytes % (1 << 10) == 0 => format!("{} KiB", bytes >> 10),
        bytes => format!("{bytes} B"),
    }
}

// === times ===

/// A number with its unit; zero needs none. A bare number is refused: seconds here, milliseconds there, is how
/// timeouts go wrong.
pub(super) fn time(text: &str) -> Option<Duration> {
    let (number, unit) = measure(text)?;
    let number = u64::try_from(number).ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3_600).map(Duration::from_secs),
        "" if number == 0 => Some(Duration::ZERO),
        _ => None,
    }
}

fn keep_alive(text: &str) -> Option<KeepAlive> {
    if text.eq_ignore_ascii_case("forever") {
        return Some(KeepAlive::Forever);
    }
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3_600);
    time(text).filter(|time| *time <= YEAR).map(KeepAlive::For)
}

fn show_time(time: Duration) -> String {
    match (time.as_secs(), time.subsec_millis()) {
        (0, 0) => "0s".to_owned(),
        (seconds, 0) if seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        (seconds, 0) if seconds % 60 == 0 => format!("{}m", seconds / 60),
        (seconds, 0) => format!("{seconds}s"),
        _ => format!("{}ms", time.as_millis()),
    }
}
