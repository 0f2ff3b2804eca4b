//! What single words tell: one table of tags, read by every check, so that a word is looked up once and a new word is
//! added in one place. English only. Forms are listed as they are written; stems are not used here, because `enter` is an
//! instruction and `entered` is not.

use super::lower;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// A set of tags, one bit each.
pub(crate) type Tags = u32;

/// Function words, which carry no meaning of their own.
pub(crate) const STOP: Tags = 1;
/// Instructions to a tester: `enter`, `click`.
pub(crate) const ACTION: Tags = 1 << 1;
/// Instructions that bring a text or a value in: `enter`, `type`.
pub(crate) const ENTER: Tags = 1 << 2;
/// Instructions that change the state of the system: `submit`, `delete`.
pub(crate) const CHANGE: Tags = 1 << 3;
/// Instructions that check something: `verify`, `observe`.
pub(crate) const VERIFY: Tags = 1 << 4;
/// Words that leave open what is meant: `properly`, `several`.
pub(crate) const VAGUE: Tags = 1 << 5;
/// Words that deny, or say that something stays as it was.
pub(crate) const NEGATION: Tags = 1 << 6;
/// Words of a refusal: `rejected`, `error`.
pub(crate) const REFUSAL: Tags = 1 << 7;
/// Words of a success: `accepted`, `created`.
pub(crate) const SUCCESS: Tags = 1 << 8;
/// Words of what a person sees: `shown`, `message`.
pub(crate) const SEEN: Tags = 1 << 9;
/// Words of what happens inside: `stored`, `queued`.
pub(crate) const INSIDE: Tags = 1 << 10;
/// Numbers as words, from two on.
pub(crate) const NUMBER: Tags = 1 << 11;
/// Roles with rights of their own.
pub(crate) const ROLE: Tags = 1 << 12;
/// Words before a limit: `within`, `exceeds`.
pub(crate) const LIMITING: Tags = 1 << 13;
/// Parts of a user interface: `button`, `field`.
pub(crate) const CONTROL: Tags = 1 << 14;
/// Words that make an input unacceptable: `invalid`, `expired`.
pub(crate) const INVALID: Tags = 1 << 15;
/// Words that stand where data should: `valid`, `some`.
pub(crate) const UNNAMED: Tags = 1 << 16;
/// What data is of: `email`, `credentials`.
pub(crate) const DATA: Tags = 1 << 17;
/// Circumstances that tell two cases apart: `expired`, `empty`.
pub(crate) const CIRCUMSTANCE: Tags = 1 << 18;
/// Usual sample names of persons.
pub(crate) const PERSON: Tags = 1 << 19;
/// Words of any title, which name no behaviour: `test`, `functionality`.
pub(crate) const EMPTY_TITLE: Tags = 1 << 20;
/// Function words of German, French, Spanish, Italian, Portuguese and Dutch that are not English words.
pub(crate) const FOREIGN: Tags = 1 << 21;
/// Actors as a subject: `user`, `customer`.
pub(crate) const ACTOR: Tags = 1 << 22;
/// Words that talk about a limit without a number: `long`, `maximum`.
pub(crate) const LIMIT_TALK: Tags = 1 << 23;
/// Labels of controls that every interface has: `submit`, `cancel`.
pub(crate) const USUAL_LABEL: Tags = 1 << 24;
/// Nouns that are followed by a number that only names: `step 2`, `user 1`.
pub(crate) const NUMBERED: Tags = 1 << 25;
/// Names of months.
pub(crate) const MONTH: Tags = 1 << 26;
/// Acronyms that every tester knows.
pub(crate) const KNOWN_ACRONYM: Tags = 1 << 27;
/// Nouns that name a kind of code: `code`, `coupon`, `SKU`.
pub(crate) const CODE_NOUN: Tags = 1 << 28;
/// Function words that only English has in this form.
pub(crate) const ENGLISH: Tags = 1 << 29;

const WORDS: &[(Tags, &str)] = &[
    (
        STOP,
        "a an the and or of to in on at by for with from as is are be been was were it its this that these those their \
         there then than into onto per s his her they them he she you your our we i my has have had do does did will \
         would shall should can could may might must so if when while which who whose what where how also any each \
         every all both same such own other via up out off again still just only no not nor",
    ),
    (
        ENGLISH,
        "the of is are with that this user should when and be by shown has",
    ),
    (
        ACTION,
        "enter type fill input provide click press tap select choose pick open navigate go visit submit save send \
         delete remove add create upload download attach drag drop scroll hover toggle enable disable check uncheck \
         tick untick set change edit update clear leave copy paste refresh reload close cancel confirm apply redeem \
         log sign register search filter sort pay place wait expand collapse switch start stop repeat return call \
         invite share approve reject publish unpublish export import print scan reset request verify double swipe \
         disconnect reconnect turn present try look note read compare record review attempt move rename proceed \
         continue launch run insert answer accept decline use swap buy order book schedule assign archive restore",
    ),
    (ENTER, "enter type fill input provide insert paste use"),
    (
        CHANGE,
        "submit save delete remove pay approve reject publish unpublish archive send",
    ),
    (VERIFY, "verify validate observe ensure"),
    (
        VAGUE,
        "correctly properly appropriately appropriate adequately adequate suitable suitably normally reasonable \
         reasonably quickly etc various several relevant desired necessary smoothly gracefully efficiently \
         accordingly nicely",
    ),
    (
        NEGATION,
        "not no never none nothing nobody neither nor without cannot can't couldn't doesn't don't didn't isn't aren't \
         wasn't weren't won't wouldn't hasn't haven't unchanged unaffected remain remains stay stays still unable only \
         keeps keep before",
    ),
    (
        REFUSAL,
        "rejected rejects refused refuses denied denies error errors declined declines blocked blocks prevented \
         prevents disallowed forbidden unauthorized unauthorised invalid fails failed failure cannot can't warning \
         unsuccessful unable prohibited disabled refusal",
    ),
    (
        SUCCESS,
        "success successful successfully accepted accepts granted applied created saved completed updated deleted \
         uploaded registered approved logged signed succeeded succeeds sent placed redeemed allowed added removed published \
         confirmed activated permitted downloaded paid imported exported",
    ),
    (
        SEEN,
        "shown shows show displayed displays display appears appear message visible listed lists list sees see seen \
         page screen reads says opens opened email receives received notification total table row banner label button \
         field highlighted contains offered redirected file download downloaded list tab title counter badge count \
         response answer returns returned confirmation link error status result results price amount shipped cart \
         form dialog menu text panel window map chart inbox signed asked",
    ),
    (
        INSIDE,
        "database stored stores persisted queued queue cached cache invalidated invalidates backend table's internally \
         processed processes handled handles logged recorded indexed server-side table saved saves hashed encrypted \
         triggered memory session-store",
    ),
    (
        NUMBER,
        "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty fifty sixty hundred thousand",
    ),
    (
        ROLE,
        "admin admins administrator administrators superuser manager managers supervisor supervisors moderator moderators auditor auditors operator operators",
    ),
    (
        LIMITING,
        "least most maximum minimum max min within exceeds exceed exceeding over under above below limit limits beyond up more less fewer longer shorter older younger after every",
    ),
    (
        CONTROL,
        "button buttons field fields link links tab tabs menu menus checkbox checkboxes dropdown icon icons option options page screen box toggle dialog section heading column input form list label switch popup modal panel",
    ),
    (
        INVALID,
        "invalid incorrect wrong malformed empty blank missing expired unknown unregistered non-existent nonexistent \
         mismatched unsupported corrupt corrupted unauthorised unauthorized duplicate negative weak inactive revoked \
         refused rejected denied fails fail cannot without too already locked disabled ineligible",
    ),
    (
        UNNAMED,
        "valid invalid correct incorrect some any test sample dummy required necessary relevant appropriate proper wrong random new",
    ),
    (
        DATA,
        "data details information input inputs value values credentials email password username name address number \
         code coupon voucher amount date phone file text id title description query term keyword",
    ),
    (
        CIRCUMSTANCE,
        "invalid empty missing expired unknown special uppercase lowercase maximum minimum duplicate unauthorised \
         locked inactive future past whitespace unicode emoji negative zero decimal offline timeout concurrent cancelled \
         twice repeated second used exceeded below above exactly first last leading trailing long short none one many \
         script sql injection keyboard mobile deleted revoked anonymous guest foreign partial optional mandatory slow \
         unsupported corrupt double back refresh permission case mixed accent old new today tomorrow yesterday leap \
         weekend midnight declined insufficient stacked combined ineligible minimum-spend boundary ascending descending \
         unsaved reload",
    ),
    (
        PERSON,
        "alice bob carol dave eve john jane doe smith maria anna peter paul mary max mustermann emma liam olivia",
    ),
    (
        EMPTY_TITLE,
        "test tests testing case cases scenario scenarios verify check validate ensure functionality feature function \
         positive negative edge boundary happy path flow basic general main valid invalid working works work system \
         user customer functional behaviour behavior example new tc one two three successful success successfully",
    ),
    (
        FOREIGN,
        "der das und ist nicht ein eine einen mit wird werden oder auf für dem den le la les une et est dans pour avec \
         sur pas doit être el los las una para con por esta debe il lo gli che della sono deve não uma os é het een \
         niet wordt van voor moet",
    ),
    (
        ACTOR,
        "user users customer customers tester admin administrator member visitor guest buyer shopper client employee manager i system application",
    ),
    (
        LIMIT_TALK,
        "limit limits maximum minimum max min long short longer shorter large larger small smaller exceed exceeds exceeded exceeding size length many few locked lockout threshold allowed",
    ),
    (
        USUAL_LABEL,
        "submit save cancel ok yes no next back continue confirm close delete edit add search login logout log in out \
         sign up register apply send upload download browse finish done accept decline reset refresh settings profile \
         home menu help account dashboard remove update create view open retry forgot password remember me checkout pay \
         now email username name",
    ),
    (
        NUMBERED,
        "step steps user users item items product products page tab row option account file test case device browser \
         order customer window criterion session version level part section line column field number no player team",
    ),
    (
        MONTH,
        "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec",
    ),
    (
        KNOWN_ACRONYM,
        "ok id url pdf png jpg jpeg gif csv xml json html css sql ui api http https sms faq pin usd eur gbp am pm utc \
         gmt utf ascii iso cpu ram usb wifi vpn ip os ios qr tv gps mb kb gb tb kg km cm mm not and or no yes xss ssl \
         tls vat iban cvv cvc rtl dst ac tc sku svg zip xlsx docx doc txt mp3 mp4 nfc otp mfa crud rss a11y",
    ),
    (
        CODE_NOUN,
        "code codes coupon coupons voucher vouchers sku reference number id promo card token",
    ),
];

#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Keys are u64; this path is never taken by the map.
        self.0 = bytes
            .iter()
            .fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

static LEXICON: LazyLock<HashMap<u64, Tags, BuildHasherDefault<AlreadyHashed>>> = LazyLock::new(|| {
    let mut lexicon = HashMap::with_capacity_and_hasher(2_048, BuildHasherDefault::default());
    for (tag, words) in WORDS {
        for word in words.split_whitespace() {
            *lexicon.entry(super::hash(word)).or_insert(0) |= tag;
        }
    }
    lexicon
});

/// The tags of a folded word, given by its hash.
pub(crate) fn tags(key: u64) -> Tags {
    LEXICON.get(&key).copied().unwrap_or(0)
}

/// The one word that stands for several with the same meaning, by hash; the hash itself for all others.
pub(crate) fn canonical(key: u64) -> u64 {
    const MEANINGS: &[(u64, &[u64])] = &[
        (
            lower("invalid"),
            &[
                lower("incorrect"),
                lower("wrong"),
                lower("malformed"),
                lower("improper"),
            ],
        ),
        (lower("empty"), &[lower("blank")]),
        (
            lower("unknown"),
            &[lower("nonexistent"), lower("unregistered"), lower("nonexisting")],
        ),
        (lower("unauthorised"), &[lower("unauthorized")]),
        (lower("twice"), &[lower("double"), lower("repeated"), lower("second")]),
        (lower("maximum"), &[lower("max")]),
        (lower("minimum"), &[lower("min")]),
    ];
    MEANINGS
        .iter()
        .find(|(_, others)| others.contains(&key))
        .map_or(key, |(meaning, _)| *meaning)
}

/// The value of a number word; `None` for any other word.
pub(crate) fn number_word(word: &str) -> Option<u32> {
    const NUMBERS: &[(&str, u32)] = &[
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("fifteen", 15),
        ("twenty", 20),
        ("thirty", 30),
        ("fifty", 50),
        ("sixty", 60),
        ("hundred", 100),
        ("thousand", 1_000),
    ];
    NUMBERS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_word_may_have_several_tags() {
        let submit = tags(lower("submit"));
        assert_eq!(submit & (ACTION | CHANGE | USUAL_LABEL), ACTION | CHANGE | USUAL_LABEL);
        assert_eq!(tags(lower("xylophone")), 0);
    }

    #[test]
    fn every_number_word_has_a_value() {
        let (_, words) = WORDS.iter().find(|(tag, _)| *tag == NUMBER).unwrap();
        for word in words.split_whitespace() {
            assert!(number_word(word).is_some(), "{word}");
        }
    }

    #[test]
    fn meanings_are_joined() {
        assert_eq!(canonical(lower("wrong")), canonical(lower("incorrect")));
        assert_ne!(canonical(lower("expired")), canonical(lower("used")));
    }
}
