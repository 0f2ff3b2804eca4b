//! The catalogue of variants: files that are compiled in, their earlier versions, and an operator's own folder.

use super::Inputs;
use minijinja::{Environment, UndefinedBehavior};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::Path;

/// The variants that there are.
#[derive(Debug)]
pub struct Catalog {
    variants: Vec<Variant>,
    templates: Environment<'static>,
}

/// One version of one variant of the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name, as requests and settings use it.
    pub name: String,
    /// Its version, from 1.
    pub version: u32,
    /// What is thought of it.
    pub status: Status,
    /// When this version was made, ISO 8601.
    pub date: String,
    /// What changed in this version.
    pub changed: String,
    /// SHA-256 of the file, hexadecimal.
    pub hash: String,
    /// Which worked-out stories it shows.
    pub examples: Examples,
    /// The file.
    pub text: String,
}

/// What is thought of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// In use.
    Active,
    /// Being tried.
    Candidate,
    /// Kept to be compared with.
    Archived,
}

impl Status {
    /// The lower-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Candidate => "candidate",
            Self::Archived => "archived",
        }
    }
}

/// Which worked-out stories a variant shows to the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Examples {
    /// None.
    #[default]
    None,
    /// Always these, by their ids.
    Fixed(Vec<String>),
    /// So many that are close to the story.
    Retrieved(usize),
}

/// Most examples in one prompt.
pub const MOST_EXAMPLES: usize = 10;
/// Most bytes of a variant's file.
const MAX_FILE_BYTES: u64 = 64 * 1024;

impl Variant {
    /// Name and version: `planned@1`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}

/// A variant's file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("prompt {name}: {reason}")]
pub struct CatalogError {
    pub(super) name: String,
    pub(super) reason: String,
}

/// The variants that are compiled in.
pub(super) const FILES: &[(&str, &str)] = &[
    ("planned", include_str!("../../data/prompts/planned.md")),
    ("basic", include_str!("../../data/prompts/basic.md")),
    ("improved-v1", include_str!("../../data/prompts/improved-v1.md")),
    ("strict-v2", include_str!("../../data/prompts/strict-v2.md")),
    ("few-shot-v3", include_str!("../../data/prompts/few-shot-v3.md")),
    ("rag", include_str!("../../data/prompts/rag.md")),
];

/// Their earlier versions, which can be shown and compared, not asked for.
const HISTORY: &[(&str, &str)] = &[
    ("planned", include_str!("../../data/prompts/history/planned@1.md")),
    ("basic", include_str!("../../data/prompts/history/basic@1.md")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    name: String,
    version: u32,
    status: Status,
    date: String,
    changed: String,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    retrieved_examples: usize,
}

impl Catalog {
    /// The variants that are compiled in.
    ///
    /// # Errors
    /// A file whose head or template is wrong; a test reads all of them, so that a released binary has none.
    pub fn embedded() -> Result<Self, CatalogError> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        // JSON and prose go to a model, not to a browser.
        templates.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let mut catalog = Self {
            variants: Vec::with_capacity(FILES.len()),
            templates,
        };
        for (name, file) in FILES {
            catalog.add(name, file)?;
        }
        Ok(catalog)
    }

    /// The same with the files `*.md` of a folder: new variants, and others in the place of those of the same name.
    ///
    /// # Errors
    /// A folder that cannot be read, or the first file that cannot be used, with what is wrong.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, CatalogError> {
        for (name, text) in texts(folder)? {
            self.add(&name, &text).map_err(|error| CatalogError {
                name: folder.join(format!("{name}.md")).display().to_string(),
                ..error
            })?;
        }
        Ok(self)
    }

    fn add(&mut self, name: &str, file: &str) -> Result<(), CatalogError> {
        let wrong = |reason: String| CatalogError {
            name: name.to_owned(),
            reason,
        };
        let (variant, system, user) = read(name, file)?;
        for (part, text) in [("system", system), ("user", user)] {
            self.templates
                .add_template_owned(format!("{name}/{part}"), text.to_owned())
                .map_err(|error| wrong(format!("{part}: {error}")))?;
        }
        let same = self.variants.iter().position(|known| known.name == variant.name);
        let at = match same {
            Some(at) => {
                self.variants[at] = variant;
                at
            }
            None => {
                self.variants.push(variant);
                self.variants.len() - 1
            }
        };
        // A name that does not exist shows when it is used, so every file is tried once.
        super::samples::try_out(self, &self.variants[at])
    }

    /// All variants.
    #[must_use]
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// A variant by its name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    /// A variant by its name, or a version of it by `name@version`, from 1 on.
    #[must_use]
    pub fn version(&self, label: &str) -> Option<Variant> {
        let Some((name, version)) = label.split_once('@') else {
            return self.find(label).cloned();
        };
        let version: u32 = version.parse().ok()?;
        let current = self.find(name).filter(|variant| variant.version == version);
        current.cloned().or_else(|| {
            Self::history()
                .into_iter()
                .find(|known| known.name == name && known.version == version)
        })
    }

    /// Earlier versions of the variants that are compiled in.
    #[must_use]
    pub fn history() -> Vec<Variant> {
        let read = |(name, file): &(&str, &str)| read(name, file).ok().map(|(variant, ..)| variant);
        HISTORY.iter().filter_map(read).collect()
    }

    pub(super) fn rendered(
        &self,
        variant: &Variant,
        part: &str,
        values: &minijinja::Value,
    ) -> Result<String, CatalogError> {
        self.templates
            .get_template(&format!("{}/{part}", variant.name))
            .and_then(|template| template.render(values))
            .map_err(|error| CatalogError {
                name: variant.name.clone(),
                reason: format!("{part}: {error}"),
            })
    }

    /// Whether a variant renders, and keeps what callers write where it belongs.
    ///
    /// # Errors
    /// As [`Catalog::render`], and for a story in the instructions or without fences.
    pub(super) fn check(&self, variant: &Variant, inputs: &Inputs<'_>) -> Result<(), CatalogError> {
        let rendered = self.render(variant, inputs)?;
        let wrong = |reason: &str| CatalogError {
            name: variant.name.clone(),
            reason: reason.to_owned(),
        };
        let mut texts = inputs.basis.items.iter().map(|item| item.text.as_str());
        if texts.any(|text| rendered.system.contains(text)) {
            return Err(wrong(
                "system: what callers write belongs into the user part, between fences",
            ));
        }
        if !rendered.user.contains(&super::fence(inputs)) {
            return Err(wrong(
                "user: the story stands between no fences; write {{ fence }} before and after it",
            ));
        }
        Ok(())
    }
}

/// The files `*.md` of a folder, by name without `.md`, in the order of names. Notes beside them are left out.
///
/// # Errors
/// A folder or a file that cannot be read or is too long.
pub(super) fn texts(folder: &Path) -> Result<Vec<(String, String)>, CatalogError> {
    let unreadable = |path: &Path, error: std::io::Error| CatalogError {
        name: path.display().to_string(),
        reason: format!("cannot be read: {error}"),
    };
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
    let mut texts = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        let is_variant = path.extension().is_some_and(|extension| extension == "md");
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if !is_variant || matches!(name, "README" | "CHANGELOG") {
            continue;
        }
        let length = std::fs::metadata(&path)
            .map_err(|error| unreadable(&path, error))?
            .len();
        if length > MAX_FILE_BYTES {
            return Err(CatalogError {
                name: path.display().to_string(),
                reason: format!("has {length} bytes, at most {MAX_FILE_BYTES} are accepted"),
            });
        }
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
        texts.push((name.to_owned(), text));
    }
    texts.sort();
    Ok(texts)
}

/// A file's head with its system and its user part.
pub(super) fn read<'a>(name: &str, file: &'a str) -> Result<(Variant, &'a str, &'a str), CatalogError> {
    let wrong = |reason: String| CatalogError {
        name: name.to_owned(),
        reason,
    };
    let (head, system, user) = parts(file).ok_or_else(|| {
        wrong(
            "a head between +++ lines, then === system === and === user ===, are wanted, each on a line of its own"
                .to_owned(),
        )
    })?;
    let head: Head = toml::from_str(head).map_err(|error| wrong(format!("head: {error}")))?;
    if head.name != name || !is_name(name) {
        return Err(wrong(format!(
            "name is {:?}; wanted is the file's name without .md, of 1 to 40 characters of a-z, 0-9 and -",
            head.name
        )));
    }
    if head.version == 0 {
        return Err(wrong("version: versions begin with 1".to_owned()));
    }
    let examples = match (head.examples.len(), head.retrieved_examples) {
        (0, 0) => Examples::None,
        (1..=MOST_EXAMPLES, 0) => Examples::Fixed(head.examples),
        (0, 1..=MOST_EXAMPLES) => Examples::Retrieved(head.retrieved_examples),
        _ => {
            return Err(wrong(format!(
                "either examples, a list of 1 to {MOST_EXAMPLES} ids, or retrieved_examples, 1 to {MOST_EXAMPLES}"
            )));
        }
    };
    let variant = Variant {
        name: head.name,
        version: head.version,
        status: head.status,
        date: head.date,
        changed: head.changed,
        hash: hexadecimal(&Sha256::digest(file.as_bytes())),
        examples,
        text: file.to_owned(),
    };
    Ok((variant, system, user))
}

fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&name.len()) && name.bytes().all(fits)
}

/// Head, system part and user part of a file.
fn parts(file: &str) -> Option<(&str, &str, &str)> {
    let (head, rest) = file.strip_prefix("+++\n")?.split_once("\n+++\n")?;
    let (system, user) = rest.strip_prefix("=== system ===\n")?.split_once("\n=== user ===\n")?;
    Some((head, system, user.trim_end()))
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
