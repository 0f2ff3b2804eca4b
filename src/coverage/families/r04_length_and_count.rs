//! R4, length and count boundary: texts of exactly so many characters that a tester can copy, and so many things.

mod choice;
mod contained;
mod counted;
mod lock;

pub(super) use choice::ordinary_choice;

use super::limit_case::{self, Setup};
use super::limits::{self, Point, Rule};
use super::told_act;
use crate::basis::{Dimension, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{capitalised, head, listed, participle, plural, singular, slug, the};
use crate::coverage::{Found, values};
use crate::test_case::Step;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Longest text that is written out; a longer one is described, for nobody copies it from a test case.
const WRITTEN_OUT: usize = 300;

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let lengths = limits::rules(scene, &[Dimension::Length]);
    for rule in lengths.iter().cloned() {
        let act = told_act::of(scene, rule.span);
        let focused = act.as_ref().map(|action| scene.focus_on(action));
        let scene = focused.as_ref().unwrap_or(scene);
        for point in limits::points(scene, &rule.limit) {
            if !rule.is_said || limits::subject(scene, &rule.limit).is_empty() {
                found.propose(limit_case::unworded(scene, &rule, &point));
                continue;
            }
            let setup = in_parts(scene, &lengths, &rule, &point).unwrap_or_else(|| length(scene, &rule, &point));
            found.propose(limit_case::case(scene, &rule, &point, setup));
        }
        if let Some(item) = act.as_ref().and_then(|action| told_act::left_out(scene, &rule, action)) {
            found.propose(item);
        }
        ask_for_longest(scene, &rule, found);
    }
    super::shown::propose(scene, found);
    super::history::propose(scene, found);
    let mut locked = false;
    for rule in limits::rules(scene, &[Dimension::Count]) {
        if is_attempts(&rule)
            && scene
                .mentions(&["password", "sign in", "log in", "login", "pin", "passcode"])
                .is_some()
        {
            lock::lock_out(scene, &rule, found);
            locked = true;
            continue;
        }
        if super::reached::is_reached(scene, rule.span) {
            continue;
        }
        for point in limits::points(scene, &rule.limit) {
            let one = singular(head(&rule.limit.unit));
            if !limits::occurs(&rule, &point) {
                continue;
            }
            if point.value.is_zero() && point.upper && accumulates(scene, &one) {
                // Nothing yet is what the case of the first one begins with.
                continue;
            }
            let value = values::of_limit(point.value, &rule.limit);
            let watched = limits::in_condition(scene, &rule, &point)
                .or_else(|| super::entitlement::watched(scene, &rule, &point, &value));
            let setup = watched.or_else(|| {
                let counted =
                    || contained::setup(scene, &lengths, &rule, &point).or_else(|| count(scene, &rule, &point));
                rule.is_said.then(counted).flatten()
            });
            found.propose(match setup {
                Some(setup) => limit_case::case(scene, &rule, &point, setup),
                None => limit_case::unworded(scene, &rule, &point),
            });
        }
    }
    if !locked {
        super::reached::propose(scene, found);
    }
}

fn ask_for_longest(scene: &Scene<'_>, rule: &Rule, found: &mut Found) {
    if rule.limit.upper.is_none() && rule.limit.lower.is_some() {
        let subject = limits::subject(scene, &rule.limit);
        found.ask(
            format!("limit/{}/length/max", slug(&subject)),
            format!(
                "How many {} may {} have at most?",
                plural(&rule.limit.unit),
                the(&subject)
            ),
            Some(rule.span),
        );
    }
}

// === Length ===

fn length(scene: &Scene<'_>, rule: &Rule, point: &Point) -> Setup {
    let subject = limits::subject(scene, &rule.limit);
    let value = values::of_limit(point.value, &rule.limit);
    let mut setup = Setup {
        key: format!("{}/length", slug(&subject)),
        thing: format!("{subject} of {value}"),
        field: subject.clone(),
        why: format!("{} is {}", the(&subject), limit_case::comparison(rule, point)),
        ..Setup::default()
    };
    let size = point.value.to_usize().unwrap_or(0);
    let Some(text) = text(&subject, &rule.limit.unit, size).filter(|_| size <= WRITTEN_OUT) else {
        if size == 0 {
            setup.entries.push(scene.enter(&subject, ""));
        } else {
            setup.entries.push(
                Step::new(format!("Enter {value} in the {subject} field."))
                    .with_data(format!("{value}, such as A repeated")),
            );
            let data = values::text_of_length(WRITTEN_OUT);
            setup.seen = limit_case::text_shown(scene, &subject, &data, &value);
        }
        return setup;
    };
    if point.inside && must_exist(scene, &subject) {
        setup
            .givens
            .push(format!("{} {text} exists and can be used", capitalised(&the(&subject))));
    }
    setup.entries.push(scene.enter(&subject, &text));
    setup.seen = limit_case::text_shown(scene, &subject, &text, &value);
    setup.values.push(values::sample(
        text,
        format!("{value}, any other text of this length will do"),
    ));
    setup
}

/// `two letters and eight digits`: a value has all parts of its length, and one of them is tried.
fn in_parts(scene: &Scene<'_>, lengths: &[Rule], rule: &Rule, point: &Point) -> Option<Setup> {
    let exact = |rule: &Rule| rule.limit.lower.is_some() && rule.limit.lower == rule.limit.upper;
    let parts: Vec<&Rule> = lengths
        .iter()
        .filter(|other| {
            other.span.basis_id == rule.span.basis_id && other.limit.subject == rule.limit.subject && exact(other)
        })
        .collect();
    if parts.len() < 2 || !exact(rule) {
        return None;
    }
    let subject = limits::subject(scene, &rule.limit);
    let (mut sample, mut said, mut stated) = (String::new(), Vec::new(), Vec::new());
    for part in &parts {
        let own = part.span == rule.span;
        let size = if own { point.value } else { part.limit.lower?.value };
        let value = values::of_limit(size, &part.limit);
        sample.push_str(&text("", &part.limit.unit, size.to_usize()?).unwrap_or_default());
        if !own {
            stated.push(values::stated(value.clone(), part.span));
        }
        said.push(value);
    }
    let value = listed(&said, "and");
    let unit = plural(&rule.limit.unit);
    let mut setup = Setup {
        key: format!("{}/{}", slug(&subject), slug(&unit)),
        thing: format!("{subject} of {value}"),
        field: subject.clone(),
        why: format!(
            "{} must have {}",
            the(&subject),
            values::of_limit(point.bound, &rule.limit)
        ),
        values: stated,
        ..Setup::default()
    };
    if point.inside && must_exist(scene, &subject) {
        setup.givens.push(format!(
            "{} {sample} exists and can be used",
            capitalised(&the(&subject))
        ));
    }
    setup.entries.push(scene.enter(&subject, &sample));
    setup
        .values
        .push(values::sample(sample, format!("{value}, any others will do")));
    Some(setup)
}

/// A text with exactly `size` of the unit; `None` for no text.
fn text(subject: &str, unit: &str, size: usize) -> Option<String> {
    if size == 0 {
        return None;
    }
    if head(subject).eq_ignore_ascii_case("password") {
        // Letters of both cases, digits and a sign, so that no other rule for passwords stands in the way.
        return Some("Ab3-dEf5hJk7Mn".chars().cycle().take(size).collect());
    }
    if head(subject).eq_ignore_ascii_case("name") {
        // Names have letters alone, and mostly nothing else is taken.
        let letters = "Annabella".chars().chain("christopher".chars().cycle());
        return Some(letters.take(size).collect());
    }
    Some(match singular(unit).as_str() {
        "digit" | "number" | "numeral" => values::digits_of_length(size),
        "word" => vec!["word"; size].join(" "),
        "letter" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ".chars().cycle().take(size).collect(),
        _ => values::text_of_length(size),
    })
}

/// Whether a text is accepted only if it is known, as codes are; then one of the right length must exist.
fn must_exist(scene: &Scene<'_>, subject: &str) -> bool {
    matches!(scene.class(), VerbClass::Redeem | VerbClass::Search)
        || ["code", "voucher", "coupon"].contains(&head(subject).to_lowercase().as_str())
            && !matches!(
                scene.class(),
                VerbClass::Create | VerbClass::Register | VerbClass::Manage | VerbClass::Configure
            )
}

// === Count ===

fn is_attempts(rule: &Rule) -> bool {
    ["attempt", "try", "retry", "time", "failure", "password", "login"]
        .contains(&singular(head(&rule.limit.unit)).as_str())
}

/// `A pitch takes up to 6 people`: whether they are entered or come one after another is not said.
fn holds(scene: &Scene<'_>, rule: &Rule) -> bool {
    const HOLDS: [&str; 9] = [
        "takes",
        "take",
        "holds",
        "hold",
        "fits",
        "fit",
        "seats",
        "accommodates",
        "accommodate",
    ];
    let before = scene
        .basis
        .text(rule.span.basis_id)
        .get(..rule.span.start)
        .unwrap_or("");
    let mut last = before.split_whitespace().rev();
    let verb = last.next().unwrap_or("").to_lowercase();
    // A patient who may hold three appointments books them one by one.
    let by_somebody = last.next().is_some_and(crate::basis::modal::is_modal);
    HOLDS.contains(&verb.as_str()) && !by_somebody
}

fn count(scene: &Scene<'_>, rule: &Rule, point: &Point) -> Option<Setup> {
    let unit = if rule.limit.unit.is_empty() {
        limits::subject(scene, &rule.limit)
    } else {
        rule.limit.unit.clone()
    };
    let units = plural(&unit);
    let one = singular(&unit);
    let value = values::with_unit(point.value, &unit, Dimension::Count);
    if holds(scene, rule) {
        return None;
    }
    let mut setup = Setup {
        key: format!("{}/count", slug(&units)),
        thing: value.clone(),
        refused: value.clone(),
        ..Setup::default()
    };
    let be = if point.bound == Decimal::ONE { "is" } else { "are" };
    setup.why = format!("{} {be} not allowed", limit_case::comparison(rule, point));
    if is_file(&one) {
        setup
            .entries
            .push(Step::new(format!("Select {value}.")).with_data(&value));
        if point.value > Decimal::ONE && scene.action().is_some_and(|action| action.verb == "review") {
            setup.seen = format!("The review is shown with all {value}");
        }
        if scene.class() == VerbClass::Upload && head(&scene.one()).eq_ignore_ascii_case(head(&one)) {
            setup.field.clone_from(&one);
            let all = if point.value == Decimal::ONE { "The " } else { "All " };
            let each = if point.value == Decimal::ONE {
                "is listed"
            } else {
                "are listed, each once"
            };
            setup.seen = format!("{all}{value} {each}").replace("The 1 ", "The ");
            let bound = values::with_unit(point.bound, &unit, Dimension::Count);
            if point.upper {
                setup.barred = format!("A message refuses {value}; no more than {bound} are listed");
            }
        }
    } else if scene.class() == VerbClass::Upload && ["row", "line", "record", "entry"].contains(&one.as_str()) {
        "file".clone_into(&mut setup.field);
        setup.thing = format!("file with {value}");
        setup.refused.clone_from(&setup.thing);
        setup
            .entries
            .push(Step::new(format!("Choose a file with {value}.")).with_data(&value));
        setup.seen = format!("All {value} of the file are listed, each once");
        setup.unchanged = format!("none of its {} is listed", units);
    } else if point.upper && added(scene, rule, point, &unit, &mut setup) {
    } else if accumulates(scene, &one) && point.upper {
        counted::accumulated(scene, point, &one, &mut setup);
        counted::kept(scene, point, &one, &mut setup);
    } else {
        let single = point.bound == Decimal::ONE && rule.limit.upper.is_some() && rule.limit.lower.is_none();
        let watched = *scene.goal() != crate::coverage::scene::Goal::Acted && !limits::is_chosen(scene, rule.span);
        // `One alert per article per day`: nobody sets how many.
        if single || watched || !limits::quantity::is_noun(&units) {
            return None;
        }
        if counted::parts(scene, rule, point, &one, &mut setup) {
            return Some(setup);
        }
        if choice::is_choosable(scene, rule, &one) {
            choice::setup(scene, point, &value, &mut setup);
            return Some(setup);
        }
        setup.entries.push(
            Step::new(format!("Set the number of {units} to {}.", values::number(point.value)))
                .with_data(values::number(point.value)),
        );
        let number = values::number(point.value);
        setup.values.push(if point.how.is_empty() {
            values::stated(number, rule.span)
        } else {
            values::computed(number, point.how.clone(), Some(rule.span))
        });
        setup.seen = limit_case::shown_again(scene, &format!("number of {units}"), &values::number(point.value));
        setup.field.clone_from(&units);
        setup.thing.clone_from(&value);
        setup.refused = setup.thing.clone();
    }
    Some(setup)
}

/// `At most 3 gift cards can be applied to one order`, `A slot takes 30 orders`: so many are there already, and one more
/// comes. Whether the statement says so.
fn added(scene: &Scene<'_>, rule: &Rule, point: &Point, unit: &str, setup: &mut Setup) -> bool {
    let text = scene.basis.text(rule.span.basis_id);
    let (before, after) = (
        text.get(..rule.span.start).unwrap_or("").trim_end(),
        text.get(rule.span.end..).unwrap_or(""),
    );
    let one = singular(unit);
    let many = |number: Decimal| values::with_unit(number, unit, Dimension::Count);
    let earlier = point.value - Decimal::ONE;
    let holds = ["takes", "holds", "carries", "seats", "fits", "accommodates"]
        .iter()
        .find_map(|verb| before.strip_suffix(verb));
    if let Some(place) = holds {
        let place = place.rsplit(['.', ';', '\n']).next().unwrap_or(place).trim();
        let place = crate::coverage::scene::grammar::bare(place);
        if !limits::quantity::is_noun(place) {
            return false;
        }
        let place = the(&limits::lowered(place));
        setup.givens.push(if earlier.is_zero() {
            format!("{} holds no {one} yet", capitalised(&place))
        } else {
            format!("{} holds exactly {}", capitalised(&place), many(earlier))
        });
        let chosen = head(&place) == head(&scene.one()) && head(&place) == "slot";
        if chosen {
            setup.run = Some(super::ordinary::Ordinary {
                givens: scene.start_signed_in(),
                steps: vec![
                    Step::new(format!("Open the choice of {}.", scene.many())),
                    Step::new("Choose this slot."),
                    Step::new("Confirm the choice."),
                ],
                ..super::ordinary::Ordinary::default()
            });
            setup.seen = format!(
                "{} is shown as chosen and holds {}",
                capitalised(&place),
                many(point.value)
            );
            setup.barred = format!(
                "{} is not offered, or a message says that it is full; it still holds {}",
                capitalised(&place),
                many(earlier)
            );
        }
        setup.thing = format!("{} {one}", values::ordinal(point.value));
        setup.refused = setup.thing.clone();
    } else {
        let end = after.find(['.', ';', ',', '\n']).unwrap_or(after.len());
        let said = format!("{} {}", plural(unit), after.get(..end).unwrap_or("").trim());
        let Some(clause) = crate::coverage::scene::clause::Clause::read(&said) else {
            return false;
        };
        let Some(verb) = clause
            .done()
            .filter(|_| !clause.negative && clause.subject == plural(unit))
        else {
            return false;
        };
        let tail = clause
            .rest
            .split_once(' ')
            .map_or(String::new(), |(_, tail)| format!(" {tail}"));
        let (done, units) = (participle(&verb), plural(unit));
        let had = if earlier == Decimal::ONE { "has" } else { "have" };
        setup.givens.push(if earlier.is_zero() {
            format!("No {one} has been {done}{tail} yet")
        } else {
            format!("{} {had} been {done}{tail} already", many(earlier))
        });
        setup.thing = format!("{} {one}", values::ordinal(point.value));
        setup.refused = setup.thing.clone();
        setup.unchanged = format!("only {} {done}{tail}", {
            let be = if point.bound == Decimal::ONE { "is" } else { "are" };
            format!("{} {be}", many(point.bound))
        });
        let step = Step::new(format!("{} another {one}{tail}.", capitalised(&verb)));
        let open = scene.open();
        setup.run = Some(super::ordinary::Ordinary {
            givens: scene.start_signed_in(),
            steps: vec![open, step],
            ..super::ordinary::Ordinary::default()
        });
        let be = if point.value == Decimal::ONE { "is" } else { "are" };
        setup.seen = format!("{} {units} {be} shown as {done}{tail}", values::number(point.value))
            .replace(&format!("1 {units}"), &format!("1 {one}"));
    }
    counted::one_more(point, earlier, setup);
    true
}

fn is_file(unit: &str) -> bool {
    [
        "file",
        "image",
        "photo",
        "picture",
        "document",
        "attachment",
        "receipt",
        "scan",
    ]
    .contains(&head(unit).to_lowercase().as_str())
}

/// Whether the limited thing is what the act makes one more of: `borrow up to 5 books`.
fn accumulates(scene: &Scene<'_>, unit: &str) -> bool {
    if ["attempt", "try", "go", "chance"].contains(&unit) {
        return true;
    }
    let acts = [
        VerbClass::Create,
        VerbClass::Other,
        VerbClass::Manage,
        VerbClass::Register,
        VerbClass::Redeem,
        VerbClass::Share,
        VerbClass::Upload,
    ];
    acts.contains(&scene.class()) && head(&scene.one()).eq_ignore_ascii_case(head(unit))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn a_code_of_so_many_characters() {
        let story =
            "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn one_more_of_what_the_act_makes() {
        let story = "As a member, I want to borrow up to 5 books so that I can read at home";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn attempts_that_lock() {
        let story = "As a user, I want to log in with my password so that I see my data";
        insta::assert_snapshot!(given_by(
            propose,
            story,
            &["After 5 failed attempts the account is locked."]
        ));
    }

    #[test]
    fn a_length_in_parts_has_all_of_them() {
        let story = "As a driver, I want to register a fine so that I can object to it";
        let given = given_by(propose, story, &["Reference: two letters and eight digits"]);
        for sample in ["AB12345678", "A12345678", "ABC12345678", "AB1234567", "AB123456789"] {
            assert!(
                given.contains(&format!(" {sample} in the reference field")),
                "{sample}\n{given}"
            );
        }
    }

    #[test]
    fn kinds_of_characters_stand_in_a_text() {
        let story = "As a customer, I want to set a new password so that nobody else gets in";
        let given = given_by(
            propose,
            story,
            &["Password: 12 to 64 characters, at least one letter and one digit"],
        );
        for line in [
            "# A password with 0 letters is refused",
            "Enter 5-7-3-5-7-3- in the password field",
            "# A password with 1 digit is accepted",
            "Enter 5Qw-er-Qw-er in the password field",
        ] {
            assert!(given.contains(line), "{line}\n{given}");
        }
        assert!(!given.contains("Set the number of"), "{given}");
    }

    #[test]
    fn so_many_attempts_are_allowed() {
        let story = "As a student, I want to take a quiz so that I know what I learned";
        let given = given_by(propose, story, &["2 attempts, the better one counts."]);
        for line in [
            "# A 2nd attempt is accepted",
            "# A 3rd attempt is refused",
            "has already used 2 attempts",
        ] {
            assert!(given.contains(line), "{line}\n{given}");
        }
    }

    #[test]
    fn a_lower_end_alone_asks_for_the_upper_one() {
        let story = "As a user, I want to register with a password of at least 8 characters so that I am safe";
        assert!(given_by(propose, story, &[]).contains("? limit/password/length/max"));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        let story = "As a customer, I want to apply a discount code at checkout so that I pay less";
        assert_eq!(keys(propose, story), Vec::<String>::new());
    }
}
