//! The readable name of a post in addresses.

use uuid::Uuid;

/// Characters of the longest slug. A title of some scripts grows tenfold when it is transliterated.
const LONGEST: usize = 200;

/// A slug of a title: ASCII letters, digits and single hyphens, other scripts transliterated, cut at a word if it is too
/// long. A title without a letter or digit that has a transliteration gives the id, so that a slug is never empty.
pub fn of_title(title: &str, id: Uuid) -> String {
    let mut slug = slug::slugify(title);
    if slug.len() > LONGEST {
        // One character more, to see whether the cut falls between two words.
        let end = slug[..=LONGEST].rfind('-').unwrap_or(LONGEST);
        slug.truncate(end);
    }
    if slug.is_empty() {
        id.to_string()
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_many_scripts() {
        let id = Uuid::nil();
        let slugs = [
            ("Hello, World!", "hello-world"),
            ("  Rust & AWS: 2026  ", "rust-aws-2026"),
            ("Über Größe", "uber-grosse"),
            ("Привет мир", "privet-mir"),
            ("東京", "dong-jing"),
            ("--", "00000000-0000-0000-0000-000000000000"),
            ("\u{200d}", "00000000-0000-0000-0000-000000000000"),
        ];
        for (title, slug) in slugs {
            assert_eq!(of_title(title, id), slug, "{title:?}");
        }
    }
    #[test]
    fn long_titles_are_cut_at_a_word() {
        let slug = of_title(&"word ".repeat(50), Uuid::nil());
        assert_eq!((slug.len(), slug.ends_with("-word")), (199, true));
        assert_eq!(of_title(&"x".repeat(300), Uuid::nil()).len(), 200);
        assert!(of_title(&"﷽".repeat(200), Uuid::nil()).len() <= 200);
    }
}
