//! Edits that turn what a model wrote into strict JSON. The scanner notes them as it goes; here they are applied to one
//! object, in one pass, when that object closes.

use super::Mend;
use std::ops::Range;

/// Most edits that one object may need; beyond, it is too damaged to be believed.
pub(super) const MAX_EDITS: usize = 32 * 1024;

/// One kind of defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Code {
    TrailingComma,
    ExtraComma,
    MissingComma,
    WrongSeparator,
    MissingColon,
    ExtraColon,
    MissingValue,
    SingleQuotes,
    SmartQuotes,
    BacktickQuotes,
    UnquotedKey,
    UnquotedValue,
    UnescapedQuote,
    MissingQuote,
    Comment,
    RawNewline,
    RawTab,
    ControlCharacter,
    BadEscape,
    LoneSurrogate,
    InvalidUtf8,
    PythonLiteral,
    LiteralCase,
    NotANumber,
    BadNumber,
    MissingBracket,
    ExtraBracket,
    DoubledBrace,
    Thought,
    StringPrefix,
    Concatenation,
    StrayText,
    WrongBracket,
}

/// Name and meaning of each code, in the order of the enumeration.
const CODES: [(&str, &str); 33] = [
    ("TRAILING_COMMA", "comma before a closing bracket removed"),
    ("EXTRA_COMMA", "comma with nothing before it removed"),
    ("MISSING_COMMA", "comma between two values added"),
    ("WRONG_SEPARATOR", "separator replaced"),
    ("MISSING_COLON", "colon between key and value added"),
    ("EXTRA_COLON", "second colon removed"),
    ("MISSING_VALUE", "key without a value read as null"),
    ("SINGLE_QUOTES", "text in single quotes"),
    ("SMART_QUOTES", "text in typographic quotes"),
    ("BACKTICK_QUOTES", "text in backticks"),
    ("UNQUOTED_KEY", "quotes around a key added"),
    ("UNQUOTED_VALUE", "quotes around a value added"),
    ("UNESCAPED_QUOTE", "quote inside a text escaped"),
    ("MISSING_QUOTE", "closing quote added"),
    ("COMMENT", "comment removed"),
    ("RAW_NEWLINE", "line break inside a text escaped"),
    ("RAW_TAB", "tab inside a text escaped"),
    ("CONTROL_CHARACTER", "control character inside a text escaped"),
    ("BAD_ESCAPE", "unknown escape taken literally"),
    ("LONE_SURROGATE", "half of a surrogate pair replaced by U+FFFD"),
    ("INVALID_UTF8", "bytes that are no UTF-8 replaced by U+FFFD"),
    ("PYTHON_LITERAL", "True, False or None of Python read"),
    ("LITERAL_CASE", "literal in another case read"),
    ("NAN", "NaN, Infinity or undefined read as null"),
    ("BAD_NUMBER", "number that is no JSON number read as text"),
    ("MISSING_BRACKET", "closing bracket added"),
    ("EXTRA_BRACKET", "closing bracket with nothing to close removed"),
    ("DOUBLED_BRACE", "second brace removed"),
    ("THOUGHT", "thinking block inside the object removed"),
    ("STRING_PREFIX", "prefix of a Python string removed"),
    ("CONCATENATION", "texts joined by a plus sign joined"),
    ("STRAY_TEXT", "words between the elements of a list removed"),
    (
        "WRONG_BRACKET",
        "list of keys with values read as an object, or object of texts as a list",
    ),
];

impl Code {
    const fn entry(self) -> (&'static str, &'static str) {
        CODES[self as usize]
    }
}

/// One edit: bytes that go, text that comes in their place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edit {
    /// Where, in bytes of the answer.
    pub(super) at: usize,
    /// How many bytes go.
    pub(super) del: usize,
    /// What comes.
    pub(super) ins: &'static str,
    pub(super) code: Code,
}

/// How each control character is escaped.
pub(super) const CONTROL: [&str; 32] = [
    "\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007", "\\b", "\\t", "\\n",
    "\\u000b", "\\f", "\\r", "\\u000e", "\\u000f", "\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014", "\\u0015",
    "\\u0016", "\\u0017", "\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d", "\\u001e", "\\u001f",
];

/// Selects the edits of an object that ends before `end`, in the order of their places. What was noted behind the end
/// belongs to what follows; at the end itself, only what closes the last value belongs to the object.
pub(super) fn select(edits: &[Edit], end: usize, selected: &mut Vec<Edit>) {
    let closes = |code| {
        let closing = [
            Code::MissingBracket,
            Code::UnquotedValue,
            Code::BadNumber,
            Code::MissingQuote,
            Code::MissingValue,
        ];
        closing.contains(&code)
    };
    selected.clear();
    selected.extend(
        edits
            .iter()
            .filter(|edit| edit.at < end || edit.at == end && edit.del == 0 && closes(edit.code)),
    );
    selected.sort_by_key(|edit| edit.at);
}

/// Whether these are so many kinds of defects of structure that mending them is guessing.
pub(super) fn is_ambiguous(edits: &[Edit]) -> bool {
    const STRUCTURE: [Code; 9] = [
        Code::ExtraComma,
        Code::MissingComma,
        Code::MissingValue,
        Code::MissingBracket,
        Code::ExtraBracket,
        Code::WrongBracket,
        Code::MissingQuote,
        Code::ExtraColon,
        Code::MissingColon,
    ];
    STRUCTURE
        .iter()
        .filter(|code| edits.iter().any(|edit| edit.code == **code))
        .count()
        > 2
}

/// Whether the text that began at `token` has both raw line breaks and raw quotes: then it may well be two texts.
pub(super) fn is_ambiguous_text(edits: &[Edit], token: usize) -> bool {
    let of_text = || edits.iter().rev().take_while(|edit| edit.at > token);
    of_text().any(|edit| edit.code == Code::RawNewline) && of_text().any(|edit| edit.code == Code::UnescapedQuote)
}

/// Writes `buffer[span]` with the edits into `out`. `base` is the place in the answer of the buffer's first byte; the
/// edits are all inside the span and in the order of their places.
pub(super) fn apply(buffer: &[u8], base: usize, span: Range<usize>, edits: &[Edit], out: &mut Vec<u8>) {
    out.clear();
    out.reserve(span.len() + 4 * edits.len());
    let mut done = span.start;
    for edit in edits {
        if edit.at > done {
            out.extend_from_slice(&buffer[done - base..edit.at - base]);
            done = edit.at;
        }
        out.extend_from_slice(edit.ins.as_bytes());
        done = done.max((edit.at + edit.del).min(span.end));
    }
    out.extend_from_slice(&buffer[done - base..span.end - base]);
}

/// One mend for each kind of defect among the edits, in the order in which the kinds first appear.
pub(super) fn summarise(edits: &[Edit], start: usize, mends: &mut Vec<Mend>) {
    let mut counts = [(0usize, 0usize); CODES.len()];
    let mut order = [0u8; CODES.len()];
    let mut kinds = 0;
    for edit in edits {
        let slot = &mut counts[edit.code as usize];
        if slot.0 == 0 {
            slot.1 = edit.at - start;
            order[kinds] = edit.code as u8;
            kinds += 1;
        }
        slot.0 += 1;
    }
    for &kind in &order[..kinds] {
        let (count, first) = counts[kind as usize];
        let (code, meaning) = CODES[kind as usize];
        mends.push(mend(code, meaning, count, first));
    }
}

fn mend(code: &'static str, meaning: &str, count: usize, first: usize) -> Mend {
    // Written by hand: in a damaged answer there are several for each object, and formatting would cost a tenth of all.
    let mut detail = String::with_capacity(meaning.len() + 64);
    detail.push_str(meaning);
    detail.push_str(", ");
    if count == 1 {
        detail.push_str("at byte ");
    } else {
        push_number(&mut detail, count);
        detail.push_str(" places, the first at byte ");
    }
    push_number(&mut detail, first);
    Mend { code, detail }
}

fn push_number(text: &mut String, number: usize) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// The mend for bytes that are no UTF-8.
pub(super) fn invalid_utf8(first: usize) -> Mend {
    let (code, meaning) = Code::InvalidUtf8.entry();
    mend(code, meaning, 1, first)
}

/// The mend for an object that the end of the answer left open.
pub(super) fn left_open(closed_to: usize) -> Mend {
    let (code, _) = Code::MissingBracket.entry();
    Mend {
        code,
        detail: format!("the answer ended inside the object; what was closed ends at byte {closed_to}"),
    }
}
