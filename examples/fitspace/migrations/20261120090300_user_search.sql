-- Trigrams let a search for any part of a text use an index. The extension comes with PostgreSQL's contrib package and needs
-- no superuser; where it is missing or not allowed the search reads the table.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX users_search ON users USING gin (name gin_trgm_ops, email gin_trgm_ops);
EXCEPTION
    WHEN feature_not_supported OR undefined_file OR insufficient_privilege OR invalid_schema_name THEN
        RAISE NOTICE 'searches go without an index: %', SQLERRM;
END
$$;
