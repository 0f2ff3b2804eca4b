//! The forms of a verb that cases are worded with.

use super::add_s;

/// Base, past and participle of the irregular verbs that stories use.
const VERBS: [(&str, &str); 46] = [
    ("be", "been"),
    ("begin", "begun"),
    ("bid", "bid"),
    ("book", "booked"),
    ("bring", "brought"),
    ("buy", "bought"),
    ("choose", "chosen"),
    ("do", "done"),
    ("draw", "drawn"),
    ("feed", "fed"),
    ("find", "found"),
    ("freeze", "frozen"),
    ("get", "got"),
    ("give", "given"),
    ("go", "gone"),
    ("have", "had"),
    ("hear", "heard"),
    ("hide", "hidden"),
    ("hold", "held"),
    ("keep", "kept"),
    ("know", "known"),
    ("leave", "left"),
    ("lend", "lent"),
    ("let", "let"),
    ("lose", "lost"),
    ("make", "made"),
    ("override", "overridden"),
    ("overwrite", "overwritten"),
    ("pay", "paid"),
    ("put", "put"),
    ("read", "read"),
    ("rent", "rented"),
    ("reset", "reset"),
    ("run", "run"),
    ("see", "seen"),
    ("sell", "sold"),
    ("send", "sent"),
    ("set", "set"),
    ("show", "shown"),
    ("speak", "spoken"),
    ("spend", "spent"),
    ("split", "split"),
    ("take", "taken"),
    ("tell", "told"),
    ("withdraw", "withdrawn"),
    ("write", "written"),
];

/// The past participle: `applied`, `signed in`, `paid`.
#[must_use]
pub fn participle(verb: &str) -> String {
    with_first_word(verb, |base| {
        if let Some((_, form)) = VERBS.iter().find(|(known, _)| *known == base) {
            return (*form).to_owned();
        }
        if base.ends_with('e') {
            return format!("{base}d");
        }
        if let Some(stem) = base
            .strip_suffix('y')
            .filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']))
        {
            return format!("{stem}ied");
        }
        format!("{}ed", double_last(base))
    })
}

/// The gerund: `applying`, `signing in`.
#[must_use]
pub fn gerund(verb: &str) -> String {
    with_first_word(verb, |base| {
        if base == "be" || base.ends_with("ee") || base.ends_with("oe") {
            return format!("{base}ing");
        }
        if let Some(stem) = base.strip_suffix("ie") {
            return format!("{stem}ying");
        }
        if let Some(stem) = base.strip_suffix('e') {
            return format!("{stem}ing");
        }
        format!("{}ing", double_last(base))
    })
}

/// The third person singular: `applies`, `signs in`, `is`, `has`.
#[must_use]
pub fn third_person(verb: &str) -> String {
    with_first_word(verb, |base| match base {
        "be" | "am" | "are" => "is".to_owned(),
        "have" => "has".to_owned(),
        "do" => "does".to_owned(),
        "go" => "goes".to_owned(),
        modal if crate::basis::modal::is_modal(modal) => base.to_owned(),
        "don't" => "does not".to_owned(),
        "haven't" => "has not".to_owned(),
        _ => add_s(base),
    })
}

fn with_first_word(verb: &str, change: impl Fn(&str) -> String) -> String {
    match verb.split_once(' ') {
        Some((base, rest)) => format!("{} {rest}", change(base)),
        None => change(verb),
    }
}

/// Doubles the last consonant where a short stressed syllable asks for it: `submit` → `submitt`, `enter` stays.
fn double_last(base: &str) -> String {
    const DOUBLED: [&str; 36] = [
        "tap", "step", "bar", "submit", "admit", "permit", "commit", "omit", "transmit", "log", "plan", "ship", "stop",
        "drop", "tag", "pin", "scan", "swap", "flag", "map", "cap", "refer", "prefer", "transfer", "defer", "occur",
        "skip", "trim", "crop", "zip", "chat", "shop", "unsubmit", "cut", "get", "embed",
    ];
    if DOUBLED.contains(&base) {
        let last = base.chars().last().map(String::from).unwrap_or_default();
        return format!("{base}{last}");
    }
    if ["set", "reset", "put", "run", "let", "split", "begin", "forget", "bid"].contains(&base) {
        let last = base.chars().last().map(String::from).unwrap_or_default();
        return format!("{base}{last}");
    }
    if base == "cancel" {
        return "cancell".to_owned();
    }
    base.to_owned()
}

/// The base form of a verb in the third person or the base itself: `applies` → `apply`, `is` → `be`.
#[must_use]
pub fn base_of(verb: &str) -> String {
    let verb = verb.to_lowercase();
    match verb.as_str() {
        "is" | "are" | "am" | "was" | "were" | "isn't" | "aren't" => return "be".to_owned(),
        "has" | "had" | "hasn't" | "haven't" => return "have".to_owned(),
        "does" | "did" => return "do".to_owned(),
        "goes" => return "go".to_owned(),
        _ => {}
    }
    if let Some(stem) = verb.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    for end in ["sses", "shes", "ches", "xes", "zzes"] {
        if verb.ends_with(end) {
            return verb[..verb.len() - 2].to_owned();
        }
    }
    if verb.ends_with('s') && !verb.ends_with("ss") && !verb.ends_with("us") && verb.len() > 2 {
        return verb[..verb.len() - 1].to_owned();
    }
    verb
}
