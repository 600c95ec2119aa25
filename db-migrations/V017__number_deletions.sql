-- Which deletion a tombstone tells of. Whoever is told of it late takes it for younger than it is; by its number he knows it again
-- when he hears of it once more, and keeps the earliest time. Those of before are all 0: of one chunk they count as one deletion.
ALTER TABLE apidrive.tombstone ADD COLUMN number bigint NOT NULL DEFAULT 0;

COMMENT ON COLUMN apidrive.tombstone.number IS 'Drawn at random by the node that was asked to delete; 0 where no number was told';
