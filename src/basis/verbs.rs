//! Verbs: which word is one, in which form, and which class of act it names together with its object.

mod table;

use super::VerbClass;
use super::VerbClass::{
    Authenticate, Configure, Create, Delete, Download, Filter, Integrate, Notify, Pay, Read, Redeem, Register, Report,
    Search, Transition, Update,
};
use table::VERBS;

/// Verbs of several words, those of one first word together, longer ones first.
const PHRASES: &[(&str, VerbClass)] = &[
    ("apply for", Create),
    ("ask for", Create),
    ("back up", Download),
    ("bring back", Transition),
    ("browse through", Read),
    ("carry out", Transition),
    ("cash out", Pay),
    ("check in for", Transition),
    ("check in", Transition),
    ("check out", Pay),
    ("clock in", Create),
    ("clock out", Create),
    ("comment on", Create),
    ("connect to", Integrate),
    ("drop off", Transition),
    ("fill in", Create),
    ("fill out", Create),
    ("find out", Read),
    ("follow up", Create),
    ("get rid of", Delete),
    ("give back", Transition),
    ("hand in", Create),
    ("hand over", Transition),
    ("keep track of", Read),
    ("learn about", Read),
    ("listen to", Read),
    ("log in", Authenticate),
    ("log off", Authenticate),
    ("log on", Authenticate),
    ("log out", Authenticate),
    ("look for", Search),
    ("look up", Search),
    ("opt in to", Configure),
    ("opt out of", Configure),
    ("opt in", Configure),
    ("opt out", Configure),
    ("pay back", Pay),
    ("pay for", Pay),
    ("pay off", Pay),
    ("pick up", Transition),
    ("print out", Download),
    ("reply to", Create),
    ("respond to", Create),
    ("roll back", Transition),
    ("scroll through", Read),
    ("search for", Search),
    ("set up", Configure),
    ("shut down", Transition),
    ("sign in", Authenticate),
    ("sign off", Transition),
    ("sign out", Authenticate),
    ("sign up", Register),
    ("subscribe to", Register),
    ("switch off", Configure),
    ("switch on", Configure),
    ("sync with", Integrate),
    ("take part in", Register),
    ("take over", Transition),
    ("top up", Pay),
    ("try out", Read),
    ("turn off", Configure),
    ("turn on", Configure),
    ("unsubscribe from", Delete),
    ("vote for", Create),
    ("zoom in", Read),
    ("zoom out", Read),
];

/// Forms that no ending tells.
const IRREGULAR: &[(&str, &str, Form)] = &[
    ("begun", "begin", Form::Past),
    ("bought", "buy", Form::Past),
    ("brought", "bring", Form::Past),
    ("built", "build", Form::Past),
    ("chose", "choose", Form::Past),
    ("chosen", "choose", Form::Past),
    ("done", "do", Form::Past),
    ("drawn", "draw", Form::Past),
    ("forgot", "forget", Form::Past),
    ("forgotten", "forget", Form::Past),
    ("found", "find", Form::Past),
    ("frozen", "freeze", Form::Past),
    ("gave", "give", Form::Past),
    ("given", "give", Form::Past),
    ("goes", "go", Form::S),
    ("gone", "go", Form::Past),
    ("got", "get", Form::Past),
    ("heard", "hear", Form::Past),
    ("held", "hold", Form::Past),
    ("hidden", "hide", Form::Past),
    ("kept", "keep", Form::Past),
    ("lent", "lend", Form::Past),
    ("made", "make", Form::Past),
    ("paid", "pay", Form::Past),
    ("quit", "quit", Form::Past),
    ("repaid", "repay", Form::Past),
    ("saw", "see", Form::Past),
    ("seen", "see", Form::Past),
    ("sent", "send", Form::Past),
    ("shown", "show", Form::Past),
    ("sold", "sell", Form::Past),
    ("spent", "spend", Form::Past),
    ("taken", "take", Form::Past),
    ("took", "take", Form::Past),
    ("undone", "undo", Form::Past),
    ("withdrawn", "withdraw", Form::Past),
    ("written", "write", Form::Past),
];

/// How a verb stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `apply`, `reset`
    Base,
    /// `applies`
    S,
    /// `applied`, `sent`
    Past,
    /// `applying`
    Ing,
}

/// A verb that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verb {
    /// Its base form.
    pub(super) base: &'static str,
    /// Its class, before its object is known.
    pub(super) class: VerbClass,
    /// Whether the same word is as often a noun.
    pub(super) noun: bool,
    /// How it stands in the text.
    pub(super) form: Form,
    /// How many words it takes.
    pub(super) words: usize,
}

/// The verb that begins some lower-case words.
pub(super) fn at(words: &[&str]) -> Option<Verb> {
    let first = words.first()?;
    if let Some(verb) = glued(first) {
        return Some(verb);
    }
    if let Some(verb) = passive(words) {
        return Some(verb);
    }
    let (base, form) = base_of(first)?;
    if let Some(verb) = phrase(base, form, words) {
        return Some(verb);
    }
    let (base, class, noun) = single(base)?;
    Some(Verb {
        base,
        class,
        noun,
        form,
        words: 1,
    })
}

/// `login` for `log in`, and so on.
fn glued(word: &str) -> Option<Verb> {
    let (base, class) = match word {
        "login" | "log-in" => ("log in", Authenticate),
        "logout" | "log-out" => ("log out", Authenticate),
        "signin" | "sign-in" => ("sign in", Authenticate),
        "signup" | "sign-up" => ("sign up", Register),
        "checkout" | "check-out" => ("check out", Pay),
        _ => return None,
    };
    Some(Verb {
        base,
        class,
        noun: true,
        form: Form::Base,
        words: 1,
    })
}

/// `be notified`: somebody is told.
fn passive(words: &[&str]) -> Option<Verb> {
    if !matches!(words.first(), Some(&("be" | "get" | "am" | "is" | "are"))) {
        return None;
    }
    let base = match *words.get(1)? {
        "notified" => "be notified",
        "alerted" => "be alerted",
        "informed" => "be informed",
        "reminded" => "be reminded",
        "warned" => "be warned",
        _ => return None,
    };
    Some(Verb {
        base,
        class: Notify,
        noun: false,
        form: Form::Base,
        words: 2,
    })
}

/// A verb of several words whose first has this base form.
fn phrase(base: &str, form: Form, words: &[&str]) -> Option<Verb> {
    let from = PHRASES.partition_point(|(phrase, _)| first_word(phrase) < base);
    PHRASES
        .iter()
        .skip(from)
        .take_while(|(phrase, _)| first_word(phrase) == base)
        .filter_map(|(phrase, class)| {
            let count = phrase.split(' ').count();
            let fits = words.len() >= count
                && phrase
                    .split(' ')
                    .skip(1)
                    .zip(words.iter().skip(1))
                    .all(|(part, word)| part == *word);
            fits.then_some(Verb {
                base: phrase,
                class: *class,
                noun: false,
                form,
                words: count,
            })
        })
        .max_by_key(|verb| verb.words)
}

fn first_word(phrase: &str) -> &str {
    phrase.split(' ').next().unwrap_or("")
}

fn single(base: &str) -> Option<(&'static str, VerbClass, bool)> {
    VERBS
        .binary_search_by(|(verb, _, _)| (*verb).cmp(base))
        .ok()
        .map(|at| VERBS[at])
}

/// Whether a base form is known, alone or as the first word of a phrase.
fn known(base: &str) -> Option<&'static str> {
    if let Some((verb, _, _)) = single(base) {
        return Some(verb);
    }
    let from = PHRASES.partition_point(|(phrase, _)| first_word(phrase) < base);
    PHRASES
        .get(from)
        .map(|(phrase, _)| first_word(phrase))
        .filter(|first| *first == base)
}

/// The base form of a word, if it is a form of a known verb.
fn base_of(word: &str) -> Option<(&'static str, Form)> {
    if let Some(base) = known(word) {
        return Some((base, Form::Base));
    }
    if let Ok(at) = IRREGULAR.binary_search_by(|(form, _, _)| (*form).cmp(word)) {
        return known(IRREGULAR[at].1).map(|base| (base, IRREGULAR[at].2));
    }
    let doubled = |stem: &str| {
        let mut ends = stem.chars().rev();
        let (last, before) = (ends.next(), ends.next());
        (last.is_some() && last == before)
            .then(|| last.map_or(0, char::len_utf8))
            .and_then(|length| known(&stem[..stem.len() - length]))
    };
    let with = |stem: &str, end: &str| known(&format!("{stem}{end}"));
    if let Some(stem) = word.strip_suffix("ies") {
        return with(stem, "y").map(|base| (base, Form::S));
    }
    if let Some(stem) = word.strip_suffix("ied") {
        return with(stem, "y").map(|base| (base, Form::Past));
    }
    if let Some(stem) = word.strip_suffix("ing") {
        return known(stem)
            .or_else(|| with(stem, "e"))
            .or_else(|| doubled(stem))
            .map(|base| (base, Form::Ing));
    }
    if let Some(stem) = word.strip_suffix("ed") {
        return known(stem)
            .or_else(|| with(stem, "e"))
            .or_else(|| doubled(stem))
            .map(|base| (base, Form::Past));
    }
    let stem = word.strip_suffix('s')?;
    known(stem)
        .or_else(|| stem.strip_suffix('e').and_then(known))
        .map(|base| (base, Form::S))
}

/// The class of a verb with its object, where the object decides.
pub(super) fn refine(verb: &str, class: VerbClass, object: &str, rest: &str) -> VerbClass {
    let object = object.to_lowercase();
    let words = || object.split(|c: char| !c.is_alphanumeric()).chain([object.as_str()]);
    let has = |wanted: &[&str]| {
        wanted.iter().any(|wanted| {
            if wanted.contains(' ') {
                object.contains(wanted)
            } else {
                words().any(|word| word == *wanted || word.strip_suffix('s') == Some(wanted))
            }
        })
    };
    let code = || {
        has(&[
            "coupon",
            "discount",
            "voucher",
            "promo",
            "promotion",
            "points",
            "point",
            "gift card",
            "discounts",
            "reward",
            "offer",
        ]) || has(&["code"])
            && !has(&[
                "verification",
                "one",
                "time",
                "pin",
                "postal",
                "zip",
                "qr",
                "country",
                "source",
                "access",
            ])
    };
    let told = || {
        has(&[
            "alert",
            "notification",
            "email",
            "e-mail",
            "reminder",
            "sms",
            "text message",
            "warning",
            "message",
            "push",
            "newsletter",
        ])
    };
    match verb {
        "apply" if has(&["filter", "sort", "sorting"]) => Filter,
        "apply" | "use" | "enter" | "add" | "collect" | "spend" if code() => Redeem,
        "apply" if rest.starts_with("for ") => Create,
        "apply" | "use" => VerbClass::Other,
        "reset" | "recover" | "forget"
            if !has(&[
                "password",
                "passcode",
                "pin",
                "access",
                "account",
                "login",
                "passphrase",
                "credential",
            ]) =>
        {
            Configure
        }
        "transfer" | "send" | "move" if has(&["money", "fund", "payment", "amount", "saving", "cash"]) => Pay,
        "transfer" => Update,
        "receive" | "get" if told() => Notify,
        "receive" | "get" if has(&["recommendation", "statistic", "suggestion"]) => Report,
        "receive" | "get" if has(&["refund", "payout"]) => Pay,
        "send"
            if has(&[
                "reminder",
                "notification",
                "alert",
                "receipt",
                "confirmation",
                "warning",
            ]) =>
        {
            Notify
        }
        "view" | "see" | "generate" | "create" | "export"
            if has(&["analytics", "statistic", "dashboard"]) && verb != "export" =>
        {
            Report
        }
        "set" | "set up" if has(&["reminder", "alarm", "goal", "alert", "appointment", "standing order"]) => Create,
        "open" if has(&["account"]) => Register,
        "open" if !has(&["ticket", "case", "request", "claim"]) => Read,
        "close" if has(&["ticket", "case", "issue", "request"]) => Transition,
        "check" if has(&["box", "checkbox"]) => Configure,
        "change" | "switch" if has(&["language", "setting", "preference", "theme", "currency"]) => Configure,
        "leave" if has(&["group", "team", "channel", "queue"]) => Delete,
        "report" if has(&["sales", "revenue", "statistic"]) => Report,
        "save" if has(&["money", "time"]) => VerbClass::Other,
        "import" | "sync" if has(&["calendar"]) && rest.contains("from") => Integrate,
        "print" | "export" => Download,
        "find" | "locate" | "look up" => Search,
        "extend" | "renew" => Update,
        "cancel" => Delete,
        "accept" | "decline" => Transition,
        "read" | "see" => Read,
        _ => class,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_the_order_that_look_ups_need() {
        assert!(VERBS.is_sorted_by(|one, two| one.0 < two.0));
        assert!(IRREGULAR.is_sorted_by(|one, two| one.0 < two.0));
        assert!(PHRASES.is_sorted_by(|one, two| first_word(one.0) <= first_word(two.0)));
    }

    #[test]
    fn forms_lead_to_their_base() {
        let found = |words: &[&str]| at(words).map(|verb| (verb.base, verb.form, verb.words));
        assert_eq!(found(&["applies"]), Some(("apply", Form::S, 1)));
        assert_eq!(found(&["cancelled"]), Some(("cancel", Form::Past, 1)));
        assert_eq!(found(&["stopping"]), Some(("stop", Form::Ing, 1)));
        assert_eq!(found(&["approved"]), Some(("approve", Form::Past, 1)));
        assert_eq!(found(&["paid"]), Some(("pay", Form::Past, 1)));
        assert_eq!(found(&["searches", "for"]), Some(("search for", Form::S, 2)));
        assert_eq!(found(&["logs", "in"]), Some(("log in", Form::S, 2)));
        assert_eq!(found(&["opt", "out", "of"]), Some(("opt out of", Form::Base, 3)));
        assert_eq!(found(&["be", "notified"]), Some(("be notified", Form::Base, 2)));
        assert_eq!(found(&["table"]), None);
        assert_eq!(found(&["news"]), None);
    }
}
