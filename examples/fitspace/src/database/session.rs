//! A connection for one statement, which gets no name.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo, Postgres};
use sqlx::{Either, Execute, Executor, SqlStr};

/// What a statement is run on, once.
///
/// sqlx names the statements of its macros, whatever its cache holds, and offers no way to say otherwise: a `Map` has no
/// `persistent`. Each name would pin a connection of RDS Proxy. So what is run here says of itself that it is not kept,
/// and sqlx uses the protocol's unnamed statement.
#[derive(Debug)]
pub struct Session(Held);

impl Session {
    pub(super) const fn new(connection: PoolConnection<Postgres>) -> Self {
        Self(Held {
            connection,
            is_idle: true,
        })
    }
}

/// A connection that goes back to the pool, unless an answer is still under way when nobody waits for it any more.
#[derive(Debug)]
struct Held {
    connection: PoolConnection<Postgres>,
    is_idle: bool,
}

impl Held {
    const fn is_idle(&mut self, is_idle: bool) {
        self.is_idle = is_idle;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if !self.is_idle {
            self.connection.close_on_drop();
        }
    }
}

type Step = Result<Either<PgQueryResult, PgRow>, sqlx::Error>;

impl<'c> Executor<'c> for Session {
    type Database = Postgres;

    /// Every row at once: answers are pages.
    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let mut held = self.0;
        async move {
            held.is_idle(false);
            let steps: Vec<Step> = held.connection.fetch_many(Unnamed(query)).collect().await;
            held.is_idle(true);
            stream::iter(steps)
        }
        .flatten_stream()
        .boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<PgRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let mut held = self.0;
        async move {
            held.is_idle(false);
            let row = held.connection.fetch_optional(Unnamed(query)).await;
            held.is_idle(true);
            row
        }
        .boxed()
    }

    /// Never called by the macros; a statement that is prepared has a name.
    fn prepare_with<'e>(
        self,
        _: SqlStr,
        _: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, sqlx::Error>>
    where
        'c: 'e,
    {
        named().boxed()
    }

    fn describe<'e>(self, _: SqlStr) -> BoxFuture<'e, Result<sqlx::Describe<Postgres>, sqlx::Error>>
    where
        'c: 'e,
    {
        named().boxed()
    }
}

async fn named<T>() -> Result<T, sqlx::Error> {
    Err(sqlx::Error::Configuration(
        "statements are not prepared ahead here".into(),
    ))
}

/// A query that is not kept.
struct Unnamed<E>(E);

impl<'q, E: Execute<'q, Postgres>> Execute<'q, Postgres> for Unnamed<E> {
    fn sql(self) -> SqlStr {
        self.0.sql()
    }

    fn statement(&self) -> Option<&PgStatement> {
        self.0.statement()
    }

    fn take_arguments(
        &mut self,
    ) -> Result<Option<<Postgres as sqlx::Database>::Arguments>, sqlx::error::BoxDynError> {
        self.0.take_arguments()
    }

    fn persistent(&self) -> bool {
        false
    }
}
