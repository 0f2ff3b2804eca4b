//! Rules about words.

use super::{Case, Hits};
use crate::validation::evidence::mentions::Kind;
use crate::validation::subject::Field;
use crate::validation::text::lexicon::{
    ACTION, CONTROL, DATA, EMPTY_TITLE, ENGLISH, ENTER, FOREIGN, KNOWN_ACRONYM, NEGATION, STOP, UNNAMED, VAGUE,
};
use crate::validation::text::{Passage, Word, lower};

/// Words that leave open what is meant.
pub(super) fn ambiguous_words(case: &Case<'_>, hits: &mut Hits) {
    const PHRASES: &[&[u64]] = &[
        &[lower("as"), lower("expected")],
        &[lower("as"), lower("needed")],
        &[lower("as"), lower("appropriate")],
        &[lower("and"), lower("so"), lower("on")],
        &[lower("works"), lower("fine")],
    ];
    for (field, passage) in case.subject.fields() {
        if matches!(field, Field::Title | Field::Objective | Field::Data(_)) || super::results::is_vague(field, passage)
        {
            continue;
        }
        let word = passage
            .words
            .iter()
            .find(|word| word.is(VAGUE) && !case.ground.all.contains(word.stem) && !in_mention(case, field, word))
            .map(|word| passage.of(word));
        let phrase = PHRASES.iter().find_map(|phrase| {
            let at = passage.position(phrase)?;
            let (first, last) = (passage.words.get(at)?, passage.words.get(at + phrase.len() - 1)?);
            passage.text.get(first.start..last.end)
        });
        if let Some(words) = word.or(phrase) {
            hits.add(
                field,
                format!("“{words}” leaves open what is meant; say what a tester would see or do"),
            );
        }
    }
}

fn in_mention(case: &Case<'_>, field: Field, word: &Word) -> bool {
    case.subject.mentions.iter().any(|(other, mention)| {
        *other == field
            && mention.start <= word.start
            && word.end <= mention.end
            && matches!(mention.kind, Kind::Quoted | Kind::Label | Kind::Sample(_))
    })
}

/// Conditions and alternatives in a step or a result.
pub(super) fn conditional(case: &Case<'_>, hits: &mut Hits) {
    for (field, passage) in case.subject.fields() {
        if !matches!(field, Field::Action(_) | Field::Seen(_) | Field::Expected) {
            continue;
        }
        let found = (0..passage.words.len()).find(|&at| is_condition(case, field, passage, at));
        if let Some(word) = found.and_then(|at| passage.words.get(at)) {
            let message = format!("“{}” makes two cases of one; decide which it is", passage.of(word));
            hits.add(field, message);
        }
    }
}

fn is_condition(case: &Case<'_>, field: Field, passage: &Passage<'_>, at: usize) -> bool {
    let Some(word) = passage.words.get(at) else {
        return false;
    };
    let before = at
        .checked_sub(1)
        .and_then(|before| passage.words.get(before))
        .map_or(0, |word| word.key);
    if in_mention(case, field, word) {
        return false;
    }
    if word.key == lower("if") {
        return ![
            lower("check"),
            lower("as"),
            lower("see"),
            lower("verify"),
            lower("even"),
            lower("asks"),
            lower("asked"),
            lower("ask"),
        ]
        .contains(&before);
    }
    if [
        lower("unless"),
        lower("depending"),
        lower("optionally"),
        lower("otherwise"),
    ]
    .contains(&word.key)
    {
        return true;
    }
    word.key == lower("or") && is_alternative(case, passage, at)
}

/// `an error or a warning`: but not `one or more`, not after a negation, and not in the words of the basis.
fn is_alternative(case: &Case<'_>, passage: &Passage<'_>, at: usize) -> bool {
    const BOUNDS: &[u64] = &[
        lower("more"),
        lower("less"),
        lower("fewer"),
        lower("greater"),
        lower("later"),
        lower("earlier"),
        lower("higher"),
        lower("lower"),
        lower("longer"),
        lower("shorter"),
        lower("not"),
        lower("above"),
        lower("below"),
        lower("older"),
        lower("equal"),
    ];
    let next = passage.words.get(at + 1);
    if next.is_none_or(|word| BOUNDS.contains(&word.key)) {
        return false;
    }
    let denied = passage.words.iter().take(at).rev().take(10).any(|word| {
        word.is(NEGATION)
            || [lower("any"), lower("whether"), lower("either")].contains(&word.key) && word.key != lower("either")
    });
    if denied {
        return false;
    }
    let words = passage
        .words
        .get(at.saturating_sub(1)..(at + 2).min(passage.words.len()))
        .unwrap_or(&[]);
    let quoted = match (words.first(), words.last()) {
        (Some(first), Some(last)) => passage.text.get(first.start..last.end).unwrap_or(""),
        _ => "",
    };
    case.ground.find(quoted).is_none()
}

/// Terms that only insiders know.
pub(super) fn tacit_knowledge(case: &Case<'_>, hits: &mut Hits) {
    const PHRASES: &[&[u64]] = &[
        &[lower("as"), lower("usual")],
        &[lower("the"), lower("usual")],
        &[lower("standard"), lower("procedure")],
        &[lower("standard"), lower("process")],
        &[lower("normal"), lower("process")],
    ];
    for (field, passage) in case.subject.fields() {
        if matches!(field, Field::Data(_)) || !passage.text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            continue;
        }
        if PHRASES.iter().any(|phrase| passage.position(phrase).is_some()) {
            hits.add(field, "it counts on what insiders know; write it out");
            continue;
        }
        let term = passage
            .words
            .iter()
            .find(|word| is_unknown_acronym(case, field, passage, word));
        if let Some(word) = term {
            hits.add(
                field,
                format!(
                    "“{}” is not explained anywhere; define it in the context or write it out",
                    passage.of(word)
                ),
            );
        }
    }
}

fn is_unknown_acronym(case: &Case<'_>, field: Field, passage: &Passage<'_>, word: &Word) -> bool {
    let text = passage.of(word);
    (2..=5).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase())
        && !word.is(KNOWN_ACRONYM | STOP | NEGATION | ACTION | CONTROL)
        && !case.ground.all.contains(word.stem)
        && !in_mention(case, field, word)
        && !case.evidence.values.iter().any(|value| value.text.contains(text))
        && !passage
            .text
            .get(word.end..)
            .is_some_and(|rest| rest.starts_with(['-', '_']))
        && !passage
            .text
            .get(..word.start)
            .is_some_and(|rest| rest.ends_with(['-', '_', '\'', '"']))
}

/// A case that needs another one.
pub(super) fn depends_on_case(case: &Case<'_>, hits: &mut Hits) {
    for (field, passage) in case.subject.fields() {
        let named = passage.text.match_indices("TC-").any(|(at, _)| {
            passage
                .text
                .get(at + 3..)
                .is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()))
        });
        let told = passage.words.windows(3).any(|window| {
            let [first, second, third] = window else { return false };
            let which = [
                lower("previous"),
                lower("preceding"),
                lower("prior"),
                lower("other"),
                lower("above"),
            ]
            .contains(&first.key);
            let what = |word: &Word| {
                [
                    lower("test"),
                    lower("case"),
                    lower("tests"),
                    lower("cases"),
                    lower("scenario"),
                ]
                .contains(&word.key)
            };
            which && (what(second) && !third.is(DATA))
                || [lower("same"), lower("as")].contains(&first.key)
                    && second.key == lower("as")
                    && third.key == lower("above")
        }) || passage
            .position(&[lower("previous"), lower("test")])
            .is_some_and(|at| at + 2 == passage.words.len());
        if named || told {
            hits.add(field, "the case needs another one; write out what it needs");
        }
    }
}

/// Words where data should be.
pub(super) fn placeholder_data(case: &Case<'_>, hits: &mut Hits) {
    let named_before = case.subject.mentions.iter().any(|(field, mention)| {
        matches!(field, Field::Precondition(_))
            && matches!(mention.kind, Kind::Quoted | Kind::Sample(_) | Kind::Placeholder)
    });
    if named_before {
        return;
    }
    for (index, step) in case.subject.steps.iter().enumerate() {
        let passage = &step.action;
        if !step.data.text.is_empty() || !passage.has(ENTER) {
            continue;
        }
        let concrete = case
            .subject
            .mentions
            .iter()
            .any(|(field, mention)| *field == Field::Action(index) && !matches!(mention.kind, Kind::Label));
        let unnamed =
            passage.words.iter().enumerate().find(|(at, word)| {
                word.is(UNNAMED) && passage.words.iter().skip(at + 1).take(3).any(|word| word.is(DATA))
            });
        if let Some((_, word)) = unnamed.filter(|_| !concrete) {
            let message = format!(
                "“{} …” stands where data should; give a value that a tester can enter",
                passage.of(word)
            );
            hits.add(Field::Action(index), message);
        }
    }
}

/// A title that names no behaviour.
pub(super) fn vague_title(case: &Case<'_>, hits: &mut Hits) {
    let telling = case
        .subject
        .title
        .words
        .iter()
        .filter(|word| word.is_content() && !word.is(EMPTY_TITLE) && !word.digit);
    if telling.count() < 2 {
        hits.add(Field::Title, "the title names no behaviour; say what happens to what");
    }
}

/// A title that names two behaviours.
pub(super) fn compound_title(case: &Case<'_>, hits: &mut Hits) {
    let title = &case.subject.title;
    let begins = title.words.first().is_some_and(|word| word.is(ACTION));
    let second = (2..title.words.len()).find(|&at| {
        let and = title.words.get(at - 1).is_some_and(|word| word.key == lower("and"));
        and && title.words.get(at).is_some_and(|word| word.is(ACTION)) && !title.before(at).contains(['"', '“', '\''])
    });
    let pair = second.and_then(|at| Some((title.words.get(at - 2)?, title.words.get(at)?)));
    let Some((first, last)) = pair.filter(|_| begins) else {
        return;
    };
    let phrase = title.text.get(first.start..last.end).unwrap_or("");
    if case.ground.find(phrase).is_none() {
        hits.add(
            Field::Title,
            format!("“{phrase}” names two behaviours; make a case of each"),
        );
    }
}

/// A case in another language than the basis.
pub(super) fn language_mix(case: &Case<'_>, hits: &mut Hits) {
    let spoken = case
        .subject
        .fields()
        .filter(|(field, _)| !matches!(field, Field::Data(_)));
    let mut speech = Speech::default();
    for (_, passage) in spoken {
        speech.hear(passage);
    }
    if speech.differs_from(&case.ground.speech) {
        hits.add_named("title", "the case is in another language than the story");
    }
}

/// What function words and script tell of a language.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Speech {
    english: usize,
    foreign: usize,
    latin: usize,
    other: usize,
}

impl Speech {
    /// Counts a text.
    pub(crate) fn hear(&mut self, passage: &Passage<'_>) {
        for word in &passage.words {
            self.english += usize::from(word.is(ENGLISH) && !word.is(FOREIGN));
            self.foreign += usize::from(word.is(FOREIGN) && !word.is(ENGLISH | STOP));
            if word.digit {
                continue;
            }
            let latin = passage.of(word).chars().all(|sign| u32::from(sign) < 0x250);
            self.latin += usize::from(latin);
            self.other += usize::from(!latin);
        }
    }

    fn differs_from(&self, basis: &Self) -> bool {
        let script = |speech: &Self| speech.other * 2 > speech.latin + speech.other;
        let foreign = |speech: &Self| speech.foreign >= 3 && speech.foreign > speech.english;
        let english = |speech: &Self| speech.english >= 5 && speech.english > speech.foreign * 2;
        let enough = |speech: &Self| speech.latin + speech.other >= 5;
        (enough(self) && enough(basis) && script(self) != script(basis))
            || foreign(self) && english(basis)
            || english(self) && foreign(basis)
    }
}
