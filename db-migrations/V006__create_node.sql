-- Who this node is: one row, the same for every WAR on this database.
CREATE TABLE apidrive.node (
    only_one boolean     NOT NULL PRIMARY KEY DEFAULT true CHECK (only_one),
    id       uuid        NOT NULL DEFAULT gen_random_uuid(),
    made_at  timestamptz NOT NULL DEFAULT now()
);

INSERT INTO apidrive.node DEFAULT VALUES;
