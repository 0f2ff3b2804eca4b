//! The test basis as evidence reads it: its numbers, its limits, its words, and its texts to look quotations up in.
//!
//! Built once for a generation. Numbers are read from the texts themselves, not only from the literals that the basis
//! recognised, so that a number is never called invented because a parser did not understand the words around it.

use super::evidence::mentions::{self, Kind, Unit};
use super::lint::Speech;
use super::text::{Folded, Passage, Set, fold};
use crate::basis::{Dimension, TestBasis};
use crate::coverage::scene::grammar::participle;
use crate::test_case::{BasisId, Span};
use rust_decimal::Decimal;

/// A number that the basis states, or that follows from one.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    /// The number.
    pub(crate) value: Decimal,
    /// What it counts or measures.
    pub(crate) unit: Unit,
    /// Stems of what it counts; empty if it is not said.
    pub(crate) nouns: Set,
    /// The words that state it.
    pub(crate) span: Span,
    /// How it was computed; empty if it is stated.
    pub(crate) note: String,
}

/// The test basis, ready for look-ups.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ground {
    /// Numbers that are stated.
    pub(crate) stated: Vec<Fact>,
    /// Neighbours of stated limits.
    pub(crate) computed: Vec<Fact>,
    /// Stems of all content words of story and criteria.
    pub(crate) stems: Set,
    /// Stems of all words of everything, context too.
    pub(crate) all: Set,
    /// Past participles of the acts that the story asks for, such as `borrowed`: what is so was done.
    pub(crate) acts: Set,
    /// Hashes of words that tell cases apart here: states, roles and members of enumerations.
    pub(crate) telling: Set,
    /// What its language looks like.
    pub(crate) speech: Speech,
    texts: Vec<(BasisId, Folded)>,
    items: Vec<(BasisId, Set)>,
}

impl Ground {
    /// Reads a basis.
    pub(crate) fn new(basis: &TestBasis) -> Self {
        let mut ground = Self::default();
        let (mut stems, mut all) = (Vec::new(), Vec::new());
        let items = basis.items.iter().map(|item| (item.id, item.text.as_str()));
        for (id, text) in items.chain([(BasisId::Context, basis.context.as_str())]) {
            let passage = Passage::new(text);
            let content = passage
                .words
                .iter()
                .filter(|word| word.is_content())
                .map(|word| word.stem);
            all.extend(content.clone());
            if id != BasisId::Context {
                stems.extend(content.clone());
                ground.items.push((id, content.collect()));
                ground.speech.hear(&passage);
            }
            for mention in mentions::find(&passage) {
                if let Kind::Number { value, unit } = mention.kind {
                    let span = Span {
                        basis_id: id,
                        start: mention.start,
                        end: mention.end,
                    };
                    let nouns = mentions::nouns(&passage, &mention);
                    ground.stated.push(Fact {
                        value,
                        unit,
                        nouns,
                        span,
                        note: String::new(),
                    });
                }
            }
            ground.texts.push((id, Folded::new(text)));
        }
        ground.stems = stems.into_iter().collect();
        ground.all = all.into_iter().collect();
        ground.telling = telling(basis);
        ground.acts = basis
            .story
            .actions
            .iter()
            .filter_map(|action| participle(&action.verb).split(' ').next().map(super::text::lower))
            .collect();
        ground.compute_neighbours(basis);
        ground
    }

    fn compute_neighbours(&mut self, basis: &TestBasis) {
        for (limit, span) in basis.limits() {
            let words = super::text::words(&limit.unit);
            let unit = words
                .first()
                .and_then(Unit::named)
                .unwrap_or_else(|| unit_of(limit.dimension));
            let subject = super::text::words(&limit.subject);
            let nouns: Set = words.iter().chain(&subject).map(|word| word.stem).collect();
            for bound in [limit.lower, limit.upper].into_iter().flatten() {
                let fact = Fact {
                    value: bound.value,
                    unit,
                    nouns: nouns.clone(),
                    span,
                    note: String::new(),
                };
                if self.stated(bound.value, unit, &nouns).is_none() {
                    self.stated.push(fact.clone());
                }
                self.add_neighbours(&fact, limit.step);
            }
        }
        // Times and attempts that are stated without words of a limit: `is locked for 30 minutes`.
        let paced: Vec<Fact> = self
            .stated
            .iter()
            .filter(|fact| matches!(fact.unit, Unit::Time | Unit::Attempts))
            .cloned()
            .collect();
        for fact in paced {
            self.add_neighbours(&fact, Decimal::ONE);
        }
    }

    fn add_neighbours(&mut self, fact: &Fact, step: Decimal) {
        for (sign, neighbour) in [("+", fact.value.checked_add(step)), ("−", fact.value.checked_sub(step))] {
            let Some(value) = neighbour else { continue };
            let note = format!("{} {sign} {}", fact.value.normalize(), step.normalize());
            self.computed.push(Fact {
                value,
                note,
                ..fact.clone()
            });
        }
    }

    /// The place of a quotation, by folded text and as whole words.
    pub(crate) fn find(&self, quotation: &str) -> Option<Span> {
        let needle = fold(quotation);
        let needle = needle.trim();
        self.texts.iter().find_map(|(basis_id, text)| {
            let (start, end) = text.find(needle)?;
            Some(Span {
                basis_id: *basis_id,
                start,
                end,
            })
        })
    }

    /// The item of the basis whose words a case shares most, if they are enough to rest on: at least two, and a quarter
    /// of the item's.
    pub(crate) fn closest(&self, stems: &Set) -> Option<BasisId> {
        let enough = |(id, words): &(BasisId, Set)| {
            let shared = words.shared(stems);
            (shared >= 2 && shared * 4 >= words.len()).then(|| (*id, shared as f64 / words.len() as f64))
        };
        self.items
            .iter()
            .filter_map(enough)
            .max_by(|left, right| left.1.total_cmp(&right.1))
            .map(|(id, _)| id)
    }

    /// Whether the story itself uses a word.
    pub(crate) fn of_story(&self, stem: u64) -> bool {
        self.items.first().is_some_and(|(_, words)| words.contains(stem))
    }

    /// A stated number that fits the unit.
    pub(crate) fn stated(&self, value: Decimal, unit: Unit, nouns: &Set) -> Option<&Fact> {
        best(&self.stated, value, unit, nouns)
    }

    /// A neighbour of a limit that fits the unit.
    pub(crate) fn computed(&self, value: Decimal, unit: Unit, nouns: &Set) -> Option<&Fact> {
        best(&self.computed, value, unit, nouns)
    }

    /// Whether the basis states a limit or a number in this unit.
    pub(crate) fn measures(&self, unit: Unit) -> bool {
        self.stated.iter().any(|fact| fact.unit == unit)
    }
}

/// The same unit is better than one that merely may be the same. Counts must be of the same things.
fn best<'a>(facts: &'a [Fact], value: Decimal, unit: Unit, nouns: &Set) -> Option<&'a Fact> {
    let counted = |fact: &&Fact| {
        fact.unit != Unit::Count && unit != Unit::Count || fact.nouns.len() == 0 || fact.nouns.shared(nouns) > 0
    };
    let mut fitting = facts
        .iter()
        .filter(|fact| fact.value == value && unit.fits(fact.unit))
        .filter(counted);
    let first = fitting.next()?;
    if first.unit == unit {
        Some(first)
    } else {
        Some(fitting.find(|fact| fact.unit == unit).unwrap_or(first))
    }
}

fn unit_of(dimension: Dimension) -> Unit {
    match dimension {
        Dimension::Length => Unit::Length,
        Dimension::Count => Unit::Count,
        Dimension::Money => Unit::Money,
        Dimension::Duration => Unit::Time,
        Dimension::Percentage => Unit::Percent,
        Dimension::DataSize => Unit::Size,
        Dimension::Age | Dimension::Measure | Dimension::Number => Unit::Unknown,
    }
}

fn telling(basis: &TestBasis) -> Set {
    use crate::basis::LiteralKind as L;
    let mut keys = Vec::new();
    let mut add = |text: &str| {
        keys.extend(
            Passage::new(text)
                .words
                .iter()
                .filter(|word| word.is_content())
                .map(|word| word.stem),
        );
    };
    for literal in &basis.literals {
        match &literal.kind {
            L::Enumeration(list) => list.members.iter().for_each(|member| add(&member.text)),
            L::Role(role) => add(role),
            L::State { state, .. } => add(state),
            L::Transition { from, to, .. } => {
                add(from);
                add(to);
            }
            L::Field { name, .. } => add(name),
            _ => {}
        }
    }
    keys.into_iter().collect()
}
