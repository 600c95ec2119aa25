-- Chunks stored by each client address (IPv6: its /64) in each period of the rate limit.
CREATE TABLE apidrive.client_usage (
    period_start timestamptz NOT NULL,
    client       cidr        NOT NULL,
    chunks       bigint      NOT NULL,
    PRIMARY KEY (client, period_start)
);

-- Serves the deletion of periods that are over.
CREATE INDEX client_usage_period ON apidrive.client_usage (period_start);

COMMENT ON TABLE apidrive.client_usage IS 'What counts against RATE_CHUNKS';
