//! What a story must speak of before a general idea of testing is worth a case: no sign-in without an account, no power
//! cut without power, no form left half filled in without anything that says what then happens.
//!
//! It exists because a case that fits any story tells nothing about this one. Refuses nothing that rests on a criterion.

use crate::coverage::Scene;
use crate::coverage::scene::persons::is_person;

/// What a general case needs in the text.
enum Ground {
    /// An account, or somebody whom the organisation knows, at pages.
    Account,
    /// Any of these words.
    Words(&'static [&'static str]),
    /// A payment with a card of the payer's own.
    OwnCard,
    /// Nothing that a criterion forbids to a role already.
    NoRoleToldOf,
    /// Never enough: the case tries nothing that the story says.
    Never,
}

/// The ends of the keys of general cases, with what each needs.
const GENERAL: &[(&str, Ground)] = &[
    ("/not signed in", Ground::Account),
    ("/missing role", Ground::NoRoleToldOf),
    ("/empty form", Ground::Never),
    ("/no event", Ground::Never),
    ("/of blanks only", Ground::Words(&["blank", "whitespace", "space"])),
    (
        "/left unsaved",
        Ground::Words(&["unsaved", "discard", "abandon", "draft", "leave the form"]),
    ),
    (
        "/change given up",
        Ground::Words(&["unsaved", "discard", "undo", "give up", "abandon"]),
    ),
    ("/power cut", Ground::Words(&["power", "outage", "battery", "restart"])),
    ("/no reading", Ground::Words(&["fault", "sensor", "reading", "failure"])),
    (
        "/event again",
        Ground::Words(&["again", "each time", "every time", "repeat"]),
    ),
    (
        "/off line",
        Ground::Words(&["offline", "connection", "network", "reachable", "unreachable"]),
    ),
    (
        "/no answer",
        Ground::Words(&[
            "timeout",
            "time out",
            "unavailable",
            "outage",
            "connection",
            "no answer",
        ]),
    ),
    ("/foreign", Ground::Account),
    ("/one field changed", Ground::Never),
    ("/cancelled twice", Ground::Words(&["again", "twice", "already"])),
    ("/over", Ground::Words(&["begun", "begin", "start", "past", "over"])),
    (
        "/gone",
        Ground::Words(&["gone", "removed", "deleted", "no longer exists"]),
    ),
    ("/more than a page", Ground::Words(&["page", "pages", "paging"])),
    (
        "/broken off",
        Ground::Words(&[
            "break off",
            "breaks off",
            "interrupted",
            "connection",
            "network",
            "resume",
        ]),
    ),
    ("/unusual name", Ground::Words(&["file name", "accents", "unicode"])),
    (
        "/disguised",
        Ground::Words(&["content", "disguised", "real type", "virus"]),
    ),
    ("/emoji", Ground::Words(&["emoji", "unicode", "language", "accents"])),
    ("/accents", Ground::Words(&["emoji", "unicode", "language", "accents"])),
    ("/script", Ground::Words(&["script", "html", "injection", "escaped"])),
    ("/switched back", Ground::Words(&["switch", "toggle", "turn", "off"])),
    (
        "/not eligible",
        Ground::Words(&["apply", "applies", "eligible", "category", "categories", "items"]),
    ),
    ("/price changed", Ground::Words(&["price change", "changed price"])),
    ("/declined", Ground::OwnCard),
    (
        "/past",
        Ground::Words(&["date", "day", "appointment", "slot", "departure", "calendar", "arrival"]),
    ),
    (
        "/new session",
        Ground::Words(&["session", "remember", "next time", "next visit", "sign in", "log in"]),
    ),
    (
        "/permission refused",
        Ground::Words(&["camera", "microphone", "location permission", "permission"]),
    ),
];

/// Whether the story gives a ground for an item with this key; items that are not general have one.
pub(super) fn is_grounded(scene: &Scene<'_>, key: &str) -> bool {
    // What befalls any act that is done once, and any command: filler beside what the story says.
    if key.starts_with("once/") || key.starts_with("command/") {
        return false;
    }
    let together = [
        "at once",
        "at the same time",
        "simultaneous",
        "simultaneously",
        "concurrent",
        "concurrently",
        "in parallel",
    ];
    if key.starts_with("quality/load/") && scene.mentions(&together).is_none() {
        return false;
    }
    if key.contains("/already ") && scene.mentions(&["again", "twice", "already", "once"]).is_none() {
        return false;
    }
    // Where one place takes many, it is not gone with the first.
    let scarce = key.ends_with("/taken meanwhile") || key.ends_with("/free/0") || key.ends_with("/last one twice");
    if scarce && takes_many(scene) {
        return false;
    }
    let open = [
        "by link",
        "without an account",
        "no account",
        "anyone with",
        "anybody with",
    ];
    if key.ends_with("/not shared with") && scene.mentions(&open).is_some() {
        return false;
    }
    // What comes about by itself has no address to be called.
    const COMES_ABOUT: [&str; 7] = ["reach", "get", "receive", "earn", "collect", "be", "have"];
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    if key.ends_with("/not signed in") && COMES_ABOUT.contains(&verb) {
        return false;
    }
    let Some((_, ground)) = GENERAL.iter().find(|(end, _)| key.ends_with(end)) else {
        return true;
    };
    match ground {
        Ground::Account => has_account(scene),
        Ground::Words(words) => scene.mentions(words).is_some(),
        Ground::OwnCard => {
            scene
                .goal_mentions(&["card", "credit card", "debit card", "bank account"])
                .is_some()
                && scene.mentions(&["gift card", "gift cards"]).is_none()
        }
        // Whoever owns a thing has no role in an organisation.
        Ground::NoRoleToldOf => {
            !scene.actor().ends_with("owner")
                && scene
                    .mentions(&[
                        "must not",
                        "may not",
                        "cannot",
                        "can't",
                        "not allowed",
                        "only",
                        "permission",
                    ])
                    .is_none()
        }
        Ground::Never => false,
    }
}

/// `A slot takes 30 orders`, `max. 4 vehicles per slot`.
fn takes_many(scene: &Scene<'_>) -> bool {
    let one = scene.one().to_lowercase();
    let head = crate::coverage::scene::grammar::head(&one);
    const PERSONS: [&str; 8] = [
        "pupils",
        "people",
        "persons",
        "guests",
        "participants",
        "students",
        "visitors",
        "adults",
    ];
    scene.basis.limits().any(|(limit, span)| {
        let text = scene.basis.text(span.basis_id).to_lowercase();
        // A group books, and not one for one place.
        let group = limit
            .lower
            .is_some_and(|bound| bound.value > rust_decimal::Decimal::ONE)
            && PERSONS.contains(&limit.unit.to_lowercase().as_str());
        group
            || limit.dimension == crate::basis::Dimension::Count
                && limit
                    .upper
                    .is_some_and(|bound| bound.value > rust_decimal::Decimal::ONE)
                && (text.contains(&format!("per {head}")) || text.contains(&format!("{head} takes")))
    }) || scene
        .basis
        .items
        .iter()
        .any(|item| item.text.to_lowercase().contains(&format!("{head} takes ")))
}

/// Whether whoever acts is known by an account, and acts on pages: what a passer-by may do, or what is done on a device at
/// hand, asks for no sign-in that the text does not name.
fn has_account(scene: &Scene<'_>) -> bool {
    let named = [
        "account",
        "sign in",
        "signed in",
        "log in",
        "logged in",
        "login",
        "portal",
        "password",
        "profile",
    ];
    let at_hand = [
        "app",
        "tablet",
        "phone",
        "scanner",
        "scan",
        "terminal",
        "device",
        "command line",
        "card reader",
        "car",
        "machine",
        "anonymous",
        "anonymously",
        "guest",
    ];
    let known = [
        "employee",
        "admin",
        "administrator",
        "member",
        "customer",
        "student",
        "teacher",
        "manager",
        "tenant",
    ];
    let actor = scene.actor().to_lowercase();
    let of_house = known.iter().any(|role| actor.ends_with(role)) && is_person(&actor);
    let at_pages = scene.surface().has_pages() && scene.mentions(&at_hand).is_none();
    // A shop knows its customers by what they call theirs, and sells to others as well.
    let known = of_house && (!actor.ends_with("customer") || scene.is_own());
    at_pages && (scene.mentions(&named).is_some() || known)
}
