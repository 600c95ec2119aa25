#!/bin/sh
# Run once by the postgres image in an empty database: the settings of ops/postgresql, and the roles of a node with the
# passwords that compose hands in. Run by ops/container/try.
set -eu
echo "include_dir = '/etc/postgresql/conf.d'" >> "$PGDATA/postgresql.conf"
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -v owner_password="$(cat /run/secrets/owner)" \
  -v runner_password="$(cat /run/secrets/runner)" -f /roles.sql
