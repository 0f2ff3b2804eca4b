//! Plots as inline SVG: no script, no network, colours from the page.

use std::fmt::Write as _;

/// Text for SVG and HTML.
fn safe(text: &str) -> String {
    super::escaped(text)
}

/// A series of a plot: the variant's name, and its numbers.
pub(super) struct Series {
    pub(super) name: String,
    pub(super) values: Vec<f64>,
}

/// Bars for each class, one beside the other for each variant. `shown` writes a value above its bar.
pub(super) fn bars(title: &str, classes: &[String], series: &[Series], shown: fn(f64) -> String) -> String {
    const WIDTH: f64 = 520.0;
    const HEIGHT: f64 = 190.0;
    const BASE: f64 = 150.0;
    let most = series
        .iter()
        .flat_map(|one| one.values.iter().copied())
        .fold(f64::MIN_POSITIVE, f64::max);
    let class_width = WIDTH / classes.len().max(1) as f64;
    let bar = (class_width * 0.76 / series.len().max(1) as f64).min(46.0);
    let mut svg = opening(title, WIDTH, HEIGHT, series, classes, shown);
    for (place, class) in classes.iter().enumerate() {
        let middle = (place as f64 + 0.5) * class_width;
        let left = middle - bar * series.len() as f64 / 2.0;
        for (number, one) in series.iter().enumerate() {
            let value = one.values.get(place).copied().unwrap_or(0.0);
            let height = value / most * (BASE - 26.0);
            let x = left + bar * number as f64;
            let _ = write!(
                svg,
                "<rect class=\"s{}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"2\"/>",
                number % 6,
                x + 1.0,
                BASE - height,
                bar - 2.0,
                height
            );
            if bar >= 22.0 {
                let _ = write!(
                    svg,
                    "<text class=\"v\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                    x + bar / 2.0,
                    BASE - height - 5.0,
                    safe(&shown(value))
                );
            }
        }
        let _ = write!(
            svg,
            "<text class=\"c\" x=\"{middle:.1}\" y=\"{:.1}\">{}</text>",
            // Names of many classes stand in two lines, or they would lie over one another.
            BASE + if classes.len() > 6 && class.len() > 2 && place % 2 == 1 {
                31.0
            } else {
                17.0
            },
            safe(class)
        );
    }
    let _ = write!(
        svg,
        "<line class=\"axis\" x1=\"0\" y1=\"{BASE}\" x2=\"{WIDTH}\" y2=\"{BASE}\"/></svg>"
    );
    svg
}

/// Horizontal bars, the longest first, for things with long names.
pub(super) fn rows(title: &str, rows: &[(String, f64)], shown: fn(f64) -> String) -> String {
    const WIDTH: f64 = 520.0;
    const LABEL: f64 = 200.0;
    let most = rows.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
    let height = 22.0 * rows.len().max(1) as f64 + 8.0;
    let series = [Series {
        name: String::new(),
        values: rows.iter().map(|(_, value)| *value).collect(),
    }];
    let names: Vec<String> = rows.iter().map(|(name, _)| name.clone()).collect();
    let mut svg = opening(title, WIDTH, height, &series, &names, shown);
    for (place, (name, value)) in rows.iter().enumerate() {
        let y = 22.0 * place as f64 + 4.0;
        let width = value / most * (WIDTH - LABEL - 60.0);
        let _ = write!(
            svg,
            "<text class=\"l\" x=\"{:.1}\" y=\"{:.1}\">{}</text><rect class=\"s0\" x=\"{LABEL}\" y=\"{y:.1}\" \
             width=\"{width:.1}\" height=\"14\" rx=\"2\"/><text class=\"r\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            LABEL - 8.0,
            y + 11.5,
            safe(name),
            LABEL + width + 6.0,
            y + 11.5,
            safe(&shown(*value))
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Which share of the values is at most so much, a step line for each variant; the axis is logarithmic where the values
/// span more than a factor of 20.
pub(super) fn shares_below(title: &str, series: &[Series], shown: fn(f64) -> String) -> String {
    const WIDTH: f64 = 520.0;
    const HEIGHT: f64 = 190.0;
    const LEFT: f64 = 42.0;
    const BASE: f64 = 160.0;
    const TOP: f64 = 12.0;
    let all: Vec<f64> = series
        .iter()
        .flat_map(|one| one.values.iter().copied())
        .filter(|value| *value > 0.0)
        .collect();
    let least = all.iter().copied().fold(f64::INFINITY, f64::min);
    let most = all.iter().copied().fold(0.0, f64::max);
    if !(least.is_finite() && most > 0.0) {
        return String::new();
    }
    let logarithmic = most > least * 20.0;
    let place = |value: f64| {
        let part = if logarithmic {
            (value.max(least).ln() - least.ln()) / (most.ln() - least.ln()).max(f64::MIN_POSITIVE)
        } else {
            value / most
        };
        LEFT + part * (WIDTH - LEFT - 10.0)
    };
    let summary: Vec<String> = ["least", "median", "greatest"].map(str::to_owned).to_vec();
    let figures: Vec<Series> = series
        .iter()
        .map(|one| {
            let mut sorted = one.values.clone();
            sorted.sort_by(f64::total_cmp);
            let at = |share| crate::statistics::sample::quantile(&sorted, share).unwrap_or(0.0);
            Series {
                name: one.name.clone(),
                values: vec![at(0.0), at(0.5), at(1.0)],
            }
        })
        .collect();
    let mut svg = opening(title, WIDTH, HEIGHT, &figures, &summary, shown);
    for percent in [0, 25, 50, 75, 100] {
        let y = BASE - f64::from(percent) / 100.0 * (BASE - TOP);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{WIDTH}\" y2=\"{y:.1}\"/>\
             <text class=\"r e\" x=\"{:.1}\" y=\"{:.1}\">{percent} %</text>",
            LEFT - 6.0,
            y + 4.0
        );
    }
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let value = if logarithmic {
            (least.ln() + share * (most.ln() - least.ln())).exp()
        } else {
            share * most
        };
        let anchor = if share >= 1.0 {
            "e"
        } else if share <= 0.0 {
            "s"
        } else {
            "m"
        };
        let _ = write!(
            svg,
            "<text class=\"r {anchor}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            place(value),
            BASE + 18.0,
            safe(&shown(value))
        );
    }
    for (number, one) in series.iter().enumerate() {
        let mut sorted = one.values.clone();
        sorted.sort_by(f64::total_cmp);
        let mut path = format!("M{:.1} {BASE:.1}", sorted.first().map_or(LEFT, |value| place(*value)));
        for (rank, value) in sorted.iter().enumerate() {
            let y = BASE - (rank + 1) as f64 / sorted.len() as f64 * (BASE - TOP);
            let _ = write!(path, "H{:.1}V{y:.1}", place(*value));
        }
        let _ = write!(svg, "<path class=\"line t{}\" d=\"{path}\"/>", number % 6);
    }
    svg.push_str("</svg>");
    svg
}

/// Opens an SVG with its title and the numbers in words, for those who do not see it.
fn opening(
    title: &str,
    width: f64,
    height: f64,
    series: &[Series],
    classes: &[String],
    shown: fn(f64) -> String,
) -> String {
    let mut words = String::new();
    for one in series {
        if !one.name.is_empty() {
            let _ = write!(words, "{}: ", one.name);
        }
        let pairs: Vec<String> = classes
            .iter()
            .zip(&one.values)
            .map(|(class, value)| format!("{class} {}", shown(*value)))
            .collect();
        let _ = write!(words, "{}. ", pairs.join(", "));
    }
    format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}. {}\" preserveAspectRatio=\"xMinYMin meet\">",
        safe(title),
        safe(words.trim())
    )
}
