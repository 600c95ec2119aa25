-- What makes this node known to others: the key that its id is the hash of, the number of its newest announcement, and
-- what an administrator last told it to be. The key is made by the node at its next start, which then takes its id.
ALTER TABLE apidrive.node
    ADD COLUMN key      bytea  CHECK (octet_length(key) = 64),
    ADD COLUMN sequence bigint NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    ADD COLUMN declared text   NOT NULL DEFAULT 'active' CHECK (declared IN ('active', 'read-only', 'draining', 'left'));

COMMENT ON COLUMN apidrive.node.key IS 'Secret: Ed25519 seed and public key; stands in no view';
COMMENT ON COLUMN apidrive.node.sequence IS 'Of the newest announcement of this node';
COMMENT ON COLUMN apidrive.node.declared IS 'What this node is willing to do, as an administrator said last';

-- Takes a key and its id when there is none yet, and never another: so nobody who has the node's role can make it another node.
CREATE FUNCTION apidrive.take_node_key(new_key bytea, new_id uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'UPDATE apidrive.node SET key = new_key, id = new_id WHERE key IS NULL';

REVOKE ALL ON FUNCTION apidrive.take_node_key(bytea, uuid) FROM PUBLIC;

-- The network as this node knew it last, itself among it: what it starts from. Written in batches, so that it may be some
-- seconds behind.
CREATE TABLE apidrive.peer (
    id           uuid        NOT NULL PRIMARY KEY,
    network      text        NOT NULL,
    announcement bytea       NOT NULL CHECK (octet_length(announcement) <= 768),
    sequence     bigint      NOT NULL,
    observed     text        NOT NULL CHECK (observed IN ('alive', 'suspect', 'dead')),
    since        timestamptz NOT NULL,
    url          text        NOT NULL,
    zone         text        NOT NULL,
    grouped      text        NOT NULL,
    declared     text        NOT NULL CHECK (declared IN ('active', 'read-only', 'draining', 'left')),
    slots        bigint      NOT NULL,
    weight       bigint      NOT NULL,
    preferred    boolean     NOT NULL,
    version      text        NOT NULL
);

COMMENT ON TABLE apidrive.peer IS 'One row a server of the network, this node among them';
COMMENT ON COLUMN apidrive.peer.announcement IS 'What it says of itself, signed by it; the columns after since repeat it';
COMMENT ON COLUMN apidrive.peer.since IS 'Since when it is observed so, by this database''s clock';

CREATE VIEW apidrive_view.peers AS
SELECT id, url, zone, grouped, CASE WHEN declared = 'left' THEN 'left'
                                    WHEN observed IN ('suspect', 'dead') THEN observed
                                    ELSE declared END AS state,
       since, slots, weight, preferred, version, sequence, id = (SELECT node.id FROM apidrive.node) AS is_this_node
  FROM apidrive.peer;

COMMENT ON VIEW apidrive_view.peers IS 'One row a server of the network, as this node knew it some seconds ago; grouped is its group';
