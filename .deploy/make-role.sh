#!/bin/sh
# Run once by the PostgreSQL image, on an empty volume: an ordinary role and a database of its own for the bot.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 --set password="$(cat /run/secrets/sceptic_password)" <<'SQL'
CREATE ROLE sceptic LOGIN PASSWORD :'password';
CREATE DATABASE sceptic OWNER sceptic;
SQL
