-- Whether a node's database is whole: every chunk has its partition and, unless it is known to be damaged, its bytes with
-- the right SHA-256, and the counted slots and names are the rows. Fails with what is wrong. Reads every byte and writes nothing; a
-- node may be running on it:
--   psql -X -d "CONNINFO options='-c role=apidrive'" -v ON_ERROR_STOP=1 -f ops/backup/check.sql
-- (The role that the node runs as is needed only where ops/spread laid partitions out on other servers.)
-- Tried by ops/backup/try, ops/failover/try and ops/spread/try.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
DO $$
DECLARE
    number integer;
    lacking bigint;
    false_bytes bigint;
    astray bigint;
    faults text[] := '{}';
    chunks bigint;
    counted bigint;
    names bigint;
    logical bigint;
BEGIN
    SELECT count(*) INTO chunks FROM apidrive.chunk;
    SELECT sum(used) INTO counted FROM apidrive.slot_shard;
    IF chunks <> counted THEN
        faults := faults || format('%s chunks, but %s slots are counted', chunks, counted);
    END IF;
    SELECT count(*), COALESCE(sum(size), 0) INTO names, logical FROM apidrive.name
     WHERE is_newest AND digest IS NOT NULL
       AND (namespace NOT IN ('sha1', 'sha256', 'sha512') OR metadata ->> 'apidrive:holder' IS NOT NULL);
    IF (names, logical) <> (SELECT sum(shard.names), sum(shard.logical_bytes) FROM apidrive.name_shard AS shard) THEN
        faults := faults || format('%s names of %s bytes, but others are counted', names, logical);
    END IF;
    SELECT count(*) INTO lacking FROM apidrive.chunk
     WHERE damaged_at IS NULL AND epoch NOT IN (SELECT epoch FROM apidrive.chunk_epoch);
    IF lacking > 0 THEN
        faults := faults || format('%s chunks name an epoch that is not there', lacking);
    END IF;
    FOR number IN SELECT epoch FROM apidrive.chunk_epoch ORDER BY epoch LOOP
        EXECUTE format('SELECT count(*) FILTER (WHERE bytes.id IS NULL),
                               count(*) FILTER (WHERE bytes.id IS NOT NULL AND sha256(bytes.data) <> chunk.digest)
                          FROM apidrive.chunk LEFT JOIN apidrive.chunk_data_%s AS bytes USING (id)
                         WHERE chunk.epoch = %s AND chunk.damaged_at IS NULL', number, number)
           INTO lacking, false_bytes;
        IF lacking > 0 OR false_bytes > 0 THEN
            faults := faults || format('epoch %s: %s chunks lack their bytes, %s have others', number, lacking, false_bytes);
        END IF;
        EXECUTE format('SELECT count(*) FROM apidrive.chunk_data_%s AS bytes
                         WHERE NOT EXISTS (SELECT FROM apidrive.chunk WHERE chunk.id = bytes.id)
                           AND NOT EXISTS (SELECT FROM apidrive.leftover WHERE leftover.id = bytes.id)', number) INTO astray;
        IF astray > 0 THEN
            RAISE NOTICE 'epoch %: % bytes rows belong to no chunk; they go with the partition', number, astray;
        END IF;
    END LOOP;
    IF faults <> '{}' THEN
        RAISE EXCEPTION 'not whole: %', array_to_string(faults, '; ');
    END IF;
    RAISE NOTICE 'whole: % chunks, as many slots counted, all bytes as their digests say', chunks;
END
$$;
COMMIT;
