# Dumps every database, each one consistent in itself, and the roles without their passwords.
set -euo pipefail
umask 077
export PGPASSWORD="${POSTGRES_PASSWORD-}" PGUSER="${POSTGRES_USER:-postgres}" PGCONNECT_TIMEOUT=10
parts=/backup/parts
mkdir "$parts"
# A name may hold anything but a zero.
psql -XAtq0 -v ON_ERROR_STOP=1 -d postgres -o "$parts/databases" \
    -c "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname"
pg_dumpall -l postgres --globals-only --no-role-passwords -f "$parts/globals.sql"
number=0
while IFS= read -r -d '' database <&3; do
    number=$((number + 1))
    echo "backup: dumping $database"
    PGDATABASE="$database" pg_dump -Fc -f "$parts/$number.dump"
    # Reads the dump to its end, as a restore would; from a file, so that nothing is cut off unseen.
    pg_restore -f /dev/null "$parts/$number.dump"
done 3<"$parts/databases"
test "$number" -gt 0
tar -cf /backup/dump.partial -C "$parts" .
tar -tf /backup/dump.partial >/dev/null
rm -rf "$parts"
mv /backup/dump.partial /backup/dump
