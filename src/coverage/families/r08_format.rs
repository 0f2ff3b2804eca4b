//! R8, format: data with a grammar, once well formed in an unusual way and once broken in each way that people break it.
//!
//! Samples are safe to type anywhere: reserved domains and numbers, test cards and the account number that the standard
//! itself prints. Refuses: formats that are only spoken of, such as a message sent `by email`.

use super::ordinary;
use crate::basis::{Format, LiteralKind, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, capitalised, slug, the};
use crate::coverage::{Found, Proposal};
use crate::test_case::{BasisId, Priority, Span, Technique, TestCaseType};

/// A way to write a value of a format.
struct Sample {
    /// What is special about it, after the noun: `without @`.
    what: &'static str,
    text: &'static str,
    valid: bool,
}

const fn good(what: &'static str, text: &'static str) -> Sample {
    Sample {
        what,
        text,
        valid: true,
    }
}

const fn bad(what: &'static str, text: &'static str) -> Sample {
    Sample {
        what,
        text,
        valid: false,
    }
}

static EMAIL: &[Sample] = &[
    bad("without an @ sign", "anna.example.com"),
    bad("without a domain", "anna@"),
    good("with a plus sign and a subdomain", "anna+test@mail.example.com"),
];
static PHONE: &[Sample] = &[
    bad("with a letter", "+1 202-555-01A3"),
    good("with country code, blanks and hyphens", "+1 202-555-0143"),
];
static URL: &[Sample] = &[
    bad("without a domain", "https://"),
    bad("with a scheme that runs a script", "javascript:alert(1)"),
    good("with port, path and query", "https://www.example.com:8443/a/b?c=d&e=f"),
];
static IBAN: &[Sample] = &[
    bad("with a wrong check digit", "GB83 WEST 1234 5698 7654 32"),
    bad("with one character too few", "GB82 WEST 1234 5698 7654 3"),
    good("written without blanks", "GB82WEST12345698765432"),
];
static CARD: &[Sample] = &[
    bad("with a wrong check digit", "4111 1111 1111 1112"),
    bad("with one digit too few", "4111 1111 1111 111"),
    good("written without blanks", "4111111111111111"),
];
static DATE: &[Sample] = &[
    bad("that no calendar has", "31 February"),
    good("of a leap day", "29 February 2028"),
];

/// The noun of a format and its samples; formats whose grammar only the author knows have none.
fn grammar_of(format: Format) -> Option<(&'static str, &'static [Sample])> {
    match format {
        Format::Email => Some(("email address", EMAIL)),
        Format::Phone => Some(("phone number", PHONE)),
        Format::Url => Some(("web address", URL)),
        Format::Iban => Some(("IBAN", IBAN)),
        Format::CardNumber => Some(("card number", CARD)),
        Format::Date => Some(("date", DATE)),
        Format::Postcode | Format::Password | Format::Pin | Format::Username => None,
    }
}

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    if let Some(interface) = ordinary::interface(scene) {
        found.propose(cut_request(scene, &interface));
    }
    let mut seen: Vec<Format> = Vec::new();
    for literal in &scene.basis.literals {
        let LiteralKind::Format(format) = literal.kind else {
            continue;
        };
        if literal.span.basis_id == BasisId::Context || seen.contains(&format) {
            continue;
        }
        if !is_entered(scene, literal.span, format) {
            continue;
        }
        seen.push(format);
        if let Some((noun, samples)) = grammar_of(format) {
            for sample in samples {
                found.propose(case(scene, noun, sample, literal.span));
            }
        } else if format == Format::Postcode {
            found.ask(
                "format/postcode",
                "Postal codes of which countries are accepted?",
                Some(literal.span),
            );
        }
    }
}

/// A request whose body ends in the middle.
fn cut_request(scene: &Scene<'_>, interface: &str) -> Proposal {
    Proposal::new(
        "format/request/cut",
        format!("a request to the {interface} whose body ends in the middle"),
        Technique::Syntax,
        TestCaseType::Negative,
        scene.goal_span(),
    )
    .titled("A request whose body ends in the middle is refused")
    .because("What is not whole must not be worked on")
    .priority(scene.risk())
    .given(format!("A request that the {interface} answers is at hand"))
    .act("Cut the body of the request in the middle")
    .act(format!("Send the request to the {interface}"))
    .seen("The answer is an error that names the fault")
    .expect("The request is refused with an error of the caller; the next whole request is answered")
}

/// Whether somebody types it here, and it is not the channel of a message.
fn is_entered(scene: &Scene<'_>, span: Span, format: Format) -> bool {
    let text = scene.basis.text(span.basis_id).to_lowercase();
    let before = text.get(..span.start).unwrap_or("").trim_end();
    let after = text.get(span.end..).unwrap_or("").trim_start();
    let channel = [
        "by",
        "via",
        "an",
        "a",
        "per",
        "confirmation",
        "the",
        "receive",
        "send",
        "sends",
        "receives",
    ];
    let word = before.rsplit(' ').next().unwrap_or("");
    let whole = text.get(span.start..span.end).unwrap_or("").contains("address")
        || after.starts_with("address")
        || after.starts_with("field");
    if format == Format::Email
        && !whole
        && (channel.contains(&word)
            || !after.is_empty()
                && ["notification", "with", "when", "to"]
                    .iter()
                    .any(|next| after.starts_with(next)))
    {
        return false;
    }
    if text.contains("without ") && text.contains("row") {
        return false;
    }
    if ["reset", "verification", "confirmation", "payment", "download"].contains(&word) && format == Format::Url {
        return false;
    }
    let acts = [
        VerbClass::Create,
        VerbClass::Register,
        VerbClass::Update,
        VerbClass::Manage,
        VerbClass::Share,
        VerbClass::Pay,
        VerbClass::Configure,
        VerbClass::Authenticate,
        VerbClass::Notify,
        VerbClass::Other,
    ];
    scene.has_class(&acts) && (format != Format::Date || text.contains("enter"))
}

fn case(scene: &Scene<'_>, noun: &str, sample: &Sample, span: Span) -> Proposal {
    let thing = format!("{noun} {}", sample.what);
    let mut run = ordinary::with(scene, noun, vec![scene.enter(noun, sample.text)], sample.valid);
    let resets = run
        .steps
        .iter()
        .any(|step| step.action.starts_with("Request a new password"));
    if resets && sample.valid {
        // Who asks for a new password is known by this address, and gets the link there.
        run.givens.retain(|given| !given.starts_with("An account "));
        let account = format!(
            "An account of the {} exists with the {noun} {}.",
            scene.actor(),
            sample.text
        );
        run.givens.insert(0, account);
    }
    let item = Proposal::new(
        format!("format/{}/{}", slug(noun), slug(sample.what)),
        a(&thing),
        Technique::Syntax,
        if sample.valid {
            TestCaseType::EdgeCase
        } else {
            TestCaseType::Negative
        },
        span,
    )
    .givens(run.givens)
    .steps(run.steps)
    .with_values(run.values)
    .sample(sample.text, thing.clone());
    if sample.valid {
        return item
            .titled(format!("{} is accepted", capitalised(&a(&thing))))
            .because("Unusual but well formed: people have such ones")
            .priority(Priority::Low)
            .expect(run.expected);
    }
    item.titled(format!("{} is refused", capitalised(&a(&thing))))
        .because("What is not well formed cannot be used later")
        .priority(Priority::Medium)
        .seen(format!(
            "A message at the {noun} field says that {} is not well formed",
            the(noun)
        ))
        .expect(if resets {
            format!("The {noun} is refused; no reset link is sent")
        } else {
            format!("The {noun} is refused; {}", scene.unchanged())
        })
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn an_email_address_that_is_typed() {
        let story =
            "As a visitor, I want to subscribe to the newsletter with my email address so that I hear of offers";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to receive an email when my order ships so that I know",
            "As a clerk, I want to view the email address of a customer so that I can write to them",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
