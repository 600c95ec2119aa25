-- What names stand for, counted in the transactions that write them and split over rows as slot_shard is. At every commit the sums equal
-- those over the records of name that count: the newest of each name, unless that is a deletion, or a hash that keeps nothing by itself.
CREATE TABLE apidrive.name_shard (
    shard         integer NOT NULL PRIMARY KEY,
    names         bigint  NOT NULL,
    logical_bytes bigint  NOT NULL,
    content_bytes bigint  NOT NULL
) WITH (fillfactor = 10);

COMMENT ON TABLE apidrive.name_shard IS 'Names that count, and bytes of what they mean: sums over the rows; one row may be negative';
COMMENT ON COLUMN apidrive.name_shard.logical_bytes IS 'Bytes of what they mean, once for each name';
COMMENT ON COLUMN apidrive.name_shard.content_bytes IS 'The same, once for each content';

-- Which names mean the same: to ask name itself would be right only while nobody else gives one to the same content.
CREATE TABLE apidrive.name_content (
    digest bytea  NOT NULL,
    size   bigint NOT NULL,
    names  bigint NOT NULL,
    PRIMARY KEY (digest, size)
) WITH (fillfactor = 90);

COMMENT ON TABLE apidrive.name_content IS 'One row a content, by the SHA-256 of its root chunk: how many of the names that count mean it';

INSERT INTO apidrive.name_content (digest, size, names)
SELECT digest, size, count(*)
  FROM apidrive.name
 WHERE is_newest AND digest IS NOT NULL
   AND (namespace NOT IN ('sha1', 'sha256', 'sha512') OR metadata ->> 'apidrive:holder' IS NOT NULL)
 GROUP BY digest, size;

INSERT INTO apidrive.name_shard (shard, names, logical_bytes, content_bytes) SELECT shard, 0, 0, 0 FROM generate_series(0, 15) AS shard;

UPDATE apidrive.name_shard
   SET (names, logical_bytes, content_bytes) =
       (SELECT COALESCE(sum(names), 0), COALESCE(sum(names * size), 0), COALESCE(sum(size), 0) FROM apidrive.name_content)
 WHERE shard = 0;

CREATE VIEW apidrive_view.usage AS
SELECT sum(names)::bigint AS names, sum(logical_bytes)::bigint AS logical_bytes, sum(content_bytes)::bigint AS content_bytes,
       sum(logical_bytes - content_bytes)::bigint AS shared_bytes,
       (SELECT sum(bytes)::bigint FROM apidrive.slot_shard) AS physical_bytes
  FROM apidrive.name_shard;

COMMENT ON VIEW apidrive_view.usage IS 'Counted, not read: bytes of what the names kept here mean, and of the chunks kept here';
