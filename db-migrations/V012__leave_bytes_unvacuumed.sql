-- The bytes of an epoch are added once, hardly changed, and dropped whole: reading them all to mark them visible, as
-- autovacuum does after many inserts, is work for nothing, which a drop would have to wait for. Dead rows are vacuumed
-- as ever, and so is what nears wraparound.
CREATE OR REPLACE FUNCTION apidrive.open_epoch(from_time timestamptz, until_time timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number integer;
    privilege record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('apidrive.open_epoch'));
    SELECT epoch INTO number FROM apidrive.chunk_epoch WHERE starts_at < until_time AND ends_at > from_time LIMIT 1;
    IF FOUND THEN
        RETURN number;
    END IF;
    INSERT INTO apidrive.chunk_epoch (starts_at, ends_at) VALUES (from_time, until_time) RETURNING epoch INTO number;
    EXECUTE format('CREATE TABLE apidrive.chunk_data_%s PARTITION OF apidrive.chunk_data FOR VALUES IN (%s)
                    WITH (autovacuum_vacuum_insert_threshold = -1, toast.autovacuum_vacuum_insert_threshold = -1)',
                   number, number);
    EXECUTE format('ALTER TABLE apidrive.chunk_data_%s ALTER COLUMN data SET STORAGE EXTERNAL', number);
    FOR privilege IN
        SELECT grantee::regrole AS role, privilege_type AS type
          FROM pg_class, aclexplode(relacl)
         WHERE oid = 'apidrive.chunk_data'::regclass AND grantee <> 0 AND grantee <> relowner
    LOOP
        EXECUTE format('GRANT %s ON apidrive.chunk_data_%s TO %s', privilege.type, number, privilege.role);
    END LOOP;
    RETURN number;
END
$$;

DO $$
DECLARE
    number integer;
BEGIN
    FOR number IN SELECT epoch FROM apidrive.chunk_epoch LOOP
        IF (SELECT relkind = 'r' FROM pg_class WHERE oid = to_regclass('apidrive.chunk_data_' || number)) THEN
            EXECUTE format('ALTER TABLE apidrive.chunk_data_%s SET (autovacuum_vacuum_insert_threshold = -1,
                                                                   toast.autovacuum_vacuum_insert_threshold = -1)', number);
        END IF;
    END LOOP;
END
$$;
