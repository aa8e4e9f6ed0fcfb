# Takes a snapshot as a replica would.
set -eu
umask 077
redis-cli -e -h "$DATABASE_HOST" ping
redis-cli -h "$DATABASE_HOST" --rdb /backup/dump.partial
redis-check-rdb /backup/dump.partial
mv /backup/dump.partial /backup/dump
