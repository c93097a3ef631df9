//! Status.

use std::time::Instant;

use super::{SUCCESS, failure};
use crate::contract::types::{DatabaseStatus, DatabaseStatusAnswer, Status, StatusAnswer};
use crate::contract::{
    GetDatabaseStatusError, GetDatabaseStatusResponse, GetStatusError, GetStatusResponse,
    StatusApi, TITLE, VERSION,
};
use crate::service::FitSpace;

impl StatusApi for FitSpace {
    async fn get_status(&self) -> Result<GetStatusResponse, GetStatusError> {
        Ok(GetStatusResponse::Ok(StatusAnswer {
            success: SUCCESS,
            message: "The service runs.".to_owned(),
            data: Status {
                service: TITLE.to_owned(),
                version: VERSION.to_owned(),
            },
        }))
    }

    async fn get_database_status(
        &self,
    ) -> Result<GetDatabaseStatusResponse, GetDatabaseStatusError> {
        let round_trip = self
            .database
            .run(|session| async {
                // A connection is there already: only the question and its answer are measured.
                let begin = Instant::now();
                sqlx::query_scalar!(r#"SELECT 1 AS "one!""#)
                    .fetch_one(session)
                    .await?;
                Ok(begin.elapsed())
            })
            .await
            .map_err(failure::database::<GetDatabaseStatusError>)?;
        Ok(GetDatabaseStatusResponse::Ok(DatabaseStatusAnswer {
            success: SUCCESS,
            message: "The database answers.".to_owned(),
            data: DatabaseStatus {
                // Whole microseconds: further digits say nothing.
                round_trip_ms: round_trip.as_micros() as f64 / 1_000.0,
            },
        }))
    }
}
