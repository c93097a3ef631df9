//! Users and workouts over PostgreSQL.
