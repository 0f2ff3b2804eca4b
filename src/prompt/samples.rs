//! A small story with everything that a prompt can show: each file of the catalogue is rendered with it when it is read, so
//! that a wrong name in a template is found at the start and not by a caller.

use super::catalog::{Catalog, CatalogError, Variant};
use super::{Inputs, Shown};
use crate::basis::{BasisItem, TestBasis};
use crate::coverage::Plan;
use crate::test_case::BasisId;

/// Renders a variant with little and with everything.
pub(super) fn try_out(catalog: &Catalog, variant: &Variant) -> Result<(), CatalogError> {
    let item = |id: BasisId, text: &str| BasisItem {
        id,
        text: text.to_owned(),
    };
    let story = item(BasisId::Story, "As a member, I want to borrow up to 5 books");
    let bare = TestBasis {
        items: vec![story.clone()],
        ..TestBasis::default()
    };
    let full = TestBasis {
        items: vec![story, item(BasisId::Criterion(1), "A loan lasts 21 days")],
        context: "Member: someone with a card.".to_owned(),
        ..TestBasis::default()
    };
    let plan = Plan {
        items: Vec::new(),
        drafts: Vec::new(),
        questions: Vec::new(),
        blocked: false,
    };
    let (criteria, cases) = (
        ["An order has an address.".to_owned()],
        ["{\"title\": \"…\"}".to_owned()],
    );
    let shown = [Shown {
        id: "E-1",
        story: "As a customer, I want to order",
        criteria: &criteria,
        cases: &cases,
    }];
    let little = Inputs {
        basis: &bare,
        plan: &plan,
        asked: &[],
        have: &[],
        again: "",
        cases: (3, 8),
        earlier: &[],
        reason: "",
        keep: &[],
        examples: &[],
    };
    catalog.check(variant, &little)?;
    let everything = Inputs {
        basis: &full,
        have: &cases,
        again: "two items are missing.",
        earlier: &cases,
        reason: "Say which message.",
        keep: &["title"],
        examples: &shown,
        ..little
    };
    catalog.check(variant, &everything)
}
