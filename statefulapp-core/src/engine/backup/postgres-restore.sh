# Restores every database of a backup; into one that has tables only if FORCE says so.
set -euo pipefail
umask 077
export PGPASSWORD="${POSTGRES_PASSWORD-}" PGUSER="${POSTGRES_USER:-postgres}" PGCONNECT_TIMEOUT=10
parts=/backup/parts
mkdir "$parts"
tar -xf /backup/dump -C "$parts"
ask() { psql -XAtq -v ON_ERROR_STOP=1 -v name="${1-}"; }
until pg_isready -q -d postgres; do
    sleep 1
done
while IFS= read -r database <&3; do
    there="$(PGDATABASE=postgres ask "$database" <<<"SELECT count(*) FROM pg_database WHERE datname = :'name'")"
    [ "$there" = 1 ] || continue
    tables="$(PGDATABASE="$database" ask <<<"SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm', 'v') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')")"
    if [ "$tables" != 0 ] && [ "${FORCE-}" != yes ]; then
        echo "restore: REFUSED: the database $database has $tables tables; FORCE=yes replaces them" >&2
        exit 1
    fi
done 3<"$parts/databases"
# Roles that exist already are no reason to stop; those that are missing would be.
psql -Xq -d postgres -f "$parts/globals.sql" >/backup/globals.log 2>&1 || :
number=0
while IFS= read -r database <&3; do
    number=$((number + 1))
    there="$(PGDATABASE=postgres ask "$database" <<<"SELECT count(*) FROM pg_database WHERE datname = :'name'")"
    [ "$there" = 1 ] || PGDATABASE=postgres createdb -- "$database"
    echo "restore: restoring $database"
    quoted="$(printf %s "$database" | sed "s/[\\\\']/\\\\&/g")"
    pg_restore --exit-on-error --single-transaction ${FORCE:+--clean --if-exists} -d "dbname='$quoted'" "$parts/$number.dump"
done 3<"$parts/databases"
echo "restore: $number databases are restored"
