-- What people may query: views keep their columns when the tables under them change; new columns come at the end.
-- They run with their owner's rights, so a role needs nothing but USAGE on this schema and SELECT on them.
CREATE SCHEMA apidrive_view;

COMMENT ON SCHEMA apidrive_view IS 'A supported interface: see README, "SQL views"';

CREATE VIEW apidrive_view.chunks AS
SELECT id, size, encode(digest, 'hex') AS sha256, stored_at, expires_at, expires_at > now() AS live, damaged_at,
       checked_at, epoch
  FROM apidrive.chunk;

COMMENT ON VIEW apidrive_view.chunks IS 'One row a chunk kept, also while its lease has run out and its slot is not free yet';

CREATE VIEW apidrive_view.expiry_calendar AS
SELECT (expires_at AT TIME ZONE 'UTC')::date AS day, count(*) AS chunks, sum(size)::bigint AS bytes
  FROM apidrive.chunk
 GROUP BY 1;

COMMENT ON VIEW apidrive_view.expiry_calendar IS 'Chunks by the day (UTC) their lease ends unless somebody retrieves them';

CREATE VIEW apidrive_view.epochs AS
SELECT epoch, starts_at, ends_at, 'apidrive.' || relname AS partition, pg_total_relation_size(pg_class.oid) AS bytes
  FROM apidrive.chunk_epoch
  JOIN pg_class ON relname = 'chunk_data_' || epoch
  JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname = 'apidrive';

COMMENT ON VIEW apidrive_view.epochs IS 'One row a partition of chunk bytes; it is dropped soon after ends_at';

CREATE VIEW apidrive_view.slots AS
SELECT sum(used)::bigint AS used FROM apidrive.slot_shard;

COMMENT ON VIEW apidrive_view.slots IS 'Slots taken; how many there are is a setting of the WAR (APIDRIVE_SLOTS)';

CREATE VIEW apidrive_view.consumers AS
SELECT usage.client, usage.period_start, usage.chunks, allowed.client IS NOT NULL AS has_own_limit,
       allowed.chunks AS own_limit
  FROM apidrive.client_usage AS usage LEFT JOIN apidrive.client_limit AS allowed USING (client);

COMMENT ON VIEW apidrive_view.consumers IS 'Chunks stored by each address (IPv6: /64) in each period of the quota';

CREATE VIEW apidrive_view.audit AS
SELECT number, at, actor, client, action, subject, outcome FROM apidrive.audit;

COMMENT ON VIEW apidrive_view.audit IS 'What administrators did, in order';
