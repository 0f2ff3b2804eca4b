//! The little grammar that the rules need to write whole English sentences from a story's own words: articles, number,
//! verb forms, and the turn from the speaker's view (`my orders`) to the observer's (`their orders`).

mod verbs;

pub use verbs::{base_of, gerund, participle, third_person};

/// `a discount code`, `an invoice`; plural, possessive and mass nouns stay bare.
#[must_use]
pub fn a(noun: &str) -> String {
    let owned = noun
        .split_once(' ')
        .is_some_and(|(first, _)| first.ends_with("'s") && !has_determiner(noun));
    if owned {
        return format!("{} {noun}", article(noun));
    }
    let number = noun
        .split(' ')
        .next()
        .is_some_and(|first| first.chars().all(|c| c.is_ascii_digit()));
    if noun.is_empty() || number || has_determiner(noun) || is_plural(noun) || is_mass(noun) {
        return noun.to_owned();
    }
    format!("{} {noun}", article(noun))
}

/// `the discount code`; nouns that bring their own determiner (`their orders`) stay as they are.
#[must_use]
pub fn the(noun: &str) -> String {
    if noun.is_empty() || has_determiner(noun) {
        noun.to_owned()
    } else {
        format!("the {noun}")
    }
}

/// `a` or `an`, by sound as far as spelling tells.
fn article(noun: &str) -> &'static str {
    let first = noun.split([' ', '-']).next().unwrap_or("");
    let lower = first.to_lowercase();
    let acronym = first.len() > 1 && first.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let vowel = if acronym {
        !["URL", "UUID", "USB", "UK", "US", "UI", "UX"].contains(&first) && "AEFHILMNORSX8".contains(&first[..1])
    } else if ["hour", "honest", "heir", "honour", "honor"]
        .iter()
        .any(|word| lower.starts_with(word))
    {
        true
    } else if [
        "user", "uni", "use", "usa", "one", "once", "eu", "uti", "ure", "url", "uuid", "usb",
    ]
    .iter()
    .any(|word| lower.starts_with(word))
        && !lower.starts_with("unin")
        && !lower.starts_with("unim")
    {
        false
    } else if lower.starts_with("11") || lower.starts_with("18") || lower.starts_with('8') {
        true
    } else {
        lower.starts_with(['a', 'e', 'i', 'o', 'u'])
    };
    if vowel { "an" } else { "a" }
}

const DETERMINERS: [&str; 24] = [
    "a", "an", "the", "my", "our", "your", "their", "his", "her", "its", "this", "that", "these", "those", "all",
    "any", "each", "every", "some", "no", "another", "one", "several", "own",
];

fn has_determiner(noun: &str) -> bool {
    let first = noun.split(' ').next().unwrap_or("");
    let of_a_name = first.ends_with("'s") && first.starts_with(char::is_uppercase);
    DETERMINERS.contains(&first.to_lowercase().as_str()) || of_a_name
}

/// The noun without a leading article, possessive or quantifier.
#[must_use]
pub fn bare(noun: &str) -> &str {
    let mut rest = noun.trim();
    while let Some((first, tail)) = rest.split_once(' ') {
        if !DETERMINERS.contains(&first.to_lowercase().as_str()) {
            break;
        }
        rest = tail.trim_start();
    }
    rest
}

/// The words before the first preposition: where the head noun stands.
fn head_phrase(noun: &str) -> &str {
    let mut end = noun.len();
    for preposition in [
        " of ",
        " for ",
        " from ",
        " to ",
        " with ",
        " in ",
        " on ",
        " by ",
        " at ",
        " that ",
        " as ",
        " without ",
        " above ",
        " below ",
        " over ",
        " under ",
        " outside ",
        " older than ",
        " younger than ",
        " longer than ",
        " larger than ",
    ] {
        if let Some(found) = noun.find(preposition) {
            end = end.min(found);
        }
    }
    &noun[..end]
}

/// The head noun: `code` of `discount code of 20 characters`.
#[must_use]
pub fn head(noun: &str) -> &str {
    head_phrase(noun).rsplit(' ').next().unwrap_or(noun)
}

const MASS: [&str; 33] = [
    "access",
    "advice",
    "content",
    "cash",
    "credit",
    "data",
    "equipment",
    "feedback",
    "furniture",
    "help",
    "history",
    "information",
    "inventory",
    "leave",
    "luggage",
    "mail",
    "money",
    "music",
    "news",
    "progress",
    "software",
    "stock",
    "support",
    "time",
    "traffic",
    "weather",
    "work",
    "availability",
    "consumption",
    "usage",
    "heating",
    "lighting",
    "electricity",
];

fn is_mass(noun: &str) -> bool {
    MASS.contains(&head(noun).to_lowercase().as_str())
}

const IRREGULAR: [(&str, &str); 12] = [
    ("person", "people"),
    ("child", "children"),
    ("man", "men"),
    ("woman", "women"),
    ("foot", "feet"),
    ("criterion", "criteria"),
    ("medium", "media"),
    ("analysis", "analyses"),
    ("datum", "data"),
    ("leaf", "leaves"),
    ("half", "halves"),
    ("shelf", "shelves"),
];

const SAME_IN_PLURAL: [&str; 8] = [
    "series",
    "species",
    "staff",
    "sms",
    "settings",
    "goods",
    "credentials",
    "premises",
];

/// Whether the head noun is plural.
#[must_use]
pub fn is_plural(noun: &str) -> bool {
    let phrase = head_phrase(noun);
    if phrase.contains(" and ") {
        return true;
    }
    let head = head(noun).to_lowercase();
    if IRREGULAR.iter().any(|(_, plural)| *plural == head) && !MASS.contains(&head.as_str()) {
        return true;
    }
    if ["settings", "goods", "credentials", "premises", "staff"].contains(&head.as_str()) {
        return true;
    }
    head.ends_with('s')
        && head.len() > 3
        && !["ss", "us", "is"].iter().any(|end| head.ends_with(end))
        && ![
            "series", "species", "sms", "gps", "https", "dns", "tls", "sales", "news", "ios", "pos", "canvas", "gas",
            "lens",
        ]
        .contains(&head.as_str())
}

/// The noun with its head in the plural: `discount codes`, `lists of orders`.
#[must_use]
pub fn plural(noun: &str) -> String {
    if noun.is_empty() || is_plural(noun) || is_mass(noun) {
        return noun.to_owned();
    }
    replace_head(noun, |head| {
        let lower = head.to_lowercase();
        if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == lower) {
            return (*plural).to_owned();
        }
        if SAME_IN_PLURAL.contains(&lower.as_str()) {
            return head.to_owned();
        }
        add_s(head)
    })
}

/// The noun with its head in the singular: `order` of `orders`.
#[must_use]
pub fn singular(noun: &str) -> String {
    if !is_plural(noun) || head_phrase(noun).contains(" and ") {
        return noun.to_owned();
    }
    replace_head(noun, |head| {
        let lower = head.to_lowercase();
        if let Some((singular, _)) = IRREGULAR.iter().find(|(_, plural)| *plural == lower) {
            return (*singular).to_owned();
        }
        if lower == "settings" {
            return "setting".to_owned();
        }
        if SAME_IN_PLURAL.contains(&lower.as_str()) {
            return head.to_owned();
        }
        if let Some(stem) = head.strip_suffix("ies").filter(|stem| stem.len() > 1) {
            return format!("{stem}y");
        }
        for end in ["sses", "shes", "ches", "xes", "zzes"] {
            if lower.ends_with(end) {
                return head[..head.len() - 2].to_owned();
            }
        }
        if lower.ends_with("uses") && !lower.ends_with("ouses") && !lower.ends_with("auses") {
            return head[..head.len() - 2].to_owned();
        }
        head[..head.len() - 1].to_owned()
    })
}

fn replace_head(noun: &str, change: impl Fn(&str) -> String) -> String {
    let phrase = head_phrase(noun);
    let start = phrase.rfind(' ').map_or(0, |space| space + 1);
    format!(
        "{}{}{}",
        &noun[..start],
        change(&phrase[start..]),
        &noun[phrase.len()..]
    )
}

fn add_s(word: &str) -> String {
    let lower = word.to_lowercase();
    if ["s", "x", "z", "ch", "sh"].iter().any(|end| lower.ends_with(end)) {
        return format!("{word}es");
    }
    if let Some(stem) = word
        .strip_suffix('y')
        .filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']))
    {
        return format!("{stem}ies");
    }
    format!("{word}s")
}

/// `is` or `are`, for the noun.
#[must_use]
pub fn is_or_are(noun: &str) -> &'static str {
    if is_plural(noun) { "are" } else { "is" }
}

/// Turns the speaker's view into the observer's: `my orders` → `their orders`, `I pay less` → `the customer pays less`.
#[must_use]
pub fn observed(text: &str, actor: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut subject = false;
    let mut named = false;
    let mut quotes = Quotes::default();
    for word in text.split(' ') {
        // What is quoted is a label or a message, and stays as it is.
        if quotes.holds(word) {
            out.push(word.to_owned());
            continue;
        }
        let (core, tail) = split_tail(word);
        let lower = core.to_lowercase();
        let replaced = match lower.as_str() {
            "i" | "we" => {
                subject = true;
                let who = if named { "they".to_owned() } else { the(actor) };
                Some(who)
            }
            "i'm" | "we're" => Some(format!("{} is", the(actor))),
            "i've" | "we've" => Some(format!("{} has", the(actor))),
            "my" | "our" => Some("their".to_owned()),
            "me" | "us" if core != "US" => Some(the(actor)),
            "mine" | "ours" => Some("theirs".to_owned()),
            "myself" | "ourselves" => Some("themselves".to_owned()),
            _ if subject && !named && !core.is_empty() => {
                if [
                    "always", "never", "also", "only", "quickly", "easily", "just", "still", "already",
                ]
                .contains(&lower.as_str())
                {
                    None
                } else {
                    subject = false;
                    named = true;
                    Some(third_person(&lower))
                }
            }
            _ => {
                subject = false;
                None
            }
        };
        match replaced {
            Some(new) => out.push(format!("{new}{tail}")),
            None => out.push(word.to_owned()),
        }
    }
    // `I'm taken off the list and see …`: both verbs have one subject.
    let whole = out.join(" ");
    if named && whole.contains(" is ") {
        whole.replace(" and see \"", " and sees \"")
    } else {
        whole
    }
}

/// Which words of a text stand in quotation marks.
#[derive(Debug, Default)]
pub struct Quotes {
    open: bool,
}

impl Quotes {
    /// Whether the next word stands in quotation marks, wholly or in part. An apostrophe is none.
    pub fn holds(&mut self, word: &str) -> bool {
        let word = word.trim_matches(|c: char| matches!(c, '(' | ')' | ',' | '.' | ';' | ':' | '!' | '?'));
        let opens = word.starts_with(['"', '“', '‘', '«', '\'']);
        let closes = word.chars().count() > 1 && word.ends_with(['"', '”', '’', '»', '\'']);
        let held = self.open || opens;
        self.open = held && !closes;
        held
    }
}

fn split_tail(word: &str) -> (&str, &str) {
    let core = word.trim_end_matches([',', '.', ';', ':', '!', '?', ')']);
    (core, &word[core.len()..])
}

/// First letter in upper case.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + chars.as_str()
    })
}

/// A whole sentence: first letter in upper case, one full stop at the end.
#[must_use]
pub fn sentence(text: &str) -> String {
    let text = text.trim().trim_end_matches(['.', ';', ',', ' ']);
    if text.is_empty() {
        return String::new();
    }
    // A message that is quoted at the end has its own full stop.
    let ended = ["!", "?", ".\"", "!\"", "?\"", ".”", "!”", "?”", ".'", "!'", "?'"];
    if ended.iter().any(|end| text.ends_with(end)) {
        capitalised(text)
    } else {
        format!("{}.", capitalised(text))
    }
}

/// `A`, `A and B`, `A, B and C`.
#[must_use]
pub fn listed(parts: &[String], conjunction: &str) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [init @ .., last] => format!("{} {conjunction} {last}", init.join(", ")),
    }
}

/// A key's segment: lower case, single blanks, no slashes.
#[must_use]
pub fn slug(text: &str) -> String {
    let lower = text.to_lowercase().replace('/', " ");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `1 file`, `2 files`: the unit in the number that the count asks for.
#[must_use]
pub fn counted(count: &str, unit: &str) -> String {
    let unit = if count == "1" || count == "-1" {
        singular(unit)
    } else {
        plural(unit)
    };
    if unit.is_empty() {
        count.to_owned()
    } else {
        format!("{count} {unit}")
    }
}
