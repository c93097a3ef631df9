//! Sign-in, roles, movies and users over DynamoDB.
