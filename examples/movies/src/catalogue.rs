//! Movies and what users say of them.
//!
//! One table, whose key is the movie's id:
//!
//! | item | movieId | list | place | reviewer |
//! |---|---|---|---|---|
//! | movie | `ID` | `movies` | `1927#ID` | |
//! | one of its genres | `ID#genre#drama` | `genre#drama` | `1927#ID` | |
//! | review | `ID#review#ada` | `reviews#ID` | `TIME#ada` | `ada` |
//!
//! The index `listed` is Queried by `list`, and a year is the beginning of a `place`. It has keys alone: a page is one Query and
//! one BatchGetItem, ratings in it are as fresh as the items are, and counting a review writes nothing to it.

mod genres;
mod key;
mod movie;
mod movies;
mod removal;
mod review;
mod reviews;

pub use self::genres::Genre;
pub use self::movie::{Facts, Movie};
pub use self::movies::{Filter, Movies};
pub use self::review::Review;
pub use self::reviews::{Reviews, Stored};
