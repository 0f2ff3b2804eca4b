//! What is known of the terminal, colours, and the text that may be shown on it.

use std::io::IsTerminal;
use unicode_width::UnicodeWidthChar as _;
use unicode_width::UnicodeWidthStr as _;

/// How text is laid out and painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns to fill.
    pub width: usize,
    /// Whether colours are used.
    pub colour: bool,
    /// Whether a line may be rewritten in place.
    pub live: bool,
}

/// The narrowest and the widest text that is still read with ease.
const NARROWEST: usize = 40;
const WIDEST: usize = 110;
/// Columns where the terminal does not say, as in a pipe.
const USUAL: usize = 100;

impl Look {
    /// The look of this process's standard output.
    #[must_use]
    pub fn of_stdout(plain: bool, no_color_variable: bool) -> Self {
        let live = std::io::stdout().is_terminal();
        let width = if live {
            terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
        } else {
            None
        };
        Self {
            width: width.unwrap_or(USUAL).clamp(NARROWEST, WIDEST),
            colour: live && !plain && !no_color_variable,
            live,
        }
    }
}

/// What a piece of text means, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// A title.
    Strong,
    /// A name to find things by.
    Name,
    /// Beside the point.
    Dim,
    /// As it should be.
    Good,
    /// Worth a look.
    Warn,
    /// Wrong or forbidden.
    Bad,
    /// Unusual.
    Odd,
}

/// Text in its tone; a reset at its end.
#[must_use]
pub fn paint(text: &str, tone: Tone, colour: bool) -> String {
    let code = match tone {
        Tone::Plain => return text.to_owned(),
        _ if !colour || text.is_empty() => return text.to_owned(),
        Tone::Strong => "1",
        Tone::Name => "1;36",
        Tone::Dim => "2",
        Tone::Good => "32",
        Tone::Warn => "33",
        Tone::Bad => "31",
        Tone::Odd => "35",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// A text from outside, safe to show: control characters and marks that turn the direction of text around become
/// visible, so that a model's answer cannot move the cursor or disguise itself.
#[must_use]
pub fn safe(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => '\n',
            '\t' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Columns that a text fills.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// Cuts a text into lines of at most `width` columns, between words where there is room to. Line feeds stay.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let gap = usize::from(!line.is_empty());
            if columns(&line) + gap + columns(word) <= width {
                line.extend(std::iter::repeat_n(' ', gap));
                line.push_str(word);
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                if columns(&line) + c.width().unwrap_or(0) > width {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        }
        lines.push(line);
    }
    lines
}

/// One line of at most `width` columns; what does not fit gives way to an ellipsis.
#[must_use]
pub fn one_line(text: &str, width: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if columns(&flat) <= width {
        return flat;
    }
    let mut line = String::new();
    for c in flat.chars() {
        if columns(&line) + c.width().unwrap_or(0) + 1 > width {
            break;
        }
        line.push(c);
    }
    line.push('…');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_long_words_anywhere() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("a\n\nb", 10), ["a", "", "b"]);
        assert_eq!(wrap("漢字漢字", 5), ["漢字", "漢字"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("ab", 0), ["a", "b"]);
    }

    #[test]
    fn what_does_not_fit_one_line_ends_in_an_ellipsis() {
        assert_eq!(one_line("one\n two", 7), "one two");
        assert_eq!(one_line("one two three", 7), "one tw…");
    }

    #[test]
    fn a_model_cannot_steer_the_terminal() {
        assert_eq!(
            safe("a\x1b[2Jb\u{202e}c\td\ne\r"),
            "a\u{fffd}[2Jb\u{fffd}c d\ne\u{fffd}"
        );
    }

    #[test]
    fn no_colour_means_no_escape() {
        assert_eq!(paint("x", Tone::Bad, false), "x");
        assert_eq!(paint("x", Tone::Bad, true), "\x1b[31mx\x1b[0m");
    }
}
