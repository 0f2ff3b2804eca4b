//! Every seed and every find of the fuzz targets, through the properties that the targets check (`fuzz/src`).

#[path = "../../fuzz/src/lib.rs"]
#[allow(unreachable_pub, dead_code, reason = "it is the library of another crate")]
mod properties;

use std::fs;
use std::path::Path;

#[test]
fn seeds_and_finds_keep_the_properties_of_their_targets() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for (name, holds) in properties::TARGETS {
        let mut read = 0;
        for folder in ["seeds", "finds"] {
            for entry in fs::read_dir(root.join(folder).join(name)).into_iter().flatten() {
                let path = entry.unwrap().path();
                eprintln!("{}", path.display());
                holds(&fs::read(path).unwrap());
                read += 1;
            }
        }
        assert!(read > 0, "{name} has no seeds");
    }
}
