//! R5, equivalence classes: each named alternative once, and one that is not named.
//!
//! Up to three alternatives get a case each; more are gone through in one case, for they behave alike.
//! Refuses: lists that tell what is shown, lists of fields, open lists (a question asks for the rest).

use crate::basis::{Enumeration, LiteralKind, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, head, listed, plural, singular, slug, the};
use crate::coverage::{Found, Proposal};
use crate::test_case::{BasisId, Priority, Span, Step, Technique, TestCaseType};

/// Most alternatives that get a case of their own.
const MOST_APART: usize = 3;
/// Most alternatives that are gone through in one case.
const MOST_TOGETHER: usize = 8;

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for literal in &scene.basis.literals {
        let LiteralKind::Enumeration(list) = &literal.kind else {
            continue;
        };
        if literal.span.basis_id == BasisId::Context || !is_choice(scene, list, literal.span) {
            continue;
        }
        let classes = Classes::of(scene, list, literal.span);
        if list.open {
            let named = listed(&classes.members, "and");
            found.ask(
                format!("list/{}", slug(&classes.subject)),
                format!("Which {} are there besides {named}?", plural(&classes.subject)),
                Some(literal.span),
            );
        }
        classes.propose(scene, list, found);
    }
}

/// Whether a choice within the place gets its classes.
pub(super) fn handles(scene: &Scene<'_>, place: Span) -> bool {
    scene.basis.literals.iter().any(|literal| {
        let inside = place.basis_id == literal.span.basis_id
            && place.start <= literal.span.start
            && literal.span.end <= place.end;
        inside && matches!(&literal.kind, LiteralKind::Enumeration(list) if is_choice(scene, list, literal.span))
    })
}

/// What a file type means here: a format to choose where a file is handed out.
fn is_handed_out(scene: &Scene<'_>) -> bool {
    scene.class() == VerbClass::Download
}

struct Classes {
    subject: String,
    members: Vec<String>,
    span: Span,
    files: bool,
}

impl Classes {
    fn of(scene: &Scene<'_>, list: &Enumeration, span: Span) -> Self {
        let named_files = is_files(list);
        let files = named_files && !is_handed_out(scene);
        let members = list.members.iter().map(|member| name(&member.text, files)).collect();
        let said = bare(&list.subject);
        let subject = if files {
            "file type".to_owned()
        } else if named_files {
            "format".to_owned()
        } else if said.is_empty() {
            singular(
                &subject_before(scene, span)
                    .or_else(|| told_subject(scene, span))
                    .unwrap_or_else(|| "option".to_owned()),
            )
        } else {
            singular(said)
        };
        Self {
            subject,
            members,
            span,
            files,
        }
    }

    fn propose(&self, scene: &Scene<'_>, list: &Enumeration, found: &mut Found) {
        if self.members.len() <= MOST_APART {
            for (index, member) in self.members.iter().enumerate() {
                let span = list.members.get(index).map_or(self.span, |member| member.span);
                found.propose(self.one(scene, member, span));
            }
        } else {
            found.propose(self.all(scene, list));
        }
        if !list.open {
            found.propose(self.other(scene));
        }
    }

    fn step(&self, member: &str) -> Step {
        if self.files {
            Step::new(format!("Choose {} file.", a(member))).with_data(member)
        } else {
            Step::new(format!("Choose {member} as the {}.", self.subject)).with_data(member)
        }
    }

    fn one(&self, scene: &Scene<'_>, member: &str, span: Span) -> Proposal {
        let (title, expected) = if self.files {
            (format!("{} file is accepted", capitalised(&a(member))), scene.success())
        } else if scene.class() == VerbClass::Filter {
            let many = scene.many();
            (
                format!("Only {many} with the {} {member} are listed", self.subject),
                format!(
                    "Every {} with the {} {member} is listed; no other {} is",
                    scene.one(),
                    self.subject,
                    scene.one()
                ),
            )
        } else {
            (
                format!("{} is accepted as the {}", capitalised(member), self.subject),
                self.taken(scene, member),
            )
        };
        let mut item = self
            .item(
                format!("{member} as the {}", self.subject),
                slug(member),
                TestCaseType::Positive,
            )
            .titled(title)
            .because(format!(
                "{} is one of the named {}",
                capitalised(member),
                plural(&self.subject)
            ))
            .priority(scene.risk().lower())
            .givens(
                scene
                    .start()
                    .into_iter()
                    .filter(|given| !given.starts_with("At least two")),
            );
        if scene.class() == VerbClass::Filter {
            item = item.given(format!(
                "{} of every {} exist",
                capitalised(&scene.many()),
                self.subject
            ));
        }
        item.steps(scene.perform(vec![self.step(member)]))
            .expect(expected)
            .stated(member, span)
    }

    fn taken(&self, scene: &Scene<'_>, member: &str) -> String {
        match scene.class() {
            VerbClass::Create | VerbClass::Manage | VerbClass::Update | VerbClass::Configure => {
                format!(
                    "{} is shown with {member} as the {}",
                    capitalised(&the(&scene.one())),
                    self.subject
                )
            }
            _ => scene.success(),
        }
    }

    fn all(&self, scene: &Scene<'_>, list: &Enumeration) -> Proposal {
        let filter = scene.class() == VerbClass::Filter;
        let mut item = self
            .item(
                format!("every named {}", self.subject),
                "all".to_owned(),
                TestCaseType::Positive,
            )
            .titled(format!("Every named {} can be chosen", self.subject))
            .because(format!(
                "Each of the {} {} must work",
                self.members.len(),
                plural(&self.subject)
            ))
            .priority(scene.risk().lower())
            .givens(
                scene
                    .start()
                    .into_iter()
                    .filter(|given| !given.starts_with("At least two")),
            )
            .value(
                self.members.len().to_string(),
                crate::test_case::ValueOrigin::Computed,
                "the number of names in the list",
                Some(self.span),
            );
        if filter {
            item = item.given(format!(
                "{} of every {} exist",
                capitalised(&scene.many()),
                self.subject
            ));
        }
        item = item.step(scene.open());
        for (member, phrase) in self.members.iter().zip(&list.members).take(MOST_TOGETHER) {
            let seen = if filter {
                format!("Only {} with the {} {member} are listed.", scene.many(), self.subject)
            } else {
                format!("{} is shown as the {}.", capitalised(member), self.subject)
            };
            item = item
                .step(self.step(member).expecting(seen))
                .stated(member.clone(), phrase.span);
        }
        item.expect(format!(
            "Each of the {} {} was offered and took effect",
            self.members.len(),
            plural(&self.subject)
        ))
    }

    /// One class that is not named: refused where it can be entered, not offered where it is chosen.
    fn other(&self, scene: &Scene<'_>) -> Proposal {
        if self.files {
            let other = ["GIF", "TXT", "EXE"]
                .into_iter()
                .find(|other| !self.members.iter().any(|member| member.eq_ignore_ascii_case(other)));
            let other = other.unwrap_or("EXE");
            let named = listed(&self.members, "or");
            return self
                .item(
                    format!("{} file, which is not of a named type", a(other)),
                    "other".to_owned(),
                    TestCaseType::Negative,
                )
                .titled(format!("{} file is refused", capitalised(&a(other))))
                .because("A type that is not named must not come in")
                .priority(scene.risk())
                .givens(scene.start())
                .steps(scene.perform(vec![self.step(other)]))
                .seen(format!("A message says that the file must be {named}"))
                .expect(format!("The {other} file is refused; {}", scene.unchanged()))
                .sample(other, format!("a file type other than {named}"));
        }
        let named = listed(&self.members, "and");
        self.item(
            format!("{} that are not named", plural(&self.subject)),
            "only these".to_owned(),
            TestCaseType::EdgeCase,
        )
        .titled(format!("No other {} is offered", self.subject))
        .because("What is not named must not be chosen by mistake")
        .priority(Priority::Low)
        .givens(scene.start())
        .step(scene.open())
        .act(format!("Open the choice of {}", plural(&self.subject)))
        .expect(format!("The choice offers exactly {named}, each once"))
        .stated(named.clone(), self.span)
    }

    fn item(&self, condition: String, key: String, case_type: TestCaseType) -> Proposal {
        Proposal::new(
            format!("class/{}/{key}", slug(&self.subject)),
            condition,
            Technique::EquivalencePartitioning,
            case_type,
            self.span,
        )
    }
}

/// `PNG file` → `PNG`.
fn name(member: &str, files: bool) -> String {
    let member = bare(member.trim());
    if files {
        member.split(' ').next().unwrap_or(member).to_uppercase()
    } else {
        member.to_owned()
    }
}

const FILE_TYPES: [&str; 26] = [
    "pdf", "png", "jpg", "jpeg", "gif", "csv", "xlsx", "xls", "doc", "docx", "txt", "xml", "json", "zip", "svg", "mp3",
    "mp4", "webp", "heic", "tiff", "html", "ppt", "pptx", "odt", "wav", "avi",
];

fn is_files(list: &Enumeration) -> bool {
    !list.members.is_empty()
        && list
            .members
            .iter()
            .all(|member| FILE_TYPES.contains(&name(&member.text, true).to_lowercase().as_str()))
}

/// Whether one of the members is chosen; a list of what is shown, of fields or of persons is none.
fn is_choice(scene: &Scene<'_>, list: &Enumeration, span: Span) -> bool {
    if list.members.len() < 2 || list.members.iter().any(|member| member.text.split(' ').count() > 4) {
        return false;
    }
    let files = is_files(list);
    if files {
        // Uploads of files are looked after in this family, exports by choosing a format.
        return true;
    }
    let text = scene.basis.text(span.basis_id).to_lowercase();
    let before = text.get(..span.start).unwrap_or("");
    let shown = [
        "show",
        "display",
        "contain",
        "include",
        "consist",
        "list",
        " see ",
        "view",
        "with its",
        "with their",
        "require",
        "without",
    ];
    let field = |member: &str| {
        scene.basis.literals.iter().any(
            |literal| matches!(&literal.kind, LiteralKind::Field { name, .. } if name.eq_ignore_ascii_case(member)),
        )
    };
    let words = scene.basis.words(span).to_lowercase();
    let named = [
        "accepted",
        "supported",
        "available",
        "allowed",
        "possible",
        "following",
        "one of",
    ]
    .iter()
    .any(|word| text.contains(word));
    let alternatives =
        named || words.contains(" or ") || before.trim_end().ends_with([':', '(']) || !list.subject.is_empty();
    let person = list
        .members
        .iter()
        .any(|member| super::criteria::is_person(&member.text));
    alternatives
        && !person
        && !shown
            .iter()
            .any(|word| before.rsplit(['.', ',']).next().unwrap_or(before).contains(word))
        && !list
            .members
            .iter()
            .any(|member| field(&member.text) || super::ordinary::field_sample(&member.text).is_some())
}

/// `Accepted cards are Visa and Mastercard` → `card`.
fn told_subject(scene: &Scene<'_>, span: Span) -> Option<String> {
    let criterion = scene.basis.criteria.iter().find(|criterion| {
        let place = criterion.statement.span;
        place.basis_id == span.basis_id && place.start <= span.start && span.end <= place.end
    })?;
    let clause = Clause::read(&criterion.statement.text).filter(|clause| clause.base == "be")?;
    let noun = head(&clause.subject).to_lowercase();
    (!noun.is_empty()).then_some(noun)
}

/// `by status (new, paid)` → `status`.
fn subject_before(scene: &Scene<'_>, span: Span) -> Option<String> {
    let text = scene.basis.text(span.basis_id);
    let before = text.get(..span.start)?.trim_end().strip_suffix(['(', ':'])?.trim_end();
    let word = before.rsplit(' ').next()?;
    word.chars().all(char::is_alphabetic).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn file_types_and_one_that_is_not_named() {
        let story = "As a citizen, I want to upload a photo as JPG or PNG so that I can renew my passport";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn many_alternatives_are_gone_through_in_one_case() {
        let story = "As a shopper, I want to filter products by size (XS, S, M, L or XL) so that they fit";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a customer, I want to see the name, price and stock of a product so that I can choose",
            "As a manager or clerk, I want to view invoices so that I can pay them",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
