#!/bin/bash
# Run once by the PostgreSQL image, on an empty data directory: Foldwise gets a role that is no superuser and a database that is its own.
set -euo pipefail
: "${FOLDWISE_DATABASE_PASSWORD:?the password of role foldwise}"

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv password FOLDWISE_DATABASE_PASSWORD
create role foldwise login password :'password';
create database foldwise owner foldwise encoding 'UTF8';
revoke connect on database foldwise from public;
SQL
