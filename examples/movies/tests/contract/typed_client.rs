//! The client that is generated from the contract by another generator understands the service.

use movies_client::{Client, Inner, types};

use crate::site::{PASSWORD, Site};

#[tokio::test]
async fn the_generated_client_lives_a_whole_life() -> Result<(), Box<dyn std::error::Error>> {
    let site = Site::new().await;
    let base = site.running.url();
    let with = |inner| Client::new_with_client(&base, reqwest::Client::new(), inner);
    let anybody = with(Inner::default());
    let sign_in = async |username: &str| {
        let credentials = types::Credentials {
            username: username.parse().unwrap(),
            password: PASSWORD.parse().unwrap(),
        };
        let session = anybody.sign_in().body(credentials).send().await.unwrap();
        with(Inner::with_token(&session.token).unwrap())
    };
    let admin = sign_in("root").await;
    let ada = types::SignUp {
        username: "ada".parse()?,
        password: PASSWORD.parse()?,
        name: "Ada".parse()?,
    };
    let user = anybody.sign_up().body(ada).send().await?;
    assert_eq!(user.role, types::Role::User);
    let ada = sign_in("ada").await;

    let movie = types::MovieCreate::builder()
        .title("Metropolis".parse::<types::Title>()?)
        .year(1927)
        .genres(vec![types::Genre::Drama])
        .minutes(153);
    let refused = ada.create_movie().body(movie.clone()).send().await;
    let status = refused.unwrap_err().status();
    assert_eq!(status.map(|status| status.as_u16()), Some(403));
    let movie = admin.create_movie().body(movie).send().await?;
    let review = types::ReviewPut::builder().rating(8);
    ada.put_review()
        .movie_id(movie.id)
        .body(review)
        .send()
        .await?;
    let found = anybody.get_movie().movie_id(movie.id).send().await?;
    assert_eq!((found.rating.average, found.rating.count), (Some(8.0), 1));
    let page = anybody
        .list_movies()
        .genre(types::Genre::Drama)
        .limit(std::num::NonZeroU64::MIN)
        .send()
        .await?;
    assert_eq!(page.movies.len(), 1);
    assert!(page.next.is_none());
    admin.delete_movie().movie_id(movie.id).send().await?;
    ada.delete_profile().send().await?;
    let gone = ada.get_profile().send().await.unwrap_err();
    assert_eq!(gone.status().map(|status| status.as_u16()), Some(401));
    Ok(())
}
