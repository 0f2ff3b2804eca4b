//! The rule families: what there is to test about a story of a kind. The catalogue at a glance; a new family is one file
//! and one line in [`FAMILIES`].
//!
//! A family reads a [`Scene`] and proposes coverage items with exact values and with words that a tester could run. One
//! that has nothing specific to say about the story says nothing.

mod r01_main_success;

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
pub static FAMILIES: &[Family] = &[Family {
    id: "R1",
    name: "Main success",
    trigger: "every story, each criterion",
    propose: r01_main_success::propose,
}];
