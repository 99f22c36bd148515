-- Run by a superuser: OWNER_PASSWORD=… APP_PASSWORD=… psql -v ON_ERROR_STOP=1 -d postgres -f deploy/database.sql
-- Running it again changes nothing but the passwords. Needs psql 15 or newer.
--
-- cityalert_owner owns the tables and migrates them. cityalert_app is what the web and the workers are: it owns
-- nothing, so it can neither alter a table nor rewrite the audit log; each migration grants it what it needs.
-- Row level security shows it one partner's rows. cityalert_across sees all partners': nobody signs in as it, and
-- cityalert_app, which does not inherit from it, takes its place in the few places that say so.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD

SELECT 'CREATE ROLE cityalert_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cityalert_owner') \gexec
SELECT 'CREATE ROLE cityalert_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cityalert_app') \gexec
ALTER ROLE cityalert_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD :'owner_password';
SELECT 'CREATE ROLE cityalert_across' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cityalert_across') \gexec
ALTER ROLE cityalert_app LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
ALTER ROLE cityalert_across NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
GRANT cityalert_across TO cityalert_app;

SELECT 'CREATE DATABASE cityalert OWNER cityalert_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'cityalert') \gexec

\connect cityalert
\ir extensions.sql
GRANT USAGE ON SCHEMA public TO cityalert_app, cityalert_across;
