-- The bytes, partitioned by when they fall due: a due epoch is dropped as a whole, which costs next to no WAL.
CREATE TABLE apidrive.chunk_epoch (
    epoch     integer     NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    starts_at timestamptz NOT NULL UNIQUE,
    ends_at   timestamptz NOT NULL UNIQUE,
    CHECK (starts_at < ends_at)
);

COMMENT ON TABLE apidrive.chunk_epoch IS 'One row a partition of chunk_data: leases that end in [starts_at, ends_at)';

-- Chunks are encrypted or compressed before they come, so EXTERNAL spares the vain attempt. The id leads the key: each
-- partition is read by its own name and by id alone.
CREATE TABLE apidrive.chunk_data (
    id    uuid    NOT NULL,
    epoch integer NOT NULL,
    data  bytea   NOT NULL,
    PRIMARY KEY (id, epoch)
) PARTITION BY LIST (epoch);
ALTER TABLE apidrive.chunk_data ALTER COLUMN data SET STORAGE EXTERNAL;

COMMENT ON TABLE apidrive.chunk_data IS 'One row a chunk: its bytes, in the partition chunk_data_<epoch>';
