//! The settings file: a mistake has a place and a reason, and shows no key; what is accepted is shown in a spelling that
//! is accepted again.

use testgen::config::file::File;
use testgen::config::source::Flags;
use testgen::config::{self, Field, SETTINGS};

/// What holds for any settings file.
pub fn configuration(data: &[u8]) {
    let Some((_, text)) = super::split(data) else {
        return;
    };
    let text = super::text(text);
    let file = File::of("testgen.toml", text.clone());
    let loaded = match config::load(&[&file]) {
        Ok(loaded) => loaded,
        Err(mistakes) => {
            assert!(!mistakes.0.is_empty());
            for mistake in &mistakes.0 {
                assert!(!mistake.place.is_empty() && !mistake.message.is_empty());
                assert!(mistake.message.len() <= 1_000, "{} bytes", mistake.message.len());
            }
            assert!(mistakes.0.len() <= text.len() + 8);
            return;
        }
    };
    let mut flags = Flags::default();
    for (row, setting) in loaded.rows().iter().zip(SETTINGS) {
        if let Field::Secret(_) = setting.field {
            assert!(row.value.is_empty() || row.value == "********");
            continue;
        }
        // A password is not shown, so that what is shown is another address.
        if !row.value.contains("****") {
            flags.set("--set", row.name, row.value.clone());
        }
    }
    let shown = match config::load(&[&flags]) {
        Ok(shown) => shown,
        Err(mistakes) => panic!("what is shown is refused: {mistakes}"),
    };
    for (row, again) in loaded.rows().iter().zip(shown.rows()) {
        assert!(
            row.value == again.value || row.value.contains("****"),
            "{row:?} {again:?}"
        );
    }
}
