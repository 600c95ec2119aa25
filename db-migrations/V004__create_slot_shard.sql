-- How many chunks are kept, split over rows so that transactions which store at the same time do not wait for one
-- another. At every commit the sum equals the number of rows in chunk.
CREATE TABLE apidrive.slot_shard (
    shard integer NOT NULL PRIMARY KEY,
    used  bigint  NOT NULL
) WITH (fillfactor = 10);

INSERT INTO apidrive.slot_shard (shard, used) SELECT shard, 0 FROM generate_series(0, 15) AS shard;

COMMENT ON TABLE apidrive.slot_shard IS 'Slots in use: sum(used); a single row may be negative';
