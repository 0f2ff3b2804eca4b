//! Whether the rules can read a text: English by its function words and its script; else which language it seems to be,
//! or none at all.
//!
//! It refuses to call a text another language because it is not English: a row of letters is no language.

use super::action;
use super::text::{Kind, Text};

/// What a text seems to be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// English.
    English,
    /// Another language, by its name where words or script tell it.
    Other(Option<&'static str>),
    /// Words of no language that is known here.
    Nothing,
}

/// Words that English stories cannot do without, and that are no common words of its neighbours.
const ENGLISH: &[&str] = &[
    "the", "to", "and", "of", "with", "that", "so", "want", "as", "for", "my", "is", "be", "can", "should", "must",
    "by", "from", "when", "i", "on", "at", "add", "allow", "let", "users", "user", "or", "it", "their", "they", "this",
    "create", "show", "view", "we", "need", "a", "an", "in",
];

/// Function words of other languages; a word may stand in several.
const OTHERS: &[(&str, &[&str])] = &[
    (
        "German",
        &[
            "als", "möchte", "ich", "und", "der", "die", "das", "damit", "kann", "ein", "eine", "einen", "sich",
            "mein", "meine", "meinen", "dem", "den", "mit", "für", "auf", "ist", "nicht", "wird", "muss", "oder", "zu",
            "wir",
        ],
    ),
    (
        "French",
        &[
            "je", "veux", "en", "tant", "afin", "les", "des", "une", "il", "mes", "le", "la", "du", "de", "que",
            "pour", "et", "est", "dans", "un", "mon", "ma", "souhaite", "peux", "pouvoir", "avec", "sur", "nous",
        ],
    ),
    (
        "Spanish",
        &[
            "que", "como", "quiero", "para", "el", "los", "las", "una", "su", "mis", "la", "de", "un", "mi", "con",
            "poder", "y", "del", "por", "puedo", "usuario",
        ],
    ),
    (
        "Italian",
        &[
            "voglio", "come", "che", "per", "posso", "gli", "di", "il", "la", "un", "una", "mio", "mia", "con", "e",
            "del", "della", "utente",
        ],
    ),
    (
        "Portuguese",
        &[
            "quero", "eu", "um", "uma", "poder", "como", "para", "meu", "minha", "que", "de", "os", "não", "usuário",
        ],
    ),
    (
        "Dutch",
        &[
            "het", "wil", "zodat", "een", "ik", "mijn", "van", "de", "kan", "voor", "niet", "als", "met",
        ],
    ),
    (
        "Polish",
        &[
            "jako",
            "chcę",
            "aby",
            "się",
            "nie",
            "żeby",
            "moje",
            "mój",
            "użytkownik",
            "z",
        ],
    ),
    (
        "Swedish",
        &["jag", "vill", "att", "och", "kunna", "som", "för", "så", "mina", "mitt"],
    ),
    (
        "Danish or Norwegian",
        &["jeg", "vil", "gerne", "og", "kunne", "slik", "mine", "mitt", "på", "så"],
    ),
    (
        "Finnish",
        &["haluan", "jotta", "käyttäjänä", "ja", "minun", "voin", "että"],
    ),
    ("Czech", &["jako", "chci", "abych", "se", "uživatel", "mohl", "své"]),
    (
        "Turkish",
        &["olarak", "istiyorum", "bir", "için", "ve", "kullanıcı", "böylece"],
    ),
    (
        "Indonesian",
        &[
            "sebagai", "saya", "ingin", "agar", "dapat", "untuk", "dan", "yang", "pengguna",
        ],
    ),
    ("Romanian", &["vreau", "ca", "să", "pentru", "și", "utilizator", "pot"]),
    (
        "Hungarian",
        &["szeretném", "hogy", "és", "egy", "felhasználóként", "az", "akarok"],
    ),
    (
        "Vietnamese",
        &["tôi", "muốn", "để", "với", "tư", "cách", "là", "người", "dùng"],
    ),
];

/// Scripts that tell a language, or a family of them.
const SCRIPTS: [(&str, std::ops::RangeInclusive<char>); 10] = [
    ("Japanese", '\u{3040}'..='\u{30ff}'),
    ("Korean", '\u{ac00}'..='\u{d7af}'),
    ("Chinese", '\u{4e00}'..='\u{9fff}'),
    ("Arabic", '\u{600}'..='\u{6ff}'),
    ("Hebrew", '\u{590}'..='\u{5ff}'),
    ("Hindi", '\u{900}'..='\u{97f}'),
    ("Thai", '\u{e00}'..='\u{e7f}'),
    ("Greek", '\u{370}'..='\u{3ff}'),
    ("Russian or another language in Cyrillic", '\u{400}'..='\u{4ff}'),
    ("Georgian", '\u{10a0}'..='\u{10ff}'),
];

pub(super) fn of(text: &Text<'_>) -> Reading {
    let words = || text.tokens.iter().filter(|token| token.kind == Kind::Word);
    let letters = text.source.chars().filter(|c| c.is_alphabetic()).count();
    let latin = text.source.chars().filter(|c| c.is_ascii_alphabetic()).count();
    if letters == 0 {
        return Reading::Nothing;
    }
    if latin * 10 < letters * 7
        && let Some(name) = script(text.source)
    {
        return Reading::Other(Some(name));
    }
    let count = |list: &[&str]| words().filter(|token| list.contains(&token.low.as_str())).count();
    let english = count(ENGLISH);
    let other = words()
        .filter(|token| OTHERS.iter().any(|(_, list)| list.contains(&token.low.as_str())))
        .filter(|token| !ENGLISH.contains(&token.low.as_str()))
        .count();
    if other > english {
        let named = OTHERS.iter().map(|(name, list)| (*name, count(list)));
        // Of equals the first: the list begins with the most spoken.
        let best = named.rev().max_by_key(|(_, found)| *found);
        return Reading::Other(best.map(|(name, _)| name));
    }
    let known = english > 0 || (0..text.tokens.len()).any(|at| action::is_verb(text, at));
    match (known, words().count()) {
        (true, _) => Reading::English,
        // Letters with marks are no slip on an English keyboard.
        (false, _) if latin < letters => Reading::Other(None),
        (false, 0..=1) => Reading::English,
        _ => Reading::Nothing,
    }
}

/// The script of most letters, by the language that it tells; of Chinese and Japanese the syllables decide.
fn script(source: &str) -> Option<&'static str> {
    let letters = source.chars().filter(|c| c.is_alphabetic()).count();
    SCRIPTS
        .iter()
        .find(|(name, range)| {
            let found = source.chars().filter(|c| range.contains(c)).count();
            found * if *name == "Japanese" { 8 } else { 2 } > letters
        })
        .map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::{Reading, of};
    use crate::basis::text::Text;
    use crate::test_case::BasisId;

    #[test]
    fn a_language_is_told_by_its_words_or_its_script() {
        for (story, name) in [
            (
                "Als Kunde möchte ich einen Rabattcode eingeben, damit ich weniger bezahle",
                "German",
            ),
            (
                "En tant que client, je veux appliquer un code de réduction afin de payer moins",
                "French",
            ),
            (
                "Como cliente, quiero aplicar un código de descuento para pagar menos",
                "Spanish",
            ),
            (
                "Como usuário, eu quero redefinir minha senha para poder entrar",
                "Portuguese",
            ),
            (
                "Als klant wil ik een kortingscode gebruiken zodat ik minder betaal",
                "Dutch",
            ),
            ("Jako klient chcę wpisać kod rabatowy, aby zapłacić mniej", "Polish"),
            ("بصفتي عميلاً أريد إدخال رمز الخصم حتى أدفع أقل", "Arabic"),
            ("作为客户，我想在结账时使用折扣码，以便少付钱", "Chinese"),
            ("ユーザーとして、パスワードを変更したい", "Japanese"),
        ] {
            assert_eq!(
                of(&Text::new(BasisId::Story, story)),
                Reading::Other(Some(name)),
                "{story}"
            );
        }
    }

    #[test]
    fn a_row_of_letters_is_no_language() {
        for story in [
            "asdf qwer zxcv hjkl uiop",
            "blorp snarf wibble",
            "qqq www eee rrr ttt yyy",
            "12 34",
            "???",
        ] {
            assert_eq!(of(&Text::new(BasisId::Story, story)), Reading::Nothing, "{story}");
        }
    }

    #[test]
    fn short_english_without_function_words_is_english() {
        for story in [
            "Export invoices",
            "Customers filter products quickly every single day",
            "Delete inactive accounts",
            "Login",
            "Search hotels",
            "Password reset",
        ] {
            assert_eq!(of(&Text::new(BasisId::Story, story)), Reading::English, "{story}");
        }
    }
}
