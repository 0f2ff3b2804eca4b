#![allow(clippy::unwrap_used)]

use super::embedder::Embedder;
use super::hybrid::Hybrid;
use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

const STORIES: &[(&str, &str)] = &[
    (
        "E-1",
        "As a customer, I want to apply a discount code at checkout so that I pay less",
    ),
    (
        "E-2",
        "As a customer, I want to apply one discount code at the checkout, so that I pay less",
    ),
    ("E-3", "As a customer, I want to pay with a gift card at checkout"),
    (
        "E-4",
        "As a resident, I want the heating to drop at night so that I save energy",
    ),
    ("E-5", "As a nurse, I want a warning when the blood pressure is high"),
];

fn corpus() -> Arc<Corpus> {
    let examples = STORIES
        .iter()
        .map(|(id, story)| Arc::new(Example::bare(id, story, &[])));
    Arc::new(Corpus::of(examples.collect()))
}

fn ids(found: &Found) -> Vec<&str> {
    found.examples.iter().map(|example| example.id.as_str()).collect()
}

#[tokio::test]
async fn the_story_itself_and_its_twin_are_never_examples() {
    let retriever = Retriever::new(corpus());
    let found = retriever.find(&Query::new(STORIES[0].1, &[]), 3).await;
    assert_eq!(ids(&found), ["E-3"], "nothing else shares a word");
    let found = retriever
        .find(
            &Query::new("Apply discount codes at checkout: customers pay less", &[]),
            3,
        )
        .await;
    assert_eq!(ids(&found), ["E-3"], "the same in other words is a twin as well");
}

#[tokio::test]
async fn of_two_twins_in_the_corpus_one_is_shown() {
    let retriever = Retriever::new(corpus());
    let found = retriever
        .find(
            &Query::new("As a seller, I want to issue a discount code for the checkout", &[]),
            3,
        )
        .await;
    assert_eq!(ids(&found), ["E-1", "E-3"]);
    assert!(retriever.find(&Query::new("", &[]), 3).await.examples.is_empty());
    assert!(
        retriever
            .find(&Query::new("discount", &[]), 0)
            .await
            .examples
            .is_empty()
    );
}

/// An embedder that knows three meanings, money, body and home, however they are worded.
#[derive(Debug, Default)]
struct Meanings {
    asked: AtomicUsize,
    down: bool,
}

impl Embedder for Meanings {
    fn name(&self) -> BoxFuture<'_, Result<String, SearchError>> {
        Box::pin(async { Ok("meanings@1".to_owned()) })
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<f32>>, SearchError>> {
        Box::pin(async move {
            if self.down {
                return Err(SearchError("nobody answers".to_owned()));
            }
            self.asked.fetch_add(texts.len(), Ordering::Relaxed);
            let has = |text: &str, words: &[&str]| words.iter().filter(|word| text.contains(**word)).count() as f32;
            let vector = |text: &String| {
                let text = text.to_lowercase();
                vec![
                    has(&text, &["discount", "pay", "voucher"]),
                    has(&text, &["blood", "nurse", "pulse"]),
                    has(&text, &["resident", "heating"]),
                    0.1,
                ]
            };
            Ok(texts.iter().map(vector).collect())
        })
    }
}

fn hybrid(embedder: Meanings, file: Option<std::path::PathBuf>) -> (Retriever, Arc<Hybrid>) {
    let plain = Retriever::new(corpus());
    let hybrid = Hybrid::new(
        Arc::clone(plain.corpus()),
        Arc::clone(plain.lexical()),
        Arc::new(embedder),
        file,
    );
    (plain.with(Arc::clone(&hybrid) as Arc<dyn Search>), hybrid)
}

#[tokio::test]
async fn meaning_finds_what_shares_no_word() {
    let (retriever, hybrid) = hybrid(Meanings::default(), None);
    let query = Query::new("The pulse of a resident is shown", &[]);
    let before = retriever.find(&query, 1).await;
    assert_eq!(before.fallback.as_deref(), Some("the examples are not embedded yet"));
    assert_eq!(ids(&before), ["E-4"], "by its words: resident");
    assert_eq!(hybrid.build().await, Ok(5));
    let after = retriever.find(&query, 2).await;
    assert!(after.fallback.is_none());
    assert!(ids(&after).contains(&"E-5"), "{:?}", ids(&after));
}

#[tokio::test]
async fn an_embedder_that_is_down_costs_nothing_but_its_order() {
    let (retriever, hybrid) = hybrid(
        Meanings {
            down: true,
            ..Meanings::default()
        },
        None,
    );
    assert!(hybrid.build().await.is_err());
    let found = retriever.find(&Query::new("Pay with a card", &[]), 2).await;
    assert!(found.fallback.is_some());
    assert_eq!(ids(&found)[0], "E-3");
}

#[tokio::test]
async fn what_was_embedded_is_not_embedded_again() {
    let path = std::env::temp_dir().join(format!("testgen-vectors-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let (_, first) = hybrid(Meanings::default(), Some(path.clone()));
    assert_eq!(first.build().await, Ok(5));
    let (_, second) = hybrid(Meanings::default(), Some(path.clone()));
    assert_eq!(second.build().await, Ok(0));
    std::fs::write(&path, b"damaged").unwrap();
    let (_, third) = hybrid(Meanings::default(), Some(path.clone()));
    assert_eq!(third.build().await, Ok(5));
    std::fs::remove_file(&path).unwrap();
}
