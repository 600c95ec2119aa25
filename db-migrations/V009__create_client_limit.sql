-- Limits that an administrator set for single addresses, in place of RATE_CHUNKS.
CREATE TABLE apidrive.client_limit (
    client cidr        NOT NULL PRIMARY KEY,
    chunks bigint      CHECK (chunks >= 0),
    set_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE apidrive.client_limit IS 'Exceptions from RATE_CHUNKS';
COMMENT ON COLUMN apidrive.client_limit.chunks IS 'Chunks this address may store in a period; 0 for none, null for no limit';
