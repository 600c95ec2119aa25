-- Claims: leases of one holder each, an object for instance. A chunk that nobody claims has its plain lease in its own row, as ever, and no
-- row here. expires_at is the end of the last of all its leases, so that expiry and comparison need look at nothing else.
CREATE TABLE apidrive.lease (
    holder uuid        NOT NULL,
    chunk  uuid        NOT NULL,
    until  timestamptz NOT NULL,
    PRIMARY KEY (holder, chunk)
) WITH (fillfactor = 90);

-- Serves what a chunk is still held by when one of its claims ends, and what goes with the chunk.
CREATE INDEX lease_by_chunk ON apidrive.lease (chunk);

COMMENT ON TABLE apidrive.lease IS 'One row a claim: the holder wants the chunk kept until then';
COMMENT ON COLUMN apidrive.lease.holder IS 'Drawn at random for each object that is stored, and never used again';

ALTER TABLE apidrive.chunk ADD COLUMN plain_until timestamptz;

COMMENT ON COLUMN apidrive.chunk.plain_until IS 'End of the plain lease where the chunk is claimed, 1970 where it has none; null: nobody claims it, and its plain lease ends at expires_at';

-- Proof that holders have ended, which outlives every claim that a copy elsewhere may have.
CREATE TABLE apidrive.ended_lease (
    holder     uuid        NOT NULL PRIMARY KEY,
    number     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    ended_at   timestamptz NOT NULL,
    heard_at   timestamptz NOT NULL,
    look_at    timestamptz NOT NULL,
    is_settled boolean     NOT NULL DEFAULT false,
    is_told    boolean     NOT NULL DEFAULT false
);

-- Serves other servers, which ask for what they have not heard of yet.
CREATE INDEX ended_lease_by_number ON apidrive.ended_lease (number);

-- Serves the freeing, what has waited longest first.
CREATE INDEX ended_lease_by_look ON apidrive.ended_lease (look_at) WHERE NOT is_settled;

-- Serves the telling.
CREATE INDEX ended_lease_untold ON apidrive.ended_lease (number) WHERE NOT is_told;

COMMENT ON TABLE apidrive.ended_lease IS 'Holders whose claims have ended: none of them is taken any more';
COMMENT ON COLUMN apidrive.ended_lease.number IS 'In the order in which this node heard of them';
COMMENT ON COLUMN apidrive.ended_lease.heard_at IS 'When this node was told';
COMMENT ON COLUMN apidrive.ended_lease.look_at IS 'When it is next seen to that this node has none of the claims left';
COMMENT ON COLUMN apidrive.ended_lease.is_settled IS 'Nothing was left of them after all that was under way had ended';
COMMENT ON COLUMN apidrive.ended_lease.is_told IS 'Whether the other servers that answered were told';

-- Bytes are counted where slots are, in the same transactions.
ALTER TABLE apidrive.slot_shard ADD COLUMN bytes bigint NOT NULL DEFAULT 0;

UPDATE apidrive.slot_shard SET bytes = (SELECT COALESCE(sum(size), 0) FROM apidrive.chunk) WHERE shard = 0;

COMMENT ON COLUMN apidrive.slot_shard.bytes IS 'Bytes of the chunks counted: sum(bytes); a single row may be negative';

CREATE OR REPLACE VIEW apidrive_view.slots AS
SELECT sum(used)::bigint AS used, sum(bytes)::bigint AS bytes FROM apidrive.slot_shard;

CREATE VIEW apidrive_view.leases AS
SELECT holder, chunk, until FROM apidrive.lease
 UNION ALL
SELECT NULL, id, COALESCE(plain_until, expires_at) FROM apidrive.chunk WHERE plain_until IS NULL OR plain_until > now();

COMMENT ON VIEW apidrive_view.leases IS 'One row a lease of a chunk kept here; the holder is null for the plain one, which a retrieval renews';

CREATE VIEW apidrive_view.shared AS
SELECT count(*) FILTER (WHERE leases > 1) AS chunks, COALESCE(sum(size) FILTER (WHERE leases > 1), 0)::bigint AS bytes,
       COALESCE(sum(size * leases), 0)::bigint AS logical_bytes
  FROM (SELECT size, (SELECT count(*) FROM apidrive.lease WHERE lease.chunk = chunk.id)
                     + (plain_until IS NULL OR plain_until > now())::integer AS leases
          FROM apidrive.chunk) AS held;

COMMENT ON VIEW apidrive_view.shared IS 'Chunks with two leases or more, their bytes, and the bytes of all chunks counted once a lease';

-- Whom an object is kept for stands among the metadata of its name, where servers of earlier builds pass it on.
CREATE OR REPLACE VIEW apidrive_view.names AS
SELECT namespace, name, version, is_newest, digest IS NULL AS is_deleted, size, encode(digest, 'hex') AS root_sha256,
       encode(sha1, 'hex') AS sha1, encode(sha256, 'hex') AS sha256, encode(sha512, 'hex') AS sha512, media_type, file_name,
       metadata - 'apidrive:holder' AS metadata, made_at, id, (metadata ->> 'apidrive:holder')::uuid AS holder
  FROM apidrive.name;

-- Holders that are not named yet. Who is found here after its time has ended: the upload failed, or the node that took it did.
CREATE TABLE apidrive.unnamed_lease (
    holder uuid        NOT NULL PRIMARY KEY,
    until  timestamptz NOT NULL
);

COMMENT ON TABLE apidrive.unnamed_lease IS 'One row an upload in one request that is under way: its holder ends then unless it is named, or the upload goes on';

ALTER TABLE apidrive.upload ADD COLUMN holder uuid;

COMMENT ON COLUMN apidrive.upload.holder IS 'Claims its chunks; null for an upload that began before there were claims';
