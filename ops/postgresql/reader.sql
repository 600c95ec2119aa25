-- A role that may read the views of schema apidrive_view (README, "SQL views") and nothing else. Run in the node's database, as
-- a superuser, after a node of this version or newer has started once; run again, it changes nothing:
--   psql -d apidrive -v reader=reporting -v owner=apidrive_owner -f ops/postgresql/reader.sql
-- The role has no password and may log in: give it one (ALTER ROLE reporting PASSWORD ...) or let pg_hba.conf say how it comes in.
-- Tried by ops/postgresql/try.
SELECT format('CREATE ROLE %I LOGIN', :'reader') WHERE to_regrole(quote_ident(:'reader')) IS NULL \gexec
GRANT CONNECT ON DATABASE :"DBNAME" TO :"reader";
GRANT USAGE ON SCHEMA apidrive_view TO :"reader";
GRANT SELECT ON ALL TABLES IN SCHEMA apidrive_view TO :"reader";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA apidrive_view GRANT SELECT ON TABLES TO :"reader";
