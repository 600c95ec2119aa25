-- The role that the node runs as may not create or drop tables; these two functions, which run as their owner, let it
-- make and drop partitions of chunk_data and nothing else.

-- Makes the partition for leases that end in [from_time, until_time) and returns its number. Made twice, it is made once.
CREATE FUNCTION apidrive.open_epoch(from_time timestamptz, until_time timestamptz) RETURNS integer
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
    EXECUTE format('CREATE TABLE apidrive.chunk_data_%s PARTITION OF apidrive.chunk_data FOR VALUES IN (%s)',
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

-- Drops an epoch with all its bytes; refuses (false) while any chunk still has its bytes there.
CREATE FUNCTION apidrive.drop_epoch(number integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('LOCK TABLE apidrive.chunk_data_%s IN ACCESS EXCLUSIVE MODE', number);
    IF EXISTS (SELECT 1 FROM apidrive.chunk WHERE epoch = number) THEN
        RETURN false;
    END IF;
    DELETE FROM apidrive.chunk_epoch WHERE epoch = number;
    EXECUTE format('DROP TABLE apidrive.chunk_data_%s', number);
    RETURN true;
END
$$;

REVOKE ALL ON FUNCTION apidrive.open_epoch(timestamptz, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION apidrive.drop_epoch(integer) FROM PUBLIC;
