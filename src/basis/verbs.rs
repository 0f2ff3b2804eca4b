//! The verbs that stories use, each with the class of act that it names. A verb that is not here is class `Other`.

use super::VerbClass;
use super::VerbClass::{
    Authenticate, Calculate, Configure, Create, Delete, Download, Filter, Integrate, Manage, Notify, Pay, Read, Redeem,
    Register, Report, Search, Share, Transition, Update, Upload,
};

/// Verb phrases in their base form; longer ones first where one begins another.
const VERBS: &[(&str, VerbClass)] = &[
    ("log in", Authenticate),
    ("log out", Authenticate),
    ("login", Authenticate),
    ("logout", Authenticate),
    ("sign in", Authenticate),
    ("sign out", Authenticate),
    ("authenticate", Authenticate),
    ("reset", Authenticate),
    ("unlock", Transition),
    ("recover", Authenticate),
    ("sign up", Register),
    ("register", Register),
    ("enrol", Register),
    ("enroll", Register),
    ("join", Register),
    ("open", Create),
    ("add", Create),
    ("create", Create),
    ("submit", Create),
    ("post", Create),
    ("write", Create),
    ("leave", Create),
    ("book", Create),
    ("order", Create),
    ("reserve", Create),
    ("schedule", Create),
    ("request", Create),
    ("record", Create),
    ("enter", Create),
    ("save", Create),
    ("file", Create),
    ("apply for", Create),
    ("place", Create),
    ("make", Create),
    ("generate", Create),
    ("issue", Create),
    ("start", Create),
    ("log", Create),
    ("report", Create),
    ("bookmark", Create),
    ("register for", Create),
    ("renew", Update),
    ("borrow", Create),
    ("return", Transition),
    ("view", Read),
    ("see", Read),
    ("list", Read),
    ("track", Read),
    ("read", Read),
    ("check in", Transition),
    ("check out", Pay),
    ("check", Read),
    ("browse", Read),
    ("review", Read),
    ("get", Read),
    ("receive", Read),
    ("monitor", Read),
    ("access", Read),
    ("display", Read),
    ("show", Read),
    ("know", Read),
    ("preview", Read),
    ("watch", Read),
    ("edit", Update),
    ("change", Update),
    ("update", Update),
    ("rename", Update),
    ("move", Update),
    ("modify", Update),
    ("reschedule", Update),
    ("correct", Update),
    ("amend", Update),
    ("extend", Update),
    ("replace", Update),
    ("delete", Delete),
    ("remove", Delete),
    ("cancel", Delete),
    ("unsubscribe", Delete),
    ("archive", Delete),
    ("close", Delete),
    ("revoke", Delete),
    ("manage", Manage),
    ("maintain", Manage),
    ("administer", Manage),
    ("search for", Search),
    ("search", Search),
    ("find", Search),
    ("look up", Search),
    ("look for", Search),
    ("filter", Filter),
    ("sort", Filter),
    ("compare", Filter),
    ("group", Filter),
    ("upload", Upload),
    ("import", Upload),
    ("attach", Upload),
    ("download", Download),
    ("export", Download),
    ("print", Download),
    ("pay", Pay),
    ("purchase", Pay),
    ("buy", Pay),
    ("refund", Pay),
    ("transfer", Pay),
    ("withdraw", Pay),
    ("deposit", Pay),
    ("send", Share),
    ("redeem", Redeem),
    ("apply", Redeem),
    ("use", Redeem),
    ("be notified", Notify),
    ("be alerted", Notify),
    ("be informed", Notify),
    ("be reminded", Notify),
    ("notify", Notify),
    ("alert", Notify),
    ("remind", Notify),
    ("approve", Transition),
    ("reject", Transition),
    ("publish", Transition),
    ("ship", Transition),
    ("assign", Transition),
    ("escalate", Transition),
    ("confirm", Transition),
    ("accept", Transition),
    ("decline", Transition),
    ("complete", Transition),
    ("suspend", Transition),
    ("activate", Transition),
    ("deactivate", Transition),
    ("block", Transition),
    ("freeze", Transition),
    ("lock", Transition),
    ("pause", Transition),
    ("resume", Transition),
    ("mark", Transition),
    ("enable", Configure),
    ("disable", Configure),
    ("turn on", Configure),
    ("turn off", Configure),
    ("switch", Configure),
    ("set up", Configure),
    ("set", Configure),
    ("configure", Configure),
    ("choose", Configure),
    ("select", Configure),
    ("customise", Configure),
    ("customize", Configure),
    ("personalise", Configure),
    ("personalize", Configure),
    ("adjust", Configure),
    ("opt out", Configure),
    ("opt out of", Configure),
    ("opt in", Configure),
    ("opt in to", Configure),
    ("limit", Configure),
    ("share", Share),
    ("invite", Share),
    ("forward", Share),
    ("calculate", Calculate),
    ("convert", Calculate),
    ("estimate", Calculate),
    ("split", Calculate),
    ("analyse", Report),
    ("analyze", Report),
    ("recommend", Report),
    ("rate", Report),
    ("connect", Integrate),
    ("sync", Integrate),
    ("synchronise", Integrate),
    ("synchronize", Integrate),
    ("integrate", Integrate),
    ("link", Integrate),
    ("pair", Integrate),
    ("verify", Transition),
    ("scan", Read),
    ("subscribe", Register),
    ("follow", Register),
    ("unlink", Delete),
    ("restore", Transition),
    ("undo", Transition),
    ("merge", Update),
    ("tag", Update),
    ("comment on", Create),
    ("comment", Create),
    ("vote", Create),
    ("answer", Create),
    ("reply", Create),
    ("prescribe", Create),
    ("dispense", Create),
    ("test", Read),
    ("deploy", Transition),
    ("roll back", Transition),
    ("rotate", Update),
    ("run", Transition),
    ("trigger", Transition),
    ("stop", Transition),
    ("control", Configure),
    ("allow", Configure),
    ("restrict", Configure),
    ("hide", Configure),
];

/// The verb phrase at the start of some lower-case words: its base form, its class, and how many words it takes.
pub(super) fn at(words: &[&str]) -> Option<(&'static str, VerbClass, usize)> {
    VERBS
        .iter()
        .filter_map(|(verb, class)| {
            let count = verb.split(' ').count();
            let fits = words.len() >= count
                && verb
                    .split(' ')
                    .zip(words)
                    .all(|(part, word)| part == *word || form_of(word, part));
            fits.then_some((*verb, *class, count))
        })
        .max_by_key(|(_, _, count)| *count)
}

/// Whether a word is another form of a verb: `applies`, `applied`, `applying`, `stopped`.
fn form_of(word: &str, verb: &str) -> bool {
    if word.len() <= verb.len() {
        return false;
    }
    let Some(last) = verb.chars().last() else { return false };
    let stem = verb.strip_suffix(['e', 'y']).unwrap_or(verb);
    let Some(tail) = word.strip_prefix(stem) else {
        return false;
    };
    match last {
        'e' => matches!(tail, "es" | "ed" | "ing"),
        'y' => matches!(tail, "ies" | "ied" | "ying" | "ys" | "yed"),
        _ => {
            matches!(tail, "s" | "es" | "ed" | "ing")
                || tail.strip_prefix(last).is_some_and(|tail| matches!(tail, "ed" | "ing"))
        }
    }
}

/// The class of a verb with its object, where the object decides.
pub(super) fn refine(verb: &str, class: VerbClass, object: &str, rest: &str) -> VerbClass {
    let object = object.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| object.contains(word));
    match verb {
        "apply" | "use" | "enter" | "add"
            if has(&["coupon", "discount", "voucher", "promo", "points", "gift card"]) =>
        {
            Redeem
        }
        "apply" if has(&["filter", "sort"]) => Filter,
        "apply" if rest.starts_with("for ") => Create,
        "apply" | "use" => VerbClass::Other,
        "reset" | "recover" if !has(&["password", "pin", "access", "account", "login"]) => Configure,
        "transfer" | "send" if has(&["money", "fund", "payment", "amount", "savings"]) => Pay,
        "transfer" => Update,
        "receive" | "get" | "send"
            if has(&[
                "alert",
                "notification",
                "email",
                "e-mail",
                "reminder",
                "sms",
                "text message",
                "warning",
            ]) =>
        {
            Notify
        }
        "receive" | "get" if has(&["report", "recommendation", "statistic"]) => Report,
        "view" | "see" | "generate" | "create" | "export" if has(&["analytics", "statistics", "dashboard"]) => Report,
        "set" | "create" | "add" if has(&["reminder"]) => Create,
        "open" if !has(&["account", "ticket", "case", "request"]) => Read,
        "cancel" if has(&["subscription", "order", "booking", "appointment", "reservation"]) => Delete,
        "switch" | "choose" | "select" => Configure,
        _ => class,
    }
}
