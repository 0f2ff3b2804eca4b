//! Commands that are typed: what they print, how they end, and what they say when they are typed wrong.

use super::super::ordinary::Ordinary;
use super::item;
use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{capitalised, is_plural, plural};
use crate::coverage::{Found, Scene};
use crate::test_case::{Priority, Step, TestCaseType};

pub(super) fn run(scene: &Scene<'_>) -> Ordinary {
    let several = lists(scene);
    let mut run = Ordinary {
        steps: vec![
            Step::new("Open a terminal."),
            Step::new(format!("Run the command to {}.", deed(scene))),
        ],
        ..Ordinary::default()
    };
    run.expected = if several {
        run.givens = vec![format!("Two {} exist whose data are known.", scene.many())];
        format!(
            "Both {} are printed with their data; the command ends with exit code 0.",
            scene.many()
        )
    } else {
        run.givens = vec!["The command is installed.".to_owned()];
        "The command ends with exit code 0; its output names what was done.".to_owned()
    };
    run.values = vec![crate::coverage::values::sample(
        "0",
        "exit code of a command that succeeded",
    )];
    run
}

/// Whether the command prints several things.
fn lists(scene: &Scene<'_>) -> bool {
    is_plural(scene.object()) && scene.has_class(&[VerbClass::Read, VerbClass::Search, VerbClass::Filter])
}

/// `list the containers`; one of them where one is meant.
fn deed(scene: &Scene<'_>) -> String {
    let verb = scene.action().map_or("use", |action| action.verb.as_str());
    if is_plural(scene.object()) {
        format!("{verb} the {}", scene.object())
    } else {
        scene.deed()
    }
}

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let deed = deed(scene);
    let case = |key: &str, condition: String, kind| {
        item(scene, &format!("command/{key}"), condition, kind).given("The command is installed")
    };
    if is_plural(scene.object()) {
        let many = plural(&scene.one());
        found.propose(
            case("none", format!("there are no {many}"), TestCaseType::EdgeCase)
                .titled(format!(
                    "Without any {} the command says so and ends without an error",
                    scene.one()
                ))
                .because("An empty answer and a broken command must not look the same")
                .priority(Priority::Medium)
                .given(format!("No {} exists", scene.one()))
                .act("Open a terminal")
                .act(format!("Run the command to {deed}"))
                .expect(format!(
                    "The output says that there are no {many}; the command ends with exit code 0"
                ))
                .sample("0", "exit code of a command that succeeded"),
        );
    }
    found.propose(
        case(
            "unknown option",
            "an option that does not exist".to_owned(),
            TestCaseType::Negative,
        )
        .titled("An unknown option is refused with a message that names it")
        .because("A slip that is passed over does something else than was meant")
        .priority(Priority::Medium)
        .act("Open a terminal")
        .act(format!("Run the command to {deed} with the option --no-such-option"))
        .seen("A message names --no-such-option and how the help is called")
        .expect("The command ends with an exit code other than 0; nothing else was done")
        .sample("--no-such-option", "option that does not exist")
        .sample("0", "exit code of a command that succeeded"),
    );
    found.propose(
        case(
            "no connection",
            "what the command asks cannot be reached".to_owned(),
            TestCaseType::Negative,
        )
        .titled(format!(
            "{} is told plainly when what the command asks cannot be reached",
            capitalised(&scene.an_actor())
        ))
        .because("A command that hangs or prints nothing is taken for an empty answer")
        .priority(Priority::Medium)
        .given("What the command asks was stopped")
        .act("Open a terminal")
        .act(format!("Run the command to {deed}"))
        .seen("A message says what cannot be reached")
        .expect("The command ends with an exit code other than 0")
        .sample("0", "exit code of a command that succeeded"),
    );
    if !lists(scene) {
        return;
    }
    found.propose(
        case("piped", "the output goes to a file".to_owned(), TestCaseType::EdgeCase)
            .titled("The output in a file holds the same as the output on the screen")
            .because("Scripts read what people do not see: colours and progress bars break them")
            .priority(Priority::Low)
            .act("Open a terminal")
            .act(format!("Run the command to {deed}"))
            .act("Run it again with its output sent to a file")
            .act("Compare the file with the output on the screen")
            .expect("The file holds the same text, without marks for colour"),
    );
}
