-- A holder that is being named stays here until it is, so that a crash in between leaves neither a claim without a name, which would go on
-- for as long as claims do, nor a name without a claim: once its time is over it ends unless a name keeps it.
ALTER TABLE apidrive.unnamed_lease ADD COLUMN is_naming boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN apidrive.unnamed_lease.is_naming IS 'It is being named, or was: whether it is, the names tell';
