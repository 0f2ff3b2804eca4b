//! Finds what could need evidence in a text: numbers with their units, quotations, dates, addresses, codes, files.
//!
//! A text is read once from left to right in chunks between spaces. Ordinals (`1st`), numbers that only name
//! (`step 2`, `AC-3`) and list numbers at the start are not values and are left out.

use crate::validation::text::lexicon::{self, CODE_NOUN, CONTROL, MONTH, NUMBER, NUMBERED};
use crate::validation::text::{Passage, Set, lower};
use rust_decimal::Decimal;

pub(crate) mod chunk;
mod unit;

pub(crate) use unit::{Class, Unit};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A number.
    Number {
        /// Its value.
        value: Decimal,
        /// What it measures, as far as the words after it tell.
        unit: Unit,
    },
    /// Quoted text; its place is without the quotes.
    Quoted,
    /// The label of a control, written with a capital but without quotes.
    Label,
    /// `<… – not specified>`.
    Placeholder,
    /// A member of a class that its form shows.
    Sample(Class),
}

/// Something in a text that may need evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mention {
    /// First byte, without quotes.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    /// What it is.
    pub(crate) kind: Kind,
    /// Index of the first word at or after `start`.
    pub(crate) word: usize,
}

/// Stems of the words that say what a number counts: up to three after it, to the end of the phrase.
pub(crate) fn nouns(passage: &Passage<'_>, mention: &Mention) -> Set {
    let after = mention.word + 1;
    (after..after + 3)
        .take_while(|&index| index == after || passage.before(index).trim().is_empty())
        .filter_map(|index| passage.words.get(index))
        .take_while(|word| !word.is(lexicon::STOP))
        .map(|word| word.stem)
        .collect()
}

/// Everything in a text that may need evidence, in order.
pub(crate) fn find(passage: &Passage<'_>) -> Vec<Mention> {
    let mut scan = Scan {
        passage,
        found: Vec::new(),
        next_word: 0,
    };
    scan.run();
    scan.labels();
    scan.found
}

struct Scan<'a, 'b> {
    passage: &'b Passage<'a>,
    found: Vec<Mention>,
    next_word: usize,
}

impl Scan<'_, '_> {
    fn run(&mut self) {
        let text = self.passage.text;
        let mut at = 0;
        while let Some(sign) = text.get(at..).and_then(|rest| rest.chars().next()) {
            at = match sign {
                _ if sign.is_whitespace() => at + sign.len_utf8(),
                '<' => self.placeholder(at).unwrap_or(at + 1),
                _ if opens_quote(text, at, sign) => self.quoted(at, sign).unwrap_or(at + sign.len_utf8()),
                _ => self.chunk(at),
            };
        }
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind) {
        while self
            .passage
            .words
            .get(self.next_word)
            .is_some_and(|word| word.end <= start)
        {
            self.next_word += 1;
        }
        self.found.push(Mention {
            start,
            end,
            kind,
            word: self.next_word,
        });
    }

    fn placeholder(&mut self, at: usize) -> Option<usize> {
        let rest = self.passage.text.get(at..)?;
        let length = rest.char_indices().take(80).find(|(_, sign)| *sign == '>')?.0 + 1;
        let inner = rest.get(1..length - 1)?;
        if !inner.contains("not specified") && !inner.contains("not stated") {
            return None;
        }
        self.push(at, at + length, Kind::Placeholder);
        Some(at + length)
    }

    fn quoted(&mut self, at: usize, open: char) -> Option<usize> {
        let from = at + open.len_utf8();
        let text = self.passage.text;
        let rest = text.get(from..)?;
        let close = rest
            .char_indices()
            .take(400)
            .find(|(offset, sign)| closes_quote(rest, *offset, *sign, open))?;
        let inner = rest.get(..close.0)?;
        if inner.contains('\n') {
            return None;
        }
        let end = from + close.0;
        if inner.contains('<') && inner.contains("not specified") {
            self.push(from, end, Kind::Placeholder);
        } else if !inner.trim().is_empty() {
            self.push(from, end, Kind::Quoted);
        }
        Some(end + close.1.len_utf8())
    }

    /// Reads up to the next space, quotation or placeholder.
    fn chunk(&mut self, at: usize) -> usize {
        let text = self.passage.text;
        let rest = text.get(at..).unwrap_or("");
        let length = rest
            .char_indices()
            .skip(1)
            .find(|(offset, sign)| {
                sign.is_whitespace() || matches!(sign, '"' | '“' | '”' | '<') || opens_quote(rest, *offset, *sign)
            })
            .map_or(rest.len(), |(offset, _)| offset);
        let raw = rest.get(..length).unwrap_or("");
        let core = raw.trim_start_matches(['(', '[', '{', '~', '≥', '≤', '=', '*', '_']);
        let start = at + raw.len() - core.len();
        let core = core.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '*', '_', '…']);
        self.classify(start, core);
        // A date or a phone number may have read on.
        let read_to = self.found.last().map_or(0, |mention| mention.end);
        (at + length.max(1)).max(read_to)
    }

    fn classify(&mut self, start: usize, core: &str) {
        let end = start + core.len();
        if core.is_empty() {
            return;
        }
        let index = self.passage.words.partition_point(|word| word.end <= start);
        let word = self.passage.words.get(index);
        if !core.bytes().any(|byte| byte.is_ascii_digit()) {
            self.without_digits(start, core, index);
            return;
        }
        if let Some(class) = chunk::class(core) {
            return self.push(start, end, Kind::Sample(class));
        }
        if let Some(end) = self.phone(start, core) {
            return self.push(start, end, Kind::Sample(Class::Phone));
        }
        match chunk::number(core) {
            Some(chunk::Number::Plain { value, unit }) => self.number(start, core, value, unit, index),
            Some(chunk::Number::Range(left, right)) => {
                let unit = self.unit_after(index + 2);
                self.push(
                    start,
                    start + left.len(),
                    Kind::Number {
                        value: left.value,
                        unit,
                    },
                );
                self.push(
                    end - right.len(),
                    end,
                    Kind::Number {
                        value: right.value,
                        unit,
                    },
                );
            }
            None if chunk::is_code(core) && !chunk::is_reference(core) => {
                self.push(start, end, Kind::Sample(Class::Code))
            }
            None if word.is_some() && chunk::is_password_like(core) => {
                self.push(start, end, Kind::Sample(Class::PasswordLike));
            }
            None => {}
        }
    }

    fn without_digits(&mut self, start: usize, core: &str, index: usize) {
        let end = start + core.len();
        let Some(word) = self.passage.words.get(index).copied() else {
            return;
        };
        if let Some(class) = chunk::class(core) {
            self.push(start, end, Kind::Sample(class));
        } else if word.is(NUMBER) && word.end <= end {
            let value = lexicon::number_word(self.passage.of(&word)).map_or(Decimal::ZERO, Decimal::from);
            let unit = self.unit_after(index + 1);
            self.push(word.start, word.end, Kind::Number { value, unit });
        } else if word.is(MONTH) && word.capital {
            self.month_first(index);
        } else if word.is(lexicon::PERSON) && word.capital && index > 0 {
            self.push(start, end.min(word.end), Kind::Sample(Class::Person));
        } else if chunk::is_capitals(core)
            && !word.is(lexicon::KNOWN_ACRONYM)
            && (core.len() >= 12 || core.len() >= 4 && self.follows_code_noun(index))
        {
            self.push(start, end, Kind::Sample(Class::Code));
        }
    }

    fn follows_code_noun(&self, index: usize) -> bool {
        index > 0 && self.passage.words.get(index - 1).is_some_and(|word| word.is(CODE_NOUN))
    }

    fn number(&mut self, start: usize, core: &str, value: Decimal, unit: Option<Unit>, index: usize) {
        let end = start + core.len();
        let before = index.checked_sub(1).and_then(|index| self.passage.words.get(index));
        let after = self.passage.words.get(index + 1);
        let list_number = start == 0
            && self
                .passage
                .text
                .get(end..)
                .is_some_and(|rest| rest.starts_with(['.', ')', ':']))
            && self.passage.words.len() > 1;
        if list_number || core.starts_with('#') {
            return;
        }
        if let Some(month) = after.filter(|word| word.is(MONTH) && word.capital) {
            let end = self.year_after(index + 2).unwrap_or(month.end);
            return self.push(start, end, Kind::Sample(Class::Date));
        }
        let unit = unit.unwrap_or_else(|| self.unit_after(index + 1));
        let names = before.is_some_and(|word| word.is(NUMBERED) && word.end + 1 == start) && unit == Unit::Unknown;
        if names {
            let step = before.is_some_and(|word| word.key == lower("step") || word.key == lower("steps"));
            if !step {
                self.push(start, end, Kind::Sample(Class::Ordinal));
            }
            return;
        }
        if core.bytes().all(|byte| byte.is_ascii_digit()) && core.len() >= 7 {
            return self.push(start, end, Kind::Sample(Class::Digits));
        }
        self.push(start, end, Kind::Number { value, unit });
    }

    /// The unit that one of the next three words names; a noun is a count.
    fn unit_after(&self, index: usize) -> Unit {
        let mut unit = Unit::Unknown;
        for offset in 0..3 {
            let Some(word) = self.passage.words.get(index + offset) else {
                break;
            };
            let gap = self.passage.before(index + offset);
            if gap.contains(['.', ',', ';', ':', '(', '"', '\'']) && offset > 0 {
                break;
            }
            if gap.contains('%') {
                return Unit::Percent;
            }
            if gap.contains([';', ':', '"', '(']) || gap.contains(". ") || gap.contains(", ") {
                break;
            }
            if let Some(named) = Unit::named(word) {
                return named;
            }
            if word.is(lexicon::STOP) {
                break;
            }
            if is_plural(self.passage.of(word)) {
                unit = Unit::Count;
            }
        }
        unit
    }

    fn month_first(&mut self, index: usize) {
        let Some(month) = self.passage.words.get(index).copied() else {
            return;
        };
        let Some(day) = self.passage.words.get(index + 1).copied().filter(|word| word.digit) else {
            return;
        };
        let end = self.year_after(index + 2).unwrap_or(day.end);
        self.push(month.start, end, Kind::Sample(Class::Date));
    }

    fn year_after(&self, index: usize) -> Option<usize> {
        let word = self.passage.words.get(index)?;
        let year = self.passage.of(word);
        (year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit())).then_some(word.end)
    }

    /// A telephone number that begins with a plus sign, to its end.
    fn phone(&self, start: usize, core: &str) -> Option<usize> {
        let grouped =
            core.len() >= 8 && core.contains('-') && core.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if grouped && core.bytes().filter(u8::is_ascii_digit).count() >= 7 {
            return Some(start + core.len());
        }
        let rest = self.passage.text.get(start..)?.strip_prefix('+')?;
        let length = rest
            .find(|sign: char| !sign.is_ascii_digit() && !matches!(sign, ' ' | '-' | '(' | ')'))
            .unwrap_or(rest.len());
        let number = rest.get(..length)?.trim_end();
        (number.bytes().filter(u8::is_ascii_digit).count() >= 7).then_some(start + 1 + number.len())
    }

    /// Capitalised words in front of the name of a control: `the Submit button`.
    fn labels(&mut self) {
        let words = &self.passage.words;
        let mut labels = Vec::new();
        for (index, word) in words.iter().enumerate().skip(2) {
            if !word.is(CONTROL) || word.capital {
                continue;
            }
            let run = (1..index).rev().take(4).take_while(|&at| self.is_label_word(at)).last();
            if let Some((first, last)) = run.and_then(|at| Some((words.get(at)?, words.get(index - 1)?))) {
                labels.push((first.start, last.end, index));
            }
        }
        for (start, end, _) in labels {
            let overlaps = self
                .found
                .iter()
                .any(|mention| mention.start < end && start < mention.end);
            if !overlaps {
                let word = self.passage.words.partition_point(|word| word.end <= start);
                self.found.push(Mention {
                    start,
                    end,
                    kind: Kind::Label,
                    word,
                });
            }
        }
    }

    fn is_label_word(&self, at: usize) -> bool {
        let Some(word) = self.passage.words.get(at) else {
            return false;
        };
        let closed = self.passage.before(at + 1).trim().is_empty();
        word.capital && closed && !self.passage.before(at).contains(['.', ':', '"', '\''])
    }
}

/// Whether a word names several things: `two items`, but not `18 today`.
fn is_plural(word: &str) -> bool {
    word.ends_with('s') || ["people", "children", "men", "women", "data", "media"].contains(&word)
}

fn opens_quote(text: &str, at: usize, sign: char) -> bool {
    match sign {
        '"' | '“' | '„' | '«' | '`' => true,
        '\'' | '‘' => {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at + sign.len_utf8()..).and_then(|text| text.chars().next());
            before.is_none_or(|sign| !sign.is_alphanumeric()) && after.is_some_and(|sign| !sign.is_whitespace())
        }
        _ => false,
    }
}

fn closes_quote(text: &str, at: usize, sign: char, open: char) -> bool {
    match open {
        '“' | '„' => matches!(sign, '”' | '“' | '"'),
        '«' => sign == '»',
        '\'' | '‘' => {
            matches!(sign, '\'' | '’')
                && text
                    .get(at + sign.len_utf8()..)
                    .and_then(|text| text.chars().next())
                    .is_none_or(|next| !next.is_alphanumeric())
        }
        _ => sign == open,
    }
}
