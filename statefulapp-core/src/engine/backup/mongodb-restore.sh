# Restores all databases of a backup; mongorestore itself refuses what is there already, unless FORCE drops it.
set -euo pipefail
umask 077
password="$(printf %s "${MONGO_INITDB_ROOT_PASSWORD-}" | sed "s/'/''/g")"
printf "password: '%s'\n" "$password" >/tmp/mongo.yaml
login=()
[ -z "${MONGO_INITDB_ROOT_PASSWORD-}" ] ||
    login=(--username "${MONGO_INITDB_ROOT_USERNAME:-root}" --authenticationDatabase admin --config /tmp/mongo.yaml)
drop=""
[ "${FORCE-}" != yes ] || drop=--drop
mongorestore --host "$DATABASE_HOST" "${login[@]}" $drop ${OPLOG:+--oplogReplay} --stopOnError \
    --nsExclude 'admin.system.*' --gzip --archive=/backup/dump
