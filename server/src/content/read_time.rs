//! How long a text takes to read.

use unicode_segmentation::UnicodeSegmentation;

/// Words that a reader of average speed reads in a minute.
const WORDS_PER_MINUTE: usize = 200;

/// The reading time of a text in full minutes, at least one, as in "5 min read". Words are those of Unicode (UAX 29), so
/// that Markdown's marks count nothing and scripts without spaces count something.
pub fn of_text(text: &str) -> String {
    let words = text.unicode_words().count();
    format!("{} min read", words.div_ceil(WORDS_PER_MINUTE).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_rounded_up() {
        assert_eq!(of_text(""), "1 min read");
        assert_eq!(of_text(&"# word\n".repeat(200)), "1 min read");
        assert_eq!(of_text(&"word ".repeat(201)), "2 min read");
        assert_eq!(of_text(&"word ".repeat(1_000)), "5 min read");
        assert_eq!(of_text(&"語".repeat(400)), "2 min read");
    }
}
