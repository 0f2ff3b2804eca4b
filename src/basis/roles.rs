//! Roles that are named besides the story's own: who else acts, or must not.

use super::text::Text;
use super::{Literal, LiteralKind, TestBasis};

const ROLES: &[&str] = &[
    "admin",
    "administrator",
    "manager",
    "supervisor",
    "moderator",
    "editor",
    "owner",
    "agent",
    "guest",
    "visitor",
    "customer",
    "seller",
    "buyer",
    "teacher",
    "student",
    "doctor",
    "nurse",
    "patient",
    "driver",
    "employee",
    "member",
    "host",
    "auditor",
    "accountant",
    "operator",
    "reviewer",
    "approver",
    "author",
    "reader",
    "tenant",
    "landlord",
    "courier",
    "support agent",
    "shop owner",
    "team lead",
    "parent",
    "pharmacist",
    "librarian",
    "cashier",
    "organiser",
    "organizer",
    "recruiter",
];

/// Adds a literal for every such role in story and criteria, in the order of the text.
pub(super) fn read(basis: &mut TestBasis) {
    let own = basis
        .story
        .role
        .as_ref()
        .map_or_else(String::new, |role| role.text.to_lowercase());
    let mut found = Vec::new();
    for item in &basis.items {
        let text = Text::new(item.id, &item.text);
        let mut at = 0;
        while at < text.tokens.len() {
            at += one(&text, at, &own, &mut found).max(1);
        }
    }
    // In `import customers` they are what is worked on.
    let objects: Vec<String> = basis
        .story
        .actions
        .iter()
        .map(|action| action.object.to_lowercase())
        .collect();
    found.retain(|literal: &Literal| {
        literal.span.basis_id != crate::test_case::BasisId::Story || !objects.contains(&literal.text.to_lowercase())
    });
    if found.is_empty() {
        return;
    }
    basis.literals.extend(found);
    basis.literals.sort_by_key(|literal| {
        (
            literal.span.basis_id == crate::test_case::BasisId::Context,
            literal.span.basis_id,
            literal.span.start,
        )
    });
}

/// Reads the role at a token; gives how many tokens it takes, 0 for none.
fn one(text: &Text<'_>, at: usize, own: &str, found: &mut Vec<Literal>) -> usize {
    let Some((role, length)) = ROLES
        .iter()
        .map(|role| (*role, matched(text, at, role)))
        .filter(|(_, length)| *length > 0)
        .max_by_key(|(_, length)| *length)
    else {
        return 0;
    };
    let quoted = text.tokens.get(at).is_some_and(|token| token.quoted);
    let counted =
        at > 0 && (text.is_number(at - 1) || text.low(at - 1) == "of" && text.low(at.wrapping_sub(2)) == "number");
    let same = own
        .split_whitespace()
        .any(|word| word.strip_suffix('s').unwrap_or(word) == role)
        || own.contains(role);
    // In `customer account` the word describes a thing.
    let describes = text.is_word(at + length) && !follows_role(text.low(at + length));
    if quoted || counted || same || describes {
        return length;
    }
    let range = at..at + length;
    found.push(Literal {
        span: text.span(&range),
        text: text.words(&range).to_owned(),
        kind: LiteralKind::Role(role.to_owned()),
    });
    length
}

fn matched(text: &Text<'_>, at: usize, role: &str) -> usize {
    if text.low(at).as_bytes().first() != role.as_bytes().first() {
        return 0;
    }
    let count = role.split(' ').count();
    let fits = role.split(' ').enumerate().all(|(n, word)| {
        let low = text.low(at + n);
        low == word || n + 1 == count && low.strip_suffix('s') == Some(word)
    });
    if fits { count } else { 0 }
}

/// Words that may follow a role that acts or is acted for.
fn follows_role(word: &str) -> bool {
    super::modal::is_modal(word)
        || matches!(
            word,
            "is" | "are"
                | "has"
                | "have"
                | "and"
                | "or"
                | "who"
                | "to"
                | "when"
                | "if"
                | "with"
                | "for"
                | "by"
                | "in"
                | "on"
                | "at"
                | "from"
                | "of"
                | "so"
                | "that"
                | "was"
                | "does"
                | "do"
                | "then"
                | "before"
                | "after"
                | "without"
                | "as"
                | "only"
                | "about"
                | "also"
                | "not"
                | "gets"
                | "via"
                | "because"
        )
        || word.ends_with("es")
        || word.ends_with("ves")
}
