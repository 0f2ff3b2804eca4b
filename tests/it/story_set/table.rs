//! Prints the figures.

use super::Figures;
use std::collections::BTreeMap;

/// One line for each domain, one for all, and what is wrong below.
#[allow(clippy::print_stdout)]
pub(super) fn print(all: &Figures, domains: &BTreeMap<String, Figures>) {
    println!(
        "{:16}{:>8}{:>7}{:>7}{:>7}{:>7}{:>8}{:>8}{:>9}{:>6}{:>8}",
        "domain", "stories", "cases", "neg %", "edge %", "lint", "limits", "covered", "on both", "thin", "unasked"
    );
    for (name, figures) in domains.iter().chain([(&"all".to_owned(), all)]) {
        println!(
            "{name:16}{:>8}{:>7}{:>7}{:>7}{:>7.2}{:>8}{:>8}{:>9}{:>6}{:>8}",
            figures.stories,
            figures.cases,
            figures.percent(figures.negative),
            figures.percent(figures.edge),
            figures.mean_score(),
            figures.limits,
            figures.covered,
            figures.whole,
            figures.thin.len(),
            figures.unasked.len(),
        );
    }
    println!("of the limits covered, measured: {}", all.measured);
    for (what, list) in [
        ("limits", &all.missed),
        ("inventions", &all.invented),
        ("repeated", &all.repeated),
        ("empty", &all.empty),
        ("rejected", &all.rejected),
        ("unasked", &all.unasked),
        ("thin", &all.thin),
        ("partial", &all.partial),
        ("few negative", &all.mild),
    ] {
        println!("{what}: {}", list.len());
        for line in list {
            println!("  {line}");
        }
    }
}
