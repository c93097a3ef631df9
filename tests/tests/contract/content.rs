//! What posts, projects and certifications share: each test runs for each of them.

mod bodies;
mod life;
mod lists;
mod versions;

use portfolio_tests::{CERTIFICATIONS, POSTS, PROJECTS};

use bodies::*;
use life::*;
use lists::*;
use versions::*;

macro_rules! for_each_kind {
    ($($test:ident),+ $(,)?) => {
        for_each_kind!(blog_posts POSTS $($test)+);
        for_each_kind!(projects PROJECTS $($test)+);
        for_each_kind!(certifications CERTIFICATIONS $($test)+);
    };
    ($name:ident $kind:ident $($test:ident)+) => {
        mod $name {
            $(#[tokio::test]
            async fn $test() {
                super::$test(super::$kind).await;
            })+
        }
    };
}

for_each_kind!(
    a_draft_exists_for_the_owner_only,
    drafts_are_listed_for_the_owner_only,
    publishing_twice_changes_nothing,
    unpublishing_hides_again,
    a_list_has_all_pages_without_gaps,
    a_list_is_newest_first_and_stable,
    parameters_of_a_list_are_checked,
    an_etag_changes_with_every_change,
    if_none_match_answers_304,
    if_match_keeps_editors_apart,
    a_change_of_something_else_is_kept,
    a_wrong_update_changes_nothing,
    every_violation_is_told_at_once,
    texts_have_bounds,
    what_is_deleted_is_gone,
    an_id_is_found_in_any_case,
    the_largest_item_fits,
    a_page_of_long_texts_ends_early,
);
