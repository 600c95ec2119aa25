-- Makes ready a further PostgreSQL for partitions of a node's chunk_data. On that server ops/postgresql/roles.sql ran before;
-- then, as a superuser, in its database apidrive:
--   psql -X -v ON_ERROR_STOP=1 -d "REMOTE_CONNINFO" -f ops/spread/remote.sql
-- Tried by ops/spread/try.
CREATE SCHEMA IF NOT EXISTS apidrive_spread AUTHORIZATION apidrive_owner;
GRANT USAGE ON SCHEMA apidrive_spread TO apidrive;

-- The bytes are committed here a moment before the chunk's own row is on the node's server. A crash between the two leaves
-- bytes of a chunk that was never acknowledged; when it is stored again they are in the way, and make way.
CREATE OR REPLACE FUNCTION apidrive_spread.replace_leftover() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('DELETE FROM apidrive_spread.%I WHERE id = $1', TG_TABLE_NAME) USING NEW.id;
    RETURN NEW;
END
$$;

DO $$
BEGIN
    IF current_setting('fsync') <> 'on' OR current_setting('full_page_writes') <> 'on'
       OR current_setting('synchronous_commit') IN ('off') THEN
        RAISE EXCEPTION 'fsync, full_page_writes or synchronous_commit is off: an acknowledged chunk could be lost';
    END IF;
END
$$;
