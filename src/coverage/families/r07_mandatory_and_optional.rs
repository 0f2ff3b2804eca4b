//! R7, mandatory and optional: each required field left out singly, only the required ones given, a required text of
//! blanks; and the one entry of an act that has only one, left empty.

use super::ordinary;
use crate::basis::{LiteralKind, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, bare, capitalised, head, is_or_are, listed, slug, the};
use crate::coverage::{Found, Proposal};
use crate::test_case::{BasisId, Priority, Span, Step, Technique, TestCaseType};

/// Most required fields that are left out one by one.
const MOST: usize = 5;

struct Field {
    name: String,
    required: Option<bool>,
    span: Span,
}

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let fields = fields(scene);
    let required: Vec<&Field> = fields.iter().filter(|field| field.required == Some(true)).collect();
    for field in required.iter().take(MOST) {
        found.propose(left_out(scene, &fields, field));
    }
    if let Some(field) = required.iter().find(|field| is_text(&field.name)) {
        found.propose(blanks(scene, &fields, field));
    }
    if fields.iter().any(|field| field.required == Some(false)) {
        found.propose(only_required(scene, &fields));
    }
    if required.is_empty() {
        if fields.iter().all(|field| field.required.is_none()) && fields.len() >= 2 && is_form(scene) {
            let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
            found.ask(
                format!("required/{}", slug(&scene.one())),
                format!("Which of {} are required?", listed(&names, "and")),
                fields.first().map(|field| field.span),
            );
        }
        if scene.class() == VerbClass::Redeem && is_entered(&scene.one()) {
            found.propose(nothing(scene));
        } else if fields.is_empty() && is_form(scene) && has_whole_form(scene) {
            found.propose(empty_form(scene));
        }
    }
}

fn is_form(scene: &Scene<'_>) -> bool {
    matches!(
        scene.class(),
        VerbClass::Create | VerbClass::Register | VerbClass::Manage
    ) && !ordinary::is_booking(scene)
}

fn has_whole_form(scene: &Scene<'_>) -> bool {
    let acts = [
        "create", "add", "submit", "register", "write", "record", "manage", "sign up", "post", "send", "request",
        "file", "report",
    ];
    scene
        .action()
        .is_some_and(|action| acts.contains(&action.verb.as_str()))
        && !["item", "product", "order"].contains(&head(&scene.one()))
}

fn is_entered(noun: &str) -> bool {
    ["code", "coupon", "voucher", "number", "pin"].contains(&head(noun).to_lowercase().as_str())
}

fn is_text(name: &str) -> bool {
    ![
        "date",
        "time",
        "amount",
        "price",
        "file",
        "number",
        "password",
        "email",
        "email address",
    ]
    .contains(&head(name).to_lowercase().as_str())
}

fn fields(scene: &Scene<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for literal in &scene.basis.literals {
        let LiteralKind::Field { name, required } = &literal.kind else {
            continue;
        };
        if literal.span.basis_id == BasisId::Context {
            continue;
        }
        let name = bare(name).to_owned();
        match fields.iter_mut().find(|field| field.name == name) {
            Some(field) => {
                if required.is_some() {
                    field.required = *required;
                    field.span = literal.span;
                }
            }
            None => fields.push(Field {
                name,
                required: *required,
                span: literal.span,
            }),
        }
    }
    fields
}

/// The ordinary run with one field treated differently, or the optional ones left out.
fn run(
    scene: &Scene<'_>,
    fields: &[Field],
    changed: Option<(&Field, &str)>,
) -> (Vec<Step>, Vec<crate::test_case::Value>) {
    let mut used = Vec::new();
    let mut entries = Vec::new();
    for field in fields {
        match changed {
            Some((other, text)) if other.name == field.name => entries.push(entry(scene, &field.name, text)),
            None if field.required == Some(false) => entries.push(entry(scene, &field.name, "")),
            _ => entries.extend(ordinary::entries(scene, std::slice::from_ref(&field.name), &mut used)),
        }
    }
    if changed.is_none() && fields.iter().all(|field| field.required == Some(false)) {
        entries.insert(0, Step::new("Fill in every other field."));
    }
    if let Some((field, _)) = changed
        && fields.len() == 1
    {
        entries.insert(0, Step::new(format!("Fill in every field except the {}.", field.name)));
    }
    (scene.perform(entries), used)
}

fn entry(scene: &Scene<'_>, field: &str, text: &str) -> Step {
    if !text.is_empty() && text.trim().is_empty() {
        return Step::new(format!("Enter three blanks in the {field} field.")).with_data(text);
    }
    scene.enter(field, text)
}

fn item(scene: &Scene<'_>, field: &str, what: &str, case_type: TestCaseType, span: Span) -> Proposal {
    Proposal::new(
        format!("mandatory/{}/{}", slug(field), slug(what)),
        format!("{} {what}", the(field)),
        Technique::EquivalencePartitioning,
        case_type,
        span,
    )
    .givens(scene.start())
}

fn left_out(scene: &Scene<'_>, fields: &[Field], field: &Field) -> Proposal {
    let (steps, values) = run(scene, fields, Some((field, "")));
    let name = &field.name;
    item(scene, name, "left empty", TestCaseType::Negative, field.span)
        .titled(format!("A missing {name} is refused"))
        .because(format!("{} {} required", capitalised(&the(name)), is_or_are(name)))
        .priority(scene.risk())
        .steps(steps)
        .seen(format!("A message at the {name} field says that it is required"))
        .expect(format!(
            "The form is refused because the {name} is missing; {}",
            scene.unchanged()
        ))
        .with_values(values)
}

fn blanks(scene: &Scene<'_>, fields: &[Field], field: &Field) -> Proposal {
    let (steps, values) = run(scene, fields, Some((field, "   ")));
    let name = &field.name;
    item(scene, name, "of blanks only", TestCaseType::EdgeCase, field.span)
        .titled(format!("{} of blanks only is refused", capitalised(&a(name))))
        .because("Blanks must not pass for a required text")
        .priority(Priority::Low)
        .steps(steps)
        .seen(format!("A message at the {name} field says that it is required"))
        .expect(format!(
            "The form is refused because the {name} is missing; {}",
            scene.unchanged()
        ))
        .with_values(values)
        .sample("three", "a small number of blanks")
}

fn only_required(scene: &Scene<'_>, fields: &[Field]) -> Proposal {
    let optional: Vec<String> = fields
        .iter()
        .filter(|field| field.required == Some(false))
        .map(|field| field.name.clone())
        .collect();
    let span = fields
        .iter()
        .find(|field| field.required == Some(false))
        .map_or_else(|| scene.goal_span(), |field| field.span);
    let (steps, values) = run(scene, fields, None);
    let named = listed(&optional, "and");
    let without = format!("no {}", listed(&optional, "or"));
    item(scene, &named, "left empty", TestCaseType::EdgeCase, span)
        .titled(format!("The optional {named} can be left empty"))
        .because("What is optional must not stand in the way")
        .priority(scene.risk().lower())
        .steps(steps)
        .expect(format!("{}; it shows {without}", scene.success().trim_end_matches('.')))
        .with_values(values)
}

fn nothing(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    item(scene, &one, "left empty", TestCaseType::Negative, scene.action_span())
        .titled(format!("An empty {one} is refused"))
        .because("An act without an entry must not do anything")
        .priority(Priority::Low)
        .steps(scene.perform(vec![scene.enter(&one, "")]))
        .seen(format!("A message says that {} is missing", the(&one)))
        .expect(scene.refusal(&one, "it is empty"))
}

fn empty_form(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    let mut steps = scene.perform(vec![Step::new("Leave every field empty.")]);
    if let Some(last) = steps.last_mut() {
        last.expected = "A message names each required field.".to_owned();
    }
    Proposal::new(
        format!("mandatory/{}/empty form", slug(&one)),
        format!("{} with every field empty", a(&one)),
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled("An empty form is refused")
    .because(format!(
        "{} without any content is of no use to anybody",
        capitalised(&a(&one))
    ))
    .priority(Priority::Medium)
    .givens(scene.start())
    .steps(steps)
    .expect(format!("The form is refused; {}", scene.unchanged()))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn required_and_optional_fields() {
        let story = "As a tenant, I want to report a defect so that it gets repaired";
        insta::assert_snapshot!(given_by(
            propose,
            story,
            &["The description is required.", "The phone number is optional."]
        ));
    }

    #[test]
    fn the_one_entry_left_empty() {
        let story = "As a customer, I want to apply a discount code at checkout so that I pay less";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to view my invoices so that I can pay them",
            "As a guest, I want to book a table so that I can eat",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
