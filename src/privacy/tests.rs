#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use proptest::prelude::*;

fn found(text: &str, what: What, terms: &[&str]) -> Vec<(String, &'static str)> {
    let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
    find::find(text, what, &Terms::new(&terms))
        .into_iter()
        .map(|found| (text[found.range].to_owned(), found.kind.name()))
        .collect()
}

#[test]
fn what_can_be_told_for_sure_is_found_with_its_kind() {
    for (text, value, kind) in [
        (
            "write to jane.doe+qa@mail.example.com.",
            "jane.doe+qa@mail.example.com",
            "EMAIL",
        ),
        ("(bob_1@example.co.uk)", "bob_1@example.co.uk", "EMAIL"),
        ("call +49 30 901820 now", "+49 30 901820", "PHONE"),
        ("call (212) 555-0187 now", "(212) 555-0187", "PHONE"),
        ("212-555-0187", "212-555-0187", "PHONE"),
        ("Fax: 0171 5550187", "0171 5550187", "PHONE"),
        ("tel 06 12 34 56 78", "06 12 34 56 78", "PHONE"),
        (
            "to DE89 3704 0044 0532 0130 00 today",
            "DE89 3704 0044 0532 0130 00",
            "IBAN",
        ),
        ("to GB29NWBK60161331926819.", "GB29NWBK60161331926819", "IBAN"),
        ("pays with 4111 1111 1111 1111 12/30", "4111 1111 1111 1111", "CARD"),
        ("pays with 378282246310005", "378282246310005", "CARD"),
        ("CPF 529.982.247-25", "529.982.247-25", "IDNUMBER"),
        ("Steuer-ID 86095742719", "86095742719", "IDNUMBER"),
        ("PESEL 44051401359", "44051401359", "IDNUMBER"),
        ("DNI 12345678Z", "12345678Z", "IDNUMBER"),
        ("CF RSSMRA85T10A562S", "RSSMRA85T10A562S", "IDNUMBER"),
        ("SSN 219-09-9999", "219-09-9999", "IDNUMBER"),
        ("personnummer 811218-9876", "811218-9876", "IDNUMBER"),
        ("from 192.0.2.17:8080", "192.0.2.17", "IPADDRESS"),
        ("from 2001:db8::17.", "2001:db8::17", "IPADDRESS"),
        ("key AKIAIOSFODNN7EXAMPLE is", "AKIAIOSFODNN7EXAMPLE", "TOKEN"),
        (
            "with ghp_0123456789abcdefghij0123456789abcdef",
            "ghp_0123456789abcdefghij0123456789abcdef",
            "TOKEN",
        ),
        (
            "hash 9f86d081884c7d659a2feaa0c55ad015 of",
            "9f86d081884c7d659a2feaa0c55ad015",
            "TOKEN",
        ),
        (
            "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl.",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "TOKEN",
        ),
        ("at https://me:pw1@db.example/x", "me:pw1", "CREDENTIALS"),
        ("password: hunter2!", "hunter2!", "PASSWORD"),
        ("the password is \u{201C}swordfish\u{201D}.", "swordfish", "PASSWORD"),
        ("{\"password\": \"correct-horse\"}", "correct-horse", "PASSWORD"),
        ("API_KEY=ab12cd34ef", "ab12cd34ef", "PASSWORD"),
        ("PIN: 4711,", "4711", "PASSWORD"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIB\nAAA=\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIB\nAAA=\n-----END RSA PRIVATE KEY-----",
            "PRIVATEKEY",
        ),
        ("for the project bluebird only", "bluebird", "TERM"),
        ("for Project BlueBird's team", "Project BlueBird", "TERM"),
    ] {
        let expect = vec![(value.to_owned(), kind)];
        assert_eq!(
            found(
                text,
                What::All,
                &[
                    "BlueBird",
                    "project bluebird's x",
                    "Project  BlueBird",
                    "Project BlueBird"
                ][..]
            )
            .iter()
            .filter(|(_, k)| *k != "TERM")
            .cloned()
            .collect::<Vec<_>>(),
            if kind == "TERM" { vec![] } else { expect.clone() },
            "{text}"
        );
        if kind == "TERM" {
            let terms: &[&str] = if value.contains(' ') {
                &["project bluebird"]
            } else {
                &["BLUEBIRD"]
            };
            assert_eq!(found(text, What::All, terms), expect, "{text}");
        }
    }
}

#[test]
fn what_stories_say_every_day_is_left_alone() {
    for text in [
        "The password has 8 to 64 characters and must contain a digit",
        "Password: at least 8 characters",
        "password: 8-64 characters, token: optional",
        "If the password is wrong, \"Wrong email or password\" is shown",
        "A wrong password is \"refused twice\"; the token is required",
        "Orders from 01.02.2026 09:30 to 2026-02-28 17:00 cost 1.234,56 EUR",
        "between 10 and 20 characters, 1 000 000 rows, 3.5 million, 12345678 items",
        "version 1.2.3 of @angular/core, @mentions, a@b, 09:00:00, ::1, 127.0.0.1",
        "code ABCDEFGHIJKLMNOPQRSTU and SPRING10, order 2026-000123456",
        "card 4111 1111 1111 1112, IBAN DE89 3704 0044 0532 0130 02, DNI 12345678A",
        "id 0190b0f0-0000-7000-8000-000000000000, As-a-user-I-want-to-log-in-with-email-and-password",
        "phone numbers have 7 to 15 digits; the phone number is required",
        "https://example.com/a@b?c=d and https://example.com:8080/x",
        "tokens expire after 30 minutes; pin the board; secret santa",
    ] {
        assert_eq!(found(text, What::All, &[]), [], "{text}");
    }
}

#[test]
fn secrets_alone_leave_people_and_nothing_hides_nothing() {
    let text = "jane@example.com with password: hunter2! at 192.0.2.1";
    assert_eq!(found(text, What::Secrets, &[]), [("hunter2!".to_owned(), "PASSWORD")]);
    assert!(Mask::of(&config(What::Nothing, &["jane"]), &Key([1; 16]), &[text]).is_none());
    assert!(Mask::of(&config(What::All, &[]), &Key([1; 16]), &["As a user I want"]).is_none());
}

fn config(what: What, terms: &[&str]) -> Config {
    Config {
        what,
        terms: terms.iter().map(|term| (*term).to_owned()).collect(),
    }
}

fn mask(texts: &[&str]) -> Mask {
    Mask::of(&config(What::All, &["Bluebird"]), &Key([7; 16]), texts).unwrap()
}

#[test]
fn the_same_value_has_the_same_placeholder_and_other_spellings_have_their_own() {
    let text = "jane@example.com, Bluebird, bob@example.com and jane@example.com";
    let mut mask = mask(&[text]);
    let hidden = mask.hide(text);
    let tag = mask.tag.clone();
    assert_eq!(
        hidden,
        format!("EMAIL_1_{tag}, TERM_1_{tag}, EMAIL_2_{tag} and EMAIL_1_{tag}")
    );
    assert_eq!(mask.restore(&hidden), text);
    let other = "JANE@example.com for BLUEBIRD; write to jane@example.";
    let hidden = mask.hide(other);
    assert!(
        !hidden.to_lowercase().contains("jane") && !hidden.contains("BLUEBIRD"),
        "{hidden}"
    );
    assert_eq!(mask.restore(&hidden), other);
    assert!(!mask.shows(&hidden) && mask.shows(other));
    assert_eq!(format!("{mask:?}"), format!("Mask of {} values", mask.len()));
}

#[test]
fn a_text_cannot_hold_its_own_tag_and_another_key_gives_another() {
    let text = "mail jane@example.com";
    let tag = mask(&[text]).tag;
    let other = Mask::of(&config(What::All, &[]), &Key([8; 16]), &[text]).unwrap().tag;
    assert_ne!(tag, other);
    // Even one who knew the key could not put it there: the tag follows the text.
    let cunning = format!("mail jane@example.com EMAIL_1_{}", tag.to_lowercase());
    let mut mask = mask(&[&cunning]);
    assert!(!cunning.to_uppercase().contains(&mask.tag));
    let hidden = mask.hide(&cunning);
    assert_eq!(mask.restore(&hidden), cunning);
}

fn restored(mask: &Mask, pieces: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut restoring = Restoring::new(Arc::new(mask.clone()));
    let mut out = String::new();
    for piece in pieces {
        restoring.push(piece.as_ref(), &mut out);
    }
    restoring.finish(&mut out);
    out
}

use std::sync::Arc;

#[test]
fn a_placeholder_that_is_cut_anywhere_comes_back_as_json_and_nothing_else_is_held_back() {
    let text = "password: \"a'b\\{x}1\" and jane@example.com";
    let mut mask = mask(&[text]);
    let answer = format!("{{\"title\":\"{} END\"}}", mask.hide("a'b\\{x}1 jane@example.com"));
    for at in 0..=answer.len() {
        let whole = restored(&mask, [&answer[..at], &answer[at..]]);
        let value: serde_json::Value = serde_json::from_str(&whole).unwrap();
        assert_eq!(value["title"], "a'b\\{x}1 jane@example.com END");
    }
    let mut restoring = Restoring::new(Arc::new(mask.clone()));
    let mut out = String::new();
    restoring.push("The E", &mut out);
    assert_eq!((out.as_str(), restoring.held_bytes()), ("The ", 1));
    restoring.push("ND", &mut out);
    assert_eq!((out.as_str(), restoring.held_bytes()), ("The END", 0));
}

#[test]
fn what_a_model_garbles_or_makes_up_is_seen() {
    let mask = mask(&["jane@example.com"]);
    let tag = &mask.tag;
    let lower = format!("email_1_{}", tag.to_lowercase());
    for text in [
        format!("Enter EMAIL_9_{tag}."),
        format!("Enter {lower}."),
        "Enter EMAIL_1 here".to_owned(),
        format!("PHONE_1_{tag}"),
        format!("x{tag}x"),
    ] {
        assert_eq!(restored(&mask, [&text]), text, "never shown as data");
        assert!(mask.foreign(&text).is_some(), "{text}");
    }
    let fine = restored(&mask, [format!("Enter EMAIL_1_{tag} or an EMAIL, E_1, email_2")]);
    assert_eq!(fine, "Enter jane@example.com or an EMAIL, E_1, email_2");
    assert_eq!(mask.foreign(&fine), None);
}

#[test]
fn a_model_that_repeats_a_placeholder_without_end_does_not_fill_the_memory() {
    let long = format!("password: \"{}1\"", "x".repeat(900));
    let mut mask = mask(&[&long]);
    let placeholder = mask.hide(&long[11..]);
    let answer = placeholder.repeat(20_000);
    let out = restored(&mask, [&answer]);
    assert!(out.len() < answer.len() + 257 * 1024, "{}", out.len());
    assert!(mask.foreign(&out).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn to_hide_and_to_restore_is_the_identity_for_every_way_of_cutting(
        parts in proptest::collection::vec(prop_oneof![
            3 => proptest::sample::select(vec![
                "jane@example.com", "Bluebird", "BLUEBIRD", "password: hunter2!", "+49 30 901820", "192.0.2.17", " and ", ", ",
                "EMAIL_1_", "EMAIL", "E", "TERM_2", "_", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "\n", "\u{e9}",
            ]).prop_map(str::to_owned),
            1 => "[ -~]{0,12}",
        ], 1..14),
        sizes in proptest::collection::vec(1usize..9, 1..6),
    ) {
        let text = format!("jane@example.com {}", parts.concat());
        let mut mask = mask(&[&text]);
        let hidden = mask.hide(&text);
        prop_assert_eq!(mask.restore(&hidden), text.clone());
        let letters: Vec<char> = serde_json::to_string(&hidden).unwrap().chars().collect();
        let mut rest = letters.as_slice();
        let mut pieces = Vec::new();
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, tail) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece.iter().collect::<String>());
            rest = tail;
        }
        let back: String = serde_json::from_str(&restored(&mask, pieces)).unwrap();
        prop_assert_eq!(back, text);
    }
}
