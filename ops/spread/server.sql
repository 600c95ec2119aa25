-- Makes a further PostgreSQL known to the node's own one under a name. As a superuser in the node's database:
--   psql -X -v ON_ERROR_STOP=1 -d "CONNINFO" -v name=db2 -v host=db2.example.org -v port=5432 \
--     -v runner_password="$(cat runner.password)" -f ops/spread/server.sql
-- fetch_size covers what a read asks for; batch_size lets reWriteBatchedInserts (README) send rows together; the time-outs
-- let a lost server be noticed before the node gives up (socketTimeout, 90 s). Tried by ops/spread/try.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE SERVER :"name" FOREIGN DATA WRAPPER postgres_fdw OPTIONS (
    host :'host', port :'port', dbname 'apidrive', connect_timeout '3', tcp_user_timeout '15000', keepalives_idle '15',
    fetch_size '64', batch_size '16');
CREATE USER MAPPING FOR apidrive SERVER :"name" OPTIONS (user 'apidrive', password :'runner_password');
