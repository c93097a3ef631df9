//! The readable name of a post in addresses.

use uuid::Uuid;

/// A slug of a title: ASCII letters, digits and single hyphens, other scripts transliterated. A title without a letter or
/// digit that has a transliteration gives the id, so that a slug is never empty.
pub fn of_title(title: &str, id: Uuid) -> String {
    let slug = slug::slugify(title);
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
}
