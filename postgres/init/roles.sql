-- Run once by the PostgreSQL image, as its superuser, when the data volume is new.

\getenv app_password SPANLEDGER_DB_PASSWORD
\getenv reader_password GRAFANA_DB_PASSWORD

-- The service: owns its database, and is nobody elsewhere.
CREATE ROLE spanledger LOGIN PASSWORD :'app_password';
CREATE DATABASE spanledger OWNER spanledger;

-- Grafana: may look, at conversations too. Its users can send any SQL through the data source, so
-- the limits are here.
CREATE ROLE grafana_reader LOGIN PASSWORD :'reader_password' CONNECTION LIMIT 10;
ALTER ROLE grafana_reader SET default_transaction_read_only = on;
ALTER ROLE grafana_reader SET statement_timeout = '30s';

REVOKE ALL ON DATABASE spanledger FROM PUBLIC;
GRANT CONNECT ON DATABASE spanledger TO grafana_reader;

\connect spanledger
GRANT USAGE ON SCHEMA public TO grafana_reader;
-- The tables are not there yet: the service's migrations make them, today's and later ones.
ALTER DEFAULT PRIVILEGES FOR ROLE spanledger IN SCHEMA public
  GRANT SELECT ON TABLES TO grafana_reader;
