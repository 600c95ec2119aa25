-- An upload that a build before V029 began has no mark of its naming: the names are asked before its holder ends.
ALTER TABLE apidrive.upload ALTER COLUMN is_naming SET DEFAULT true;

UPDATE apidrive.upload SET is_naming = true WHERE root IS NULL;

COMMENT ON TABLE apidrive.unnamed_lease IS 'Claims of uploads that no name keeps yet, those that failed while they were named among them: once the time is over, and all servers say that no name is kept for him, the holder ends';
