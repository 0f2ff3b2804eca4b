//! Story → test basis: what was said, taken apart, with the place of every part in the text.
//!
//! Pure and deterministic: the same story gives the same basis, with no model, in well under two milliseconds. Rules
//! read English only; of a story in another language the basis keeps the items and nothing that needs reading.
//!
//! What it refuses: to guess. A part that is not in the text is `None`, and what only the author can say becomes a
//! [`Question`] (asked here for the story itself, and by rule families for what they need).

mod text;
mod quotes;
mod verbs;
mod action;
mod parse;
mod criteria;
mod inline;
mod literal;
mod literals;
mod glossary;
mod language;
pub mod modal;
mod check;
mod roles;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod expectations;

pub use literal::{Bound, Dimension, Enumeration, Format, Limit, Literal, LiteralKind, Quantity};

use crate::story::UserStory;
use crate::test_case::{BasisId, Finding, Span};
use language::Reading;
use text::Text;

/// The test basis: the story and its criteria with stable ids, and everything that was found in them.
#[derive(Clone, Debug, Default)]
pub struct TestBasis {
    /// `STORY` first, then `AC-1`, `AC-2`, …, with their texts as given (trimmed).
    pub items: Vec<BasisItem>,
    /// Glossary and domain notes as given (trimmed), what spans in `CONTEXT` point into.
    pub context: String,
    /// Whether the rules can read it.
    pub language: Language,
    /// The story, taken apart.
    pub story: StoryParts,
    /// The criteria, taken apart; one element for each testable statement, so that a bulleted text gives several.
    pub criteria: Vec<Criterion>,
    /// Every literal of story, criteria and context, in the order of the text.
    pub literals: Vec<Literal>,
    /// Terms that the context defines.
    pub glossary: Vec<Term>,
    /// Faults of the story itself.
    pub findings: Vec<Finding>,
    /// What only the author can say about the story itself.
    pub questions: Vec<Question>,
}

/// A story or a criterion, as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasisItem {
    /// `STORY`, `AC-1`, …
    pub id: BasisId,
    /// Its text as given (trimmed).
    pub text: String,
}

/// Whether the rules can read the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, as far as function words and script tell.
    #[default]
    English,
    /// Something else; nothing is read from it.
    Other,
}

/// Words of the basis, and where they stand. The text is as given, without leading articles where it is a noun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The words.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// The story, taken apart.
#[derive(Clone, Debug, Default)]
pub struct StoryParts {
    /// The role without article: `customer`.
    pub role: Option<Phrase>,
    /// What is wanted: the goal clause without `I want to`: `apply a discount code of up to 20 characters at checkout`.
    pub goal: Option<Phrase>,
    /// The benefit without `so that`: `I pay less`.
    pub benefit: Option<Phrase>,
    /// The actions of the goal: one, or several for `create and edit invoices`.
    pub actions: Vec<Action>,
}

/// One thing that somebody does: a verb, what it is done to, and the circumstances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The verb's base form, lower case: `apply`, `log in`.
    pub verb: String,
    /// Which class of act it is.
    pub class: VerbClass,
    /// What it is done to, without article and circumstances: `discount code`. Empty for verbs without an object.
    pub object: String,
    /// Circumstances, as given: `at checkout`, `by price`, `with my email address`.
    pub circumstances: Vec<String>,
    /// Where verb, object and circumstances stand.
    pub span: Span,
}

/// Classes of acts; rule families are triggered by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VerbClass {
    /// Log in or out, sign in, authenticate, reset a password.
    Authenticate,
    /// Register, sign up, open an account.
    Register,
    /// Add, create, submit, post, write, book, order, schedule.
    Create,
    /// View, see, list, track, read, check, receive a statement.
    Read,
    /// Edit, change, update, rename, move.
    Update,
    /// Delete, remove, cancel, unsubscribe, archive.
    Delete,
    /// Manage: create, read, update and delete together.
    Manage,
    /// Search, find, look up.
    Search,
    /// Filter, sort, compare, group.
    Filter,
    /// Upload, import, attach.
    Upload,
    /// Download, export, print.
    Download,
    /// Pay, check out, buy, refund, transfer money.
    Pay,
    /// Apply or redeem a code, coupon, voucher, points.
    Redeem,
    /// Notify, be notified, receive an alert, remind.
    Notify,
    /// Approve, reject, publish, ship, assign, escalate: a change of state.
    Transition,
    /// Enable, disable, set, configure, choose a preference.
    Configure,
    /// Share, invite, send to somebody.
    Share,
    /// Calculate, convert, estimate.
    Calculate,
    /// Report, analyse, recommend, rate.
    Report,
    /// Connect, synchronise, integrate.
    Integrate,
    /// Anything else.
    Other,
}

/// One testable statement of a criterion.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// The item that it stands in: a criterion, or the story when the story's text carries criteria.
    pub basis_id: BasisId,
    /// The statement itself, without bullet or number.
    pub statement: Phrase,
    /// Given/When/Then, a conditional, a requirement (`must`, `shall`), or plain words.
    pub form: CriterionForm,
    /// States that must hold: the Given parts.
    pub given: Vec<Phrase>,
    /// Triggers: the When parts, or the condition of a conditional without its `if`.
    pub when: Vec<Phrase>,
    /// Outcomes: the Then parts, the consequence of a conditional, or the whole statement of a plain requirement.
    pub then: Vec<Phrase>,
    /// What happens otherwise: the `else`, `otherwise`, `unless` part, where stated.
    pub otherwise: Option<Phrase>,
    /// How the parts of `when` are joined.
    pub junction: Junction,
    /// Whether the statement forbids or denies: `must not`, `cannot`, `is refused`, `no more than` does not count.
    pub negative: bool,
    /// Whether it is required, recommended or allowed.
    pub modality: Modality,
    /// What is done, where a verb could be read.
    pub action: Option<Action>,
}

/// The form in which a criterion is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CriterionForm {
    /// Given … when … then.
    GivenWhenThen,
    /// If/when/unless … then.
    Conditional,
    /// Must, shall, should, can, may, is.
    Requirement,
    /// Anything else.
    Plain,
}

/// How conditions are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Junction {
    /// All of them.
    #[default]
    And,
    /// Any of them.
    Or,
}

/// How binding a statement is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Modality {
    /// Must, shall, is, will.
    #[default]
    Must,
    /// Should.
    Should,
    /// May, can, could.
    May,
}

/// A term that the context defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The term.
    pub term: String,
    /// What it means.
    pub meaning: String,
    /// Where it stands in `CONTEXT`.
    pub span: Span,
}

/// A question to the author of the story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Names what is asked, so that the same question is not asked twice: `limit/password/length/max`.
    pub key: String,
    /// The question in plain words, answerable in one sentence.
    pub text: String,
    /// What it is about.
    pub span: Option<Span>,
    /// Whether nothing can be planned until it is answered.
    pub blocks_everything: bool,
}

impl TestBasis {
    /// The text of an item; empty for an id that the basis does not have.
    #[must_use]
    pub fn text(&self, id: BasisId) -> &str {
        if id == BasisId::Context {
            return &self.context;
        }
        self.items
            .iter()
            .find(|item| item.id == id)
            .map_or("", |item| item.text.as_str())
    }

    /// The words at a place; empty for a place that the basis does not have.
    #[must_use]
    pub fn words(&self, span: Span) -> &str {
        self.text(span.basis_id).get(span.start..span.end).unwrap_or("")
    }

    /// The first action of the goal.
    #[must_use]
    pub fn main_action(&self) -> Option<&Action> {
        self.story.actions.first()
    }

    /// All limits, with the place of each.
    pub fn limits(&self) -> impl Iterator<Item = (&Limit, Span)> {
        self.literals.iter().filter_map(|literal| match &literal.kind {
            LiteralKind::Limit(limit) => Some((limit, literal.span)),
            _ => None,
        })
    }
}

/// Whether a word, in lower case, is a known verb in a finite form: `drops`, `expired`; the base form only where the noun
/// before it is plural: `orders block`.
#[must_use]
pub fn is_inflected_verb(word: &str, after_plural: bool) -> bool {
    verbs::at(&[word]).is_some_and(|verb| match verb.form {
        verbs::Form::S | verbs::Form::Past => true,
        verbs::Form::Base => after_plural,
        verbs::Form::Ing => false,
    })
}

/// Takes a story apart. Pure and total: every story gives a basis, if need be an empty one with findings.
#[must_use]
pub fn parse(story: &UserStory) -> TestBasis {
    let source = Text::new(BasisId::Story, story.text());
    let mut basis = TestBasis {
        items: vec![BasisItem {
            id: BasisId::Story,
            text: story.text().to_owned(),
        }],
        context: story.context().to_owned(),
        ..TestBasis::default()
    };
    for (index, text) in story.criteria().iter().enumerate() {
        let number = u16::try_from(index + 1).unwrap_or(u16::MAX);
        basis.items.push(BasisItem {
            id: BasisId::Criterion(number),
            text: text.clone(),
        });
    }
    basis.glossary = glossary::terms(story.context());
    match language::of(&source) {
        Reading::English => {}
        Reading::Other(name) => {
            basis.language = Language::Other;
            basis.findings.push(check::not_read(name));
            return basis;
        }
        Reading::Nothing => {
            check::unreadable(&mut basis);
            return basis;
        }
    }
    let whole = 0..source.tokens.len();
    let (told, listed) = inline::split_criteria(&source, whole);
    let (parts, _) = parse::story(&source, told.clone());
    basis.story = parts;
    basis.literals = literals::literals(&source);
    basis.criteria = inline::told_on(&source, told, &basis.story);
    if let Some(listed) = listed {
        basis.criteria.extend(criteria::criteria(&source, listed));
    }
    for item in basis.items.iter().skip(1) {
        let text = Text::new(item.id, &item.text);
        basis.criteria.extend(criteria::criteria(&text, 0..text.tokens.len()));
        basis.literals.extend(literals::literals(&text));
    }
    let context = Text::new(BasisId::Context, story.context());
    basis.literals.extend(literals::literals(&context));
    roles::read(&mut basis);
    check::check(&mut basis);
    basis
}
