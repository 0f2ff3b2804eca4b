//! The rule families: what there is to test about a story of a kind. The catalogue at a glance; a new family is one file
//! and one line in [`FAMILIES`].
//!
//! A family reads a [`Scene`] and proposes coverage items with exact values and with words that a tester could run. One
//! that has nothing specific to say about the story says nothing.

#[cfg(test)]
mod snapshot;
mod limits;
mod limit_case;
mod behaviour;
mod credentials;
mod criteria;
mod entitlement;
mod ordinary;
mod particular;
mod permission;
mod repetition;
mod statement;
mod told_act;
mod watched;
mod r01_main_success;
mod r02_negation;
mod r03_numeric_boundary;
mod r04_length_and_count;
mod r05_equivalence_class;
mod r06_conditional;
mod r07_mandatory_and_optional;
mod r08_format;
mod r09_date_and_time;
mod r10_money;
mod r11_authentication;
mod r12_authorisation;
mod r13_create;
mod r14_read;
mod r15_update;
mod r16_delete;
mod r17_search;
mod r18_files;
mod r19_payment;
mod r20_discount;
mod r21_notification;
mod r22_state;
mod r23_capacity;
mod r24_concurrency;
mod r25_interruption;
mod r26_integration;
mod r27_locale;
mod r28_input_security;
mod r29_privacy;
mod r30_quality;
mod r31_access;
mod r32_settings;
mod r33_report;
mod r34_combination;
mod r35_benefit;
mod r36_ambiguity;
mod r37_without_pages;
mod r38_tracking;
mod r39_conversation;
mod r40_single_act;
mod history;
mod reached;
mod rows;
mod shown;

pub(in crate::coverage) use watched::QUESTION;

use crate::coverage::{Found, scene::Scene};

/// A rule family.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Its number in the catalogue, such as `R3`.
    pub id: &'static str,
    /// What it looks after.
    pub name: &'static str,
    /// What in a story calls for it.
    pub trigger: &'static str,
    /// Proposes items and asks questions.
    pub propose: fn(&Scene<'_>, &mut Found),
}

/// The catalogue, in the order of the numbers.
#[rustfmt::skip] // One line a family.
pub static FAMILIES: &[Family] = &[
    family("R1", "Main success", "every story, each criterion", r01_main_success::propose),
    family("R2", "Negation of criteria", "must contain, must be, only, given", r02_negation::propose),
    family("R3", "Numeric boundary", "at least, at most, between; money, percent, sizes", r03_numeric_boundary::propose),
    family("R4", "Length and count boundary", "a limit of characters, items, files", r04_length_and_count::propose),
    family("R5", "Equivalence class", "A, B or C; such as; file types", r05_equivalence_class::propose),
    family("R6", "Conditional", "if, when, unless, and, or", r06_conditional::propose),
    family("R7", "Mandatory and optional", "required, optional, a form", r07_mandatory_and_optional::propose),
    family("R8", "Format", "email address, phone number, URL, IBAN, card number", r08_format::propose),
    family("R9", "Date and time", "expires after, within N days of, N hours before, start before end", r09_date_and_time::propose),
    family("R10", "Money and calculation", "a percentage of a price, an amount per day", r10_money::propose),
    family("R11", "Authentication", "log in or out, password, second factor", r11_authentication::propose),
    family("R12", "Authorisation", "a role with power, an object of one's own", r12_authorisation::propose),
    family("R13", "Create", "add, create, register, submit, book", r13_create::propose),
    family("R14", "Read", "view, see, list, track", r14_read::propose),
    family("R15", "Update", "edit, change, update", r15_update::propose),
    family("R16", "Delete", "delete, remove, cancel", r16_delete::propose),
    family("R17", "Search, filter, sort", "search, find, filter, sort, compare", r17_search::propose),
    family("R18", "File transfer", "upload, attach, import, download, export", r18_files::propose),
    family("R19", "Payment", "pay, buy, transfer money, refund", r19_payment::propose),
    family("R20", "Discount", "apply or redeem a code, voucher, points", r20_discount::propose),
    family("R21", "Notification", "notify, remind, receive an alert", r21_notification::propose),
    family("R22", "State", "stated transitions, approve, publish, ship", r22_state::propose),
    family("R23", "Capacity", "book a place, order what is in stock", r23_capacity::propose),
    family("R24", "Concurrency", "create what costs, change what is shared", r24_concurrency::propose),
    family("R25", "Interruption", "a service of somebody else, a device, several steps", r25_interruption::propose),
    family("R26", "Integration", "synchronise, connect, import", r26_integration::propose),
    family("R27", "Locale and text", "names, free text, languages", r27_locale::propose),
    family("R28", "Input security", "free text that other people see", r28_input_security::propose),
    family("R29", "Privacy and audit", "personal data handed out, deleted, looked at", r29_privacy::propose),
    family("R30", "Quality", "within N seconds, N users at the same time", r30_quality::propose),
    family("R31", "Access and device", "camera, voice, place, keyboard, phone", r31_access::propose),
    family("R32", "Settings", "enable, disable, set, choose", r32_settings::propose),
    family("R33", "Report and rating", "reports, figures, recommendations, ratings", r33_report::propose),
    family("R34", "Combination", "three or more independent lists", r34_combination::propose),
    family("R35", "Benefit", "so that somebody can see, find, receive", r35_benefit::propose),
    family("R36", "Ambiguity", "and/or, to be defined, and so on", r36_ambiguity::propose),
    family("R37", "Without pages", "a device, a pipeline, the command line, a webhook", r37_without_pages::propose),
    family("R38", "Tracking", "the status or place of an order, a parcel, an application", r38_tracking::propose),
    family("R39", "Conversation", "chat, message somebody", r39_conversation::propose),
    family("R40", "Single act", "check in, confirm, sign, activate something of one's own", r40_single_act::propose),
];

const fn family(
    id: &'static str,
    name: &'static str,
    trigger: &'static str,
    propose: fn(&Scene<'_>, &mut Found),
) -> Family {
    Family {
        id,
        name,
        trigger,
        propose,
    }
}
