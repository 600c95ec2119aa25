-- Names: each is a versioned record on the servers that its hash belongs on. One row a version, the newest ten of a name. A deletion
-- is a version as well, below which there is none.
CREATE TABLE apidrive.name (
    id         uuid             NOT NULL,
    version    bigint           NOT NULL CHECK (version >= 0),
    sum        bigint           NOT NULL,
    is_newest  boolean          NOT NULL,
    namespace  text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 1024),
    digest     bytea            CHECK (octet_length(digest) = 32),
    size       bigint           NOT NULL CHECK (size >= 0),
    sha1       bytea            CHECK (octet_length(sha1) = 20),
    sha256     bytea            CHECK (octet_length(sha256) = 32),
    sha512     bytea            CHECK (octet_length(sha512) = 64),
    media_type text             NOT NULL,
    file_name  text,
    metadata   jsonb            NOT NULL,
    made_at    timestamptz      NOT NULL,
    PRIMARY KEY (id, version, sum)
);

-- Serves listing, a page of names after another.
CREATE INDEX name_by_name ON apidrive.name (namespace, name) WHERE is_newest;

-- Serves the forgetting of deletions that are long past.
CREATE INDEX name_by_deletion ON apidrive.name (version) WHERE digest IS NULL;

COMMENT ON TABLE apidrive.name IS 'One row a version of a name that this node keeps';
COMMENT ON COLUMN apidrive.name.id IS 'Hash of namespace and name; says which servers keep it, as for chunks';
COMMENT ON COLUMN apidrive.name.version IS 'Its author''s clock in microseconds, above the version replaced';
COMMENT ON COLUMN apidrive.name.sum IS 'Hash of the whole row, by which two nodes compare what they keep';
COMMENT ON COLUMN apidrive.name.digest IS 'SHA-256 of the root chunk of the object; null where the name was deleted';
COMMENT ON COLUMN apidrive.name.made_at IS 'By its author''s clock';

-- Who is to be told of a name and could not be.
CREATE TABLE apidrive.name_owed (
    id       uuid        NOT NULL,
    node     uuid        NOT NULL,
    attempts integer     NOT NULL DEFAULT 0,
    due_at   timestamptz NOT NULL,
    PRIMARY KEY (id, node)
);

-- Serves the telling: of a server that answers, what has been due longest.
CREATE INDEX name_owed_by_due ON apidrive.name_owed (node, due_at);

COMMENT ON TABLE apidrive.name_owed IS 'One row a server that is to be told of a name';

CREATE VIEW apidrive_view.names AS
SELECT namespace, name, version, is_newest, digest IS NULL AS is_deleted, size, encode(digest, 'hex') AS root_sha256,
       encode(sha1, 'hex') AS sha1, encode(sha256, 'hex') AS sha256, encode(sha512, 'hex') AS sha512, media_type, file_name, metadata,
       made_at, id
  FROM apidrive.name;

COMMENT ON VIEW apidrive_view.names IS 'One row a version of a name that this node keeps; what it means now where is_newest';

CREATE VIEW apidrive_view.namespaces AS
SELECT namespace, count(*) AS names, sum(names_bytes)::bigint AS logical_bytes, sum(content_bytes)::bigint AS content_bytes
  FROM (SELECT namespace, size AS names_bytes,
               CASE row_number() OVER (PARTITION BY namespace, digest) WHEN 1 THEN size ELSE 0 END AS content_bytes
          FROM apidrive.name
         WHERE is_newest AND digest IS NOT NULL) AS live
 GROUP BY namespace;

COMMENT ON VIEW apidrive_view.namespaces IS 'One row a namespace, of the names that this node keeps: bytes as people see them, and those of distinct contents';
