//! Gates: a figure, a comparison and a bound. Every variant has to pass every gate.

use super::metric::{metric, metrics};
use super::summary::Summary;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A bound on a figure, such as `quality.lint_mean>=8`.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    name: &'static str,
    comparison: Comparison,
    bound: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    AtLeast,
    AtMost,
    Above,
    Below,
}

impl Comparison {
    /// The longer signs first: `>=` begins with `>`.
    const ALL: [(&'static str, Self); 4] = [
        (">=", Self::AtLeast),
        ("<=", Self::AtMost),
        (">", Self::Above),
        ("<", Self::Below),
    ];

    fn sign(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, one)| *one == self)
            .map_or("", |(sign, _)| sign)
    }

    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::AtLeast => value >= bound,
            Self::AtMost => value <= bound,
            Self::Above => value > bound,
            Self::Below => value < bound,
        }
    }
}

/// How a gate fell out for a variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The gate, as it was given.
    pub gate: String,
    /// The variant's name.
    pub variant: String,
    /// The figure; `None` if the variant has none, which fails the gate.
    pub value: Option<f64>,
    /// Whether it passes.
    pub passed: bool,
    /// The same in words.
    pub message: String,
}

impl FromStr for Gate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?}: a figure, one of >= <= > <, and a number are expected, such as quality.lint_mean>=8");
        let found = Comparison::ALL.iter().find_map(|(sign, comparison)| {
            text.split_once(sign)
                .map(|(name, bound)| (name.trim(), *comparison, bound.trim()))
        });
        let (name, comparison, bound) = found.ok_or_else(wrong)?;
        let bound: f64 = match bound.strip_suffix('%') {
            Some(percent) => percent.trim().parse().map(|percent: f64| percent / 100.0),
            None => bound.parse(),
        }
        .ok()
        .filter(|bound: &f64| bound.is_finite())
        .ok_or_else(wrong)?;
        let Some(known) = metric(name) else {
            let near: Vec<&str> = metrics()
                .map(|metric| metric.name)
                .filter(|known| known.split_once('.').is_some_and(|(group, _)| name.starts_with(group)))
                .collect();
            let near = if near.is_empty() {
                metrics().map(|metric| metric.name).collect()
            } else {
                near
            };
            return Err(format!("there is no figure {name:?}; there are {}", near.join(", ")));
        };
        Ok(Self {
            name: known.name,
            comparison,
            bound,
        })
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.name, self.comparison.sign(), self.bound)
    }
}

impl Gate {
    /// Reads `[gates]` of a TOML text: `"quality.lint_mean" = ">= 8"`.
    ///
    /// # Errors
    /// Everything that is wrong, a line each.
    pub fn parse_file(text: &str) -> Result<Vec<Self>, String> {
        #[derive(serde::Deserialize)]
        struct File {
            gates: BTreeMap<String, String>,
        }
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut wrong = Vec::new();
        let gates = file.gates.iter().filter_map(|(name, bound)| {
            let gate = format!("{name}{bound}").parse();
            gate.map_err(|error: String| wrong.push(error)).ok()
        });
        let gates: Vec<Self> = gates.collect();
        if wrong.is_empty() {
            Ok(gates)
        } else {
            Err(wrong.join("\n"))
        }
    }

    /// How it falls out for a variant.
    #[must_use]
    pub fn judge(&self, summary: &Summary) -> Verdict {
        let value = summary.value(self.name).map(|value| value.value);
        let passed = value.is_some_and(|value| self.comparison.holds(value, self.bound));
        let shown = |value| metric(self.name).map_or_else(|| format!("{value}"), |metric| metric.shown(value));
        let message = match value {
            Some(value) => format!(
                "{} is {}; wanted {} {}",
                self.name,
                shown(value),
                self.comparison.sign(),
                shown(self.bound)
            ),
            None => format!("{} cannot be computed from these stories", self.name),
        };
        Verdict {
            gate: self.to_string(),
            variant: summary.name.clone(),
            value,
            passed,
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn a_gate_is_read_as_it_is_typed() {
        let gate = |text: &str| text.parse::<Gate>().map(|gate| gate.to_string());
        assert_eq!(gate("quality.lint_mean>=8").unwrap(), "quality.lint_mean >= 8");
        assert_eq!(gate("quality.failed <= 5 %").unwrap(), "quality.failed <= 0.05");
        assert_eq!(gate("latency.p95<5").unwrap(), "latency.p95 < 5");
        assert!(gate("latency.p94<5").unwrap_err().contains("latency.p95"));
        for wrong in [
            "",
            "quality.lint_mean",
            "quality.lint_mean>=",
            "quality.lint_mean>=many",
            "quality.lint_mean>=NaN",
        ] {
            assert!(
                gate(wrong).unwrap_err().contains("such as quality.lint_mean>=8"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_file_of_gates_tells_everything_that_is_wrong() {
        let gates = Gate::parse_file("[gates]\n\"quality.lint_mean\" = \">= 8\"\n\"latency.p95\" = \"< 5\"\n").unwrap();
        assert_eq!(gates.len(), 2);
        let told = Gate::parse_file("[gates]\n\"quality.nothing\" = \">= 8\"\n\"latency.p95\" = \"5\"\n").unwrap_err();
        assert!(
            told.contains("quality.nothing") && told.contains("latency.p95"),
            "{told}"
        );
        assert!(Gate::parse_file("").is_err());
    }
}
