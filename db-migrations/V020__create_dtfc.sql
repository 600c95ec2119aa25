-- Verbs that an administrator switched off at the dtfc door of this node; a verb without a row is on.
CREATE TABLE apidrive.dtfc_switch (
    verb   text        NOT NULL PRIMARY KEY CHECK (verb IN ('put', 'get', 'head', 'delete')),
    off_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE apidrive.dtfc_switch IS 'One row a verb that the dtfc door of this node refuses';
