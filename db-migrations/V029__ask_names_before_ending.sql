-- Whoever ends a holder that was left here asks the names first, always: a naming that failed half-way leaves names as well, and so does one
-- whose mark was not written. Earlier builds ask for those that are marked.
ALTER TABLE apidrive.unnamed_lease ALTER COLUMN is_naming SET DEFAULT true;

COMMENT ON COLUMN apidrive.unnamed_lease.is_naming IS 'Read by earlier builds alone: whether the names are asked before the holder ends';

-- Set before the names are told, so that a holder whose upload is given up afterwards is left to what they say.
ALTER TABLE apidrive.upload ADD COLUMN is_naming boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN apidrive.upload.is_naming IS 'All has come, and some servers may have its name';
