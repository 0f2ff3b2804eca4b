//! R18 File transfer: upload, import, attach; download, export.
//!
//! Gives: the empty file, the file whose content is not what its name says, the upload that breaks off, the name with
//! unusual characters; the export with nothing in it and with characters that its format gives a meaning. Asks for file
//! types and the largest size when the story does not state them. Stated sizes and types are R3 to R5.
//!
//! Refuses: types and sizes that are not stated.

use crate::basis::{Dimension, LiteralKind, VerbClass};
use crate::coverage::scene::grammar::{a, capitalised, plural, the};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Span, Step, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    if let Some(scene) = scene.focus(&[VerbClass::Upload]) {
        upload(&scene, found);
    }
    if let Some(scene) = scene.focus(&[VerbClass::Download]) {
        download(&scene, found);
    }
}

const EXTENSIONS: [&str; 28] = [
    "pdf", "png", "jpg", "jpeg", "gif", "heic", "webp", "svg", "tiff", "csv", "xlsx", "xls", "docx", "doc", "txt",
    "zip", "json", "xml", "mp3", "mp4", "mov", "wav", "md", "yaml", "ics", "dicom", "stl", "html",
];

/// The first file type that story or criteria name, in lower case, and where.
pub(super) fn stated_type(scene: &Scene<'_>) -> Option<(String, Span)> {
    let span = scene.mentions(&EXTENSIONS)?;
    let word = scene.basis.words(span).trim_matches('.').to_lowercase();
    // `moving` is no `mov`.
    EXTENSIONS.contains(&word.as_str()).then_some((word, span))
}

/// Types of which every text file is one.
fn is_text(extension: &str) -> bool {
    ["csv", "txt", "json", "xml", "md", "yaml", "html"].contains(&extension)
}

fn upload(scene: &Scene<'_>, found: &mut Found) {
    let one = if scene.object().is_empty() {
        "file".to_owned()
    } else {
        scene.one()
    };
    let verb = scene.action().map_or("upload", |action| action.verb.as_str());
    let import = verb == "import";
    let stated = stated_type(scene);
    let extension = stated.as_ref().map(|(extension, _)| extension.as_str());
    let base = |key: &str, condition: String, technique: Technique, case_type: TestCaseType| {
        let proposal = Proposal::new(key, condition, technique, case_type, scene.action_span()).givens(scene.start());
        match &stated {
            Some((_, span)) => proposal.also(*span),
            None => proposal,
        }
    };
    let name = |stem: &str| extension.map_or_else(|| stem.to_owned(), |extension| format!("{stem}.{extension}"));

    let empty = name("empty");
    let an_empty = if extension.is_some() {
        format!("the file {empty} of 0 bytes")
    } else {
        "a file of 0 bytes".to_owned()
    };
    let proposal = base(
        &format!("negative/{one}/empty file"),
        "a file of 0 bytes".to_owned(),
        Technique::BoundaryValueAnalysis,
        TestCaseType::Negative,
    )
    .titled("An empty file is refused")
    .because("An empty file is a mistake that is noticed only when somebody needs the content")
    .priority(Priority::Medium)
    .given(format!("{} is at hand", capitalised(&an_empty)))
    .step(scene.open())
    .act("Choose this file")
    .act("Start the upload")
    .seen("A message says that the file is empty")
    .expect(format!(
        "The file is refused because it is empty; no new {one} is listed"
    ))
    .sample("0", "size of an empty file in bytes");
    found.propose_untold(
        scene,
        &["empty file", "0 bytes", "empty files"],
        if extension.is_some() {
            proposal.sample(&empty, "name of an empty file of an allowed type")
        } else {
            proposal
        },
    );

    if let Some(extension) = extension.filter(|extension| !import && !is_text(extension)) {
        let disguised = format!("notes.{extension}");
        let kind = extension.to_uppercase();
        found.propose(
            base(
                &format!("negative/{one}/disguised"),
                format!("a text file whose name ends in .{extension}"),
                Technique::ErrorGuessing,
                TestCaseType::Negative,
            )
            .titled(format!("A text file that is renamed to .{extension} is refused"))
            .because("The name of a file says nothing about its content")
            .priority(Priority::Medium)
            .given(format!("A plain text file was renamed to {disguised}"))
            .step(scene.open())
            .step(Step::new(format!("Choose the file {disguised}.")).with_data(&disguised))
            .act("Start the upload")
            .seen(format!("A message says that the file is no {kind} file"))
            .expect(format!(
                "The file is refused because its content is not {kind}; no new {one} is listed"
            ))
            .sample(&disguised, format!("name of a text file that claims to be {kind}")),
        );
    }
    found.propose(
        base(
            &format!("edge/{one}/broken off"),
            "the connection breaks during the upload".to_owned(),
            Technique::ErrorGuessing,
            TestCaseType::EdgeCase,
        )
        .titled(if import {
            "An import that breaks off leaves nothing half done".to_owned()
        } else {
            format!("An upload that breaks off leaves no half {one}")
        })
        .because("A file that is cut opens with an error long after anybody remembers the upload")
        .priority(Priority::Medium)
        .given("A file is at hand whose upload takes long enough to be cut")
        .step(scene.open())
        .act("Start the upload of this file")
        .act("Cut the network connection before the upload ends")
        .seen("A message says that the upload failed")
        .act("Restore the connection")
        .act(format!("{} the same file again", capitalised(verb)))
        .expect(if import {
            format!("Each {one} of the file is listed exactly once; the attempt that broke off left nothing behind")
        } else {
            format!("The {one} is there exactly once and whole; the attempt that broke off left nothing behind")
        }),
    );
    if import {
        return;
    }
    let unusual = name("Ünïcode näme (1) & co");
    found.propose(
        base(&format!("edge/{one}/unusual name"), "a file name with accents, blanks and signs".to_owned(), Technique::Syntax, TestCaseType::EdgeCase)
            .titled("A file name with accents and signs is kept")
            .because("Names with accents, blanks and signs get mangled on the way")
            .priority(Priority::Low)
            .given("A file with the name from the data is at hand")
        .step(scene.open())
            .step(Step::new("Choose this file.").with_data(&unusual))
            .act("Start the upload")
            .expect(format!("The {one} is shown with the content of the file; where its name is shown, it is the same as before, letter by letter"))
            .sample(&unusual, "file name with accents, blanks and signs"),
    );
    if extension.is_none() {
        found.ask(
            format!("{one}/file types"),
            format!("Which file types are accepted for {}?", the(&one)),
            Some(scene.action_span()),
        );
    }
    if !scene
        .basis
        .limits()
        .any(|(limit, _)| limit.dimension == Dimension::DataSize)
    {
        found.ask(
            format!("limit/{one}/size/max"),
            format!("How large may {} be at most?", a(&one)),
            Some(scene.action_span()),
        );
    }
}

fn download(scene: &Scene<'_>, found: &mut Found) {
    let object = if scene.object().is_empty() {
        "file"
    } else {
        scene.object()
    };
    let verb = scene.action().map_or("download", |action| action.verb.as_str());
    if verb != "export" {
        return;
    }
    let entry = scene.entry().unwrap_or_else(|| "entry".to_owned());
    let entries = plural(&entry);
    let own = if scene.is_own() {
        format!("The {} has", scene.actor())
    } else {
        "The system has".to_owned()
    };
    let signed_in = scene
        .start()
        .into_iter()
        .filter(|given| !given.starts_with("At least one"));
    if scene.entry().is_some() {
        found.propose(
        Proposal::new(
            format!("edge/{entry}/nothing to export"),
            format!("there are no {entries}"),
            Technique::BoundaryValueAnalysis,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!(
            "{} without any {entry} is explained",
            if verb == "export" { "An export" } else { "A download" }
        ))
        .because("A file without content looks like a fault")
        .priority(Priority::Low)
        .givens(signed_in)
        .given(format!("{own} no {entry}"))
        .act(format!("Open {}", the(object)))
        .act(format!("{} {}", capitalised(verb), the(object)))
        .expect(format!(
            "A text says that there are no {entries}; no file that cannot be opened is handed out and no technical error is shown"
        )),
    );
    }
    let table = scene.mentions(&["csv", "excel", "xlsx", "spreadsheet"]);
    let spoken = scene.basis.literals.iter().any(|literal| matches!(&literal.kind, LiteralKind::Enumeration(list) if list.members.iter().any(|member| EXTENSIONS.contains(&member.text.to_lowercase().as_str()))));
    if verb == "export" {
        found.propose(with_signs(scene, object, &entry, table));
        if table.is_none() && stated_type(scene).is_none() && !spoken {
            found.ask(
                format!("{object}/file format"),
                format!(
                    "In which file format {} exported?",
                    if crate::coverage::scene::grammar::is_plural(object) {
                        format!("are the {object}")
                    } else {
                        format!("is the {object}")
                    }
                ),
                Some(scene.action_span()),
            );
        }
    }
}

fn with_signs(scene: &Scene<'_>, object: &str, entry: &str, table: Option<Span>) -> Proposal {
    const TEXT: &str = "Zoë \"Z\", Ltd; =1+1";
    let proposal = Proposal::new(
        format!("edge/{entry}/signs in export"),
        "a text with quotes, commas, accents and a leading sign of a formula",
        Technique::Syntax,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled("A text with quotes, commas or accents survives the export unchanged")
    .because("Signs that the file format gives a meaning shift columns or change texts")
    .priority(Priority::Medium)
    .givens(scene.start())
    .given(format!("One {entry} holds the text {TEXT}"))
    .act(format!("Open {}", the(object)))
    .act(format!("Export {}", the(object)))
    .act("Open the file")
    .expect(format!("The text stands in one field of the {entry}, the same letter by letter; every other field stands under its own heading"))
    .sample(TEXT, "text with quotes, separators, an accent and a formula sign");
    match table {
        Some(span) => proposal.also(span),
        None => proposal,
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn upload_of_stated_types() {
        let story = "As a citizen, I want to upload my passport photo so that I can apply for a passport";
        insta::assert_snapshot!(given_by(
            propose,
            story,
            &["The photo must be a JPG, PNG or HEIC file."]
        ));
    }

    #[test]
    fn upload_without_types() {
        let story = "As an employee, I want to attach a receipt so that my expenses are paid back";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn export() {
        let story = "As an accountant, I want to export invoices as CSV so that I can import them in the tax software";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to view my photos so that I remember the trip",
            "As a clerk, I want to create a file number so that the case can be found",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
