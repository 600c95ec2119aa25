-- How far the scrub has come, so that a restart goes on from there.
CREATE TABLE apidrive.scrub_place (
    only_one boolean     NOT NULL PRIMARY KEY DEFAULT true CHECK (only_one),
    after    uuid        NOT NULL,
    began    timestamptz NOT NULL
) WITH (fillfactor = 10);

COMMENT ON TABLE apidrive.scrub_place IS 'The last chunk that the scrub has read, and when it began to read them all; empty before the first';
