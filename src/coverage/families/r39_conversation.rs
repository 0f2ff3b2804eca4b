//! R39, conversation: two people write to each other.
//!
//! Gives: an answer that arrives, the order of messages, an empty message, a lost connection, nobody there, somebody else's
//! conversation, what stays after it was closed. Asks for the hours and for the longest message.

use super::ordinary::Ordinary;
use super::rows::{self, Row};
use crate::coverage::{Found, Scene};
use crate::test_case::{Priority, Step, Technique, TestCaseType};

/// With whom: `support`; `None` where nobody converses.
fn partner(scene: &Scene<'_>) -> Option<String> {
    let action = scene.action()?;
    let with = action
        .circumstances
        .iter()
        .find_map(|words| words.strip_prefix("with ").or_else(|| words.strip_prefix("to ")));
    match action.verb.as_str() {
        "chat" | "converse" => Some(with.map_or_else(|| "other person".to_owned(), |with| clean(scene, with))),
        "message" | "text" if !action.object.is_empty() => Some(clean(scene, &action.object)),
        _ => None,
    }
}

fn clean(scene: &Scene<'_>, words: &str) -> String {
    let words = scene.observed(words);
    crate::coverage::scene::grammar::bare(&words).to_lowercase()
}

/// The ordinary run: one message, one answer.
pub(super) fn run(scene: &Scene<'_>) -> Option<Ordinary> {
    let partner = partner(scene)?;
    let mut givens = scene.start();
    givens.retain(|given| given.contains("signed in"));
    givens.push(format!("Somebody on the side of the {partner} is there to answer."));
    Some(Ordinary {
        givens,
        steps: vec![
            Step::new("Open the chat."),
            Step::new("Send the message Hello, can you help me?"),
            Step::new(format!("Answer it on the side of the {partner}.")),
        ],
        expected: "Message and answer are shown on both sides, each once, with the name of who wrote it.".to_owned(),
        values: vec![crate::coverage::values::sample(
            "Hello, can you help me?",
            "an ordinary message",
        )],
    })
}

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(partner) = partner(scene) else { return };
    let actor = scene.actor();
    let given: Vec<String> = scene.start_signed_in();
    let row = |key, kind, priority, title: String| Row {
        key,
        technique: Technique::ErrorGuessing,
        kind,
        priority,
        condition: title.to_lowercase(),
        title,
        because: "A conversation with a gap is misunderstood",
        givens: Vec::new(),
        steps: Vec::new(),
        expect: String::new(),
    };
    let open = ("Open the chat".to_owned(), "");
    let all = [
        Row {
            technique: Technique::EquivalencePartitioning,
            because: "An empty message only disturbs",
            steps: vec![
                open.clone(),
                (
                    "Send a message without any text".to_owned(),
                    "The message is not accepted",
                ),
            ],
            expect: format!("No message is added to the chat, and none arrives at the {partner}"),
            ..row(
                "empty",
                TestCaseType::Negative,
                Priority::Medium,
                "A message without text is not sent".to_owned(),
            )
        },
        Row {
            steps: vec![
                open.clone(),
                ("Cut the connection".to_owned(), ""),
                (
                    "Write a message and send it".to_owned(),
                    "The message is marked as not sent",
                ),
                ("Restore the connection".to_owned(), ""),
                ("Send the message again".to_owned(), ""),
            ],
            expect: format!("The message arrives at the {partner} exactly once"),
            ..row(
                "connection lost",
                TestCaseType::EdgeCase,
                Priority::High,
                "A message written without connection is neither lost nor doubled".to_owned(),
            )
        },
        Row {
            because: "Silence looks like a fault",
            givens: vec![format!("Nobody on the side of the {partner} is there to answer")],
            steps: vec![open.clone(), ("Send a message".to_owned(), "")],
            expect: format!("A text says that nobody is there at the moment; the message is kept for the {partner}"),
            ..row(
                "nobody there",
                TestCaseType::EdgeCase,
                Priority::High,
                format!("The {actor} is told when nobody is there to answer"),
            )
        },
        Row {
            steps: vec![
                open.clone(),
                ("Send three messages one right after the other".to_owned(), ""),
                (format!("Look at the chat on the side of the {partner}"), ""),
            ],
            expect: "The three messages are shown in the order in which they were sent, each once".to_owned(),
            ..row(
                "order",
                TestCaseType::EdgeCase,
                Priority::Medium,
                "Messages keep the order in which they were sent".to_owned(),
            )
        },
        Row {
            technique: Technique::ChecklistBased,
            because: "What is told there is meant for two",
            givens: vec![format!(
                "Two {actor}s have a chat each, and the address of each chat is known"
            )],
            steps: vec![
                (format!("Sign in as the second {actor}"), ""),
                (
                    format!("Open the chat of the first {actor} by its address"),
                    "The request is refused",
                ),
            ],
            expect: format!("No message of the first {actor}'s chat is shown"),
            ..row(
                "foreign",
                TestCaseType::Negative,
                Priority::High,
                format!("The chat of another {actor} cannot be read"),
            )
        },
        Row {
            technique: Technique::StateTransition,
            givens: vec!["The chat holds a message and an answer".to_owned()],
            steps: vec![
                ("Close the chat".to_owned(), ""),
                ("Open the chat again".to_owned(), ""),
            ],
            expect: "Message and answer are shown as before".to_owned(),
            ..row(
                "again",
                TestCaseType::EdgeCase,
                Priority::Medium,
                "A chat that is opened again shows what was written".to_owned(),
            )
        },
    ];
    for row in all {
        rows::propose(scene, "conversation", &given, row, found);
    }
    let hours = scene
        .basis
        .literals
        .iter()
        .any(|literal| matches!(literal.kind, crate::basis::LiteralKind::Time(_)));
    if !hours {
        found.ask(
            "conversation/hours",
            format!("At which times is the {partner} there to answer?"),
            Some(scene.action_span()),
        );
    }
    if scene.basis.limits().next().is_none() {
        found.ask(
            "conversation/length",
            "How long may a message be, and may files be sent?",
            Some(scene.action_span()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn chat() {
        let story = "As a customer, I want to chat with support so that I get help";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a customer, I want to read the messages of my bank",
            "As a manager, I want to share a report with the board",
            "As a user, I want to mute a chat",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
