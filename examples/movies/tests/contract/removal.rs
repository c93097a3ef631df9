//! What goes takes its reviews with it, and movies' ratings stay right.

use futures_util::future::join_all;

use crate::site::{PASSWORD, Site, each, rate, rating};

#[tokio::test]
async fn a_movie_goes_with_all_its_reviews() {
    let site = Site::new().await;
    let movie = site.movie(1990, &["drama", "war"]).await;
    let other = site.movie(1991, &["drama"]).await;
    let names: Vec<String> = (0..45).map(|number| format!("user-{number}")).collect();
    let users = join_all(names.iter().map(|name| site.user(name))).await;
    for user in &users {
        rate(user, &movie, 7).await.has(201);
    }
    rate(&users[0], &other, 3).await.has(201);
    let path = format!("/movies/{movie}");
    let admin = site.admin().await;
    admin.delete(&path).await.has(204);
    admin.delete(&path).await.has(404);
    admin.get(&path).await.has(404);
    admin.get(&format!("{path}/reviews")).await.has(404);
    admin.get(&format!("{path}/reviews/user-1")).await.has(404);
    rate(&users[1], &movie, 7).await.has(404);
    for list in [
        "/movies",
        "/movies?genre=drama",
        "/movies?genre=war",
        "/movies?year=1990",
    ] {
        let movies = admin.get(list).await.is(200);
        assert!(!each(&movies, "movies", "id").contains(&movie), "{list}");
    }
    let own = users[0].get("/users/me/reviews").await.is(200);
    assert_eq!(each(&own, "reviews", "movieId"), [other.as_str()]);
    // Users' numbers of reviews went along: an account goes only when its number is none.
    for (user, name) in users.iter().zip(&names) {
        user.delete("/users/me").await.has(204);
        site.sign_in(name, PASSWORD).await.has(401);
    }
    assert_eq!(rating(&site, &other).await, (0, None));
}

#[tokio::test]
async fn a_users_reviews_go_with_him_and_ratings_follow() {
    let site = Site::new().await;
    let (ada, bob) = (site.user("ada").await, site.user("bob").await);
    let mut movies = Vec::new();
    for year in 1990..2000 {
        let movie = site.movie(year, &["drama"]).await;
        rate(&ada, &movie, 2).await.has(201);
        rate(&bob, &movie, 8).await.has(201);
        movies.push(movie);
    }
    site.admin().await.delete("/users/ada").await.has(204);
    for movie in &movies {
        assert_eq!(rating(&site, movie).await, (1, Some(8.0)));
        let path = format!("/movies/{movie}/reviews");
        let reviews = site.anybody().get(&path).await.is(200);
        assert_eq!(each(&reviews, "reviews", "username"), ["bob"]);
    }
    site.admin().await.delete("/users/ada").await.has(404);
}

#[tokio::test]
async fn reviews_that_come_while_a_movie_or_user_goes_leave_nothing_behind() {
    let site = Site::new().await;
    let admin = site.admin().await;
    for round in 0..5 {
        let movie = site.movie(1990, &["drama"]).await;
        let names: Vec<String> = (0..8)
            .map(|number| format!("user-{round}-{number}"))
            .collect();
        let users = join_all(names.iter().map(|name| site.user(name))).await;
        let path = format!("/movies/{movie}");
        let reviews = join_all(users.iter().map(|user| rate(user, &movie, 5)));
        let (deleted, gone, reviews) =
            tokio::join!(admin.delete(&path), users[0].delete("/users/me"), reviews,);
        deleted.has(204);
        gone.has(204);
        for answer in reviews {
            assert!(
                [201, 404, 401].contains(&answer.status.as_u16()),
                "{answer}"
            );
        }
        admin.get(&path).await.has(404);
        for user in &users[1..] {
            let own = user.get("/users/me/reviews").await.is(200);
            assert!(each(&own, "reviews", "movieId").is_empty());
            user.delete("/users/me").await.has(204);
        }
    }
}

#[tokio::test]
async fn a_moderator_deletes_anybodys_review() {
    let site = Site::new().await;
    let movie = site.movie(1990, &["drama"]).await;
    let ada = site.user("ada").await;
    rate(&ada, &movie, 1).await.has(201);
    let path = format!("/movies/{movie}/reviews/ada");
    ada.delete(&path).await.has(403);
    site.admin().await.delete(&path).await.has(204);
    site.anybody().get(&path).await.has(404);
    assert_eq!(rating(&site, &movie).await, (0, None));
}
