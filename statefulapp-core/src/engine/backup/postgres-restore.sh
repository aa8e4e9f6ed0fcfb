# Restores every database of a backup; into one that has tables only if FORCE says so.
set -euo pipefail
umask 077
export PGPASSWORD="${POSTGRES_PASSWORD-}" PGUSER="${POSTGRES_USER:-postgres}" PGCONNECT_TIMEOUT=10
parts=/backup/parts
mkdir "$parts"
tar -xf /backup/dump -C "$parts"
rm /backup/dump
ask() { psql -XAtq -v ON_ERROR_STOP=1 -v name="${1-}"; }
there() { [ "$(PGDATABASE=postgres ask "$1" <<<"SELECT count(*) FROM pg_database WHERE datname = :'name'")" = 1 ]; }
tries=300
until pg_isready -q -d postgres; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
        echo "restore: the server does not answer" >&2
        exit 1
    fi
    sleep 1
done
while IFS= read -r -d '' database <&3; do
    there "$database" || continue
    # What the server itself and extensions bring does not count.
    objects="$(PGDATABASE="$database" ask <<<"SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm', 'v', 'S', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))
        + (SELECT count(*) FROM pg_largeobject_metadata)")"
    if [ "$objects" != 0 ] && [ "${FORCE-}" != yes ]; then
        echo "restore: REFUSED: the database $database has $objects tables, views or the like; FORCE=yes replaces them" >&2
        exit 1
    fi
done 3<"$parts/databases"
# Roles that exist already are no reason to stop; one that is missing is, when something needs it.
psql -Xq -d postgres -f "$parts/globals.sql" >"$parts/globals.log" 2>&1 || :
number=0
while IFS= read -r -d '' database <&3; do
    number=$((number + 1))
    echo "restore: restoring $database"
    dump="$parts/$number.dump"
    # Encoding, locale, owner, settings and rights of the database itself.
    pg_restore --create --list "$dump" >"$parts/entries"
    grep -E '^[0-9]+; [0-9]+ [0-9]+ (DATABASE|DATABASE PROPERTIES|[A-Z ]+ - DATABASE) ' "$parts/entries" >"$parts/about"
    if ! there "$database"; then
        pg_restore --exit-on-error --create -L "$parts/about" -d postgres "$dump"
    elif pg_restore --create -L "$parts/about" -f "$parts/about.sql" "$dump"; then
        # That it exists already is no reason to stop.
        psql -Xq -o /dev/null -d postgres -f "$parts/about.sql" 2>&1 | { grep -v 'already exists' || :; }
    fi
    options=(--exit-on-error)
    [ "${FORCE-}" != yes ] || options+=(--clean --if-exists)
    # A transaction holds a lock for every object that it makes, and the server has room for some thousands.
    [ "$(wc -l <"$parts/entries")" -gt 2000 ] || options+=(--single-transaction)
    quoted="$(printf %s "$database" | sed "s/[\\\\']/\\\\&/g")"
    pg_restore "${options[@]}" -d "dbname='$quoted'" "$dump"
done 3<"$parts/databases"
echo "restore: $number databases are restored"
