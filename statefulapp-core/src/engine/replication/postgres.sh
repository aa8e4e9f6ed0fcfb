# Prepares PGDATA before the server starts. Runs at every start of a pod, and may be interrupted at any point.
# No secret reaches an argument, a log or PGDATA.
set -euo pipefail
umask 077
ordinal="${POD_NAME##*-}"
say() { echo "init: $*"; }

# The standby's password file is made anew each time, so that a new password only needs a restart.
password="$(printf %s "$REPLICATION_PASSWORD" | sed 's/[\\:]/\\&/g')"
printf '*:*:*:%s:%s\n' "$REPLICATION_USER" "$password" >"$PGPASSFILE"

# What a cut off copy or initialisation left behind is not a database.
rm -rf "$PGDATA.new"

# The server on a socket only, until the replication role is there. The entrypoint initialises an empty PGDATA first.
local_server() {
    printf 'local all all trust\n' >"$PGPASSFILE.hba"
    "$@" -c listen_addresses= -c "hba_file=$PGPASSFILE.hba" &
    server=$!
    # The entrypoint's own temporary server answers too: the process itself must have become the server.
    until [ "$(cat /proc/$server/comm 2>/dev/null)" = postgres ] && pg_isready -q -U "${POSTGRES_USER:-postgres}" -d postgres; do
        kill -0 $server 2>/dev/null || { wait $server; exit 1; }
        sleep 0.2
    done
    # The statement holds a password: it must not be logged.
    PGOPTIONS="-c log_statement=none -c log_min_duration_statement=-1 -c log_min_error_statement=panic" \
        psql -Xq -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
\set user `printf %s "$REPLICATION_USER"`
\set password `printf %s "$REPLICATION_PASSWORD"`
SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
ALTER ROLE :"user" WITH LOGIN REPLICATION PASSWORD :'password';
GRANT pg_monitor TO :"user";
SQL
    kill -INT $server
    wait $server
}
if [ "$ordinal" = "$PRIMARY_ORDINAL" ]; then
    if [ -s "$PGDATA/PG_VERSION" ]; then
        if [ -e "$PGDATA/standby.signal" ]; then
            say "PGDATA is a standby's; it is left as it is"
            exit 0
        fi
        local_server postgres
    else
        say "no database yet: initialising"
        final="$PGDATA"
        export PGDATA="$final.new"
        local_server docker-entrypoint.sh postgres
        sync
        mv "$PGDATA" "$final"
    fi
    exit 0
fi

slot="standby_$ordinal"
target="host=$PRIMARY_HOST user=$REPLICATION_USER connect_timeout=5"
ask() { psql -XqAt -v ON_ERROR_STOP=1 -d "$target dbname=postgres" -c "$1"; }
identity() { psql -XqAt -d "$target replication=1 dbname=postgres" -c IDENTIFY_SYSTEM | cut -d'|' -f1; }
control() { LC_ALL=C pg_controldata -D "$PGDATA" | sed -n "s/^$1: *//p"; }

clone=""
if [ -s "$PGDATA/PG_VERSION" ]; then
    # A standby with data starts without its primary too: reads go on.
    if ! theirs="$(identity 2>/dev/null)" || [ -z "$theirs" ]; then
        say "the primary does not answer; starting with the data that is here"
        exit 0
    fi
    ours="$(control 'Database system identifier')"
    if [ "$ours" != "$theirs" ]; then
        say "REFUSED: the primary is another database (system identifier $theirs, here $ours)."
        say "If the primary's is right, delete the claim of $POD_NAME; if this one's is right, restore it to the primary."
        exit 1
    fi
    state="$(ask "SELECT wal_status FROM pg_replication_slots WHERE slot_name = '$slot'")"
    if [ "$state" = lost ]; then
        say "the primary no longer has the log that is missing here: copying it again"
        clone=yes
    elif [ -z "$state" ]; then
        ask "SELECT pg_create_physical_replication_slot('$slot', true)" >/dev/null
        first="$(ask "SELECT min(substr(name, 9)) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}\$'")"
        needed="$(control "Latest checkpoint's REDO WAL file")"
        if [[ "${needed:8}" < "$first" ]]; then
            say "the slot is gone and so is the log that is missing here: copying the primary again"
            clone=yes
        fi
    fi
else
    say "no database yet: copying the primary"
    clone=yes
fi
[ -n "$clone" ] || exit 0

until pg_isready -q -d "$target dbname=postgres"; do
    sleep 1
done
rm -rf "$PGDATA"
ask "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
     WHERE slot_name = '$slot' AND NOT active AND wal_status = 'lost'" >/dev/null
ask "SELECT pg_create_physical_replication_slot('$slot', true)
     WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '$slot')" >/dev/null
pg_basebackup -d "$target" -D "$PGDATA.new" -X stream -S "$slot" -c fast
touch "$PGDATA.new/standby.signal"
sync
mkdir -p "${PGDATA%/*}"
mv "$PGDATA.new" "$PGDATA"
