//! R27 Locale and text: names, free text, languages.
//!
//! Gives: a name with accents and an apostrophe, a text with an emoji and another script, a language that is switched.
//!
//! Refuses: stories in which nobody enters or sees such a text. Never more than medium.

use crate::basis::{LiteralKind, VerbClass};
use crate::coverage::scene::grammar::{a, capitalised, head};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Span, Step, Technique, TestCaseType};

const NAME: &str = "Zoë O'Brien-Łukasz";
const TEXT: &str = "Très bien 👍 مرحبا";

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let writes = [
        VerbClass::Create,
        VerbClass::Update,
        VerbClass::Register,
        VerbClass::Manage,
    ];
    if let Some(scene) = scene.focus(&writes) {
        if let Some(span) = person_name(&scene) {
            found.propose(name(&scene, span));
        } else if is_free_text(&scene.one()) {
            found.propose(free_text(&scene));
        }
    }
    if let Some(scene) = scene
        .focus(&[VerbClass::Configure, VerbClass::Update, VerbClass::Other])
        .filter(|scene| head(&scene.one()) == "language")
    {
        found.propose(language(&scene));
    }
}

/// A field for the name of a person.
fn person_name(scene: &Scene<'_>) -> Option<Span> {
    let field = scene.basis.literals.iter().find_map(|literal| match &literal.kind {
        LiteralKind::Field { name, .. }
            if ["name", "full name", "first name", "last name", "surname", "family name"].contains(&name.as_str()) =>
        {
            Some(literal.span)
        }
        _ => None,
    });
    field.or_else(|| {
        scene.mentions(&[
            "my name",
            "full name",
            "first name",
            "last name",
            "surname",
            "name and address",
        ])
    })
}

/// Text that people write as they speak.
pub(super) fn is_free_text(one: &str) -> bool {
    const TEXTS: [&str; 14] = [
        "comment",
        "review",
        "message",
        "post",
        "feedback",
        "note",
        "question",
        "answer",
        "announcement",
        "complaint",
        "reply",
        "testimonial",
        "description",
        "bio",
    ];
    TEXTS.contains(&head(&one.to_lowercase()))
}

fn name(scene: &Scene<'_>, span: Span) -> Proposal {
    let class = scene.class();
    Proposal::new(
        "edge/name/accents",
        "a name with accents, an apostrophe and a hyphen",
        Technique::EquivalencePartitioning,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .also(span)
    .titled("A name with accents is kept letter by letter")
    .because("A person whose name is mangled is not served")
    .priority(Priority::Low)
    .givens(scene.start_as(class))
    .steps(scene.perform(vec![scene.enter("name", NAME), Step::new("Fill in the other fields.")]))
    .expect(format!(
        "The name is accepted; wherever it is shown afterwards, it reads {NAME}"
    ))
    .sample(NAME, "name with accents, an apostrophe and a hyphen")
}

fn free_text(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    Proposal::new(
        format!("edge/{one}/emoji"),
        "a text with an accent, an emoji and a word from right to left",
        Technique::EquivalencePartitioning,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "{} with an emoji is shown as it was written",
        capitalised(&a(&one))
    ))
    .because("People write in their own script and with emoji")
    .priority(Priority::Low)
    .givens(scene.start())
    .givens(scene.surroundings())
    .steps(scene.perform(vec![
        Step::new(format!("Enter the text from the data as the {one}.")).with_data(TEXT),
    ]))
    .expect(format!(
        "The {one} reads the same as the text from the data, with no sign replaced or missing"
    ))
    .sample(TEXT, "text with an accent, an emoji and Arabic letters")
}

fn language(scene: &Scene<'_>) -> Proposal {
    Proposal::new(
        "edge/language/left over",
        "texts after the language was changed",
        Technique::ChecklistBased,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled("No text stays in the old language after the change")
    .because("Menus, messages and dates are easily forgotten in a translation")
    .priority(Priority::Medium)
    .givens(scene.start())
    .act("Choose another language")
    .act("Open each entry of the menu")
    .seen("Every text is in the chosen language")
    .act("Leave a required field of a form empty")
    .act("Submit the form")
    .expect("The message is in the chosen language as well; dates and numbers are written as is usual in it")
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn free_text() {
        let story = "As a reader, I want to post a comment on an article so that I can share my opinion";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn name() {
        let story = "As a visitor, I want to register with my full name and email address so that I can order";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn language() {
        let story = "As a user, I want to change the language of the app so that I understand it";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to delete a comment so that nobody reads it",
            "As an admin, I want to create a price list so that prices are the same everywhere",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
