-- The two roles and the database of a node, for a PostgreSQL of your own (13 or newer). Run as a superuser:
--   psql -v owner_password="$(cat owner.password)" -v runner_password="$(cat runner.password)" -f ops/postgresql/roles.sql
-- apidrive_owner owns the tables and migrates them at each start of a newer WAR (APIDRIVE_JDBC_OWNER); apidrive is what
-- the node runs as (APIDRIVE_JDBC_USER): it reads and writes rows and cannot create, alter or drop a table.
-- Tried by ops/tomcat/try and ops/jetty/try.
CREATE ROLE apidrive_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE apidrive LOGIN PASSWORD :'runner_password';
CREATE DATABASE apidrive OWNER apidrive_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE apidrive FROM PUBLIC;
GRANT CONNECT ON DATABASE apidrive TO apidrive;
