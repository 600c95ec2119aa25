-- How many copies the network is to have of a chunk. A chunk that was stored before there was a network is worth three.
ALTER TABLE apidrive.chunk ADD COLUMN copies smallint NOT NULL DEFAULT 3 CHECK (copies BETWEEN 1 AND 8);

COMMENT ON COLUMN apidrive.chunk.copies IS 'Copies that the network is to have of it';

-- Copies still to be made. What a store owes to other nodes stands here from the same transaction on, so that a crash
-- forgets none of it.
CREATE TABLE apidrive.heal (
    chunk      uuid        NOT NULL,
    node       uuid        NOT NULL,
    sources    uuid[]      NOT NULL DEFAULT '{}',
    attempts   integer     NOT NULL DEFAULT 0,
    made_at    timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,
    last_error text,
    PRIMARY KEY (chunk, node)
);

-- Serves the taking of tasks: for each number of known sources, from the fewest on, what has been due longest.
CREATE INDEX heal_by_urgency ON apidrive.heal (LEAST(cardinality(sources), 8), due_at);

COMMENT ON TABLE apidrive.heal IS 'One row a copy that is to be made: the node needs the chunk';
COMMENT ON COLUMN apidrive.heal.node IS 'Who needs it; this node itself where it is to fetch it';
COMMENT ON COLUMN apidrive.heal.sources IS 'Other nodes known to keep it';
COMMENT ON COLUMN apidrive.heal.attempts IS 'How often somebody set out to make the copy';
COMMENT ON COLUMN apidrive.heal.due_at IS 'Not before; while somebody is at it, when it is tried again should nothing be heard of him';

-- Proof of deletions, which outlives every lease that a copy elsewhere may have.
CREATE TABLE apidrive.tombstone (
    chunk uuid        NOT NULL PRIMARY KEY,
    until timestamptz NOT NULL
);

-- Serves the forgetting of those that are no longer in force.
CREATE INDEX tombstone_by_end ON apidrive.tombstone (until);

COMMENT ON TABLE apidrive.tombstone IS 'Chunks that were deleted: until then no copy from another node is taken whose lease began before';

-- Copies that were fetched for somebody from another node, kept for the next who asks. They take no slot. Unlogged: they
-- cost no WAL, a crash of the server empties the table, and a standby has none of it.
CREATE UNLOGGED TABLE apidrive.cached_chunk (
    id         uuid        NOT NULL PRIMARY KEY,
    copies     smallint    NOT NULL,
    digest     bytea       NOT NULL,
    data       bytea       NOT NULL,
    expires_at timestamptz NOT NULL,
    read_at    timestamptz NOT NULL
);
ALTER TABLE apidrive.cached_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

-- Serves eviction: what was read longest ago.
CREATE INDEX cached_chunk_by_reading ON apidrive.cached_chunk (read_at);

COMMENT ON TABLE apidrive.cached_chunk IS 'Copies of chunks that other nodes keep; all of it may be lost';

CREATE OR REPLACE VIEW apidrive_view.chunks AS
SELECT id, size, encode(digest, 'hex') AS sha256, stored_at, expires_at, expires_at > now() AS live, damaged_at,
       checked_at, epoch, copies
  FROM apidrive.chunk;

CREATE VIEW apidrive_view.heal_queue AS
SELECT heal.chunk, heal.node, cardinality(heal.sources) + (chunk.id IS NOT NULL)::integer AS copies_known,
       heal.attempts, heal.made_at, heal.due_at, heal.last_error
  FROM apidrive.heal LEFT JOIN apidrive.chunk ON chunk.id = heal.chunk AND chunk.damaged_at IS NULL;

COMMENT ON VIEW apidrive_view.heal_queue IS 'One row a copy that is to be made: which node needs which chunk';

CREATE VIEW apidrive_view.under_replicated AS
SELECT chunk, count(*) AS missing, max(copies_known) AS known
  FROM apidrive_view.heal_queue
 GROUP BY chunk;

COMMENT ON VIEW apidrive_view.under_replicated IS 'One row a chunk that lacks copies: how many, and how many are known to be there';
