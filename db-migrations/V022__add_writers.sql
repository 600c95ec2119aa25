-- A token opens administration, or nothing but writing where the settings demand a token for that.
ALTER TABLE apidrive.admin_token ADD COLUMN administers boolean NOT NULL DEFAULT true;

COMMENT ON TABLE apidrive.admin_token IS 'Secrets that open the admin page and its API, and those that only let write';
COMMENT ON COLUMN apidrive.admin_token.administers IS 'Whether it opens administration; every token that stays lets write';
