-- What this node knows of objects that were stored through it. An object itself is chunks, the root first of all, and any node
-- serves it by them; a row adds what its uploader said it is.
CREATE TABLE apidrive.object (
    root       uuid        NOT NULL PRIMARY KEY,
    digest     bytea       NOT NULL CHECK (octet_length(digest) = 32),
    size       bigint      NOT NULL CHECK (size >= 0),
    sha1       bytea       NOT NULL CHECK (octet_length(sha1) = 20),
    sha256     bytea       NOT NULL CHECK (octet_length(sha256) = 32),
    sha512     bytea       NOT NULL CHECK (octet_length(sha512) = 64),
    media_type text        NOT NULL,
    file_name  text,
    stored_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

-- Serves a store that is not to be done when these bytes are kept already (If-None-Match).
CREATE INDEX object_by_sha256 ON apidrive.object (sha256);

-- Serves the forgetting of objects that nobody has retrieved within their lease.
CREATE INDEX object_by_expiry ON apidrive.object (expires_at);

COMMENT ON TABLE apidrive.object IS 'One row an object stored through this node: what its bytes hash to, and what its uploader said it is';
COMMENT ON COLUMN apidrive.object.root IS 'Id of the chunk at the root of its tree';
COMMENT ON COLUMN apidrive.object.digest IS 'SHA-256 of that chunk';
COMMENT ON COLUMN apidrive.object.expires_at IS 'When the row goes unless somebody retrieves the object; its chunks have leases of their own';

-- Uploads that go on where they were interrupted.
CREATE TABLE apidrive.upload (
    id           bytea       NOT NULL PRIMARY KEY CHECK (octet_length(id) = 32),
    length       bigint      CHECK (length >= received),
    received     bigint      NOT NULL DEFAULT 0,
    metadata     text        NOT NULL,
    media_type   text        NOT NULL,
    file_name    text,
    copies       smallint    NOT NULL CHECK (copies BETWEEN 1 AND 8),
    ack          smallint    NOT NULL CHECK (ack BETWEEN 1 AND 8),
    tree         bytea       NOT NULL,
    tail         bytea       NOT NULL CHECK (octet_length(tail) < 65536),
    root         uuid,
    writer       uuid,
    writer_until timestamptz,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);

-- Serves the removal of uploads that were given up.
CREATE INDEX upload_by_expiry ON apidrive.upload (expires_at);

COMMENT ON TABLE apidrive.upload IS 'One row an upload that can be resumed';
COMMENT ON COLUMN apidrive.upload.id IS 'SHA-256 of the secret by which its uploader asks for it';
COMMENT ON COLUMN apidrive.upload.length IS 'Bytes of the object; null while its uploader has not said';
COMMENT ON COLUMN apidrive.upload.received IS 'Bytes that have come, all of them durable: in chunks but for the tail';
COMMENT ON COLUMN apidrive.upload.metadata IS 'As the uploader sent it (Upload-Metadata)';
COMMENT ON COLUMN apidrive.upload.tree IS 'The tree of these chunks as far as it is built';
COMMENT ON COLUMN apidrive.upload.tail IS 'Bytes beyond the last whole chunk';
COMMENT ON COLUMN apidrive.upload.root IS 'The object, once it is whole';
COMMENT ON COLUMN apidrive.upload.writer IS 'The request that writes to it now, which loses it at writer_until unless it goes on';

CREATE VIEW apidrive_view.objects AS
SELECT root, size, encode(sha1, 'hex') AS sha1, encode(sha256, 'hex') AS sha256, encode(sha512, 'hex') AS sha512, media_type,
       file_name, stored_at, expires_at
  FROM apidrive.object;

COMMENT ON VIEW apidrive_view.objects IS 'One row an object that was stored through this node';
