-- A chunk that is deleted frees its slot at once; its bytes, of which to delete them writes as much WAL as they have, follow. Which these
-- are stands here from the transaction on that frees the slot, so that no crash forgets them.
CREATE TABLE apidrive.leftover (
    id    uuid    NOT NULL,
    epoch integer NOT NULL,
    PRIMARY KEY (id, epoch)
);

COMMENT ON TABLE apidrive.leftover IS 'One row a chunk that was deleted and whose bytes are still to be';
COMMENT ON COLUMN apidrive.leftover.epoch IS 'The partition of chunk_data that holds its bytes';

CREATE OR REPLACE VIEW apidrive_view.slots AS
SELECT sum(used)::bigint AS used, sum(bytes)::bigint AS bytes, (SELECT count(*) FROM apidrive.leftover) AS leftovers
  FROM apidrive.slot_shard;

-- How far this node has asked others for the holders that have ended, so that a restart does not ask for two months of them.
CREATE TABLE apidrive.heard_end (
    node   uuid   NOT NULL PRIMARY KEY,
    number bigint NOT NULL,
    holder uuid   NOT NULL
);

COMMENT ON TABLE apidrive.heard_end IS 'One row a server that was asked which holders have ended: the last that it told of';
COMMENT ON COLUMN apidrive.heard_end.number IS 'By its own count';
COMMENT ON COLUMN apidrive.heard_end.holder IS 'Whom it had under this number: where it has not any more, it is asked from the beginning';
