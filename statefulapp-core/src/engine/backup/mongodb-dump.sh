# Dumps all databases; of a replica set with the operations that came in meanwhile, so that it is one point in time.
set -euo pipefail
umask 077
password="$(printf %s "${MONGO_INITDB_ROOT_PASSWORD-}" | sed "s/'/''/g")"
printf "password: '%s'\n" "$password" >/tmp/mongo.yaml
login=()
[ -z "${MONGO_INITDB_ROOT_PASSWORD-}" ] ||
    login=(--username "${MONGO_INITDB_ROOT_USERNAME:-root}" --authenticationDatabase admin --config /tmp/mongo.yaml)
mongodump --host "$DATABASE_HOST" "${login[@]}" ${OPLOG:+--oplog} --gzip --archive=/backup/dump.partial
test -s /backup/dump.partial
mongorestore --host "$DATABASE_HOST" "${login[@]}" --dryRun --gzip --archive=/backup/dump.partial
mv /backup/dump.partial /backup/dump
