-- What administrators did. Rows are added and never changed: not by the node's role, which lacks the privilege, and not
-- by the owner without dropping the trigger first.
CREATE TABLE apidrive.audit (
    number  bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    actor   text        NOT NULL,
    client  cidr,
    action  text        NOT NULL,
    subject text        NOT NULL,
    outcome text        NOT NULL
);

COMMENT ON TABLE apidrive.audit IS 'One row an admin action, in the order they were done';
COMMENT ON COLUMN apidrive.audit.actor IS 'Name of the token that was used, directly or to sign in';
COMMENT ON COLUMN apidrive.audit.client IS 'Address it came from (IPv6: its /64); null for the command line';

CREATE FUNCTION apidrive.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit table is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON apidrive.audit
    FOR EACH STATEMENT EXECUTE FUNCTION apidrive.refuse_change();
