//! Private keys, credentials in URLs, tokens that show what they are, and what is said to be a password.

use super::Kind;
use std::ops::Range;

type Places = Vec<(Range<usize>, Kind)>;

/// Longest password or token that is looked at, in bytes.
const LONGEST: usize = 1_000;

/// Private keys in PEM: to the line that ends them, or to the end of the text.
pub(super) fn private_keys(text: &str) -> Places {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("-----BEGIN ").map(|at| from + at) {
        let head = text[start..].lines().next().unwrap_or_default();
        from = start + "-----BEGIN ".len();
        if !head.contains("PRIVATE KEY") {
            continue;
        }
        let end = text[start..].find("-----END ").map_or(text.len(), |at| {
            let closing = start + at + "-----END ".len();
            text[closing..]
                .find("-----")
                .map_or(text.len(), |at| closing + at + "-----".len())
        });
        found.push((start..end, Kind::PrivateKey));
        from = end;
    }
    found
}

/// The user and the password of URLs: `me:pw` of `https://me:pw@host`. The host stays.
pub(super) fn credentials(text: &str) -> Places {
    let mut found = Vec::new();
    for (at, mark) in text.match_indices("://") {
        let start = at + mark.len();
        let authority = text[start..]
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '<' | '>'))
            .map_or(&text[start..], |end| &text[start..start + end]);
        let scheme = text[..at]
            .chars()
            .next_back()
            .is_some_and(|c| c.is_ascii_alphanumeric());
        if let Some(end) = authority.rfind('@').filter(|end| scheme && *end > 0) {
            found.push((start..start + end, Kind::Credentials));
        }
    }
    found
}

/// How tokens of well-known services begin, and how long they are at least.
const BEGINNINGS: &[(&str, usize)] = &[
    ("sk-", 20),
    ("sk_live_", 20),
    ("sk_test_", 20),
    ("rk_live_", 20),
    ("pk_live_", 20),
    ("whsec_", 20),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("xapp-", 20),
    ("AKIA", 20),
    ("ASIA", 20),
    ("AIza", 35),
    ("ya29.", 20),
    ("hf_", 20),
    ("npm_", 30),
    ("pypi-", 30),
    ("dop_v1_", 30),
    ("SG.", 30),
    ("shpat_", 30),
    ("eyJ", 30),
];

/// Keys and tokens that show what they are: by how they begin, or because no word is so long and so mixed.
pub(super) fn tokens(text: &str) -> Places {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if is_part(c) {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            let word = text[start..at].trim_end_matches(['.', '-', '_']);
            if is_token(word) {
                found.push((start..start + word.len(), Kind::Token));
            }
        }
    }
    found
}

fn is_token(word: &str) -> bool {
    let known = BEGINNINGS
        .iter()
        .any(|(begin, length)| word.starts_with(begin) && word.len() >= *length);
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let jwt = word.starts_with("eyJ") && word.matches('.').count() >= 2;
    if known {
        return jwt || has_digit && !word.starts_with("eyJ");
    }
    // `As-a-user-I-want-…` is long as well, and has no digits in its words.
    let longest = word
        .split(['-', '_', '.'])
        .max_by_key(|part| part.len())
        .unwrap_or_default();
    longest.len() >= 32 && changes(longest) >= 6
}

/// How often letters and digits take turns: often in what was drawn by chance, seldom in words and in samples.
fn changes(word: &str) -> usize {
    let kinds: Vec<bool> = word.bytes().map(|byte| byte.is_ascii_digit()).collect();
    kinds.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// Words after which a secret stands, and whether even a plain word in quotes is one.
const NAMES: &[(&str, bool)] = &[
    ("passphrase", true),
    ("password", true),
    ("passwort", true),
    ("passwd", true),
    ("pwd", true),
    ("client_secret", false),
    ("client secret", false),
    ("secret", false),
    ("api_key", false),
    ("api-key", false),
    ("api key", false),
    ("apikey", false),
    ("access key", false),
    ("access_key", false),
    ("auth_token", false),
    ("token", false),
    ("bearer", false),
    ("pin", false),
];

/// What is said to be a password, a key or a token: after its name and `:`, `=` or `is`, or in quotes.
pub(super) fn passwords(text: &str) -> Places {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (name, plain) in NAMES {
        for (at, _) in lower.match_indices(name) {
            let whole = !lower[..at].chars().next_back().is_some_and(char::is_alphanumeric);
            if let Some(range) = value_after(text, at + name.len(), *plain).filter(|_| whole) {
                found.push((range, Kind::Password));
            }
        }
    }
    found
}

/// What stands between a name and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Sign,
    Word,
    Nothing,
}

fn value_after(text: &str, after: usize, plain: bool) -> Option<Range<usize>> {
    let rest = &text[after..];
    // The name may stand in quotes itself, as in JSON.
    let closed = rest
        .trim_start_matches(['"', '\'', '`'])
        .trim_start_matches([' ', '\t']);
    let signed = closed.trim_start_matches([':', '=', '>']);
    let (mark, rest) = if signed.len() < closed.len() {
        (Mark::Sign, signed)
    } else if let Some(said) = ["is ", "was "].iter().find_map(|word| closed.strip_prefix(word)) {
        (Mark::Word, said)
    } else if rest.starts_with([' ', '\t']) {
        (Mark::Nothing, closed)
    } else {
        return None;
    };
    let rest = rest.trim_start_matches([' ', '\t']);
    let start = text.len() - rest.len();
    let quote = rest.chars().next()?;
    if let Some(closing) = closing_quote(quote) {
        let inside = &rest[quote.len_utf8()..];
        let value = &inside[..inside.find(closing)?];
        let start = start + quote.len_utf8();
        let is_one = !value.is_empty() && value.len() <= LONGEST && !value.contains(char::is_whitespace);
        let fits = is_one && (is_mixed(value) || plain && mark != Mark::Nothing);
        return fits.then(|| start..start + value.len());
    }
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '<' | '>' | ')' | '}'));
    let value = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ':', '?', '\'', '`']);
    let said = mark == Mark::Sign || mark == Mark::Word && plain || mark == Mark::Nothing && value.len() >= 16;
    (said && value.len() <= LONGEST && is_mixed(value)).then(|| start..start + value.len())
}

fn closing_quote(quote: char) -> Option<char> {
    match quote {
        '"' | '\'' | '`' => Some(quote),
        '\u{201C}' | '\u{201E}' => Some('\u{201D}'),
        '\u{2018}' => Some('\u{2019}'),
        _ => None,
    }
}

/// Whether it is no plain word and no plain number: letters with digits or signs among them, or four digits of a PIN.
fn is_mixed(value: &str) -> bool {
    let letter = value.chars().any(char::is_alphabetic);
    let digit = value.chars().any(|c| c.is_ascii_digit());
    let sign = value
        .chars()
        .any(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.' | '/'));
    let pin = value.len() >= 4 && value.bytes().all(|byte| byte.is_ascii_digit());
    value.chars().count() >= 4 && (letter && (digit || sign) || pin)
}
