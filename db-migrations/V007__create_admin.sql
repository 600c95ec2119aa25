-- Who may administer this node. Secrets are kept only hashed; a token that may be used once is what a link carries.
CREATE TABLE apidrive.admin_token (
    id         uuid        NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(),
    name       text        NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    hash       text        NOT NULL,
    once       boolean     NOT NULL,
    made_at    timestamptz NOT NULL,
    used_at    timestamptz,
    expires_at timestamptz,
    CHECK (NOT once OR expires_at IS NOT NULL)
);

COMMENT ON TABLE apidrive.admin_token IS 'Secrets that open the admin page and its API';
COMMENT ON COLUMN apidrive.admin_token.hash IS 'Argon2id (RFC 9106) of the secret, in PHC string format';
COMMENT ON COLUMN apidrive.admin_token.once IS 'Goes with its first use, as the one in a link does';

CREATE TABLE apidrive.admin_session (
    hash       bytea       NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
    token      uuid        NOT NULL,
    token_name text        NOT NULL,
    client     cidr        NOT NULL,
    made_at    timestamptz NOT NULL,
    used_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

COMMENT ON TABLE apidrive.admin_session IS 'Browsers that are signed in to the admin page';
COMMENT ON COLUMN apidrive.admin_session.token IS 'The token it was opened with, which need not be there any more';
COMMENT ON COLUMN apidrive.admin_session.hash IS 'SHA-256 of the cookie, which is 256 random bits';

CREATE TABLE apidrive.admin_failure (
    client    cidr        NOT NULL PRIMARY KEY,
    failures  integer     NOT NULL,
    failed_at timestamptz NOT NULL
);

COMMENT ON TABLE apidrive.admin_failure IS 'Failed attempts to sign in, by address; too many lock it out for a while';
