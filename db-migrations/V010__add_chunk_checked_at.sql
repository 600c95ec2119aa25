-- When the bytes were last read and matched the digest; written with the lease that a retrieval renews, so at most once a day.
ALTER TABLE apidrive.chunk ADD COLUMN checked_at timestamptz;

COMMENT ON COLUMN apidrive.chunk.checked_at IS 'When the bytes, read from disk or cache, last matched the digest; null before the first time';
