-- What is known of a chunk, one small row each. Renewing a lease touches only this row, and no index holds expires_at,
-- so that the renewal stays within its page (HOT); fillfactor leaves room for it.
CREATE TABLE apidrive.chunk (
    id         uuid        NOT NULL PRIMARY KEY,
    stored_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    damaged_at timestamptz,
    epoch      integer     NOT NULL,
    size       integer     NOT NULL CHECK (size BETWEEN 0 AND 65536),
    digest     bytea       NOT NULL CHECK (octet_length(digest) = 32)
) WITH (fillfactor = 90);

-- Serves the sweep of an epoch that is due: its renewed chunks, its expired chunks, whether any is left.
CREATE INDEX chunk_by_epoch ON apidrive.chunk (epoch);

COMMENT ON TABLE apidrive.chunk IS 'One row a chunk: its lease and where its bytes are';
COMMENT ON COLUMN apidrive.chunk.id IS 'First 16 bytes of the digest with version 8 and variant set (RFC 9562, 5.8)';
COMMENT ON COLUMN apidrive.chunk.expires_at IS 'End of the lease; at or after it the chunk is not served';
COMMENT ON COLUMN apidrive.chunk.damaged_at IS 'When its bytes were found not to match the digest; null while they are good';
COMMENT ON COLUMN apidrive.chunk.epoch IS 'The partition of chunk_data that holds its bytes';
COMMENT ON COLUMN apidrive.chunk.digest IS 'SHA-256 of the bytes';
