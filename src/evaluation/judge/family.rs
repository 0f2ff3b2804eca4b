//! Whether a judge judges itself: models score their own words, and those of their family, higher than others do.

use serde::{Deserialize, Serialize};

/// How near a judge is to whoever worded a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelfJudging {
    /// The same model, or one that differs in its tag alone.
    SameModel,
    /// Another model of the same family.
    SameFamily,
}

impl SelfJudging {
    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameModel => "the same model",
            Self::SameFamily => "a model of the same family",
        }
    }
}

/// How near two models are, each a name and a digest that may be empty. A name without its tag is a model; the letters that
/// it begins with are its family: `llama` of `llama3.2:1b` and of `llama3-chatqa:8b`. A family that renamed itself
/// (`codellama`, a distilled model named after its teacher) is not seen.
#[must_use]
pub fn self_judging(judge: (&str, &str), writer: (&str, &str)) -> Option<SelfJudging> {
    let (judge_name, judge_digest) = judge;
    let (writer_name, writer_digest) = writer;
    if writer_name.is_empty() {
        return None;
    }
    let same_digest = !judge_digest.is_empty() && judge_digest == writer_digest;
    if same_digest || model(judge_name) == model(writer_name) {
        return Some(SelfJudging::SameModel);
    }
    let (one, other) = (family(judge_name), family(writer_name));
    (!one.is_empty() && one == other).then_some(SelfJudging::SameFamily)
}

/// A name without its owner and its tag, in lower case.
fn model(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.split(':').next().unwrap_or(name).to_lowercase()
}

fn family(name: &str) -> String {
    model(name).chars().take_while(|c| c.is_alphabetic()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_judge_that_is_the_writer_or_of_its_family_is_seen() {
        use SelfJudging::{SameFamily, SameModel};
        for (judge, writer, expect) in [
            (("llama3.2:3b", ""), ("llama3.2:1b", ""), Some(SameModel)),
            (("library/Llama3.2", ""), ("llama3.2:latest", ""), Some(SameModel)),
            (("judge:latest", "abc"), ("writer:latest", "abc"), Some(SameModel)),
            (("llama3-chatqa:8b", "a"), ("llama3.2:1b", "b"), Some(SameFamily)),
            (("qwen2.5:7b", "a"), ("qwen3-vl:8b", "b"), Some(SameFamily)),
            (("meta/llama-3.1-8b", ""), ("llama3.2", ""), Some(SameFamily)),
            (("qwen2.5:7b", ""), ("llama3.2:1b", ""), None),
            (("qwen2.5:7b", ""), ("", ""), None),
            (("1x", ""), ("2y", ""), None),
        ] {
            assert_eq!(self_judging(judge, writer), expect, "{judge:?} of {writer:?}");
        }
    }
}
